"""Pictures of a slide or a Word file, by their size -> how many of them may be scanned pages, whose text is unread."""

from __future__ import annotations

import re
from collections.abc import Sequence

from alignment.types import PageState

Size = tuple[float, float]
"""Width and height, in any unit that is the same for a picture and its page."""
DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
BLIP = f"{DRAWING}blip"
"""What every picture in Office's drawings holds, also one that fills a shape or a background."""

_LETTER = re.compile(r"[^\W\d_]")
_LEAST_LETTERS = 20
"""Fewer letters beside a picture are a page number or a mark, not text."""
_SILENT = 100
"""So few letters a picture leave open whether the text stands in the pictures."""
_HALF = 0.5
"""Share of a slide from which on a picture may hold its text."""
_WHOLE = 0.75
"""Share of the width and of the height between a page's margins from which on a picture leaves no room for text."""
_LARGE = 0.25
"""Share of the area between a page's margins from which on a picture may be a page made smaller."""


def on_slide(pictures: Sequence[Size], slide: Size, text: str) -> int:
    """How many pictures may hold the text of a slide: those of half its size where it says next to nothing itself.

    All of them where it says nothing.
    """
    if not text.strip():
        return len(pictures)
    large = sum(width * height >= _HALF * slide[0] * slide[1] for width, height in pictures)
    return large if _letters(text) < _SILENT else 0


def in_flow(pictures: Sequence[Size], room: Size, text: str) -> int:
    """How many pictures of a file without pages may be pages; `room` is what the margins of its pages leave.

    Those that leave no room for text on their page are; and large ones, where there is next to no text for each.
    """
    whole = sum(width >= _WHOLE * room[0] and height >= _WHOLE * room[1] for width, height in pictures)
    large = sum(width * height >= _LARGE * room[0] * room[1] for width, height in pictures)
    return large if _letters(text) < _SILENT * large else whole


def state_beside(text: str, unread: int) -> PageState | None:
    """Scanned, where pictures are unread and there is no text beside them; else the text decides."""
    return PageState.SCANNED if unread and _letters(text) < _LEAST_LETTERS else None


def _letters(text: str) -> int:
    return len(_LETTER.findall(text))
