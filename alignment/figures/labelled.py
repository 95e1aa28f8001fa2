"""A passage's text -> its quantities, those too whose unit stands before them, in a label or in brackets."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import pairwise

from alignment.figures import quantities, units
from alignment.figures.quantities import Quantity
from alignment.text.folding import fold

_NUMBER = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_PASTED = re.compile(r"(?<![\d.,])\d[\d,]*\.\d[\d,]*\.[\d,.]*\d")
"""Numbers of a row that lost the space between them."""
_MOST_DECIMALS = 4
_HAN = re.compile(r"[\u4e00-\u9fff]")
_BEHIND_UNIT = re.compile(r"(?<=[^\s\d.,()（）:：/\-])\d[\d,.]*(?=[\u4e00-\u9fff]|$)")
_LONGEST_UNIT = 16
_PAIR = re.compile(r"(?<!\d)(20[0-3]\d)年?度?[\s、,/]{0,3}(?:fy\s?)?(20[0-3]\d)(?!\d)")
"""Two years beside each other, as in a header."""
_HEADER = re.compile(r"(?:(?:fy)?20[0-3]\d\s+){1,}(?:fy)?20[0-3]\d(?!\d)")
_UNIT_FOLLOWS = r"(?![\d.,]*\s*[%％万亿千吨个项家台人元度个立米kmt年])"
_LOST_SIGN = re.compile(
    rf"(?:下降|降低|减少|增长|上升|提高)(?:了|约)?(\d+(?:\.\d+)?){_UNIT_FOLLOWS}"
    rf"|(?:利用|回收|处置|处理|循环)率(?:达到|为|达)(\d+(?:\.\d+)?){_UNIT_FOLLOWS}"
)
"""A change without its sign for per cent, as text that lost its symbols has it."""
_KINDS = ("tCO2e", "GJ", "m3", "t")


def find(text: str, plain: str) -> tuple[Quantity, ...]:
    """Quantities in order; `plain` is the text folded. None overlaps another."""
    # 150余吨 is 150 tonnes and some more.
    whole = re.sub(r"(?<=\d)[余餘多](?=[万萬亿億吨噸度立千公])", " ", text)
    found = [*_glued(text, plain), *(each for each in quantities.find(whole) if not _is_of_label(text, each))]
    found = [each for number, each in enumerate(found) if not _overlaps(each, found[:number])]
    taken = [(each.start, each.end) for each in found]
    for extra in (*_labelled(text, plain), *_without_sign(plain)):
        if not any(start < extra.end and extra.start < end for start, end in taken):
            found.append(extra)
            taken.append((extra.start, extra.end))
    return tuple(sorted(found, key=lambda each: each.start))


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """A unit in brackets with the numbers behind it, and a unit at the end of a text."""
    table = units.table().items()
    kept = [symbol for symbol, (base, _) in table if base in _KINDS and symbol not in ("方", "度", "l", "g")]
    closed = "|".join(map(re.escape, sorted(kept, key=len, reverse=True)))
    words = "|".join(sorted(map(re.escape, units.SCALES), key=len, reverse=True))
    below = r"(?:\s?/\s?[^\s()（）:：\d]{1,12})?"
    unit = rf"(?P<unit>(?:(?:{words}|千)\s?)?(?:{closed})(?![a-z]){below}|%)"
    gas = r"(?:\s?(?:no2|no|so2|so|ch4|voc)[a-z ]{0,4}\.?)?"
    inside = rf"[(（\[](?:单位[:：]\s?)?(?:in )?{unit}{gas}(?:/\s?[a-z]{{1,8}})?[)）\]]\d?"
    number = r"(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?(?![\d.,]*\s?%))"
    one = r"[^\d%()（）。;；\n]{0,40}?(?:20[0-3]\d年?[^\d%()\n]{0,14})?[-–]?" + number
    labelled = re.compile(rf"{inside}(?P<values>(?:{one}){{1,6}})")
    return labelled, re.compile(rf"(?P<unit>(?:(?:{words}|千)\s?)?(?:{closed}){below})$")


def _labelled(text: str, plain: str) -> Iterator[Quantity]:
    descending, header = _descending(plain), _header(plain)
    if _HAN.search(plain):
        yield from _glued_behind(text, plain, descending)
    if "(" not in plain and "[" not in plain:
        return
    for match in _patterns()[0].finditer(plain):
        start = match.start("values")
        numbers = [
            each for each in re.finditer(_NUMBER, match["values"])
            if not (re.fullmatch(r"20[0-3]\d", each.group()) and _is_year(plain[start + each.end() :]))
        ]  # fmt: skip
        for chosen in _chosen(match["values"], numbers, descending, header):
            value = quantities.number(chosen.group())
            if value is not None:
                place = start + chosen.start(), start + chosen.end()
                if plain[place[0] - 1] in "-−" and plain[place[0] - 2] in " :：":
                    value, place = -value, (place[0] - 1, place[1])
                yield _quantity(text, match.span("unit"), value, place)


def _glued_behind(text: str, plain: str, descending: bool) -> Iterator[Quantity]:
    """Numbers that follow their unit without a space, in text that lost its cells."""
    for match in _BEHIND_UNIT.finditer(plain):
        left = max(0, match.start() - _LONGEST_UNIT)
        unit = _patterns()[1].search(plain[left : match.start()])
        if unit is None or re.search(r"[\d.,]\d$|[.\s]$", plain[: left + unit.start()][-2:]):
            continue
        written = match.group().rstrip(".,")
        if value := _row_value(written, descending):
            yield _quantity(text, (left + unit.start(), left + unit.end()), value, match.span())


def _is_year(following: str) -> bool:
    return re.match(r"年|\s*[:：]|\s[a-z(]", following) is not None


def _header(plain: str) -> int:
    """How many years a header names beside each other; 0 where there is none."""
    row = _HEADER.search(plain)
    return len(row.group().split()) if row else 0


def _chosen(values: str, numbers: Sequence[re.Match[str]], descending: bool, header: int) -> Sequence[re.Match[str]]:
    """Of a row of years the latest year's number."""
    dated = [
        (int(years[-1]), number)
        for number in numbers
        if (years := re.findall(r"(20[0-3]\d)年?[^\d]{0,30}$", values[: number.start()]))
    ]
    if len(dated) == len(numbers) and dated:
        return [max(dated, key=lambda each: each[0])[1]]
    bare = len(numbers) > 1 and all(
        re.fullmatch(r"[\s\-–—]*", values[first.end() : second.start()]) for first, second in pairwise(numbers)
    )
    if bare:
        last = header if 1 < header <= len(numbers) else len(numbers)
        return [numbers[0] if descending else numbers[last - 1]]
    return numbers[:1]


