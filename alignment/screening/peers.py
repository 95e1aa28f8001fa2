"""Portfolio -> where each filing stands in its industry, and what companies gained and lost over the years."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from alignment.screening.records import Portfolio, Screened
from alignment.types import Status


@dataclass(frozen=True, slots=True)
class Industry:
    """The filings of one industry together."""

    id: str
    """A profile's id, or empty where none was named."""
    filings: int
    lowest: float
    middle: float
    """Median score."""
    highest: float
    covered: tuple[float, ...]
    """Per element, the share of the filings to which it applies that cover it, in [0, 1]."""
    applies: tuple[int, ...]
    """Per element, to how many filings it applies."""


@dataclass(frozen=True, slots=True)
class Change:
    """One company's step from a year to the next that was filed."""

    company: str
    earlier: Screened
    later: Screened
    gained: tuple[str, ...]
    """Codes that are covered in the later year only."""
    lost: tuple[str, ...]


def industries(portfolio: Portfolio) -> tuple[Industry, ...]:
    """Each industry, by id; a filing that only repeats another's bytes is not counted again."""
    groups = _groups(portfolio)
    return tuple(_industry(name, groups[name]) for name in sorted(groups))


def _groups(portfolio: Portfolio) -> dict[str, list[Screened]]:
    groups: dict[str, list[Screened]] = defaultdict(list)
    for each in portfolio.screened:
        if not each.duplicate_of:
            groups[each.filing.industry].append(each)
    return groups


def _industry(name: str, filings: Sequence[Screened]) -> Industry:
    scores = [each.score for each in filings]
    shares, applies = [], []
    for rows in zip(*(each.elements for each in filings), strict=True):
        counted = [row.status for row in rows if row.status is not Status.NOT_APPLICABLE]
        applies.append(len(counted))
        shares.append(round(counted.count(Status.COVERED) / len(counted), 4) if counted else 0.0)
    return Industry(name, len(filings), min(scores), median(scores), max(scores), tuple(shares), tuple(applies))


def standing(portfolio: Portfolio) -> dict[str, tuple[int, int]]:
    """Path to rank among the filings of its industry, from 1, and their number; equal scores share the better rank."""
    groups = _groups(portfolio)
    places = {}
    for each in portfolio.screened:
        peers = [peer.score for peer in groups.get(each.filing.industry, [])]
        places[each.filing.path] = (sum(score > each.score for score in peers) + 1, max(1, len(peers)))
    return places


def changes(portfolio: Portfolio) -> tuple[Change, ...]:
    """Steps from year to year of every company with filings of several, by company and year."""
    companies: dict[str, dict[int, Screened]] = defaultdict(dict)
    for each in portfolio.screened:
        name = each.filing.code or each.filing.company
        if name and each.filing.year is not None:
            companies[name].setdefault(each.filing.year, each)
    found = []
    for name in sorted(companies):
        years = [companies[name][year] for year in sorted(companies[name])]
        found += [_change(earlier, later) for earlier, later in zip(years, years[1:], strict=False)]
    return tuple(found)


def _change(earlier: Screened, later: Screened) -> Change:
    before = {row.code for row in earlier.elements if row.status is Status.COVERED}
    after = {row.code for row in later.elements if row.status is Status.COVERED}
    order = [row.code for row in later.elements]
    return Change(
        later.filing.company or later.filing.code,
        earlier,
        later,
        tuple(code for code in order if code in after - before),
        tuple(code for code in order if code in before - after),
    )
