"""A share and the text around it -> the change or the rate that it states."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from alignment.figures import words
from alignment.figures.quantities import Quantity
from alignment.figures.subjects import (
    BEHIND,
    FAR,
    MEASURED,
    NEAR,
    clause_start,
    is_intensity,
    subject_of,
    without_denominators,
)
from alignment.figures.words import Theme

_OF_WASTE = re.compile(r"综合利用|回收率|回收利用率|recycling rate")
_THAN = 60
"""Characters behind a change in which it is compared with something else."""


@dataclass(frozen=True, slots=True)
class Read:
    theme: Theme
    kind: str
    value: float
    same: bool = False


def of_share(left: str, right: str, quantity: Quantity, topic: Theme | None, *, signed: bool) -> Read | None:
    """A share is a change, with its sign, or a rate."""
    if words.SIGNED.search(left[-40:]) or signed:
        subject = subject_of(left, "", MEASURED) or subject_of(left[:-20], "", MEASURED)
        if subject is None:
            return None
        value = -quantity.value if signed and quantity.value > 0 and left.endswith(("-", "−")) else quantity.value
        wider = replace(subject, near=left[-FAR:] if words.SIGNED.search(left) else subject.near)
        return Read(subject.theme, "change", value, is_intensity(wider, quantity))
    way, after = _way(left, right)
    if way is not None:
        return _of_change(left, right, quantity, way, topic, behind=after)
    if quantity.base == "pp" or quantity.value > 100:
        return None
    behind = re.match(r"\s*(?:以上|左右)?\s*(?:of |的|renewable|clean|in |reuse|recycl)", right) is not None
    clause = left[clause_start(left) :][-BEHIND:] + "|" + right[: 3 * BEHIND]
    subject = subject_of(left, right, tuple(Theme), behind=behind)
    rated = behind or words.RATE.search(left[-25:]) is not None
    return None if subject is None else _of_rate(subject.theme, clause, left, quantity.value, rated=rated)


def _of_recycled(near: str, clause: str, value: float) -> Read:
    """The rate of what is used again: of water, of waste, or of secondary raw materials."""
    if words.NAMES[Theme.WATER].search(near):
        return Read(Theme.WATER, "rate", value)
    if words.NAMES[Theme.WASTE].search(near) or _OF_WASTE.search(clause):
        return Read(Theme.WASTE, "rate", value, same=True)
    return Read(Theme.RECYCLED, "rate", value)


def _of_rate(theme: Theme, clause: str, left: str, value: float, *, rated: bool) -> Read | None:
    near = clause[: clause.index("|") + 1 + BEHIND]
    if theme is Theme.ENERGY and not words.RENEWABLE.search(left[-25:] + "|" + near.split("|", 1)[1]):
        near = ""
    if words.RENEWABLE.search(near) and theme in (Theme.ENERGY, Theme.CARBON):
        return Read(Theme.ENERGY, "rate", value)
    if theme is Theme.WASTE and rated:
        return Read(theme, "rate", value, bool(words.USED.search(clause)) and not words.CLEANED.search(clause))
    if theme is Theme.RECYCLED and words.NOISE.search(left[-40:]):
        return None
    if theme is Theme.RECYCLED and rated:
        return _of_recycled(near, clause, value)
    if theme is Theme.WATER and re.search(r"率|循环|回用|recycl|reus|account|of .*water", near):
        return Read(theme, "rate", value)
    if theme is Theme.POLLUTANTS and (words.CLEANED.search(near) or re.search(r"效率", left[-8:])):
        return Read(theme, "rate", value)
    if theme is Theme.ENERGY and re.search(r"节[电能]率|节电", left[-12:]):
        return Read(theme, "rate", value)
    return None


def _way(left: str, right: str) -> tuple[str | None, bool]:
    """The word that says which way a share changes something, and whether it stands behind."""
    if before := words.WAY_BEFORE.search(left[-70:]):
        return before["way"], False
    if words.BY.search(left) and (far := [*words.WAY_EN.finditer(left[-FAR:])]):
        way = far[-1]
        if not re.search(r"[;；，]|, (?!\d)", left[-FAR:][way.end() :]):
            return way["way"], False
    after = words.WAY_AFTER.match(right)
    return (after["way"], True) if after else (None, False)


def _of_change(
    left: str, right: str, quantity: Quantity, way: str, topic: Theme | None, *, behind: bool
) -> Read | None:
    follows = right if behind or "by" in left[-12:] else ""
    clause = left[clause_start(left) :]
    subject = (
        (subject_of("", follows, MEASURED, behind=True) if behind else None)
        or subject_of(clause, follows, MEASURED)
        or subject_of(left, follows, MEASURED, reach=FAR if "by" in left[-12:] else NEAR)
    )  # fmt: skip
    theme = subject.theme if subject else Theme.CARBON if way in ("减量", "减碳") else topic
    if subject is None and words.NOISE.search(clause):
        return None
    if theme is None or (subject and words.NOISE.search(without_denominators(subject.between))):
        return None
    if words.THAN_ANOTHER.search(clause) or words.THAN_ANOTHER.search(right[:_THAN]):
        return None
    down = words.DOWN.fullmatch(way) is not None
    if way.startswith(("improv", "提升", "提高")) and re.search(
        r"效率|能效|efficiency(?! index)", left[-20:] + right[:30]
    ):
        down = False
    value = -abs(quantity.value) if down else abs(quantity.value)
    return Read(theme, "change", value, subject is not None and is_intensity(subject, quantity))
