"""Validated data of a framework -> `Framework`."""

from __future__ import annotations

from collections.abc import Iterator

from alignment.frameworks import schema
from alignment.types import (
    Bilingual,
    Element,
    EmergingField,
    Emphasis,
    Exemplar,
    Framework,
    Measure,
    Profile,
    Substance,
    Target,
    Terms,
)


def _bilingual(model: schema.BilingualModel) -> Bilingual:
    return Bilingual(zh=model.zh, en=model.en)


def _terms(model: schema.TermsModel) -> Terms:
    return Terms(zh=tuple(model.zh), en=tuple(model.en))


def _in_order(labels: set[str], codes: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(code for code in codes if code in labels)


def _exemplars(element: str, measure: schema.MeasureModel, codes: tuple[str, ...]) -> Iterator[Exemplar]:
    for number, item in enumerate(measure.exemplars, 1):
        yield Exemplar(
            id=f"{measure.id}/{number}",
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
            id=f"{measure.id}/not-{number}",
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
    )


def _element(model: schema.ElementModel, codes: tuple[str, ...]) -> Element:
    return Element(
        code=model.code,
        kind=model.kind,
        name=_bilingual(model.name),
        description=_bilingual(model.description),
        measures=tuple(_measure(model, measure, codes) for measure in model.measures),
        aliases=_terms(model.aliases),
        parent=model.parent,
        emphases=tuple(model.emphases),
        targets=tuple(model.targets),
    )


def _passages(model: schema.FrameworkModel, codes: tuple[str, ...]) -> Iterator[Exemplar]:
    for number, item in enumerate(model.passages, 1):
        strength = item.substance
        yield Exemplar(
            id=f"passages/{number}",
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
    )
