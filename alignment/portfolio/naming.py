"""Names of companies, elements and industries -> how pages and tables of a portfolio show them."""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from urllib.parse import quote

from alignment.portfolio.records import Portfolio, Screened
from alignment.reports.rendering import plain
from alignment.types import Bilingual, Framework

_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def clean(text: str) -> str:
    """The text without control characters, lone surrogates and marks that turn the direction of what follows.

    File names may hold them; a page cannot, or would show `gpj.exe` as `exe.jpg`.
    """
    return "".join(
        "\ufffd" if unicodedata.category(char) in ("Cc", "Cs") or char in _TURNING else char for char in text
    )


def label(item: Screened) -> str:
    """What a filing is called: its company, else its title, else its path."""
    return clean(item.filing.company.strip() or item.title.strip() or item.filing.path)


def href(report: str) -> str:
    """A relative link that no name can turn into another scheme or host."""
    return "./" + quote(clean(report).lstrip("/"))


def industry_name(identifier: str, framework: Framework) -> Bilingual:
    """The profile's name, or the id as it is where the framework has no such profile."""
    if not identifier:
        return Bilingual(plain("pf_no_industry", "zh"), plain("pf_no_industry", "en"))
    names = {profile.id: profile.name for profile in framework.profiles}
    return names.get(identifier, Bilingual(clean(identifier), clean(identifier)))


def ranks(portfolio: Portfolio) -> dict[str, int]:
    """Path to rank over the whole run: 1 is best, equal scores share a rank, files with the same bytes count once.

    Another industry may give a file with the same bytes another score; it then stands among all others by its own.
    """
    counted = {item.filing.path: item.score for item in portfolio.screened if not item.duplicate_of}
    scores = sorted(counted.values())
    return {
        item.filing.path: 1
        + len(scores)
        - bisect_right(scores, item.score)
        # The first of the same bytes is no filing to be behind.
        - (counted.get(item.duplicate_of, 0.0) > item.score)
        for item in portfolio.screened
    }
