"""Assessed reports x what people read in them -> how often a gap is a gap, and coverage is coverage."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from alignment.errors import InputError
from alignment.types import Assessment, Coverage, Status

SHOWN = 3
"""Quotes per element that a reader sees first."""
Found = Literal["result", "action", "commitment", "mention", "absent"]
_FOUND = ("result", "action", "commitment", "mention", "absent")
_SUFFIX = ".truth.json"
_FORM = 'its form is {"report": "NAME.pdf", "elements": {"P5": {"status": "action", "pages": [8]}}}; see docs/method.md'


@dataclass(frozen=True, slots=True)
class Truth:
    """What people found in one report."""

    report: Path
    found: Mapping[str, Found]
    """Element code to the strongest thing said, or `absent`."""
    pages: Mapping[str, frozenset[int]]
    """Element code to the pages that say it."""


@dataclass(frozen=True, slots=True)
class Judged:
    """One element of one report: the status given beside what people found."""

    report: str
    element: str
    status: Status
    found: Found
    quoted: bool | None
    """Whether one of the first three quotes stands on a page where people found it; None without quotes."""


@dataclass(frozen=True, slots=True)
class Rate:
    """A share with its counts."""

    right: int
    of: int

    @property
    def share(self) -> float | None:
        """In [0, 1]; None where nothing was counted."""
        return self.right / self.of if self.of else None


@dataclass(frozen=True, slots=True)
class Statuses:
    """How far the statuses of whole reports hold."""

    reports: int
    elements: tuple[Judged, ...]

    @property
    def gaps(self) -> Rate:
        """Negative predictive value: elements called `gap` that are absent or a mere mention."""
        called = [each for each in self.elements if each.status is Status.GAP]
        return Rate(sum(each.found in ("absent", "mention") for each in called), len(called))

    @property
    def gaps_found(self) -> Rate:
        """Elements that are absent and were called `gap`, of those that are absent."""
        absent = [each for each in self.elements if each.found == "absent"]
        return Rate(sum(each.status is Status.GAP for each in absent), len(absent))

    @property
    def covered(self) -> Rate:
        """Elements called `covered` of which the report states an action or a result."""
        called = [each for each in self.elements if each.status is Status.COVERED]
        return Rate(sum(each.found in ("action", "result") for each in called), len(called))

    @property
    def coverage_found(self) -> Rate:
        """Elements called `covered`, of those with an action or a result."""
        wanted = [each for each in self.elements if each.found in ("action", "result")]
        return Rate(sum(each.status is Status.COVERED for each in wanted), len(wanted))

    @property
    def quotes(self) -> Rate:
        """Covered elements with a right page among the first three quotes."""
        called = [each for each in self.elements if each.status is Status.COVERED]
        return Rate(sum(bool(each.quoted) for each in called), len(called))

    @property
    def review(self) -> Rate:
        """Elements left to a person."""
        return Rate(sum(each.status is Status.REVIEW for each in self.elements), len(self.elements))


def read_truth(folder: Path) -> tuple[Truth, ...]:
    """Every `NAME.truth.json` of a folder, with the report that it names, which lies beside it.

    Raises:
        InputError: there is none, one does not fit, or a report is missing.
    """
    files = sorted(folder.glob(f"*{_SUFFIX}"))
    if not files:
        raise InputError(f"{folder} contains no *{_SUFFIX}", hint="give the folder of reports that people have read")
    return tuple(_truth(file) for file in files)


def _truth(file: Path) -> Truth:
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
        elements = content["elements"].items()
        found = {code: each["status"] for code, each in elements}
        pages = {code: frozenset(map(int, each["pages"])) for code, each in elements}
        report = file.parent / Path(content["report"]).name
        wrong = sorted({str(status) for status in found.values() if status not in _FOUND})
    except (OSError, ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError) as error:
        what = f"it has no {error}" if isinstance(error, KeyError) else str(error)
        raise InputError(f"{file.name} does not fit: {what}", hint=_FORM) from error
    if wrong:
        raise InputError(f"{file.name}: no such status: {', '.join(wrong)}", hint=" | ".join(_FOUND))
    if not report.is_file():
        raise InputError(f"{file.name} is about {report.name}, which is not beside it", hint="put the report there")
    return Truth(report, found, pages)


def judge(pairs: Sequence[tuple[Truth, Assessment]]) -> Statuses:
    """Put what was called beside what was found; elements that people did not judge are left out."""
    return Statuses(
        reports=len(pairs),
        elements=tuple(
            Judged(
                report=truth.report.name,
                element=coverage.element,
                status=coverage.status,
                found=truth.found[coverage.element],
                quoted=_quoted(coverage, truth.pages[coverage.element]),
            )
            for truth, assessment in pairs
            for coverage in assessment.coverage
            if coverage.element in truth.found
        ),
    )


def _quoted(coverage: Coverage, pages: frozenset[int]) -> bool | None:
    if not coverage.evidence:
        return None
    return any(item.passage.page in pages for item in coverage.evidence[:SHOWN])
