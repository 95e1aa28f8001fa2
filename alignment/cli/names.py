"""A report and the folder of the results -> a name for its results that overwrites nothing of another file's."""

from __future__ import annotations

import itertools
import json
import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from alignment.reports.aliases import SCHEMAS
from alignment.text.cleaning import clean
from alignment.types import Document

SUFFIXES = (".html", ".json", ".run.json")
"""What `check` writes of each report."""
_UNSAFE = re.compile(r"[\x00-\x1f\x7f/\\:*?\"<>|]")
"""Characters that a file name should not have, on any system."""
_LONGEST = 200
"""Bytes of a name; systems allow 255 with its suffix."""


class Names:
    """Names in one folder for the results of the reports of one call."""

    def __init__(self, out: Path, reports: Sequence[Path]) -> None:
        self._out = out
        self._reports = {os.path.realpath(report) for report in reports}
        self._given: set[str] = set()

    def of(self, report: Path, document: Document) -> str:
        """The report's stem; with its suffix, then a number, where that is the name of another file's results.

        Results of the same file are written anew: of the same bytes under the same name, or from the same place.
        """
        name = next(each for each in _candidates(report) if self._is_free(each, report, document))
        self._given.add(name.casefold())
        return name

    def _is_free(self, name: str, report: Path, document: Document) -> bool:
        files = [self._out / f"{name}{suffix}" for suffix in SUFFIXES]
        if name.casefold() in self._given or any(os.path.realpath(file) in self._reports for file in files):
            return False
        return not any(file.exists() for file in files) or self._is_own(name, report, document)

    def _is_own(self, name: str, report: Path, document: Document) -> bool:
        result, side = (_read(self._out / f"{name}{suffix}") for suffix in (".json", ".run.json"))
        stated = result.get("document")
        if result.get("schema") not in SCHEMAS or not isinstance(stated, dict) or stated.get("name") != document.name:
            return False
        return stated.get("sha256") == document.sha256 or side.get("source") == os.path.realpath(report)


def _candidates(report: Path) -> Iterator[str]:
    stem, whole = (_safe(name) for name in (report.stem, report.name.replace(".", "-")))
    yield stem
    yield whole
    yield from (f"{whole}-{number}" for number in itertools.count(2))


def _safe(name: str) -> str:
    plain = clean(_UNSAFE.sub("_", name)).encode()[:_LONGEST].decode(errors="ignore")
    return plain.strip() or "report"


def _read(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
