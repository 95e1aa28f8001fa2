"""A passage's text -> the company's figures in it: subject, kind, value, unit, years, done or planned."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from alignment.figures import labelled, words
from alignment.figures.amounts import of_amount
from alignment.figures.ghg import labels
from alignment.figures.quantities import Quantity
from alignment.figures.shares import of_share
from alignment.figures.spans import years
from alignment.figures.subjects import NEAR, clause_start
from alignment.figures.unwrapped import unwrapped
from alignment.figures.words import Theme

_BREAK = re.compile(r"[。；;！!？?►•]|\.\s+(?=[A-Z“\"(])|\n")
_FUTURE = 110
_TOPIC = 160
"""Characters behind a change in which another without a subject is of the same."""
_LISTED = 45
"""Characters between two amounts of one list."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A figure at `text[start:end]`; `same` is a figure of the same kind of quantity as national targets are."""

    theme: Theme
    same: bool
    kind: str
    """`change`, `level`, `amount` or `rate`."""
    value: float
    unit: str
    normalised: float | None
    base: str
    year: int | None
    base_year: int | None
    yearly: bool
    """Whether it is compared with the year before, which need not be named."""
    future: bool
    denominator: str | None
    scope: str | None
    start: int
    end: int


def find(text: str) -> tuple[Claim, ...]:
    """All figures of the company's own in the order of the text; of rows of several years the latest year's."""
    written, kept = unwrapped(text)
    plain = labelled.folded(written)
    found: list[Claim] = []
    for quantity, span, stretch in _placed(written, plain):
        if claim := _next(plain, quantity, span, stretch, found):
            found.append(claim)
    return tuple(
        replace(claim, start=kept[claim.start], end=kept[claim.end - 1] + 1) for claim in _latest(plain, found)
    )


def _next(
    text: str, quantity: Quantity, span: tuple[int, int], stretch: tuple[int, int], found: Sequence[Claim]
) -> Claim | None:
    if not found:
        return _claim(text, quantity, span, stretch, None)
    before = found[-1]
    recent = before.kind == "change" and quantity.start - before.end < _TOPIC
    return (
        _follows(text, before, quantity)
        or _claim(text, quantity, span, stretch, before.theme if recent else None)
        or _goes_on(text, before, quantity)
    )


def _goes_on(text: str, before: Claim, quantity: Quantity) -> Claim | None:
    """An amount of a list whose subject is named before its first."""
    between = text[before.end : quantity.start]
    listed = (
        len(between) <= _LISTED
        and not re.search(r"[。；;\n]|\. ", between)
        and re.search(r"[,，、(]|\band\b|和|及", between)
    )
    if not listed or before.kind != "amount" or quantity.base != before.base or words.NOISE.search(between):
        return None
    if any(pattern.search(between) for theme, pattern in words.NAMES.items() if theme is not before.theme):
        return None
    normalised = None if quantity.factor is None else quantity.value * quantity.factor
    return replace(
        before, value=quantity.value, normalised=normalised, unit=quantity.unit, start=quantity.start, end=quantity.end
    )


def _follows(text: str, before: Claim, quantity: Quantity) -> Claim | None:
    """Another of a list of changes: 15%, 10% and 8%."""
    if quantity.start - before.end > 12:
        return None
    listed = re.fullmatch(r"\s*(?:[、,，及和与]|and|,? and)\s*", text[before.end : quantity.start])
    if (
        not listed
        or before.kind != "change"
        or quantity.base != before.base
        or words.WAY_AFTER.match(text, quantity.end)
    ):
        return None
    value = abs(quantity.value) if before.value > 0 else -abs(quantity.value)
    normalised = None if quantity.factor is None else value * quantity.factor
    return replace(
        before, value=value, normalised=normalised, unit=quantity.unit, start=quantity.start, end=quantity.end
    )


def _placed(text: str, plain: str) -> Iterator[tuple[Quantity, tuple[int, int], tuple[int, int]]]:
    """Each quantity with the sentence that it stands in, and with the stretch between the quantities around it."""
    ends = [match.end() for match in _BREAK.finditer(text)]
    found = labelled.find(text, plain)
    for index, quantity in enumerate(found):
        start = max((end for end in ends if end <= quantity.start), default=0)
        stop = min((end for end in ends if end > quantity.end), default=len(text))
        left = max(start, found[index - 1].end) if index else start
        right = stop
        if index + 1 < len(found) and found[index + 1].start < stop:
            mark = re.search(r"[，；;]|, ", plain[quantity.end : found[index + 1].start])
            right = quantity.end + mark.start() if mark else found[index + 1].start
        yield quantity, (start, stop), (left, right)


