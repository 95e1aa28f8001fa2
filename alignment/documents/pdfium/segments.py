"""PDF page -> segments: runs of text on one line with their boxes, straight from pdfium."""

from __future__ import annotations

import ctypes
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from alignment.documents.geometry import overlap, turned
from alignment.documents.pdfium.drawn import drawn_on
from alignment.documents.pdfium.pictures import Pictures, boxes_of, half_covered, is_paper, pictures_of, scans_among
from alignment.documents.pdfium.rules import NO_RULES, Rules, rules_of
from alignment.documents.pdfium.upright import SLANTED, WORD, Placer, View, lines_of, placer, views
from alignment.documents.tolerances import (
    BACKWARDS_WORD,
    FEWEST_CELLS,
    FEWEST_LETTERS,
    MOSTLY_OVER,
    ON_A_WORDS_LINE,
    SILENT,
)
from alignment.text import characters
from alignment.types import Box

if TYPE_CHECKING:
    from pypdfium2 import PdfPage

HYPHENS = ("\x02", "\ufffe", "\u00ad")
"""What pdfium puts for a hyphen at the end of a line; it goes on with the next line without a break."""
PLACEHOLDER = "\ufffc"
"""The text of a segment that stands for a whole table."""
SPREAD = 1.15
"""A sheet at least so many times as wide as high can be two pages."""
_BOLD_WEIGHT = 600
_GAP = 1.5
"""White space wider than this, in font sizes, divides two segments of one line."""
_FEW = 200
"""Only a page with fewer characters is searched for pictures."""
_LARGEST = 2000
"""Points; what a font says of a larger size, or of none, is wrong, and the height of the line is taken."""


Word = tuple[str, float, float]
"""Text, left, right."""


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
    scans: tuple[Box, ...] = ()
    """Where scans with hardly a letter over them lie on a page with text, as displayed: on one half of a sheet of two
    pages, or on a large part of any page. Those that were recognised are left out."""
    textless: bool = False
    """Whether the recogniser saw the whole page and found no further text on it."""

    def size_of(self, turn: int) -> tuple[float, float]:
        """Width and height of the frame in which text with this turn stands upright."""
        return (self.height, self.width) if turn in (90, 270) else (self.width, self.height)


def raw_page(page: PdfPage, number: int, label: str | None, most: int) -> RawPage:
    """Read one page, at most `most` characters of it."""
    width, height = page.get_size()
    segments: list[Segment] = []
    cut = False
    for view in views(page, most):
        segments += _segments(view)
        cut = cut or view.cut
    few = sum(len(segment.text) for segment in segments) < _FEW
    pictured = few and pictures_as_displayed(page).hiding
    turn = _main_turn(segments)
    drawn = drawn_on(page)
    rules = rules_of(drawn, placer(page, turn)) if len(segments) >= FEWEST_CELLS else NO_RULES
    read = RawPage(number, label, width, height, tuple(segments), pictured, cut, turn=turn, rules=rules)
    if drawn.images and letters_in(segments) >= FEWEST_LETTERS:
        return replace(read, scans=_scans(page, read, drawn.images))
    return read


def pictures_as_displayed(page: PdfPage) -> Pictures:
    """The pictures of a page in points from its top left corner."""
    return pictures_of(page, placer(page, 0))


def characters_of(page: PdfPage, most: int) -> Iterator[tuple[str, Box]]:
    """The visible characters of a page, at most `most` for each turn, with their boxes as displayed.

    Those that stand turned in one way follow each other in the order of the file.
    """
    from pypdfium2 import raw

    displayed = page.get_size()
    rectangle = raw.FS_RECTF()
    reference = ctypes.byref(rectangle)
    for view in views(page, most):
        size = displayed[::-1] if view.turn in (90, 270) else displayed
        for index, character in enumerate(view.text):
            if not character.isspace() and raw.FPDFText_GetLooseCharBox(view.handle, index, reference):
                box = view.place(rectangle.left, rectangle.top, rectangle.right, rectangle.bottom)
                yield character, box if view.turn == SLANTED else turned(box, view.turn, size)


