"""XLSX -> one page a sheet; each row is one line with its label, and each value beside the header of its column."""

from __future__ import annotations

import datetime
import io
import warnings
import zipfile
from collections.abc import Iterator
from typing import Any

from alignment.documents.building import Piece, build
from alignment.documents.limits import Limits
from alignment.documents.office.sheet_parts import sheet_part
from alignment.documents.office.sheet_rows import SheetCell, SheetRow, row_pieces
from alignment.documents.packages import UNREADABLE, open_package, reason, refuse_entities
from alignment.documents.tables.phrasing import shown_number
from alignment.documents.unread.in_sheets import unread_pictures
from alignment.errors import DocumentError
from alignment.types import BlockKind, Page, PageState


def read_xlsx(data: bytes, name: str, limits: Limits) -> tuple[tuple[Page, ...], str]:
    """The visible sheets as pages labelled with their names, and the title in the file's properties.

    A paragraph number is the number of the row. Formulas count by the value that was saved with them; a sheet with
    formulas without one, or with large pictures and hardly any text, was read in part.

    Raises:
        DocumentError: damaged, or larger than `limits` allow.
    """
    import openpyxl
    from lxml.etree import LxmlError

    try:
        with open_package(data, name, limits) as archive, warnings.catch_warnings():
            refuse_entities(archive, name)
            # It warns of every extension that it leaves out; none of them holds text.
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
            pages = tuple(_pages(book, archive, name, limits))
            title = book.properties.title or ""
    except (LxmlError, KeyError, TypeError, AttributeError, IndexError, SyntaxError, *UNREADABLE) as error:
        raise DocumentError(
            f"{name} is a workbook that cannot be read ({reason(error)})",
            hint="open it in Excel and save it again as .xlsx",
        ) from error
    return pages, " ".join(str(title).split())


def _pages(book: Any, archive: zipfile.ZipFile, name: str, limits: Limits) -> Iterator[Page]:
    left = limits.cells
    visible = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
    for number, sheet in enumerate(visible, 1):
        rows: list[SheetRow] = []
        # What a file says of its own size may be anything.
        sheet.reset_dimensions()
        for index, cells in enumerate(sheet.iter_rows(), 1):
            left -= max(1, len(cells))
            if left < 0:
                raise DocumentError(
                    f"{name} has more than the {limits.cells:,} cells allowed", hint="split it and check the parts"
                )
            row = tuple(_cell(cell) for cell in cells)
            if any(cell.text for cell in row):
                rows.append((index, row))
        part = sheet_part(archive, sheet._worksheet_path, name)
        heading = Piece(str(sheet.title), BlockKind.HEADING, 1)
        label = " ".join(str(sheet.title).split())
        text = " ".join(cell.text for _, row in rows for cell in row)
        pictures = unread_pictures(archive, sheet._worksheet_path, text, name, limits)
        yield build(
            number,
            [heading, *row_pieces(rows, part.merged)] if rows else [],
            state=PageState.SCANNED if pictures and not rows else None,
            label=label,
            unread=part.unsaved + pictures,
        )


def _cell(cell: Any) -> SheetCell:
    value = cell.value
    if value is None or cell.data_type == "e":
        return SheetCell("")
    if isinstance(value, bool):
        return SheetCell(str(value).upper())
    if isinstance(value, int | float):
        return SheetCell(shown_number(value, str(cell.number_format or "")), number=True)
    if isinstance(value, datetime.datetime):
        value = value.date() if value.time() == datetime.time() else value
    text = " ".join(str(value).split())
    return SheetCell(text, bold=bool(cell.font is not None and cell.font.b))
