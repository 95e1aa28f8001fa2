"""Lines of one column that stand in cells -> runs of table rows, by how the cells line up; no rules needed."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from alignment.documents.layout.lines import Line, line_of, union
from alignment.documents.pdfium.segments import Segment, Word
from alignment.documents.tables import cells as looks
from alignment.documents.tables.linear import Cell, Row
from alignment.documents.tolerances import (
    EDGE,
    FAR,
    LABEL_INDENT,
    LONGEST_LABEL_BELOW,
    NOT_LARGER,
    OVER_COLUMN,
    OVERLAP,
    SAME_CELL,
    SAME_LABEL,
    SAME_SIZE,
    WRAPPED,
    WRAPPED_INDENT,
    WRAPPED_STEP,
)
from alignment.text.characters import joined, width_of

_CELL_GAP = 0.75
"""White space between two cells of a row, in font sizes; words of one cell stand closer."""
_LABEL_GAP = 0.6
"""The same between a label and a value."""
_VALUE_GAP = 0.45
"""The same between two values."""
_BRACKET_GAP = 0.3
"""The same after a full-width bracket, half of whose width is white."""
_SHORT = 8
"""Han characters of a header's cell."""


def spans(region: Sequence[Line]) -> list[tuple[int, int]]:
    """Where tables begin and end in a column: two or more lines in cells, with lines of one cell between them."""
    found: list[tuple[int, int]] = []
    start = end = -1
    for index, line in enumerate(region):
        if start >= 0 and _is_far(region[index - 1], line):
            found, start = _closed(found, region, start, end), -1
        if is_celled(line):
            start, end = (index if start < 0 else start), index + 1
        elif start >= 0 and (index - end >= 2 or not _is_part(region, index, region[start:end])):
            found, start = _closed(found, region, start, end), -1
    return _closed(found, region, start, end) if start >= 0 else found


def is_celled(line: Line) -> bool:
    """More than one cell, the first of which is not the bullet or number of a list.

    Cells that stand so close that they were read as one run of text count where most are values, or all are short.
    """
    listed = len(line.cells) == 2 and looks.is_bullet(line.text) and not looks.is_value(line.cells[1].text)
    if len(line.cells) >= 2:
        return not listed
    pieces = [piece.text for piece in split(line.cells[0])]
    values = sum(looks.is_value(piece) for piece in pieces[1:])
    short = len(pieces) >= 3 and all(width_of(piece) <= _SHORT for piece in pieces)
    return short or (values >= 2 and 2 * values >= len(pieces))


def _closed(found: list[tuple[int, int]], region: Sequence[Line], start: int, end: int) -> list[tuple[int, int]]:
    """With this run, and a wrapped label's last line, where it is a table."""
    celled = [line for line in region[start:end] if is_celled(line)]
    wide = any(len(line.cells) >= 3 for line in celled)
    if len(celled) < 2 and not wide:
        return found
    if end < len(region) and _wraps_below(region[end - 1], region[end], celled):
        end += 1
    if start > (found[-1][1] if found else 0) and _wraps_above(region[start - 1], region[start]):
        start -= 1
    return [*found, (start, end)]


def _is_far(first: Line, second: Line) -> bool:
    return second.box[1] - first.box[3] > FAR * max(first.size, second.size)


def _is_part(region: Sequence[Line], index: int, run: Sequence[Line]) -> bool:
    """Whether a line of one cell is a label, goes on a cell of the line before, or begins the label of the next row."""
    before, line, *following = region[index - 1 : index + 2]
    under = any(min(cell.right, line.box[2]) > max(cell.left, line.box[0]) for cell in before.cells)
    begins = any(_touch(line, each) and line.box[2] <= each.cells[1].left for each in following if len(each.cells) > 1)
    return is_label(line, run) or (under and _touch(before, line)) or begins


def _touch(upper: Line, lower: Line) -> bool:
    """Whether two lines stand as close as those of one cell."""
    white = lower.box[1] - upper.box[3]
    return white < SAME_CELL * lower.size and abs(lower.size - upper.size) <= SAME_SIZE * lower.size


