"""PDF page -> segments: runs of text on one line with their boxes, straight from pdfium."""

from __future__ import annotations

import ctypes
import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from alignment.documents.pictures import Pictures, pictures_of
from alignment.documents.rules import NO_RULES, Rules, rules_of
from alignment.types import Box

if TYPE_CHECKING:
    from pypdfium2 import PdfPage, PdfTextPage

_WORD = re.compile(r"\S+")
_LINE = re.compile(r"[^\r\n\x02\ufffe]*[\x02\ufffe]?|[\r\n]")
HYPHENS = ("\x02", "\ufffe", "\u00ad")
"""What pdfium puts for a hyphen at the end of a line; it goes on with the next line without a break."""
PLACEHOLDER = "\ufffc"
"""The text of a segment that stands for a whole table."""
SLANTED = 45
"""The turn of text that stands at a slant, such as a watermark."""
_SLANT = 15
"""Degrees off a right angle from which text is slanted."""
_BOLD_WEIGHT = 600
_GAP = 1.5
"""White space wider than this, in font sizes, divides two segments of one line."""
_FEW = 200
"""Only a page with fewer characters is searched for pictures."""
_FEWEST_CELLS = 4
"""A page with fewer runs of text has no table."""


Word = tuple[str, float, float]
"""Text, left, right."""
Placer = Callable[[float, float, float, float], Box]
"""From left, top, right, bottom in PDF user space to a box."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A run of text on one line; coordinates in points from the page's top left corner as it is displayed."""

    text: str
    left: float
    top: float
    right: float
    bottom: float
    size: float
    """Font size in points as displayed."""
    bold: bool = False
    words: tuple[Word, ...] = ()
    """Its words with their left and right edges; none where they are not known."""
    turn: int = 0
    """Degrees by which the text stands turned clockwise on the page as displayed, or `SLANTED`; the box is upright."""

    @property
    def height(self) -> float:
        """Height in points."""
        return self.bottom - self.top


@dataclass(frozen=True, slots=True)
class RawPage:
    """What pdfium says about a page."""

    number: int
    label: str | None
    width: float
    height: float
    segments: tuple[Segment, ...]
    pictured: bool
    """Holds little text, and images or drawings that the rest of it could be in."""
    cut: bool = False
    """Held more characters than the limit; the rest was not read."""
    turn: int = 0
    """Degrees by which most of its text stands turned clockwise; segments lie in the frame that sets theirs upright."""
    rules: Rules = NO_RULES
    """In the same frame."""
    confidence: float | None = None
    """How sure the recogniser is of what it read, from 0 to 1; None where nothing was recognised."""
    textless: bool = False
    """Whether the recogniser saw the whole page and found no further text on it."""

    def size_of(self, turn: int) -> tuple[float, float]:
        """Width and height of the frame in which text with this turn stands upright."""
        return (self.height, self.width) if turn in (90, 270) else (self.width, self.height)


def raw_page(page: PdfPage, number: int, label: str | None, most: int) -> RawPage:
    """Read one page, at most `most` characters of it."""
    width, height = page.get_size()
    text_page = page.get_textpage()
    try:
        count = text_page.count_chars()
        segments = tuple(_segments(text_page, page, min(count, most)))
    finally:
        text_page.close()
    few = sum(len(segment.text) for segment in segments) < _FEW
    pictured = few and pictures_as_displayed(page).hiding
    turn = _main_turn(segments)
    rules = rules_of(page, _placer(page, turn)) if len(segments) >= _FEWEST_CELLS else NO_RULES
    return RawPage(number, label, width, height, segments, pictured, count > most, turn=turn, rules=rules)


def pictures_as_displayed(page: PdfPage) -> Pictures:
    """The pictures of a page in points from its top left corner."""
    return pictures_of(page, _placer(page, 0))


def characters_of(page: PdfPage, most: int) -> Iterator[tuple[str, Box]]:
    """The visible characters of a page in the order of the file, at most `most`, with their boxes as displayed."""
    from pypdfium2 import raw

    place = _placer(page, 0)
    rectangle = raw.FS_RECTF()
    reference = ctypes.byref(rectangle)
    text_page = page.get_textpage()
    try:
        for index, character in enumerate(_characters(text_page.raw, min(text_page.count_chars(), most))):
            if not character.isspace() and raw.FPDFText_GetLooseCharBox(text_page.raw, index, reference):
                yield character, place(rectangle.left, rectangle.top, rectangle.right, rectangle.bottom)
    finally:
        text_page.close()


