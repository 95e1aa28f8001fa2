"""Characters with their boxes on a page -> the lines among them where a quote stands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from alignment.documents.geometry import turned
from alignment.documents.pdfium.segments import RawPage
from alignment.text.folding import fold
from alignment.types import Box

Glyph = tuple[str, Box]
"""A character that is seen, and its box in points from the page's top left corner as displayed."""

_SLACK = 1.0
"""Points by which the middle of a character may lie outside the box that holds it."""
_LEAST_RUN = 3
"""Fewer letters in a row than this that are the same are a coincidence."""
_MOST_COMPARED = 4_000
"""Letters of a box that are compared with a quote; no passage is nearly as long."""


@dataclass(frozen=True, slots=True)
class Sight:
    """A quote as it is seen on its page."""

    lines: tuple[Box, ...]
    """Where its letters stand, line by line in reading order; none when too few of them were found."""
    share: float
    """How many of its letters and digits stand within its box, from 0 to 1."""


def glyphs_in_segments(page: RawPage) -> Iterator[Glyph]:
    """The characters of a page that was read as a picture: a line's share its width, since only lines have boxes."""
    for segment in page.segments:
        if segment.turn % 90 == 0 and segment.text:
            step = (segment.right - segment.left) / len(segment.text)
            for number, character in enumerate(segment.text):
                left = segment.left + number * step
                box = (left, segment.top, left + step, segment.bottom)
                if not character.isspace():
                    yield character, turned(box, segment.turn, page.size_of(segment.turn))


def see(glyphs: Sequence[Glyph], box: Box, quote: str) -> Sight:
    """Where a quote's letters stand within a box.

    What a reader adds to a row of a table (labels, headers, colons) stands elsewhere or nowhere, and is not found.
    """
    inside = [glyph for glyph in glyphs if _holds(box, glyph[1])][:_MOST_COMPARED]
    letters = [number for number, (character, _) in enumerate(inside) if character.isalnum()]
    there = fold("".join(inside[number][0] for number in letters))
    wanted = "".join(filter(str.isalnum, fold(quote)))
    if not wanted:
        return Sight((), 1.0)
    least = min(_LEAST_RUN, len(wanted))
    # The longest common run first, so that a word that stands twice is found where the sentence goes on.
    runs = [run for run in SequenceMatcher(None, there, wanted, autojunk=False).get_matching_blocks() if run.size]
    runs = [run for run in runs if run.size >= least or run.b + run.size == len(wanted)]
    share = sum(run.size for run in runs) / len(wanted)
    # From its first letter to the next one after it, so that the marks of punctuation within and behind it count.
    ends = [*letters, len(inside)]
    seen = [inside[place][1] for run in runs for place in range(ends[run.a], ends[run.a + run.size])]
    return Sight(tuple(_lines(seen)), share)


def _holds(box: Box, glyph: Box) -> bool:
    across, down = (glyph[0] + glyph[2]) / 2, (glyph[1] + glyph[3]) / 2
    return box[0] - _SLACK <= across <= box[2] + _SLACK and box[1] - _SLACK <= down <= box[3] + _SLACK


def _lines(boxes: Sequence[Box]) -> Iterator[Box]:
    """Boxes of characters as boxes of lines; text set sideways gives lines that stand upright."""
    line: Box | None = None
    for box in boxes:
        if line is None or not _goes_on(line, box):
            if line is not None:
                yield line
            line = box
        else:
            line = (min(line[0], box[0]), min(line[1], box[1]), max(line[2], box[2]), max(line[3], box[3]))
    if line is not None:
        yield line


def _goes_on(line: Box, box: Box) -> bool:
    size = max(min(box[2] - box[0], box[3] - box[1]), 1.0)
    beside = min(line[3], box[3]) - max(line[1], box[1]) > 0.4 * (box[3] - box[1])
    below = min(line[2], box[2]) - max(line[0], box[0]) > 0.4 * (box[2] - box[0])
    gap_across = max(line[0], box[0]) - min(line[2], box[2])
    gap_down = max(line[1], box[1]) - min(line[3], box[3])
    tall = line[3] - line[1] > 1.5 * (line[2] - line[0])
    single = max(line[2] - line[0], line[3] - line[1]) < 1.5 * size and gap_down < 0.5 * size
    return (beside and gap_across < 4 * size) or (below and ((tall and gap_down < 4 * size) or single))
