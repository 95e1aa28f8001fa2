"""Rows at the top of a page -> the same rows as part of the table that ended the page before, if they go on with it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from alignment.documents.building import Piece
from alignment.documents.layout.aligned_tables import is_label, rows_of
from alignment.documents.layout.lines import Line
from alignment.documents.tables import cells as looks
from alignment.documents.tables.linear import Row, Table, columns_of, header_names, resumed
from alignment.documents.tolerances import OVER_COLUMN, SAME_SIZE
from alignment.types import BlockKind

_AGAIN = re.compile(
    r"续表|續表|续上表|續上表|[（(]\s*[续續]|(?:^|[(（,;–—-])\s*(?:continued|cont[’'.]?d|cont\.)\s*(?:[)）]|$)", re.I
)
_LONGEST_LEAD = 60
"""Characters of a line that says that a table goes on."""
_MOST_ABOVE = 2
"""Lines of a section's name or of a label over the first values of a page."""

_Columns = Mapping[int, tuple[float, float]]


def is_lead(found: Sequence[Piece]) -> bool:
    """Whether what stands above a table at the top of a page only says that it goes on, or in which unit."""
    return all(piece.kind is not BlockKind.TABLE_ROW and _says_again(piece.text) for piece in found)


def is_named_above(region: Sequence[Line], start: int, end: int, before: Table) -> bool:
    """Whether the lines over the first values of a page are a section or part of a label in a table that goes on."""
    size = region[start].size
    named = all(
        is_label(line, region[start:end])
        and abs(line.size - size) <= SAME_SIZE * size
        and not (looks.is_caption(line.text) or _says_again(line.text))
        for line in region[:start]
    )
    return 0 < start <= _MOST_ABOVE and named and going_on(rows_of(region[:end]), before, unit="") is not None


def _says_again(text: str) -> bool:
    """`Table 3 (continued)`, `续表`, or the unit of the table below."""
    again = _AGAIN.search(text) is not None or looks.stated_unit(text) != ""
    return again and len(text) <= _LONGEST_LEAD


def last_of(found: Sequence[Piece], table: Table | None, height: float) -> Table | None:
    """The table that can go on on the next page: nothing comes after it, and it ends in the lower half of its page."""
    if not found or found[-1].kind is not BlockKind.TABLE_ROW or not found[-1].box:
        return None
    return table if 2 * found[-1].box[3] >= height else None


def going_on(rows: Sequence[Row], before: Table, *, unit: str) -> Table | None:
    """The rows as part of `before`; None where it has no header, they have another one, or they stand in other columns.

    Left and right pages can have their text at different distances from the edge.
    """
    if not before.names or header_names(rows) not in ((), before.names):
        return None
    columns = columns_of(rows)
    lefts = [min((left for left, _ in each.values()), default=0.0) for each in (columns, before.columns)]
    for shift in (0.0, lefts[0] - lefts[1]):
        places = _places(columns, before.columns, shift)
        if before.value_columns and before.value_columns <= set(places.values()):
            moved = _moved(rows, places)
            return resumed(before, moved, unit=unit, shift=shift) if moved else None
    return None


def _places(columns: _Columns, others: _Columns, shift: float) -> dict[int, int]:
    """Which of the other columns each column is; none where one is not exactly one of them, or their order differs."""
    found: dict[int, int] = {}
    for column, (left, right) in sorted(columns.items()):
        over = [
            place
            for place, (start, end) in others.items()
            if min(end + shift, right) - max(start + shift, left) > OVER_COLUMN * min(end - start, right - left)
        ]
        if len(over) != 1 or over[0] <= max(found.values(), default=-1):
            return {}
        found[column] = over[0]
    return found


def _moved(rows: Sequence[Row], places: Mapping[int, int]) -> list[Row]:
    """The rows in the columns that are theirs; none where a cell reaches into a column that is not known."""
    if all(column == place for column, place in places.items()):
        return list(rows)
    if any(end not in places for row in rows for cell in row for end in (cell.first, cell.last)):
        return []
    return [tuple(replace(cell, first=places[cell.first], last=places[cell.last]) for cell in row) for row in rows]
