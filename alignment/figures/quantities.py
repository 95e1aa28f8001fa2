"""Text -> the quantities in it: value, unit, place, and the value in a base unit where it can be converted."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from alignment.figures import units
from alignment.text.folding import fold

_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+")
_FIXED = re.compile("(?<=[0-9０-９])[⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺]+|[\u00a0\u202f\u2009]")
"""What folding would make one with what it is not: a raised 4 behind a number with a 4, a fixed space with a space."""
_GAP = "\u00a0\u202f\u2009'’"
_PLAIN = (
    r"\d{1,3}(?:\.\d{3})+,\d+|\d{1,3}(?:\.\d{3}){2,}"  # 1.234,5 and 1.234.567
    rf"|\d{{1,3}}(?:[{_GAP}]\d{{3}})+(?:[.,]\d+)?"  # 1 234,5 with fixed spaces
    r"|(?<![\d,.] )\d{1,3}(?: \d{3})+(?:[.,]\d+)?(?![\d ]*\d)"  # 1 234 with word spaces, unless in a row of numbers
    r"|\d{1,3}(?:,\d{3})+(?:\.\d+)?(?![\d,])"  # 1,234.5
    r"|\d{1,2}(?:,\d{2})+,\d{3}(?:\.\d+)?"  # 1,23,456
    r"|\d+,\d+|\d+\.\d+|\d+"
)
_POWER = r"(?P<power>\s*[×x*·]\s*10(?:\^?\(?(?P<raised>[-−]?\d+)\)?|(?P<super>[⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺]+))|e[+-]?\d{1,2}(?!\d))?"
_HAN = "零〇一二两三四五六七八九十百千万亿点"
_DIGITS = {"零": 0, "〇": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_TENS = {"十": 10, "百": 100, "千": 1000}
_SIZES = {**units.SCALES, "千": 1e3, "百": 1e2, "k": 1e3, "m": 1e6, "b": 1e9}
"""Words and letters of size, those too that are read only beside a unit."""
_LARGEST = 1e24
"""No quantity of a report is larger; what is, or what overflows, is no number."""
_YEAR = re.compile(r"(?:19|20)\d\d")
"""In parentheses a year, not a loss."""
_WORD = re.compile(r"\w")
_DEGREES_FROM = 1000
"""From this number on 度 is a kilowatt-hour without 万 before it or 电 after it; below it may be a temperature."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with its unit at `text[start:end]`; `high` is the upper end of a range, in the same unit."""

    value: float
    unit: str
    """As written, words of size (万, million) included."""
    start: int
    end: int
    high: float | None = None
    base: str = ""
    """Base unit (`1`, `pp`, `t`, `tCO2e`, `GJ`, `m3`, `CNY` …), with `/` and the denominator's."""
    factor: float | None = None
    """From the unit as written to the base unit; None where it cannot be known."""

    @property
    def normalised(self) -> float | None:
        """The value in the base unit."""
        return None if self.factor is None else self.value * self.factor


def find(text: str) -> tuple[Quantity, ...]:
    """All numbers of `text` that have a unit, in order.

    A number that cannot be read for sure (3.5×104, an exponent that lost its height) is left out.
    """
    kept = {place for match in _FIXED.finditer(text) for place in range(*match.span())}
    folded = "".join(text[place] if place in kept else plain for place, plain in enumerate(fold(text)))
    found = [*_numeric(text, folded), *_worded(folded)]
    return tuple(sorted(found, key=lambda quantity: quantity.start))


