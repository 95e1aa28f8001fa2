"""What pages state of greenhouse gases -> one value for each scope and year, or none where it is in doubt."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from itertools import groupby

from alignment.figures.ghg import labels
from alignment.text.folding import fold
from alignment.text.reading import reading_text
from alignment.types import Document, Emission

_SAYS = re.compile(r"calculat|using|used|based on|report|采用|按照|核算")
"""A sentence with one of these says how scope 2 was found."""


class YearFrom(IntEnum):
    """Where a value's year comes from, the surest last; a value from a surer place is taken before others."""

    DOCUMENT = 0
    CONTEXT = 1
    PROSE = 2
    HEADER = 3


@dataclass(frozen=True, slots=True)
class Claim:
    """A value that a page states, and how sure its year and its whole are."""

    emission: Emission
    normalised: float
    whole: bool
    """Whether its label says that it is a total or the group's."""
    year_from: YearFrom
    table: int
    named: bool
    """Whether its method is said, for scope 2."""


def chosen(claims: Sequence[Claim], document: Document) -> Iterator[Emission]:
    """Of each scope and year one claim: the group's total before others, the surer year, the page that states most."""
    kept = [claim for claim in _with_methods(claims, document) if claim.emission.year]
    stated: dict[int, int] = {}
    whole = _whole(kept)
    for claim in whole:
        stated[claim.emission.page] = stated.get(claim.emission.page, 0) + 1

    def order(claim: Claim) -> tuple[str, int]:
        return claim.emission.scope, claim.emission.year

    for _, group in groupby(sorted(whole, key=order), key=order):
        yield max(group, key=lambda c: (c.year_from, c.whole, stated[c.emission.page], -c.emission.page)).emission


def _whole(claims: Sequence[Claim]) -> list[Claim]:
    """Of what one table says of a scope and year, its totals; nothing where several values are left."""

    def place(claim: Claim) -> tuple[int, int, str, int]:
        return claim.emission.page, claim.table, claim.emission.scope, claim.emission.year

    found: list[Claim] = []
    for _, members in groupby(sorted(claims, key=place), key=place):
        group = list(members)
        group = [claim for claim in group if claim.whole] or group
        if len({claim.normalised for claim in group}) == 1:
            found.append(group[0])
    return found


def _with_methods(claims: Sequence[Claim], document: Document) -> list[Claim]:
    """Scope 2 without a method: as a row with the same values, else as the page or the report says."""
    told = {page.number: _told(page.text) for page in document.pages} if claims else {}
    everywhere = {method for method in told.values() if method}
    anywhere = next(iter(everywhere)) if len(everywhere) == 1 else None
    named = {(c.emission.scope, c.emission.year): c.normalised for c in claims if c.named}
    found: list[Claim] = []
    for (page, _), group in groupby(claims, key=lambda claim: (claim.emission.page, claim.table)):
        members = list(group)
        silent = [claim for claim in members if claim.emission.scope == "2lb" and not claim.named]
        years = {claim.emission.year for claim in silent}
        method = _same_as(silent, named) or told.get(page)
        method = None if method and _differ(silent, named, method) else method
        if method is None and not any((scope, year) in named for scope in ("2lb", "2mb") for year in years):
            method = anywhere or "2lb"
        found += [claim for claim in members if claim not in silent]
        found += [replace(each, emission=replace(each.emission, scope=method)) for each in silent if method]
    return found


def _same_as(silent: Sequence[Claim], named: dict[tuple[str, int], float]) -> str | None:
    for method in ("2lb", "2mb"):
        if any(named.get((method, claim.emission.year)) == claim.normalised for claim in silent):
            return method
    return None


def _differ(silent: Sequence[Claim], named: dict[tuple[str, int], float], method: str) -> bool:
    """Whether values that are said to be of the method are others than these."""
    return any(named.get((method, each.emission.year), each.normalised) != each.normalised for each in silent)


def _told(text: str) -> str | None:
    """The method that a sentence of a page says scope 2 is reported by, where it names one alone."""
    if "based" not in text and "基于" not in text and "法" not in text:
        return None
    for match in re.finditer(r"[^.。;；\n]*(?:\n[^.。;；\n]*)*", fold(text)):
        sentence = reading_text(match.group())
        if "2" in labels.scopes(sentence) and _SAYS.search(sentence) and (method := labels.method(sentence)):
            return method
    return None
