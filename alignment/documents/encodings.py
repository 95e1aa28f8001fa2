"""Bytes of a plain file -> its text: by the mark of its encoding, else in the one that gives the usual characters."""

from __future__ import annotations

import codecs
import re

from alignment.errors import DocumentError

_READ = "PDF, DOCX, XLSX, PPTX, EPUB, HTML, Markdown, plain text, PNG, JPEG and TIFF are read"
# The mark of UTF-32 begins as that of UTF-16 does.
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CONTROLS = bytes((*range(9), *range(14, 27), *range(28, 32)))
_CHINESE = {
    # Between its signs and its everyday characters GB 18030 has a part for private use.
    "gb18030": (frozenset((*range(0xA1, 0xAA), *range(0xB0, 0xD8))), 0xA1),
    "big5hkscs": (frozenset(range(0xA1, 0xC7)), 0x40),
}
"""Encodings, with the first bytes of their signs and everyday characters, and the least second byte of these."""
_SAMPLE = 200_000
_HIGH = re.compile(rb"[\x80-\xff]+")
_WESTERN = re.compile(r"[À-ÖØ-öø-ÿŒœŠšŽžŸ‘’“”‚„‹›–—…•€£§©®™°±²³µ·«»¼½¾¡¿ªº\xa0\xad†‡‰×÷]")
_SPARSE = 0.25
"""Share of a Western text that its accented letters and signs have at most."""


def marked_text(data: bytes) -> str | None:
    """The text of a file that begins with the mark of a Unicode encoding; None without one."""
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return data.decode(encoding, errors="replace")
    return None


def decoded(data: bytes) -> str | None:
    """The text of a plain file; None where it is no text, or in an encoding that cannot be told.

    By its mark, else as UTF-8; else as Windows-1252 where what is not ASCII are single letters and signs of it; else
    as GB 18030 or Big5, whichever gives more everyday characters, for each of them decodes much of the other.
    """
    if (marked := marked_text(data)) is not None:
        return marked
    head = data[:65536]
    if len(head) - len(head.translate(None, _CONTROLS)) > 0.001 * len(head):
        return None
    text = _strictly(data, "utf-8")
    if text is None and _is_western(data[:_SAMPLE]):
        text = _strictly(data, "windows-1252")
    if text is not None:
        return text
    for _, encoding in sorted(
        ((-_everyday(data[:_SAMPLE], each), each) for each in _CHINESE), key=lambda each: each[0]
    ):
        if (text := _strictly(data, encoding)) is not None:
            return text
    return None


def decode(data: bytes, name: str) -> str:
    """The text of a plain file.

    Raises:
        DocumentError: not text, or in an encoding that cannot be told.
    """
    text = decoded(data)
    if text is None:
        raise unreadable(name)
    return text


def unreadable(name: str) -> DocumentError:
    """The error of a file that is neither text nor of a format that is known."""
    return DocumentError(
        f"{name} is not a document that can be read (unknown binary content)",
        hint=f"{_READ}; export the report to one of them",
    )


def _strictly(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def _is_western(data: bytes) -> bool:
    """Whether the bytes beyond ASCII are few, mostly alone, and usual letters and signs of Windows-1252.

    Those of Chinese encodings come in pairs; where the second of a pair is ASCII, the first is a rare sign.
    """
    groups = _HIGH.findall(data)
    high = b"".join(groups)
    alone = sum(len(group) == 1 for group in groups)
    text = high.decode("windows-1252", errors="replace")
    usual = len(_WESTERN.findall(text))
    return len(high) <= _SPARSE * len(data) and 2 * alone >= len(groups) and usual >= 0.95 * len(text)


def _everyday(data: bytes, encoding: str) -> float:
    """Share of the characters beyond ASCII that stand in the part of an encoding where its everyday ones are."""
    leads, low = _CHINESE[encoding]
    pairs = everyday = place = 0
    while place < len(data) - 1:
        if data[place] < 0x80:
            place += 1
            continue
        pairs += 1
        everyday += data[place] in leads and data[place + 1] >= low
        place += 2
    return everyday / max(1, pairs)
