"""A screening run -> one self-contained HTML page: heat map, ranking, gaps, peers, failures; nothing is fetched."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from markupsafe import Markup

from alignment import __version__
from alignment.portfolio.companies import companies
from alignment.portfolio.naming import clean, href, industry_name, label, ranks
from alignment.portfolio.near_duplicates import Boilerplate
from alignment.portfolio.peers import PeerRank, Peers, compare
from alignment.portfolio.records import Portfolio, Screened
from alignment.portfolio.years import histories, transition_counts
from alignment.reports.rendering import Lang, environment, page_parts, plain
from alignment.types import Bilingual, Element, Framework, Status

NEAR_DUPLICATES = 8
"""Near-duplicates shown at once; the others are folded away, up to `NEAR_DUPLICATES_LIMIT`."""
NEAR_DUPLICATES_LIMIT = 300
FAILURES = 10
"""Failures shown at once; the others are folded away."""
COMPANIES = 12
"""Companies whose years are pictured; the others are a folded table."""
REST = 2000
"""Companies in that table."""
BINS = 20
"""Bars of a histogram of scores."""
STATUSES = tuple(Status)
_WORDS = (
    "pf_no_year",
    "pf_benchmark",
    "pf_same",
    "pf_boilerplate",
    "pf_alone_status",
    "pf_read",
    "pf_count",
    "pf_passages",
    "pf_median",
    "page",
)


@dataclass(frozen=True, slots=True)
class Spread:
    """How the filings divide over the statuses of an element."""

    element: Element
    counts: tuple[tuple[Status, int], ...]
    """Every status, in the order of `Status`."""
    applicable: int
    covered: int
    gaps: int

    @property
    def gap_share(self) -> float:
        """Gaps among the filings where the element applies, in [0, 1]."""
        return self.gaps / max(1, self.applicable)


def to_html(
    portfolio: Portfolio, framework: Framework, *, language: Lang = "zh", boilerplate: Sequence[Boilerplate] = ()
) -> str:
    """The page; `language` is the one that shows first. Links to reports are relative to the output folder.

    `boilerplate` is the wording that many companies share, where it was sought.
    """
    spreads = _spreads(portfolio, framework)
    told = sorted(histories(portfolio.screened), key=lambda history: (-history.changed, history.company))
    compared = compare(portfolio.screened)
    by_path = {item.filing.path: item for item in portfolio.screened}
    return (
        environment()
        .get_template("portfolio.html")
        .render(
            portfolio=portfolio,
            framework=framework,
            lang=language,
            version=__version__,
            spreads=spreads,
            gaps=sorted(spreads, key=lambda spread: -spread.gap_share),
            totals=_totals(portfolio),
            peers=compared,
            histories=told,
            transitions=transition_counts(told),
            boilerplate=boilerplate,
            industries=_industries(portfolio, framework),
            years=sorted({item.filing.year for item in portfolio.screened if item.filing.year is not None}),
            data=_embedded(_data(portfolio, framework, compared)),
            histogram=_histogram,
            statuses=STATUSES,
            shown={
                "near_duplicates": NEAR_DUPLICATES,
                "near_duplicates_limit": NEAR_DUPLICATES_LIMIT,
                "failures": FAILURES,
                "companies": COMPANIES,
                "rest": REST,
            },
            name=lambda path: label(by_path[path]) if path in by_path else clean(path),
            year=lambda path: by_path[path].filing.year if path in by_path else None,
            link=lambda path: href(by_path[path].report) if path in by_path else None,
            label=label,
            href=href,
            clean=clean,
            industry_name=lambda identifier: industry_name(identifier, framework),
            **page_parts("report.css", "portfolio.css", "page.js", "portfolio.js"),
        )
    )


def _spreads(portfolio: Portfolio, framework: Framework) -> tuple[Spread, ...]:
    counted = Counter((row.code, row.status) for item in portfolio.screened for row in item.elements)
    return tuple(
        Spread(
            element=element,
            counts=tuple((status, counted[element.code, status]) for status in STATUSES),
            applicable=sum(counted[element.code, status] for status in STATUSES if status is not Status.NOT_APPLICABLE),
            covered=counted[element.code, Status.COVERED],
            gaps=counted[element.code, Status.GAP],
        )
        for element in framework.elements
    )


def _totals(portfolio: Portfolio) -> dict[str, Any]:
    screened = portfolio.screened
    gaps = [sum(row.status is Status.GAP for row in item.elements) for item in screened]
    return {
        "filings": len(screened),
        "companies": len(set(companies(item.filing for item in screened).values())),
        "industries": len({item.filing.industry for item in screened if item.filing.industry}),
        "pages": sum(item.pages for item in screened),
        "duplicates": sum(bool(item.duplicate_of) for item in screened),
        "score": median(item.score for item in screened) if screened else 0.0,
        "gaps": median(gaps) if gaps else 0,
    }


def _industries(portfolio: Portfolio, framework: Framework) -> list[tuple[str, Bilingual]]:
    """Industries that occur, in the framework's order, then foreign ones, then none."""
    order = {profile.id: number for number, profile in enumerate(framework.profiles)}
    found = {item.filing.industry for item in portfolio.screened}
    ranked = sorted(found, key=lambda each: (not each, order.get(each, len(order)), each))
    return [(identifier, industry_name(identifier, framework)) for identifier in ranked]


