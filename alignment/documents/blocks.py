"""Lines of one column -> pieces: headings, table rows, list items, captions, footnotes and paragraphs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from alignment.documents.building import Piece
from alignment.documents.layout import Line, width_of
from alignment.documents.segments import HYPHENS
from alignment.types import BlockKind, Box

_BULLET = re.compile(
    r"^(?:[•·●○■□▪◆◇►▶➢➤✓✔–—*→\uf0b7\uf06c\uf0d8]|-\s|[(（]?(?:\d{1,2}|[a-z]|[一二三四五六七八九十]{1,3})[)）]|\d{1,2}[.、．]\s?\D)"
)
_NUMBERED = re.compile(
    r"^(?:第[一二三四五六七八九十百\d]{1,3}[章节節部篇][\s:：]?|[一二三四五六七八九十]{1,3}[、．.]\s?|[(（][一二三四五六七八九十]{1,3}[)）]"
    r"|\d{1,2}(?:\.\d{1,2}){1,3}[.\s]\s*(?=\D)|(?:chapter|part|section)\s+\d{1,2}\b)",
    re.I,
)
_CAPTION = re.compile(r"^(?:图|圖|表|figure|fig\.|table|chart|exhibit)\s?\d+(?:[.\-–]\d+)*(?!\s+(?-i:[a-z]))", re.I)
_NOTE = re.compile(r"^(?:\d{1,2}|[*†‡]|注|註|notes?\b)[\s.:：、)]?", re.I)
_STOP = tuple("。！？；.!?;，,、：:")
_END = tuple("。！？!?.；;：:”」")
_LETTER = re.compile(r"[^\W\d_]")
_BROKEN_WORD = re.compile(r"([^\W\d_]+)[\x02\ufffe\xad]$")
_FIRST_WORD = re.compile(r"[^\W\d_]+")
_GOES_ON = re.compile(r"^[a-z\u3400-\u9fff，、；。）]")
_PROSE = (BlockKind.PARAGRAPH, BlockKind.LIST_ITEM)
_SMALL = 0.86
"""Share of the body's font size at or below which a line can be a footnote."""


@dataclass(frozen=True, slots=True)
class Style:
    """What is usual in a document."""

    body: float
    """Font size of most of the text, in points."""
    headings: tuple[float, ...]
    """Larger font sizes, largest first."""
    vocabulary: frozenset[str] = frozenset()
    """Words in small letters, to tell a hyphen of a word from one of a line's end; empty without such ends."""


def step(size: float) -> float:
    """A font size in halves of a point."""
    return round(size * 2) / 2


def pieces(region: Sequence[Line], style: Style) -> list[Piece]:
    """The blocks of one column, top to bottom."""
    return list(_pieces(region, style))


def _pieces(region: Sequence[Line], style: Style) -> Iterator[Piece]:
    left = min(line.box[0] for line in region)
    right = max(line.box[2] for line in region)
    pitch = _pitch(region)
    group: list[Line] = []
    for index, line in enumerate(region):
        if group and not _goes_on(group, line, left, right, pitch, style):
            yield _piece(group, style)
            group = []
        group.append(line)
        if _is_row(region, index):
            yield _row(line)
            group = []
    if group:
        yield _piece(group, style)


def _is_row(region: Sequence[Line], index: int) -> bool:
    """A line with several cells is a table row when a neighbour has several cells too, or when it has three."""
    count = len(region[index].cells)
    if count < 2 or _BULLET.match(region[index].text):
        return False
    neighbours = [*region[max(0, index - 1) : index], *region[index + 1 : index + 2]]
    return count >= 3 or any(len(each.cells) >= 2 for each in neighbours)


def _row(line: Line) -> Piece:
    return Piece(line.text, BlockKind.TABLE_ROW, box=line.box)


