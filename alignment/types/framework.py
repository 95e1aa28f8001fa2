"""A framework (a plan): elements with measures, terms, exemplars; targets, profiles."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from alignment.types.document import Language


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
    """Such as `P5`; unique within the framework."""
    kind: ElementKind
    """Action, system, transformation or project."""
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
