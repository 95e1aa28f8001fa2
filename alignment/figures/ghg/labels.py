"""The words at a number -> the scope, the method and the unit that they give it, and whether it is a whole one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from alignment.figures import units
from alignment.text.folding import fold

_NUMERALS = {"一": "1", "二": "2", "三": "3", "i": "1", "ii": "2", "iii": "3"}
_ONE = r"(?:[123](?:[4-9](?!\d))?|iii|ii|i|一|二|三)(?![\da-z])"
_AND = r"\s*(?:[,&+/–、和与及-]|and|to|or)+\s*"
_NAMED = r"(?:scopes?|范围|范畴)"
_SCOPE = re.compile(rf"{_NAMED}\s*[-–:]?\s*({_ONE}(?:{_AND}{_NAMED}?\s*{_ONE})*)")
_GAS = r"(?:ghg|greenhouse[- ]gas|co2(?:e|-eq)?|carbon|温室气体|二氧化碳|碳)"
_IN_WORDS = (
    ("3", re.compile(r"other indirect|305-3|其他间接|价值[链炼]")),
    ("2", re.compile(rf"indirect (?:{_GAS} )?emissions|305-2|间接{_GAS}?排放|{_GAS}间接排放")),
    ("1", re.compile(rf"direct (?:{_GAS} )?emissions|305-1|直接{_GAS}?排放|{_GAS}直接排放")),
)
"""How scopes are named without the word; tried in this order, for `indirect` holds `direct`."""
_METHODS = (
    ("2mb", re.compile(r"market(?:ed)?[- ]?based|marked-based|market method|基于市场|市场法|市场基准|基于市场")),
    ("2lb", re.compile(r"location[- ]?based|location method|基于位置|位置法|地域基准|基于地理|所在地|地点基准")),
)
NOT_AN_AMOUNT = re.compile(
    r"intensit|\bper\b|ratio|%|percent|change|reduc|avoid|saved|saving|target|\bgoal|offset|remov|biogenic|credit|\bcap\b"
    r"|\)\s*/|of which|\bby (?:sector|gas|region|source|type)|其中|compensat|neutral|scope of"
    r"|强度|密度|密集度|占比|比例|变化|同比|减排|减少|目标|抵消|清除|每|人均|单位(?:产|营|收)"
)
"""What makes a row or a sentence one of something else than an amount emitted."""
OF_A_PART = re.compile(
    r"\b(?:site|plant|factory|factories|mill|mine|office|building|segment|division|subsidiary|region|country|product"
    r"|supplier|customer|facility|category|north america|europe|asia|americas?|china|japan|germany)\b"
    r"|厂区|工厂|基地|分公司|子公司|园区|矿|项目|产品|供应商|板块|地区|类别|办公楼|总部"
)
"""Words for a part of a company, or of a scope."""
_TOTAL = re.compile(r"(?:sub-?)?total\b|\bgross\b|合计|总计|小计|总量|总排放|总额|\bsum\b|overall")
_GROUP = re.compile(r"group|company|consolidated|corporate|worldwide|global|集团|公司|合并|全部")
_PLAIN = re.compile(
    r"scopes?|emissions?|emitted|greenhouse|gas(?:es)?|ghgs?|co2(?:e|eq|-eq)?|carbon|dioxide|equivalents?|footprint|direct"
    r"|indirect|other|energy|consumption|purchased|electricity|heat(?:ing)?|steam|cooling|power|fuels?|use|combustion"
    r"|absolute|from|of|the|our|own|in|by|and|for|to|(?:market|location|marked)(?:ed)?|based|method|approach|value|chain"
    r"|upstream|downstream|generated|operations?|operational|inventory|data|result|annual|unit|gri|disclosure|\d{3}-\d|年度?"
    r"|温室气体|二氧化碳|排放量?|碳|当量|直接|间接|其他|能源|外购|电力|热力|消耗|范围|范畴|基于|市场|位置|法|单位|产生|的|量|及"
    r"|net|tax|tco2e?|eq|years?|fy|cy|ets|i{1,3}|amount|actual|performance|indicator|kpi"
)
"""Words that name a scope, and no part of it."""
_MASS = {
    "metric tonnes": 1.0, "metric tons": 1.0, "metric ton": 1.0, "metric tonne": 1.0, "tonnes": 1.0, "tonne": 1.0,
    "tons": 1.0, "ton": 1.0, "mt": 1.0, "kt": 1e3, "kilotonnes": 1e3, "kilotons": 1e3, "gt": 1e9, "kg": 1e-3, "t": 1.0,
    "公吨": 1.0, "千吨": 1e3, "吨": 1.0, "mmt": 1e6, "megatonnes": 1e6, "千克": 1e-3, "公斤": 1e-3,
}  # fmt: skip
_SCALE = {
    "thousand": 1e3, "thousands of": 1e3, "million": 1e6, "millions of": 1e6, "billion": 1e9, "mn": 1e6, "万": 1e4,
    "百万": 1e6, "亿": 1e8, "千": 1e3, "十万": 1e5, "m": 1e6, "k": 1e3,
}  # fmt: skip
_THOUSANDS = re.compile(r"(10{2,5}|1[,.'’]0{3}|1[,.'’]0{3}[,.'’]0{3})\s")
_CARBON = r"(?:co\s?2\s?-?\s?(?:equivalents?|eq\.?|e)?|carbon dioxide(?: equivalents?)?|二氧化碳(?:当量)?)"
_UNIT = re.compile(
    r"(?P<number>(?<!\d)1(?:0{3,6}|(?:[,.'’]0{3}){1,2})\s)?"
    rf"(?:(?<![a-z])(?P<scale>{'|'.join(sorted(_SCALE, key=len, reverse=True))})\s?)?"
    rf"(?:(?<![a-z])(?P<mass>{'|'.join(sorted(_MASS, key=len, reverse=True))})(?=[^a-z]|co|$)"
    rf"(?:\s?[-(]?\s?(?:of )?(?P<gas>{_CARBON}))?"
    rf"|(?P<gas_first>{_CARBON})\s?[-(]?\s?(?P<mass_last>tonnes|tons|kt|mt|t|吨)(?![a-z]))"
    r"(?P<below>\s?(?:/|\bper\b)\s?(?!ye?a?r?\b|年|a\b|annum)\S+)?"
)


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of mass as written at `start:end`, and what makes tonnes of it; None where it may be two."""

    text: str
    start: int
    end: int
    factor: float | None
    carbon: bool