def _pitch(region: Sequence[Line]) -> float:
    """Distance between the middles of two lines of one paragraph, in font sizes: the lower quartile of the region."""
    steps = sorted(gap for first, second in pairwise(region) if 0.7 < (gap := _middle_step(first, second)) < 2.6)
    return steps[len(steps) // 4] if steps else 1.5


def _middle_step(first: Line, second: Line) -> float:
    middles = [(line.box[1] + line.box[3]) / 2 for line in (first, second)]
    return (middles[1] - middles[0]) / max(first.size, second.size, 1.0)


def _goes_on(group: list[Line], line: Line, left: float, right: float, pitch: float, style: Style) -> bool:
    """Whether a line goes on the paragraph, heading or list item before it."""
    last = group[-1]
    size = max(last.size, line.size, 1.0)
    # A bold line within a paragraph comes after a full one; a heading does not fill its line.
    full = last.box[2] >= right - 0.15 * (right - left) and not last.text.rstrip().endswith(_END)
    same = abs(last.size - line.size) <= 0.12 * size and (last.bold == line.bold or full)
    far = _middle_step(last, line) > max(1.22 * pitch, pitch + 0.2)
    if len(line.cells) > 1 or not same or far or _BULLET.match(line.text):
        return False
    if _heading_level(group, style):
        return step(line.size) == step(last.size) and not _NUMBERED.match(line.text)
    if last.text.endswith(HYPHENS):
        return True
    note = _is_note(group, style)
    if note and _NOTE.match(line.text) and line.box[0] <= group[0].box[0] + 0.6 * size:
        return False
    indent = line.box[0] - left
    hanging = note or _BULLET.match(group[0].text) is not None
    indented = indent > 1.2 * size and last.box[0] - left < 0.6 * size and not hanging
    ended = last.text.rstrip().endswith(_END) and last.box[2] < right - 1.8 * size
    return not indented and not ended


def _is_note(group: list[Line], style: Style) -> bool:
    return group[0].size <= _SMALL * style.body and _NOTE.match(group[0].text) is not None


def _piece(group: list[Line], style: Style) -> Piece:
    text = _text(group, style)
    box = union_of([line.box for line in group])
    if _CAPTION.match(text) and width_of(text) <= 60:
        return Piece(text, BlockKind.CAPTION, box=box)
    if level := _heading_level(group, style):
        return Piece(text, BlockKind.HEADING, level, box)
    if _BULLET.match(text):
        return Piece(text, BlockKind.LIST_ITEM, box=box)
    if _is_note(group, style):
        return Piece(text, BlockKind.FOOTNOTE, box=box)
    return Piece(text, BlockKind.PARAGRAPH, box=box)


def _heading_level(group: list[Line], style: Style) -> int:
    """1 to 6 for a heading, 0 for anything else: by font size first, then bold or numbered and short."""
    text = " ".join(line.text for line in group)
    letters = len(_LETTER.findall(text))
    if width_of(text) > 50 or letters < 2 or letters < 0.4 * len(text.replace(" ", "")):
        return 0
    size = step(group[0].size)
    if size in style.headings and not text.rstrip().endswith(_STOP[:1] + _STOP[4:5] + _STOP[7:]):
        return min(5, style.headings.index(size) + 1)
    short = len(group) == 1 and width_of(text) <= 30
    marked = group[0].bold or _NUMBERED.match(text) is not None
    return 6 if marked and short and not text.rstrip().endswith(_STOP) and size >= 0.9 * style.body else 0


def _text(group: list[Line], style: Style) -> str:
    text = group[0].text
    for line in group[1:]:
        text = _with_line(text, line.text, style)
    return text


def _with_line(text: str, line: str, style: Style) -> str:
    """Lines joined by a line break; a word that was broken at the end of a line is whole again.

    A hyphen stays where the document writes the word with one elsewhere, or knows both of its parts but not the
    whole as words: `nature-based`, not `naturebased`.
    """
    broken, following = _BROKEN_WORD.search(text), _FIRST_WORD.match(line)
    if not broken or not following:
        return text[:-1] + "-" + line if text.endswith(HYPHENS) else f"{text}\n{line}"
    first, second = broken[1].lower(), following[0].lower()
    known = style.vocabulary
    whole = first + second in known
    parts = first in known and second in known
    hyphen = f"{first}-{second}" in known or (parts and not whole)
    return f"{text[:-1]}{'-' if hyphen else ''}{line}"


def goes_on_across(piece: Piece, following: Piece) -> bool:
    """Whether a sentence goes on at the top of the next column: it has not ended, and the next text does not begin."""
    if piece.kind not in _PROSE or following.kind is not BlockKind.PARAGRAPH:
        return False
    text = piece.text.rstrip()
    ended = text.endswith(_END) and not text.endswith(HYPHENS)
    return not ended and width_of(text) >= 12 and _GOES_ON.match(following.text) is not None


def joined_text(piece: Piece, following: Piece, style: Style) -> Piece:
    """Two pieces of one paragraph as one."""
    boxes = [box for box in (piece.box, following.box) if box]
    return replace(piece, text=_with_line(piece.text, following.text, style), box=union_of(boxes))


def union_of(boxes: Sequence[Box]) -> Box:
    """The rectangle around all boxes."""
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)
