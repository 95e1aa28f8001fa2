"""Segments of a page -> lines in reading order, column by column."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from alignment.documents.segments import PLACEHOLDER, Segment
from alignment.types import Box

_HAN = re.compile(r"[\u3400-\u9fff]")
_WORDS = re.compile(r"[^\W\d_]")
_MAXIMUM_DEPTH = 5


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


def width_of(text: str) -> float:
    """Length in Han characters: a Latin character counts as a third."""
    han = len(_HAN.findall(text))
    return han + (len(text) - han) / 3


def columns(segments: Sequence[Segment], page_width: float, page_height: float) -> list[list[Line]]:
    """Regions of a page in reading order, each a list of lines from top to bottom.

    A gutter is a vertical strip that few segments cross and that has running text on both sides; what crosses it
    (titles, wide pictures' captions) divides the columns into bands, which are read left to right and top to bottom.
    """
    whole = list(segments)
    halves = _spread(whole, page_width, page_height) or [whole]
    return [region for half in halves for region in _regions(half, _extent(half, page_width, halves), 0) if region]


def _spread(segments: list[Segment], width: float, height: float) -> list[list[Segment]]:
    """The two pages of a sheet that is wider than high and has running text on both sides of a clean middle."""
    if width < 1.15 * height:
        return []
    middle = width / 2
    left = [segment for segment in segments if segment.left + segment.right < width]
    right = [segment for segment in segments if segment.left + segment.right >= width]
    crossing = any(segment.left < middle - 2 and segment.right > middle + 2 for segment in segments)
    return [] if crossing or not (_runs_on(left, width) and _runs_on(right, width)) else [left, right]


def _extent(half: list[Segment], width: float, halves: list[list[Segment]]) -> float:
    return width / len(halves) if half else width


def _regions(segments: list[Segment], page_width: float, depth: int) -> Iterator[list[Line]]:
    gutter = _gutter(segments, page_width) if depth < _MAXIMUM_DEPTH else None
    if gutter is None:
        side, rest = _sidebar(segments, page_width)
        yield from _with_sidebar(side, rest) if side else [lines(segments)]
        return
    for band, crossing in _bands(segments, gutter):
        if crossing:
            yield from _regions(band, page_width, _MAXIMUM_DEPTH)
            continue
        left = [segment for segment in band if segment.right <= gutter + 1]
        right = [segment for segment in band if segment.right > gutter + 1]
        for side in (left, right):
            if side:
                yield from _regions(side, page_width, depth + 1)


def _sidebar(segments: list[Segment], page_width: float) -> tuple[list[Segment], list[Segment]]:
    """Headings in the left margin beside the text that they head, and the rest; empty when there are none."""
    if len(segments) < 4:
        return [], segments
    left = min(segment.left for segment in segments)
    narrow = [segment for segment in segments if segment.right < left + 0.3 * page_width]
    edge = max((segment.right for segment in narrow), default=left)
    rest = [segment for segment in segments if segment.left > edge + 4]
    if len(narrow) + len(rest) != len(segments) or not _runs_on(rest, page_width):
        return [], segments
    body = sorted(segment.size for segment in rest)[len(rest) // 2]
    plain = sum(not segment.bold for segment in rest) > len(rest) / 2
    heads = all(segment.size >= 1.15 * body or (plain and segment.bold) for segment in narrow)
    return (narrow, rest) if heads else ([], segments)


def _with_sidebar(side: list[Segment], rest: list[Segment]) -> Iterator[list[Line]]:
    """Each heading of the margin, then the text that begins beside or below it."""
    groups: list[list[Segment]] = []
    for segment in sorted(side, key=lambda each: (each.top, each.left)):
        if groups and segment.top - groups[-1][-1].bottom <= 0.6 * segment.size:
            groups[-1].append(segment)
        else:
            groups.append([segment])
    starts = [group[0].top - 0.5 * group[0].size for group in groups]
    yield lines([segment for segment in rest if segment.top < starts[0]])
    for group, start, end in zip(groups, starts, [*starts[1:], float("inf")], strict=True):
        yield lines(group)
        yield lines([segment for segment in rest if start <= segment.top < end])


def _bands(segments: list[Segment], gutter: float) -> Iterator[tuple[list[Segment], bool]]:
    """Segments from top to bottom in runs that cross the gutter or do not."""
    run: list[Segment] = []
    state = False
    for segment in sorted(segments, key=lambda each: (each.top, each.left)):
        crosses = segment.left < gutter - 1 and segment.right > gutter + 1
        if run and state and not crosses and _ends_paragraph(segment, run[-1], segments):
            crosses = True
        if run and crosses != state:
            yield run, state
            run = []
        run.append(segment)
        state = crosses
    if run:
        yield run, state


def _ends_paragraph(segment: Segment, last: Segment, segments: list[Segment]) -> bool:
    """Whether this is the short last line of a paragraph that crosses the gutter, alone on its height."""
    close = segment.top - last.bottom <= 0.6 * segment.size and abs(segment.size - last.size) <= 0.1 * segment.size
    aligned = abs(segment.left - last.left) <= 2.5 * segment.size
    return (
        close
        and aligned
        and not any(
            other is not segment
            and min(other.bottom, segment.bottom) - max(other.top, segment.top) > 0.3 * segment.height
            for other in segments
        )
    )


def _gutter(segments: list[Segment], page_width: float) -> float | None:
    """The x of the best gutter, or None where the segments are one column or a table."""
    if len(segments) < 6:
        return None
    lefts = np.array([segment.left for segment in segments])
    rights = np.array([segment.right for segment in segments])
    margin = 0.12 * page_width
    first, last = lefts.min() + margin, rights.max() - margin
    # Damaged files place text, or end their pages, millions of points away.
    places = np.arange(first, last, max(2.0, (last - first) / 5_000))
    if not len(places):
        return None
    crossings = ((lefts < places[:, None] - 1) & (rights > places[:, None] + 1)).sum(axis=1)
    few = crossings <= max(1, 0.25 * len(segments))
    runs: list[tuple[int, float, float]] = []
    start = 0
    for index in range(1, len(places) + 1):
        if index == len(places) or crossings[index] != crossings[start]:
            if few[start]:
                runs.append((int(crossings[start]), -(places[index - 1] - places[start]), places[start]))
            start = index
    for _, width, place in sorted(runs)[:10]:
        x = float(place - width / 2)
        left = [segment for segment in segments if segment.right <= x + 1]
        right = [segment for segment in segments if segment.left >= x - 1]
        if _runs_on(left, page_width) and _runs_on(right, page_width):
            return x
    return None


def _runs_on(side: list[Segment], page_width: float) -> bool:
    """Whether these segments are lines of running text rather than the cells of a table."""
    if len(side) < 3:
        return False
    width = max(segment.right for segment in side) - min(segment.left for segment in side)
    lengths = sorted(width_of(segment.text) for segment in side)
    total = sum(lengths)
    # half of the text stands in lines of at least this length
    running, longest = 0.0, 0.0
    for length in reversed(lengths):
        running += length
        longest = length
        if running >= total / 2:
            break
    return width >= 0.15 * page_width and total >= 40 and longest >= 8


def joined(segments: Sequence[Segment]) -> list[Segment]:
    """Superscripts and runs that pdfium broke off, put back on their line."""
    ordered = sorted(segments, key=lambda each: (round(each.bottom), each.left))
    found: list[Segment] = []
    for segment in ordered:
        index = len(found) - 1
        while index >= max(0, len(found) - 7):
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
    if overlap < 0.5 * smaller or not -0.3 * size <= gap <= 0.6 * size:
        return None
    wide = gap > 0.12 * size
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
        heads = [place for place in range(index, len(found)) if _is_margin(found, index, place)]
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
    if place > index + 8 or line.size < 1.3 * body.size:
        return False
    beside = [other for other in found[index : place + 3] if other.size < line.size / 1.3 and _level(line, other)]
    return bool(beside) and all(line.box[2] <= other.box[0] for other in beside)


def _level(first: Line, second: Line) -> bool:
    return min(first.box[3], second.box[3]) - max(first.box[1], second.box[1]) > 0


def _beside(row: list[Segment], segment: Segment) -> bool:
    if PLACEHOLDER in (segment.text, row[0].text):
        return False
    base = max(row, key=lambda each: len(each.text))
    overlap = min(base.bottom, segment.bottom) - max(base.top, segment.top)
    clash = any(min(each.right, segment.right) - max(each.left, segment.left) > 2 for each in row)
    return overlap >= 0.5 * min(base.height, segment.height) and not clash and not _unlike(base, segment)


def _unlike(first: Segment, second: Segment) -> bool:
    """Whether words of one are so much larger than those of the other that they are no cells of one row."""
    small, large = sorted((first, second), key=lambda each: each.size)
    return large.size >= 1.3 * small.size and width_of(small.text) >= 8 and len(_WORDS.findall(large.text)) >= 2
