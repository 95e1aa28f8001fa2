"""Rows of a sheet -> pieces: headings, headers of one or more rows, and records with label, unit, header and value."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from alignment.documents.building import Piece
from alignment.documents.office.sheet_parts import Merged
from alignment.documents.tables import cells as looks
from alignment.documents.tables.phrasing import UNDER, row_text
from alignment.text.characters import STOPS, YEAR
from alignment.types import BlockKind

_YEAR = re.compile(rf"^(?:FY\s?)?{YEAR}(?:\s?年度?|[/-]\d{{2}}(?:\d{{2}})?)?$", re.I)
_STOPS = (*STOPS, *"：:")
_HEAD_LENGTH = 40
"""No header and no heading is longer than this."""
_MOST_HEADER_ROWS = 5
_MOST_COLUMNS = 100
"""Cells that are merged downwards are carried on in so many columns."""


@dataclass(frozen=True, slots=True)
class SheetCell:
    """Text of a cell as it is shown, and what the file says of it."""

    text: str
    number: bool = False
    bold: bool = False

    @property
    def year(self) -> bool:
        """Whether it names a year."""
        return bool(_YEAR.match(self.text))


SheetRow = tuple[int, tuple[SheetCell, ...]]
"""Number of the row as the program shows it, and its cells from the first column on."""


@dataclass(frozen=True, slots=True)
class _Line:
    """A row and what merged cells say of it."""

    number: int
    cells: Mapping[int, SheetCell]
    """By column, empty ones left out."""
    wide: Mapping[int, int]
    """First and last column of cells that cover more than one."""
    carried: Mapping[int, SheetCell]
    """Cells that began in a row above and cover this one too."""
    begun: frozenset[int]
    """Columns of the cells that cover rows below, too."""

    @property
    def spread(self) -> dict[int, str]:
        """The text over each column."""
        return {
            covered: cell.text
            for column, cell in self.cells.items()
            for covered in range(column, self.wide.get(column, column) + 1)
        }

    @property
    def groups(self) -> bool:
        """Whether cells that could be headers stand over groups of columns."""
        return any(column > 0 for column in self.wide) and all(_could_name(cell) for cell in self.cells.values())


def row_pieces(rows: Sequence[SheetRow], merged: Sequence[Merged]) -> Iterator[Piece]:
    """One piece for each row; its paragraph is the number of the row.

    Cells that are merged across several columns name all of them, and cells merged downwards all of their rows; names
    of groups that are not merged go on over the empty cells at their right.
    """
    header: dict[int, str] = {}
    groups: dict[int, str] = {}
    before = 0
    lines = _lines(rows, merged)
    lines = [replace(above, wide=_groups(above, below)) for above, below in pairwise(lines)] + lines[-1:]
    for place, line in enumerate(lines):
        following = lines[place + 1].cells if place + 1 < len(lines) else {}
        if line.number > before + 1 and not set(line.cells) <= set(header):
            header, groups = {}, {}
        before = line.number
        if line.groups and _heads_below(lines, place):
            groups = _joined(groups, line.spread)
            yield _row(line, "  ".join(cell.text for cell in line.cells.values()))
        elif len(line.cells) == 1 and not line.carried:
            yield _alone(next(iter(line.cells.values())), line.number)
        elif _is_header(line.cells, following, fresh=bool(groups) or not header, grouped=bool(groups)):
            header, groups = _joined(groups, line.spread), {}
            yield _row(line, "  ".join(cell.text for cell in line.cells.values()))
        else:
            yield _row(line, _said(line, header), BlockKind.RECORD if header else BlockKind.TABLE_ROW)


def _row(line: _Line, text: str, kind: BlockKind = BlockKind.TABLE_ROW) -> Piece:
    return Piece(text, kind, 0, None, line.number)


def _lines(rows: Sequence[SheetRow], merged: Sequence[Merged]) -> list[_Line]:
    begun: dict[int, list[Merged]] = {}
    for each in merged:
        if each.first < _MOST_COLUMNS:
            begun.setdefault(each.top, []).append(each)
    found: list[_Line] = []
    hanging: dict[int, tuple[int, SheetCell]] = {}
    for number, row in rows:
        cells = {column: cell for column, cell in enumerate(row) if cell.text}
        hanging = {column: (bottom, cell) for column, (bottom, cell) in hanging.items() if bottom >= number}
        carried = {column: cell for column, (_, cell) in hanging.items() if column not in cells}
        here = [each for each in begun.get(number, ()) if each.first in cells]
        wide = {each.first: min(each.last, _MOST_COLUMNS) for each in here if each.last > each.first}
        deep = {each.first: (each.bottom, cells[each.first]) for each in here if each.bottom > each.top}
        hanging |= deep
        found.append(_Line(number, cells, wide, carried, frozenset(deep)))
    return found


def _groups(above: _Line, below: _Line) -> Mapping[int, int]:
    """First and last column of the cells of a row that cover more than one, by how the row below goes on.

    Where nothing is merged, names stand over several columns if years stand below, or if the same names come again.
    """
    if above.wide or len(above.cells) < 2 or below.number != above.number + 1:
        return above.wide
    if not all(map(_could_name, [*above.cells.values(), *below.cells.values()])):
        return above.wide
    found: dict[int, int] = {}
    for column in above.cells:
        last = column
        while last + 1 not in above.cells and _is_named(below.cells, last + 1):
            last += 1
        if last > column and _is_named(below.cells, column):
            found[column] = last
    names = [below.cells[column] for first, last in found.items() for column in range(first, last + 1)]
    again = len({cell.text for cell in names}) < len(names) and min(below.cells) > min(above.cells)
    return found if names and (again or all(cell.year for cell in names)) else above.wide


def _is_named(row: Mapping[int, SheetCell], column: int) -> bool:
    """Whether a row names a column, and not as the one that holds units."""
    return column in row and not looks.is_unit_header(row[column].text)


def _joined(above: Mapping[int, str], below: Mapping[int, str]) -> dict[int, str]:
    """The header of each column from two rows, the outer one first."""
    found: dict[int, str] = {}
    for column in sorted({*above, *below}):
        texts = dict.fromkeys(text for text in (above.get(column), below.get(column)) if text)
        found[column] = " ".join(texts)
    return found


def _heads_below(lines: Sequence[_Line], place: int) -> bool:
    """Whether the rows right below one that names groups of columns name more groups and then columns."""
    for index in range(place + 1, min(place + _MOST_HEADER_ROWS, len(lines))):
        line = lines[index]
        if line.number != lines[index - 1].number + 1:
            return False
        following = lines[index + 1].cells if index + 1 < len(lines) else {}
        if not line.groups:
            return _is_header(line.cells, following, fresh=True, grouped=True)
    return False


def _alone(cell: SheetCell, number: int) -> Piece:
    """A row of one cell: a heading when it is short, else a paragraph."""
    short = len(cell.text) <= _HEAD_LENGTH and not cell.number and not cell.text.endswith(_STOPS)
    return Piece(cell.text, BlockKind.HEADING if short else BlockKind.PARAGRAPH, 2 if short else 0, None, number)


def _could_name(cell: SheetCell) -> bool:
    return len(cell.text) <= _HEAD_LENGTH and (not cell.number or cell.year)


def _is_header(
    row: Mapping[int, SheetCell], following: Mapping[int, SheetCell], *, fresh: bool, grouped: bool = False
) -> bool:
    """Whether a row names columns: years in order, or short texts above numbers or in bold, none a number itself.

    Under a row that names groups of columns two texts are enough, and years begin again in each group.
    """
    cells = list(row.values())
    years = [int(cell.text) for cell in cells if cell.number and cell.year]
    if not all(map(_could_name, cells)):
        return False
    if len(years) >= 2:
        again = years[0] if grouped else None
        return all(abs(second - first) == 1 or second == again for first, second in pairwise(years))
    if any(cell.year for cell in cells):
        return fresh or not years
    bold = all(cell.bold for cell in cells)
    return fresh and (bold or (len(cells) >= (2 if grouped else 3) and any(cell.number for cell in following.values())))


def _said(line: _Line, header: Mapping[int, str]) -> str:
    """The row's label, then each value with the header of its column."""
    beside = {**line.carried, **line.cells}
    unit = next((column for column, text in header.items() if looks.is_unit_header(text)), None)
    if not any(looks.is_measured(cell.text) for column, cell in beside.items() if column != unit):
        unit = None  # what stands there is the unit of nothing, and a value like any other
    labels = _label_columns(line, unit)
    above = [cell.text for column, cell in sorted(line.carried.items()) if column < min(line.cells)]
    own = " ".join(line.cells[column].text for column in labels)
    values = [
        (header.get(column, ""), beside[column].text)
        for column in sorted(beside)
        if column >= min(line.cells) and column not in (unit, *labels)
    ]
    stated = beside[unit].text if unit in beside else ""
    return row_text(UNDER.join([*above, own] if own else above), stated, values, header.values())


def _label_columns(line: _Line, unit: int | None) -> list[int]:
    """Columns of the texts at the left that name a row: the first, and those up to the unit or under a merged one."""
    found: list[int] = []
    for column, cell in sorted(line.cells.items()):
        if cell.number or column == unit:
            break
        found.append(column)
        if column not in line.begun and (unit is None or column > unit):
            break
    return found
