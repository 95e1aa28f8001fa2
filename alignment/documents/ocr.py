"""A page as a picture -> segments, by RapidOCR (extra `ocr`), whose models come in its package."""

from __future__ import annotations

import logging
from functools import cache
from typing import TYPE_CHECKING, Any

from alignment.documents.segments import Segment
from alignment.errors import MissingExtraError

if TYPE_CHECKING:
    from pypdfium2 import PdfPage

RESOLUTION = 150
"""Dots per inch at which pages are rendered; body text of 8 points is then 17 pixels high."""
LEAST_CONFIDENCE = 0.5
"""Lines that the recogniser is less sure of are left out."""
_MOST_PIXELS = 40_000_000
_LETTER_SHARE = 0.72
"""Font size as a share of the height of a line's box."""


@cache
def _engine() -> Any:
    try:
        from rapidocr import RapidOCR
    except ImportError as error:
        raise MissingExtraError("reading scanned pages", extra="ocr") from error
    logging.getLogger("RapidOCR").setLevel(logging.ERROR)
    return RapidOCR()


def recognise(page: PdfPage) -> tuple[Segment, ...]:
    """Lines of a page that was scanned, in points from its top left corner.

    Raises:
        MissingExtraError: the extra `ocr` is not installed.
    """
    engine = _engine()
    width, height = page.get_size()
    scale = RESOLUTION / 72
    if width * height * scale * scale > _MOST_PIXELS:
        scale = (_MOST_PIXELS / (width * height)) ** 0.5
    answer = engine(page.render(scale=scale).to_numpy())
    if answer.boxes is None:
        return ()
    return tuple(
        _segment(text, box, scale)
        for text, box, score in zip(answer.txts, answer.boxes, answer.scores, strict=True)
        if score >= LEAST_CONFIDENCE and text.strip()
    )


def _segment(text: str, corners: Any, scale: float) -> Segment:
    across, down = [float(x) / scale for x, _ in corners], [float(y) / scale for _, y in corners]
    left, top, right, bottom = min(across), min(down), max(across), max(down)
    size = round((bottom - top) * _LETTER_SHARE * 2) / 2
    return Segment(text.strip(), round(left, 2), round(top, 2), round(right, 2), round(bottom, 2), size)