def turned(box: Box, turn: int, size: tuple[float, float]) -> Box:
    """A box of a frame of this size after the frame is turned clockwise by a multiple of 90 degrees."""
    width, height = size
    for _ in range(turn // 90 % 4):
        box = (height - box[3], box[0], height - box[1], box[2])
        width, height = height, width
    return box


def _main_turn(segments: tuple[Segment, ...]) -> int:
    """The turn of most characters; upright on a tie."""
    weights: dict[int, int] = {0: 0}
    for segment in segments:
        weights[segment.turn] = weights.get(segment.turn, 0) + len(segment.text)
    return max(weights, key=lambda turn: (weights[turn], turn == 0))


def _segments(text_page: PdfTextPage, page: PdfPage, count: int) -> Iterator[Segment]:
    handle = text_page.raw
    text = _characters(handle, count)
    places = {turn: _placer(page, turn) for turn in (0, 90, 180, 270, SLANTED)}
    rotation = page.get_rotation()
    for line in _LINE.finditer(text):
        if first := _WORD.search(text, line.start(), line.end()):
            turn = _turn(handle, first.start(), rotation)
            yield from _runs(handle, text, line.span(), turn, places[turn])


def _runs(handle: Any, text: str, span: tuple[int, int], turn: int, place: Placer) -> Iterator[Segment]:
    """The runs of one line as pdfium reads it."""
    from pypdfium2 import raw

    rectangle = raw.FS_RECTF()
    reference = ctypes.byref(rectangle)
    loose = raw.FPDFText_GetLooseCharBox

    def box(index: int) -> Box:
        loose(handle, index, reference)
        return place(rectangle.left, rectangle.top, rectangle.right, rectangle.bottom)

    words: list[Word] = []
    left = top = right = bottom = 0.0
    first = last = 0
    for word in _WORD.finditer(text, *span):
        start, end = word.start(), word.end() - 1
        head = box(start)
        tail = box(end) if end > start else head
        upper, lower = min(head[1], tail[1]), max(head[3], tail[3])
        if words and not _continues((left, top, right, bottom), head[0], upper, lower, head[3] - head[1]):
            yield _segment(text[first:last], (left, top, right, bottom), words, turn, handle, first)
            words = []
        if words:
            top, right, bottom = min(top, upper), tail[2], max(bottom, lower)
        else:
            first, left, top, right, bottom = start, head[0], upper, tail[2], lower
        words.append((word.group(), head[0], tail[2]))
        last = end + 1
    if words:
        yield _segment(text[first:last], (left, top, right, bottom), words, turn, handle, first)


def _turn(handle: Any, index: int, rotation: int) -> int:
    """How far the character stands turned clockwise on the page as displayed."""
    from pypdfium2 import raw

    angle = math.degrees(raw.FPDFText_GetCharAngle(handle, index))
    quarter = round(angle / 90)
    if angle < 0 or abs(angle - 90 * quarter) > _SLANT:
        return SLANTED if angle > 0 else 0
    return (90 * quarter + rotation) % 360


def _continues(run: Box, left: float, top: float, bottom: float, size: float) -> bool:
    """Whether a word goes on the run: on its line, and no farther than a wide space away."""
    overlap = min(run[3], bottom) - max(run[1], top)
    near = -0.5 * size <= left - run[2] <= _GAP * max(size, 1.0)
    return near and overlap >= 0.4 * min(run[3] - run[1], bottom - top)


def _segment(text: str, run: Box, words: list[Word], turn: int, handle: Any, first: int) -> Segment:
    from pypdfium2 import raw

    left, top, right, bottom = (round(value, 2) for value in run)
    ends = (first, first + len(text) - 1)
    bold = all(raw.FPDFText_GetFontWeight(handle, index) >= _BOLD_WEIGHT for index in ends)
    matrix = raw.FS_MATRIX()
    size = raw.FPDFText_GetFontSize(handle, first)
    if raw.FPDFText_GetMatrix(handle, first, ctypes.byref(matrix)):
        size *= math.hypot(matrix.c, matrix.d)
    if not 0 < size < 2000:
        size = bottom - top
    right, bottom = max(left, right), max(top, bottom)
    return Segment(text, left, top, right, bottom, round(size, 1), bold, tuple(words), turn)


def _characters(handle: Any, count: int) -> str:
    """One character of text per pdfium character, so that an index into one is an index into the other."""
    from pypdfium2 import raw

    buffer = (ctypes.c_ushort * (count + 1))()
    written = raw.FPDFText_GetText(handle, 0, count, buffer)
    text = bytes(buffer)[: 2 * (written - 1)].decode("utf-16-le", errors="replace")
    if len(text) == count:
        return text
    codes = (raw.FPDFText_GetUnicode(handle, index) for index in range(count))
    return "".join(chr(code) if code < 0x110000 and not 0xD800 <= code < 0xE000 else "\ufffd" for code in codes)


def _placer(page: PdfPage, turn: int) -> Placer:
    """A function from PDF user space to the page as displayed, turned so that text with this turn stands upright."""
    left, bottom, right, top = page.get_cropbox()
    rotation = (page.get_rotation() - (0 if turn == SLANTED else turn)) % 360

    def place(x0: float, y1: float, x1: float, y0: float) -> Box:
        if rotation == 90:
            return y0 - bottom, x0 - left, y1 - bottom, x1 - left
        if rotation == 180:
            return right - x1, y0 - bottom, right - x0, y1 - bottom
        if rotation == 270:
            return top - y1, right - x1, top - y0, right - x0
        return x0 - left, top - y1, x1 - left, top - y0

    return place
