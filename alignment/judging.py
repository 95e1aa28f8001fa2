"""A document, its passages and the evidence in them -> the assessment: statuses, review queue, figures, warnings."""

from __future__ import annotations

from collections.abc import Sequence

from alignment import figures, gaps
from alignment.types import (
    Assessment,
    Bilingual,
    Document,
    Evidence,
    Format,
    Framework,
    PageState,
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
    rules: gaps.Rules,
    provenance: Provenance,
) -> Assessment:
    """Everything that follows from a document, all its passages, and the evidence found in the `mapped` of them."""
    coverage = gaps.assess(evidence, document, framework, thresholds=thresholds, profile=profile, rules=rules)
    return Assessment(
        document=document,
        framework=framework,
        profile=profile,
        coverage=coverage,
        review=gaps.review_queue(coverage, thresholds, rules=rules),
        figures=figures.extract(found, framework),
        demoted=tuple(passage for passage in found if passage.role is not PassageRole.BODY),
        passages=mapped,
        provenance=provenance,
        warnings=_warnings(document, found),
    )


def _warnings(document: Document, found: Sequence[Passage]) -> tuple[Bilingual, ...]:
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
    if left := gaps.left_out(document):
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
