"""Evidence -> the quotes that are shown as small pictures of the page."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from alignment.reports.view import SHOWN
from alignment.types import (
    Assessment,
    Crop,
    PageState,
    Quoted,
    Status,
)

PICTURES = 60
"""Quotes with a picture of their place."""


def pictures(
    assessment: Assessment, path: Path, crops: Callable[..., tuple[Crop | None, ...]], *, password: str | None = None
) -> dict[str, Crop]:
    """By passage, pictures of the places of the quotes that a page shows.

    `path` is the report's; `crops` makes them: a `documents.isolated.Reader`'s, so that no page can do harm.
    """
    wanted = quoted(assessment)
    pages = {quoted.page for quoted in wanted.values()}
    ocr = any(page.state is PageState.OCR for page in assessment.document.pages if page.number in pages)
    made = crops(path, tuple(wanted.values()), password=password, ocr=ocr) if wanted else ()
    return {passage: crop for passage, crop in zip(wanted, made, strict=True) if crop is not None}


def quoted(assessment: Assessment) -> dict[str, Quoted]:
    """By passage, the quotes that are shown with a picture of their place: what an element's status rests on."""
    found: dict[str, Quoted] = {}
    for coverage in assessment.coverage:
        shown = coverage.near_misses if coverage.status is Status.REVIEW else coverage.evidence
        for passage in (item.passage for item in shown[:SHOWN]):
            if passage.box is not None and len(found) < PICTURES:
                found.setdefault(passage.id, Quoted(passage.page, passage.box, passage.text))
    return found
