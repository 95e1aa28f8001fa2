"""PDF page -> rules: the straight lines and edges of filled areas that tables are drawn with."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from alignment.documents.pdfium.drawn import Drawn
from alignment.documents.tolerances import EDGE
from alignment.types import Box

_THIN = 2.5
"""Points; a drawn area this thin is a line."""
_ELONGATED = 2
"""A line is longer than this many times its thickness; other small areas are squares and dots."""
_SHORT = 8.0
"""Points; shorter lines are ticks, arrows and parts of pictures."""
_SNAP = 2.0
"""Points within which lines are one."""
_MOST_OBJECTS = 4_000
_MOST_POINTS = 600
_TOUCH = 0.5
"""Points within which areas of one colour lie on each other without a gap that is seen."""
_MOST_COLOURED = 200
"""Areas in colour that white ones are compared with."""
_WHITE = 250
"""Of 255 in red, green and blue, what is at least so light is white."""


Rule = tuple[float, float, float]
"""Where it lies on its short axis, and from where to where it runs on its long one."""

_Colour = tuple[int, int, int]


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
    return length >= _SHORT and thickness <= _THIN and length > _ELONGATED * thickness


def _lines(drawn: Drawn) -> Iterator[Box]:
    """Thin boxes in PDF user space, as left, top, right, bottom: lines, thin areas, and the edges of others."""
    from pypdfium2 import raw

    if drawn.count > _MOST_OBJECTS:
        return
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    areas: dict[_Colour, list[Box]] = {}
    for item in drawn.paths:
        if not raw.FPDFPageObj_GetBounds(item, left, bottom, right, top):
            continue
        box = left.value, top.value, right.value, bottom.value
        if min(box[2] - box[0], box[1] - box[3]) <= _THIN:
            yield box
        elif colour := _plain_colour(item):
            areas.setdefault(colour, []).append(box)
        else:
            yield from _strokes(item)
    # Some programs lay an area behind each line of text: what is of one colour, or paper on paper, has no edge.
    whole = {colour: _stacked(boxes) for colour, boxes in areas.items()}
    coloured = [box for colour, boxes in whole.items() if min(colour) < _WHITE for box in boxes][:_MOST_COLOURED]
    for colour, boxes in whole.items():
        for box in boxes:
            if min(colour) < _WHITE or any(_sets_off(box, other) for other in coloured):
                yield from _edges(box)


def _plain_colour(item: Any) -> _Colour | None:
    """Red, green and blue of a rectangle that is filled and not outlined; None for anything else."""
    from pypdfium2 import raw

    fill, stroke = ctypes.c_int(), ctypes.c_int()
    if not raw.FPDFPath_GetDrawMode(item, fill, stroke) or stroke.value or not fill.value:
        return None
    if not 4 <= raw.FPDFPath_CountSegments(item) <= 5:
        return None
    if any(
        raw.FPDFPathSegment_GetType(raw.FPDFPath_GetPathSegment(item, index)) == raw.FPDF_SEGMENT_BEZIERTO
        for index in range(4)
    ):
        return None
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    if not raw.FPDFPageObj_GetFillColor(item, red, green, blue, alpha):
        return None
    return red.value, green.value, blue.value


def _stacked(boxes: Sequence[Box]) -> list[Box]:
    """Boxes of one width that lie on each other as one."""
    found: list[Box] = []
    for box in sorted(boxes, key=lambda each: (round(each[0]), round(each[2]), -each[1])):
        last = found[-1] if found else None
        if last and abs(last[0] - box[0]) <= EDGE and abs(last[2] - box[2]) <= EDGE and last[3] - box[1] <= _TOUCH:
            found[-1] = (min(last[0], box[0]), last[1], max(last[2], box[2]), min(last[3], box[3]))
        else:
            found.append(box)
    return found


def _edges(box: Box) -> Iterator[Box]:
    left, top, right, bottom = box
    yield left, top, right, top
    yield left, bottom, right, bottom
    yield left, top, left, bottom
    yield right, top, right, bottom


def _sets_off(white: Box, other: Box) -> bool:
    """Whether an area in colour lies behind a white one, or under or over it as the next stripe of a table does."""
    inside = white[0] < other[2] - _SNAP and other[0] < white[2] - _SNAP
    if not inside or white[3] > other[1] + _SNAP or other[3] > white[1] + _SNAP:
        return False
    stripe = abs(white[0] - other[0]) <= _SNAP and abs(white[2] - other[2]) <= _SNAP
    return stripe or (white[3] < other[1] - _SNAP and other[3] < white[1] - _SNAP)


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
