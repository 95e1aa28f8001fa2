"""Assessment -> the JSON of the output contract, byte for byte the same for the same assessment."""

from __future__ import annotations

import json
from typing import Any

from alignment.figures import DISCLAIMER
from alignment.mapping.transfer import Basis, basis_of
from alignment.reports import view
from alignment.reports.aliases import SCHEMA, with_old_names
from alignment.types import Assessment, Bilingual, Coverage, Emission, Evidence, Figure, Framework, Page, Passage


def to_json(assessment: Assessment) -> str:
    """The assessment as JSON text with a line break at its end."""
    return json.dumps(document(assessment), ensure_ascii=False, indent=2) + "\n"


def document(assessment: Assessment) -> dict[str, Any]:
    """The assessment as plain data; renamed fields under both names."""
    report, plan, made = assessment.document, assessment.framework, assessment.provenance
    result = {
        "schema": SCHEMA,
        "document": {
            "name": report.name,
            "sha256": report.sha256,
            "format": report.format.value,
            "pages": len(report.pages),
            "languages": [language.value for language in report.languages],
            "title": report.title,
            "health": {
                "readable_share": round(report.readable_share, 4),
                "pages": [_health(page) for page in report.pages],
            },
        },
        "framework": {"id": plan.id, "version": plan.version, "sha256": plan.sha256, "name": _both(plan.name)},
        "profile": assessment.profile.id if assessment.profile else None,
        "passages": assessment.passages,
        "elements": [_element(assessment, coverage) for coverage in assessment.coverage],
        "emphases": [
            {
                "id": emphasis.id,
                "name": _both(emphasis.name),
                "elements": {row.element.code: row.coverage.status.value for row in rows},
            }
            for emphasis, rows in view.emphasised(assessment, view.rows(assessment))
        ],
        "emerging": [
            {
                "id": item.field.id,
                "name": _both(item.field.name),
                "applies": item.applies,
                "evidence": [_place(assessment, evidence.passage) for evidence in item.evidence],
            }
            for item in view.emerging(assessment)
        ],
        "review": [
            {
                "element": item.evidence.element,
                "decisive": item.decisive,
                "score": item.evidence.score,
                **_place(assessment, item.evidence.passage),
            }
            for item in assessment.review
        ],
        "figures": [figure_document(figure) for figure in assessment.figures],
        "ghg": [emission_document(emission) for emission in assessment.ghg],
        "excluded": [{"role": passage.role.value, **_place(assessment, passage)} for passage in assessment.excluded],
        "warnings": [_both(warning) for warning in assessment.warnings],
        "note": _both(DISCLAIMER),
        "provenance": {
            "version": made.version,
            "encoder": made.encoder,
            "encoder_sha256": made.encoder_sha256,
            "thresholds": dict(made.thresholds),
            "seed": made.seed,
            **_basis(plan),
        },
    }
    return with_old_names(result)


def _basis(plan: Framework) -> dict[str, str]:
    """What evidence was judged by, where that was not passages of the plan alone."""
    basis = basis_of(plan)
    return {} if basis is Basis.PASSAGES else {"basis": basis.value}


def _health(page: Page) -> dict[str, Any]:
    health = {"page": page.number, "state": page.state.value, "chars": len(page.text), "page_label": page.label}
    confidence = {} if page.confidence is None else {"confidence": round(page.confidence, 4)}
    return {**health, **confidence, **({"unread": page.unread} if page.unread else {})}


def _element(assessment: Assessment, coverage: Coverage) -> dict[str, Any]:
    element = assessment.framework.element(coverage.element)
    return {
        "code": element.code,
        "kind": element.kind,
        "parent": element.parent,
        "name": _both(element.name),
        "status": coverage.status.value,
        "score": coverage.score,
        "substance": coverage.substance.value if coverage.substance else None,
        "reason": _both(coverage.reason) if coverage.reason else None,
        "review": coverage.review,
        "evidence": [_evidence(assessment, item) for item in coverage.evidence],
        "near_misses": [_evidence(assessment, item) for item in coverage.near_misses],
        "missing_measures": list(coverage.missing_measures),
    }


def _evidence(assessment: Assessment, item: Evidence) -> dict[str, Any]:
    signals = item.signals
    return {
        **_place(assessment, item.passage),
        "score": item.score,
        "substance": item.substance.value,
        "measures": list(item.measures),
        "language": item.passage.language.value,
        "heading": item.passage.heading,
        "signals": {
            "dense": signals.dense,
            "nearest": signals.nearest,
            "lexical": signals.lexical,
            "terms": list(signals.terms),
            "negative_terms": list(signals.negative_terms),
            "precision_filters": list(signals.precision_filters),
        },
    }


def _place(assessment: Assessment, passage: Passage) -> dict[str, Any]:
    place: dict[str, Any] = {"page": passage.page, "start": passage.start, "end": passage.end, "quote": passage.text}
    if label := view.label(assessment, passage):
        place["page_label"] = label
    if passage.paragraph is not None:
        place["paragraph"] = passage.paragraph
    if passage.box is not None:
        place["box"] = [round(value, 1) for value in passage.box]
    return {**place, "passage": passage.id}


def figure_document(figure: Figure) -> dict[str, Any]:
    """A figure as plain data."""
    known = figure.normalised is not None
    return {
        "target": figure.target,
        "relation": figure.relation.value,
        "kind": figure.kind,
        "metric": _both(figure.metric),
        "value": figure.value,
        "unit": figure.unit,
        "normalised": {"value": figure.normalised, "unit": figure.base_unit} if known else None,
        "year": figure.year,
        "base_year": figure.base_year,
        "future": figure.future,
        "denominator": figure.denominator,
        "scope": figure.scope,
        "currency": figure.currency,
        "comparable": figure.comparable,
        "why": _both(figure.why),
        "comparison": _both(figure.comparison),
        "page": figure.page,
        "start": figure.start,
        "end": figure.end,
        "quote": figure.quote,
        "context": figure.context,
    }


def emission_document(emission: Emission) -> dict[str, Any]:
    """An emission as plain data."""
    return {
        "scope": emission.scope,
        "year": emission.year,
        "value": emission.value,
        "unit": emission.unit,
        "page": emission.page,
        "start": emission.start,
        "end": emission.end,
        "quote": emission.quote,
    }


def _both(text: Bilingual) -> dict[str, str | None]:
    return {"zh": text.zh or None, "en": text.en or None}
