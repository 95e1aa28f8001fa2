"""A figure and its sentence -> the year that it is of, and the year that it is compared with."""

from __future__ import annotations

import re

from alignment.figures import words
from alignment.figures.quantities import Quantity

_HEADER = re.compile(r"(?:(?:fy)?20[0-3]\d年?度?[\s、,/]{0,3}){2,}")


def years(
    text: str, quantity: Quantity, span: tuple[int, int], stretch: tuple[int, int], *, change: bool, future: bool
) -> tuple[int | None, int | None, bool]:
    """Year, base year, and whether the year before is meant; a base belongs to the change that it is nearest to."""
    left, right = span[0], span[1]
    bases = list(words.BASE.finditer(text, *stretch)) if change else []
    if change and not bases and not words.YEARLY.search(text, *stretch):
        bases = list(words.BASE.finditer(text, left, right))
    base = min(bases, key=lambda match: abs(match.end() - quantity.start), default=None)
    base_year = int(next(filter(None, base.groups()))) if base else None
    base_year = base_year + 2000 if base_year is not None and base_year < 100 else base_year
    prices = {match.start(match.lastindex) for match in words.PRICES.finditer(text) if match.lastindex}
    taken = {match.span(match.lastindex)[0] for match in words.BASE.finditer(text) if match.lastindex} | prices
    known = [(match.start(1), int(match[1])) for match in words.YEAR.finditer(text)]
    known += [(match.start(1), 2000 + int(match[1])) for match in words.SHORT_YEAR.finditer(text)]
    known = sorted((place, year) for place, year in known if place not in taken)
    own = re.search(r"(20[0-3]\d)年?度?[^\d]{0,12}[:：]?\s*$", text[left : quantity.start])
    inside = [(place, year) for place, year in known if left <= place < quantity.start]
    if inside and re.search(r"20[0-3]\d年?[:：]\s*[\d.,]+%?[\s\d.,%-]*$", text[left : quantity.start]):
        inside = []  # a row with more numbers than years
    behind = [year for place, year in known if quantity.end <= place < min(stretch[1], quantity.end + 60)]
    before = [(place, year) for place, year in known if place < left]
    due = re.match(r"\s*(?:[a-z ]{0,40})?\bby (?:fy)?(20[2-6]\d)", text[quantity.end : quantity.end + 60])
    if future:
        before = []
        inside = [each for each in inside if not re.search(r"[，；]", text[each[0] : quantity.start])]
    year = (
        int(due[1]) if due
        else int(own[1]) if own and int(own[1]) != base_year and not _HEADER.search(text[left : quantity.start])
        else _of_header(text, inside[-1]) if inside else behind[0] if behind
        else _of_header(text, before[-1]) if before else None
    )  # fmt: skip
    yearly = change and base_year is None and bool(words.YEARLY.search(text, *stretch))
    if yearly and year is not None:
        base_year = year - 1
    return year, base_year, yearly


def _of_header(text: str, dated: tuple[int, int]) -> int:
    """The year at this place, or the latest of the header that it is part of: that is the one whose value is kept."""
    place, year = dated
    for match in _HEADER.finditer(text):
        if match.start() <= place < match.end():
            return max(map(int, re.findall(r"20[0-3]\d", match.group())))
    return year
