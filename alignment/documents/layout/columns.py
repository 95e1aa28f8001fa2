"""Segments of a page -> columns in reading order, each a list of lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from alignment.documents.layout.lines import Line, lines
from alignment.documents.pdfium.segments import SPREAD, Segment
from alignment.documents.tables import cells as looks
from alignment.documents.tolerances import (
    BESIDE,
    CLEAR,
    CROSSING,
    EDGE,
    FAR,
    FEWEST_RUNS_OF_COLUMNS,
    FEWEST_RUNS_OF_MARGIN,
    FEWEST_RUNS_OF_TEXT,
    FILLED,
    GUTTER_MARGIN,
    HALF_A_LINE,
    HEADING,
    NARROWEST_COLUMN,
    NEXT_LINE,
    OVERLAP,
    RUNNING_LINE,
    RUNNING_TEXT,
    SAME_PARAGRAPH_LEFT,
    SAME_SIZE,
    SIDEBAR,
)
from alignment.text.characters import width_of

_MAXIMUM_DEPTH = 5
_THIN = 4.0
"""A strip narrower than this, in points, is no better than a wider one that one more segment crosses."""
_FINEST, _MOST_PLACES, _MOST_TRIED = 2.0, 5_000, 10
"""Steps in which a gutter is looked for, in points; how many at most; and how many of the best strips are tried."""
_LEAST_ROWS = 3
"""So many rows of labels at the left and values at the right of a gutter are a table that goes across it."""


def halves(segments: Sequence[Segment], width: float, height: float) -> list[list[Segment]]:
    """The two pages of a sheet that is wider than high and has running text on both sides of a clean middle.

    Any other sheet is one page.
    """
    middle = width / 2
    left = [segment for segment in segments if segment.left + segment.right < width]
    right = [segment for segment in segments if segment.left + segment.right >= width]
    crossing = any(segment.left < middle - OVERLAP and segment.right > middle + OVERLAP for segment in segments)
    is_spread = width >= SPREAD * height and not crossing and _runs_on(left, width) and _runs_on(right, width)
    return [left, right] if is_spread else [list(segments)]


def columns(segments: Sequence[Segment], page_width: float) -> list[list[Line]]:
    """Regions of a page in reading order, each a list of lines from top to bottom.

    A gutter is a vertical strip that few segments cross and that has running text on both sides; what crosses it
    (titles, wide pictures' captions, tables) divides the columns into bands, which are read left to right and top to
    bottom.
    """
    return [region for region in _regions(list(segments), page_width, 0) if region]


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
        left = [segment for segment in band if segment.right <= gutter + EDGE]
        right = [segment for segment in band if segment.right > gutter + EDGE]
        for side in (left, right):
            if side:
                yield from _regions(side, page_width, depth + 1)


def _sidebar(segments: list[Segment], page_width: float) -> tuple[list[Segment], list[Segment]]:
    """Headings in the left margin beside the text that they head, and the rest; empty when there are none."""
    if len(segments) < FEWEST_RUNS_OF_MARGIN:
        return [], segments
    left = min(segment.left for segment in segments)
    narrow = [segment for segment in segments if segment.right < left + SIDEBAR * page_width]
    edge = max((segment.right for segment in narrow), default=left)
    rest = [segment for segment in segments if segment.left > edge + CLEAR]
    if len(narrow) + len(rest) != len(segments) or not _runs_on(rest, page_width):
        return [], segments
    body = sorted(segment.size for segment in rest)[len(rest) // 2]
    plain = sum(not segment.bold for segment in rest) > len(rest) / 2
    heads = all(segment.size >= HEADING * body or (plain and segment.bold) for segment in narrow)
    return (narrow, rest) if heads else ([], segments)


def _with_sidebar(side: list[Segment], rest: list[Segment]) -> Iterator[list[Line]]:
    """Each heading of the margin, then the text that begins beside or below it."""
    groups: list[list[Segment]] = []
    for segment in sorted(side, key=lambda each: (each.top, each.left)):
        if groups and segment.top - groups[-1][-1].bottom <= NEXT_LINE * segment.size:
            groups[-1].append(segment)
        else:
            groups.append([segment])
    starts = [group[0].top - HALF_A_LINE * group[0].size for group in groups]
    yield lines([segment for segment in rest if segment.top < starts[0]])
    for group, start, end in zip(groups, starts, [*starts[1:], float("inf")], strict=True):
        yield lines(group)
        yield lines([segment for segment in rest if start <= segment.top < end])


def _bands(segments: list[Segment], gutter: float) -> Iterator[tuple[list[Segment], bool]]:
    """Segments from top to bottom in runs that cross the gutter or do not."""
    run: list[Segment] = []
    state = False
    tables = _tables_across(segments, gutter)
    for segment in sorted(segments, key=lambda each: (each.top, each.left)):
        middle = (segment.top + segment.bottom) / 2
        crosses = any(top <= middle <= bottom for top, bottom in tables) or _crosses(segment, gutter)
        if run and state and not crosses and _ends_paragraph(segment, run[-1], segments):
            crosses = True
        if run and crosses != state:
            yield run, state
            run = []
        run.append(segment)
        state = crosses
    if run:
        yield run, state


def _crosses(segment: Segment, gutter: float) -> bool:
    return segment.left < gutter - EDGE and segment.right > gutter + EDGE


def _tables_across(segments: list[Segment], gutter: float) -> list[tuple[float, float]]:
    """From where to where tables reach down the page that have their labels at the left and values at the right."""
    found: list[tuple[float, float]] = []
    run: list[Line] = []
    for line in lines(segments):
        if run and (line.box[1] - run[-1].box[3] > FAR * line.size or not _is_part(line, run[0], gutter)):
            found += _table(run, segments, gutter)
            run = []
        if run or _is_row(line, gutter):
            run.append(line)
    return found + _table(run, segments, gutter)


def _is_row(line: Line, gutter: float) -> bool:
    """A label and two values or more, on both sides of the gutter."""
    label, *values = line.cells
    if len(values) < 2 or label.left >= gutter or values[-1].right <= gutter:
        return False
    return not looks.is_value(label.text) and all(looks.is_value(cell.text) for cell in values)


def _is_part(line: Line, first: Line, gutter: float) -> bool:
    """Whether a line below the first row of a table is a row, or the label or the values of one that is wrapped."""
    values = len(line.cells) >= 2 and all(looks.is_value(cell.text) for cell in line.cells)
    return _is_row(line, gutter) or values or line.box[2] <= first.cells[1].left


def _table(run: list[Line], segments: list[Segment], gutter: float) -> list[tuple[float, float]]:
    """Where a run of lines reaches from and to, its first and last row, if it is a table."""
    rows = [place for place, line in enumerate(run) if _is_row(line, gutter)]
    if len(rows) < _LEAST_ROWS or _is_running([run[place] for place in rows], segments, gutter):
        return []
    wrapped = [line for line in run[rows[-1] + 1 :] if line.box[1] <= run[rows[-1]].box[3]]
    return [(run[0].box[1], max(line.box[3] for line in (run[rows[-1]], *wrapped)))]


def _is_running(rows: list[Line], segments: list[Segment], gutter: float) -> bool:
    """Whether what stands left of the values fills its column, as running text beside a chart does."""
    left = min(segment.left for segment in segments)
    right = max(segment.right for segment in segments if segment.right <= gutter + EDGE)
    ends = [row.cells[0].right for row in rows]
    return 2 * sum(left + FILLED * (right - left) <= end <= gutter + EDGE for end in ends) > len(rows)


def _ends_paragraph(segment: Segment, last: Segment, segments: list[Segment]) -> bool:
    """Whether this is the short last line of a paragraph that crosses the gutter, alone on its height."""
    close = (
        segment.top - last.bottom <= NEXT_LINE * segment.size
        and abs(segment.size - last.size) <= SAME_SIZE * segment.size
    )
    aligned = abs(segment.left - last.left) <= SAME_PARAGRAPH_LEFT * segment.size
    return (
        close
        and aligned
        and not any(
            other is not segment
            and min(other.bottom, segment.bottom) - max(other.top, segment.top) > BESIDE * segment.height
            for other in segments
        )
    )


def _gutter(segments: list[Segment], page_width: float) -> float | None:
    """The x of the best gutter, or None where the segments are one column or a table."""
    if len(segments) < FEWEST_RUNS_OF_COLUMNS:
        return None
    lefts = np.array([segment.left for segment in segments])
    rights = np.array([segment.right for segment in segments])
    margin = GUTTER_MARGIN * page_width
    first, last = lefts.min() + margin, rights.max() - margin
    # Damaged files place text, or end their pages, millions of points away.
    places = np.arange(first, last, max(_FINEST, (last - first) / _MOST_PLACES))
    if not len(places):
        return None
    crossings = ((lefts < places[:, None] - EDGE) & (rights > places[:, None] + EDGE)).sum(axis=1)
    few = crossings <= max(1, CROSSING * len(segments))
    runs: list[tuple[int, float, float]] = []
    start = 0
    for index in range(1, len(places) + 1):
        if index == len(places) or crossings[index] != crossings[start]:
            if few[start]:
                runs.append((int(crossings[start]), -(places[index - 1] - places[start]), places[start]))
            start = index
    for _, width, place in sorted(runs, key=_fitness)[:_MOST_TRIED]:
        x = float(place - width / 2)
        left = [segment for segment in segments if segment.right <= x + EDGE]
        right = [segment for segment in segments if segment.left >= x - EDGE]
        if _runs_on(left, page_width) and _runs_on(right, page_width):
            return x
    return None


def _fitness(run: tuple[int, float, float]) -> tuple[int, float]:
    """Sort key of a strip, best first; a heading that ends just before the other column leaves a thin clean strip."""
    crossings, width, _ = run
    return crossings + (-width < _THIN), width


def _runs_on(side: list[Segment], page_width: float) -> bool:
    """Whether these segments are lines of running text rather than the cells of a table."""
    if len(side) < FEWEST_RUNS_OF_TEXT:
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
    return width >= NARROWEST_COLUMN * page_width and total >= RUNNING_TEXT and longest >= RUNNING_LINE
