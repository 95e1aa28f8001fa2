"""PDF page -> where its pictures are, and whether text could be hidden in them."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from alignment.documents.lightness import LIGHT, PAPER
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
_NEAR = 3.0
"""Points within which two images are strips of one picture."""
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
                boxes.append(_within(place(left, top, right, bottom), width, height))
        paths += item.type == raw.FPDF_PAGEOBJ_PATH
        if number >= _MOST_OBJECTS:
            break
    hiding = nested > 0 or paths >= _DRAWN or sum(map(_area, boxes)) >= _LARGE * width * height
    whole = [box for box in _merged(boxes) if _area(box) >= _SMALL * width * height]
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
    return [_within(box, *page.get_size()) for box in edges]


def scans_among(
    page: PdfPage, images: Sequence[Box], is_free: Callable[[Box], bool], *, is_silent: Callable[[], bool]
) -> tuple[Box, ...]:
    """Images of which no text says what they show and that are as light as paper and cover most of the page.

    `is_free` tells whether hardly a letter stands over a box, `is_silent` whether the page says next to nothing itself.
    """
    whole = page.get_width() * page.get_height()
    if sum(map(_area, images)) < _PART_BESIDE_LITTLE * whole:
        return ()
    least = (_PART_BESIDE_LITTLE if is_silent() else _PART) * whole
    found = _merged([box for box in images if is_free(box)])
    return tuple(box for box in found if _area(box) >= least and is_free(box) and is_paper(page, box))


def overlap(first: Box, second: Box) -> float:
    """Share of the smaller box that both cover."""
    across = min(first[2], second[2]) - max(first[0], second[0])
    down = min(first[3], second[3]) - max(first[1], second[1])
    smaller = min(_area(first), _area(second))
    return across * down / smaller if across > 0 and down > 0 and smaller > 0 else 0.0


def half_covered(images: Sequence[Box], side: Box) -> bool:
    """Whether images that lie on one half of a sheet cover it, as a scanned page does and a background does not."""
    beside = [box for box in images if box[0] >= side[0] - _NEAR and box[2] <= side[2] + _NEAR]
    return sum(map(_area, beside)) >= _WHOLE * _area(side)


def _within(box: Box, width: float, height: float) -> Box:
    left, top, right, bottom = box
    return max(0.0, left), max(0.0, top), min(width, right), min(height, bottom)


def _area(box: Box) -> float:
    return max(0.0, box[2] - box[0]) * max(0.0, box[3] - box[1])


def is_paper(page: PdfPage, box: Box) -> bool:
    """Whether a part of a page, as displayed, is as light as paper with print on it."""
    width, height = page.get_size()
    left, top, right, bottom = box
    crop = (max(0.0, left), max(0.0, height - bottom), max(0.0, width - right), max(0.0, top))
    pixels = page.render(scale=_SEEN, crop=crop, grayscale=True).to_numpy()
    return bool((pixels >= LIGHT).mean() >= PAPER)


def _merged(boxes: Sequence[Box]) -> list[Box]:
    """Boxes that touch as one, from top to bottom."""
    found: list[Box] = []
    for box in sorted(boxes, key=lambda each: (each[1], each[0])):
        current = box
        touching = [other for other in found if _touch(other, current)]
        for other in touching:
            found.remove(other)
            left, top = min(current[0], other[0]), min(current[1], other[1])
            current = (left, top, max(current[2], other[2]), max(current[3], other[3]))
        found.append(current)
    return sorted(found, key=lambda each: (each[1], each[0]))


def _touch(first: Box, second: Box) -> bool:
    across = min(first[2], second[2]) - max(first[0], second[0])
    down = min(first[3], second[3]) - max(first[1], second[1])
    return across >= -_NEAR and down >= -_NEAR