def scopes(text: str) -> frozenset[str]:
    """The scopes that a folded text names by the word, as digits."""
    return frozenset(digit for _, _, named in mentions(text) for digit in named)


def mentions(text: str) -> Iterator[tuple[int, int, frozenset[str]]]:
    """Where a folded text names scopes, and which: `scope 1 and 2` is one mention of two."""
    for match in _SCOPE.finditer(text):
        ones = re.findall(r"[123]|iii|ii|i|一|二|三", re.sub(rf"{_NAMED}|and|or|(?<=[123])[4-9]", " ", match[1]))
        yield match.start(), match.end(), frozenset(_NUMERALS.get(one, one) for one in ones)


def scope_of(text: str) -> str | None:
    """The one scope that a folded label is of, by the word or, without it, as direct or indirect emissions."""
    named = scopes(text)
    if named:
        return next(iter(named)) if len(named) == 1 else None
    return next((scope for scope, pattern in _IN_WORDS if pattern.search(text)), None)


def method(text: str) -> str | None:
    """`2lb` or `2mb` where a folded text names that one alone."""
    found = [name for name, pattern in _METHODS if pattern.search(text)]
    return found[0] if len(found) == 1 else None


def is_total(text: str) -> bool:
    """Whether a folded label says that it is the sum."""
    return _TOTAL.search(text) is not None


def is_group(text: str) -> bool:
    """Whether a folded label says that it is of the whole company."""
    return _GROUP.search(text) is not None


_GROUP_TOTAL = re.compile(
    r"(?:group|company|consolidated|集团|公司)[ -]?(?:wide )?(?:total|合计|总计|整体)|total group"
)


def rest(text: str) -> str:
    """What a folded label says beside its scope, without what stands in brackets: nothing, where it is the scope's."""
    if _GROUP_TOTAL.search(text):
        return ""  # what stands before it is the group's name
    plain = re.sub(r"\([^)]*\)?|\[[^]]*\]", " ", text)
    for _ in range(2):
        plain = re.sub(rf"(?<![a-z])(?:{_TOTAL.pattern}|{_GROUP.pattern}|{_PLAIN.pattern})(?![a-z])", " ", plain)
    plain = _UNIT.sub(" ", plain)
    return " ".join(re.findall(r"[a-z\u4e00-\u9fff]{2,}", plain))


def unit(written: str) -> Unit | None:
    """The first unit of mass of carbon in a text as written, else the first of mass; none of an intensity."""
    found = list(units_of(fold(written), written))
    return next((each for each in found if each.carbon), found[0] if found else None)


def units_of(text: str, written: str) -> Iterator[Unit]:
    """All of them in a folded text, in order; `written` is the text before folding, which tells Mt from MT."""
    for match in _UNIT.finditer(text):
        mass = match["mass"] or match["mass_last"]
        if match["below"]:
            continue
        size = _MASS[mass] * _SCALE.get(match["scale"] or "", 1.0)
        size *= float(re.sub(r"\D", "", match["number"])) if match["number"] else 1.0
        factor: float | None = size
        if mass == "mt":
            begin = match.start("mass") if match["mass"] else match.start("mass_last")
            sure = units.metric_tons(written[begin : begin + 2], 0, bool(match["scale"]))
            factor = None if sure is None else size * sure
        shown = written[match.start() : match.end()].strip()
        yield Unit(shown, match.start(), match.end(), factor, bool(match["gas"] or match["gas_first"]))
