"""Document -> passages: sentences packed to a size that can be judged, with their headings and the part they play."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import yaml

from alignment import resources
from alignment.text import languages, sentences
from alignment.text.folding import fold
from alignment.text.reading import counts, length, reading_text
from alignment.types import Block, BlockKind, Box, Document, Page, Passage, PassageRole

_ENTRY = re.compile(r"(?:(?<=\s)|(?<=\.{3})|(?<=…{2})|(?<=·{3}))\d{1,3}\s*$|^\s*\d{1,3}\s{1,}\S")
"""A page number behind a space or leaders, or before a title."""
_LEADER = re.compile(r"\.{4,}|…{2,}|·{4,}|_{4,}")
_INDEX_CODE = re.compile(
    r"\b(?:gri\s?)?[1-4]\d{2}-\d{1,2}\b|\b2-\d{1,2}\b|\b[a-z]{2}-[a-z]{2}-\d{3}[a-z]\.\d\b|\b[ab][1-8]\.\d{1,2}\b"
    r"|\b[PGESL]\d{1,2}\.\d{1,2}\b"
)
_SEPARATOR = " › "


@dataclass(frozen=True, slots=True)
class Size:
    """Lengths of passages in Han characters; a Latin character counts as a third of one."""

    minimum: float = 24
    """Shorter blocks are joined with their neighbours under the same heading."""
    target: float = 110
    """A passage is closed once it has reached this length."""
    maximum: float = 240
    """No passage is longer, even where a sentence has to be cut."""


def split(document: Document, *, size: Size | None = None) -> tuple[Passage, ...]:
    """All passages of a document in reading order; every non-space character of a readable page is in exactly one.

    Pages that could not be read give none. Contents pages, running headers and footers, index tables and
    glossaries are kept with their `role`, so that they can be listed but never count as evidence.
    """
    size = size or Size()
    headings: list[tuple[int, str]] = []
    found: list[Passage] = []
    for page in document.pages:
        if page.readable:
            found += _split_page(page, headings, size)
    return tuple(found)


def _split_page(page: Page, headings: list[tuple[int, str]], size: Size) -> Iterator[Passage]:
    page_role = _page_role(page)
    for group in _groups(page, size):
        kind = group[0].kind
        if kind in (BlockKind.HEADER, BlockKind.FOOTER):
            yield _passage(page, group, group[0].start, group[-1].end, "", PassageRole.HEADER_FOOTER)
            continue
        if kind is BlockKind.HEADING and page_role is PassageRole.BODY:
            _push(headings, group[0].level, reading_text(page.text[group[0].start : group[0].end]))
            yield _passage(page, group, group[0].start, group[0].end, _path(headings[:-1]), PassageRole.HEADING)
            continue
        heading = _path(headings)
        role = page_role if page_role is not PassageRole.BODY else _section_role(heading)
        for start, end in _pack(page.text, group, size):
            yield _passage(page, group, start, end, heading, _row_role(page.text[start:end], kind, role))


def _push(headings: list[tuple[int, str]], level: int, title: str) -> None:
    while headings and headings[-1][0] >= level:
        headings.pop()
    headings.append((level, title))


def _path(headings: Sequence[tuple[int, str]]) -> str:
    return _SEPARATOR.join(title for _, title in headings)


def _groups(page: Page, size: Size) -> Iterator[list[Block]]:
    """Blocks that may share a passage: short paragraphs, items and rows in turn; headings and records stay alone."""
    alone = (BlockKind.HEADING, BlockKind.HEADER, BlockKind.FOOTER)
    group: list[Block] = []
    for block in page.blocks:
        if not page.text[block.start : block.end].strip():
            continue
        if group and (block.kind in alone or group[-1].kind in alone or not _together(page.text, group, block, size)):
            yield group
            group = []
        group.append(block)
    if group:
        yield group


def _together(text: str, group: list[Block], block: Block, size: Size) -> bool:
    first, last = group[0], group[-1]
    if (first.kind is BlockKind.TABLE_ROW) != (block.kind is BlockKind.TABLE_ROW) or block.kind is BlockKind.RECORD:
        return False
    so_far = length(text[first.start : last.end])
    return so_far < (size.target if _is_list(last, block) else size.minimum) and (
        so_far + length(text[block.start : block.end]) <= size.maximum
    )


def _is_list(last: Block, block: Block) -> bool:
    listed = (BlockKind.LIST_ITEM, BlockKind.TABLE_ROW)
    return last.kind in listed and block.kind in listed


def _pack(text: str, group: list[Block], size: Size) -> Iterator[tuple[int, int]]:
    """Spans of whole sentences, closed at the target length; over-long sentences are cut at a pause."""
    begin, finish = group[0].start, group[-1].end
    spans = [
        piece
        for start, end in sentences.sentences(text[begin:finish])
        for piece in _cut(text, begin + start, begin + end, size.maximum)
    ]
    if not spans:
        return
    opened, closed = spans[0]
    for start, end in spans[1:]:
        joined = length(text[opened:end])
        if length(text[opened:closed]) >= size.target or joined > size.maximum:
            yield opened, closed
            opened = start
        closed = end
    yield opened, closed


def _cut(text: str, start: int, end: int, maximum: float) -> Iterator[tuple[int, int]]:
    han, others = counts(text[start:end])
    while han + others / 3 > maximum:
        limit = start
        taken = 0.0
        while limit < end and taken < maximum:
            taken += length(text[limit])
            limit += 1
        pauses = [m.end() for m in re.finditer(r"[，,、;；:：\n]|\s", text[start:limit])]
        place = start + (pauses[-1] if pauses and pauses[-1] > (limit - start) // 2 else limit - start)
        piece = text[start:place].rstrip()
        yield start, start + len(piece)
        # Only what was cut off is counted again: a sentence without an end may be the whole document.
        cut_han, cut_others = counts(text[start:place])
        han, others = han - cut_han, others - cut_others
        while place < end and text[place].isspace():
            others -= text[place] not in " \n"
            place += 1
        start = place
    if start < end:
        yield start, end


def _passage(page: Page, group: list[Block], start: int, end: int, heading: str, role: PassageRole) -> Passage:
    text = page.text[start:end]
    inside = [block for block in group if block.start < end and block.end > start]
    return Passage(
        id=f"p{page.number}-{start}",
        page=page.number,
        start=start,
        end=end,
        text=text,
        heading=heading,
        language=languages.detect(text),
        role=role,
        paragraph=inside[0].paragraph if inside else None,
        box=box(inside),
    )


def box(blocks: Sequence[Block]) -> Box | None:
    """The smallest box around all of the blocks, in points; None where none of them has a place on the page."""
    boxes = [block.box for block in blocks if block.box is not None]
    if not boxes:
        return None
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)


@cache
def _section_words(name: str) -> tuple[str, ...]:
    lexicon = yaml.safe_load(resources.shipped("corpus", "lexicons", "sections.yaml").read_text(encoding="utf-8"))
    words = lexicon.get(name, {})
    return tuple(sorted({fold(word) for language in ("zh", "en") for word in words.get(language, ())}))


def _page_role(page: Page) -> PassageRole:
    """What the page as a whole is: a contents page, a standards index, or body."""
    lines = [
        page.text[block.start : block.end].strip()
        for block in page.blocks
        if block.kind not in (BlockKind.HEADER, BlockKind.FOOTER)
    ]
    lines = [line for line in lines if line]
    if len(lines) < 4:
        return PassageRole.BODY
    entries = sum(bool(_ENTRY.search(line)) and length(line) < 60 for line in lines)
    leaders = sum(bool(_LEADER.search(line)) for line in lines)
    titled = any(fold(line).replace(" ", "") in _compact_words("contents") for line in lines[:6])
    if leaders >= 4 or (titled and entries >= 4 and entries >= 0.4 * len(lines)):
        return PassageRole.CONTENTS
    codes = sum(bool(_INDEX_CODE.search(fold(line))) for line in lines)
    if codes >= 5 and codes >= 0.25 * len(lines):
        return PassageRole.INDEX
    return PassageRole.BODY


@cache
def _compact_words(name: str) -> frozenset[str]:
    return frozenset(word.replace(" ", "") for word in _section_words(name))


def _section_role(heading: str) -> PassageRole:
    """What the section is by its headings: all that stands below a glossary is glossary."""
    titles = [title for title in fold(heading).split(_SEPARATOR) if title and length(title) <= 40]
    for name, role in (("index", PassageRole.INDEX), ("glossary", PassageRole.GLOSSARY)):
        if any(word in title for word in _section_words(name) for title in titles):
            return role
    last = titles[-1].replace(" ", "") if titles else ""
    return PassageRole.CONTENTS if last in _compact_words("contents") else PassageRole.BODY


def _row_role(text: str, kind: BlockKind, role: PassageRole) -> PassageRole:
    """Rows of an index table inside a body page are index rows too."""
    if role is PassageRole.BODY and kind in (BlockKind.TABLE_ROW, BlockKind.RECORD):
        lines = [line for line in fold(text).split("\n") if line.strip()]
        if lines and sum(bool(_INDEX_CODE.search(line)) for line in lines) >= max(1, len(lines) * 2 // 3):
            return PassageRole.INDEX
    return role
