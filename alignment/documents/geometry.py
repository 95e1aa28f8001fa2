"""Boxes on a page (x0, top, x1, bottom in points): unions, overlaps, turns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from alignment.types import Box

if TYPE_CHECKING:
    pass

NEAR = 3.0
"""Points within which two images are strips of one picture."""


def union_of(boxes: Sequence[Box]) -> Box:
    """The rectangle around all boxes."""
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)


def overlap(first: Box, second: Box) -> float:
    """Share of the smaller box that both cover."""
    across = min(first[2], second[2]) - max(first[0], second[0])
    down = min(first[3], second[3]) - max(first[1], second[1])
    smaller = min(area(first), area(second))
    return across * down / smaller if across > 0 and down > 0 and smaller > 0 else 0.0


def within(box: Box, width: float, height: float) -> Box:
    left, top, right, bottom = box
    return max(0.0, left), max(0.0, top), min(width, right), min(height, bottom)


def area(box: Box) -> float:
    return max(0.0, box[2] - box[0]) * max(0.0, box[3] - box[1])


def merged(boxes: Sequence[Box]) -> list[Box]:
    """Boxes that touch as one, from top to bottom."""
    found: list[Box] = []
    for box in sorted(boxes, key=lambda each: (each[1], each[0])):
        current = box
        touching = [other for other in found if touch(other, current)]
        for other in touching:
            found.remove(other)
            left, top = min(current[0], other[0]), min(current[1], other[1])
            current = (left, top, max(current[2], other[2]), max(current[3], other[3]))
        found.append(current)
    return sorted(found, key=lambda each: (each[1], each[0]))


def touch(first: Box, second: Box) -> bool:
    across = min(first[2], second[2]) - max(first[0], second[0])
    down = min(first[3], second[3]) - max(first[1], second[1])
    return across >= -NEAR and down >= -NEAR


def turned(box: Box, turn: int, size: tuple[float, float]) -> Box:
    """A box of a frame of this size after the frame is turned clockwise by a multiple of 90 degrees."""
    width, height = size
    for _ in range(turn // 90 % 4):
        box = (height - box[3], box[0], height - box[1], box[2])
        width, height = height, width
    return box
