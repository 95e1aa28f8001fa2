"""PDF page -> where its pictures are, and whether text could be hidden in them."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from alignment.documents.geometry import NEAR, area, merged, within
from alignment.documents.unread.paper import LIGHT, PAPER
from alignment.types import Box

if TYPE_CHECKING:
    from pypdfium2 import PdfPage

_LARGE = 0.1
"""Share of the page that its images cover together at least, if it is a picture."""
_SMALL = 0.04
"""Share of the page below which an image is a logo or an icon."""
_DRAWN = 40
"""A page without text but with this many drawn paths holds text that was turned into drawings."""
_WHOLE = 0.8
"""Share of one half of a sheet that a scanned page covers at least."""
_PART, _PART_BESIDE_LITTLE = 0.6, 0.4
"""Share of a page from which on one scan leaves it read in part: of a page of text, and of one that says next to
nothing itself. What is smaller is taken for a figure of the text."""
_SEEN = 0.15
"""Pixels per point that tell paper from a photograph."""
_MOST_OBJECTS = 20_000


@dataclass(frozen=True, slots=True)
class Pictures:
    """The images of a page as displayed, those of a form left out, whose place is not known."""

    images: tuple[Box, ...]
    """Each image by itself."""
    boxes: tuple[Box, ...]
    """Images that touch as one, logos and icons left out."""
    hiding: bool
    """Whether images or drawings are so large or so many that a page without text could have its text in them."""


def pictures_of(page: PdfPage, place: Callable[[float, float, float, float], Box]) -> Pictures:
    """The pictures of a page; `place` gives boxes as displayed."""
    from pypdfium2 import raw

    width, height = page.get_size()
    boxes: list[Box] = []
    paths = nested = 0
    for number, item in enumerate(page.get_objects(max_depth=3)):
        if item.type == raw.FPDF_PAGEOBJ_IMAGE:
            left, bottom, right, top = item.get_bounds()
            if item.level > 0:
                nested += 1
            else:
                boxes.append(within(place(left, top, right, bottom), width, height))
        paths += item.type == raw.FPDF_PAGEOBJ_PATH
        if number >= _MOST_OBJECTS:
            break
    hiding = nested > 0 or paths >= _DRAWN or sum(map(area, boxes)) >= _LARGE * width * height
    whole = [box for box in merged(boxes) if area(box) >= _SMALL * width * height]
    return Pictures(tuple(boxes), tuple(whole), hiding)


def boxes_of(page: PdfPage, images: Sequence[Any], place: Callable[[float, float, float, float], Box]) -> list[Box]:
    """Boxes of images as displayed, by their handles."""
    from pypdfium2 import raw

    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    edges = [
        place(left.value, top.value, right.value, bottom.value)
        for image in images
        if raw.FPDFPageObj_GetBounds(image, left, bottom, right, top)
    ]
    return [within(box, *page.get_size()) for box in edges]


def scans_among(
    page: PdfPage, images: Sequence[Box], is_free: Callable[[Box], bool], *, is_silent: Callable[[], bool]
) -> tuple[Box, ...]:
    """Images of which no text says what they show and that are as light as paper and cover most of the page.

    `is_free` tells whether hardly a letter stands over a box, `is_silent` whether the page says next to nothing itself.
    """
    whole = page.get_width() * page.get_height()
    if sum(map(area, images)) < _PART_BESIDE_LITTLE * whole:
        return ()
    least = (_PART_BESIDE_LITTLE if is_silent() else _PART) * whole
    found = merged([box for box in images if is_free(box)])
    return tuple(box for box in found if area(box) >= least and is_free(box) and is_paper(page, box))


def half_covered(images: Sequence[Box], side: Box) -> bool:
    """Whether images that lie on one half of a sheet cover it, as a scanned page does and a background does not."""
    beside = [box for box in images if box[0] >= side[0] - NEAR and box[2] <= side[2] + NEAR]
    return sum(map(area, beside)) >= _WHOLE * area(side)


def is_paper(page: PdfPage, box: Box) -> bool:
    """Whether a part of a page, as displayed, is as light as paper with print on it."""
    width, height = page.get_size()
    left, top, right, bottom = box
    crop = (max(0.0, left), max(0.0, height - bottom), max(0.0, width - right), max(0.0, top))
    pixels = page.render(scale=_SEEN, crop=crop, grayscale=True).to_numpy()
    return bool((pixels >= LIGHT).mean() >= PAPER)
