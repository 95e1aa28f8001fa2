"""Filings of the same company -> its elements year by year, and what it gained and lost between them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from alignment.portfolio.companies import companies
from alignment.portfolio.records import Screened
from alignment.types import Status

_STRENGTH = (Status.COVERED, Status.PARTIAL, Status.MENTIONED, Status.REVIEW, Status.GAP, Status.NOT_ASSESSABLE,
             Status.NOT_APPLICABLE)  # fmt: skip
"""Of two filings for one year, such as a Chinese and an English one, the status that comes first here counts."""
_ABSENT = (Status.PARTIAL, Status.MENTIONED, Status.GAP, Status.NOT_APPLICABLE)
"""Statuses that surely are not `covered`; what awaits review or could not be read may be."""


@dataclass(frozen=True, slots=True)
class Year:
    """What a company's filings of one year cover together."""

    year: int
    paths: tuple[str, ...]
    """Files with the same bytes once."""
    statuses: Mapping[str, Status]
    """By element, in the framework's order."""
    score: float
    """The best of the filings'."""


@dataclass(frozen=True, slots=True)
class Transition:
    """From one year to the next that was filed."""

    earlier: int
    later: int
    gained: tuple[str, ...]
    """Elements that became covered."""
    lost: tuple[str, ...]
    """Elements that were covered and surely are no longer."""


@dataclass(frozen=True, slots=True)
class History:
    """A company with filings of at least two years."""

    company: str
    """Key of the company: the least path among its filings."""
    years: tuple[Year, ...]
    """Ascending."""
    transitions: tuple[Transition, ...]

    @property
    def changed(self) -> int:
        """How many elements were gained or lost in all."""
        return sum(len(transition.gained) + len(transition.lost) for transition in self.transitions)


def histories(screened: Sequence[Screened]) -> tuple[History, ...]:
    """Every company that filed for two years or more, by its key; filings without a year are left out."""
    owner = companies(item.filing for item in screened)
    grouped: dict[str, dict[int, list[Screened]]] = {}
    for item in sorted(screened, key=lambda each: each.filing.path):
        if item.filing.year is not None:
            grouped.setdefault(owner[item.filing.path], {}).setdefault(item.filing.year, []).append(item)
    found = []
    for company, by_year in sorted(grouped.items()):
        years = tuple(_year(year, items) for year, items in sorted(by_year.items()))
        if len(years) > 1:
            transitions = tuple(_transition(one, other) for one, other in pairwise(years))
            found.append(History(company, years, transitions))
    return tuple(found)


def transition_counts(found: Sequence[History]) -> dict[str, tuple[int, int]]:
    """Element to the number of times that a company gained it and lost it."""
    gained = Counter(code for history in found for transition in history.transitions for code in transition.gained)
    lost = Counter(code for history in found for transition in history.transitions for code in transition.lost)
    return {code: (gained[code], lost[code]) for code in sorted(gained | lost)}


def _year(year: int, items: Sequence[Screened]) -> Year:
    statuses: dict[str, Status] = {}
    distinct: dict[str, str] = {}
    for item in items:
        for row in item.elements:
            statuses[row.code] = min(statuses.get(row.code, row.status), row.status, key=_STRENGTH.index)
        distinct.setdefault(item.duplicate_of or item.filing.path, item.filing.path)
    return Year(year, tuple(distinct.values()), statuses, max(item.score for item in items))


def _transition(one: Year, other: Year) -> Transition:
    def turned(before: Year, after: Year) -> tuple[str, ...]:
        """Elements surely not covered before and covered after."""
        return tuple(
            code
            for code, status in after.statuses.items()
            if status is Status.COVERED and before.statuses.get(code) in _ABSENT
        )

    return Transition(one.year, other.year, turned(one, other), turned(other, one))
