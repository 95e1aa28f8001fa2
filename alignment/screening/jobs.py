"""Filings -> jobs: what is assessed once, for all filings of the same bytes and industry."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from alignment import storage
from alignment.screening.discovery import Found
from alignment.screening.messages import Failed
from alignment.text import cleaning

REPORTS = "reports"
"""The folder of all pages."""
_UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f/\\:*?\"<>|\s]+")
_STEM = 60


@dataclass(frozen=True, slots=True)
class Job:
    """A distinct text under a distinct industry, and all filings that it is."""

    key: str
    """Digest of everything that decides the outcome."""
    name: str
    """Of its page and its JSON, relative to the results, without suffix."""
    link: str | None
    """From its page to the first of the filings; None from one in an archive."""
    found: tuple[Found, ...]

    @property
    def file_name(self) -> str:
        """Of the first of the filings, as failures tell it."""
        return _file_name(self.found[0])

    def reason(self, each: Found, failed: Failed) -> str:
        """Why one of the filings failed: what is told of the first, under the name of this one."""
        reason = failed.reason
        rest = reason.removeprefix(self.file_name)
        return reason if rest == reason else f"{_file_name(each)}{rest}"


def jobs_of(found: Sequence[Found], fingerprint: str, reports: Path) -> list[Job]:
    """One for each distinct content and industry, named by the first of its filings.

    Its page links to that filing, so an outcome holds for its place alone, as seen from `reports`.
    """
    groups: dict[tuple[str, str], list[Found]] = {}
    for each in found:
        if each.sha256:
            groups.setdefault((each.sha256, each.filing.industry), []).append(each)
    jobs = []
    for (sha256, industry), same in groups.items():
        first = same[0]
        link = None if first.member is not None else storage.relative(first.place, reports)
        parts = (fingerprint, sha256, industry, first.filing.path, link)
        key = hashlib.sha256(json.dumps(parts).encode()).hexdigest()
        stem = _UNSAFE.sub("-", Path(first.filing.path).stem).strip("-.")[:_STEM] or "report"
        short = hashlib.sha256(f"{sha256} {industry}".encode()).hexdigest()[:10]
        jobs.append(Job(key, f"{REPORTS}/{stem}-{short}", link, tuple(same)))
    return jobs


def _file_name(found: Found) -> str:
    return cleaning.name_of(Path(found.filing.path))
