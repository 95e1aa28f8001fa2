"""A result and its source -> every place where the two do not agree.

What the models judged of a passage (its probability, its substance, the nearest exemplar) is taken from the result.
All the rest of it is made anew from the source and compared: text, places, pages, figures, statuses, reasons.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from alignment import documents, frameworks, judging, passages
from alignment.errors import InputError
from alignment.lexicon import TermMatcher
from alignment.mapping import echo, encoder_input, evidence, guards
from alignment.reports.json import to_json
from alignment.stated import Stated, StatedEvidence, load, of
from alignment.types import Assessment, Document, Element, Evidence, Framework, Passage, PassageRole

__all__ = ["Verification", "load", "verify"]

_LONGEST = 70
"""Characters of a value that are shown."""
_JUDGED = ("elements", "emphases", "emerging", "review")
"""What follows from evidence, so that it cannot be made anew where some of that has no passage."""


@dataclass(frozen=True, slots=True)
class Verification:
    """How many quotes and pages were checked, and what does not agree."""

    quotes: int
    pages: int
    problems: tuple[str, ...]


def verify(
    result: dict[str, Any],
    source: Path,
    *,
    framework: str | Path | None = None,
    password: str | None = None,
    read: Callable[..., Document] = documents.read,
) -> Verification:
    """Read and split the source again, and compare all that follows from it with the result.

    `framework` is the file of a plan that is not shipped.

    Raises:
        DocumentError: the source cannot be read.
        FrameworkError: the framework cannot be read.
        InputError: a field of the result is missing or of another kind, or its framework or profile is unknown.
    """
    stated = of(result)
    plan = _framework(stated, framework)
    profile = frameworks.find_profile(plan, stated.profile) if stated.profile is not None else None
    # Under the name that it had: a document without a title is called by it.
    name = documents.name_of(Path(stated.document.name))
    document = read(source, name=name, password=password, ocr=stated.document.recognised)
    if others := tuple(_others(stated, document, plan)):
        # Nothing else can agree then, and a list of it would hide why.
        return Verification(0, len(document.pages), others)
    found = echo.mark(passages.split(document, size=stated.size), echo.known(plan))
    claims = _Claims(stated, plan, found)
    rebuilt = judging.judge(
        document,
        found,
        claims.evidence,
        plan,
        profile,
        mapped=_mapped(stated, found),
        thresholds=stated.thresholds,
        rules=stated.rules,
        provenance=stated.made,
    )
    wanted = json.loads(to_json(rebuilt))
    left_out = _JUDGED if claims.problems else ()
    differences = _differences(_without(wanted, left_out), _without(result, left_out), "")
    return Verification(_quotes(rebuilt), len(document.pages), (*claims.problems, *differences))


def _framework(stated: Stated, given: str | Path | None) -> Framework:
    """The plan that the user gives, else the shipped one that the result names."""
    named = stated.framework.id
    if given is None and named not in frameworks.shipped_ids():
        raise InputError(
            f"the result was made with the framework {_shown(named)}, which is not shipped",
            hint="give its file with --framework FILE",
        )
    return frameworks.load(given if given is not None else named)


def _others(stated: Stated, document: Document, plan: Framework) -> Iterator[str]:
    """Whether the result was made from another file or with another plan."""
    if document.sha256 != stated.document.sha256:
        yield f"document sha256: the source has {_shown(document.sha256)}, the result {_shown(stated.document.sha256)}"
    named = stated.framework
    if (plan.id, plan.version, plan.sha256) != (named.id, named.version, named.sha256):
        yield (
            f"framework: the result was made with {_shown(named.id)} {_shown(named.version)}, digest "
            f"{_shown(named.sha256)}; here it is {plan.id!r} {plan.version!r}, digest {plan.sha256!r}"
        )


def _mapped(stated: Stated, found: tuple[Passage, ...]) -> int:
    """How many passages were mapped: all that can be evidence, but for those that a first pass leaves out."""
    bodies = sum(passage.role is PassageRole.BODY for passage in found)
    return min(stated.passages, bodies) if "first_pass" in stated.provenance.thresholds else bodies


class _Claims:
    """The evidence that a result states, with the passages that the source has for it."""

    def __init__(self, stated: Stated, plan: Framework, found: tuple[Passage, ...]) -> None:
        self._plan = plan
        self._found = {passage.id: passage for passage in found}
        self._read: dict[str, Any] = {}
        self.evidence: list[Evidence] = []
        self.problems: list[str] = []
        elements = {element.code: element for element in plan.elements}
        for item in stated.elements:
            if item.code not in elements:
                self.problems.append(f"elements: the framework has no {_shown(item.code)}")
                continue
            seen: set[str] = set()
            for kind, claims in (("evidence", item.evidence), ("near_misses", item.near_misses)):
                for number, claim in enumerate(claims, 1):
                    self._add(f"{item.code} {kind} {number}", claim, elements[item.code], seen)

    def _add(self, where: str, claim: StatedEvidence, element: Element, seen: set[str]) -> None:
        passage = self._found.get(claim.passage)
        if passage is None:
            self.problems.append(f"{where}: the source has no passage {_shown(claim.passage)}")
        elif passage.role is not PassageRole.BODY:
            self.problems.append(f"{where}: {passage.id} is no evidence, its role is {passage.role.value}")
        elif passage.id in seen:
            self.problems.append(f"{where}: {passage.id} stands twice")
        else:
            seen.add(passage.id)
            self.evidence.append(self._evidence(claim, passage, element))

    def _evidence(self, claim: StatedEvidence, passage: Passage, element: Element) -> Evidence:
        if passage.id not in self._read:
            text = encoder_input(passage)
            hits = self._matcher.find(text)
            self._read[passage.id] = hits, guards.of_text(text, hits)
        hits, of_text = self._read[passage.id]
        return evidence(
            passage,
            element,
            hits,
            of_text,
            score=claim.score,
            substance=claim.substance,
            dense=claim.signals.dense,
            nearest=claim.signals.nearest,
            lexical=claim.signals.lexical,
        )

    @cached_property
    def _matcher(self) -> TermMatcher:
        return TermMatcher(self._plan)


def _quotes(rebuilt: Assessment) -> int:
    listed = sum(len(coverage.evidence) + len(coverage.near_misses) for coverage in rebuilt.coverage)
    return listed + len(rebuilt.figures) + len(rebuilt.demoted)


def _without(result: Mapping[str, Any], keys: Sequence[str]) -> dict[str, Any]:
    return {key: value for key, value in result.items() if key not in keys}


def _differences(wanted: Any, given: Any, where: str) -> Iterator[str]:
    """Every place where plain data differs, a list of another length as one place."""
    if isinstance(wanted, dict) and isinstance(given, dict):
        yield from _of_objects(wanted, given, where)
    elif isinstance(wanted, list) and isinstance(given, list) and len(wanted) == len(given):
        for number, (first, second) in enumerate(zip(wanted, given, strict=True), 1):
            yield from _differences(first, second, f"{where} {_named(first, number)}")
    elif isinstance(wanted, list) and isinstance(given, list):
        yield f"{where}: there are {len(wanted)}, the result has {len(given)}"
    elif type(wanted) is not type(given) or wanted != given:
        first, second = _from_where_they_differ(wanted, given)
        yield f"{where}: the source gives {_shown(first)}, the result has {_shown(second)}"


def _of_objects(wanted: Mapping[str, Any], given: Mapping[str, Any], where: str) -> Iterator[str]:
    for key, value in wanted.items():
        place = f"{where} {key}".strip()
        if key in given:
            yield from _differences(value, given[key], place)
        else:
            yield f"{place}: the source gives {_shown(value)}, the result has none"
    for key in sorted(given.keys() - wanted.keys()):
        yield f"{where} {_shown(key)}: the result has {_shown(given[key])}, the source gives none".strip()


def _from_where_they_differ(wanted: Any, given: Any) -> tuple[Any, Any]:
    """Two long texts without most of what they begin with alike, so that what is shown of them is not the same."""
    if not isinstance(wanted, str) or not isinstance(given, str):
        return wanted, given
    pairs = enumerate(zip(wanted, given, strict=False))
    alike = next((place for place, (first, second) in pairs if first != second), min(len(wanted), len(given)))
    skipped = max(0, alike - _LONGEST // 3)
    return ("…" + wanted[skipped:], "…" + given[skipped:]) if skipped else (wanted, given)


def _named(item: Any, number: int) -> str:
    """An element by its code, an emphasis by its id, all else by its number."""
    name = (item.get("code") or item.get("id")) if isinstance(item, dict) else None
    return str(name or number)


def _shown(value: object) -> str:
    """A value for a message; lists and objects by their size, for a hostile one may be endless or deep."""
    if isinstance(value, list | dict):
        return f"{'a list' if isinstance(value, list) else 'an object'} of {len(value)}"
    text = repr(value)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
