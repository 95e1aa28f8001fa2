"""Evidence -> coverage per element (covered, partial, mentioned, review, gap, ...) and what a person should judge."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from alignment.types import (
    Bilingual,
    Coverage,
    Document,
    Element,
    Evidence,
    Framework,
    Page,
    PageState,
    Profile,
    Review,
    Status,
    Substance,
    Thresholds,
)


@dataclass(frozen=True, slots=True)
class Rules:
    """Numbers behind the statuses; all are printed in the report."""

    readable_share: float = 0.8
    """Below this share of readable pages, missing evidence is not called a gap."""
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
    status, reason = _status(element, found, document, profile, rules)
    if status is Status.GAP and below and best >= thresholds.review:
        status, reason = Status.REVIEW, _uncertain(best, thresholds)
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


def _uncertain(best: float, thresholds: Thresholds) -> Bilingual:
    return Bilingual(
        zh=f"最接近的段落概率为 {best:.2f}，介于 {thresholds.review:g} 与 {thresholds.evidence:g} 之间："
        "不足以作为证据，也不足以判定为缺口，请人工判断。",
        en=f"The nearest passage has probability {best:.2f}, between {thresholds.review:g} and "
        f"{thresholds.evidence:g}: not enough for evidence, too much for a gap. A person should decide.",
    )


def _status(
    element: Element, found: list[Evidence], document: Document, profile: Profile | None, rules: Rules
) -> tuple[Status, Bilingual | None]:
    if found:
        strongest = max((item.substance for item in found), key=lambda each: each.rank)
        if strongest in (Substance.RESULT, Substance.ACTION):
            return Status.COVERED, None
        return (Status.PARTIAL if strongest is Substance.COMMITMENT else Status.MENTIONED), None
    if profile is not None and element.code in profile.not_applicable:
        return Status.NOT_APPLICABLE, profile.not_applicable[element.code]
    if document.readable_share < rules.readable_share:
        return Status.NOT_ASSESSABLE, _unreadable(document, rules)
    return Status.GAP, None


def _unreadable(document: Document, rules: Rules) -> Bilingual:
    """Which pages could not be read, and why that forbids calling it a gap."""
    lost = [page for page in document.pages if not page.readable and page.state is not PageState.EMPTY]
    if not lost:
        return Bilingual(zh="报告没有可读取的文字。", en="The report holds no text that could be read.")
    share = f"{document.readable_share:.0%}"
    limit = f"{rules.readable_share:.0%}"
    return Bilingual(
        zh=f"有内容的页面中仅 {share} 可读取（低于 {limit}），无法读取：{_pages(lost, '页')}。不能据此判定为缺口。",
        en=f"Only {share} of the pages that hold anything could be read (less than {limit}); "
        f"unread: {_pages(lost, 'pages')}. This cannot be called a gap.",
    )


def _pages(pages: Sequence[Page], word: str) -> str:
    """`pages 3–7 (scanned), 9 (garbled)`."""
    runs: list[tuple[int, int, PageState]] = []
    for page in pages:
        if runs and runs[-1][1] == page.number - 1 and runs[-1][2] is page.state:
            runs[-1] = (runs[-1][0], page.number, page.state)
        else:
            runs.append((page.number, page.number, page.state))
    names = {"页": {"scanned": "扫描件", "garbled": "乱码"}}.get(word, {})
    parts = [
        f"{first if first == last else f'{first}–{last}'} ({names.get(state.value, state.value)})"
        for first, last, state in runs
    ]
    return f"{word} {', '.join(parts)}"
