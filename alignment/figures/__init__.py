"""Passages -> the company's own figures beside the national targets; a comparison, never compliance."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from alignment.figures import quantities, units
from alignment.figures.quantities import Quantity
from alignment.text import sentences
from alignment.text.folding import fold
from alignment.text.reading import reading_text
from alignment.types import Bilingual, Figure, Framework, Passage, PassageRole, Target

DISCLAIMER = Bilingual(
    zh="企业的数字不等于达到国家目标：国家目标针对全国工业整体，此处仅供对照。",
    en="A company's number is not compliance with a national target: "
    "the targets are for national industry as a whole and are shown for comparison only.",
)
_DOWN = (
    r"下降|降低|减少|降幅|削减|减排|降(?![水解])|↓"
    r"|fell|fall\w*|decreas\w*|reduc\w*|declin\w*|down|cut|lower\w*|less|below|improv\w*"
)
_UP = r"提高|上升|增长|增加|提升|增幅|↑|rose|ris\w+|increas\w*|grew|growth|up|higher|above|more"
_FILL = (
    r"(?:了|约|近|至少|超过?|幅度|达到?|为|\s|by|of|around|about|approximately|a|an|nearly|some|over|more than|[:：])*"
)
_WAY_BEFORE = re.compile(rf"(?P<way>{_DOWN}|{_UP}){_FILL}$")
_WAY_AFTER = re.compile(rf"\s*(?:absolute\s|relative\s|的)?(?P<way>{_DOWN}|{_UP})")
_INTENSITY = re.compile(r"强度|密集度|单位|每|万元|吨[钢铁纸铝材产]|intensit|specific|\bper\b")
_TOTAL = re.compile(r"总量|总额|总计|绝对|total|absolute")
_OTHER_SUBJECT = re.compile(
    r"煤炭|用煤|煤耗|天然气|柴油|汽油|燃油|燃料|蒸汽|用电|电耗|占比|比重|收入|利润|产量|产能|成本|投资|费用|总量|排放量|用水量|取水量"
    r"|\bcoal|\bgas\b|diesel|gasoline|\bfuels?\b|electricity|steam"
    r"|revenue|sales|profit|production|output|\bcosts?\b|total|absolute"
    r"|invest|\bshare of"
)
"""What stands between a metric and a change when the change is of something else."""
_PER = re.compile(r"\bper (?:(?:million|thousand) )?\w+(?: of \w+)?|每(?:单位|万元|百万元)?(?:产量|收入|产值|营收)")
"""What a metric is measured per, which is no subject of its own."""
_NOT_RECYCLED = re.compile(
    r"二氧化碳|碳排放|co2|减排|减碳|节约|节省|投资|收入|water|水|emission|avoid|sav(?:ed|ing)|invest"
)
_NOT_EARNED = re.compile(r"投资|投入|融资|贷款|成本|费用|invest|financ|loan|cost|spen[dt]")
_DENIED = re.compile(
    r"并未|尚未|未能|未(?=较|下降|降低|达|实现|完成)|没有|并非|不是|\bnot\b|n't\b|\bnever\b|failed to|\bno\b"
)
_OTHERS = re.compile(
    r"行业(?:平均|均值|整体|内|的|碳|单位)|同行|供应商|客户|我国|全国|全省|世界|全球平均"
    r"|industry(?:'s)? (?:average|mean)|the industry"
    r"|sector|suppliers?|customers?|\bpeers?\b|\bnation|china's|country|world"
)
_THAN_ANOTHER = re.compile(
    r"\bthan (?!(?:in |the |a |our |its )*(?:fy|20[0-3]\d|previous|prior|last|base|year|before))"
    r"|(?:相较|相比|对比|较|(?<![同环占对相])比)于?(?!\s*(?:“?十|20[0-3]\d|上|去|前|基准|同期|年初|期初|历史|之|为|例|重|率))"
    r"[^\d，]{1,12}$"
)
"""A comparison with another product or process (20% lower than diesel, 较传统工艺降低20%) is no change in time."""
_CITED = re.compile(r"according to|website|据[^，]{0,10}统计")
_YEAR = re.compile(r"(?<!\d)(?:fy\s?)?(20[0-3]\d)(?!\d)")
_BASE = re.compile(
    r"(?:较|比|相比|以|对比|基准年|基准年度|compared (?:with|to)|relative to|against|from|since|than"
    r"|base(?:line)?(?: year)?(?: of)?)\s*(?:a\s|in\s|our\s|the\s|fy\s?|基准年\s?|为基准的?)*(20[0-3]\d)"
    r"|(20[0-3]\d)年?\s*(?:[—–~～-]+|至|到)\s*20[0-3]\d"
    r"|between (?:fy\s?)?(20[0-3]\d) and 20[0-3]\d"
    r"|(20[0-3]\d)年?(?:为基准|基准年|\s(?:base|baseline)\b)"
)
_PRICES = re.compile(
    r"(20[0-3]\d)\s?年?\s?(?:可比|不变|固定)?价|(?:at|in)(?: constant)? (20[0-3]\d) (?:constant )?prices"
)
"""The year whose prices an amount is stated in, which is not the year of the figure."""
_YEARLY = re.compile(
    r"同比|较上年|比上年|较上一年|较去年|比去年"
    r"|year[- ]on[- ]year|year[- ]over[- ]year|\byoy\b|previous year|prior year"
)
_MET = re.compile(r"(?:超额)?(?:完成|达成|实现)[^，,。；;]{0,8}目标|双碳目标|碳达峰碳中和目标")
_FUTURE = re.compile(
    r"目标|力争|计划|规划|争取|承诺|预计|拟于|到20[23]\d|\btargets?\b|\bwill\b|\baim\w*|\bcommit\w*|\bgoals?\b"
    r"|\bby 20[2-6]\d|\bintend\w*|\bexpect\w*|\bplan(?:s|ned|ning)?\b"
)
_WILL = re.compile(r"将(?!.*(?:了|已))")
"""将 before what a sentence says was done (将水耗降低了18%) only marks the object."""
_RISES = re.compile(rf"(?:{_DOWN}|{_UP}|节约){_FILL}$")
_TO = re.compile(r"(?:至|到|\bto|→)\s*$")
_FROM = re.compile(r"由|从|自|\bfrom\b")
_NEAR, _BEFORE = 60, 40
"""Characters between a metric's name and its figure, after it and before it."""
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
    for start, end in sentences.sentences(passage.text):
        # Unwrapped, because a line break may stand inside a metric's name; the quote itself stays verbatim.
        written = reading_text(passage.text[start:end])
        if not any(character.isdigit() or character in "成百" for character in written):
            continue
        # The marks between clauses are kept as written: folded, they would look like separators of thousands.
        sentence = "".join(
            char if char in "，；" else plain for char, plain in zip(written, fold(written), strict=True)
        )
        if _is_future(sentence) or _CITED.search(sentence):
            continue
        found = quantities.find(written)
        names = {target.id: _names(sentence, target) for target in framework.targets}
        for target in framework.targets:
            if names[target.id] and (read := _value(sentence, names[target.id], found, target)):
                years = _years(sentence, read, found, change=_is_change(target))
                yield _figure(passage, start, end, target, read, years)


