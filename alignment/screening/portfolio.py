"""Portfolio -> one self-contained HTML page that stays smooth with thousands of filings; nothing is fetched."""

from __future__ import annotations

import json
from typing import Any

from markupsafe import Markup

from alignment import __version__
from alignment.passages import reading_text
from alignment.reports.rendering import Lang, environment, page_parts
from alignment.screening import peers
from alignment.screening.outputs import ranking
from alignment.screening.records import Portfolio, Screened
from alignment.types import Framework, Status

LETTERS = {
    Status.COVERED: "c", Status.PARTIAL: "p", Status.MENTIONED: "m", Status.REVIEW: "r", Status.GAP: "g",
    Status.NOT_APPLICABLE: "n", Status.NOT_ASSESSABLE: "u",
}  # fmt: skip
"""A status in the page's data."""
COPIES = 200
"""Pairs of copied passages that are shown, most alike first; the workbook has all."""


def to_html(portfolio: Portfolio, framework: Framework, *, lang: Lang = "zh") -> str:
    """The page; `lang` is the language that shows first."""
    # What many companies share is telling once; pairs of it would bury the copies that somebody made.
    copies = sorted(portfolio.copies, key=lambda copy: copy.boilerplate)
    reports = {each.filing.path: each.report for each in portfolio.screened}
    names = {profile.id: profile.name for profile in framework.profiles}
    return (
        environment()
        .get_template("portfolio.html")
        .render(
            portfolio=portfolio,
            framework=framework,
            lang=lang,
            version=__version__,
            **page_parts("report.css portfolio.css", "page.js", "portfolio.js"),
            data=_data(portfolio, framework),
            statuses=LETTERS,
            industries=peers.industries(portfolio),
            names=names,
            years=sorted({each.filing.year for each in portfolio.screened if each.filing.year is not None}),
            changes=peers.changes(portfolio),
            copies=copies[:COPIES],
            reports=reports,
            pages=sum(each.pages for each in portfolio.screened if not each.duplicate_of),
            duplicates=sum(bool(each.duplicate_of) for each in portfolio.screened),
            shorten=_shorten,
        )
    )


def _data(portfolio: Portfolio, framework: Framework) -> Markup:
    """What the page's script reads, as JSON that cannot end the element that it is in."""
    ranks, places = ranking(portfolio), peers.standing(portfolio)
    document = {
        "codes": framework.codes,
        "names": [[element.name.zh, element.name.en] for element in framework.elements],
        "industries": {profile.id: [profile.name.zh, profile.name.en] for profile in framework.profiles},
        "rows": [_row(each, ranks, places) for each in portfolio.screened],
    }
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return Markup(text)  # noqa: S704  (no character of markup is left in it)


def _row(each: Screened, ranks: dict[str, int], places: dict[str, tuple[int, int]]) -> list[Any]:
    path = each.filing.path
    return [
        path,
        each.filing.company,
        each.filing.code,
        each.filing.industry,
        each.filing.year,
        each.title,
        each.pages,
        each.score,
        ranks[path],
        *places[path],
        "".join(LETTERS[row.status] for row in each.elements),
        each.report,
        each.duplicate_of,
    ]


def _shorten(text: str) -> str:
    """A quote as a person reads it, at most 240 characters."""
    text = " ".join(reading_text(text).split())
    return text if len(text) <= 240 else f"{text[:239]}…"