def _row_value(written: str, descending: bool) -> float | None:
    """The latest year's number of a row without spaces, or the only one."""
    parts = parted(written)
    if re.fullmatch(r"20[0-3]\d", written):
        return None
    return quantities.number(parts[0] if descending else parts[-1])


def parted(written: str) -> list[str]:
    """Numbers of a row, pasted together, as single ones: they have the same count of decimals, the fewest that fits.

    Only where none fits, the last may have fewer, or the mark of a footnote behind it.
    """
    for last in (r"", r"\d", r"(?:0|[1-9][\d,]*)\.\d"):
        for decimals in range(1, _MOST_DECIMALS + 1):
            one = rf"(?:[1-9]\d{{0,2}}(?:,\d{{3}})+|0|[1-9]\d*)\.\d{{{decimals}}}"
            fewest = 2 if last != r"(?:0|[1-9][\d,]*)\.\d" else 1
            if re.fullmatch(rf"(?:{one}){{{fewest},}}{last}", written):
                return re.findall(one, written)
    return [written]


def _glued(text: str, plain: str) -> Iterator[Quantity]:
    """Rows that were pasted together before their unit."""
    descending = _descending(plain)
    for match in _PASTED.finditer(plain):
        parts = parted(match.group())
        read = quantities.find("1" + text[match.end() : match.end() + 16])
        behind = _patterns()[1].search(plain[max(0, match.start() - _LONGEST_UNIT) : match.start()])
        if len(parts) > 1 and read and read[0].start == 0 and not behind:
            value = quantities.number(parts[0] if descending else parts[-1])
            end = match.end() + read[0].end - 1
            if value is not None:
                place = (match.start(), end) if descending else (match.end() - len(parts[-1]), end)
                yield Quantity(value, read[0].unit, *place, base=read[0].base, factor=read[0].factor)


def _is_of_label(text: str, each: Quantity) -> bool:
    """Whether the unit begins the next label of a row, or the number is a footnote's mark behind a label."""
    mark = each.value < 10 and re.match(r"\d", text[each.end : each.end + 1]) and re.match(
        r"[\u4e00-\u9fff]\d[^\d.]", text[max(0, each.start - 1) : each.start + 2]
    )  # fmt: skip
    return (each.base == "1" and each.value > 1000) or bool(mark)


def _overlaps(each: Quantity, others: Sequence[Quantity]) -> bool:
    return any(other.start < each.end and each.start < other.end for other in others)


def _descending(plain: str) -> bool:
    """Whether the years of the text's header run from the latest back."""
    pair = _PAIR.search(plain)
    return pair is not None and int(pair[1]) == int(pair[2]) + 1


def _without_sign(plain: str) -> Iterator[Quantity]:
    for match in _LOST_SIGN.finditer(plain):
        place = 1 if match[1] else 2
        value = quantities.number(match[place])
        if value is not None and value <= 100:
            yield Quantity(value, "%", match.start(place), match.end(place), base="1", factor=0.01)


def _quantity(text: str, unit: tuple[int, int], value: float, place: tuple[int, int]) -> Quantity:
    """The number with the unit read as if it stood behind it."""
    written = text[slice(*unit)]
    read = quantities.find(f"1 {written}")
    base, factor = (read[0].base, read[0].factor) if read else ("1" if written == "%" else "t", None)
    return Quantity(value, written, *place, base=base, factor=factor)


def folded(text: str) -> str:
    """Folded, with the marks between Chinese clauses as written: folded, they look like separators of thousands."""
    plain = fold(text)
    if "，" not in text and "；" not in text:
        return plain
    return "".join(char if char in "，；" else small for char, small in zip(text, plain, strict=True))
