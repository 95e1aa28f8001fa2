"""Part of a workbook that holds a sheet -> its merged cells, and how many of its formulas have no saved value."""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass

from alignment.documents.packages import damaged

_RANGE = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7}):\$?([A-Z]{1,3})\$?(\d{1,7})")


@dataclass(frozen=True, slots=True)
class Merged:
    """Cells that are shown as one: its rows from 1 on, its columns from 0 on, first and last of each."""

    top: int
    bottom: int
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class SheetPart:
    """What openpyxl does not tell of a sheet that it reads as a stream."""

    merged: tuple[Merged, ...]
    unsaved: int
    """Cells with a formula and without the value that it had when the file was saved."""


def sheet_part(archive: zipfile.ZipFile, part: str, name: str) -> SheetPart:
    """What the part says; nothing where the archive has no such part.

    Raises:
        DocumentError: it cannot be unpacked.
        XMLSyntaxError: it is no XML.
    """
    from lxml import etree

    if part not in archive.namelist():
        return SheetPart((), 0)
    merged: list[Merged] = []
    unsaved = 0
    try:
        with archive.open(part) as file:
            events = etree.iterparse(
                file, tag=("{*}row", "{*}mergeCell"), resolve_entities=False, no_network=True, huge_tree=True
            )
            for _, node in events:
                if node.tag.endswith("}row"):
                    unsaved += sum(_is_unsaved(formula.getparent()) for formula in node.iter("{*}f"))
                elif (found := _RANGE.fullmatch(node.get("ref", ""))) is not None:
                    merged.append(Merged(int(found[2]), int(found[4]), _column(found[1]), _column(found[3])))
                # What has been read is dropped, with the empty elements that clearing leaves behind.
                node.clear()
                while node.getprevious() is not None:
                    del node.getparent()[0]
    except (zipfile.BadZipFile, EOFError, OSError) as error:
        raise damaged(name, error) from error
    return SheetPart(tuple(merged), unsaved)


def _is_unsaved(cell: object) -> bool:
    """Whether a cell with a formula has no value; a saved text may be empty."""
    return not cell.findtext("{*}v") and cell.get("t") != "str"  # type: ignore[attr-defined]


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = 26 * number + ord(letter) - ord("A") + 1
    return number - 1
