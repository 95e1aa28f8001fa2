"""Body of a Word file -> its pictures with their sizes, and the room that the margins of its pages leave, in points."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from alignment.documents.unread.in_office import BLIP, Picture, Size, blobs

_POINT = 12_700
"""Office's units in a point."""
_TWIP = 1 / 20
_WORDS = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_PLACED = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
_OLD = "{urn:schemas-microsoft-com:vml}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_LENGTH = re.compile(r"(?:^|;)\s*(width|height)\s*:\s*([\d.]+)(pt|in|cm|mm|px)?", re.I)
_UNITS = {"pt": 1.0, "in": 72.0, "cm": 72 / 2.54, "mm": 72 / 25.4, "px": 0.75, "": 0.75}
_ROOM = (451.0, 698.0)
"""A4 with an inch of margin."""


def pictures_of(body: Any, parts: Mapping[str, Any]) -> list[Picture]:
    """Every picture in the text, those in old drawings too; one without a size is left out.

    `parts` are those of the file by their relation to the text.
    """
    found = [picture for drawing in body.iter(f"{_WORDS}drawing") for picture in _drawn(drawing, parts)]
    for image in body.iter(f"{_OLD}imagedata"):
        lengths = {name.lower(): float(value) * _UNITS[unit.lower()] for name, value, unit in _lengths(image)}
        # Programs write a drawing in the new way and again in the old one, as a fallback.
        if {"width", "height"} <= lengths.keys() and next(image.iterancestors(_FALLBACK), None) is None:
            part = parts.get(image.get(_RELATION))
            found.append(Picture(lengths["width"], lengths["height"], (part.blob if part is not None else None,)))
    return found


def _drawn(drawing: Any, parts: Mapping[str, Any]) -> Iterator[Picture]:
    extent = next(drawing.iter(f"{_PLACED}extent"), None)
    data = tuple(blobs(drawing.iter(BLIP), parts))
    if extent is not None and data:
        yield Picture(_number(extent.get("cx")) / _POINT, _number(extent.get("cy")) / _POINT, data)


def _lengths(image: Any) -> list[tuple[str, str, str]]:
    style = image.getparent().get("style") or ""
    return [
        (name, value, unit) for name, value, unit in _LENGTH.findall(style) if value.count(".") <= 1 and value != "."
    ]


def room_of(body: Any) -> Size:
    """Width and height between the margins, the least of all sections."""
    rooms = [room for section in body.iter(f"{_WORDS}sectPr") if (room := _room(section))]
    return (min(width for width, _ in rooms), min(height for _, height in rooms)) if rooms else _ROOM


def _room(section: Any) -> Size | None:
    page, margin = section.find(f"{_WORDS}pgSz"), section.find(f"{_WORDS}pgMar")
    if page is None:
        return None
    sides = [0.0] * 4
    if margin is not None:
        sides = [abs(_number(margin.get(f"{_WORDS}{side}"))) for side in ("left", "right", "top", "bottom")]
    width = _number(page.get(f"{_WORDS}w")) - sides[0] - sides[1]
    height = _number(page.get(f"{_WORDS}h")) - sides[2] - sides[3]
    return (width * _TWIP, height * _TWIP) if width > 0 and height > 0 else None


def _number(text: str | None) -> float:
    """0 for what is no number of an ordinary size."""
    return float(text) if text and re.fullmatch(r"-?\d{1,12}(?:\.\d{1,6})?", text) else 0.0
