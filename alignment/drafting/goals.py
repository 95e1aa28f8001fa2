"""What a plan aims at, as data: a metric, a value with its unit, its years, and how it is meant."""

from __future__ import annotations

import re
from dataclasses import dataclass

from alignment.types import Binding, Comparator

NUMBER = r"[-−–+]?\d{1,3}(?:[,，]\d{3})+(?:\.\d+)?|[-−–+]?\d+(?:\.\d+)?"
_AMOUNT = re.compile(
    r"^[\[〔［【(（]?\s*(?P<before>≥|>=|>|＞|≤|<=|<|＜|约|超过|大于|不低于|不少于|不高于|不超过|小于|低于|达到"
    r"|at least|over|under|up to)?"
    rf"\s*(?P<number>{NUMBER})\s*(?P<percent>[%％])?\s*(?P<after>左右|以上|以下|以内|\+)?"
    r"\s*[\]〕］】)）]?\s*(?P<unit>.{0,12})$"
)
_ALIKE = 0.6
"""Share of pairs of characters from which two names of a metric are the same."""
_SCALE = {"百": 1e2, "千": 1e3, "万": 1e4, "亿": 1e8}
_BEFORE = {
    Comparator.AT_LEAST: ("≥", ">=", "不低于", "不少于", "不小于", "at least", "no less than", "not less than"),
    Comparator.MORE: (">", "＞", "超过", "大于", "高于", "突破", "over", "more than", "above", "exceed", "exceeds"),
    Comparator.AT_MOST: ("≤", "<=", "不高于", "不超过", "不大于", "不多于", "控制在", "up to", "at most"),
    Comparator.LESS: ("<", "＜", "小于", "低于", "less than", "below", "under"),
    Comparator.ABOUT: ("约", "大约", "左右", "about", "around", "approximately", "some"),
}  # fmt: skip
_AFTER = {"以上": Comparator.AT_LEAST, "+": Comparator.AT_LEAST, "以下": Comparator.AT_MOST, "以内": Comparator.AT_MOST,
          "左右": Comparator.ABOUT, "上下": Comparator.ABOUT}  # fmt: skip
BINDING = {
    **dict.fromkeys(("约束性", "約束性", "binding", "mandatory"), Binding.BINDING),
    **dict.fromkeys(("预期性", "預期性", "expected", "indicative"), Binding.EXPECTED),
}


@dataclass(frozen=True, slots=True)
class Goal:
    """One value that is aimed at, as it is printed: nothing is converted."""

    metric: str
    value: float
    unit: str
    year: int | None
    quote: str
    page: int | None
    paragraph: int | None
    section: str
    base_value: float | None = None
    base_year: int | None = None
    comparator: Comparator | None = None
    binding: Binding | None = None


@dataclass(frozen=True, slots=True)
class Amount:
    """A number as a cell or a sentence gives it."""

    value: float
    unit: str
    comparator: Comparator | None


def amount_of(cell: str) -> Amount | None:
    """The number of a cell such as `≥30`, `>4.2`, `420左右`, `〔12〕`; None where it holds none or more than one."""
    match = _AMOUNT.match(cell.strip())
    if match is None or re.search(r"\d", match["unit"]):
        return None
    unit = ("%" if match["percent"] else "") or match["unit"].strip(" )）]〕")
    return Amount(number(match["number"]), unit, comparator(match["before"], match["after"]))


def number(written: str) -> float:
    """`-1,234.5` as a float."""
    return float(re.sub("[,，]", "", written).replace("−", "-").replace("–", "-"))


def comparator(before: str | None, after: str | None) -> Comparator | None:
    """What the words before and after a number say of it; what comes after is said last and counts more."""
    if after and after in _AFTER:
        return _AFTER[after]
    return next((meant for meant, words in _BEFORE.items() if before in words), None)


def size(goal: Goal) -> tuple[float, str]:
    """Value and unit with words of size multiplied out, so that 8000万千瓦 and 0.8亿千瓦 are the same."""
    value, unit = goal.value, goal.unit.replace("％", "%")
    while unit[:1] in _SCALE and len(unit) > 1 and not unit.startswith(("千瓦", "千克", "百分")):
        value, unit = value * _SCALE[unit[0]], unit[1:]
    return round(value, 6), unit


def without_repetitions(goals: list[Goal]) -> list[Goal]:
    """Each aim once: a later one of the same value, unit and year whose metric says the same is left out."""
    kept: list[Goal] = []
    for goal in goals:
        if not any(
            size(goal) == size(other) and goal.year == other.year and are_alike(goal.metric, other.metric)
            for other in kept
        ):
            kept.append(goal)
    return kept


def are_alike(first: str, second: str, *, share: float = _ALIKE) -> bool:
    """Whether so large a share of the pairs of characters of the shorter name stands in the other."""
    one, other = (_pairs(name) for name in (first, second))
    fewer = min(len(one), len(other))
    return bool(fewer) and len(one & other) >= share * fewer


def _pairs(name: str) -> set[str]:
    plain = re.sub(r"[^\w]|的", "", name.lower())
    return {plain[at : at + 2] for at in range(len(plain) - 1)} or {plain}
