"""PDF page -> segments: runs of text on one line with their boxes, straight from pdfium."""

from __future__ import annotations

import ctypes
import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from alignment.types import Box

if TYPE_CHECKING:
    from pypdfium2 import PdfPage, PdfTextPage

_WORD = re.compile(r"\S+")
_BOLD_WEIGHT = 600
_GAP = 1.5
"""White space wider than this, in font sizes, divides two segments of one line."""
_DRAWN = 40
"""A page without text but with this many drawn paths holds text that was turned into drawings."""


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
    """Holds images or drawings that a page without text could have its text in."""
    cut: bool = False
    """Held more characters than the limit; the rest was not read."""
    recognised: bool = False
    """Its segments come from a picture of it."""


def raw_page(page: PdfPage, number: int, label: str | None, most: int) -> RawPage:
    """Read one page, at most `most` characters of it."""
    width, height = page.get_size()
    text_page = page.get_textpage()
    try:
        count = text_page.count_chars()
        segments = tuple(_segments(text_page, page, min(count, most)))
    finally:
        text_page.close()
    pictured = not segments and _pictured(page)
    return RawPage(number, label, width, height, segments, pictured, count > most)


def _segments(text_page: PdfTextPage, page: PdfPage, count: int) -> Iterator[Segment]:
    from pypdfium2 import raw

    place = _placer(page)
    handle = text_page.raw
    text = _characters(handle, count)
    rectangle = raw.FS_RECTF()
    reference = ctypes.byref(rectangle)
    loose = raw.FPDFText_GetLooseCharBox

    def box(index: int) -> Box:
        loose(handle, index, reference)
        return place(rectangle.left, rectangle.top, rectangle.right, rectangle.bottom)

    position = 0
    for line in re.split(r"[\r\n]", text):
        open_run: list[float] = []
        first = last = 0
        for word in _WORD.finditer(line):
            start, end = position + word.start(), position + word.end() - 1
            head = box(start)
            tail = box(end) if end > start else head
            left, top, right, bottom = head[0], min(head[1], tail[1]), tail[2], max(head[3], tail[3])
            size = head[3] - head[1]
            if open_run and not _continues(open_run, left, top, bottom, size):
                yield _segment(text[first:last], open_run, handle, first)
                open_run = []
            if open_run:
                open_run = [open_run[0], min(open_run[1], top), right, max(open_run[3], bottom)]
            else:
                first, open_run = start, [left, top, right, bottom]
            last = end + 1
        if open_run:
            yield _segment(text[first:last], open_run, handle, first)
        position += len(line) + 1


def _continues(run: list[float], left: float, top: float, bottom: float, size: float) -> bool:
    """Whether a word goes on the run: on its line, and no farther than a wide space away."""
    overlap = min(run[3], bottom) - max(run[1], top)
    near = -0.5 * size <= left - run[2] <= _GAP * max(size, 1.0)
    return near and overlap >= 0.4 * min(run[3] - run[1], bottom - top)


def _segment(text: str, run: list[float], handle: object, first: int) -> Segment:
    from pypdfium2 import raw

    left, top, right, bottom = (round(value, 2) for value in run)
    bold = raw.FPDFText_GetFontWeight(handle, first) >= _BOLD_WEIGHT
    matrix = raw.FS_MATRIX()
    size = raw.FPDFText_GetFontSize(handle, first)
    if raw.FPDFText_GetMatrix(handle, first, ctypes.byref(matrix)):
        size *= math.hypot(matrix.c, matrix.d)
    if not 0 < size < 2000:
        size = bottom - top
    return Segment(text, left, top, max(left, right), max(top, bottom), round(size, 1), bold)


def _characters(handle: object, count: int) -> str:
    """One character of text per pdfium character, so that an index into one is an index into the other."""
    from pypdfium2 import raw

    buffer = (ctypes.c_ushort * (count + 1))()
    written = raw.FPDFText_GetText(handle, 0, count, buffer)
    text = bytes(buffer)[: 2 * (written - 1)].decode("utf-16-le", errors="replace")
    if len(text) == count:
        return text
    codes = (raw.FPDFText_GetUnicode(handle, index) for index in range(count))
    return "".join(chr(code) if code < 0x110000 and not 0xD800 <= code < 0xE000 else "\ufffd" for code in codes)


def _placer(page: PdfPage) -> Callable[[float, float, float, float], Box]:
    """A function from PDF user space to the page as displayed: cropped, rotated, origin at the top left."""
    left, bottom, right, top = page.get_cropbox()
    turn = page.get_rotation()

    def place(x0: float, y1: float, x1: float, y0: float) -> Box:
        if turn == 90:
            return y0 - bottom, x0 - left, y1 - bottom, x1 - left
        if turn == 180:
            return right - x1, y0 - bottom, right - x0, y1 - bottom
        if turn == 270:
            return top - y1, right - x1, top - y0, right - x0
        return x0 - left, top - y1, x1 - left, top - y0

    return place


def _pictured(page: PdfPage) -> bool:
    from pypdfium2 import raw

    paths = 0
    for item in page.get_objects(max_depth=3):
        if item.type == raw.FPDF_PAGEOBJ_IMAGE:
            return True
        paths += item.type == raw.FPDF_PAGEOBJ_PATH
        if paths >= _DRAWN:
            return True
    return False
