"""The data of a check, in the order in which it flows: document, passages, framework, evidence, assessment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
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
    OCR = "ocr"
    EMPTY = "empty"
    SCANNED = "scanned"
    GARBLED = "garbled"
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
    state: PageState = PageState.OK
    label: str | None = None
    """The number printed on the page, where the file says so."""
    blocks: tuple[Block, ...] = ()
    width: float | None = None
    height: float | None = None
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
    sha256: str
    format: Format
    title: str
    languages: tuple[Language, ...]
    """Most used first."""
    pages: tuple[Page, ...]

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
    """Whether a passage can be evidence; every role but `body` is demoted: listed, never used as evidence."""

    BODY = "body"
    HEADING = "heading"
    CONTENTS = "contents"
    RUNNING = "running"
    INDEX = "index"
    GLOSSARY = "glossary"
    POLICY_ECHO = "policy_echo"


@dataclass(frozen=True, slots=True)
class Passage:
    """A unit of text that is mapped: `page.text[start:end] == text`, exactly."""

    id: str
    """Stable within the document: `p<page>-<start>`."""
    page: int
    start: int
    end: int
    text: str
    heading: str = ""
    """Headings above the passage, outermost first, joined by ` › `."""
    language: Language = Language.UNKNOWN
    role: PassageRole = PassageRole.BODY
    paragraph: int | None = None
    box: Box | None = None


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


@dataclass(frozen=True, slots=True)
class Bilingual:
    """The same text in Chinese (Simplified) and English."""

    zh: str
    en: str

    def get(self, language: str) -> str:
        """The text in `language`; anything that starts with `zh` is Chinese, the rest English."""
        return self.zh if language.startswith("zh") else self.en


@dataclass(frozen=True, slots=True)
class Terms:
    """Words and phrases per language."""

    zh: tuple[str, ...] = ()
    en: tuple[str, ...] = ()

    @property
    def all(self) -> tuple[str, ...]:
        """Both languages, Chinese first."""
        return self.zh + self.en


class Substance(StrEnum):
    """How much a passage says, strongest first: result > action > commitment > mention."""

    RESULT = "result"
    ACTION = "action"
    COMMITMENT = "commitment"
    MENTION = "mention"

    @property
    def rank(self) -> int:
        """3 for a result down to 0 for a mention."""
        return 3 - list(Substance).index(self)


class ElementKind(StrEnum):
    """The four kinds of element of the Plan."""

    ACTION = "action"
    SYSTEM = "system"
    TRANSFORMATION = "transformation"
    PROJECT = "project"


@dataclass(frozen=True, slots=True)
class Exemplar:
    """A passage as a company would write it, with every element it is evidence for (none for a look-alike)."""

    id: str
    text: str
    language: Language
    labels: tuple[str, ...]
    substance: Substance | None
    industry: str = ""
    measure: str | None = None
    """The measure that it was written for; None for passages that belong to no measure."""


@dataclass(frozen=True, slots=True)
class Measure:
    """One thing that the Plan asks for within an element."""

    id: str
    name: Bilingual
    description: Bilingual
    closing: Bilingual
    """What a good disclosure contains: shown as "how to close this gap"."""
    terms: Terms
    negative_terms: Terms = Terms()
    emphases: tuple[str, ...] = ()
    emerging: str | None = None
    exemplars: tuple[Exemplar, ...] = ()
    counterexamples: tuple[Exemplar, ...] = ()


@dataclass(frozen=True, slots=True)
class Element:
    """One of the Plan's elements (17 in the shipped Plan)."""

    code: str
    kind: ElementKind
    name: Bilingual
    description: Bilingual
    measures: tuple[Measure, ...]
    aliases: Terms = Terms()
    parent: str | None = None
    emphases: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Target:
    """A quantitative target of the Plan for national industry as a whole."""

    id: str
    metric: Bilingual
    value: float
    unit: str
    base_year: int | None
    year: int
    elements: tuple[str, ...]
    terms: Terms = Terms()
    """How a company names its own comparable figure."""


@dataclass(frozen=True, slots=True)
class Emphasis:
    """A second way to read the same elements."""

    id: str
    name: Bilingual
    description: Bilingual
    elements: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EmergingField:
    """A field that the Plan starts from a high level; silence on the one that applies is a gap."""

    id: str
    name: Bilingual
    description: Bilingual
    measures: tuple[str, ...]
    industries: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Profile:
    """Which elements apply to an industry, and why the others do not."""

    id: str
    name: Bilingual
    description: Bilingual
    not_applicable: Mapping[str, Bilingual]
    """Element code to the reason; every code not listed applies."""
    priority: tuple[str, ...] = ()
    """Elements that matter most in this industry."""
    why: Mapping[str, Bilingual] = field(default_factory=dict)
    """Element code to the reason why it matters here."""


