"""Part of a workbook that holds a sheet -> how many pictures on it may be scanned pages, whose text is unread."""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Iterator
from typing import Any

from alignment.documents import scans
from alignment.documents.packages import read_part

_POINT = 12_700
"""Office's units in a point."""
_COLUMN, _ROW = 48.0, 15.0
"""Width and height of a cell in points, where nothing says how large a picture is but the cells that it covers."""
_PAGE = (420.0, 595.0)
"""A5 in points: a picture of half of it is as large as a quarter of the sheet of paper that it would be printed on."""


def unread_pictures(archive: zipfile.ZipFile, part: str, text: str, name: str) -> int:
    """How many pictures may hold what a sheet tells: large ones beside next to no text, all of them without any.

    Raises:
        DocumentError: a part of the file cannot be unpacked.
        XMLSyntaxError: it is no XML.
    """
    sizes = [
        _size(anchor)
        for drawing in _drawings(archive, part, name)
        for anchor in _xml(archive, drawing, name)
        if next(anchor.iter(scans.BLIP), None) is not None
    ]
    return scans.on_slide(sizes, _PAGE, text) if sizes else 0


def _drawings(archive: zipfile.ZipFile, part: str, name: str) -> Iterator[str]:
    """Parts that hold what is drawn on a sheet; they are only ever looked up in the archive."""
    folder, file = posixpath.split(part)
    relations = f"{folder}/_rels/{file}.rels"
    parts = frozenset(archive.namelist())
    if relations not in parts:
        return
    for relation in _xml(archive, relations, name):
        target = posixpath.normpath(posixpath.join("/", folder, relation.get("Target", ""))).lstrip("/")
        if relation.get("Type", "").endswith("/drawing") and target in parts:
            yield target


def _size(anchor: Any) -> scans.Size:
    """Width and height in points: as the picture says, or as its anchor does, or by the cells under it."""
    for path in (f".//{scans.DRAWING}xfrm/{scans.DRAWING}ext", "{*}ext"):
        extent = anchor.find(path)
        if extent is not None and int(extent.get("cx")) > 0 < int(extent.get("cy")):
            return int(extent.get("cx")) / _POINT, int(extent.get("cy")) / _POINT
    columns, rows = (
        int(anchor.findtext(f"{{*}}to/{{*}}{edge}", "0")) - int(anchor.findtext(f"{{*}}from/{{*}}{edge}", "0"))
        for edge in ("col", "row")
    )
    return max(0, columns) * _COLUMN, max(0, rows) * _ROW


def _xml(archive: zipfile.ZipFile, part: str, name: str) -> Any:
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    return etree.fromstring(read_part(archive, part, name), parser)
