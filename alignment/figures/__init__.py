"""Passages -> the company's own figures beside the national targets; a comparison, never compliance."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from alignment.figures import claims, units
from alignment.figures.claims import Claim
from alignment.figures.words import Theme, targets
from alignment.text import sentences
from alignment.types import Bilingual, Figure, Framework, Passage, PassageRole, Relation, Target

DISCLAIMER = Bilingual(
    zh="企业的数字不等于达到国家目标：国家目标针对全国工业整体，此处仅供对照。",
    en="A company's number is not compliance with a national target: "
    "the targets are for national industry as a whole and are shown for comparison only.",
)
_MOST = 40
"""Figures kept per target and relation; a report repeats itself."""
_SPAN = 5
"""Years of the national targets' changes; a change over another span is not drawn beside them."""
_SUBJECTS = {
    Theme.CARBON: ("温室气体排放", "greenhouse-gas emissions"),
    Theme.ENERGY: ("能源消耗", "energy"),
    Theme.WASTE: ("固体废物", "solid waste"),
    Theme.RECYCLED: ("再生资源", "secondary resources"),
    Theme.WATER: ("用水", "water"),
    Theme.POLLUTANTS: ("污染物排放", "pollutants"),
    Theme.GREEN: ("绿色产品与业务", "green products and business"),
}
_KINDS = {
    "change": ("变化", "change"),
    "level": ("强度", "intensity"),
    "amount": ("总量", "amount"),
    "rate": ("比率", "rate"),
}
_OTHER_KIND = {
    "change": ("这是总量等的变化，国家目标是强度的变化", "a change of an amount; the target is another quantity"),
    "level": ("这是强度的水平，不是变化", "a level of an intensity, not its change"),
    "amount": ("这是绝对数量，国家目标不是此类数量", "an absolute amount; the target is another quantity"),
    "rate": ("这是另一种比率，国家目标不是此类数量", "another rate than that of the target"),
}


def extract(passages: Sequence[Passage], framework: Framework) -> tuple[Figure, ...]:
    """All figures of body passages that stand near a target, in reading order, each once.

    Those of the same kind of quantity as the target are `same`, the others `related`; plans are marked as `future`.
    """
    found: list[Figure] = []
    seen: set[tuple[str, float, str, int | None, int]] = set()
    kept: dict[tuple[str, Relation], int] = {}
    named = targets(framework)
    for passage in passages if named else ():
        if passage.role is not PassageRole.BODY or not has_numbers(passage.text):
            continue
        for figure in of_text(passage, named):
            key = (figure.target, figure.value, figure.unit, figure.year, figure.page)
            place = figure.target, figure.relation
            if key not in seen and kept.get(place, 0) < _MOST:
                seen.add(key)
                kept[place] = kept.get(place, 0) + 1
                found.append(figure)
    return tuple(found)


def lone(text: str, *, name: str = "text") -> Passage:
    """A text that comes without a document, as a passage of its own."""
    return Passage(id=name, page=1, start=0, end=len(text), text=text)


def of_text(passage: Passage, named: Mapping[Theme, Target]) -> Iterator[Figure]:
    """All figures of one passage; `named` are the targets by what they are about."""
    found = [claim for claim in claims.find(passage.text) if claim.theme in named]
    around = list(sentences.sentences(passage.text)) if found else []
    for claim in found:
        whole = next(((a, b) for a, b in around if a <= claim.start < b), (claim.start, claim.end))
        context = passage.text[whole[0] : max(whole[1], claim.end)]
        yield _figure(passage, claim, named[claim.theme], context)


def _figure(passage: Passage, claim: Claim, target: Target, context: str) -> Figure:
    if claim.same and not _is_of_kind(target, claim):
        claim = replace(claim, same=False)
    relation = Relation.SAME if claim.same else Relation.RELATED
    why = _why(claim, target)
    base = claim.base.split("/")[0]
    return Figure(
        target=target.id,
        relation=relation,
        kind=claim.kind,
        metric=_metric(claim),
        value=claim.value,
        unit=claim.unit,
        normalised=claim.normalised,
        base_unit=claim.base,
        year=claim.year,
        base_year=claim.base_year,
        future=claim.future,
        denominator=claim.denominator,
        scope=claim.scope,
        currency=base if base in units.currencies() else None,
        comparable=why is None,
        why=why or _SAME_SCALE,
        comparison=_comparison(target, claim),
        page=passage.page,
        start=passage.start + claim.start,
        end=passage.start + claim.end,
        quote=passage.text[claim.start : claim.end],
        context=context,
    )


def _is_of_kind(target: Target, claim: Claim) -> bool:
    """Whether the target is a change, a rate or an amount as the figure is: a plan of one's own may set another."""
    if target.unit != "%":
        return claim.kind == "amount"
    return claim.kind == ("change" if target.value < 0 else "rate")


def _metric(claim: Claim) -> Bilingual:
    zh, en = _SUBJECTS[claim.theme]
    kind_zh, kind_en = _KINDS[claim.kind]
    if claim.same and claim.kind == "change":
        return Bilingual(f"{zh}强度变化", f"change of the intensity of {en}")
    return Bilingual(f"{zh}{kind_zh}", f"{en}: {kind_en}")


_SAME_SCALE = Bilingual(zh="与国家目标同类，时间跨度已知", en="the same kind of quantity as the target, its span known")


def _why(claim: Claim, target: Target) -> Bilingual | None:
    """Why a figure is not drawn on the target's scale; None where it is."""
    if claim.future:
        return Bilingual(zh="这是目标或计划，不是已实现的数值", en="a target or plan, not a result")
    if not claim.same:
        return Bilingual(*_OTHER_KIND[claim.kind])
    if claim.kind == "amount":
        return Bilingual(
            zh="企业的数量与全国总量不同尺度", en="a company's amount has not the scale of a national total"
        )
    if claim.year is None:
        return Bilingual(zh="文中未说明年份", en="its year is not stated")
    if claim.kind == "rate":
        return None
    if claim.base_year is None:
        return Bilingual(zh="文中未说明基准年", en="its base year is not stated")
    if claim.denominator is None:
        return Bilingual(zh="文中未说明强度的分母", en="what the intensity is measured per is not stated")
    span = claim.year - claim.base_year
    goal = target.year - target.base_year if target.base_year and target.year else _SPAN
    if span != goal:
        return Bilingual(
            zh=f"时间跨度为{span}年，国家目标为{goal}年",
            en=f"a change over {span} year(s); the target's is over {goal}",
        )
    return None


def _comparison(target: Target, claim: Claim) -> Bilingual:
    goal = f"{target.value:+g} {target.unit}" if target.value < 0 else f"{target.value:g} {target.unit}"
    span = "→".join(str(year) for year in (target.base_year, target.year) if year) or "–"
    own = f"{claim.value:+g} {claim.unit}" if claim.kind == "change" else f"{claim.value:g} {claim.unit}"
    years = [str(year) for year in (claim.base_year, claim.year) if year]
    own_span = f"{'→'.join(years)}" if years else ""
    return Bilingual(
        zh=f"企业自报 {own}{f'（{own_span}）' if own_span else ''}；全国工业整体目标 {goal}（{span}），仅供对照",
        en=f"reported {own}{f' ({own_span})' if own_span else ''}; "
        f"target for national industry {goal} ({span}), for comparison only",
    )


def has_numbers(text: str) -> bool:
    """Whether a text can hold a figure."""
    return re.search(r"\d|[一二两三四五六七八九]成|百分", text) is not None
