"""The schema of a framework file: what a plan must say, checked in one pass so that all problems show at once."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from alignment.types import ElementKind, Language, Substance

SCHEMA = "alignment/framework/1"
"""Identifies the schema; it is the first line of every framework file."""

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=5000)]
Code = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_-]{0,31}$")]
MeasureId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_-]{0,31}\.[0-9]{1,3}$")]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class BilingualModel(_Model):
    zh: Text
    en: Text


class TermsModel(_Model):
    zh: list[Text] = []
    en: list[Text] = []


class ExemplarModel(_Model):
    """A passage that is evidence for its element and for every code in `also`."""

    language: Language
    industry: str = ""
    substance: Substance
    also: list[Code] = []
    text: Text


class CounterexampleModel(_Model):
    """A look-alike: not evidence for its element; `labels` are the codes that it is evidence for."""

    language: Language
    labels: list[Code] = []
    substance: Substance | None = None
    industry: str = ""
    text: Text


class MeasureModel(_Model):
    id: MeasureId
    name: BilingualModel
    description: BilingualModel
    closing: BilingualModel
    emphases: list[Code] = []
    emerging: Code | None = None
    terms: TermsModel
    negative_terms: TermsModel = TermsModel()
    exemplars: Annotated[list[ExemplarModel], Field(min_length=1)]
    counterexamples: list[CounterexampleModel] = []


class ElementModel(_Model):
    code: Code
    kind: ElementKind
    parent: Code | None = None
    name: BilingualModel
    aliases: TermsModel = TermsModel()
    description: BilingualModel
    emphases: list[Code] = []
    targets: list[Code] = []
    measures: Annotated[list[MeasureModel], Field(min_length=1)]


class TargetModel(_Model):
    id: Code
    metric: BilingualModel
    value: float
    unit: Text
    base_year: int | None = None
    year: int
    elements: Annotated[list[Code], Field(min_length=1)]
    terms: TermsModel = TermsModel()


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
    """A passage that belongs to no single measure: evidence for all of its labels, or a look-alike without any."""

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


class FrameworkModel(_Model):
    """A whole framework in one document."""

    schema_: Literal["alignment/framework/1"] = Field(alias="schema")
    id: Code
    version: Text
    name: BilingualModel
    description: BilingualModel
    source: SourceModel | None = None
    elements: Annotated[list[ElementModel], Field(min_length=1, max_length=200)]
    targets: list[TargetModel] = []
    emphases: list[EmphasisModel] = []
    emerging: list[EmergingModel] = []
    profiles: list[ProfileModel] = []
    passages: list[PassageModel] = []


def cross_check(model: FrameworkModel) -> list[str]:
    """Problems that a field by itself cannot show: duplicate ids and references to nothing, each with its place."""
    codes = {element.code for element in model.elements}
    return [
        *_duplicates("elements", [element.code for element in model.elements]),
        *_duplicates("measures", [measure.id for element in model.elements for measure in element.measures]),
        *_duplicates("targets", [target.id for target in model.targets]),
        *_duplicates("emphases", [emphasis.id for emphasis in model.emphases]),
        *_duplicates("profiles", [profile.id for profile in model.profiles]),
        *(problem for element in model.elements for problem in _element_problems(element, model, codes)),
        *_outside("targets", {target.id: target.elements for target in model.targets}, codes, "element"),
        *_outside("emphases", {emphasis.id: emphasis.elements for emphasis in model.emphases}, codes, "element"),
        *_outside(
            "profiles",
            {profile.id: [*profile.priority, *profile.why, *profile.not_applicable] for profile in model.profiles},
            codes,
            "element",
        ),
        *_outside(
            "emerging",
            {item.id: item.industries for item in model.emerging},
            {profile.id for profile in model.profiles},
            "profile",
        ),
        *_outside("passages", {str(n): item.labels for n, item in enumerate(model.passages)}, codes, "element"),
    ]


def _element_problems(element: ElementModel, model: FrameworkModel, codes: set[str]) -> list[str]:
    place = f"elements[{element.code}]"
    emphases = {emphasis.id for emphasis in model.emphases}
    targets = {target.id for target in model.targets}
    emerging = {item.id for item in model.emerging}
    problems = _outside("elements", {element.code: element.targets}, targets, "target")
    problems += _outside("elements", {element.code: element.emphases}, emphases, "emphasis")
    if element.parent is not None and element.parent not in codes - {element.code}:
        problems.append(f"{place}.parent: no other element has the code {element.parent!r}")
    for measure in element.measures:
        here = f"{place}.measures[{measure.id}]"
        if not measure.id.startswith(f"{element.code}."):
            problems.append(f"{here}.id: must begin with {element.code + '.'!r}")
        if measure.emerging is not None and measure.emerging not in emerging:
            problems.append(f"{here}.emerging: no emerging field has the id {measure.emerging!r}")
        problems += _outside(f"{place}.measures", {measure.id: measure.emphases}, emphases, "emphasis")
        for number, exemplar in enumerate(measure.exemplars):
            problems += _outside(f"{here}.exemplars", {str(number): exemplar.also}, codes, "element")
        for number, counterexample in enumerate(measure.counterexamples):
            problems += _outside(f"{here}.counterexamples", {str(number): counterexample.labels}, codes, "element")
            if element.code in counterexample.labels:
                problems.append(f"{here}.counterexamples[{number}].labels: carries its own element {element.code!r}")
    return problems


def _duplicates(place: str, ids: list[str]) -> list[str]:
    twice = sorted({name for name in ids if ids.count(name) > 1})
    return [f"{place}: {name!r} appears {ids.count(name)} times" for name in twice]


def _outside(place: str, references: dict[str, list[str]], known: set[str], what: str) -> list[str]:
    return [
        f"{place}[{key}]: no {what} has the code {name!r}"
        for key, names in references.items()
        for name in names
        if name not in known
    ]
