"""Rows of cells -> pieces with label, unit, header and value together: `用水量（吨）  2021：1,234  2022：1,100`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from alignment.documents.building import Piece
from alignment.documents.tables import cells as looks
from alignment.documents.tables.phrasing import UNDER, row_text
from alignment.documents.tolerances import FLUSH
from alignment.types import BlockKind, Box

_INDENT = 3.0
"""Points by which a label is set further right than the one it is part of."""
_LONGEST_HEADER = 40
"""A longer header is not repeated in every row."""


@dataclass(frozen=True, slots=True)
class Cell:
    """Text of one cell and the columns that it covers, first and last."""

    text: str
    first: int
    last: int
    box: Box


Row = tuple[Cell, ...]
"""Cells from left to right."""


@dataclass(frozen=True, slots=True)
class _Shape:
    """What the columns of a table are."""

    width: int
    """Number of columns."""
    labels: int
    """So many columns at the left name what a row is about."""
    unit: int | None
    """The column of units."""
    header: int
    """So many rows at the top name the columns."""
    middles: tuple[float, ...]
    """Where each column has its middle, in points."""


@dataclass(slots=True)
class _Context:
    """What the rows above a row say about it."""

    headers: dict[int, str] = field(default_factory=dict)
    above: list[tuple[float, str, bool]] = field(default_factory=list)
    """Left edge and label of the rows that a row can be part of, outermost first, and whether it is a section."""
    carried: dict[int, str] = field(default_factory=dict)
    """Last text of a label column that further rows leave empty."""

    def renew(self, headers: dict[int, str]) -> None:
        """Begin again under other headers."""
        self.headers, self.above, self.carried = headers, [], {}


@dataclass(frozen=True, slots=True)
class Table:
    """A table as one piece per row, and what rows that go on with it on the next page need to know of it."""

    pieces: tuple[Piece, ...]
    names: tuple[str, ...]
    """The cells of its header."""
    columns: Mapping[int, tuple[float, float]]
    """From where to where the cells of each column reach, in points."""
    unit: str
    shape: _Shape
    context: _Context
    indented: bool

    @property
    def value_columns(self) -> set[int]:
        """The columns that hold what was measured."""
        return {column for column in self.columns if column >= self.shape.labels and column != self.shape.unit}


def linear(rows: Sequence[Row], *, unit: str = "", header: int | None = None) -> Table:
    """A table of its own; `unit` holds for all values whose row names none.

    So many rows are its `header` as the file says; where it does not, the looks of the cells decide.
    """
    shape = _shape(rows, header)
    top, body = rows[: shape.header], rows[shape.header :]
    context = _Context(headers=_headers(top, shape))
    names, indented = header_names(rows), _is_indented(body)
    found = [*_plain_pieces(top), *_told(body, shape, context, indented, unit)]
    return Table(tuple(found), names, columns_of(rows), unit, shape, context, indented)


def resumed(table: Table, rows: Sequence[Row], *, unit: str, shift: float) -> Table:
    """The rows, in the columns of `table`, as those that go on with it; a header set again keeps the section.

    What the page before has at `x` stands at `x + shift` on theirs.
    """
    again, body = rows[: _header_rows(rows)], rows[_header_rows(rows) :]
    above = [(left + shift, text, section) for left, text, section in table.context.above]
    headers = _headers(again, _shape(rows)) if again else table.context.headers
    context = _Context(headers, above, dict(table.context.carried))
    columns = {column: (left + shift, right + shift) for column, (left, right) in table.columns.items()}
    unit = unit or table.unit
    found = [*_plain_pieces(again), *_told(body, table.shape, context, table.indented, unit)]
    return replace(table, pieces=tuple(found), columns={**columns, **columns_of(rows)}, unit=unit, context=context)


def label_columns(rows: Sequence[Row], header: int) -> int:
    """How many columns at the left name what a row is about."""
    return _shape(rows, header).labels


def header_names(rows: Sequence[Row]) -> tuple[str, ...]:
    """The cells of the header, without the table's title; none where the rows have no header."""
    return tuple(cell.text for row in rows[: _header_rows(rows)] if len(row) > 1 for cell in row)


