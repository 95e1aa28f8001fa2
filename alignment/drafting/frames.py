"""A PDF -> the frames drawn on its pages, which tell what is inside a box of a policy document from what is not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from alignment.documents import pdf
from alignment.documents.pdfium.drawn import drawn_on
from alignment.documents.pdfium.rules import Rules, rules_of
from alignment.documents.pdfium.upright import placer
from alignment.types import Box, Document, Format

WIDE = 0.5
"""Share of a page's width from which a frame is one around text, not a cell or a picture."""
_LEVEL = 6.0
"""Points by which the ends of a frame's two sides may differ."""
_LOW = 24.0
"""Points; a lower frame holds a line, which is a title and no box."""


def frames_of(path: Path, document: Document) -> dict[int, tuple[Box, ...]]:
    """Frames by page number, from top to bottom; none where the document is no PDF."""
    if document.format is not Format.PDF:
        return {}
    found: dict[int, tuple[Box, ...]] = {}
    with pdf.opened(path.read_bytes(), document.name, None) as opened:
        for page in document.pages:
            handle = opened[page.number - 1]
            try:
                rules = rules_of(drawn_on(handle), placer(handle, 0))
            finally:
                handle.close()
            if page.width and (boxes := tuple(_frames(rules, page.width))):
                found[page.number] = boxes
    return found


def _frames(rules: Rules, width: float) -> Iterator[Box]:
    """Areas between two upright lines of the same height that are far enough apart."""
    sides = sorted(rules.upright, key=lambda rule: (rule[1], rule[0]))
    for left, top, bottom in sides:
        level = [
            x
            for x, other_top, other_bottom in sides
            if abs(other_top - top) <= _LEVEL and abs(other_bottom - bottom) <= _LEVEL and x - left >= WIDE * width
        ]
        if level and bottom - top >= _LOW:
            yield (left, top, max(level), bottom)


def is_inside(box: Box | None, frames: tuple[Box, ...]) -> bool:
    """Whether the middle of a box lies in one of the frames."""
    if box is None:
        return False
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    return any(left <= x <= right and top <= y <= bottom for left, top, right, bottom in frames)
