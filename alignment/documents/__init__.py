"""A file -> a document: pages of text with their blocks, whatever the format, told by content."""

from __future__ import annotations

import hashlib
from collections import Counter
from pathlib import Path
from typing import Protocol

from alignment.documents.detection import detect
from alignment.documents.files import content
from alignment.documents.limits import Limits
from alignment.errors import DocumentError
from alignment.progress import PageProgress
from alignment.text import languages
from alignment.text.cleaning import clean, name_of
from alignment.types import BlockKind, Document, Format, Language, Page, PageState

__all__ = ["Limits", "Read", "content", "name_of", "read"]

_TITLE_LENGTH = 120
_PACKAGES = (Format.DOCX, Format.XLSX, Format.PPTX, Format.EPUB)
_NO_TITLE = ("untitled", "microsoft word", "powerpoint", ".indd", ".docx", ".doc", ".pdf", ".pptx", "无标题", "文档1")


class Read(Protocol):
    """What reads a file: `read`, or a `isolated.Reader`'s in a process of its own."""

    def __call__(
        self,
        path: Path,
        *,
        name: str | None = None,
        password: str | None = None,
        limits: Limits | None = None,
        ocr: bool = False,
        progress: PageProgress | None = None,
    ) -> Document:
        """The document; as `read`."""


def read(
    path: Path,
    *,
    name: str | None = None,
    password: str | None = None,
    limits: Limits | None = None,
    ocr: bool = False,
    progress: PageProgress | None = None,
) -> Document:
    """Read a report. The same bytes always give the same document. With `ocr`, scanned pages are read as pictures.

    `name` is what the report is called where the file's own name is not it.

    Raises:
        DocumentError: missing, empty, damaged, of a kind that is not read, or larger than `limits`.
        EncryptedError: a password is needed, or the one given is wrong.
        MissingExtraError: `ocr` is asked for and needed, and the extra is not installed.
    """
    limits = limits or Limits()
    data = content(path, limits)
    name = name_of(Path(name)) if name else name_of(path)
    kind = detect(data, name, limits)
    pages, title = _read(kind, data, name, limits, password, ocr, progress)
    if not any(page.text or page.state is PageState.SCANNED for page in pages):
        raise _silent(pages, name)
    return Document(
        name=name,
        sha256=hashlib.sha256(data).hexdigest(),
        format=kind,
        title=_title(title, pages, name),
        languages=_languages(pages),
        pages=pages,
    )


def _silent(pages: tuple[Page, ...], name: str) -> DocumentError:
    if any(page.unread for page in pages):
        return DocumentError(
            f"{name} contains nothing but formulas without saved values",
            hint="open it in a spreadsheet program and save it",
        )
    return DocumentError(f"{name} contains no text", hint="check that the report is not blank")


def _read(
    kind: Format,
    data: bytes,
    name: str,
    limits: Limits,
    password: str | None,
    ocr: bool,
    progress: PageProgress | None,
) -> tuple[tuple[Page, ...], str]:
    from alignment.documents import epub, images, pdf, plain, slides, spreadsheet, web, word

    if kind is Format.PDF:
        return pdf.read_pdf(data, name, limits, password=password, ocr=ocr, progress=progress)
    if kind is Format.IMAGE:
        return images.read_image(data, name, limits, ocr=ocr, progress=progress), ""
    if kind in _PACKAGES:
        reader = {
            Format.DOCX: word.read_docx,
            Format.XLSX: spreadsheet.read_xlsx,
            Format.PPTX: slides.read_pptx,
            Format.EPUB: epub.read_epub,
        }[kind]
        return reader(data, name, limits)
    if len(data) > 4 * limits.characters:
        raise DocumentError(
            f"{name} has {len(data) / 1e6:,.0f} MB, more than the {4 * limits.characters / 1e6:,.0f} MB allowed",
            hint="split it and check the parts",
        )
    if kind is Format.HTML:
        return web.read_html(data, name)
    return (plain.read_markdown if kind is Format.MARKDOWN else plain.read_text)(data, name), ""


def _title(stated: str, pages: tuple[Page, ...], name: str) -> str:
    """The stated title if it is one, else the highest heading of the first pages, else the file's name."""
    stated = " ".join(clean(stated).split())
    if len(stated) >= 4 and not any(word in stated.lower() for word in _NO_TITLE):
        return stated[:_TITLE_LENGTH]
    headings = [
        (block.level, page.number, block.start, page.text[block.start : block.end])
        for page in pages[:3]
        for block in page.blocks
        if block.kind is BlockKind.HEADING
    ]
    if headings:
        return " ".join(min(headings)[3].split())[:_TITLE_LENGTH]
    first = next((page.text[block.start : block.end] for page in pages[:2] for block in page.blocks), "")
    found = " ".join(first.split())
    return found if 4 <= len(found) <= 60 else Path(name).stem[:_TITLE_LENGTH] or name


def _languages(pages: tuple[Page, ...]) -> tuple[Language, ...]:
    """Languages of at least a twentieth of the text, most used first."""
    counts: Counter[Language] = Counter()
    for page in pages:
        if page.readable:
            for block in page.blocks:
                text = page.text[block.start : block.end]
                counts[languages.detect(text)] += len(text)
    counts.pop(Language.UNKNOWN, None)
    total = sum(counts.values())
    return tuple(language for language, count in counts.most_common() if count >= 0.05 * total)