def number(written: str) -> float | None:
    """A number in digits, by any convention of separators, or None where it is none.

    A single comma before one, two or more than three digits is a decimal comma; before three digits, after a digit
    other than 0, it separates thousands. A single full stop is a decimal point.
    """
    plain = re.sub(rf"[{_GAP} ]", "", fold(written))
    if re.fullmatch(r"\d{1,3}(\.\d{3})+,\d+|\d{1,3}(\.\d{3}){2,}", plain):
        plain = plain.replace(".", "").replace(",", ".")
    elif re.fullmatch(r"[1-9]\d{0,2}(,\d{3})+(\.\d+)?|\d{1,2}(,\d{2})+,\d{3}(\.\d+)?", plain):
        plain = plain.replace(",", "")
    elif re.fullmatch(r"\d+,\d+", plain):
        plain = plain.replace(",", ".")
    return _bounded(float(plain)) if re.fullmatch(r"\d+(\.\d+)?", plain) else None


def han_number(written: str) -> float | None:
    """A number in Chinese numerals (十八, 一百二十点五, 三万), or None where it is none."""
    whole, _, part = written.partition("点")
    if not whole or any(char not in _DIGITS for char in part):
        return None
    total, section, digit = 0.0, 0.0, 0.0
    for char in whole:
        if char in _DIGITS:
            digit = digit * 10 + _DIGITS[char] if digit and len(whole) > 1 and section == 0 else float(_DIGITS[char])
        elif char in _TENS:
            section, digit = section + (digit or 1) * _TENS[char], 0
        elif char in "万亿":
            total, section, digit = (total + section + digit) * (1e4 if char == "万" else 1e8), 0, 0
        else:
            return None
    decimals = float("0." + "".join(str(_DIGITS[char]) for char in part)) if part else 0.0
    return _bounded(total + section + digit + decimals)


def _bounded(value: float) -> float | None:
    return value if value < _LARGEST else None


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    symbols = sorted(units.table(), key=len, reverse=True)
    # A Latin symbol ends where a word does; 方 and 度 begin many words.
    closed = "|".join(
        re.escape(symbol) + (r"(?![a-z0-9])" if symbol[-1].isascii() and symbol[-1].isalnum() else "")
        for symbol in symbols
        if symbol not in ("方", "度", "元", "克", "斤", "升")
    )
    closed += "|方(?![面案式法向位针便程圆])|度(?![数假])|元(?![素旦器件])|克(?![服拉])|斤|升(?![级至到高])"
    words = "|".join(sorted(map(re.escape, units.SCALES), key=len, reverse=True))
    scale = rf"(?P<scale>(?:{words})|千(?![克瓦焦吨])|百(?![分])|[mbk](?=\s(?:mt|t|tonnes|tons)))?"
    before = r"(?P<money>(?:us|hk|nt)?\$|€|£|¥|rmb|cny|usd|eur|人民币)?\s*"
    low = rf"(?P<low>{_PLAIN})"
    span = rf"(?:\s*(?:%\s*)?(?P<join>[-–—~～]|至|到|\bto\b)\s*(?P<high>{_PLAIN}))?"
    below = rf"(?P<times>{words}|千(?![克瓦]))?\s*(?P<per>{closed}|[a-z]+|[\u4e00-\u9fff]{{1,6}})"
    per = rf"(?:\s*(?:/|每|\bper\b)\s*{below})?"
    value = rf"(?P<sign>[-−–+↓↑])?(?P<open>\()?{low}{span}{_POWER}(?P<close>\))?"
    full = rf"(?<![\d.,a-z_]){before}{value}\s*{scale}\s*(?P<unit>{closed})?{per}"
    share = re.compile(rf"(百分之|千分之)\s*([{_HAN}]+|\d+(?:\.\d+)?)|百分百")
    tenths = re.compile(
        r"([一二两三四五六七八九]|\d+(?:\.\d+)?)成([一二三四五六七八九半])?(?![立功本员为品果长熟效就分份])"
    )
    return re.compile(full), share, tenths


def _numeric(text: str, folded: str) -> Iterator[Quantity]:
    for match in _patterns()[0].finditer(folded):
        if (quantity := _read(match, text)) is not None:
            yield quantity