def is_label(line: Line, run: Sequence[Line]) -> bool:
    """Whether a line of one cell can be a section's name or a wrapped label: it stays left of the values."""
    values = min((cell.left for row in run for cell in row.cells[1:]), default=float("inf"))
    left = min(row.box[0] for row in run)
    if line.box[2] <= left and line.box[1] - run[-1].box[3] < SAME_LABEL * line.size:
        return True
    return abs(line.box[0] - left) <= LABEL_INDENT and (
        line.box[2] <= values + OVERLAP or width_of(line.text) <= LONGEST_LABEL_BELOW
    )


def _wraps_below(last: Line, line: Line, celled: Sequence[Line]) -> bool:
    """Whether a line under the last row goes on its label."""
    labels = min(row.box[0] for row in celled)
    near = line.box[1] - last.box[3] < SAME_CELL * line.size and line.size <= NOT_LARGER * last.size
    return (
        near
        and len(line.cells) == 1
        and abs(line.box[0] - labels) < WRAPPED_INDENT
        and line.box[2] <= last.cells[-1].left
    )


def _wraps_above(line: Line, first: Line) -> bool:
    """Whether the line over a table begins a label or a header of its first row: it touches that row."""
    near = first.box[1] - line.box[3] < SAME_LABEL * line.size and abs(line.size - first.size) <= SAME_SIZE * first.size
    over_values = line.box[0] > first.cells[0].right
    return near and len(line.cells) == 1 and (over_values or all(looks.is_measured(cell.text) for cell in first.cells))


def rows_of(region: Sequence[Line]) -> list[Row]:
    """Lines as rows: values that stand close are parted, wrapped labels put together, cells told their columns."""
    parted = [line_of([piece for cell in line.cells for piece in split(cell)]) for line in region]
    columns = _columns(parted)
    rows = [_cells(line.cells, columns) for line in parted]
    return [row for row in _unwrapped(rows, parted) if row]


def split(segment: Segment) -> list[Segment]:
    """A run of text in the cells that wide spaces part, or narrower ones before a value."""
    groups: list[list[Word]] = []
    for word in segment.words:
        gap = word[1] - groups[-1][-1][2] if groups else 0.0
        near = gap < _BRACKET_GAP * segment.size
        if groups and (near or gap < _least_gap(groups[-1][-1][0], word[0]) * segment.size):
            groups[-1].append(word)
        else:
            groups.append([word])
    return [part(segment, group) for group in groups] if len(groups) > 1 else [segment]


def _least_gap(before: str, after: str) -> float:
    """White space that parts two words into two cells, in font sizes."""
    if not looks.is_value(after) or len(after) < 2:
        return _CELL_GAP
    if before.endswith(("）", "】", "》")):
        return _BRACKET_GAP
    return _VALUE_GAP if looks.is_value(before) and len(before) > 1 else _LABEL_GAP


def part(segment: Segment, words: Sequence[Word]) -> Segment:
    """The words of a segment that stand in one cell."""
    text = " ".join(word[0] for word in words)
    box = (words[0][1], segment.top, words[-1][2], segment.bottom)
    return Segment(text, *box, segment.size, segment.bold, tuple(words), segment.turn)


def _columns(lines: Sequence[Line]) -> list[tuple[float, float]]:
    """Left and right of every column, from the cells of rows that hold values, narrow cells first."""
    full = [line for line in lines if any(looks.is_measured(cell.text) for cell in line.cells[1:])]
    celled = full or [line for line in lines if len(line.cells) >= 2]
    found: list[tuple[float, float]] = []
    for cell in sorted((cell for line in celled for cell in line.cells), key=lambda each: each.right - each.left):
        touched = [column for column in found if min(column[1], cell.right) > max(column[0], cell.left)]
        if len(touched) <= 1:
            found = [column for column in found if column not in touched]
            found.append(
                (
                    min(cell.left, *(c[0] for c in touched), cell.left),
                    max(cell.right, *(c[1] for c in touched), cell.right),
                )
            )
    return sorted(found) or [(min(line.box[0] for line in lines), max(line.box[2] for line in lines))]