def letters_in(segments: Sequence[Segment]) -> int:
    """How many letters segments hold, digits and marks left out."""
    return sum(characters.letters_in(segment.text) for segment in segments)


def displayed(segment: Segment, page: RawPage) -> Box:
    """The box of a segment on the page as displayed."""
    box = (segment.left, segment.top, segment.right, segment.bottom)
    return turned(box, segment.turn, page.size_of(segment.turn)) if segment.turn % 90 == 0 else box


def _scans(page: PdfPage, read: RawPage, images: Sequence[Any]) -> tuple[Box, ...]:
    """Where scans lie: on the half of a sheet that has no text, or on a large part of the page; as displayed."""
    boxes = boxes_of(page, images, placer(page, 0))
    side = _silent_side(read)
    if side and half_covered(boxes, side) and is_paper(page, side):
        return (side,)
    places = [(displayed(segment, read), segment) for segment in read.segments]

    def is_free(box: Box) -> bool:
        return letters_in([segment for place, segment in places if overlap(box, place) > MOSTLY_OVER]) < FEWEST_LETTERS

    return scans_among(page, boxes, is_free, is_silent=lambda: letters_in(read.segments) < SILENT)


def _silent_side(read: RawPage) -> Box | None:
    """The half of a sheet of two pages, as displayed, on which there is no text, where there is on the other."""
    turn = 0 if read.turn == SLANTED else read.turn
    width, height = read.size_of(turn)
    if width < SPREAD * height:
        return None
    middle = width / 2
    body = [segment for segment in read.segments if segment.turn == read.turn]
    left = letters_in([segment for segment in body if segment.left + segment.right < width])
    right = letters_in(body) - left
    if (left < FEWEST_LETTERS) == (right < FEWEST_LETTERS):
        return None
    side = (0.0, 0.0, middle, height) if left < right else (middle, 0.0, width, height)
    return turned(side, turn, read.size_of(turn))


def _main_turn(segments: Sequence[Segment]) -> int:
    """The turn of most characters; upright on a tie."""
    weights: dict[int, int] = {0: 0}
    for segment in segments:
        weights[segment.turn] = weights.get(segment.turn, 0) + len(segment.text)
    return max(weights, key=lambda turn: (weights[turn], turn == 0))


def _segments(view: View) -> Iterator[Segment]:
    for span in lines_of(view.text):
        yield from _runs(view.handle, view.text, span, view.turn, view.place)


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
    for word in WORD.finditer(text, *span):
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


def _continues(run: Box, left: float, top: float, bottom: float, size: float) -> bool:
    """Whether a word goes on the run: on its line, and no farther than a wide space away."""
    overlap = min(run[3], bottom) - max(run[1], top)
    near = -BACKWARDS_WORD * size <= left - run[2] <= _GAP * max(size, 1.0)
    return near and overlap >= ON_A_WORDS_LINE * min(run[3] - run[1], bottom - top)


def _segment(text: str, run: Box, words: list[Word], turn: int, handle: Any, first: int) -> Segment:
    from pypdfium2 import raw

    left, top, right, bottom = (round(value, 2) for value in run)
    ends = (first, first + len(text) - 1)
    bold = all(raw.FPDFText_GetFontWeight(handle, index) >= _BOLD_WEIGHT for index in ends)
    matrix = raw.FS_MATRIX()
    size = raw.FPDFText_GetFontSize(handle, first)
    if raw.FPDFText_GetMatrix(handle, first, ctypes.byref(matrix)):
        size *= math.hypot(matrix.c, matrix.d)
    if not 0 < size < _LARGEST:
        size = bottom - top
    right, bottom = max(left, right), max(top, bottom)
    return Segment(text, left, top, right, bottom, round(size, 1), bold, tuple(words), turn)
