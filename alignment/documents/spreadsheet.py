"""XLSX -> one page a sheet; each row is one line with its label, and each value beside the header of its column."""

from __future__ import annotations

import datetime
import io
import re
import warnings
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from alignment.documents.building import Piece, build
from alignment.documents.limits import Limits
from alignment.documents.packages import UNREADABLE, open_package, reason, refuse_entities
from alignment.documents.sheet_parts import sheet_part
from alignment.errors import DocumentError
from alignment.types import BlockKind, Page

_YEAR = re.compile(r"^(?:FY\s?)?(?:19|20)\d{2}(?:\s?年度?|[/-]\d{2}(?:\d{2})?)?$", re.I)
_DECIMALS = re.compile(r"\.(0+)")
_STOPS = tuple("。！？；.!?;：:")
_HEAD_LENGTH = 40
"""No header and no heading is longer than this."""


@dataclass(frozen=True, slots=True)
class _Cell:
    text: str
    number: bool = False
    bold: bool = False

    @property
    def year(self) -> bool:
        return bool(_YEAR.match(self.text))


Row = tuple[int, tuple[_Cell, ...]]
"""Number of the row as the program shows it, and its cells from the first column on."""


def read_xlsx(data: bytes, name: str, limits: Limits) -> tuple[tuple[Page, ...], str]:
    """The visible sheets as pages labelled with their names, and the title in the file's properties.

    A paragraph number is the number of the row. Formulas count by the value that was saved with them; a sheet with
    formulas without one was read in part.

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
        rows: list[Row] = []
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
        yield build(number, [heading, *_pieces(rows)] if rows else [], label=label, unread=part.unsaved)


def _pieces(rows: Sequence[Row]) -> Iterator[Piece]:
    header: dict[int, str] = {}
    before = 0
    for place, (number, cells) in enumerate(rows):
        filled = [column for column, cell in enumerate(cells) if cell.text]
        following = rows[place + 1][1] if place + 1 < len(rows) else ()
        if number > before + 1 and not set(filled) <= set(header):
            header = {}
        before = number
        if len(filled) == 1:
            yield _alone(cells[filled[0]], number)
        elif _is_header([cells[column] for column in filled], following, fresh=not header):
            header = {column: cells[column].text for column in filled}
            yield Piece("  ".join(header.values()), BlockKind.TABLE_ROW, 0, None, number)
        else:
            kind = BlockKind.RECORD if header else BlockKind.TABLE_ROW
            yield Piece("  ".join(_said(cells, filled, header)), kind, 0, None, number)


def _alone(cell: _Cell, number: int) -> Piece:
    """A row of one cell: a heading when it is short, else a paragraph."""
    short = len(cell.text) <= _HEAD_LENGTH and not cell.number and not cell.text.endswith(_STOPS)
    return Piece(cell.text, BlockKind.HEADING if short else BlockKind.PARAGRAPH, 2 if short else 0, None, number)


def _is_header(cells: Sequence[_Cell], following: Sequence[_Cell], *, fresh: bool) -> bool:
    """Whether a row names columns: years in order, or short texts above numbers or in bold, none a number itself."""
    years = [int(cell.text) for cell in cells if cell.number and cell.year]
    if any(len(cell.text) > _HEAD_LENGTH or (cell.number and not cell.year) for cell in cells):
        return False
    if len(years) >= 2:
        return all(abs(second - first) == 1 for first, second in pairwise(years))
    if any(cell.year for cell in cells):
        return fresh or not years
    bold = all(cell.bold for cell in cells)
    return fresh and (bold or (len(cells) >= 3 and any(cell.number for cell in following)))


def _said(cells: Sequence[_Cell], filled: Sequence[int], header: dict[int, str]) -> Iterator[str]:
    """The row's label, then each value with the header of its column."""
    for order, column in enumerate(filled):
        text = cells[column].text
        named = column in header and (order > 0 or cells[column].number)
        yield f"{header[column]}: {text}" if named else text


def _cell(cell: Any) -> _Cell:
    value = cell.value
    if value is None or cell.data_type == "e":
        return _Cell("")
    if isinstance(value, bool):
        return _Cell(str(value).upper())
    if isinstance(value, int | float):
        return _Cell(_number(value, str(cell.number_format or "")), number=True)
    if isinstance(value, datetime.datetime):
        value = value.date() if value.time() == datetime.time() else value
    text = " ".join(str(value).split())
    return _Cell(text, bold=bool(cell.font is not None and cell.font.b))


def _number(value: float, shown: str) -> str:
    """A number as its format shows it: percent, thousands and decimals; everything else in ten digits."""
    pattern = re.sub(r'"[^"]*"|\[[^\]]*\]|\\.', "", shown.split(";")[0])
    decimals = _DECIMALS.search(pattern)
    digits = min(10, len(decimals[1])) if decimals else 0
    if "%" in pattern:
        return f"{100 * value:.{digits}f}%"
    if "#,##0" in pattern:
        return f"{value:,.{digits}f}"
    if decimals and pattern.startswith(("0", "#")) and "E" not in pattern.upper():
        return f"{value:.{digits}f}"
    return f"{value:.10g}" if isinstance(value, float) else str(value)
