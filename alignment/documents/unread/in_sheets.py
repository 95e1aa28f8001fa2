"""Part of a workbook that holds a sheet -> how many pictures on it may be scanned pages, whose text is unread."""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from alignment.documents.limits import Limits
from alignment.documents.packages import read_part, read_xml
from alignment.documents.unread import in_office

_POINT = 12_700
"""Office's units in a point."""
_COLUMN, _ROW = 48.0, 15.0
"""Width and height of a cell in points, where nothing says how large a picture is but the cells that it covers."""
_PAGE = (420.0, 595.0)
"""A5 in points: a picture of half of it is as large as a quarter of the sheet of paper that it would be printed on."""


def unread_pictures(archive: zipfile.ZipFile, part: str, text: str, name: str, limits: Limits) -> int:
    """How many pictures may hold what a sheet tells: large light ones beside next to no text, all of them without any.

    Raises:
        DocumentError: a part of the file cannot be unpacked.
        XMLSyntaxError: it is no XML.
    """
    pictures = [
        in_office.Picture(*_size(anchor), tuple(_bytes(archive, images, blips, name)))
        for drawing in _related(archive, part, "/drawing", name).values()
        for images in [_related(archive, drawing, "/image", name)]
        for anchor in read_xml(archive, drawing, name)
        if (blips := list(anchor.iter(in_office.BLIP)))
    ]
    return in_office.on_slide(pictures, _PAGE, text, limits) if pictures else 0


def _related(archive: zipfile.ZipFile, part: str, kind: str, name: str) -> dict[str, str]:
    """Parts of a kind to which a part refers, by the name of the relation; they are only ever looked up."""
    folder, file = posixpath.split(part)
    relations = f"{folder}/_rels/{file}.rels"
    parts = frozenset(archive.namelist())
    if relations not in parts:
        return {}
    targets = {
        relation.get("Id", ""): posixpath.normpath(posixpath.join("/", folder, relation.get("Target", ""))).lstrip("/")
        for relation in read_xml(archive, relations, name)
        if relation.get("Type", "").endswith(kind)
    }
    return {key: target for key, target in targets.items() if target in parts}


def _bytes(
    archive: zipfile.ZipFile, images: Mapping[str, str], blips: Iterable[Any], name: str
) -> Iterator[bytes | None]:
    for blip in blips:
        image = images.get(blip.get(in_office.EMBEDDED, ""))
        yield None if image is None else read_part(archive, image, name)


def _size(anchor: Any) -> in_office.Size:
    """Width and height in points: as the picture says, or as its anchor does, or by the cells under it."""
    for path in (f".//{in_office.DRAWING}xfrm/{in_office.DRAWING}ext", "{*}ext"):
        extent = anchor.find(path)
        if extent is not None and int(extent.get("cx")) > 0 < int(extent.get("cy")):
            return int(extent.get("cx")) / _POINT, int(extent.get("cy")) / _POINT
    columns, rows = (
        int(anchor.findtext(f"{{*}}to/{{*}}{edge}", "0")) - int(anchor.findtext(f"{{*}}from/{{*}}{edge}", "0"))
        for edge in ("col", "row")
    )
    return max(0, columns) * _COLUMN, max(0, rows) * _ROW
