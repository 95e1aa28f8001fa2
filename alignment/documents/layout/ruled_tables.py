"""Segments and rules of a table with upright rules -> its rows of cells, none lost and none twice."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence, Set

from alignment.documents.layout.aligned_tables import part, split
from alignment.documents.layout.lines import lines, union
from alignment.documents.pdfium.rules import Rule
from alignment.documents.pdfium.segments import Segment, Word
from alignment.documents.tables import cells as looks
from alignment.documents.tables.linear import Cell, Row
from alignment.documents.tolerances import EDGE
from alignment.text.characters import joined, width_of
from alignment.types import Box

SLACK = 4.0
"""Points by which the ends of the rules of one table may differ."""
_LONGEST_NAME = 30
"""Han characters; what is longer in a cell over several rows is not said again in each of them."""

_Cells = dict[tuple[int, int, int, int], list[Segment]]
"""Segments of each cell by its first and last band and its first and last column."""


def ruled_rows(inside: Sequence[Segment], across: Sequence[Rule], upright: Sequence[Rule], box: Box) -> list[Row]:
    """Rows of a table with upright rules: a cell is what rules part from its neighbours, merged or not."""
    across = [rule for rule in across if _parts_rows(rule, upright, box)]
    xs = _distinct([box[0], *(rule[0] for rule in upright), box[2]])
    ys = _distinct([box[1], *(rule[0] for rule in across), box[3]])
    cells: _Cells = {}
    for segment in inside:
        band = _slot(ys, (segment.top + segment.bottom) / 2)
        for piece in _parted(segment, upright):
            column = _slot(xs, (piece.left + piece.right) / 2)
            first, last = _reach_across(column, band, xs, ys, upright)
            above, below = _reach_down(column, band, xs, ys, across)
            cells.setdefault((above, below, first, last), []).append(piece)
    return _banded(cells, ys)


def _parts_rows(rule: Rule, upright: Sequence[Rule], box: Box) -> bool:
    """Whether a level rule ends at sides of cells; an underline or the shade behind a line of text ends within one."""
    y, *ends = rule
    sides = [box[0], box[2], *(x for x, top, bottom in upright if top - SLACK <= y <= bottom + SLACK)]
    return all(any(abs(end - side) <= SLACK for side in sides) for end in ends)


def _banded(cells: _Cells, ys: Sequence[float]) -> list[Row]:
    """Cells by row, none left out; a name over several rows is in each of them, everything else in one.

    A band that no cell has for itself is no row, but cells that lie over such bands alone are rows of their own.
    """
    own = {key[0] for key in cells if key[0] == key[1]}
    bands: dict[int, _Cells] = {band: {} for band in own}
    homeless: _Cells = {}
    for key, group in cells.items():
        over = [band for band in range(key[0], key[1] + 1) if band in own]
        if not over:
            homeless[key] = group
            continue
        for band in over if _is_name(group) else ():
            bands[band][key] = group
        for line in () if _is_name(group) else _apart(group, over):
            middle = (line[0].top + line[0].bottom) / 2
            band = min(over, key=lambda each: max(ys[each] - middle, middle - ys[each + 1], 0.0))
            bands[band].setdefault(key, []).extend(line)
    placed = sorted([*bands.items(), *_homeless_rows(homeless)], key=lambda item: item[0])
    ordered = (dict(sorted(here.items(), key=lambda item: item[0][2:])) for _, here in placed)
    return [_unmixed(row) for here in ordered for row in _band_rows(here)]


def _unmixed(row: Row) -> Row:
    """Cells of the same columns as one, from left to right: a stray rule over some of them parts no values."""
    spans = [(cell.first, cell.last) for cell in row]
    if len(set(spans)) == len(spans):
        return row
    groups = {span: sorted((c for c in row if (c.first, c.last) == span), key=lambda c: c.box) for span in spans}
    return tuple(
        group[0] if len(group) == 1 else Cell(" ".join(each.text for each in group), *span, _around(group))
        for span, group in groups.items()
    )


def _around(cells: Sequence[Cell]) -> Box:
    lefts, tops, rights, bottoms = zip(*(cell.box for cell in cells), strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)


def _is_name(group: Sequence[Segment]) -> bool:
    """Whether what a cell says can be said again in each of its rows: it is short and contains no value."""
    pieces = [piece.text for segment in group for piece in split(segment)]
    return sum(map(width_of, pieces)) <= _LONGEST_NAME and not any(map(looks.is_measured, pieces))


def _apart(group: Sequence[Segment], over: Sequence[int]) -> list[list[Segment]]:
    """The lines of a cell over several rows, each for its own row where they hold values; else all for the first."""
    rows = [list(line.cells) for line in lines(group)]
    valued = sum(any(looks.is_measured(piece.text) for cell in row for piece in split(cell)) for row in rows)
    return rows if len(over) > 1 and valued > 1 else [list(group)]


def _homeless_rows(cells: _Cells) -> Iterator[tuple[int, _Cells]]:
    """Rows of cells that have no band for themselves, each with the band where it begins."""
    row: _Cells = {}
    for key in sorted(cells):
        beside = all(key[0] <= other[1] and (key[2] > other[3] or key[3] < other[2]) for other in row)
        if row and not beside:
            yield min(row)[0], row
            row = {}
        row[key] = cells[key]
    if row:
        yield min(row)[0], row


def _band_rows(here: _Cells) -> list[Row]:
    counts = [
        len(lines(group))
        for group in here.values()
        if all(looks.is_value(piece.text) for segment in group for piece in split(segment))
    ]
    if not counts or max(counts) < 2 or counts.count(max(counts)) < 2:
        return [tuple(_cell(group, key) for key, group in here.items())]
    levels = [line.box for line in max((lines(group) for group in here.values()), key=len)]
    rows: list[Row] = []
    for level in levels:
        row = {key: [each for each in group if _nearest(each, levels) == level] for key, group in here.items()}
        rows.append(tuple(_cell(group, key) for key, group in row.items() if group))
    return [row for row in rows if row]


def _nearest(segment: Segment, levels: Sequence[Box]) -> Box:
    middle = segment.top + segment.bottom
    return min(levels, key=lambda box: (abs(box[1] + box[3] - middle), box))


def _cell(group: Sequence[Segment], key: tuple[int, int, int, int]) -> Cell:
    text = ""
    for line in lines(group):
        text = joined(text, line.text.replace("  ", " ")) if text else line.text.replace("  ", " ")
    return Cell(text, key[2], key[3], union(group))


def _distinct(values: Sequence[float]) -> list[float]:
    found: list[float] = []
    for value in sorted(values):
        if not found or value - found[-1] > SLACK:
            found.append(value)
    return found


def _slot(edges: Sequence[float], place: float) -> int:
    return min(max(bisect_right(edges, place) - 1, 0), len(edges) - 2)


def _parted(segment: Segment, upright: Sequence[Rule]) -> list[Segment]:
    """A run of text that goes across upright rules, in parts."""
    middle = (segment.top + segment.bottom) / 2
    cuts = [
        x for x, top, bottom in upright if top <= middle <= bottom and segment.left + EDGE < x < segment.right - EDGE
    ]
    if not cuts or not segment.words:
        return [segment]
    groups: dict[int, list[Word]] = {}
    for word in segment.words:
        groups.setdefault(bisect_right(cuts, (word[1] + word[2]) / 2), []).append(word)
    return [part(segment, group) for _, group in sorted(groups.items())]


def _reach_across(
    column: int, band: int, xs: Sequence[float], ys: Sequence[float], upright: Sequence[Rule]
) -> tuple[int, int]:
    """First and last column of the cell at this place: as far as no upright rule stands in its band."""
    middle = (ys[band] + ys[band + 1]) / 2
    stands = {_slot_of(xs, x) for x, top, bottom in upright if top - EDGE <= middle <= bottom + EDGE}
    return _reach(column, stands, len(xs) - 1)


def _reach_down(
    column: int, band: int, xs: Sequence[float], ys: Sequence[float], across: Sequence[Rule]
) -> tuple[int, int]:
    """First and last band of the cell at this place: as far as no level rule lies over its column."""
    middle = (xs[column] + xs[column + 1]) / 2
    lies = {_slot_of(ys, y) for y, left, right in across if left - EDGE <= middle <= right + EDGE}
    return _reach(band, lies, len(ys) - 1)


def _reach(slot: int, walls: Set[int], slots: int) -> tuple[int, int]:
    """First and last of the slots around this one that no wall parts; a wall stands before its slot."""
    first = last = slot
    while first > 0 and first not in walls:
        first -= 1
    while last < slots - 1 and last + 1 not in walls:
        last += 1
    return first, last


def _slot_of(edges: Sequence[float], place: float) -> int:
    return min(range(len(edges)), key=lambda index: abs(edges[index] - place))
