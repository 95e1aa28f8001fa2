"""Bytes -> format: what a file is by its content; file names lie."""

from __future__ import annotations

import re

from alignment.documents import packages
from alignment.documents.encodings import decoded, unreadable
from alignment.documents.html import sniffing
from alignment.documents.limits import Limits
from alignment.errors import DocumentError, EncryptedError
from alignment.types import Format

_PDF_HEADER_WITHIN = 1024
_MARKDOWN = re.compile(r"^(?:#{1,6} \S.*|[^\S\n]*[-*+] \S.*|\|.*\|[^\S\n]*|```.*|>.*)$", re.M)
_HEADING = re.compile(r"^#{1,6} \S", re.M)
_IMAGES = (b"\x89PNG", b"\xff\xd8\xff", b"II*\x00", b"MM\x00*")
_OTHER_IMAGES = (b"GIF8", b"BM", b"RIFF", b"II+\x00", b"MM\x00+")
_ARCHIVES = (b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b", b"BZh", b"\xfd7zXZ\x00")
_WEB_ARCHIVE = re.compile(rb"^(?:From: <Saved by|MIME-Version:).{0,2000}?multipart/related", re.I | re.S)
_PARTS = (
    ("word/document.xml", Format.DOCX),
    ("xl/workbook.xml", Format.XLSX),
    ("ppt/presentation.xml", Format.PPTX),
    ("META-INF/container.xml", Format.EPUB),
)
_OTHER_PARTS = (
    ("xl/workbook.bin", "a binary workbook (.xlsb)", "save it as .xlsx"),
    ("Index/Document.iwa", "an iWork file", "export it to PDF"),
    ("content.xml", "an OpenDocument file", "save it as .docx, .xlsx, .pptx or PDF"),
    ("OFD.xml", "an OFD file", "print or export it to PDF"),
)
_LEGACY = (
    ("WordDocument", "a legacy Word file (.doc)", "save it as .docx or PDF"),
    ("PowerPoint Document", "a legacy PowerPoint file (.ppt)", "save it as .pptx or PDF"),
    ("Workbook", "a legacy Excel file (.xls)", "save it as .xlsx or PDF"),
    ("Book", "a legacy Excel file (.xls)", "save it as .xlsx or PDF"),
)


def detect(data: bytes, name: str, limits: Limits | None = None) -> Format:
    """The format of `data`.

    Raises:
        DocumentError: empty, a damaged archive, or a format that is not read; the hint says what to convert it to.
        EncryptedError: an Office file that is protected by a password.
    """
    if not data.strip(b"\x00 \t\r\n"):
        what = "is empty (0 bytes)" if not data else "contains nothing but white space"
        raise DocumentError(f"{name} {what}", hint="export or download the report again")
    if b"%PDF-" in data[:_PDF_HEADER_WITHIN]:
        return Format.PDF
    if data[:4] in (b"PK\x03\x04", b"PK\x05\x06"):
        return _zip(data, name, limits or Limits())
    if data[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        raise _ole(data, name)
    if data.startswith(_IMAGES):
        return Format.IMAGE
    _refuse(data, name)
    text = decoded(data)
    if text is None:
        # Tags are ASCII, whatever the encoding of what stands between them.
        if sniffing.is_html(data.decode("latin-1"), marked=0):
            return Format.HTML
        raise unreadable(name)
    marked = _marks(text)
    if sniffing.is_html(text, marked=marked):
        return Format.HTML
    return Format.MARKDOWN if marked else Format.TEXT


def _marks(text: str) -> int:
    """Lines that are marked as in Markdown; 0 where there is no heading, or hardly a mark."""
    if not _HEADING.search(text):
        return 0
    marked = len(_MARKDOWN.findall(text))
    return marked if marked >= 0.02 * sum(bool(line.strip()) for line in text.splitlines()) else 0


def _refuse(data: bytes, name: str) -> None:
    """DocumentError for a kind of file that is known and not read."""
    if data.startswith(_OTHER_IMAGES):
        raise DocumentError(f"{name} is an image that is not read", hint="save it as PNG, JPEG, TIFF or PDF")
    if data.startswith(_ARCHIVES) or data[257:262] == b"ustar":
        raise DocumentError(f"{name} is an archive that is not opened", hint="unpack it, or make a ZIP for `screen`")
    if _WEB_ARCHIVE.match(data[:4096]):
        raise DocumentError(f"{name} is a web archive (MHTML)", hint="save it as HTML or PDF and try again")
    if data[:5] == b"{\\rtf":
        raise DocumentError(f"{name} is an RTF file", hint="save it as .docx or PDF and try again")


def _zip(data: bytes, name: str, limits: Limits) -> Format:
    parts = packages.parts_of(data, name, limits)
    for part, kind in _PARTS:
        if part in parts:
            return kind
    for part, what, hint in _OTHER_PARTS:
        if part in parts:
            raise DocumentError(f"{name} is {what}", hint=f"{hint} and try again")
    raise DocumentError(
        f"{name} is a ZIP archive, not a report", hint="unpack it, or check all its reports with `alignment screen`"
    )


def _ole(data: bytes, name: str) -> DocumentError:
    if "EncryptedPackage".encode("utf-16-le") in data:
        return EncryptedError(
            f"{name} is an Office file protected by a password", hint="save a copy without the password"
        )
    for stream, what, hint in _LEGACY:
        if stream.encode("utf-16-le") in data:
            return DocumentError(f"{name} is {what}", hint=f"{hint} and try again")
    return DocumentError(f"{name} is a legacy Office file (.doc, .xls, .ppt)", hint="save it as .docx or PDF")
