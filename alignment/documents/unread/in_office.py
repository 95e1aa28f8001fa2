"""Pictures of a slide or a Word file, by size and lightness -> how many may be scanned pages, whose text is unread."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from alignment.documents.limits import Limits
from alignment.documents.tolerances import FEWEST_LETTERS, SILENT
from alignment.documents.unread.paper import may_be_paper
from alignment.text.characters import letters_in
from alignment.types import PageState

Size = tuple[float, float]
"""Width and height, in any unit that is the same for a picture and its page."""
DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
BLIP = f"{DRAWING}blip"
"""What every picture in Office's drawings holds, also one that fills a shape or a background."""

EMBEDDED = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}embed"


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as it is shown, and the bytes of what it is made of; None for what is only linked."""

    width: float
    height: float
    data: tuple[bytes | None, ...]

    def covers(self, share: float, width: float, height: float) -> bool:
        """Whether it has this share of an area of this size."""
        return self.width * self.height >= share * width * height

    def is_light(self, limits: Limits) -> bool:
        """Whether any of what it is made of is as light as paper."""
        return any(may_be_paper(data, limits) for data in self.data)


_HALF = 0.5
"""Share of a slide from which on a picture may hold its text."""
_WHOLE = 0.75
"""Share of the width and of the height between a page's margins from which on a picture leaves no room for text."""
_LARGE = 0.25
"""Share of the area between a page's margins from which on a picture may be a page made smaller."""


def on_slide(pictures: Sequence[Picture], slide: Size, text: str, limits: Limits) -> int:
    """How many pictures may hold the text of a slide: light ones of half its size where it says next to nothing itself.

    All of them where it says nothing, for then nothing tells a dark scan from a photograph.
    """
    if not text.strip():
        return len(pictures)
    large = [each for each in pictures if each.covers(_HALF, *slide)] if letters_in(text) < SILENT else []
    return sum(each.is_light(limits) for each in large)


def in_flow(pictures: Sequence[Picture], room: Size, text: str, limits: Limits) -> int:
    """How many pictures of a file without pages may be pages; `room` is what the margins of its pages leave.

    Light ones that leave no room for text on their page are; and large ones, where there is next to no text for each.
    """
    large = [each for each in pictures if each.covers(_LARGE, *room)]
    letters = letters_in(text)
    if letters < FEWEST_LETTERS:
        return len(large)
    if letters >= SILENT * len(large):
        large = [each for each in large if each.width >= _WHOLE * room[0] and each.height >= _WHOLE * room[1]]
    return sum(each.is_light(limits) for each in large)


def blobs(blips: Iterable[Any], parts: Mapping[str, Any]) -> Iterator[bytes | None]:
    """The bytes of embedded pictures; `parts` are those that the slide or the text refers to."""
    for blip in blips:
        part = parts.get(blip.get(EMBEDDED))
        yield None if part is None else part.blob


def state_beside(text: str, unread: int) -> PageState | None:
    """Scanned, where pictures are unread and there is no text beside them; else the text decides."""
    return PageState.SCANNED if unread and letters_in(text) < FEWEST_LETTERS else None
