"""Segments of one column -> lines from top to bottom; what stands side by side are cells of one line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from alignment.documents.pdfium.segments import PLACEHOLDER, Segment
from alignment.documents.tolerances import (
    BACKWARDS,
    DISPLAY,
    JOINED,
    LOOK_BACK,
    ON_A_LINE,
    OVERLAP,
    SHORTEST_BESIDE_DISPLAY,
    SPACE,
)
from alignment.text.characters import letters_in, width_of
from alignment.types import Box

_BESIDE_LAST = 3
"""So many lines, from one of them on, can stand beside it."""
_TALL = 9
"""Among so many lines stands all of a heading in the margin with the text beside it."""


@dataclass(frozen=True, slots=True)
class Line:
    """Segments that stand side by side; more than one cell where white space divides them, as in a table row."""

    cells: tuple[Segment, ...]
    box: Box
    size: float
    """Font size of the longest cell, in points."""

    @property
    def text(self) -> str:
        """Cells divided by two spaces."""
        return "  ".join(cell.text for cell in self.cells)

    @property
    def bold(self) -> bool:
        """Whether every cell is bold."""
        return all(cell.bold for cell in self.cells)


def line_of(segments: Sequence[Segment]) -> Line:
    """One line, its cells from left to right."""
    cells = tuple(sorted(segments, key=lambda each: each.left))
    return Line(cells, union(cells), max(cells, key=lambda cell: len(cell.text)).size)


def union(segments: Sequence[Segment]) -> Box:
    """The rectangle around all segments."""
    return (
        min(each.left for each in segments),
        min(each.top for each in segments),
        max(each.right for each in segments),
        max(each.bottom for each in segments),
    )


def joined(segments: Sequence[Segment]) -> list[Segment]:
    """Superscripts and runs that pdfium broke off, put back on their line."""
    ordered = sorted(segments, key=lambda each: (round(each.bottom), each.left))
    found: list[Segment] = []
    for segment in ordered:
        index = len(found) - 1
        while index >= max(0, len(found) - LOOK_BACK):
            if longer := _join(found[index], segment):
                # What it was joined to can be the end of one run and the beginning of the next.
                del found[index]
                segment, index = longer, len(found)
            index -= 1
        found.append(segment)
    return found


def _join(first: Segment, second: Segment) -> Segment | None:
    if second.left < first.left:
        first, second = second, first
    smaller = min(first.height, second.height)
    if PLACEHOLDER in (first.text, second.text):
        return None
    overlap = min(first.bottom, second.bottom) - max(first.top, second.top)
    gap = second.left - first.right
    size = max(first.size, second.size)
    if overlap < ON_A_LINE * smaller or not -BACKWARDS * size <= gap <= JOINED * size:
        return None
    wide = gap > SPACE * size
    longer = first if len(first.text) >= len(second.text) else second
    return Segment(
        text=first.text + (" " if wide else "") + second.text,
        left=first.left,
        top=min(first.top, second.top),
        right=max(first.right, second.right),
        bottom=max(first.bottom, second.bottom),
        size=longer.size,
        bold=first.bold and second.bold,
        words=first.words + second.words,
        turn=first.turn,
    )


def lines(segments: Sequence[Segment]) -> list[Line]:
    """Rows of segments whose heights overlap, top to bottom, cells left to right."""
    rows: list[list[Segment]] = []
    for segment in sorted(segments, key=lambda each: (each.top + each.bottom, each.left)):
        row = rows[-1] if rows else None
        if row and _beside(row, segment):
            row.append(segment)
        else:
            rows.append([segment])
    return _margin_first([line_of(row) for row in rows])


def _margin_first(found: list[Line]) -> list[Line]:
    """Lines in larger letters in the margin, which can be set over several lines, before the text beside them."""
    index = 0
    while index < len(found) - 1:
        heads = [place for place in range(index, min(index + _TALL, len(found))) if _is_margin(found, index, place)]
        begins = heads[:1] == [index] or (heads[:1] == [index + 1] and _level(found[index], found[index + 1]))
        if begins and heads != list(range(index, index + len(heads))):
            moved = [found[place] for place in heads]
            found[index:] = moved + [line for place, line in enumerate(found[index:], index) if place not in heads]
            index += len(heads)
        index += 1
    return found


def _is_margin(found: list[Line], index: int, place: int) -> bool:
    """Whether the line at `place` is part of a heading in the margin beside the text that begins at `index`."""
    line = found[place]
    body = found[index] if place != index else found[index + 1]
    if line.size < DISPLAY * body.size:
        return False
    beside = [
        other
        for other in found[index : place + _BESIDE_LAST]
        if other.size < line.size / DISPLAY and _level(line, other)
    ]
    return bool(beside) and all(line.box[2] <= other.box[0] for other in beside)


def _level(first: Line, second: Line) -> bool:
    return min(first.box[3], second.box[3]) - max(first.box[1], second.box[1]) > 0


def _beside(row: list[Segment], segment: Segment) -> bool:
    if PLACEHOLDER in (segment.text, row[0].text):
        return False
    base = max(row, key=lambda each: len(each.text))
    overlap = min(base.bottom, segment.bottom) - max(base.top, segment.top)
    clash = any(min(each.right, segment.right) - max(each.left, segment.left) > OVERLAP for each in row)
    return overlap >= ON_A_LINE * min(base.height, segment.height) and not clash and not _unlike(base, segment)


def _unlike(first: Segment, second: Segment) -> bool:
    """Whether words of one are so much larger than those of the other that they are no cells of one row."""
    small, large = sorted((first, second), key=lambda each: each.size)
    return (
        large.size >= DISPLAY * small.size
        and width_of(small.text) >= SHORTEST_BESIDE_DISPLAY
        and letters_in(large.text) >= 2
    )
