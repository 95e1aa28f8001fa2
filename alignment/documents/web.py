"""HTML -> one page of numbered paragraphs; scripts, styles and hidden parts are left out, nothing is fetched."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from alignment.documents.building import Piece, build
from alignment.documents.encodings import decoded, marked_text
from alignment.documents.html.sniffing import without_subset
from alignment.documents.html.visible import BLOCKS, grid_of, hide_by_rules, is_hidden, tag_of
from alignment.documents.packages import reason
from alignment.documents.tables.cells import stated_unit
from alignment.documents.tables.grids import row_pieces
from alignment.errors import DocumentError
from alignment.types import BlockKind, Page

_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([a-zA-Z0-9_-]{2,20})", re.I)
_ASCII = b"<meta charset='+AGE-' \\u0041.xn--a />"
_AS_BROWSERS = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "big5": "big5hkscs",
    "iso-8859-1": "windows-1252",
    "latin1": "windows-1252",
}
"""Names that pages give to encodings that hold more."""
_MAXIMUM_DEPTH = 400


def read_html(data: bytes, name: str) -> tuple[tuple[Page, ...], str]:
    """The page and the document's own title ("" when it has none).

    Raises:
        DocumentError: no element can be found, or elements are nested deeper than any report needs.
    """
    root = _parse(data, name)
    title = root.findtext(".//title") or ""
    return (build(1, _number(_pieces(root, name))),), " ".join(title.split())


def pieces(data: bytes, name: str, *, above: str = "") -> list[Piece]:
    """The parts of a page that belongs to a larger document; none where it contains no element.

    `above` is the line before it, which may give the unit of a table.

    Raises:
        DocumentError: elements are nested deeper than any report needs.
    """
    return list(_pieces(_parse(data, name), name, above)) if data.strip() else []


def _parse(data: bytes, name: str) -> Any:
    from lxml import etree, html

    try:
        parser = html.HTMLParser(no_network=True, huge_tree=True, encoding="utf-8")
        root = html.document_fromstring(without_subset(_text(data)).encode(), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError, AssertionError) as error:
        raise DocumentError(
            f"{name} is HTML that cannot be read ({reason(error)})", hint="save the page again from a browser"
        ) from error
    hide_by_rules(root)
    return root


def _text(data: bytes) -> str:
    """By the mark of its encoding, else as declared where that fits, else as plain text."""
    if (marked := marked_text(data)) is not None:
        return marked
    declared = _CHARSET.search(data[:4096])
    if declared:
        encoding = declared[1].decode("ascii").lower()
        encoding = _AS_BROWSERS.get(encoding, encoding)
        try:
            # The declaration was found as ASCII, so it names no encoding that writes ASCII in another way.
            if _ASCII.decode(encoding) == _ASCII.decode("ascii"):
                return data.decode(encoding)
        except (LookupError, UnicodeError):
            pass
    return decoded(data) or data.decode("utf-8", errors="replace")


def _number(pieces: Iterator[Piece]) -> Iterator[Piece]:
    for number, piece in enumerate(pieces, start=1):
        yield Piece(piece.text, piece.kind, piece.level, None, number)


def _pieces(root: Any, name: str, last: str = "") -> Iterator[Piece]:
    """Text gathers until a block element begins or ends; what is skipped or hidden counts for nothing.

    `last` is the line before.
    """
    from lxml import etree

    gathered: list[str] = []
    kinds: list[tuple[BlockKind, int]] = [(BlockKind.PARAGRAPH, 0)]
    skipping = depth = 0
    told = None
    """The table that has been told as a whole."""
    for event, node in etree.iterwalk(root, events=("start", "end", "comment", "pi")):
        tag = tag_of(node)
        if tag in BLOCKS or tag in _HEADINGS:
            for piece in _flush(gathered, kinds[-1]):
                last = piece.text
                yield piece
        if event == "start":
            depth += 1
            if depth > _MAXIMUM_DEPTH:
                raise DocumentError(
                    f"{name} nests elements more than {_MAXIMUM_DEPTH} deep", hint="save the page again from a browser"
                )
            skipping += is_hidden(node, tag)
            kinds.append(_kind(tag) or kinds[-1])
            if tag == "table" and not skipping and (rows := _table(node, stated_unit(last))):
                yield from rows
                last = ""
                told, skipping = node, skipping + 1
        elif tag:
            depth -= 1
            kinds.pop()
            skipping -= is_hidden(node, tag)
            if node is told:
                told, skipping = None, skipping - 1
        text = node.text if event == "start" else node.tail
        if text and not skipping:
            gathered.append(f" {text}" if tag in ("td", "th") else text)
    yield from _flush(gathered, kinds[-1])


def _table(node: Any, unit: str) -> list[Piece]:
    """The rows of a table and its caption; none where it only lays out a page or holds prose."""
    found = grid_of(node)
    rows = row_pieces(found[1], unit=stated_unit(found[0]) or unit) if found else None
    if not found or not rows:
        return []
    return [Piece(found[0], BlockKind.CAPTION), *rows] if found[0] else rows


def _flush(gathered: list[str], kind: tuple[BlockKind, int]) -> Iterator[Piece]:
    text = " ".join("".join(gathered).split())
    gathered.clear()
    if text:
        yield Piece(text, *kind)


def _kind(tag: str) -> tuple[BlockKind, int] | None:
    if tag in _HEADINGS:
        return BlockKind.HEADING, _HEADINGS[tag]
    named = {"li": BlockKind.LIST_ITEM, "tr": BlockKind.TABLE_ROW, "figcaption": BlockKind.CAPTION}
    return (named[tag], 0) if tag in named else None
