"""A paragraph -> the emissions by scope that its sentences state, with the year where it is said."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from alignment.figures import units
from alignment.figures.ghg import labels, rows
from alignment.text import sentences
from alignment.text.folding import fold

_NUMBER = re.compile(r"(?<![\d.,a-z])\d[\d,.'’]*(?:\s\d{3}(?!\d))*")
_YEAR = re.compile(r"(?<!\d)(20[0-3]\d)(?!\d)")
_LATER = re.compile(r"\bwill\b|\bby 20[2-6]\d|\baim|target|goal|commit|expect|目标|计[划㓰]|力争|预计|将|争取")
_BY = re.compile(r"(?:by|减少|下降|降低|增加|减排)\s*(?:about|around|approximately|约|了)?\s*$")
_NEAR = 90
"""Characters between a scope and its amount."""
_BEHIND = 40
"""Characters between an amount and the scope or the year behind it."""


@dataclass(frozen=True, slots=True)
class Stated:
    """An amount of a scope at `start:end` of the paragraph: the sentence that states it."""

    scope: str
    value: float
    unit: str
    normalised: float
    year: int | None
    start: int
    end: int
    whole: bool
    named: bool
    """Whether its method is said, for scope 2."""


@dataclass(frozen=True, slots=True)
class _Amount:
    value: float
    unit: labels.Unit
    start: int
    end: int


def find(text: str) -> Iterator[Stated]:
    """Amounts in the order of the text. Plans, changes, sites and sums of several scopes are none."""
    carried: str | None = None
    for start, end in sentences.sentences(text):
        written = text[start:end].replace("\n", " ")
        sentence = fold(written)
        scopes = list(labels.mentions(sentence))
        alone = [scope for _, _, scope in scopes if len(scope) == 1]
        method = labels.method(sentence)
        amounts = list(_amounts(sentence, written))
        if not scopes and method and carried == "2":
            # `The location-based approach gives …` after a sentence on scope 2.
            scopes = [(0, 0, frozenset("2"))]
        if amounts and not labels.NOT_AN_AMOUNT.search(_outside(sentence)) and not _LATER.search(sentence):
            for scope, amount in _pairs(sentence, scopes, amounts):
                own = _method(sentence, amount, amounts) or (method if scope == "2" else None)
                code = (own or "2lb") if scope == "2" else scope
                factor = amount.unit.factor
                if factor is None or labels.OF_A_PART.search(sentence):
                    continue
                year = _year(sentence, amount)
                group = labels.is_group(sentence) or labels.is_total(sentence)
                yield Stated(
                    code,
                    amount.value,
                    amount.unit.text,
                    amount.value * factor,
                    year,
                    start,
                    end,
                    group,
                    own is not None,
                )
        carried = next(iter(alone[-1])) if alone else carried


def _outside(sentence: str) -> str:
    return re.sub(r"\([^)]*\)", "", sentence)


def _amounts(sentence: str, written: str) -> Iterator[_Amount]:
    for unit in labels.units_of(sentence, written):
        before = sentence[: unit.start]
        number = None
        for match in _NUMBER.finditer(before, max(0, len(before) - 24)):
            if not before[match.end() :].strip(" ("):
                number = match
        if number is None or _BY.search(before[: number.start()]):
            continue
        value = rows.amount(number.group())
        factor = 1.0 if unit.factor is None and value is not None and value >= units.METRIC_TONS_FROM else unit.factor
        if value is not None and factor is not None:
            made = labels.Unit(unit.text, unit.start, unit.end, factor, unit.carbon)
            yield _Amount(value, made, number.start(), unit.end)


def _pairs(
    sentence: str, scopes: Sequence[tuple[int, int, frozenset[str]]], amounts: Sequence[_Amount]
) -> Iterator[tuple[str, _Amount]]:
    """Each amount with the scope that it is of: the one before it, or in brackets behind it; lists in their order."""
    singles = [each for each in scopes if len(each[2]) == 1]
    if len(singles) > 1 and len(singles) == len(amounts) and singles[-1][1] <= amounts[0].start:
        yield from ((next(iter(scope[2])), amount) for scope, amount in zip(singles, amounts, strict=True))
        return
    for number, amount in enumerate(amounts):
        left = amounts[number - 1].end if number else 0
        before = [each for each in scopes if left <= each[1] <= amount.start] or [
            each for each in scopes if each[1] == 0
        ]
        behind = [each for each in scopes if 0 <= each[0] - amount.end <= _BEHIND]
        near = [each for each in before if amount.start - each[1] <= _NEAR or each[1] == 0]
        chosen = near[-1] if near else behind[0] if behind else None
        between = sentence[chosen[1] : amount.start] if chosen and near else ""
        if chosen and len(chosen[2]) == 1 and not re.search(r"[。;；]|\. ", between):
            yield next(iter(chosen[2])), amount


def _method(sentence: str, amount: _Amount, amounts: Sequence[_Amount]) -> str | None:
    """The method named between this amount and its neighbours: behind it in brackets, or before it."""
    left = max((each.end for each in amounts if each.end <= amount.start), default=0)
    right = min((each.start for each in amounts if each.start >= amount.end), default=len(sentence))
    bracket = re.match(r"\s*\([^)]*\)", sentence[amount.end : right])
    return (labels.method(bracket.group()) if bracket else None) or labels.method(sentence[left : amount.start])


def _year(sentence: str, amount: _Amount) -> int | None:
    behind = re.match(r"\s*\(?(?:in |fy\s?)*(20[0-3]\d)", sentence[amount.end : amount.end + _BEHIND])
    if behind:
        return int(behind[1])
    before = [int(match[1]) for match in _YEAR.finditer(sentence, 0, amount.start)]
    after = [int(match[1]) for match in _YEAR.finditer(sentence, amount.end)]
    return before[-1] if before else after[0] if len(set(after)) == 1 else None
