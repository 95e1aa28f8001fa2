"""A file and quotes on its pages -> how each is seen there, and a small picture of it with its lines marked."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from alignment.documents import files
from alignment.documents.detection import detect
from alignment.documents.limits import Limits
from alignment.documents.pdfium.segments import RawPage, characters_of, raw_page
from alignment.documents.quotes.glyphs import Glyph, glyphs_in_segments, see
from alignment.errors import MissingExtraError
from alignment.text import cleaning
from alignment.types import Box, Crop, Format, Quoted

if TYPE_CHECKING:
    from pypdfium2 import PdfPage

MOST_BYTES = 1_500_000
"""Of all pictures of one report together; those that come after are left out."""
RESOLUTION = 110
"""Dots per inch: body text of 9 points is then 14 pixels high."""
_WIDEST = 1_000
"""Pixels; a wider place is rendered smaller."""
_TALLEST = 260.0
"""Points; of a longer quote, or one that goes on in another column, the beginning is shown."""
_MARGIN = (30.0, 18.0)
"""Points that are shown beside, and above and below the quote."""
_QUALITY = 45
_SEEN = 0.5
"""A quote of which less is found letter by letter is marked by its box."""
_KEPT = 32
"""Pages whose letters are kept, for the next quote on one of them."""
_PEN = np.array([255, 226, 92], np.float32)
_INK = (176, 112, 0)
_DARK = 110
"""Mean brightness below which a ground is dark, so that ink laid over it would not show."""


@contextmanager
def _pages_of(data: bytes, name: str, kind: Format, limits: Limits, password: str | None) -> Iterator[Pages]:
    """The pages of a PDF, or of a file of pictures, to look at; other formats have none.

    Raises:
        DocumentError: damaged.
    """
    from alignment.documents import images, pdf
    from alignment.documents.pdfium.overlays import page_with_overlays

    if kind is Format.PDF:
        with pdf.opened(data, name, password) as document:
            yield Pages(
                lambda number: page_with_overlays(document, number - 1) if number <= len(document) else None, limits
            )
    elif kind is Format.IMAGE:
        yield Pages(lambda number: images.sheet_page(data, name, limits, number), limits)
    else:
        yield Pages(lambda _: None, limits)


class Pages:
    """Pages to look at, with the letters on them."""

    def __init__(self, page_of: Callable[[int], PdfPage | None], limits: Limits) -> None:
        self._page_of = page_of
        self._limits = limits
        self._known: dict[int, list[Glyph]] = {}

    @contextmanager
    def open(self, number: int) -> Iterator[PdfPage | None]:
        """The page with this number, from 1; None when there is none that opens."""
        import pypdfium2 as pdfium

        try:
            page = self._page_of(number) if number >= 1 else None
        except pdfium.PdfiumError:
            page = None
        try:
            yield page
        finally:
            if page is not None:
                page.close()

    def glyphs(self, page: PdfPage, number: int, *, recognise: bool) -> list[Glyph]:
        """The characters of an open page; with `recognise` those of its pictures too.

        Raises:
            MissingExtraError: something has to be recognised, and the extra `ocr` is not installed.
        """
        if number not in self._known:
            while len(self._known) >= _KEPT:
                del self._known[next(iter(self._known))]
            most = self._limits.page_characters
            found = glyphs_in_segments(_recognised(page, most)) if recognise else characters_of(page, most)
            self._known[number] = list(found)
        return self._known[number]


def crops(
    path: Path, wanted: Sequence[Quoted], *, password: str | None, limits: Limits, ocr: bool
) -> Iterator[Crop | None]:
    """A picture of each quote's place, in their order; None where there is no such place, and beyond `MOST_BYTES`.

    Raises:
        DocumentError: the file cannot be opened.
    """
    total = 0
    with opened_pages(path, limits, password) as pages:
        for quoted in wanted:
            made = _crop(pages, quoted, ocr) if total < MOST_BYTES else None
            total += len(made.image) if made else 0
            yield made


def opened_pages(path: Path, limits: Limits, password: str | None) -> AbstractContextManager[Pages]:
    """The pages of a file to look at; a format without pages has none.

    Raises:
        DocumentError: the file cannot be opened.
    """
    data = files.content(path, limits)
    name = cleaning.name_of(path)
    return _pages_of(data, name, detect(data, name, limits), limits, password)


def _crop(pages: Pages, quoted: Quoted, ocr: bool) -> Crop | None:
    import pypdfium2 as pdfium

    try:
        with pages.open(quoted.page) as page:
            if page is None:
                return None
            sight = see(pages.glyphs(page, quoted.page, recognise=ocr), quoted.box, quoted.text)
            return _picture(page, sight.lines if sight.share >= _SEEN and sight.lines else (quoted.box,))
    except (pdfium.PdfiumError, MissingExtraError, ValueError, OSError):
        # What a page cannot show; the report is about its words.
        return None


def _picture(page: PdfPage, lines: Sequence[Box]) -> Crop | None:
    from PIL import Image

    width, height = page.get_size()
    left, top, right, bottom = _frame(lines, width, height)
    if right - left < 1 or bottom - top < 1:
        return None
    scale = min(RESOLUTION / 72, _WIDEST / (right - left))
    # pdfium cuts off whole pixels, so edges are put on them.
    left, top = (int(edge * scale) / scale for edge in (left, top))
    edges = (left, max(0.0, height - bottom), max(0.0, width - right), top)
    pixels = page.render(scale=scale, crop=edges, rev_byteorder=True).to_numpy()[:, :, :3].copy()
    for box in lines:
        _mark(pixels, [round((edge - corner) * scale) for edge, corner in zip(box, (left, top) * 2, strict=True)])
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "WEBP", quality=_QUALITY, method=3)
    return Crop(file.getvalue(), pixels.shape[1], pixels.shape[0])


def _frame(lines: Sequence[Box], width: float, height: float) -> Box:
    """What is shown: the lines, as many as fit, with some of what surrounds them."""
    left, top, right, bottom = lines[0]
    for line in lines[1:]:
        upper, lower = min(top, line[1]), max(bottom, line[3])
        if lower - upper > _TALLEST:
            break
        left, top, right, bottom = min(left, line[0]), upper, max(right, line[2]), lower
    beside, above = _MARGIN
    bottom = min(bottom, top + _TALLEST)
    return max(0.0, left - beside), max(0.0, top - above), min(width, right + beside), min(height, bottom + above)


def _mark(pixels: NDArray[np.uint8], edges: Sequence[int]) -> None:
    """Draw over a line as with a marker pen, and a stroke below it that shows without colours too."""
    tall, wide = pixels.shape[:2]
    left, right = max(0, edges[0] - 1), min(wide, edges[2] + 1)
    top, bottom = max(0, edges[1]), min(tall, edges[3])
    if left >= right or top >= bottom:
        return
    there = pixels[top:bottom, left:right].astype(np.float32)
    dark = there.mean() < _DARK
    drawn = 0.6 * there + 0.4 * _PEN if dark else there * (_PEN / 255)
    pixels[top:bottom, left:right] = drawn.astype(np.uint8)
    pixels[bottom - 1, left:right] = _PEN.astype(np.uint8) if dark else _INK


def _recognised(page: PdfPage, most: int) -> RawPage:
    from alignment.documents.ocr.recognition import begin, settle

    pages = [raw_page(page, 1, None, most)]
    for pending in begin(page, pages[0]):
        settle(pages, pending)
    return pages[0]
