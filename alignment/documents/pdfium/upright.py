"""PDF page -> its text as pdfium reads it, once for each way in which text stands turned on it, set upright."""

from __future__ import annotations

import ctypes
import math
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from alignment.types import Box

if TYPE_CHECKING:
    from pypdfium2 import PdfObject, PdfPage

WORD = re.compile(r"\S+")
SLANTED = 45
"""The turn of text that stands at a slant, such as a watermark."""
_SLANT = 15
"""Degrees off a right angle from which text is slanted."""
_LINE = re.compile(r"[^\r\n\x02\ufffe]*[\x02\ufffe]?|[\r\n]")
_DEEPEST = 30
"""Forms within forms."""

Placer = Callable[[float, float, float, float], Box]
"""From left, top, right, bottom in PDF user space to a box."""


@dataclass(frozen=True, slots=True)
class View:
    """The text of a page that stands turned in one way, read while it stands upright."""

    handle: Any
    """pdfium's text page, open until the next view is asked for."""
    text: str
    """One character for each of pdfium's, so that an index into one is an index into the other."""
    turn: int
    """Degrees by which the text stands turned clockwise on the page as displayed, or `SLANTED`."""
    place: Placer
    """From the text page to the frame in which the text is upright; of slanted text, to the page as displayed."""
    cut: bool
    """Whether pdfium knows more characters than `text` holds."""


def views(page: PdfPage, most: int) -> Iterator[View]:
    """The text of a page, at most `most` characters for each way in which it stands turned.

    pdfium puts characters in order and spaces between them as if all text of a page stood upright: it reads what is
    upside down backwards. So text that is turned, by the page's setting or by its own, is turned back for it, and what
    stands in another way is left out meanwhile. The page is as it was once all views were asked for.
    """
    rotation = page.get_rotation()
    if rotation:
        page.set_rotation(0)
    try:
        with _text_page(page, most) as (handle, text, cut):
            upright = _is_upright(handle, text)
            if upright:
                yield View(handle, text, rotation, _placer(page, 0), cut)
        if not upright:
            yield from _one_by_one(page, rotation, most)
    finally:
        if rotation:
            page.set_rotation(rotation)


def lines_of(text: str) -> Iterator[tuple[int, int]]:
    """From where to where the lines of a view's text reach, without the white space around them."""
    for line in _LINE.finditer(text):
        if first := WORD.search(text, *line.span()):
            yield first.start(), line.start() + len(line.group().rstrip())


def placer(page: PdfPage, turn: int) -> Placer:
    """A function from PDF user space to the page as displayed, turned so that text with this turn stands upright."""
    return _placer(page, page.get_rotation() - (0 if turn == SLANTED else turn))


def _one_by_one(page: PdfPage, rotation: int, most: int) -> Iterator[View]:
    from pypdfium2 import raw

    items = [(item, _angle_of(item)) for item in page.get_objects(filter=(raw.FPDF_PAGEOBJ_TEXT,), max_depth=_DEEPEST)]
    for angle in sorted({angle for _, angle in items}):
        others = [item for item, another in items if another != angle]
        with _set_upright(page, angle), _left_out(others), _text_page(page, most) as (handle, text, cut):
            if angle == SLANTED:
                yield View(handle, text, SLANTED, _placer(page, rotation), cut)
            else:
                yield View(handle, text, (angle + rotation) % 360, _placer(page, 0), cut)


@contextmanager
def _text_page(page: PdfPage, most: int) -> Iterator[tuple[Any, str, bool]]:
    """pdfium's text page, its text, and whether it holds more."""
    text_page = page.get_textpage()
    try:
        count = text_page.count_chars()
        yield text_page.raw, _characters(text_page.raw, min(count, most)), count > most
    finally:
        text_page.close()


@contextmanager
def _left_out(items: Sequence[PdfObject]) -> Iterator[None]:
    """The page without these texts; they leave its area too, by which pdfium tells which way most lines run."""
    _show(items, seen=False)
    try:
        yield
    finally:
        _show(items, seen=True)


