"""Portfolio + what its filings claim -> near-duplicates between companies; boilerplate counts as a mention."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from alignment.portfolio import boilerplate, near_duplicates
from alignment.portfolio.records import Claimed, Place, Portfolio

Told = Callable[[], Iterable[tuple[str, Sequence[Claimed]]]]
"""Path of each filing, and what is evidence in it; asked for anew each time that all of them are gone through."""


def compare(portfolio: Portfolio, told: Told) -> tuple[Portfolio, tuple[near_duplicates.Boilerplate, ...]]:
    """Find near-duplicates in what workers told, and lower what rests on boilerplate alone."""
    claims: list[near_duplicates.Claim] = []
    vectors: list[str] = []
    for path, passages in told():
        for each in passages:
            for shown in each.shown:
                if shown.strongest:
                    place = Place(path, each.page, each.quote)
                    claims.append(near_duplicates.Claim(place, shown.element, shown.substance))
                    vectors.append(each.vector)
    if not claims:
        return portfolio, ()
    matrix = Claimed.unpacked(vectors)
    found = near_duplicates.find(portfolio.screened, claims, matrix)
    lowered = boilerplate.discount(portfolio.screened, claims, found, lambda: _everything(told()))
    return replace(portfolio, screened=lowered, near_duplicates=found.near_duplicates), found.boilerplate


def _everything(told: Iterable[tuple[str, Sequence[Claimed]]]) -> Iterator[list[boilerplate.Passage]]:
    for path, passages in told:
        if passages:
            yield [boilerplate.Passage(Place(path, each.page, each.quote), each) for each in passages]
