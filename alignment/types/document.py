"""A document as it was read: pages, blocks, passages, and where a quote is on its page."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
"""Unit-length embeddings, float32, shape (n, d): a dot product is a cosine in [-1, 1]."""

Box = tuple[float, float, float, float]
"""A rectangle on a page: left, top, right, bottom in PDF points, origin at the page's top left corner."""


class Language(StrEnum):
    """Languages that the tool tells apart; the value is what JSON and HTML show."""

    ZH_HANS = "zh-Hans"
    ZH_HANT = "zh-Hant"
    EN = "en"
    UNKNOWN = "und"

    @property
    def is_chinese(self) -> bool:
        """True for both scripts of Chinese."""
        return self in (Language.ZH_HANS, Language.ZH_HANT)


class Format(StrEnum):
    """File formats, told by content, never by file name."""

    PDF = "pdf"
    DOCX = "docx"
    XLSX = "xlsx"
    PPTX = "pptx"
    EPUB = "epub"
    HTML = "html"
    MARKDOWN = "markdown"
    TEXT = "text"
    IMAGE = "image"


class PageState(StrEnum):
    """What could be read of a page."""

    OK = "ok"
    """Its text was read."""
    OCR = "ocr"
    """It was read as a picture."""
    EMPTY = "empty"
    """It is blank, or has nothing but headers and footers."""
    SCANNED = "scanned"
    """It is a picture or drawings with next to no text, and was not recognised."""
    GARBLED = "garbled"
    """Its characters cannot be trusted."""
    PARTIAL = "partial"
    """Its text was read, and something else on it was not: one page of a sheet, pictures that may be scans, values that
    were not saved."""


class BlockKind(StrEnum):
    """The part that a block of text plays on its page."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    LIST_ITEM = "list_item"
    TABLE_ROW = "table_row"
    RECORD = "record"
    """A row that names the header of each of its values, so that it can be understood alone."""
    CAPTION = "caption"
    FOOTNOTE = "footnote"
    HEADER = "header"
    FOOTER = "footer"


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, heading, list item, table row or running line: `page.text[start:end]`."""

    start: int
    end: int
    kind: BlockKind
    level: int = 0
    """Heading level, 1 (title) to 6; 0 for everything else."""
    box: Box | None = None
    paragraph: int | None = None
    """1-based number of the paragraph in formats that have no pages, else None."""


@dataclass(frozen=True, slots=True)
class Page:
    """One page as its reader returned it; blocks are ordered, disjoint and cover every non-space character."""

    number: int
    """1-based index in the file."""
    text: str
    """Everything that was read of the page, in reading order."""
    state: PageState = PageState.OK
    """What could be read of it."""
    label: str | None = None
    """The number printed on the page, where the file says so."""
    blocks: tuple[Block, ...] = ()
    """The parts of the text, in order."""
    width: float | None = None
    """In PDF points; None for formats without pages."""
    height: float | None = None
    """In PDF points; None for formats without pages."""
    confidence: float | None = None
    """How sure the recogniser is of a page that was read as a picture, from 0 to 1; None for text."""
    unread: int = 0
    """Pictures of a slide, sheet, chapter or Word file that may be scans; cells whose formula has no saved value."""

    @property
    def readable(self) -> bool:
        """True when the page's text can be relied on."""
        return self.whole or self.state is PageState.PARTIAL

    @property
    def whole(self) -> bool:
        """True when all of the page's text was read."""
        return self.state in (PageState.OK, PageState.OCR)


@dataclass(frozen=True, slots=True)
class Document:
    """A file that has been read."""

    name: str
    """Name of the file, without control characters."""
    sha256: str
    """Digest of the file's bytes, in hexadecimal."""
    format: Format
    """What the file is, by its content."""
    title: str
    """Its stated title, else its highest heading, else the name of the file."""
    languages: tuple[Language, ...]
    """Most used first."""
    pages: tuple[Page, ...]
    """All pages in the order of the file."""

    @property
    def has_pages(self) -> bool:
        """False for formats without fixed pages, whose places are paragraph numbers, or rows of a sheet."""
        return self.format in (Format.PDF, Format.PPTX, Format.IMAGE)

    @property
    def unread(self) -> tuple[Page, ...]:
        """Pages that could say what is not known: scanned, garbled, read in part, and blank ones of formats with pages.

        A blank page may have lost its text; a sheet without cells and a chapter without text lose none unless they hold
        pictures, which makes them scanned.
        """
        return tuple(
            page for page in self.pages if not page.whole and (self.has_pages or page.state is not PageState.EMPTY)
        )

    @property
    def readable_share(self) -> float:
        """Share of the pages that hold anything whose text could be read, in [0, 1]; 0 when none holds anything.

        A page that was read in part counts half.
        """
        held = [page for page in self.pages if page.state is not PageState.EMPTY]
        return sum(page.readable + page.whole for page in held) / (2 * len(held)) if held else 0.0


class PassageRole(StrEnum):
    """Whether a passage can be evidence; every role but `body` is excluded: listed, never used as evidence."""

    BODY = "body"
    HEADING = "heading"
    CONTENTS = "contents"
    HEADER_FOOTER = "header_footer"
    INDEX = "index"
    GLOSSARY = "glossary"
    PLAN_RESTATEMENT = "plan_restatement"


@dataclass(frozen=True, slots=True)
class Passage:
    """A unit of text that is mapped: `page.text[start:end] == text`, exactly."""

    id: str
    """Stable within the document: `p<page>-<start>`."""
    page: int
    """1-based number of its page."""
    start: int
    """Offset of its first character in the text of its page."""
    end: int
    """Offset behind its last character."""
    text: str
    """Its words, exactly as they are on the page."""
    heading: str = ""
    """Headings above the passage, outermost first, joined by `›` between spaces."""
    language: Language = Language.UNKNOWN
    """The language of the text."""
    role: PassageRole = PassageRole.BODY
    """Whether it can be evidence, and why not."""
    paragraph: int | None = None
    """1-based number of its paragraph in formats without pages, else None."""
    box: Box | None = None
    """Its place on the page; None where pages have no size."""


@dataclass(frozen=True, slots=True)
class Quoted:
    """A text and where it stands, as a result says; it may say so wrongly."""

    page: int
    box: Box
    text: str


@dataclass(frozen=True, slots=True)
class Crop:
    """A small picture of a place on a page, with the quote's lines marked."""

    image: bytes
    """WebP."""
    width: int
    height: int
    """In pixels."""