def _is_future(sentence: str) -> bool:
    return bool(_FUTURE.search(_MET.sub("", sentence)) or _WILL.search(sentence))


def _is_change(target: Target) -> bool:
    return target.unit == "%" and target.value < 0


def _names(sentence: str, target: Target) -> list[tuple[int, int]]:
    """Where the sentence names the target's metric, the longest name at each place."""
    found: list[tuple[int, int]] = []
    for term in sorted({*target.terms.all, *target.metric.all}, key=lambda term: (-len(term), term)):
        for match in re.finditer(re.escape(fold(term)), sentence):
            if not any(start < match.end() and match.start() < end for start, end in found):
                found.append(match.span())
    return sorted(found)


def _value(
    sentence: str, names: Sequence[tuple[int, int]], found: Sequence[Quantity], target: Target
) -> Quantity | None:
    """The quantity that is of the same kind as the target and the company's own, or None: a doubt is silence."""
    if _is_change(target):
        read = (_change(sentence, names, quantity) for quantity in found if quantity.base == "1")
        return next((quantity for quantity in read if quantity), None)
    if target.unit == "%":
        kept = [each for each in found if each.base == "1" and _is_rate(sentence, names, each)]
    elif target.unit.startswith("CNY"):
        kept = [
            each for each in found if each.base in units.currencies() and _is_of(sentence, names, each, _NOT_EARNED)
        ]
    else:
        kept = [each for each in found if each.base == "t" and _is_of(sentence, names, each, _NOT_RECYCLED)]
    return _latest(sentence, kept)


