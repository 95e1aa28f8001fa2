"""PDF page -> rules: the straight lines and edges of filled areas that tables are drawn with."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from alignment.documents.drawn import Drawn
from alignment.types import Box

_THIN = 2.5
"""Points; a drawn area this thin is a line."""
_SHORT = 8.0
"""Points; shorter lines are ticks, arrows and parts of pictures."""
_SNAP = 2.0
"""Points within which lines are one."""
_MOST_OBJECTS = 4_000
_MOST_POINTS = 600


Rule = tuple[float, float, float]
"""Where it lies on its short axis, and from where to where it runs on its long one."""


@dataclass(frozen=True, slots=True)
class Rules:
    """Straight lines: across as (y, left, right), from top to bottom; upright as (x, top, bottom), left to right."""

    across: tuple[Rule, ...] = ()
    upright: tuple[Rule, ...] = ()


NO_RULES = Rules()


def between(rules: Rules, left: float, right: float) -> Rules:
    """What of the rules lies between two places of the width."""
    across = tuple((y, max(left, start), min(right, end)) for y, start, end in rules.across)
    return Rules(
        tuple(rule for rule in across if rule[2] - rule[1] >= _SHORT),
        tuple(rule for rule in rules.upright if left <= rule[0] <= right),
    )


def rules_of(drawn: Drawn, place: Callable[[float, float, float, float], Box]) -> Rules:
    """The rules of a page in the frame of `place`; none of a page that is one large drawing."""
    boxes = [place(*box) for box in _lines(drawn)]
    across = [
        ((top + bottom) / 2, left, right)
        for left, top, right, bottom in boxes
        if _is_across(right - left, bottom - top)
    ]
    upright = [
        ((left + right) / 2, top, bottom)
        for left, top, right, bottom in boxes
        if _is_across(bottom - top, right - left)
    ]
    return Rules(_merged(across), _merged(upright))


def _is_across(length: float, thickness: float) -> bool:
    return length >= _SHORT and thickness <= _THIN and length > 2 * thickness


def _lines(drawn: Drawn) -> Iterator[Box]:
    """Thin boxes in PDF user space, as left, top, right, bottom: lines, thin areas, and the edges of others."""
    from pypdfium2 import raw

    if drawn.count > _MOST_OBJECTS:
        return
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    for item in drawn.paths:
        if not raw.FPDFPageObj_GetBounds(item, left, bottom, right, top):
            continue
        width, height = right.value - left.value, top.value - bottom.value
        if min(width, height) <= _THIN:
            yield left.value, top.value, right.value, bottom.value
        else:
            yield from _strokes(item)


def _strokes(item: Any) -> Iterator[Box]:
    """The level and upright strokes of a path that is more than one line; none of a path with curves or many points."""
    from pypdfium2 import raw

    count = raw.FPDFPath_CountSegments(item)
    if not 2 <= count <= _MOST_POINTS:
        return
    matrix = raw.FS_MATRIX()
    raw.FPDFPageObj_GetMatrix(item, matrix)
    x, y = ctypes.c_float(), ctypes.c_float()
    start = last = (0.0, 0.0)
    for index in range(count):
        part = raw.FPDFPath_GetPathSegment(item, index)
        kind = raw.FPDFPathSegment_GetType(part)
        if kind == raw.FPDF_SEGMENT_BEZIERTO:
            return
        raw.FPDFPathSegment_GetPoint(part, x, y)
        point = (
            matrix.a * x.value + matrix.c * y.value + matrix.e,
            matrix.b * x.value + matrix.d * y.value + matrix.f,
        )
        if kind == raw.FPDF_SEGMENT_MOVETO:
            start = point
        else:
            yield _between(last, point)
        if raw.FPDFPathSegment_GetClose(part):
            yield _between(point, start)
        last = point


def _between(first: tuple[float, float], second: tuple[float, float]) -> Box:
    (x0, y0), (x1, y1) = first, second
    return min(x0, x1), max(y0, y1), max(x0, x1), min(y0, y1)


def _merged(lines: Sequence[Rule]) -> tuple[Rule, ...]:
    """Lines at one height whose ends meet as one."""
    found: list[Rule] = []
    level: list[Rule] = []
    for line in sorted(lines):
        if level and line[0] - level[0][0] > _SNAP:
            found += _level(level)
            level = []
        level.append(line)
    return tuple(found + _level(level))


def _level(level: list[Rule]) -> list[Rule]:
    found: list[Rule] = []
    for place, start, end in sorted(level, key=lambda each: each[1]):
        if found and start <= found[-1][2] + 2 * _SNAP:
            found[-1] = (found[-1][0], found[-1][1], max(found[-1][2], end))
        else:
            found.append((place, start, end))
    return found
