"""Plain text and Markdown -> one page of numbered paragraphs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise

from alignment.documents import web
from alignment.documents.building import Piece, build
from alignment.documents.encodings import decode
from alignment.documents.html import in_markdown
from alignment.documents.tables.cells import stated_unit
from alignment.documents.tables.grids import GridCell, plain, row_pieces
from alignment.text.characters import NUMERALS, STOPS
from alignment.types import BlockKind, Page

_ATX = re.compile(r"^(#{1,6})\s+")
_ITEM = re.compile(r"^\s*(?:[-*+•·●]|\(?\d{1,2}[.)、])\s*\S")
_ROW = re.compile(r"^\s*\|(.+)\|\s*$")
_BAR = re.compile(r"(?<!\\)\|")
_DIVIDER = re.compile(r"^\s*+\|?\s*+:?-++:?\s*+(?:\|\s*+:?-++:?\s*+)++\|?\s*+$")
"""The line below the header of a table, which tells tables without bars at their sides; nothing is tried twice."""
_RULE = re.compile(r"^[\s|:\-=_*]+$")
_NUMBERED = re.compile(
    rf"^(?:第[{NUMERALS}\d]{{1,3}}[章节部分篇]|[{NUMERALS}]{{1,2}}、|\d{{1,2}}(?:\.\d{{1,2}}){{0,2}}\s)\s*\S"
)
_STOPS = (*STOPS, *"：:，,")


def read_text(data: bytes, name: str) -> tuple[Page, ...]:
    """Paragraphs are divided by blank lines; short numbered lines on their own are headings."""
    return (build(1, _number(_text_pieces(decode(data, name)))),)


def read_markdown(data: bytes, name: str) -> tuple[Page, ...]:
    """Headings, list items, table rows and paragraphs; inline marks stay, so that quotes stay verbatim.

    Of HTML in it is read what a browser shows.

    Raises:
        DocumentError: elements of HTML are nested deeper than any report needs.
    """
    text = decode(data, name).replace("\r\n", "\n").replace("\r", "\n")
    return (build(1, _number(_parts(in_markdown.parts(text), name))),)


def _parts(parts: Iterable[in_markdown.Part], name: str) -> Iterator[Piece]:
    above = ""
    for part in parts:
        for piece in (
            # The mark tells the encoding, whatever the table says of it.
            web.pieces(part.text.encode("utf-8-sig"), name, above=above)
            if part.is_table
            else _markdown_pieces(part.text)
        ):
            above = piece.text.rpartition("\n")[2]
            yield piece


def _number(pieces: Iterator[Piece]) -> Iterator[Piece]:
    number = 0
    for piece in pieces:
        if piece.text.strip():
            number += 1
            yield Piece(piece.text, piece.kind, piece.level, None, number)


def _text_pieces(text: str) -> Iterator[Piece]:
    for part in re.split(r"\n\s*\n", text.replace("\r\n", "\n").replace("\r", "\n")):
        lines = [line for line in part.split("\n") if line.strip()]
        if not lines:
            continue
        yield from (_line_pieces(lines) if _one_per_line(lines) else _wrapped(lines))


def _one_per_line(lines: list[str]) -> bool:
    """Whether every line is a paragraph of its own, as editors that do not wrap write them."""
    ended = sum(line.rstrip().endswith(_STOPS[:6]) for line in lines)
    return len(lines) > 1 and (max(map(len, lines)) > 120 or ended >= 0.8 * len(lines))


def _line_pieces(lines: list[str]) -> Iterator[Piece]:
    for line in lines:
        yield from _wrapped([line])


def _wrapped(lines: list[str]) -> Iterator[Piece]:
    """A paragraph whose lines were wrapped, or a heading, or list items."""
    if len(lines) == 1 and _NUMBERED.match(lines[0]) and len(lines[0]) <= 60 and not lines[0].rstrip().endswith(_STOPS):
        yield Piece(lines[0], BlockKind.HEADING, 2)
        return
    group: list[str] = []
    for line in lines:
        if _ITEM.match(line) and group:
            yield _paragraph(group)
            group = []
        group.append(line)
    yield _paragraph(group)


def _paragraph(lines: list[str]) -> Piece:
    return Piece("\n".join(lines), BlockKind.LIST_ITEM if _ITEM.match(lines[0]) else BlockKind.PARAGRAPH)


def _markdown_pieces(text: str) -> Iterator[Piece]:
    group: list[str] = []
    table: list[str] = []
    above = ""
    lines = [*text.split("\n"), ""]
    rows = _rows(lines)
    for number, line in enumerate(lines):
        heading = _ATX.match(line)
        alone = heading or number in rows or not line.strip()
        if group and (alone or _ITEM.match(line)):
            yield _paragraph(group)
            above, group = group[-1], []
        if table and number not in rows:
            yield from _table_pieces(table, stated_unit(above))
            table, above = [], ""
        if heading:
            above = ""
            yield Piece(line[heading.end() :].rstrip("#").rstrip(), BlockKind.HEADING, len(heading[1]))
        elif number in rows:
            table.append(line)
        elif line.strip() and not alone and not _RULE.match(line):
            group.append(line)


def _rows(lines: list[str]) -> set[int]:
    """Which lines are rows of tables: those between bars, and those with bars around and below a header's divider."""
    found = {number for number, line in enumerate(lines) if _ROW.match(line)}
    last = 0
    for number, (above, line) in enumerate(pairwise(lines)):
        # A divider among the rows below another one adds no row.
        if number >= last and _DIVIDER.match(line) and len(_cells(above)) == len(_cells(line)):
            last = number + 1
            while _BAR.search(lines[last]):
                last += 1
            found.update(range(number, last))
    return found


def _cells(line: str) -> list[str]:
    line = line.strip().removeprefix("|")
    if line.endswith("|") and not line.endswith("\\|"):
        line = line[:-1]
    return _BAR.split(line)


def _table_pieces(lines: list[str], unit: str) -> list[Piece]:
    """The rows of a table; those above its rule are its header."""
    rule = next((number for number, line in enumerate(lines) if _RULE.match(line)), 0)
    grid = [
        [GridCell(" ".join(cell.split()), heading=number < rule) for cell in _cells(line)]
        for number, line in enumerate(lines)
        if not _RULE.match(line)
    ]
    found = row_pieces(grid, unit=unit)
    return [Piece(plain(row), BlockKind.TABLE_ROW) for row in grid] if found is None else found
