"""Validated data of a framework -> `Framework`."""

from __future__ import annotations

from collections.abc import Iterator

import yaml

from alignment import resources
from alignment.frameworks import schema
from alignment.types import (
    Bilingual,
    Crosswalk,
    Element,
    EmergingField,
    Emphasis,
    Exemplar,
    ExemplarId,
    Framework,
    Kind,
    LeftOut,
    Measure,
    Origin,
    Profile,
    Substance,
    Target,
    Terms,
)


def _bilingual(model: schema.BilingualModel | None) -> Bilingual:
    return Bilingual(zh=model.zh or "", en=model.en or "") if model else Bilingual()


def _origin(model: schema.OriginModel | None) -> Origin | None:
    return Origin(model.page, model.paragraph, model.section, model.quote) if model else None


def _terms(model: schema.TermsModel) -> Terms:
    return Terms(zh=tuple(model.zh), en=tuple(model.en))


def _in_order(labels: set[str], codes: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(code for code in codes if code in labels)


def _exemplars(element: str, measure: schema.MeasureModel, codes: tuple[str, ...]) -> Iterator[Exemplar]:
    for number, item in enumerate(measure.exemplars, 1):
        yield Exemplar(
            id=str(ExemplarId(measure.id, number)),
            text=item.text,
            language=item.language,
            labels=_in_order({element, *item.also}, codes),
            substance=item.substance,
            industry=item.industry,
            measure=measure.id,
        )


def _counterexamples(measure: schema.MeasureModel, codes: tuple[str, ...]) -> Iterator[Exemplar]:
    for number, item in enumerate(measure.counterexamples, 1):
        yield Exemplar(
            id=str(ExemplarId(measure.id, number, hard_negative=True)),
            text=item.text,
            language=item.language,
            labels=_in_order(set(item.labels), codes),
            substance=item.substance if item.labels else None,
            industry=item.industry,
        )


def _measure(element: schema.ElementModel, model: schema.MeasureModel, codes: tuple[str, ...]) -> Measure:
    return Measure(
        id=model.id,
        name=_bilingual(model.name),
        description=_bilingual(model.description),
        closing=_bilingual(model.closing),
        terms=_terms(model.terms),
        negative_terms=_terms(model.negative_terms),
        emphases=tuple(model.emphases or element.emphases),
        emerging=model.emerging,
        exemplars=tuple(_exemplars(element.code, model, codes)),
        counterexamples=tuple(_counterexamples(model, codes)),
        origin=_origin(model.origin),
    )


def _element(model: schema.ElementModel, codes: tuple[str, ...]) -> Element:
    return Element(
        code=model.code,
        kind=model.kind,
        name=_bilingual(model.name),
        description=_bilingual(model.description),
        measures=tuple(_measure(model, measure, codes) for measure in model.measures or (_only_measure(model),)),
        aliases=_terms(model.aliases),
        parent=model.parent,
        emphases=tuple(model.emphases),
        targets=tuple(model.targets),
        origin=_origin(model.origin),
    )


def _only_measure(model: schema.ElementModel) -> schema.MeasureModel:
    """The element itself, as the one thing that it asks for."""
    return schema.MeasureModel(
        id=f"{model.code}.1", name=model.name, description=model.description, terms=model.aliases, origin=model.origin
    )


def _kinds(model: schema.FrameworkModel) -> Iterator[Kind]:
    """Those that the framework names, then those that it only uses, by their usual names or their own word."""
    path = resources.shipped("corpus", "lexicons", "kinds.yaml")
    usual = {name: Bilingual(**text) for name, text in yaml.safe_load(path.read_text(encoding="utf-8")).items()}
    named = {kind.id: _bilingual(kind.name) for kind in model.kinds}
    used = dict.fromkeys(element.kind for element in model.elements)
    for identifier in [*(name for name in named if name in used), *(name for name in used if name not in named)]:
        word = identifier.replace("_", " ")
        own = Bilingual(en=word) if word.isascii() else Bilingual(zh=word)
        yield Kind(identifier, named.get(identifier) or usual.get(identifier) or own)


def _passages(model: schema.FrameworkModel, codes: tuple[str, ...]) -> Iterator[Exemplar]:
    for number, item in enumerate(model.passages, 1):
        strength = item.substance
        yield Exemplar(
            id=str(ExemplarId(ExemplarId.FURTHER, number)),
            text=item.text,
            language=item.language,
            labels=_in_order(set(item.labels), codes),
            substance=Substance(strength) if item.labels and strength not in (None, "none") else None,
            industry=item.industry,
        )


def convert(model: schema.FrameworkModel, sha256: str) -> Framework:
    codes = tuple(element.code for element in model.elements)
    elements = tuple(_element(element, codes) for element in model.elements)
    return Framework(
        id=model.id,
        version=model.version,
        sha256=sha256,
        name=_bilingual(model.name),
        description=_bilingual(model.description),
        elements=elements,
        targets=tuple(
            Target(
                id=target.id,
                metric=_bilingual(target.metric),
                value=target.value,
                unit=target.unit,
                base_year=target.base_year,
                year=target.year,
                elements=tuple(target.elements),
                terms=_terms(target.terms),
                base_value=target.base_value,
                comparator=target.comparator,
                binding=target.binding,
                origin=_origin(target.origin),
            )
            for target in model.targets
        ),
        emphases=tuple(
            Emphasis(item.id, _bilingual(item.name), _bilingual(item.description), tuple(item.elements))
            for item in model.emphases
        ),
        emerging=tuple(
            EmergingField(
                id=item.id,
                name=_bilingual(item.name),
                description=_bilingual(item.description),
                measures=tuple(
                    measure.id for element in elements for measure in element.measures if measure.emerging == item.id
                ),
                industries=tuple(item.industries),
            )
            for item in model.emerging
        ),
        profiles=tuple(
            Profile(
                id=item.id,
                name=_bilingual(item.name),
                description=_bilingual(item.description),
                priority=tuple(item.priority),
                why={code: _bilingual(reason) for code, reason in item.why.items()},
                not_applicable={code: _bilingual(reason) for code, reason in item.not_applicable.items()},
            )
            for item in model.profiles
        ),
        passages=tuple(_passages(model, codes)),
        kinds=tuple(_kinds(model)),
        crosswalks=tuple(
            Crosswalk(walk.to, {code: tuple(others) for code, others in walk.pairs.items()})
            for walk in model.crosswalks
        ),
        period=_period(model),
        draft=model.draft,
        left_out=tuple(LeftOut(part.reason, part.title, _origin(part.origin) or Origin()) for part in model.left_out),
    )


def _period(model: schema.FrameworkModel) -> tuple[int, int] | None:
    years = model.period or (model.source.period if model.source else None)
    return (years[0], years[1]) if years else None
