"""Lines of one column -> pieces: headings, table rows, list items, captions, footnotes and paragraphs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from alignment.documents.building import Piece
from alignment.documents.geometry import union_of
from alignment.documents.layout.aligned_tables import rows_of, spans
from alignment.documents.layout.continued_tables import going_on, is_lead, is_named_above
from alignment.documents.layout.justified import closed
from alignment.documents.layout.lines import Line
from alignment.documents.pdfium.segments import HYPHENS, Segment
from alignment.documents.tables import cells as looks
from alignment.documents.tables.cells import is_bullet
from alignment.documents.tables.linear import Row, Table, linear
from alignment.documents.tolerances import (
    FULL_LINE,
    HEADING_LETTERS,
    INDENT,
    LONGEST_CAPTION,
    LONGEST_SHORT_HEADING,
    NEW_PARAGRAPH,
    NEW_PARAGRAPH_LEAST,
    PITCHES,
    SAME_INDENT,
    SAME_PARAGRAPH,
    SHORT_OF_EDGE,
    SHORTEST_BROKEN,
    SMALLEST_HEADING,
    USUAL_PITCH,
)
from alignment.text.characters import HAN, LATIN_WIDTH, LETTER, NUMERALS, STOPS, letters_in, width_of
from alignment.types import BlockKind

_NUMBERED = re.compile(
    rf"^(?:第[{NUMERALS}百\d]{{1,3}}[章节節部篇][\s:：]?|[{NUMERALS}]{{1,3}}[、．.]\s?|[(（][{NUMERALS}]{{1,3}}[)）]"
    r"|\d{1,2}(?:\.\d{1,2}){1,3}[.\s]\s*(?=\D)|(?:chapter|part|section)\s+\d{1,2}\b)",
    re.I,
)
_NOTE = re.compile(r"^(?:\d{1,2}|[*†‡]|注|註|notes?\b)[\s.:：、)]?", re.I)
_STOP = (*STOPS, *"，,、：:")
_NO_HEADING = tuple("。.；;，,、：:")
"""A large line that ends so is no heading; one may ask or exclaim."""
_END = (*STOPS, *"：:”」")
_BROKEN_WORD = re.compile(rf"({LETTER}+)[\x02\ufffe\xad]$")
_FIRST_WORD = re.compile(f"{LETTER}+")
_GOES_ON = re.compile(rf"^[a-z{HAN}，、；。）]")
_PROSE = (BlockKind.PARAGRAPH, BlockKind.LIST_ITEM)
_LONGEST = 50
"""Han characters of a heading at most."""
_MOST_LINES = 6
"""Lines of a heading at most."""
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


@dataclass(frozen=True, slots=True)
class _Measure:
    """A column: its edges, and the distance of the middles of two lines of a paragraph in font sizes."""

    left: float
    right: float
    pitch: float


def step(size: float) -> float:
    """A font size in halves of a point."""
    return round(size * 2) / 2


def pieces(
    region: Sequence[Line], style: Style, drawn: Mapping[Segment, Sequence[Row]], before: Table | None
) -> tuple[list[Piece], Table | None]:
    """The blocks of one column, top to bottom, and its last table.

    `drawn` holds the rows of tables that stand in it as one segment; `before` is the table that can go on at its top.
    """
    region = closed(region)
    tables = [*_tables(region, drawn, before), (len(region), len(region), ())]
    starts = [0, *(end for _, end, _ in tables)]
    prose = [region[start : table[0]] for start, table in zip(starts, tables, strict=False)]
    measure = _measure(region, prose)
    found: list[Piece] = []
    last: Table | None = None
    for some, (_, _, rows) in zip(prose, tables, strict=True):
        found += _prose(some, measure, style)
        if not rows:
            continue
        unit = looks.stated_unit(found[-1].text.split("\n")[-1]) if found else ""
        last = (before and is_lead(found) and going_on(rows, before, unit=unit)) or linear(rows, unit=unit)
        found += last.pieces
    return found, last


def _tables(
    region: Sequence[Line], drawn: Mapping[Segment, Sequence[Row]], before: Table | None
) -> Iterator[tuple[int, int, Sequence[Row]]]:
    """Where the tables of a column begin and end, and their rows."""
    begin = 0
    for index in range(len(region) + 1):
        rows = drawn.get(region[index].cells[0]) if index < len(region) else ()
        if rows is None:
            continue
        for start, end in spans(region[begin:index]):
            first = 0 if before and begin == 0 and is_named_above(region, start, end, before) else begin + start
            yield first, begin + end, rows_of(region[first : begin + end])
        if rows:
            yield index, index + 1, rows
        begin = index + 1


def _measure(region: Sequence[Line], prose: Sequence[Sequence[Line]]) -> _Measure:
    """Edges of a column and its usual line spacing, by its lines outside tables."""
    least, most = PITCHES
    steps = sorted(
        gap for some in prose for first, second in pairwise(some) if least < (gap := _middle_step(first, second)) < most
    )
    left, right = min(line.box[0] for line in region), max(line.box[2] for line in region)
    return _Measure(left, right, steps[len(steps) // 4] if steps else USUAL_PITCH)


def _prose(some: Sequence[Line], measure: _Measure, style: Style) -> Iterator[Piece]:
    """The blocks of lines that are no table."""
    group: list[Line] = []
    for line in some:
        if group and not _goes_on(group, line, measure, style):
            yield _piece(group, style)
            group = []
        group.append(line)
    if group:
        yield _piece(group, style)


def _middle_step(first: Line, second: Line) -> float:
    middles = [(line.box[1] + line.box[3]) / 2 for line in (first, second)]
    return (middles[1] - middles[0]) / max(first.size, second.size, 1.0)


def _goes_on(group: list[Line], line: Line, measure: _Measure, style: Style) -> bool:
    """Whether a line goes on the paragraph, heading or list item before it."""
    last = group[-1]
    left, right, pitch = measure.left, measure.right, measure.pitch
    size = max(last.size, line.size, 1.0)
    # A bold line within a paragraph comes after a full one; a heading does not fill its line.
    full = last.box[2] >= right - FULL_LINE * (right - left) and not last.text.rstrip().endswith(_END)
    same = abs(last.size - line.size) <= SAME_PARAGRAPH * size and (last.bold == line.bold or full)
    far = _middle_step(last, line) > max(NEW_PARAGRAPH * pitch, pitch + NEW_PARAGRAPH_LEAST)
    if len(line.cells) > 1 or not same or far or is_bullet(line.text):
        return False
    if _heading_level(group, style):
        return step(line.size) == step(last.size) and not _NUMBERED.match(line.text)
    if last.text.endswith(HYPHENS):
        return True
    note = _is_note(group, style)
    if note and _NOTE.match(line.text) and line.box[0] <= group[0].box[0] + SAME_INDENT * size:
        return False
    indent = line.box[0] - left
    hanging = note or is_bullet(group[0].text)
    indented = indent > INDENT * size and last.box[0] - left < SAME_INDENT * size and not hanging
    ended = last.text.rstrip().endswith(_END) and last.box[2] < right - SHORT_OF_EDGE * size
    return not indented and not ended


def _is_note(group: list[Line], style: Style) -> bool:
    return group[0].size <= _SMALL * style.body and _NOTE.match(group[0].text) is not None


def _piece(group: list[Line], style: Style) -> Piece:
    text = _text(group, style)
    box = union_of([line.box for line in group])
    if looks.is_caption(text) and width_of(text) <= LONGEST_CAPTION:
        return Piece(text, BlockKind.CAPTION, box=box)
    if level := _heading_level(group, style):
        return Piece(text, BlockKind.HEADING, level, box)
    if is_bullet(text):
        return Piece(text, BlockKind.LIST_ITEM, box=box)
    if _is_note(group, style):
        return Piece(text, BlockKind.FOOTNOTE, box=box)
    return Piece(text, BlockKind.PARAGRAPH, box=box)


def _heading_level(group: list[Line], style: Style) -> int:
    """1 to 6 for a heading, 0 for anything else: by font size first, then bold or numbered and short."""
    text = " ".join(line.text for line in group[:_MOST_LINES])
    if len(group) > _MOST_LINES or len(text) > LATIN_WIDTH * _LONGEST:
        return 0
    letters = letters_in(text)
    if width_of(text) > _LONGEST or letters < 2 or letters < HEADING_LETTERS * len(text.replace(" ", "")):
        return 0
    size = step(group[0].size)
    if size in style.headings and not text.rstrip().endswith(_NO_HEADING):
        return min(5, style.headings.index(size) + 1)
    short = len(group) == 1 and width_of(text) <= LONGEST_SHORT_HEADING
    marked = group[0].bold or _NUMBERED.match(text) is not None
    return 6 if marked and short and not text.rstrip().endswith(_STOP) and size >= SMALLEST_HEADING * style.body else 0


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
    if not text.endswith(HYPHENS):
        return f"{text}\n{line}"
    broken, following = _BROKEN_WORD.search(text), _FIRST_WORD.match(line)
    if not broken or not following:
        return f"{text[:-1]}-{line}"
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
    return not ended and width_of(text) >= SHORTEST_BROKEN and _GOES_ON.match(following.text) is not None


def joined_text(piece: Piece, following: Piece, style: Style) -> Piece:
    """Two pieces of one paragraph as one."""
    boxes = [box for box in (piece.box, following.box) if box]
    return replace(piece, text=_with_line(piece.text, following.text, style), box=union_of(boxes))
