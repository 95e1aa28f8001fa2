"""Bytes of an Office file, an EPUB or a ZIP -> an open archive that is known to be small enough and free of traps."""

from __future__ import annotations

import io
import zipfile
import zlib
from typing import Any

from alignment.documents.limits import Limits
from alignment.errors import DocumentError, EncryptedError
from alignment.text.cleaning import clean

_DIRECTORY_ENTRY = b"PK\x01\x02"
_SMALL = 50_000_000
"""Parts that unpack to no more than this are read however well they were packed."""
_PICTURES = ("word/media/", "ppt/media/", "xl/media/", "ppt/embeddings/", "word/embeddings/", "xl/embeddings/")
UNREADABLE = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError)
"""What reading a damaged archive raises."""


def open_package(data: bytes, name: str, limits: Limits) -> zipfile.ZipFile:
    """The archive; nothing is unpacked yet, and what will be is no more than `limits` allow.

    Raises:
        EncryptedError: a member is encrypted.
        DocumentError: damaged, too many members, or too large unpacked.
    """
    # Counted in the bytes, because the directory of a hostile archive may itself fill the memory.
    if data.count(_DIRECTORY_ENTRY) > limits.members:
        raise DocumentError(
            f"{name} contains more than the {limits.members:,} files allowed",
            hint="unpack it and check the files inside",
        )
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except UNREADABLE as error:
        raise damaged(name, error) from error
    if any(item.flag_bits & 1 for item in archive.infolist()):
        raise EncryptedError(f"{name} is protected by a password", hint="save a copy without the password")
    # No member yields more than the size it declares, so the sum bounds what can be unpacked.
    _refuse_large(archive, name, len(data), limits)
    return archive


def _refuse_large(archive: zipfile.ZipFile, name: str, size: int, limits: Limits) -> None:
    whole = sum(item.file_size for item in archive.infolist())
    texts = sum(item.file_size for item in archive.infolist() if not item.filename.startswith(_PICTURES))
    allowed = min(4 * limits.characters, max(_SMALL, limits.expansion * size))
    if texts > allowed or whole > limits.bytes:
        unpacked, most = (texts, allowed) if texts > allowed else (whole, limits.bytes)
        raise DocumentError(
            f"{name} unpacks to {unpacked / 1e6:,.0f} MB, more than the {most / 1e6:,.0f} MB allowed",
            hint="export the report to PDF and check the PDF",
        )


def refuse_entities(archive: zipfile.ZipFile, name: str) -> None:
    """Office files never declare a document type; one that does wants entities: expanded, or fetched.

    Raises:
        DocumentError: there is one, or a part cannot be unpacked.
    """
    for item in archive.infolist():
        if item.filename.endswith((".xml", ".rels")):
            part = read_part(archive, item.filename, name).replace(b"\x00", b"")
            if b"<!DOCTYPE" in part or b"<!ENTITY" in part:
                raise DocumentError(
                    f"{name} declares XML entities, which no Office program writes",
                    hint="open it in an Office program and save it again, if you trust it",
                )


def read_part(archive: zipfile.ZipFile, part: str, name: str) -> bytes:
    """One member, unpacked.

    Raises:
        DocumentError: there is none, or it is damaged.
    """
    try:
        return archive.read(part)
    except KeyError as error:
        raise DocumentError(f"{name} lacks its part {part!r}", hint="download or export the file again") from error
    except UNREADABLE as error:
        raise damaged(name, error) from error


def read_xml(archive: zipfile.ZipFile, part: str, name: str) -> Any:
    """The root of one member; nothing that it declares is resolved or fetched.

    Raises:
        DocumentError: there is none, or it is damaged.
        XMLSyntaxError: it is no XML.
    """
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    return etree.fromstring(read_part(archive, part, name), parser)


def damaged(name: str, error: Exception) -> DocumentError:
    """The error of an archive that cannot be read."""
    return DocumentError(
        f"{name} is a damaged Office or ZIP file ({reason(error)})", hint="download or export the file again"
    )


def reason(error: Exception) -> str:
    """What a library says of a broken file, on one line and without what a terminal would obey."""
    return " ".join(clean(str(error)).split())[:200] or type(error).__name__


def parts_of(data: bytes, name: str, limits: Limits) -> frozenset[str]:
    """Names of the members.

    Raises:
        DocumentError: as `open_package`.
    """
    with open_package(data, name, limits) as archive:
        return frozenset(archive.namelist())