def _cells(segments: Sequence[Segment], columns: Sequence[tuple[float, float]]) -> Row:
    places = [_covered(segment, columns) for segment in segments]
    if len(segments) in (len(columns), len(columns) - 1) and len({place[0] for place in places}) < len(segments):
        # Headers that do not stand over their values still come in their order.
        shift = len(columns) - len(segments)
        places = [(index + shift, index + shift) for index in range(len(segments))]
    merged: dict[tuple[int, int], list[Segment]] = {}
    for place, segment in zip(places, segments, strict=True):
        merged.setdefault(place, []).append(segment)
    return tuple(
        Cell(" ".join(each.text for each in group), first, last, union(group))
        for (first, last), group in sorted(merged.items())
    )


def _covered(segment: Segment, columns: Sequence[tuple[float, float]]) -> tuple[int, int]:
    """First and last column under a cell; the nearest one where it stands over none."""
    over = [
        index
        for index, (left, right) in enumerate(columns)
        if min(right, segment.right) - max(left, segment.left)
        > OVER_COLUMN * min(right - left, segment.right - segment.left)
    ]
    if over:
        return over[0], over[-1]
    middle = (segment.left + segment.right) / 2
    nearest = min(range(len(columns)), key=lambda index: abs(middle - sum(columns[index]) / 2))
    return nearest, nearest


def _unwrapped(rows: Sequence[Row], lines: Sequence[Line]) -> list[Row]:
    """Rows of which a label that goes over several lines is one cell again."""
    found: list[Row] = []
    index = 0
    usual = _usual_step(rows, lines)
    while index < len(rows):
        row = rows[index]
        while index + 1 < len(rows) and _wraps(row, rows[index + 1], lines[index], lines[index + 1], usual):
            row = _merged(row, rows[index + 1])
            index += 1
        found.append(row)
        index += 1
    return found


def _usual_step(rows: Sequence[Row], lines: Sequence[Line]) -> float:
    """Median distance of the tops of two rows that both hold values, in points; 0 where no two do."""
    steps = sorted(
        second.box[1] - first.box[1]
        for (row, first), (following, second) in pairwise(zip(rows, lines, strict=True))
        if len(row) >= 2 and len(following) >= 2
    )
    return steps[len(steps) // 2] if steps else 0.0


def _wraps(row: Row, following: Row, line: Line, below: Line, usual: float) -> bool:
    """Whether two lines are one row: one has only the label or only values, and they stand closer than rows."""
    close = (
        below.box[1] - line.box[1] < WRAPPED_STEP * usual if usual else below.box[1] - line.box[3] < WRAPPED * line.size
    )
    if not close:
        return False
    # The label of a header in two rows stands between them; it belongs to the lower one, and keeps them apart.
    between = len(following) == 1 and following[0].first == 0 < row[0].first
    if below.box[1] < line.box[3] - EDGE and not between and not _clash(row, following):
        return True
    label_only = len(row) == 1 and row[0].first == 0
    goes_on = len(following) == 1 and following[0].first == 0 and not (between and not _has_values(row))
    lacks_label = following[0].first > 0 and not looks.is_year(following[0].text)
    return (
        goes_on or (label_only and lacks_label) or (label_only and len(following) >= 2 and not _holds_header(following))
    )


def _has_values(row: Row) -> bool:
    return any(looks.is_measured(cell.text) for cell in row)


def _clash(row: Row, following: Row) -> bool:
    """Whether both have a value in one column."""
    places = {cell.first for cell in row if looks.is_measured(cell.text)}
    return any(cell.first in places and looks.is_measured(cell.text) for cell in following)


def _holds_header(row: Row) -> bool:
    return any(looks.is_year(cell.text) for cell in row[1:])


def _merged(row: Row, following: Row) -> Row:
    """Two lines of one row, cell by cell."""
    told = {(cell.first, cell.last): cell for cell in row}
    for cell in following:
        place = (cell.first, cell.last)
        before = told.get(place)
        told[place] = _below(before, cell) if before else cell
    return tuple(told[place] for place in sorted(told))


def _below(cell: Cell, following: Cell) -> Cell:
    return Cell(
        joined(cell.text, following.text),
        cell.first,
        cell.last,
        (
            min(cell.box[0], following.box[0]),
            min(cell.box[1], following.box[1]),
            max(cell.box[2], following.box[2]),
            max(cell.box[3], following.box[3]),
        ),
    )
