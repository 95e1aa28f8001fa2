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
    Format,
    Framework,
    Page,
    PageState,
    Profile,
    Review,
    Status,
    Substance,
    Thresholds,
)

_STATES = {
    PageState.SCANNED: Bilingual(zh="扫描件", en="scanned"),
    PageState.HALF: Bilingual(zh="一半为扫描件", en="one half scanned"),
    PageState.GARBLED: Bilingual(zh="乱码", en="garbled"),
}


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
        status, reason = _shown(found), None
    elif profile is not None and element.code in profile.not_applicable:
        status, reason = Status.NOT_APPLICABLE, profile.not_applicable[element.code]
    else:
        status, reason = _silent(best if below else None, document, thresholds)
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


def _shown(found: Sequence[Evidence]) -> Status:
    strongest = max((item.substance for item in found), key=lambda each: each.rank)
    if strongest in (Substance.RESULT, Substance.ACTION):
        return Status.COVERED
    return Status.PARTIAL if strongest is Substance.COMMITMENT else Status.MENTIONED


def _silent(nearest: float | None, document: Document, thresholds: Thresholds) -> tuple[Status, Bilingual | None]:
    """Status without evidence: a gap only where every page was read, for an unread one may hold the evidence."""
    unread = _unread(document) if document.unread else None
    if nearest is not None and nearest >= thresholds.review:
        uncertain = _uncertain(nearest, thresholds)
        return Status.REVIEW, _both(uncertain, unread) if unread else uncertain
    if not any(page.readable for page in document.pages):
        return Status.NOT_ASSESSABLE, unread or Bilingual(
            zh="报告没有可读取的文字。", en="The report holds no text that could be read."
        )
    if unread is None:
        return Status.GAP, None
    # Whether a blank page is blank in print too takes one glance, which no reading can replace.
    blank = all(page.state is PageState.EMPTY for page in document.unread)
    return (Status.REVIEW if blank else Status.NOT_ASSESSABLE), unread


def _unread(document: Document) -> Bilingual:
    """Which pages were not read, why that forbids a gap, and what to do."""
    parts = []
    if lost := [page for page in document.unread if page.state is not PageState.EMPTY]:
        names = _pages(lost)
        parts.append(
            Bilingual(
                zh=f"{names.zh}未能读取，其中可能有证据，因此不能判定为缺口。",
                en=f"Not read: pages {names.en}. The evidence may stand there, so this cannot be called a gap.",
            )
        )
        if document.format in (Format.PDF, Format.IMAGE):
            parts.append(Bilingual(zh="可用 --ocr 识别。", en="Use --ocr to read them as pictures."))
    if blank := [page for page in document.unread if page.state is PageState.EMPTY]:
        names = _pages(blank)
        parts.append(
            Bilingual(
                zh=f"{names.zh}为空白；若原件亦为空白，则没有遗漏。请人工核对。",
                en=f"Blank: pages {names.en}. If they are blank in the original too, nothing is missing; "
                "a person should look.",
            )
        )
    return _both(*parts)


def _both(*parts: Bilingual) -> Bilingual:
    return Bilingual(zh="".join(part.zh for part in parts), en=" ".join(part.en for part in parts))


def _pages(pages: Sequence[Page]) -> Bilingual:
    """`pages 3–7 (scanned), 9 (garbled)`; blank ones have no word in brackets."""
    runs: list[tuple[int, int, PageState]] = []
    for page in pages:
        if runs and runs[-1][1] == page.number - 1 and runs[-1][2] is page.state:
            runs[-1] = (runs[-1][0], page.number, page.state)
        else:
            runs.append((page.number, page.number, page.state))
    named = [(f"{first}–{last}" if last > first else f"{first}", _STATES.get(state)) for first, last, state in runs]
    return Bilingual(
        zh="、".join(f"第 {numbers} 页（{state.zh}）" if state else f"第 {numbers} 页" for numbers, state in named),
        en=", ".join(f"{numbers} ({state.en})" if state else numbers for numbers, state in named),
    )
