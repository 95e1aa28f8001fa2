"""EPUB -> one page a chapter, in the order of its spine; paragraphs are numbered through the whole book."""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

from alignment.documents import web
from alignment.documents.building import Piece, build
from alignment.documents.limits import Limits
from alignment.documents.packages import open_package, read_part, read_xml, reason
from alignment.documents.unread import in_office
from alignment.errors import DocumentError, EncryptedError
from alignment.types import Page

_CHAPTERS = ("application/xhtml+xml", "text/html")


def read_epub(data: bytes, name: str, limits: Limits) -> tuple[tuple[Page, ...], str]:
    """The chapters that are read in line, and the book's title ("" when it has none).

    A chapter of nothing but pictures is scanned, the cover excepted.

    Raises:
        EncryptedError: its chapters are encrypted.
        DocumentError: damaged, or larger than `limits` allow.
    """
    with open_package(data, name, limits) as archive:
        locked = _encrypted(archive, name)
        root = _xml(archive, "META-INF/container.xml", name)
        start = next((each.get("full-path", "") for each in root.iter("{*}rootfile")), "")
        package = _xml(archive, start, name)
        pages: list[Page] = []
        done = 0
        spine = list(_spine(package, posixpath.dirname(start)))
        for number, part in enumerate(spine, 1):
            if number > limits.pages:
                raise DocumentError(f"{name} has more than the {limits.pages:,} chapters allowed", hint="split it")
            if part in locked:
                raise EncryptedError(f"{name} is an EPUB with a lock on its text", hint="ask for a copy without it")
            chapter = read_part(archive, part, name)
            pieces = [
                Piece(piece.text, piece.kind, piece.level, None, done + place)
                for place, piece in enumerate(web.pieces(chapter, name), 1)
            ]
            done += len(pieces)
            text = " ".join(piece.text for piece in pieces)
            pictures = _pictures(chapter)
            # One picture at the very start of a book is its cover.
            cover = number == 1 < len(spine) and pictures == 1
            state = None if cover else in_office.state_beside(text, pictures)
            pages.append(build(number, pieces, state=state, unread=pictures if state else 0))
        title = next((each.text or "" for each in package.iter("{http://purl.org/dc/elements/1.1/}title")), "")
    return tuple(pages), " ".join(title.split())


def _spine(package: Any, folder: str) -> Iterator[str]:
    """Names of the chapters' parts; a name is only ever looked up in the archive, never on the disk."""
    chapters = {
        item.get("id"): posixpath.normpath(posixpath.join(folder, unquote(item.get("href", "").split("#")[0])))
        for item in package.iter("{*}item")
        if item.get("media-type") in _CHAPTERS
    }
    for reference in package.iter("{*}itemref"):
        if reference.get("linear") != "no" and reference.get("idref") in chapters:
            yield chapters[reference.get("idref")]


def _pictures(chapter: bytes) -> int:
    """How many pictures a chapter shows."""
    from lxml import etree

    if not chapter.strip():
        return 0
    root = etree.fromstring(chapter, etree.HTMLParser(no_network=True, huge_tree=True))
    names = (node.tag.rpartition(":")[2] for node in root.iter(etree.Element)) if root is not None else ()
    return sum(name in ("img", "image") for name in names)


def _encrypted(archive: zipfile.ZipFile, name: str) -> frozenset[str]:
    if "META-INF/encryption.xml" not in archive.namelist():
        return frozenset()
    root = _xml(archive, "META-INF/encryption.xml", name)
    return frozenset(unquote(each.get("URI", "")) for each in root.iter("{*}CipherReference"))


def _xml(archive: zipfile.ZipFile, part: str, name: str) -> Any:
    from lxml import etree

    try:
        return read_xml(archive, part, name)
    except (etree.LxmlError, ValueError) as error:
        raise DocumentError(
            f"{name} is an EPUB that cannot be read ({reason(error)})", hint="download or export the file again"
        ) from error
