"""Evidence -> coverage per element (covered, partial, mentioned, review, gap, ...) and what a person should judge."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from alignment.assessment.reasons import why_shown, why_silent
from alignment.types import (
    Coverage,
    Document,
    Element,
    Evidence,
    Framework,
    Profile,
    Review,
    Status,
    Substance,
    Thresholds,
)


@dataclass(frozen=True, slots=True)
class Rules:
    """Numbers behind the statuses; all are printed in the report."""

    near_misses: int = 3
    """How many near misses are kept per element."""
    near_miss_floor: float = 0.01
    """Lowest score of a near miss."""
    uncertain: int = 5
    """How many passages per element are put into the review queue."""


def assess(
    evidence: Sequence[Evidence],
    document: Document,
    framework: Framework,
    *,
    thresholds: Thresholds,
    profile: Profile | None = None,
    rules: Rules | None = None,
) -> tuple[Coverage, ...]:
    """Coverage of every element of the framework, in its order.

    `evidence` holds candidates of any score; those at or above the threshold count, the best of the rest are near
    misses. Raising a threshold never adds coverage.
    """
    rules = rules or Rules()
    by_element: dict[str, list[Evidence]] = {code: [] for code in framework.codes}
    for item in evidence:
        by_element[item.element].append(item)
    return tuple(
        _cover(element, by_element[element.code], document, thresholds, profile, rules)
        for element in framework.elements
    )


def strength(item: Evidence) -> tuple[int, float, int, int]:
    """Sort key, best evidence first: what happened before what is promised, then score, then place."""
    happened = item.substance in (Substance.RESULT, Substance.ACTION)
    rank = 2 if happened else int(item.substance is Substance.COMMITMENT)
    return -rank, -item.score, item.passage.page, item.passage.start


def _cover(
    element: Element,
    candidates: list[Evidence],
    document: Document,
    thresholds: Thresholds,
    profile: Profile | None,
    rules: Rules,
) -> Coverage:
    found = sorted((item for item in candidates if item.score >= thresholds.evidence), key=strength)
    below = sorted(
        (item for item in candidates if rules.near_miss_floor <= item.score < thresholds.evidence),
        key=lambda item: (-item.score, item.passage.page, item.passage.start),
    )
    best = max((item.score for item in (found or below)), default=0.0)
    if found:
        status, reason = why_shown(found), None
    elif profile is not None and element.code in profile.not_applicable:
        status, reason = Status.NOT_APPLICABLE, profile.not_applicable[element.code]
    else:
        status, reason = why_silent(best if below else None, document, thresholds)
    shown = {measure for item in found for measure in item.measures}
    return Coverage(
        element=element.code,
        status=status,
        score=best,
        substance=max((item.substance for item in found), key=lambda each: each.rank, default=None),
        evidence=tuple(found),
        near_misses=tuple(below[: rules.near_misses]),
        missing_measures=tuple(measure.id for measure in element.measures if measure.id not in shown),
        reason=reason,
        review=status is Status.REVIEW or (bool(found) and best < thresholds.sure),
    )


def review_queue(
    coverage: Sequence[Coverage], thresholds: Thresholds, *, rules: Rules | None = None
) -> tuple[Review, ...]:
    """Passages between `review` and `sure`: those that decide a status first, then by nearness to the threshold.

    A passage above `sure` settles its element's status, so what lies below it there matters less.
    """
    rules = rules or Rules()
    queue = []
    for element in coverage:
        if element.status is Status.NOT_APPLICABLE:
            continue
        unsure = [
            item
            for item in (*element.evidence, *element.near_misses)
            if thresholds.review <= item.score < thresholds.sure
        ]
        unsure.sort(key=lambda item: abs(item.score - thresholds.evidence))
        queue += [Review(item, element.review) for item in unsure[: rules.uncertain]]
    return tuple(
        sorted(
            queue,
            key=lambda each: (
                not each.decisive,
                round(abs(each.evidence.score - thresholds.evidence), 4),
                each.evidence.element,
                each.evidence.passage.page,
                each.evidence.passage.start,
            ),
        )
    )
