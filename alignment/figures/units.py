"""A unit as it is written -> its base unit and factor; the symbols that people write, in both languages.

A table of our own and no library of units: nearly all of the work is what people write (吨标煤, 万元, MT CO2e, 度),
which no library knows, and what is left to convert is one multiplication each.
"""

from __future__ import annotations

from functools import cache

from alignment.text.folding import fold

GJ_PER_TCE = 29.3076
"""One kilogram of standard coal is 7,000 kcal (IT), GB/T 2589."""
GJ_PER_TOE = 41.868
"""IEA's definition of a tonne of oil equivalent."""
GJ_PER_KWH = 0.0036
_LITRES = 0.001

SCALES = {
    "万亿": 1e12, "千亿": 1e11, "百亿": 1e10, "十亿": 1e9, "亿": 1e8, "千万": 1e7, "百万": 1e6, "十万": 1e5, "万": 1e4,
    "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12, "mln": 1e6, "mn": 1e6, "bn": 1e9,
}  # fmt: skip
"""Words of size between a number and its unit. 千 and 百 are kept apart, for 千克 and 千瓦时 are units of their own."""

_MASS = {
    "t": 1, "吨": 1, "公吨": 1, "tonne": 1, "tonnes": 1, "metric ton": 1, "metric tons": 1, "metric tonnes": 1,
    "ton": 1, "tons": 1, "mt": 1, "kg": 1e-3, "公斤": 1e-3, "千克": 1e-3, "kilogram": 1e-3, "kilograms": 1e-3,
    "g": 1e-6, "克": 1e-6, "gram": 1e-6, "grams": 1e-6, "mg": 1e-9, "毫克": 1e-9, "斤": 5e-4, "kt": 1e3, "千吨": 1e3,
    "ktonnes": 1e3, "ktons": 1e3,
    "kilotonnes": 1e3, "kilotons": 1e3, "megatonnes": 1e6, "mmt": 1e6, "gt": 1e9, "gigatonnes": 1e9,
    "short tons": 0.90718474, "short ton": 0.90718474, "long tons": 1.0160469088, "long ton": 1.0160469088,
    "lb": 0.45359237e-3, "lbs": 0.45359237e-3, "pound": 0.45359237e-3, "pounds": 0.45359237e-3,
}  # fmt: skip
"""To tonnes. `ton` is the metric one, as reports outside the United States mean it; for `mt` see `metric_tons`."""
_CARBON = (
    "co2e", "co2eq", "co2-e", "co2-eq", "co2 e", "co2 eq", "co2 equivalent", "co2 equivalents", "co2", "co2当量",
    "二氧化碳当量", "二氧化碳",
    "of co2e", "of co2eq", "of co2-e", "of co2", "of co2 equivalent", "of carbon dioxide equivalent",
    "carbon dioxide equivalent", "of carbon dioxide",
)  # fmt: skip
_COAL = ("标准煤", "标煤", "标准煤当量", "of standard coal", "standard coal", "of coal equivalent", "coal equivalent")
_ENERGY = {
    "kwh": 1, "千瓦时": 1, "千瓦小时": 1, "kilowatt-hours": 1, "kilowatt hours": 1, "度": 1, "度电": 1, "mwh": 1e3,
    "兆瓦时": 1e3, "megawatt-hours": 1e3, "megawatt hours": 1e3, "gwh": 1e6, "吉瓦时": 1e6, "gigawatt hours": 1e6,
    "gigawatt-hours": 1e6, "twh": 1e9, "wh": 1e-3,
}  # fmt: skip
_JOULE = {
    "gj": 1, "吉焦": 1, "百万千焦": 1, "gigajoules": 1, "mj": 1e-3, "兆焦": 1e-3, "megajoules": 1e-3, "kj": 1e-6,
    "千焦": 1e-6, "tj": 1e3, "太焦": 1e3, "terajoules": 1e3, "pj": 1e6, "petajoules": 1e6, "mmbtu": 1.05505585262,
    "tce": GJ_PER_TCE, "kgce": GJ_PER_TCE / 1e3, "gce": GJ_PER_TCE / 1e6, "ktce": GJ_PER_TCE * 1e3,
    "mtce": GJ_PER_TCE * 1e6, "toe": GJ_PER_TOE, "ktoe": GJ_PER_TOE * 1e3, "mtoe": GJ_PER_TOE * 1e6,
}  # fmt: skip
_VOLUME = {
    "m3": 1, "m³": 1, "m^3": 1, "立方米": 1, "立方": 1, "方": 1, "cubic metres": 1, "cubic meters": 1, "cubic metre": 1,
    "cubic meter": 1, "l": _LITRES, "升": _LITRES, "litres": _LITRES, "liters": _LITRES, "kl": 1, "kilolitres": 1,
    "ml": 1e3, "megalitres": 1e3, "megaliters": 1e3, "gl": 1e6, "gigalitres": 1e6, "mcm": 1e6,
    "mm3": 1e6, "km3": 1e9, "标准立方米": 1, "标立方米": 1, "标方": 1, "nm3": 1, "千升": 1,
    "kgal": 3.785411784,
    "gallons": 3.785411784e-3, "us gallons": 3.785411784e-3,
}  # fmt: skip
_AREA = {
    "m2": 1, "m²": 1, "平方米": 1, "square metres": 1, "square meters": 1, "sqm": 1, "亩": 10000 / 15, "公顷": 1e4,
    "ha": 1e4, "hectares": 1e4, "km2": 1e6, "km²": 1e6, "平方公里": 1e6, "平方千米": 1e6, "acres": 4046.8564224,
    "square feet": 0.09290304, "sq ft": 0.09290304, "sf": 0.09290304,
}  # fmt: skip
_POWER = {"kw": 1, "千瓦": 1, "mw": 1e3, "兆瓦": 1e3, "gw": 1e6, "吉瓦": 1e6, "mwp": 1e3, "kwp": 1}
_MONEY = {
    "元": "CNY", "元人民币": "CNY", "人民币": "CNY",
    "人民币元": "CNY", "rmb": "CNY", "cny": "CNY", "yuan": "CNY",
    "¥": "CNY", "美元": "USD", "us$": "USD", "usd": "USD", "us dollars": "USD", "dollars": "USD", "$": "USD",
    "欧元": "EUR", "€": "EUR", "eur": "EUR", "euros": "EUR", "euro": "EUR", "港元": "HKD", "港币": "HKD", "hk$": "HKD",
    "hkd": "HKD", "英镑": "GBP", "£": "GBP", "gbp": "GBP", "日元": "JPY", "yen": "JPY", "jpy": "JPY",
    "新台币": "TWD", "nt$": "TWD", "twd": "TWD",
}  # fmt: skip
"""Money is never converted: a rate belongs to a day. `¥` is taken for the yuan."""
_SHARE = {"%": 0.01, "percent": 0.01, "per cent": 0.01, "pct": 0.01, "‰": 0.001}
_POINTS = (
    "个百分点", "百分点", "percentage points", "percentage point", "percent points", "%-points", "% points",
    "pp", "ppt",
    "ppts", "p.p.", "pps",
)  # fmt: skip