def _show(items: Sequence[PdfObject], *, seen: bool) -> None:
    from pypdfium2 import raw

    for item in items:
        raw.FPDFPageObj_SetIsActive(item, seen)
        if item.level == 0:
            # Turned about the page's corner it stands outside, and turned once more it is back to the last digit.
            raw.FPDFPageObj_Transform(item, -1, 0, 0, -1, 0, 0)


@contextmanager
def _set_upright(page: PdfPage, angle: int) -> Iterator[None]:
    """The page with its text turned back by this angle, and its edges with it; pictures and drawings stay.

    Only pdfium's copy in memory is changed, and changed back.
    """
    if angle in (0, SLANTED):
        yield
        return
    left, bottom, right, top = box = page.get_bbox()
    width, height = right - left, top - bottom
    back, size, again = {
        90: ((0, 1, -1, 0, top, -left), (height, width), (0, -1, 1, 0, left, top)),
        180: ((-1, 0, 0, -1, right, top), (width, height), (-1, 0, 0, -1, right, top)),
        270: ((0, -1, 1, 0, -bottom, right), (height, width), (0, 1, -1, 0, right, bottom)),
    }[angle]
    _transform(page, back, (0, 0, *size))
    try:
        yield
    finally:
        _transform(page, again, box)


def _transform(page: PdfPage, matrix: tuple[float, ...], box: tuple[float, float, float, float]) -> None:
    from pypdfium2 import raw

    for item in page.get_objects(filter=(raw.FPDF_PAGEOBJ_TEXT, raw.FPDF_PAGEOBJ_FORM), max_depth=1):
        raw.FPDFPageObj_Transform(item, *matrix)
    page.set_mediabox(*box)
    page.set_cropbox(*box)
    # pdfium takes note of new edges only when it is told how the page is turned.
    page.set_rotation(0)


def _is_upright(handle: Any, text: str) -> bool:
    """Whether the ends of all lines are; pdfium can put what is turned on the line of what is upright."""
    from pypdfium2 import raw

    angles = (raw.FPDFText_GetCharAngle(handle, index) for span in lines_of(text) for index in (span[0], span[1] - 1))
    return not any(angle and _right_angle(angle) for angle in angles)


def _angle_of(item: PdfObject) -> int:
    """How far text stands turned clockwise before the page's setting turns it, or `SLANTED`."""
    matrix = item.get_matrix()
    holder = item.container
    while holder:
        matrix = matrix.multiply(holder.get_matrix())
        holder = holder.container
    # as pdfium has it for a single character
    return _right_angle(math.atan2(matrix.c, matrix.a) % math.tau)


def _right_angle(radians: float) -> int:
    angle = math.degrees(radians)
    quarter = round(angle / 90)
    if angle < 0 or abs(angle - 90 * quarter) > _SLANT:
        return SLANTED if angle > 0 else 0
    return 90 * quarter % 360


def _characters(handle: Any, count: int) -> str:
    from pypdfium2 import raw

    buffer = (ctypes.c_ushort * (count + 1))()
    written = raw.FPDFText_GetText(handle, 0, count, buffer)
    text = bytes(buffer)[: 2 * (written - 1)].decode("utf-16-le", errors="replace")
    if len(text) == count:
        return text
    codes = (raw.FPDFText_GetUnicode(handle, index) for index in range(count))
    return "".join(chr(code) if code < 0x110000 and not 0xD800 <= code < 0xE000 else "\ufffd" for code in codes)


def _placer(page: PdfPage, rotation: int) -> Placer:
    left, bottom, right, top = page.get_bbox()
    clockwise = rotation % 360

    def place(x0: float, y1: float, x1: float, y0: float) -> Box:
        if clockwise == 90:
            return y0 - bottom, x0 - left, y1 - bottom, x1 - left
        if clockwise == 180:
            return right - x1, y0 - bottom, right - x0, y1 - bottom
        if clockwise == 270:
            return top - y1, right - x1, top - y0, right - x0
        return x0 - left, top - y1, x1 - left, top - y0

    return place