def _data(portfolio: Portfolio, framework: Framework, compared: Peers) -> dict[str, Any]:
    """What the script of the page works on."""
    industries = {industry.id: industry for industry in compared.industries}
    order = ranks(portfolio)
    return {
        "statuses": [status.value for status in STATUSES],
        "elements": [
            {"code": each.code, "kind": each.kind, "zh": each.name.get("zh"), "en": each.name.get("en")}
            for each in framework.elements
        ],
        "order": [clean(identifier) for identifier, _ in _industries(portfolio, framework)],
        "industries": {
            clean(identifier): {
                "zh": name.get("zh"),
                "en": name.get("en"),
                "median": round(industries[identifier].median, 4) if identifier in industries else None,
                "elements": [each.median for each in industries[identifier].elements]
                if identifier in industries
                else [],
            }
            for identifier, name in _industries(portfolio, framework)
        },
        "words": {
            each: {key: plain(key, each) for key in (*_WORDS, *(f"status.{status}" for status in STATUSES))}
            for each in ("zh", "en")
        },
        "rows": [_row(item, compared.ranks, order) for item in portfolio.screened],
    }


def _row(item: Screened, peer_ranks: Mapping[str, PeerRank], order: Mapping[str, int]) -> dict[str, Any]:
    filing, peer_rank = item.filing, peer_ranks.get(item.filing.path)
    return {
        "name": label(item),
        "code": clean(filing.code),
        "title": clean(item.title),
        "path": clean(filing.path),
        "industry": clean(filing.industry),
        "year": filing.year,
        "href": href(item.report),
        "read": round(item.readable_share, 4),
        "score": item.score,
        "rank": order[item.filing.path],
        "peer_rank": [peer_rank.rank, peer_rank.of, peer_rank.percentile] if peer_rank else None,
        "same": clean(item.duplicate_of),
        "alone": {each.element: STATUSES.index(each.alone) for each in item.boilerplate},
        "status": [STATUSES.index(row.status) for row in item.elements],
        "evidence": [row.evidence for row in item.elements],
        "pages": [list(row.pages) for row in item.elements],
    }


def _embedded(data: dict[str, Any]) -> Markup:
    """JSON that no text inside can end or turn into markup."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    for char in "<>&\u2028\u2029":
        text = text.replace(char, f"\\u{ord(char):04x}")
    return Markup(text)  # noqa: S704  (every character that HTML knows is written as an escape)


def _histogram(scores: Sequence[float]) -> list[float]:
    """Heights of `BINS` bars over [0, 1], the highest 1."""
    counts = Counter(min(BINS - 1, int(score * BINS)) for score in scores)
    most = max(counts.values(), default=1)
    return [counts[number] / most for number in range(BINS)]
