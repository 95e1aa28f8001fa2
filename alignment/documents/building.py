"""Pieces of text -> a page: text and blocks that agree with each other, clean of control characters."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from alignment.text.characters import has_han
from alignment.text.cleaning import clean
from alignment.types import Block, BlockKind, Box, Page, PageState


@dataclass(frozen=True, slots=True)
class Piece:
    """Text that becomes one block."""

    text: str
    kind: BlockKind = BlockKind.PARAGRAPH
    level: int = 0
    box: Box | None = None
    paragraph: int | None = None


def build(
    number: int,
    pieces: Iterable[Piece],
    *,
    state: PageState | None = None,
    label: str | None = None,
    size: tuple[float, float] | None = None,
    confidence: float | None = None,
    unread: int = 0,
) -> Page:
    """A page whose text is its pieces joined by line breaks and whose blocks span exactly those pieces.

    Without a `state` the text decides; with so many things on the page `unread` it is read in part at best.
    """
    texts: list[str] = []
    blocks: list[Block] = []
    position = 0
    for piece in pieces:
        text = "\n".join(line.strip() for line in clean(piece.text).split("\n") if line.strip())
        if not text:
            continue
        blocks.append(Block(position, position + len(text), piece.kind, piece.level, piece.box, piece.paragraph))
        texts.append(text)
        position += len(text) + 1
    text = "\n".join(texts)
    state = state or text_state(text)
    if unread and state in (PageState.OK, PageState.EMPTY):
        state = PageState.PARTIAL
    return Page(
        number=number,
        text=text,
        state=state,
        label=label,
        blocks=tuple(blocks),
        width=size[0] if size else None,
        height=size[1] if size else None,
        confidence=confidence,
        unread=unread,
    )


def text_state(text: str) -> PageState:
    """Whether a text can be relied on: empty, garbled or ok.

    Garbled: a fifth of the visible characters is private-use, unassigned or a replacement mark; or a third of the
    letters is accented Latin, as when Chinese bytes are shown in a Western encoding; or fewer than half of the Han
    characters (20 at least) belong to the everyday sets of GB 2312 or Big5, as when a font maps its glyphs to
    arbitrary code points.
    """
    # A page has few different characters, so each is looked at once.
    counts = Counter("".join(text.split()))
    if not counts:
        return PageState.EMPTY
    categories = {character: unicodedata.category(character) for character in counts}
    broken = sum(counts[each] for each in counts if categories[each] in ("Co", "Cn", "Cs")) + text.count("\ufffd")
    letters = sum(counts[each] for each in counts if categories[each][0] == "L")
    accented = sum(counts[each] for each in counts if "\u0080" <= each <= "\u024f")
    han = [each for each in counts if has_han(each)]
    written = sum(counts[each] for each in han)
    everyday = sum(counts[each] for each in han if _everyday(each))
    garbled = (
        broken > 0.2 * counts.total()
        or (accented > 0.33 * max(1, letters) and accented > 20)
        or (written >= 20 and everyday < 0.5 * written)
    )
    return PageState.GARBLED if garbled else PageState.OK


def _everyday(character: str) -> bool:
    for encoding in ("gb2312", "big5"):
        try:
            character.encode(encoding)
        except UnicodeEncodeError:
            continue
        return True
    return False