def _claim(
    text: str, quantity: Quantity, span: tuple[int, int], stretch: tuple[int, int], topic: Theme | None
) -> Claim | None:
    left, right = text[span[0] : quantity.start], text[quantity.end : span[1]]
    clause = left[clause_start(left) :]
    rest = re.split(r"[，；;。]|, ", right, maxsplit=1)[0]
    if words.CITED.search(left) or re.match(r"1[’',.]?000\s?\D+$", text[quantity.start : quantity.end]):
        return None
    if words.DENIED.search(clause) or words.OTHERS.search(clause + rest[:15]) or _is_former(left, quantity):
        return None
    if quantity.high is not None and re.search(r"(?:from|由|从|自)\s*$", left):
        quantity = replace(quantity, value=quantity.high, high=None)
    signed = text[quantity.start] == "+" or quantity.value < 0
    found = (
        of_share(left, right, quantity, topic, signed=signed)
        if quantity.base in ("1", "pp")
        else of_amount(left, right, quantity)
    )
    if found is None:
        return None
    future = _is_future(left, rest)
    year, base_year, yearly = years(text, quantity, span, stretch, change=found.kind == "change", future=future)
    return Claim(
        theme=found.theme,
        same=found.same,
        kind=found.kind,
        value=found.value,
        unit=quantity.unit,
        normalised=None if quantity.factor is None else found.value * quantity.factor,
        base=quantity.base,
        year=year,
        base_year=base_year,
        yearly=yearly,
        future=future,
        denominator=_denominator(clause + rest[:20]) if found.kind in ("level", "change") else None,
        scope=_scope(left) if found.theme is Theme.CARBON else None,
        start=quantity.start,
        end=quantity.end,
    )


def _is_former(left: str, quantity: Quantity) -> bool:
    """Whether the number is the one that another is compared with, or begins a way from one to another."""
    if quantity.high is not None:
        return False
    return (
        re.search(
            r"(?:\b(?:down|up)?\s?from|compared (?:with|to)|versus|由|从|自|原先的?)\s*"
            r"(?:20[0-3]\d年?的?)?\s*(?:about\s)?$",
            left,
        )
        is not None
    )


def _is_future(left: str, rest: str) -> bool:
    if words.IMPERATIVE.match(left):
        return True
    near = left[-_FUTURE:]
    cut = near.rfind(": ")
    if 0 <= cut < len(near) - 18:
        near = near[cut:]
    return words.LATER.search(words.MET.sub("", near + "#" + rest[:30])) is not None


def _scope(left: str) -> str | None:
    named = list(labels.mentions(left[-NEAR:]))
    if not named or len(named[-1][2]) != 1:
        return None
    scope = next(iter(named[-1][2]))
    return (labels.method(left[-NEAR:]) or "2lb") if scope == "2" else scope


def _denominator(text: str) -> str | None:
    if re.search(r"增加值|value added", text):
        return "value added"
    if re.search(r"产值|营收|收入|销售|万元|revenue|sales|turnover|亿元", text):
        return "revenue"
    if re.search(r"产品|吨[钢铁纸铝]|产量|product|tonne|\bton\b|output|unit", text):
        return "product"
    return None


def _latest(text: str, found: Sequence[Claim]) -> Iterator[Claim]:
    """Of neighbouring figures that only differ in their year, the latest; of from X to Y, Y."""
    index = 0
    while index < len(found):
        group = [found[index]]
        while index + len(group) < len(found) and _same_row(text, group[-1], found[index + len(group)]):
            group.append(found[index + len(group)])
        index += len(group)
        dated = [claim for claim in group if claim.year is not None]
        yield max(dated, key=lambda claim: (claim.year or 0, claim.start)) if len(dated) == len(group) else group[-1]


def _same_row(text: str, first: Claim, second: Claim) -> bool:
    if (first.theme, first.base, first.kind, first.future) != (second.theme, second.base, second.kind, second.future):
        return False
    between = text[first.end : second.start]
    if first.kind == "change" and first.value == second.value and re.fullmatch(r"\s*[a-z]*\s*", between):
        return True
    return bool(
        re.fullmatch(r"[\s,;，；、]*(?:fy|cy)?\s?(?:20)?\d\d年?[^。.]{0,40}[:：]\s*", between)
        or re.fullmatch(r"[^。;；]{0,60}(?:fy)?20\d\d (?:target|result|actual|progress)[:：]\s*", between)
    )
