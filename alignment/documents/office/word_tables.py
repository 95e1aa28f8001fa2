"""Table of a Word file -> its cells with what they cover, those in content controls too."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from alignment.documents.office.word_text import (
    CELL,
    OFF,
    PARAGRAPH,
    ROW,
    TABLE,
    WORDS,
    boxes_of,
    text_of,
    value_of,
    within,
)
from alignment.documents.tables.grids import GridCell


def cells_of(table: Any) -> list[list[Any]]:
    """The cells of each row, as they stand in the file."""
    return [list(within(row, CELL)) for row in within(table, ROW)]


def paragraphs_in(node: Any) -> Iterator[Any]:
    """The paragraphs of a cell, each followed by those of its text boxes; tables within it are left out."""
    for paragraph in within(node, PARAGRAPH, TABLE):
        if paragraph.tag == PARAGRAPH:
            yield paragraph
            for box in boxes_of(paragraph):
                yield from paragraphs_in(box) if box.tag.startswith(WORDS) else (box,)


def cell_text(cell: Any) -> str:
    """The text of a cell on one line, tables within it left out."""
    return " ".join(" ".join(text_of(paragraph) for paragraph in paragraphs_in(cell)).split())


def grid_of(rows: list[list[Any]]) -> list[list[GridCell]]:
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
            across = _span(cell)
            merge = _merge(cell)
            if merge == "continue" and column in open_above:
                start = still_open[column] = open_above[column]
                downs[start] += 1
            else:
                downs[number, len(row)] = 1
                if merge == "restart":
                    still_open[column] = number, len(row)
                row.append((cell_text(cell), across, _is_heading(cell)))
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


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else 0


def _span(cell: Any) -> int:
    return max(1, _number(value_of(cell, "tcPr/gridSpan")))


def _skipped(cells: list[Any]) -> int:
    """Columns that a row leaves out at its left."""
    return _number(value_of(_row(cells[0]), "trPr/gridBefore")) if cells else 0


def _merge(cell: Any) -> str | None:
    value = value_of(cell, "tcPr/vMerge")
    return None if value is None else value or "continue"


def _row(cell: Any) -> Any:
    return next(cell.iterancestors(ROW))


def _is_heading(cell: Any) -> bool:
    """Whether its row is marked as one that every page repeats, or all its text is bold."""
    if (marked := value_of(_row(cell), "trPr/tblHeader")) is not None and marked not in OFF:
        return True
    bold = list(_bold(cell))
    return bool(bold) and all(bold)


def _bold(cell: Any) -> Iterator[bool]:
    for run in cell.iter(f"{WORDS}r"):
        if any((text.text or "").strip() for text in run.iter(f"{WORDS}t")):
            value = value_of(run, "rPr/b")
            yield value is not None and value not in OFF
