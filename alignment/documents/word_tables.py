"""Table of a Word file -> its cells with what they cover: python-docx would repeat each as often as it is wide."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from alignment.documents.tabular import GridCell

if TYPE_CHECKING:
    from docx.table import Table, _Cell

_WORDS = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_OFF = ("0", "false", "off")


def cells_of(table: Table) -> list[list[_Cell]]:
    """The cells of each row, as they stand in the file."""
    from docx.table import _Cell

    return [[_Cell(cell, table) for cell in row.tc_lst] for row in table._tbl.tr_lst]


def grid_of(rows: list[list[_Cell]]) -> list[list[GridCell]]:
    """The same as a grid; a cell that continues the one above it is part of that one."""
    found: list[list[tuple[str, int, bool]]] = []
    downs: dict[tuple[int, int], int] = {}
    """Row and place in it of a cell that begins there, to the rows that it covers."""
    open_above: dict[int, tuple[int, int]] = {}
    for number, cells in enumerate(rows):
        row: list[tuple[str, int, bool]] = []
        column = _skipped(cells)
        if column:
            row.append(("", column, False))
        still_open: dict[int, tuple[int, int]] = {}
        for cell in cells:
            across = _span(cell._tc)
            merge = _merge(cell._tc)
            if merge == "continue" and column in open_above:
                start = still_open[column] = open_above[column]
                downs[start] += 1
            else:
                downs[number, len(row)] = 1
                if merge == "restart":
                    still_open[column] = number, len(row)
                row.append((" ".join(cell.text.split()), across, _is_heading(cell._tc)))
            column += across
        found.append(row)
        open_above = still_open
    return [
        [
            GridCell(text, across, downs.get((number, place), 1), heading)
            for place, (text, across, heading) in enumerate(row)
        ]
        for number, row in enumerate(found)
    ]


def _value(node: Any, path: str) -> str | None:
    """The value of a property; "" for one without, None where there is none."""
    found = node.find("/".join(f"{_WORDS}{part}" for part in path.split("/")))
    return None if found is None else found.get(f"{_WORDS}val", "")


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else 0


def _span(cell: Any) -> int:
    return max(1, _number(_value(cell, "tcPr/gridSpan")))


def _skipped(cells: list[_Cell]) -> int:
    """Columns that a row leaves out at its left."""
    return _number(_value(cells[0]._tc.getparent(), "trPr/gridBefore")) if cells else 0


def _merge(cell: Any) -> str | None:
    value = _value(cell, "tcPr/vMerge")
    return None if value is None else value or "continue"


def _is_heading(cell: Any) -> bool:
    """Whether its row is marked as one that every page repeats, or all its text is bold."""
    if (marked := _value(cell.getparent(), "trPr/tblHeader")) is not None and marked not in _OFF:
        return True
    bold = list(_bold(cell))
    return bool(bold) and all(bold)


def _bold(cell: Any) -> Iterator[bool]:
    for run in cell.iter(f"{_WORDS}r"):
        if any((text.text or "").strip() for text in run.iter(f"{_WORDS}t")):
            value = _value(run, "rPr/b")
            yield value is not None and value not in _OFF
