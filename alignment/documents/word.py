"""DOCX -> one page of numbered paragraphs, with its headings and table rows; Word files do not know their pages."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from alignment.documents import scans, word_pictures
from alignment.documents.building import Piece, build
from alignment.documents.cells import stated_unit
from alignment.documents.limits import Limits
from alignment.documents.packages import UNREADABLE, open_package, reason, refuse_entities
from alignment.documents.tabular import row_pieces
from alignment.documents.word_tables import cells_of, grid_of
from alignment.errors import DocumentError
from alignment.types import BlockKind, Page

if TYPE_CHECKING:
    from docx.document import Document as WordDocument
    from docx.table import Table
    from docx.text.paragraph import Paragraph

_HEADING = re.compile(r"^(?:heading|标题|標題|titre|überschrift)\s*(\d)$", re.I)
_LISTED = re.compile(r"list|bullet|列表|清单|項目", re.I)
_MAXIMUM_DEPTH = 5
_PARAGRAPH = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}p"
_Styles = dict[str | None, str]
"""Id of a style, as paragraphs give it, to its name: python-docx looks through all styles each time."""


def read_docx(data: bytes, name: str, limits: Limits) -> tuple[tuple[Page, ...], str]:
    """The page and the title in the file's properties ("" when it has none).

    Raises:
        DocumentError: damaged, larger unpacked or of more paragraphs than `limits` allow.
    """
    import docx
    from docx.opc.exceptions import OpcError
    from lxml.etree import LxmlError

    with open_package(data, name, limits) as archive:
        refuse_entities(archive, name)
    try:
        word = docx.Document(io.BytesIO(data))
        body = word.element.body
        _refuse_many(body, name, limits)
        pieces = list(_number(_pieces(word)))
        pictures = word_pictures.pictures_of(body)
        room = word_pictures.room_of(body)
        title = word.core_properties.title or ""
    except (OpcError, LxmlError, KeyError, AttributeError, TypeError, IndexError, *UNREADABLE) as error:
        raise DocumentError(
            f"{name} is a Word file that cannot be read ({reason(error)})",
            hint="open it in Word and save it again as .docx",
        ) from error
    text = " ".join(piece.text for piece in pieces)
    unread = scans.in_flow(pictures, room, text)
    page = build(1, pieces, state=scans.state_beside(text, unread), unread=unread)
    return (page,), " ".join(title.split())


def _refuse_many(body: Any, name: str, limits: Limits) -> None:
    """Counted before anything is read, those in tables too."""
    count = sum(1 for _ in body.iter(_PARAGRAPH))
    if count > limits.paragraphs:
        raise DocumentError(
            f"{name} has {count:,} paragraphs, more than the {limits.paragraphs:,} allowed",
            hint="split the file and check the parts",
        )


def _number(pieces: Iterator[Piece]) -> Iterator[Piece]:
    number = 0
    for piece in pieces:
        if piece.text.strip():
            number += 1
            yield Piece(piece.text, piece.kind, piece.level, None, number)


def _pieces(word: WordDocument) -> Iterator[Piece]:
    from docx.table import Table

    above = ""
    styles: _Styles = {}
    for item in word.iter_inner_content():
        if isinstance(item, Table):
            yield from _rows(item, styles, 0, stated_unit(above))
            above = ""
        else:
            above = item.text or above
            yield from _paragraph(item, styles)


def _paragraph(paragraph: Paragraph, styles: _Styles) -> Iterator[Piece]:
    key = paragraph._p.style
    if key not in styles:
        styles[key] = (paragraph.style.name or "") if paragraph.style is not None else ""
    style = styles[key]
    text = paragraph.text
    if found := _HEADING.match(style):
        yield Piece(text, BlockKind.HEADING, min(6, int(found[1]) + 1))
    elif style.lower() in ("title", "标题", "標題"):
        yield Piece(text, BlockKind.HEADING, 1)
    elif style.lower() == "caption":
        yield Piece(text, BlockKind.CAPTION)
    elif _LISTED.search(style) or _numbered(paragraph):
        yield Piece(text, BlockKind.LIST_ITEM)
    else:
        yield Piece(text)


def _numbered(paragraph: Paragraph) -> bool:
    properties = paragraph._p.pPr
    return properties is not None and properties.numPr is not None


def _rows(table: Table, styles: _Styles, depth: int, unit: str = "") -> Iterator[Piece]:
    """One piece a row; where the cells lay out a page, a row of one cell is its paragraphs, and a table in it follows.

    `unit` is what the line above says of all values.
    """
    if depth > _MAXIMUM_DEPTH:
        return
    rows = cells_of(table)
    nested = any(cell.tables for cells in rows for cell in cells)
    if not nested and (pieces := row_pieces(grid_of(rows), unit=unit)) is not None:
        yield from pieces
        return
    for cells in rows:
        if len(cells) == 1:
            for paragraph in cells[0].paragraphs:
                yield from _paragraph(paragraph, styles)
        else:
            texts = [" ".join(cell.text.split()) for cell in cells]
            yield Piece("  ".join(text for text in texts if text), BlockKind.TABLE_ROW)
        for cell in cells:
            for inner in cell.tables:
                yield from _rows(inner, styles, depth + 1)
