"""Grid of cells, some of them merged -> pieces that say label, unit, header and value together, as those of PDFs do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from alignment.documents.building import Piece
from alignment.documents.tables import cells as looks
from alignment.documents.tables import linear
from alignment.text.characters import STOPS, width_of
from alignment.types import Box

_MOST_COLUMNS = 100
_MOST_CELLS = 100_000
_MOST_HEADER_ROWS = 5
_LONGEST_HEADER = 40
_LONGEST_LABEL = 40
"""Han characters of a label; where most are longer, the cells hold prose."""
_WIDTH, _HEIGHT = 100.0, 20.0
"""Cells stand in columns and rows of this size, for tables are read by where cells stand."""


@dataclass(frozen=True, slots=True)
class GridCell:
    """A cell where it begins: its text, and how many columns and rows it covers."""

    text: str
    across: int = 1
    down: int = 1
    heading: bool = False
    """Whether the file marks it as a header."""


@dataclass(frozen=True, slots=True)
class _Placed:
    """A cell in one of its rows."""

    cell: linear.Cell
    heading: bool
    again: bool
    """Whether it began in a row above."""


_Row = tuple[_Placed, ...]


def row_pieces(grid: Sequence[Sequence[GridCell]], *, unit: str = "", box: Box | None = None) -> list[Piece] | None:
    """One piece per row; None where the cells only lay out a page or hold prose, or are too many to be a table.

    Each row of the grid holds the cells that begin in it, from left to right. `unit` is what the line above the
    table says of its values, and `box` where the table stands.
    """
    placed = _placed(grid)
    if placed is None or not _is_table(placed):
        return None
    header = _header_rows(placed)
    own = [tuple(each.cell for each in row if not each.again) for row in placed]
    filled = [row for row in own if row]
    header = sum(bool(row) for row in own[:header])
    labels = linear.label_columns(filled, header)
    rows = [
        # A label is told once and carried on; a unit or a value that covers several rows holds in each of them.
        tuple(each.cell for each in row if not each.again or (number >= header and each.cell.first >= labels))
        for number, row in enumerate(row for row, cells in zip(placed, own, strict=True) if cells)
    ]
    return [replace(piece, box=box) for piece in linear.linear(rows, unit=unit, header=header).pieces]


def plain(row: Sequence[GridCell]) -> str:
    """The texts of a row of a grid that is no table."""
    return "  ".join(cell.text for cell in row if cell.text)


def _placed(grid: Sequence[Sequence[GridCell]]) -> list[_Row] | None:
    """Every row with all the filled cells that cover it; None with more columns or cells than a table has."""
    found: list[_Row] = []
    below: dict[int, tuple[int, GridCell, int]] = {}
    """Column to the last row and column of a cell that goes on from above."""
    if sum(map(len, grid)) > _MOST_CELLS:
        return None
    for number, cells in enumerate(grid):
        row: list[_Placed] = []
        column = 0
        waiting = list(reversed(cells))
        while waiting or column in below:
            if column in below:
                until, cell, last = below[column]
                row.append(_place(cell, number, column, last, again=True))
                if until <= number:
                    del below[column]
            else:
                cell = waiting.pop()
                # What a file says of its own cells may be anything.
                last = min(column + max(1, cell.across), _MOST_COLUMNS, *(left for left in below if left > column)) - 1
                if last < column:
                    return None
                row.append(_place(cell, number, column, last, again=False))
                if cell.down > 1 and number + 1 < len(grid):
                    below[column] = min(number + cell.down, len(grid)) - 1, cell, last
            column = last + 1
        for begin in [begin for begin in below if begin > column]:
            until, cell, last = below[begin]
            row.append(_place(cell, number, begin, last, again=True))
            if until <= number:
                del below[begin]
        found.append(tuple(each for each in row if each.cell.text))
    return found


def _place(cell: GridCell, number: int, first: int, last: int, *, again: bool) -> _Placed:
    box = (first * _WIDTH, number * _HEIGHT, (last + 1) * _WIDTH, (number + 1) * _HEIGHT)
    return _Placed(linear.Cell(cell.text, first, last, box), cell.heading, again)


def _is_table(rows: Sequence[_Row]) -> bool:
    """Whether rows have short names and something beside them."""
    filled = [row for row in rows if row]
    beside = [row for row in filled if row[-1].cell.first > 0]
    named = [row[0].cell.text for row in beside if row[0].cell.first == 0]
    long = sum(width_of(text) > _LONGEST_LABEL for text in named)
    return len(beside) >= 2 and 2 * len(beside) >= len(filled) and 2 * long <= len(named)


def _header_rows(rows: Sequence[_Row]) -> int:
    """How many rows at the top are titles or name the columns; 0 where none names them."""
    titles = 0
    while titles < len(rows) and (not rows[titles] or _is_title(rows[titles])):
        titles += 1
    marked = titles
    while (
        marked < len(rows) and rows[marked] and all(each.heading for each in rows[marked]) and not _holds(rows[marked])
    ):
        marked += 1
    count = marked
    if marked == titles:
        if titles == len(rows) or not _names_columns(rows[titles]):
            return 0
        count = titles + 1
    while count + 1 < len(rows) and count < titles + _MOST_HEADER_ROWS and _goes_on(rows[count]):
        count += 1
    # A table that is all header has none.
    return count if count < len(rows) and count <= titles + _MOST_HEADER_ROWS else 0


def _is_title(row: _Row) -> bool:
    return len(row) == 1 and row[0].cell.first == 0 and not looks.is_value(row[0].cell.text)


def _holds(row: _Row) -> bool:
    """Whether a row holds what was measured, beside its label."""
    return any(each.cell.first > 0 and looks.is_measured(each.cell.text) for each in row)


def _names_columns(row: _Row) -> bool:
    """Whether a row that no mark tells of is a header: short names, over more than two columns or years among them.

    Names in two columns are a pair like those below them.
    """
    texts = [each.cell.text for each in row]
    beside = [each.cell for each in row if each.cell.first > 0]
    if not beside or _holds(row):
        return False
    if any(len(text) > _LONGEST_HEADER or text.endswith(STOPS) or not looks.is_name(text) for text in texts):
        return False
    if any(looks.is_year(cell.text) or looks.is_unit_header(cell.text) for cell in beside):
        return True
    return max(each.cell.last for each in row) >= 2


def _goes_on(row: _Row) -> bool:
    """Whether a row below a header is part of it: only years beside its label, or names and no label of its own."""
    own = [each.cell for each in row if not each.again]
    if _holds(row) or not own:
        return not own
    beside = [cell for cell in own if cell.first > 0]
    if len(beside) >= 2 and all(looks.is_year(cell.text) for cell in beside):
        return True
    return own[0].first > 0 and all(len(cell.text) <= _LONGEST_HEADER and looks.is_name(cell.text) for cell in own)