@cache
def table() -> dict[str, tuple[str, float]]:
    """By folded symbol, the base unit and the factor to it.

    Base units are `1` (shares), `pp`, `t`, `tCO2e`, `GJ`, `m3`, `m2`, `kW` and the codes of currencies.
    """
    found: dict[str, tuple[str, float]] = {}
    for base, symbols, factor in (
        ("t", _MASS, 1.0), ("GJ", _ENERGY, GJ_PER_KWH), ("GJ", _JOULE, 1.0), ("m3", _VOLUME, 1.0), ("m2", _AREA, 1.0),
        ("kW", _POWER, 1.0), ("1", _SHARE, 1.0),
    ):  # fmt: skip
        found |= {fold(symbol): (base, size * factor) for symbol, size in symbols.items()}
    for symbol, size in _MASS.items():
        for gap in ("", " ", "-"):
            found |= {fold(f"{symbol}{gap}{carbon}"): ("tCO2e", float(size)) for carbon in _CARBON}
            found |= {fold(f"{symbol}{gap}{coal}"): ("GJ", size * GJ_PER_TCE) for coal in _COAL}
    found |= {fold(symbol): (code, 1.0) for symbol, code in _MONEY.items()}
    found |= {fold(symbol): ("pp", 1.0) for symbol in _POINTS}
    return found


def currencies() -> frozenset[str]:
    """Codes of the currencies that the table knows."""
    return frozenset(_MONEY.values())


METRIC_TONS_FROM = 1000
"""From this number on `MT` is metric tons: nothing in one company's report is a thousand megatonnes."""


def metric_tons(written: str, value: float, scaled: bool) -> float | None:
    """The factor of `mt` to tonnes by how it is written, or None where it could be either.

    `Mt` is megatonnes; `MT` and `mt` are metric tons behind a word of size or a number of a thousand and more.
    """
    if written == "Mt":
        return 1e6
    return 1.0 if scaled or abs(value) >= METRIC_TONS_FROM else None