def columns_of(rows: Sequence[Row]) -> dict[int, tuple[float, float]]:
    """From where to where the cells reach that are in one column alone."""
    found: dict[int, tuple[float, float]] = {}
    for cell in (cell for row in rows for cell in row if cell.first == cell.last):
        left, right = found.get(cell.first, (cell.box[0], cell.box[2]))
        found[cell.first] = min(left, cell.box[0]), max(right, cell.box[2])
    return found


def _told(rows: Sequence[Row], shape: _Shape, context: _Context, indented: bool, unit: str) -> Iterator[Piece]:
    """One piece per row below the header; `context` is kept up to date."""
    for row in rows:
        if _is_header_again(row, shape):
            context.renew(_headers([row], shape))
            yield _piece(_plain(row), row)
        elif len(row) == 1 and row[0].first < max(1, shape.labels) and not looks.is_value(row[0].text):
            _open_section(row[0], context, indented)
            yield _piece(row[0].text, row)
        else:
            yield _piece(_stated(row, shape, context, indented, unit), row)


def _plain_pieces(rows: Sequence[Row]) -> list[Piece]:
    return [_piece(_plain(row), row) for row in rows]


def _piece(text: str, row: Row) -> Piece:
    lefts, tops, rights, bottoms = zip(*(cell.box for cell in row), strict=True)
    return Piece(text, BlockKind.TABLE_ROW, box=(min(lefts), min(tops), max(rights), max(bottoms)))


def _plain(row: Row) -> str:
    return "  ".join(cell.text for cell in row)


def _shape(rows: Sequence[Row], header: int | None = None) -> _Shape:
    width = max(cell.last for row in rows for cell in row) + 1
    header = _header_rows(rows) if header is None else header
    body = rows[header:]
    unit = next(
        (cell.first for row in rows[:header] for cell in row if looks.is_unit_header(cell.text) and cell.first > 0),
        None,
    )
    valued = (column for column in range(width) if column == unit or _is_valued(body, column))
    return _Shape(width, max(1, next(valued, 1)), unit, header, _middles(rows, width))


def _middles(rows: Sequence[Row], width: int) -> tuple[float, ...]:
    """The middle of every column, by the lowest cell that is in it alone."""
    found = [0.0] * width
    for row in rows:
        for cell in row:
            if cell.first == cell.last:
                found[cell.first] = (cell.box[0] + cell.box[2]) / 2
    return tuple(found)


def _is_valued(rows: Sequence[Row], column: int) -> bool:
    """Whether most cells of a column hold what was measured."""
    texts = [cell.text for row in rows for cell in row if cell.first == cell.last == column]
    return 2 * sum(looks.is_measured(text) for text in texts) > len(texts)


def _header_rows(rows: Sequence[Row]) -> int:
    """Rows above the first that holds a measured value beside its label; one in a table of words; 0 without headers."""
    first = next((number for number, row in enumerate(rows) if _holds_values(row)), None)
    if first is None:
        short = all(len(cell.text) <= _LONGEST_HEADER for cell in rows[0])
        return 1 if short and len(rows) >= 2 and len(rows[0]) >= 2 else 0
    while first > 0 and len(rows[first - 1]) == 1 and rows[first - 1][0].first == 0 and _has_headers(rows[: first - 1]):
        first -= 1
    return first if _has_headers(rows[:first]) else 0


def _has_headers(rows: Sequence[Row]) -> bool:
    named = (cell for row in rows for cell in row if cell.last > 0 and (cell.first > 0 or len(row) > 1))
    return any(looks.is_name(cell.text) for cell in named)


def _holds_values(row: Row) -> bool:
    return any(cell.first > 0 and looks.is_measured(cell.text) for cell in row)


def _is_header_again(row: Row, shape: _Shape) -> bool:
    """A row of years further down names the columns anew."""
    others = [cell for cell in row if cell.first >= shape.labels]
    return len(others) >= 2 and all(looks.is_year(cell.text) for cell in others)