@dataclass(frozen=True, slots=True)
class Framework:
    """A plan as data."""

    id: str
    version: str
    sha256: str
    name: Bilingual
    description: Bilingual
    elements: tuple[Element, ...]
    targets: tuple[Target, ...] = ()
    emphases: tuple[Emphasis, ...] = ()
    emerging: tuple[EmergingField, ...] = ()
    profiles: tuple[Profile, ...] = ()
    passages: tuple[Exemplar, ...] = ()
    """Further passages with their labels, many of them with none, that belong to no single measure."""

    @property
    def codes(self) -> tuple[str, ...]:
        """Element codes in the Plan's order."""
        return tuple(element.code for element in self.elements)

    def element(self, code: str) -> Element:
        """The element with this code; KeyError when there is none."""
        for element in self.elements:
            if element.code == code:
                return element
        raise KeyError(code)


@dataclass(frozen=True, slots=True)
class Hit:
    """One answer of an index: a stored id and its cosine similarity in [-1, 1]."""

    id: str
    similarity: float


@dataclass(frozen=True, slots=True)
class Signals:
    """What made a score, so that a reader can argue with it."""

    dense: float
    """Highest cosine similarity to an exemplar of the element, in [-1, 1]."""
    nearest: str
    """Id of that exemplar."""
    lexical: float
    """Character n-gram similarity to the element's texts, in [0, 1]."""
    terms: tuple[str, ...] = ()
    """Terms of the element found in the passage, as they stand there."""
    negative_terms: tuple[str, ...] = ()
    guards: tuple[str, ...] = ()
    """Precision guards that lowered the score, by name."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """A passage mapped to an element with a calibrated probability in [0, 1]."""

    passage: Passage
    element: str
    measures: tuple[str, ...]
    score: float
    substance: Substance
    signals: Signals


@dataclass(frozen=True, slots=True)
class Figure:
    """A number of the company's own beside a national target; a comparison, never compliance."""

    metric: str
    value: float
    unit: str
    base_year: int | None
    year: int | None
    target: str
    comparison: Bilingual
    page: int
    start: int
    end: int
    quote: str


class Status(StrEnum):
    """Status of an element in a report; see docs for the rule behind each."""

    COVERED = "covered"
    PARTIAL = "partial"
    MENTIONED = "mentioned"
    REVIEW = "review"
    GAP = "gap"
    NOT_APPLICABLE = "not_applicable"
    NOT_ASSESSABLE = "not_assessable"


class Preset(StrEnum):
    """How sure the tool must be before it calls a passage evidence."""

    SCREENING = "screening"
    STANDARD = "standard"
    ASSURANCE = "assurance"


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Probabilities in [0, 1]: `review` <= `evidence`, and `review` <= `sure`."""

    evidence: float
    """From here on a passage is evidence."""
    review: float
    """An element whose best passage stays below this is a gap; between this and `evidence` a person decides."""
    sure: float
    """Evidence below this is shown, and put into the review queue."""

    @classmethod
    def single(cls, value: float) -> Thresholds:
        """One number for all three: nothing is left to a person."""
        return cls(value, value, value)


@dataclass(frozen=True, slots=True)
class Coverage:
    """How far a report covers one element."""

    element: str
    status: Status
    score: float
    """Highest evidence score, or the best near miss when there is no evidence; 0 when nothing came near."""
    substance: Substance | None
    evidence: tuple[Evidence, ...]
    """Best first."""
    near_misses: tuple[Evidence, ...]
    missing_measures: tuple[str, ...]
    reason: Bilingual | None = None
    """Why the element is not applicable or not assessable."""
    review: bool = False
    """Whether the status rests on passages between `review` and `sure` alone, so that a person should look."""


@dataclass(frozen=True, slots=True)
class Review:
    """A passage that a person should judge."""

    evidence: Evidence
    decisive: bool
    """Whether the element's status rests on such passages alone."""


@dataclass(frozen=True, slots=True)
class Provenance:
    """Everything needed to repeat a run."""

    version: str
    encoder: str
    encoder_sha256: str
    thresholds: Mapping[str, float]
    """Every number that a user could argue with, by name."""
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Assessment:
    """The answer for one report."""

    document: Document
    framework: Framework
    profile: Profile | None
    coverage: tuple[Coverage, ...]
    """One per element, in the framework's order."""
    review: tuple[Review, ...]
    """What a person should judge, the most uncertain first among those that decide a status, then among the rest."""
    figures: tuple[Figure, ...]
    demoted: tuple[Passage, ...]
    """Passages that were read but cannot be evidence, with their role."""
    passages: int
    """How many passages were mapped."""
    provenance: Provenance
    warnings: tuple[Bilingual, ...] = field(default=())