def _read(match: re.Match[str], text: str) -> Quantity | None:
    low, high = number(match["low"]), number(match["high"]) if match["high"] else None
    # Ten with digits behind it and neither a caret nor height: the exponent lost its place.
    lost = bool(match["raised"]) and "^" not in match["power"]
    power = _exponent(match)
    if low is None or lost or power is None or not (match["unit"] or match["money"]):
        return None
    if _is_of_another_row(match, text) or (match["open"] and match["close"] and _YEAR.fullmatch(match["low"])):
        return None
    sign = -1.0 if match["sign"] in ("-", "−", "–", "↓") or (match["open"] and match["close"]) else 1.0
    scale = _SIZES.get(match["scale"] or "", 1.0)
    value = sign * low * power
    base, factor = _conversion(match, text, value, scale)
    if base is None:
        return None
    start, end = match.start("money") if match["money"] else _first(match), match.end()
    if match["open"] and not match["close"]:
        start = match.start("low")
    began = match.start("scale") if match["scale"] else match.start("unit") if match["unit"] else match.end()
    unit = text[began:end].strip()
    if match["money"] and not match["unit"]:
        unit = f"{text[match.start('money') : match.end('money')]} {unit}".strip()
    return Quantity(value, unit, start, end, None if high is None else sign * high * power, base, factor)


def _is_of_another_row(match: re.Match[str], text: str) -> bool:
    """Whether what looks like the unit begins the next line and goes on as a word there: the label of the next row."""
    unit = match.start("unit") if match["unit"] else -1
    return unit > 0 and "\n" in text[match.end("low") : unit] and bool(_WORD.match(text, match.end()))


def _first(match: re.Match[str]) -> int:
    return min(match.start(name) for name in ("sign", "open", "low") if match[name])


def _exponent(match: re.Match[str]) -> float | None:
    """The power of ten behind a number, 1 where there is none; None for one that no quantity has."""
    written = (match["super"] or "").translate(_RAISED) or match["raised"] or (match["power"] or "")[1:] or "0"
    power = written.replace("−", "-")
    return float(f"1e{power}") if re.fullmatch(r"[-+]?\d{1,2}", power) else None


def _conversion(match: re.Match[str], text: str, value: float, scale: float) -> tuple[str | None, float | None]:
    """Base unit and factor of what was matched; no base where it is no quantity."""
    symbol = match["unit"] or match["money"]
    base, factor = units.table()[symbol]
    size: float | None = factor * scale
    if symbol == "度" and scale == 1 and value < _DEGREES_FROM:
        return None, None
    if symbol.startswith("mt") and base in ("t", "tCO2e"):
        tons = units.metric_tons(text[match.start("unit") : match.start("unit") + 2], value, scale > 1)
        size = None if tons is None else tons * scale
    if not match["per"]:
        return base, size
    below = units.table().get(match["per"])
    if below is None or size is None:
        return f"{base}/{match['per'].strip()}", None
    times = _SIZES.get(match["times"] or "", 1.0)
    return f"{base}/{below[0]}", size / (below[1] * times)


def _worded(folded: str) -> Iterator[Quantity]:
    """百分之十八, 百分百, 一成八: shares that are written without a sign for per cent."""
    _, share, tenths = _patterns()
    for match in share.finditer(folded):
        if match[1] is None:
            yield Quantity(100.0, "%", match.start(), match.end(), base="1", factor=0.01)
            continue
        read = number(match[2]) if match[2][0].isdigit() else han_number(match[2])
        if read is not None:
            unit, factor = ("%", 0.01) if match[1] == "百分之" else ("‰", 0.001)
            yield Quantity(read, unit, match.start(), match.end(), base="1", factor=factor)
    for match in tenths.finditer(folded):
        whole = _DIGITS[match[1]] if match[1] in _DIGITS else float(match[1])
        part = 0.5 if match[2] == "半" else _DIGITS[match[2]] / 10 if match[2] else 0.0
        value = round((whole + part) * 10, 6)
        yield Quantity(value, "%", match.start(), match.end(), base="1", factor=0.01)
