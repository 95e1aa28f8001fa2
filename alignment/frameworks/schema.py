"""The schema of a framework file: what a plan must say, checked in one pass so that all problems show at once."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SerializerFunctionWrapHandler,
    StringConstraints,
    model_serializer,
    model_validator,
)

from alignment.types import Binding, Comparator, Language, Substance

SCHEMA = "alignment/framework/2"
"""Identifies the schema; it is the first line of every framework file."""
FIRST = "alignment/framework/1"
"""What files said before one language was enough; every such file is one of `SCHEMA`, too."""
MOST_ELEMENTS = 200
"""More would make a page and a table of results that nobody reads."""

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=5000)]
Code = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_-]{0,31}$")]
Kind = Annotated[str, StringConstraints(pattern=r"^[\w-]{1,40}$")]
"""Any word, in any script."""
Number = Annotated[float, Field(allow_inf_nan=False)]
MeasureId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_-]{0,31}\.[0-9]{1,3}$")]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    _optional: ClassVar[frozenset[str]] = frozenset()
    """Fields that are left out of what is written, and of the digest, where they say nothing."""

    @model_serializer(mode="wrap")
    def _only_what_is_said(self, write: SerializerFunctionWrapHandler) -> dict[str, Any]:
        written: dict[str, Any] = write(self)
        return {name: value for name, value in written.items() if name not in self._optional or _says(value)}


def _says(value: object) -> bool:
    return value is not None and value is not False and value not in ("", [], {})


class BilingualModel(_Model):
    """A text in Chinese, in English or in both; what is missing is never made up."""

    _optional = frozenset({"zh", "en"})
    zh: Text | None = None
    en: Text | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.zh is None and self.en is None:
            raise ValueError("needs a text in `zh` or in `en`")
        return self


class TermsModel(_Model):
    zh: list[Text] = []
    en: list[Text] = []


class OriginModel(_Model):
    """Where the plan's own document says it."""

    _optional = frozenset({"page", "paragraph", "section", "quote"})
    page: Annotated[int, Field(ge=1)] | None = None
    paragraph: Annotated[int, Field(ge=1)] | None = None
    section: str = ""
    quote: str = ""


class ExemplarModel(_Model):
    """A passage that is evidence for its element and for every code in `also`."""

    language: Language
    industry: str = ""
    substance: Substance
    also: list[Code] = []
    text: Text


class CounterexampleModel(_Model):
    """A hard negative: not evidence for its element; `labels` are the codes that it is evidence for."""

    language: Language
    labels: list[Code] = []
    substance: Substance | None = None
    industry: str = ""
    text: Text


class MeasureModel(_Model):
    _optional = frozenset({"description", "closing", "origin"})
    id: MeasureId
    name: BilingualModel
    description: BilingualModel | None = None
    closing: BilingualModel | None = None
    emphases: list[Code] = []
    emerging: Code | None = None
    terms: TermsModel = TermsModel()
    negative_terms: TermsModel = TermsModel()
    exemplars: list[ExemplarModel] = []
    counterexamples: list[CounterexampleModel] = []
    origin: OriginModel | None = None


class ElementModel(_Model):
    _optional = frozenset({"description", "origin"})
    code: Code
    kind: Kind
    parent: Code | None = None
    name: BilingualModel
    aliases: TermsModel = TermsModel()
    description: BilingualModel | None = None
    emphases: list[Code] = []
    targets: list[Code] = []
    measures: list[MeasureModel] = []
    """An element without any is its own only measure."""
    origin: OriginModel | None = None


class TargetModel(_Model):
    _optional = frozenset({"base_value", "comparator", "binding", "origin"})
    id: Code
    metric: BilingualModel
    value: Number
    unit: Text
    base_year: int | None = None
    year: int | None = None
    elements: list[Code] = []
    terms: TermsModel = TermsModel()
    base_value: Number | None = None
    comparator: Comparator | None = None
    binding: Binding | None = None
    origin: OriginModel | None = None


class EmphasisModel(_Model):
    id: Code
    name: BilingualModel
    description: BilingualModel
    elements: list[Code]


class EmergingModel(_Model):
    id: Code
    name: BilingualModel
    description: BilingualModel
    industries: list[Code] = []


class ProfileModel(_Model):
    id: Code
    name: BilingualModel
    description: BilingualModel
    priority: list[Code] = []
    why: dict[Code, BilingualModel] = {}
    not_applicable: dict[Code, BilingualModel] = {}


class PassageModel(_Model):
    """A passage that belongs to no single measure: evidence for all of its labels, or a hard negative without any."""

    language: Language
    labels: list[Code] = []
    substance: Substance | Literal["none"] | None = None
    industry: str = ""
    text: Text


class SourceModel(_Model):
    issuer: BilingualModel
    document: Text
    published: Text
    period: Annotated[list[int], Field(min_length=2, max_length=2)]


class KindModel(_Model):
    """How a kind of element is called where several are shown together; the list is the order in which they are."""

    id: Kind
    name: BilingualModel


class CrosswalkModel(_Model):
    """Which elements of another plan, often of the period before, these go on from."""

    to: Code
    pairs: dict[Code, list[Code]]


class LeftOutModel(_Model):
    """A part of the plan's document that no element was made of."""

    reason: Kind
    title: Text
    origin: OriginModel


class FrameworkModel(_Model):
    """A whole framework in one document."""

    _optional = frozenset({"description", "kinds", "crosswalks", "period", "draft", "left_out"})
    schema_: Literal["alignment/framework/1", "alignment/framework/2"] = Field(alias="schema")
    id: Code
    version: Text
    name: BilingualModel
    description: BilingualModel | None = None
    source: SourceModel | None = None
    elements: Annotated[list[ElementModel], Field(min_length=1, max_length=MOST_ELEMENTS)]
    targets: list[TargetModel] = []
    emphases: list[EmphasisModel] = []
    emerging: list[EmergingModel] = []
    profiles: list[ProfileModel] = []
    passages: list[PassageModel] = []
    kinds: list[KindModel] = []
    crosswalks: list[CrosswalkModel] = []
    period: Annotated[list[int], Field(min_length=2, max_length=2)] | None = None
    draft: bool = False
    left_out: list[LeftOutModel] = []


NOT_DECISIVE = frozenset({"schema", "kinds", "crosswalks", "left_out"})
"""What changes no result, so that results of before stay those of the same framework: it is left out of the digest."""
