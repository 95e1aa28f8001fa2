"""Passages -> the company's own figures beside the national targets; a comparison, never compliance."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from alignment import nlp
from alignment.folding import fold
from alignment.passages import reading_text
from alignment.types import Bilingual, Figure, Framework, Passage, PassageRole, Target

DISCLAIMER = Bilingual(
    zh="企业的数字不等于达到国家目标：国家目标针对全国工业整体，此处仅供对照。",
    en="A company's number is not compliance with a national target: "
    "the targets are for national industry as a whole and are shown for comparison only.",
)
_NUMBER = r"(?P<value>\d[\d,]*(?:\.\d+)?)"
_DOWN = "下降|降低|减少|降幅|削减|fell|fall|decreas\\w*|reduc\\w*|declin\\w*|down|cut|lower\\w*|less|below"
_UP = "提高|上升|增长|增加|提升|rose|increas\\w*|grew|up|higher|above|more"
_CHANGES = (
    re.compile(
        rf"(?P<way>{_DOWN}|{_UP})(?:了|约|至少|\s|by|of|around|about|a|an|nearly|some)*{_NUMBER}\s*(?:%|个百分点)"
    ),
    re.compile(rf"{_NUMBER}\s*%\s*(?:absolute\s|relative\s)?(?P<way>{_DOWN}|{_UP})"),
)
_RATE = re.compile(rf"(?:率|rate|diverted|diversion)[^。.;；%]{{0,24}}?{_NUMBER}\s*%")
_AMOUNT = re.compile(
    rf"{_NUMBER}\s*(?P<unit>亿吨|万吨|吨|million tonnes|million tons|mt\b|kt\b|tonnes|tons|亿元|billion|million)"
)
_YEAR = re.compile(r"(?:fy\s?)?(20[0-3]\d)")
_BASE = re.compile(
    r"(?:较|比|相比|以|基准年|compared (?:with|to)|against|from|since|than|base(?:line)?(?: year)?(?: of)?)\s*"
    r"(?:a\s|our\s|the\s|fy\s?)*(20[0-3]\d)"
)
_FUTURE = re.compile(
    r"目标|力争|计划|将|争取|承诺|到20[23]\d|target|will|aim|commit|goal|by 20[2-6]\d|intend|expect|plan"
)
_MOST = 40
"""Figures kept per target; a report repeats itself."""


def extract(passages: Sequence[Passage], framework: Framework) -> tuple[Figure, ...]:
    """Figures that a sentence gives for the metric of a target, in reading order, each once.

    Only what was reached counts: sentences about the future are left to the mapping as commitments.
    """
    found: list[Figure] = []
    seen: set[tuple[str, float, str, int]] = set()
    kept: dict[str, int] = {}
    for passage in passages:
        if passage.role is not PassageRole.BODY:
            continue
        for figure in _of_passage(passage, framework):
            key = (figure.target, figure.value, figure.unit, figure.page)
            if key not in seen and kept.get(figure.target, 0) < _MOST:
                seen.add(key)
                kept[figure.target] = kept.get(figure.target, 0) + 1
                found.append(figure)
    return tuple(found)


def _of_passage(passage: Passage, framework: Framework) -> Iterator[Figure]:
    for start, end in nlp.sentences(passage.text):
        # Unwrapped, because a line break may stand inside a metric's name; the quote itself stays verbatim.
        sentence = fold(reading_text(passage.text[start:end]))
        if _FUTURE.search(sentence) or not any(character.isdigit() for character in sentence):
            continue
        for target in framework.targets:
            if not (place := _named(sentence, target)):
                continue
            if read := _value(sentence, place, target):
                value, unit = read
                yield _figure(passage, start, end, sentence, target, value, unit)


def _named(sentence: str, target: Target) -> tuple[int, int] | None:
    """Where the sentence names the target's metric: the longest term that it contains."""
    for term in sorted(target.terms.all, key=len, reverse=True):
        place = sentence.find(fold(term))
        if place >= 0:
            return place, place + len(term)
    return None


def _value(sentence: str, place: tuple[int, int], target: Target) -> tuple[float, str] | None:
    """The change, rate or amount nearest after the metric's name, or in the sentence before it."""
    if target.unit == "%" and target.value < 0:
        matches = [match for pattern in _CHANGES for match in pattern.finditer(sentence)]
        match = _nearest(matches, place)
        if match is None:
            return None
        down = re.fullmatch(_DOWN, match["way"]) is not None
        return (-1 if down else 1) * _float(match["value"]), "%"
    if target.unit == "%":
        match = _nearest([found for found in _RATE.finditer(sentence) if found.end() > place[0]], place)
        return (_float(match["value"]), "%") if match else None
    match = _nearest(list(_AMOUNT.finditer(sentence)), place)
    if match is None:
        return None
    money = match["unit"] in ("亿元", "billion", "million")
    return (_float(match["value"]), match["unit"]) if money == target.unit.startswith("CNY") else None


def _nearest(matches: list[re.Match[str]], place: tuple[int, int]) -> re.Match[str] | None:
    """The first match within 60 characters after the name, else the last within 40 before it."""
    after = [match for match in matches if 0 <= match.start() - place[0] <= 60 + place[1] - place[0]]
    before = [match for match in matches if 0 <= place[0] - match.end() <= 40]
    if after:
        return min(after, key=lambda match: match.start())
    return max(before, key=lambda match: match.end()) if before else None


def _float(number: str) -> float:
    return float(number.replace(",", ""))


def _figure(passage: Passage, start: int, end: int, sentence: str, target: Target, value: float, unit: str) -> Figure:
    base = _BASE.search(sentence)
    base_year = int(base[1]) if base else None
    years = [int(year) for year in _YEAR.findall(sentence) if int(year) != base_year]
    return Figure(
        metric=target.id,
        value=value,
        unit=unit,
        base_year=base_year,
        year=max(years) if years else None,
        target=target.id,
        comparison=_comparison(target, value, unit),
        page=passage.page,
        start=passage.start + start,
        end=passage.start + end,
        quote=passage.text[start:end],
    )


def _comparison(target: Target, value: float, unit: str) -> Bilingual:
    goal = f"{target.value:+g} {target.unit}" if target.value < 0 else f"{target.value:g} {target.unit}"
    span = f"{target.base_year}→{target.year}" if target.base_year else f"{target.year}"
    own = f"{value:+g} {unit}" if target.value < 0 else f"{value:g} {unit}"
    return Bilingual(
        zh=f"企业自报 {own}；全国工业整体目标 {goal}（{span}），仅供对照",
        en=f"reported {own}; target for national industry {goal} ({span}), for comparison only",
    )
