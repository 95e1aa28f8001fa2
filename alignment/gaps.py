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
    PageState.GARBLED: Bilingual(zh="乱码", en="garbled"),
    PageState.PARTIAL: Bilingual(zh="部分未读", en="in part"),
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
        if left := left_out(document):
            parts.append(left)
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


def left_out(document: Document) -> Bilingual | None:
    """What of pages that are not PDF pages was not read, and what to do; None where all of it was."""
    count = sum(page.unread for page in document.pages)
    if not count:
        return None
    if document.format is Format.XLSX:
        return Bilingual(
            zh=f"{count} 处未读（公式没有保存结果，或大幅图片可能含文字）：请用电子表格软件打开该文件并保存；"
            "如有图片，请另存为 PDF 并使用 --ocr。",
            en=f"{count} formula(s) without a saved value or large picture(s): open the file in a spreadsheet "
            "program and save it; where it holds pictures, save it as PDF and use --ocr.",
        )
    return Bilingual(
        zh=f"{count} 张大幅图片可能是扫描页：请另存为 PDF 并使用 --ocr。",
        en=f"{count} large picture(s) may be scanned pages: save the file as PDF and use --ocr.",
    )


def _both(*parts: Bilingual) -> Bilingual:
    return Bilingual(zh="".join(part.zh for part in parts), en=" ".join(part.en for part in parts))


def _pages(pages: Sequence[Page]) -> Bilingual:
    """`3, 7–9 (scanned); 12 (garbled)`: every page, but each state once; blank ones have no word in brackets."""
    zh, en = [], []
    for state in dict.fromkeys(page.state for page in pages):
        runs = [f"{first}–{last}" if last > first else f"{first}" for first, last in _runs(pages, state)]
        name = _STATES.get(state)
        zh.append(f"第 {'、'.join(runs)} 页" + (f"（{name.zh}）" if name else ""))
        en.append(", ".join(runs) + (f" ({name.en})" if name else ""))
    return Bilingual(zh="、".join(zh), en="; ".join(en))


def _runs(pages: Sequence[Page], state: PageState) -> list[tuple[int, int]]:
    """First and last number of each run of pages in a state."""
    runs: list[tuple[int, int]] = []
    for number in (page.number for page in pages if page.state is state):
        if runs and runs[-1][1] == number - 1:
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    return runs
