"""A document, its passages and the evidence in them -> the assessment: statuses, review queue, figures, warnings."""

from __future__ import annotations

from collections.abc import Sequence

from alignment import figures
from alignment.assessment.coverage import Rules, assess, review_queue
from alignment.assessment.reasons import of_plan, warnings
from alignment.figures import ghg
from alignment.types import (
    Assessment,
    Document,
    Evidence,
    Framework,
    Passage,
    PassageRole,
    Profile,
    Provenance,
    Thresholds,
)


def judge(
    document: Document,
    found: Sequence[Passage],
    evidence: Sequence[Evidence],
    framework: Framework,
    profile: Profile | None,
    *,
    mapped: int,
    thresholds: Thresholds,
    rules: Rules,
    provenance: Provenance,
) -> Assessment:
    """Everything that follows from a document, all its passages, and the evidence found in the `mapped` of them."""
    coverage = assess(evidence, document, framework, thresholds=thresholds, profile=profile, rules=rules)
    return Assessment(
        document=document,
        framework=framework,
        profile=profile,
        coverage=coverage,
        review=review_queue(coverage, thresholds, rules=rules),
        figures=figures.extract(found, framework),
        excluded=tuple(passage for passage in found if passage.role is not PassageRole.BODY),
        passages=mapped,
        provenance=provenance,
        warnings=(*of_plan(framework), *warnings(document, found)),
        ghg=ghg.extract(document),
    )
