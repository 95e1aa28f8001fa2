"""Filings and their boilerplate -> the filings again, with statuses that rest on words of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace

import numpy as np

from alignment.portfolio.companies import companies
from alignment.portfolio.near_duplicates import Claim, Found, Rules, plain, same_words
from alignment.portfolio.records import Claimed, ElementRow, Lowered, Place, Screened
from alignment.types import Status, Substance

_Key = tuple[str, str]
"""Path of a filing and code of an element."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage that is evidence in a filing, for all elements for which it is."""

    place: Place
    claimed: Claimed
    """Its vector, which is unpacked only where it is compared, and what it is evidence for."""


All = Callable[[], Iterable[Sequence[Passage]]]
"""All evidence, filing by filing: thousands of filings have more than memory should hold, so it is read again."""


def discount(
    screened: Sequence[Screened], claims: Sequence[Claim], found: Found, everything: All, rules: Rules | None = None
) -> tuple[Screened, ...]:
    """The same filings with boilerplate counting as a mention at most; what that lowers is in `boilerplate`.

    `claims` are the strongest passages of each element, among which boilerplate was `found`; what is weaker evidence
    in other filings is sought for them word by word. Where boilerplate leaves an element weaker than it was and it
    has more, its other passages are compared with `everything`.
    """
    rules = rules or Rules()
    texts = {plain(place.quote) for each in found.boilerplate for place in each.places}
    texts |= _repeated({plain(claim.place.quote) for claim in claims}, screened, everything, rules)
    grades = _grades(claims, texts)
    rows = {(item.filing.path, row.code): row for item in screened for row in item.elements}
    doubtful = {
        key: max(grade.rank for grade in grades[key])
        for key in _using(claims, texts)
        if key in rows and _undecided(rows[key], grades[key])
    }
    if doubtful:
        others = _others(doubtful, everything)
        texts |= _boilerplate(others, screened, everything, rules)
        claims = [*claims, *(claim for claim, _ in others)]
        grades = _grades(claims, texts)
    weaker = {key: grades[key] for key in _using(claims, texts)}
    return tuple(_weighed(item, weaker) for item in screened)


def _grades(claims: Iterable[Claim], boilerplate: Set[str]) -> Mapping[_Key, Sequence[Substance]]:
    """What each claim of an element is worth."""
    grades: dict[_Key, list[Substance]] = {}
    for claim in claims:
        grade = Substance.MENTION if plain(claim.place.quote) in boilerplate else claim.substance
        grades.setdefault((claim.place.path, claim.element), []).append(grade)
    return grades


def _using(claims: Iterable[Claim], boilerplate: Set[str]) -> Set[_Key]:
    """Elements with boilerplate among their claims."""
    return {(claim.place.path, claim.element) for claim in claims if plain(claim.place.quote) in boilerplate}


def _undecided(row: ElementRow, grades: Sequence[Substance]) -> bool:
    """Whether passages beyond the strongest may still say as much as the element did alone."""
    if not row.substance or row.evidence <= len(grades):
        return False
    return max(grade.rank for grade in grades) < Substance(row.substance).rank


def _repeated(texts: Set[str], screened: Sequence[Screened], everything: All, rules: Rules) -> Set[str]:
    """Which of these words are in the evidence of so many companies that they are boilerplate."""
    owner = _owners(screened)
    users: dict[str, set[str]] = {}
    for passages in everything():
        for passage in passages:
            text = plain(passage.place.quote)
            if text in texts and len(text) >= rules.shortest and passage.place.path in owner:
                users.setdefault(text, set()).add(owner[passage.place.path])
    return {text for text, found in users.items() if len(found) >= rules.boilerplate}


def _owners(screened: Sequence[Screened]) -> Mapping[str, str]:
    """Path to company, of filings whose bytes are not those of another."""
    owner = companies(item.filing for item in screened)
    return {item.filing.path: owner[item.filing.path] for item in screened if not item.duplicate_of}


def _others(doubtful: Mapping[_Key, int], everything: All) -> list[tuple[Claim, str]]:
    """Evidence of doubtful elements that says more than what they are left with."""
    return [
        (Claim(passage.place, shown.element, shown.substance), passage.claimed.vector)
        for passages in everything()
        for passage in passages
        for shown in passage.claimed.shown
        if shown.substance.rank > doubtful.get((passage.place.path, shown.element), shown.substance.rank)
    ]


def _boilerplate(
    others: Sequence[tuple[Claim, str]], screened: Sequence[Screened], everything: All, rules: Rules
) -> Set[str]:
    """Which of these passages are boilerplate among all evidence."""
    owner = _owners(screened)
    asked: dict[str, tuple[str, str]] = {}
    for claim, vector in others:
        if len(text := plain(claim.place.quote)) >= rules.shortest:
            asked.setdefault(text, (claim.place.quote, vector))
    users: dict[str, set[str]] = {text: set() for text in asked}
    for passages in everything():
        left = [text for text in asked if len(users[text]) < rules.boilerplate]
        kept = [each for each in passages if each.place.path in owner]
        if not left or not kept:
            continue
        sought = Claimed.unpacked([asked[text][1] for text in left])
        near = sought @ Claimed.unpacked([each.claimed.vector for each in kept]).T
        for one, other in np.argwhere(near >= rules.similarity):
            place = kept[other].place
            if same_words(asked[left[one]][0], place.quote, rules):
                users[left[one]].add(owner[place.path])
    return {text for text, found in users.items() if len(found) >= rules.boilerplate}


def _weighed(item: Screened, grades: Mapping[_Key, Sequence[Substance]]) -> Screened:
    """The filing with new grades of its elements, and what that lowers."""
    path = item.filing.path
    rows = tuple(_regraded(row, grades[path, row.code]) if (path, row.code) in grades else row for row in item.elements)
    changed = tuple(
        Lowered(old.code, old.status, new.status)
        for old, new in zip(item.elements, rows, strict=True)
        if old.status is not new.status
    )
    return replace(item, elements=rows, boilerplate=changed)


def _regraded(row: ElementRow, grades: Sequence[Substance]) -> ElementRow:
    if row.status not in (Status.COVERED, Status.PARTIAL, Status.MENTIONED):
        return row
    best = max(grades, key=lambda grade: grade.rank)
    status = {Substance.COMMITMENT: Status.PARTIAL, Substance.MENTION: Status.MENTIONED}.get(best, Status.COVERED)
    return replace(row, status=status, substance=best.value)
