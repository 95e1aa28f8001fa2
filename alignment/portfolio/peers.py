"""Screened filings -> the rank of each in its industry, and the industry's benchmark, element by element."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from alignment.portfolio.records import Screened
from alignment.types import Status

VALUES: Mapping[Status, float] = {Status.COVERED: 1.0, Status.PARTIAL: 0.5}
"""What a status is worth in a score and in a median; every other status is worth nothing."""
_UNJUDGED = (Status.NOT_APPLICABLE, Status.NOT_ASSESSABLE)


@dataclass(frozen=True, slots=True)
class PeerRank:
    """A filing among the filings of its industry."""

    industry: str
    rank: int
    """1 for the best; equal scores share the better rank."""
    of: int
    percentile: float | None
    """Percent of the other filings of the industry that score lower, equal ones counting half; None when alone."""


@dataclass(frozen=True, slots=True)
class Benchmark:
    """An element across an industry, over the filings in which it applies and could be judged."""

    code: str
    median: float | None
    """Of 1 for covered, one half for partial, else 0; None where no filing was judged."""
    covered: int
    partial: int
    judged: int


@dataclass(frozen=True, slots=True)
class Industry:
    """The filings of one industry; files with the same bytes count once in it."""

    id: str
    scores: tuple[float, ...]
    """Ascending."""
    elements: tuple[Benchmark, ...]

    @property
    def median(self) -> float:
        """The median of the scores."""
        return float(median(self.scores))


@dataclass(frozen=True, slots=True)
class Peers:
    """All industries, by id, and every filing's rank among its peers, by path."""

    industries: tuple[Industry, ...]
    ranks: Mapping[str, PeerRank]


def compare(screened: Sequence[Screened]) -> Peers:
    """Each filing among its industry's filings.

    The same bytes in two industries are two filings: each was judged by the profile of its own.
    """
    groups: dict[str, dict[str, list[Screened]]] = {}
    for item in screened:
        original = item.duplicate_of or item.filing.path
        groups.setdefault(item.filing.industry, {}).setdefault(original, []).append(item)
    industries = tuple(
        _industry(name, [same[0] for same in members.values()]) for name, members in sorted(groups.items())
    )
    ranks = {
        item.filing.path: _peer_rank(item, industry)
        for industry in industries
        for same in groups[industry.id].values()
        for item in same
    }
    return Peers(industries, ranks)


def _peer_rank(item: Screened, industry: Industry) -> PeerRank:
    lower = bisect_left(industry.scores, item.score)
    higher = len(industry.scores) - bisect_right(industry.scores, item.score)
    others = len(industry.scores) - 1
    equal = others - lower - higher
    return PeerRank(
        industry=industry.id,
        rank=higher + 1,
        of=len(industry.scores),
        percentile=round(100 * (lower + equal / 2) / others, 1) if others else None,
    )


def _industry(name: str, members: Sequence[Screened]) -> Industry:
    by_code: dict[str, list[Status]] = {}
    for item in members:
        for row in item.elements:
            by_code.setdefault(row.code, []).append(row.status)
    return Industry(
        id=name,
        scores=tuple(sorted(item.score for item in members)),
        elements=tuple(_benchmark(code, statuses) for code, statuses in by_code.items()),
    )


def _benchmark(code: str, statuses: Sequence[Status]) -> Benchmark:
    judged = [status for status in statuses if status not in _UNJUDGED]
    values = [VALUES.get(status, 0.0) for status in judged]
    return Benchmark(
        code=code,
        median=float(median(values)) if values else None,
        covered=judged.count(Status.COVERED),
        partial=judged.count(Status.PARTIAL),
        judged=len(judged),
    )
