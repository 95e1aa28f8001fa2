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
