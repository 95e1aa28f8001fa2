"""Segments and rules of a page -> tables drawn with rules: their boxes and their rows of cells."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from alignment.documents.layout.aligned_tables import rows_of, split
from alignment.documents.layout.lines import lines, union
from alignment.documents.layout.ruled_tables import SLACK, ruled_rows
from alignment.documents.pdfium.rules import Rule, Rules
from alignment.documents.pdfium.segments import PLACEHOLDER, Segment
from alignment.documents.tables import cells as looks
from alignment.documents.tables.linear import Row
from alignment.documents.tolerances import (
    EDGE,
    FEWEST_CELLS,
    FEWEST_RULES,
    FRAMED_PROSE,
    HEADER_ABOVE,
    SHORTEST_UPRIGHT,
)
from alignment.text.characters import joined, width_of
from alignment.types import Box

_LONGEST_CELL = 30
"""Han characters; a table without upright rules has no longer cells in its columns of values."""


@dataclass(frozen=True, slots=True)
class Grid:
    """A table with its place, its segments and its rows."""

    box: Box
    segments: tuple[Segment, ...]
    rows: tuple[Row, ...]


def grids(segments: Sequence[Segment], rules: Rules) -> list[Grid]:
    """The tables among the segments, from top to bottom; frames around running text are none."""
    found: list[Grid] = []
    for group in _groups(rules.across):
        inner = _inner(group, rules)
        for run in _runs(group, segments, inner):
            grid = _grid(run, segments, rules, inner)
            if grid and not any(set(grid.segments) & set(other.segments) for other in found):
                found.append(grid)
    return sorted(found, key=lambda grid: (grid.box[1], grid.box[0]))


def placeholder(grid: Grid) -> Segment:
    """A segment that stands for the whole table while columns are told apart."""
    left, top, right, bottom = grid.box
    return Segment(PLACEHOLDER, left, top, right, bottom, grid.segments[0].size)


def _groups(across: Sequence[Rule]) -> list[list[Rule]]:
    """Level rules of one width below each other, with the shorter ones between them; the largest groups first."""
    groups: dict[tuple[int, int], list[Rule]] = {}
    for rule in across:
        key = next(
            (key for key in groups if abs(key[0] - rule[1]) <= SLACK and abs(key[1] - rule[2]) <= SLACK),
            (round(rule[1]), round(rule[2])),
        )
        groups.setdefault(key, []).append(rule)
    large = [sorted(group) for group in groups.values() if len(group) >= 2]
    return sorted(large, key=lambda group: (-(group[-1][0] - group[0][0]) * (group[0][2] - group[0][1]), group))


def _inner(group: Sequence[Rule], rules: Rules) -> list[Rule]:
    """Upright rules inside a group that part columns: level rules of the group go on at both sides of them."""
    found = []
    for rule in rules.upright:
        x, top, bottom = rule
        met = sum(
            left < x - SLACK and x + SLACK < right and top - SLACK <= y <= bottom + SLACK for y, left, right in group
        )
        if met >= 2:
            found.append(rule)
    return found


def _runs(group: Sequence[Rule], segments: Sequence[Segment], inner: Sequence[Rule]) -> list[list[Rule]]:
    """The group, cut where running text stands between two of its rules."""
    runs: list[list[Rule]] = [[group[0]]]
    for upper, lower in pairwise(group):
        box = (min(upper[1], lower[1]), upper[0], max(upper[2], lower[2]), lower[0])
        inside = [each for each in segments if _within(each, box)]
        parted = any(top <= upper[0] + SLACK and lower[0] - SLACK <= bottom for _, top, bottom in inner)
        if not parted and _is_prose(inside, box[2] - box[0]):
            runs.append([])
        runs[-1].append(lower)
    return [run for run in runs if len(run) >= 2]


def _is_prose(inside: Sequence[Segment], width: float) -> bool:
    """Two lines or more that fill most of the width, or that are no cells."""
    rows = lines(inside)
    full = [line for line in rows if len(line.cells) == 1 and line.box[2] - line.box[0] >= FRAMED_PROSE * width]
    return len(full) >= 2 or (len(rows) >= 3 and all(len(line.cells) == 1 for line in rows))


def _grid(group: list[Rule], segments: Sequence[Segment], rules: Rules, columns: Sequence[Rule]) -> Grid | None:
    box = (min(rule[1] for rule in group), group[0][0], max(rule[2] for rule in group), group[-1][0])
    inner = [rule for rule in columns if min(rule[2], box[3]) - max(rule[1], box[1]) > SHORTEST_UPRIGHT]
    inside = [each for each in segments if _within(each, box)]
    if not inner:
        inside = _header_above(segments, inside, box) + inside
    if len(inside) < FEWEST_CELLS or (len(group) < FEWEST_RULES and not inner):
        return None
    bands = [rule for rule in rules.across if box[0] - SLACK <= rule[1] and rule[2] <= box[2] + SLACK]
    bands = [rule for rule in bands if box[1] - EDGE <= rule[0] <= box[3] + EDGE]
    rows = ruled_rows(inside, bands, inner, box) if inner else _level_rows(inside, bands)
    return Grid(union(inside), tuple(inside), tuple(rows)) if _is_table(rows, ruled=bool(inner)) else None


def _within(segment: Segment, box: Box) -> bool:
    middle = (segment.top + segment.bottom) / 2
    return box[1] <= middle <= box[3] and segment.left >= box[0] - SLACK and segment.right <= box[2] + SLACK


def _header_above(segments: Sequence[Segment], inside: Sequence[Segment], box: Box) -> list[Segment]:
    """The line over the first rule, where it names columns of the table below."""
    if not inside:
        return []
    size = inside[0].size
    above = (box[0], box[1] - HEADER_ABOVE * size, box[2], box[1])
    found = [each for each in segments if _within(each, above) and each not in inside]
    years = sum(looks.is_year(each.text) for each in found)
    return found if years >= 1 and len(found) >= 2 else []


def _is_table(rows: Sequence[Row], *, ruled: bool) -> bool:
    """At least two rows of two cells; without upright rules, cells beside the labels have to be short."""
    celled = [row for row in rows if len(row) >= 2]
    if len(celled) < 2 or 2 * len(celled) < len(rows):
        return False
    others = [cell for row in celled for cell in row[1:]]
    short = sum(width_of(cell.text) <= _LONGEST_CELL for cell in others)
    values = sum(looks.is_value(cell.text) for cell in others)
    return ruled or (short == len(others) and 3 * values >= len(others))


def _level_rows(inside: Sequence[Segment], across: Sequence[Rule]) -> list[Row]:
    """Rows of a table without upright rules: a band between two rules is a row unless it holds values line by line."""
    edges = sorted(rule[0] for rule in across)
    bands: dict[int, list[Segment]] = {}
    for segment in (piece for each in inside for piece in split(each)):
        bands.setdefault(bisect_right(edges, (segment.top + segment.bottom) / 2), []).append(segment)
    found = [row for number in sorted(bands) for row in _flattened(bands[number])]
    return rows_of(lines(found)) if found else []


def _flattened(band: list[Segment]) -> list[Segment]:
    """A band of one row set on one height, its wrapped cells put together; other bands as they are."""
    stacked: list[list[Segment]] = []
    for segment in sorted(band, key=lambda each: (each.left, each.top)):
        column = next((each for each in stacked if _stands_under(each, segment)), None)
        if column is None:
            stacked.append([segment])
        else:
            column.append(segment)
    if len(stacked) < 2 or any(sum(looks.is_value(each.text) for each in column) > 1 for column in stacked):
        return band
    top, bottom = min(each.top for each in band), max(each.bottom for each in band)
    return [_stack(column, top, bottom) for column in stacked]


def _stands_under(column: Sequence[Segment], segment: Segment) -> bool:
    box = union(column)
    return min(box[2], segment.right) - max(box[0], segment.left) > 0


def _stack(column: Sequence[Segment], top: float, bottom: float) -> Segment:
    ordered = sorted(column, key=lambda each: (each.top, each.left))
    text = ordered[0].text
    for segment in ordered[1:]:
        text = joined(text, segment.text)
    first = ordered[0]
    left, _, right, _ = union(ordered)
    words = first.words if len(ordered) == 1 else ()
    return Segment(text, left, top, right, bottom, first.size, first.bold, words, first.turn)