def _change(sentence: str, names: Sequence[tuple[int, int]], quantity: Quantity) -> Quantity | None:
    """The change with its sign, where it is one of an intensity that the sentence names."""
    before, after = _WAY_BEFORE.search(sentence[: quantity.start]), _WAY_AFTER.match(sentence, quantity.end)
    way = before or after
    if way is None:
        return None
    earlier = [name for name in names if name[1] <= quantity.start and quantity.start - name[1] <= _NEAR]
    later = [name for name in names if 0 <= name[0] - quantity.end <= _BEFORE]
    if earlier:
        name = earlier[-1]
        named = "per" if sentence[name[0] : name[1]].endswith("per") else ""
        between = _PER.sub("", named + sentence[name[1] : quantity.start])
        clause = sentence[_clause(sentence, name[0]) : quantity.start]
    elif later:
        name = later[0]
        between = sentence[quantity.end : name[0]]
        clause = sentence[_clause(sentence, quantity.start) : name[1] + _NEAR // 3]
        if re.search(r"[，；;]|, ", between):
            return None
    else:
        return None
    if not _INTENSITY.search(clause) or _TOTAL.search(sentence[name[0] : name[1]]) or _OTHER_SUBJECT.search(between):
        return None
    after_it = sentence[quantity.end : quantity.end + _NEAR]
    if _DENIED.search(clause) or _OTHERS.search(clause) or _is_of_another(sentence[: quantity.start], after_it):
        return None
    down = re.fullmatch(_DOWN, way["way"]) is not None
    return replace(quantity, value=(-1 if down else 1) * abs(quantity.value), unit="%")


def _is_of_another(before: str, after: str) -> bool:
    """Whether the sentence compares with something else and not with another year."""
    return any(_THAN_ANOTHER.search(part) for part in (before[_clause(before, len(before)) :], after))


def _is_rate(sentence: str, names: Sequence[tuple[int, int]], quantity: Quantity) -> bool:
    """Whether a share is the level of the rate: not what it rose by, and not a share of something else."""
    named = [name for name in names if name[0] <= quantity.start <= name[1] + _NEAR]
    if not named or quantity.value > 100:
        return False
    clause = sentence[_clause(sentence, named[-1][0]) : quantity.start]
    by = _RISES.search(sentence[: quantity.start]) and not re.search(
        r"(?:达到?|为|[:：])\s*$", sentence[: quantity.start]
    )
    return not (by or _DENIED.search(clause) or _OTHERS.search(clause) or _OTHER_SUBJECT.search(clause))


def _is_of(sentence: str, names: Sequence[tuple[int, int]], quantity: Quantity, other: re.Pattern[str]) -> bool:
    """Whether an amount belongs to a name near it, with no word between them that gives it to something else."""
    for start, end in names:
        if end <= quantity.start <= end + _NEAR:
            around = sentence[_clause(sentence, start) : quantity.start]
        elif 0 <= start - quantity.end <= _BEFORE:
            around = sentence[_clause(sentence, quantity.start) : end]
        else:
            continue
        by = _RISES.search(sentence[: quantity.start]) and not _TO.search(sentence[: quantity.start])
        if not (by or other.search(around) or _DENIED.search(around) or _OTHERS.search(around)):
            return True
    return False


def _latest(sentence: str, kept: Sequence[Quantity]) -> Quantity | None:
    """Of a row of years the latest year's; of a change from one level to another, the level reached; else the first."""
    if not kept:
        return None
    first = kept[0]
    if first.high is not None and _FROM.search(sentence[: first.start]):
        return replace(first, value=first.high, high=None)
    for other in kept[1:]:
        between = sentence[first.end : other.start]
        if _TO.search(between) and len(between) <= _NEAR // 2 and _FROM.search(sentence[: first.start]):
            return other
    own = [(int(years[-1]), -number) for number, each in enumerate(kept) if (years := _own_years(sentence, each))]
    return kept[-max(own)[1]] if len(own) > 1 else first


def _own_years(sentence: str, quantity: Quantity) -> list[str]:
    return re.findall(r"(20[0-3]\d)年?度?\s*[:：]?\s*$", sentence[: quantity.start])


def _clause(sentence: str, place: int) -> int:
    """Where the clause begins that `place` is in."""
    return max((sentence.rfind(mark, 0, place) for mark in ("，", "；", ";", "。", ", ")), default=-1) + 1


def _years(
    sentence: str, quantity: Quantity, found: Sequence[Quantity], *, change: bool
) -> tuple[int | None, int | None]:
    """Year and base year; a base belongs to the change in whose stretch it is, between the quantities around it."""
    left = max((each.end for each in found if each.end <= quantity.start), default=0)
    right = len(sentence)
    if any(each.start >= quantity.end for each in found):
        mark = re.search(r"[，；;]|, ", sentence[quantity.end :])
        following = min(each.start for each in found if each.start >= quantity.end)
        right = min(following, quantity.end + mark.start()) if mark else following
    bases = list(_BASE.finditer(sentence, left, right)) if change else []
    base = min(bases, key=lambda match: abs(match.end() - quantity.start), default=None)
    base_year = int(next(filter(None, base.groups()))) if base else None
    own = _own_years(sentence, quantity)
    prices = {match.span(match.lastindex) for match in _PRICES.finditer(sentence) if match.lastindex}
    known = [match for match in _YEAR.finditer(sentence) if int(match[1]) != base_year and match.span(1) not in prices]
    before = [int(match[1]) for match in known if match.end() <= quantity.start]
    after = [int(match[1]) for match in known if quantity.end <= match.start() < right]
    year = int(own[-1]) if own else before[-1] if before else after[0] if after else None
    if change and base_year is None and year is not None and _YEARLY.search(sentence, left, right):
        base_year = year - 1
    return year, base_year


def _figure(
    passage: Passage, start: int, end: int, target: Target, read: Quantity, years: tuple[int | None, int | None]
) -> Figure:
    year, base_year = years
    return Figure(
        metric=target.id,
        value=read.value,
        unit=read.unit,
        base_year=base_year,
        year=year,
        target=target.id,
        comparison=_comparison(target, read.value, read.unit),
        page=passage.page,
        start=passage.start + start,
        end=passage.start + end,
        quote=passage.text[start:end],
    )


def _comparison(target: Target, value: float, unit: str) -> Bilingual:
    goal = f"{target.value:+g} {target.unit}" if target.value < 0 else f"{target.value:g} {target.unit}"
    span = "→".join(str(year) for year in (target.base_year, target.year) if year) or "–"
    own = f"{value:+g} {unit}" if target.value < 0 else f"{value:g} {unit}"
    return Bilingual(
        zh=f"企业自报 {own}；全国工业整体目标 {goal}（{span}），仅供对照",
        en=f"reported {own}; target for national industry {goal} ({span}), for comparison only",
    )
