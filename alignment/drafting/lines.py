"""A policy document -> its lines in reading order, with what their place on the page says of them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from alignment.drafting import frames as framing
from alignment.types import Block, BlockKind, Box, Document, Format

_DROPPED = frozenset({BlockKind.HEADER, BlockKind.FOOTER})
_CONTENTS = re.compile(r"(?:\.{4,}|…{2,}|·{4,}|．{4,})\s*\d{1,3}\s*$")
_INDENT = 0.7
"""Of a line's height: text that begins so much further right begins a paragraph."""
_SLACK = 3.0
"""Ems by which a line may be shorter than most full lines and still be full."""
_WRAPPED = 60.0
"""Ems; where lines are usually longer, a line is a whole paragraph."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text and its place."""

    text: str
    page: int | None
    """1-based page of a PDF; None in formats without pages."""
    paragraph: int | None
    kind: BlockKind
    level: int
    """Heading level, 0 for everything else."""
    first: bool
    """First of its block, which the reader set apart from the one before."""
    alone: bool
    """The only line of its block."""
    indented: bool
    full: bool
    """It reaches the right edge, so that the next line may go on from it."""
    framed: bool
    """It is inside a drawn frame."""


def lines_of(document: Document, frames: Mapping[int, tuple[Box, ...]]) -> tuple[Line, ...]:
    """Every line but running ones and those of a table of contents."""
    blocks = [
        (page.number, page.text[block.start : block.end], block)
        for page in document.pages
        for block in page.blocks
        if block.kind not in _DROPPED
    ]
    edge = _edge([block for _, _, block in blocks if not framing.is_inside(block.box, frames.get(0, ()))])
    found = []
    for number, text, block in blocks:
        framed = framing.is_inside(block.box, frames.get(number, ()))
        found += list(_split(number if document.format is Format.PDF else None, text, block, edge, framed))
    return tuple(_with_fullness(found))


def _split(page: int | None, text: str, block: Block, edge: float | None, framed: bool) -> Iterator[Line]:
    written = [line.strip() for line in text.split("\n") if line.strip()]
    kept = [line for line in written if not _CONTENTS.search(line)]
    height = (block.box[3] - block.box[1]) / max(1, len(written)) if block.box else 0.0
    for number, line in enumerate(kept):
        yield Line(
            text=line,
            page=page,
            paragraph=block.paragraph,
            kind=block.kind,
            level=block.level,
            first=number == 0,
            alone=len(kept) == 1,
            indented=bool(number == 0 and block.box and edge is not None and block.box[0] - edge > _INDENT * height),
            full=False,
            framed=framed,
        )


def _edge(blocks: Sequence[Block]) -> float | None:
    """Where most blocks of several lines begin: the left edge of the text."""
    lefts = Counter(round(block.box[0]) for block in blocks if block.box and block.kind is BlockKind.PARAGRAPH)
    return float(max(lefts, key=lambda left: (lefts[left], -left))) if lefts else None


def _with_fullness(lines: Sequence[Line]) -> Iterator[Line]:
    """The same lines; a full one is as long as nearly the longest of its kind, inside a frame or outside."""
    usual: dict[bool, float] = {}
    for framed in (False, True):
        sizes = sorted(
            ems(line.text) for line in lines if line.framed is framed and line.kind is not BlockKind.TABLE_ROW
        )
        usual[framed] = sizes[int(0.9 * (len(sizes) - 1))] if sizes else 0.0
    for line in lines:
        most = usual[line.framed]
        full = most <= _WRAPPED and ems(line.text) >= most - _SLACK
        yield replace(line, full=full)


def ems(text: str) -> float:
    """Width of a text in characters of Chinese."""
    return sum(1.0 if ord(character) > 0x2E7F else 0.5 for character in text)
