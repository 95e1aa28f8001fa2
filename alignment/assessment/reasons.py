"""Coverage, pages and figures of a document -> the sentences that say why, in both languages."""

from __future__ import annotations

from collections.abc import Sequence

from alignment.mapping.transfer import Basis, basis_of
from alignment.types import (
    Bilingual,
    Document,
    Evidence,
    Format,
    Framework,
    Page,
    PageState,
    Passage,
    PassageRole,
    Status,
    Substance,
    Thresholds,
)

_LESS_SURE = {
    Basis.DESCRIPTIONS: Bilingual(
        zh="本规划没有示例段落，证据仅按要素和措施的名称与描述判断，把握较小，请多加核对。",
        en="The plan in use has no example passages: evidence was judged from descriptions alone, by the names and "
        "descriptions of its elements and measures. That is less sure; check more of it.",
    ),
    Basis.FEW: Bilingual(
        zh="本规划的示例段落很少，证据主要按要素和措施的名称与描述判断，把握较小，请多加核对。",
        en="The plan in use has few example passages: evidence was judged mostly by the names and descriptions of "
        "its elements and measures. That is less sure; check more of it.",
    ),
}
_STATES = {
    PageState.SCANNED: Bilingual(zh="扫描件", en="scanned"),
    PageState.GARBLED: Bilingual(zh="乱码", en="garbled"),
    PageState.PARTIAL: Bilingual(zh="部分未读", en="in part"),
}


def why_uncertain(best: float, thresholds: Thresholds) -> Bilingual:
    return Bilingual(
        zh=f"最接近的段落概率为 {best:.2f}，介于 {thresholds.review:g} 与 {thresholds.evidence:g} 之间："
        "不足以作为证据，也不足以判定为缺口，请人工判断。",
        en=f"The nearest passage has probability {best:.2f}, between {thresholds.review:g} and "
        f"{thresholds.evidence:g}: not enough for evidence, too much for a gap. A person should decide.",
    )


def why_shown(found: Sequence[Evidence]) -> Status:
    strongest = max((item.substance for item in found), key=lambda each: each.rank)
    if strongest in (Substance.RESULT, Substance.ACTION):
        return Status.COVERED
    return Status.PARTIAL if strongest is Substance.COMMITMENT else Status.MENTIONED


def why_silent(nearest: float | None, document: Document, thresholds: Thresholds) -> tuple[Status, Bilingual | None]:
    """Status without evidence: a gap only where every page was read, for an unread one may hold the evidence."""
    unread = why_unread(document) if document.unread else None
    if nearest is not None and nearest >= thresholds.review:
        uncertain = why_uncertain(nearest, thresholds)
        return Status.REVIEW, both(uncertain, unread) if unread else uncertain
    if not any(page.readable for page in document.pages):
        return Status.NOT_ASSESSABLE, unread or Bilingual(
            zh="报告没有可读取的文字。", en="The report holds no text that could be read."
        )
    if unread is None:
        return Status.GAP, None
    # Whether a blank page is blank in print too takes one glance, which no reading can replace.
    blank = all(page.state is PageState.EMPTY for page in document.unread)
    return (Status.REVIEW if blank else Status.NOT_ASSESSABLE), unread


def why_unread(document: Document) -> Bilingual:
    """Which pages were not read, why that forbids a gap, and what to do."""
    parts = []
    if lost := [page for page in document.unread if page.state is not PageState.EMPTY]:
        names = pages_in_words(lost)
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
        names = pages_in_words(blank)
        parts.append(
            Bilingual(
                zh=f"{names.zh}为空白；若原件亦为空白，则没有遗漏。请人工核对。",
                en=f"Blank: pages {names.en}. If they are blank in the original too, nothing is missing; "
                "a person should look.",
            )
        )
    return both(*parts)


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


def both(*parts: Bilingual) -> Bilingual:
    return Bilingual(zh="".join(part.zh for part in parts), en=" ".join(part.en for part in parts))


def pages_in_words(pages: Sequence[Page]) -> Bilingual:
    """`3, 7–9 (scanned); 12 (garbled)`: every page, but each state once; blank ones have no word in brackets."""
    zh, en = [], []
    for state in dict.fromkeys(page.state for page in pages):
        runs = [f"{first}–{last}" if last > first else f"{first}" for first, last in runs_of(pages, state)]
        name = _STATES.get(state)
        zh.append(f"第 {'、'.join(runs)} 页" + (f"（{name.zh}）" if name else ""))
        en.append(", ".join(runs) + (f" ({name.en})" if name else ""))
    return Bilingual(zh="、".join(zh), en="; ".join(en))


def runs_of(pages: Sequence[Page], state: PageState) -> list[tuple[int, int]]:
    """First and last number of each run of pages in a state."""
    runs: list[tuple[int, int]] = []
    for number in (page.number for page in pages if page.state is state):
        if runs and runs[-1][1] == number - 1:
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    return runs


def of_plan(framework: Framework) -> tuple[Bilingual, ...]:
    """What to know of the plan itself."""
    found = []
    if framework.draft:
        found.append(
            Bilingual(
                zh="所用规划文件由程序从文件中起草，尚未经人工核对；核对后删去其中的 draft: true。",
                en="The plan in use was drafted by a program from a document and nobody has checked it yet; "
                "remove `draft: true` from its file once it is right.",
            )
        )
    if (basis := basis_of(framework)) is not Basis.PASSAGES:
        found.append(_LESS_SURE[basis])
    return tuple(found)


def warnings(document: Document, found: Sequence[Passage]) -> tuple[Bilingual, ...]:
    warnings = []
    if document.format is Format.XLSX:
        warnings.append(
            Bilingual(
                zh="工作簿没有固定页码，证据位置以工作表和行号表示；隐藏的工作表未读取。",
                en="A workbook has no fixed pages; places are sheets and rows. Hidden sheets were not read.",
            )
        )
    elif not document.has_pages:
        warnings.append(
            Bilingual(
                zh="该格式没有固定页码，证据位置以段落号表示。",
                en="This format has no fixed pages; places are paragraph numbers.",
            )
        )
    if left := left_out(document):
        warnings.append(left)
    elif lost := [page for page in document.unread if page.state is not PageState.EMPTY]:
        count = len(lost)
        warnings.append(
            Bilingual(
                zh=f"{count} 页未读取或仅读取了一部分（扫描件、乱码或大幅图片），未读内容未参与评估；可用 --ocr 识别。",
                en=f"{count} page(s) were not read, or only in part (scanned, garbled or large pictures); what "
                "they say there was not assessed. Try --ocr.",
            )
        )
    if not any(passage.role is PassageRole.BODY for passage in found):
        warnings.append(Bilingual(zh="没有可评估的正文。", en="There is no body text to assess."))
    return tuple(warnings)
