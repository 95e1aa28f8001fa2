"""A framework (a plan): elements with measures, terms, exemplars; targets, profiles."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import ClassVar

from alignment.types.document import Language


@dataclass(frozen=True, slots=True)
class Bilingual:
    """The same text in Chinese (Simplified) and English; empty in a language in which it was not written."""

    zh: str = ""
    en: str = ""

    def __bool__(self) -> bool:
        """True when it is written in either language."""
        return bool(self.zh or self.en)

    @property
    def all(self) -> tuple[str, ...]:
        """The text in each language in which it is written, Chinese first."""
        return tuple(text for text in (self.zh, self.en) if text)

    def get(self, language: str) -> str:
        """The text in `language`, or as it is written where it is in the other only.

        Anything that starts with `zh` is Chinese, the rest English.
        """
        return (self.zh or self.en) if language.startswith("zh") else (self.en or self.zh)


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
    """What was achieved, with a figure."""
    ACTION = "action"
    """What was done or is being done."""
    COMMITMENT = "commitment"
    """A target, plan, policy or system."""
    MENTION = "mention"
    """The topic is only said to matter."""

    @property
    def rank(self) -> int:
        """3 for a result down to 0 for a mention."""
        return 3 - list(Substance).index(self)


class Comparator(StrEnum):
    """How a target's value is meant; the value is what a framework file says."""

    AT_LEAST = ">="
    MORE = ">"
    AT_MOST = "<="
    LESS = "<"
    EQUAL = "="
    ABOUT = "~"


class Binding(StrEnum):
    """Whether a target must be met (约束性) or is expected (预期性)."""

    BINDING = "binding"
    EXPECTED = "expected"


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an element, measure or target was read from in the plan's own document."""

    page: int | None = None
    """1-based page of the file; None in formats without pages."""
    paragraph: int | None = None
    """1-based paragraph in formats without pages, or None."""
    section: str = ""
    """Headings above, outermost first, joined by ` › `."""
    quote: str = ""
    """The document's own words."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of element, as its plan names it."""

    id: str
    """Any word."""
    name: Bilingual
    """As it is shown."""


@dataclass(frozen=True, slots=True)
class ExemplarId:
    """The id of a passage that a mapper learns from: `P5.2/3`, `P5.2/not-1` (a hard negative) or `passages/7`."""

    owner: str
    """Id of the measure that it was written for, or `FURTHER`."""
    number: int
    """From 1 on, among those of its owner."""
    hard_negative: bool = False
    """Whether it reads like evidence for its measure and is none."""

    FURTHER: ClassVar[str] = "passages"
    """The owner of passages that belong to no measure."""

    def __str__(self) -> str:
        return f"{self.owner}/{'not-' if self.hard_negative else ''}{self.number}"

    @classmethod
    def parse(cls, text: str) -> ExemplarId:
        """What `str` made a text of.

        Raises:
            ValueError: it is no such id.
        """
        owner, _, rest = text.rpartition("/")
        number = rest.removeprefix("not-")
        if not owner or not number.isdecimal():
            raise ValueError(f"{text!r} is no id of an exemplar, such as P5.2/3")
        return cls(owner, int(number), rest != number)


@dataclass(frozen=True, slots=True)
class Exemplar:
    """A passage as a company would write it, with every element it is evidence for (none for a hard negative)."""

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
    origin: Origin | None = None
    """Where it was read from, or None."""


@dataclass(frozen=True, slots=True)
class Element:
    """One of the Plan's elements (17 in the shipped Plan)."""

    code: str
    """Such as `P5`; unique within the framework."""
    kind: str
    """Id of one of the framework's kinds."""
    name: Bilingual
    """Its name in both languages."""
    description: Bilingual
    """What it asks for."""
    measures: tuple[Measure, ...]
    """What it asks for in detail."""
    aliases: Terms = Terms()
    """Other names of the element."""
    parent: str | None = None
    """Code of the element that it belongs to, or None."""
    emphases: tuple[str, ...] = ()
    """Ids of the emphases that it is part of."""
    targets: tuple[str, ...] = ()
    """Ids of the targets that belong to it."""
    origin: Origin | None = None
    """Where it was read from, or None."""


@dataclass(frozen=True, slots=True)
class Target:
    """A quantitative target of the Plan for national industry as a whole."""

    id: str
    metric: Bilingual
    value: float
    unit: str
    base_year: int | None
    year: int | None
    elements: tuple[str, ...]
    terms: Terms = Terms()
    """How a company names its own comparable figure."""
    base_value: float | None = None
    """Value in the base year, or None."""
    comparator: Comparator | None = None
    """How the value is meant; None for a value to be reached."""
    binding: Binding | None = None
    """Whether it must be met or is expected; None where the plan does not say."""
    origin: Origin | None = None
    """Where it was read from, or None."""


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
class Crosswalk:
    """Which elements of another framework an element goes on from."""

    to: str
    """Id of the other framework."""
    pairs: Mapping[str, tuple[str, ...]]
    """Element code to the codes of the other framework; one without any is new."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A part of a plan's document that no element was made of, and why."""

    reason: str
    """Such as `background`, `goals` or `organisation`."""
    title: str
    """Its heading, or how it begins."""
    origin: Origin
    """Where in the document it is."""


@dataclass(frozen=True, slots=True)
class Framework:
    """A plan as data."""

    id: str
    """Short name, such as `miit-14fyp-green`."""
    version: str
    """Changes whenever the content does."""
    sha256: str
    """Digest of the content, in hexadecimal."""
    name: Bilingual
    """Its name in both languages."""
    description: Bilingual
    """What the plan is about."""
    elements: tuple[Element, ...]
    """In the plan's order."""
    targets: tuple[Target, ...] = ()
    """Quantitative targets of the plan."""
    emphases: tuple[Emphasis, ...] = ()
    """Second ways to group the elements."""
    emerging: tuple[EmergingField, ...] = ()
    """Fields that the plan wants to start early."""
    profiles: tuple[Profile, ...] = ()
    """Which elements apply to which industry."""
    passages: tuple[Exemplar, ...] = ()
    """Further passages with their labels, many of them with none, that belong to no single measure."""
    kinds: tuple[Kind, ...] = ()
    """Every kind that an element has, in the order in which they are shown."""
    crosswalks: tuple[Crosswalk, ...] = ()
    """Which elements of other plans its elements go on from."""
    period: tuple[int, int] | None = None
    """First and last year."""
    draft: bool = False
    """Made by a program from a document; nobody has said yet that it is right."""
    left_out: tuple[LeftOut, ...] = ()
    """Parts of its document that no element was made of."""

    def kind(self, identifier: str) -> Kind:
        """The kind with this id; KeyError when there is none."""
        for kind in self.kinds:
            if kind.id == identifier:
                return kind
        raise KeyError(identifier)

    @property
    def codes(self) -> tuple[str, ...]:
        """Element codes in the Plan's order."""
        return tuple(element.code for element in self.elements)

    @property
    def owners(self) -> Mapping[str, str]:
        """Measure id -> code of the element that it belongs to."""
        return {measure.id: element.code for element in self.elements for measure in element.measures}

    def element(self, code: str) -> Element:
        """The element with this code; KeyError when there is none."""
        for element in self.elements:
            if element.code == code:
                return element
        raise KeyError(code)
