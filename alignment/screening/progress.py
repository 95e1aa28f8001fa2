"""Answers of workers -> how far the batch is."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from alignment.screening.discovery import Found
from alignment.screening.jobs import Job
from alignment.screening.messages import Failed, Row
from alignment.screening.state import Outcome


@dataclass(frozen=True, slots=True)
class Event:
    """One file is finished."""

    path: str
    outcome: str
    """`assessed`, `failed`, or `known` where an earlier run had finished it."""
    pages: int
    done: int
    failed: int
    total: int


Report = Callable[[Event], None]


class Counter:
    """Tells of each filing as it is finished."""

    def __init__(self, total: int, log: Path, report: Report | None) -> None:
        self.total, self.done, self.failed = total, 0, 0
        self.log = log
        self.report = report

    def tell(self, job: Job, outcome: Outcome, *, known: bool = False) -> None:
        """All filings of a job are finished together."""
        for each in job.found:
            result = outcome.result
            what = "known" if known else result.outcome
            reason = f"{result.stage}: {job.reason(each, result)}" if isinstance(result, Failed) else ""
            pages = result.pages if isinstance(result, Row) and each is job.found[0] else 0
            self._told(each.filing.path, what, reason, pages)

    def lost(self, found: Found) -> None:
        """Of a file that cannot be opened."""
        self._told(found.filing.path, "failed", f"reading: {found.problem}", 0)

    def _told(self, path: str, what: str, reason: str, pages: int) -> None:
        self.done += 1
        self.failed += bool(reason)
        with self.log.open("a", encoding="utf-8") as log:
            why = f": {reason}" if reason else ""
            log.write(f"{time.strftime('%Y-%m-%dT%H:%M:%S%z')} {what} {path!r}{why}\n")
        if self.report:
            self.report(Event(path, what, pages, self.done, self.failed, self.total))