def _headers(rows: Sequence[Row], shape: _Shape) -> dict[int, str]:
    """The header of each column: what stands above it, outermost first."""
    found: dict[int, str] = {}
    for column in range(shape.width):
        texts: dict[str, None] = {}
        for number, row in enumerate(rows, 1):
            if len(row) == 1 and row[0].first == 0:
                continue  # the table's title
            cell = _above(row, column, shape, lowest=number == len(rows))
            if cell and looks.is_name(cell.text):
                texts.setdefault(cell.text)
        joined = " ".join(texts)
        if 0 < len(joined) <= _LONGEST_HEADER:
            found[column] = joined
    return found


def _above(row: Row, column: int, shape: _Shape, *, lowest: bool) -> Cell | None:
    """The header cell over a column; one that names a group of columns also covers those beside its own.

    The lowest row of a header names no groups.
    """
    over = next((cell for cell in row if cell.first <= column <= cell.last), None)
    named = [cell for cell in row if cell.first >= shape.labels]
    if over or lowest or column < shape.labels or not named:
        return over
    if 2 * len(named) > shape.width - shape.labels or any(looks.is_unit_header(cell.text) for cell in row):
        return None
    middle = shape.middles[column]
    return min(named, key=lambda cell: (abs((cell.box[0] + cell.box[2]) / 2 - middle), cell.first))


def _is_indented(rows: Sequence[Row]) -> bool:
    """Whether labels are set flush left, so that one further right is part of the one above it."""
    lefts = [row[0].box[0] for row in rows if row[0].first == 0]
    flush = min(lefts, default=0.0)
    return bool(lefts) and 2 * sum(left - flush <= FLUSH for left in lefts) >= len(lefts) / 2


def _stated(row: Row, shape: _Shape, context: _Context, indented: bool, unit: str) -> str:
    values = [cell for cell in row if cell.first >= shape.labels and cell.first != shape.unit]
    own = next((cell.text for cell in row if cell.first == shape.unit), unit)
    if not any(looks.is_measured(cell.text) for cell in values):
        values = [cell for cell in row if cell.first >= shape.labels]  # a unit of nothing is a value like any other
    stated = [(_header_of(cell, context.headers), cell.text) for cell in values]
    return row_text(_label(row, shape, context, indented), own, stated, context.headers.values())


def _header_of(cell: Cell, headers: dict[int, str]) -> str:
    """The one header of all the columns that a cell covers, else ""."""
    names = {headers[column] for column in range(cell.first, cell.last + 1) if column in headers}
    return names.pop() if len(names) == 1 else ""


def _label(row: Row, shape: _Shape, context: _Context, indented: bool) -> str:
    """What the row is about, with the section or the row that it is part of before it."""
    own = [cell for cell in row if cell.first < shape.labels]
    for cell in own:
        context.carried = {column: text for column, text in context.carried.items() if column < cell.first}
        context.carried[cell.first] = cell.text
    text = " ".join(cell.text for cell in own)
    if not own or own[0].first > 0:
        before = [context.carried[column] for column in sorted(context.carried) if not own or column < own[0].first]
        return UNDER.join([*before, text] if text else before)
    if looks.is_total(text):
        return text
    left = own[0].box[0]
    deeper = False
    while context.above and (deeper or not _is_part(left, context.above[-1], indented)):
        # Rows of a section that are set further right end where one is set under its name again.
        deeper = context.above.pop()[0] > left + _INDENT and len(context.above) > 0
    parent = context.above[-1][1] if context.above else ""
    parent = parent if len(parent) <= _LONGEST_HEADER else ""
    if indented:
        context.above.append((left, text, False))
    return UNDER.join(part for part in (parent, text) if part)


def _open_section(cell: Cell, context: _Context, indented: bool) -> None:
    left = cell.box[0]
    while context.above and not (indented and context.above[-1][0] < left - _INDENT):
        context.above.pop()
    context.above.append((left, cell.text, True))


def _is_part(left: float, above: tuple[float, str, bool], indented: bool) -> bool:
    """Whether a row that begins at `left` is part of a section or row above it."""
    return (above[2] and (not indented or above[0] <= left + _INDENT / 2)) or (indented and above[0] < left - _INDENT)
