"""DOCX -> one page of numbered paragraphs, with its headings and table rows; Word files do not know their pages."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from alignment.documents.building import Piece, build
from alignment.documents.limits import Limits
from alignment.documents.office.word_parts import Notes, notes_of, running_of
from alignment.documents.office.word_tables import cell_text, cells_of, grid_of, paragraphs_in
from alignment.documents.office.word_text import (
    PARAGRAPH,
    TABLE,
    WORDS,
    boxes_of,
    references_in,
    text_of,
    value_of,
    within,
)
from alignment.documents.packages import UNREADABLE, open_package, reason, refuse_entities
from alignment.documents.tables.cells import stated_unit
from alignment.documents.tables.grids import row_pieces
from alignment.documents.unread import in_office, in_word
from alignment.errors import DocumentError
from alignment.types import BlockKind, Page, PageState

if TYPE_CHECKING:
    from docx.document import Document as WordDocument

_HEADING = re.compile(r"^(?:heading|标题|標題|titre|überschrift)\s*(\d)$", re.I)
_LISTED = re.compile(r"list|bullet|列表|清单|項目", re.I)
_CONTENTS = "toc heading"
_INSERTED = f"{WORDS}altChunk"
"""Another file in this one, which Word turns into text when it opens it."""


@dataclass(frozen=True, slots=True)
class _Context:
    """What is looked up while a file is read."""

    styles: Mapping[str | None, str]
    """Id of a style, as paragraphs give it, to its name."""
    notes: Notes


def read_docx(data: bytes, name: str, limits: Limits) -> tuple[tuple[Page, ...], str]:
    """The page and the title in the file's properties ("" when it has none); headers and footers follow the text.

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
        context = _Context(_styles(word), notes_of(word))
        running = running_of(word)
        _refuse_many([body, *context.notes.values(), *(root for _, root in running)], name, limits)
        pieces = [piece for piece in _pieces(body, context) if piece.text.strip()]
        text = " ".join(piece.text for piece in pieces)
        pieces += _running(running, context)
        pictures = in_word.pictures_of(body, word.part.related_parts)
        room = in_word.room_of(body)
        inserted = sum(1 for _ in within(body, _INSERTED))
        title = word.core_properties.title or ""
    except (OpcError, LxmlError, KeyError, AttributeError, TypeError, IndexError, *UNREADABLE) as error:
        raise DocumentError(
            f"{name} is a Word file that cannot be read ({reason(error)})",
            hint="open it in Word and save it again as .docx",
        ) from error
    unread = in_office.in_flow(pictures, room, text, limits) + inserted
    # As on a page of a PDF: running lines alone are no text.
    state = in_office.state_beside(text, unread) or (None if text else PageState.EMPTY)
    page = build(1, _number(pieces), state=state, unread=unread)
    return (page,), " ".join(title.split())


def _refuse_many(parts: Sequence[Any], name: str, limits: Limits) -> None:
    """Counted before anything is read, those in tables too."""
    count = sum(1 for part in parts for _ in part.iter(PARAGRAPH))
    if count > limits.paragraphs:
        raise DocumentError(
            f"{name} has {count:,} paragraphs, more than the {limits.paragraphs:,} allowed",
            hint="split the file and check the parts",
        )


def _styles(word: WordDocument) -> dict[str | None, str]:
    return {
        style.get(f"{WORDS}styleId"): value_of(style, "name") or ""
        for style in word.styles.element.iterchildren(f"{WORDS}style")
    }


def _number(pieces: Iterable[Piece]) -> Iterator[Piece]:
    for number, piece in enumerate(pieces, 1):
        yield Piece(piece.text, piece.kind, piece.level, None, number)


def _running(parts: Sequence[tuple[BlockKind, Any]], context: _Context) -> list[Piece]:
    """Headers and footers, each text once."""
    found = [Piece(piece.text, kind) for kind, root in parts for piece in _pieces(root, context)]
    return list({(piece.kind, piece.text): piece for piece in found if piece.text.strip()}.values())


def _pieces(node: Any, context: _Context) -> Iterator[Piece]:
    """The paragraphs and tables of the text, of a text box or of a note."""
    above = ""
    for item in within(node, PARAGRAPH, TABLE):
        if item.tag == TABLE:
            yield from _rows(item, context, stated_unit(above))
            above = ""
        else:
            above = text_of(item) or above
            yield from _paragraph(item, context)


def _paragraph(paragraph: Any, context: _Context) -> Iterator[Piece]:
    """A paragraph, then its text boxes and its notes."""
    yield _piece(paragraph, context)
    for box in boxes_of(paragraph):
        yield from _pieces(box, context) if box.tag.startswith(WORDS) else [Piece(text_of(box))]
    yield from _notes(paragraph, context)


def _notes(paragraph: Any, context: _Context) -> Iterator[Piece]:
    for reference in references_in(paragraph):
        if (note := context.notes.get(reference)) is not None:
            texts = [cell_text(each) if each.tag == TABLE else text_of(each) for each in within(note, PARAGRAPH, TABLE)]
            yield Piece("\n".join(texts), BlockKind.FOOTNOTE)


def _piece(paragraph: Any, context: _Context) -> Piece:
    style = context.styles.get(value_of(paragraph, "pPr/pStyle"), "")
    text = text_of(paragraph)
    if found := _HEADING.match(style):
        return Piece(text, BlockKind.HEADING, min(6, int(found[1]) + 1))
    if style.lower() == _CONTENTS:
        return Piece(text, BlockKind.HEADING, 2)
    if style.lower() in ("title", "标题", "標題"):
        return Piece(text, BlockKind.HEADING, 1)
    if style.lower() == "caption":
        return Piece(text, BlockKind.CAPTION)
    if _LISTED.search(style) or value_of(paragraph, "pPr/numPr") is not None:
        return Piece(text, BlockKind.LIST_ITEM)
    return Piece(text)


def _rows(table: Any, context: _Context, unit: str = "") -> Iterator[Piece]:
    """One piece a row; where the cells lay out a page, a row of one cell is its paragraphs, and a table in it follows.

    `unit` is what the line above says of all values.
    """
    rows = cells_of(table)
    nested = any(inner.tag == TABLE for cells in rows for cell in cells for inner in within(cell, PARAGRAPH, TABLE))
    if not nested and (pieces := row_pieces(grid_of(rows), unit=unit)) is not None:
        yield from pieces
        for paragraph in (each for cells in rows for cell in cells for each in paragraphs_in(cell)):
            yield from _notes(paragraph, context)
        return
    for cells in rows:
        yield from _laid_out(cells, context)


def _laid_out(cells: Sequence[Any], context: _Context) -> Iterator[Piece]:
    if len(cells) == 1:
        yield from _pieces(cells[0], context)
        return
    texts = [cell_text(cell) for cell in cells]
    yield Piece("  ".join(text for text in texts if text), BlockKind.TABLE_ROW)
    for cell in cells:
        for paragraph in paragraphs_in(cell):
            yield from _notes(paragraph, context)
        for inner in within(cell, PARAGRAPH, TABLE):
            if inner.tag == TABLE:
                yield from _rows(inner, context)
