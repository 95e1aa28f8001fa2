"""Evidence of many filings -> what two companies say in nearly the same words, and boilerplate that many use."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass

import numpy as np

from alignment.index.vectors import VectorIndex
from alignment.portfolio.companies import companies
from alignment.portfolio.records import NearDuplicate, Place, Screened
from alignment.text.characters import YEAR
from alignment.text.folding import fold
from alignment.types import Substance, Vectors

_GRAM = 4
_OTHERS = re.compile(r"[\W_]+")
"""What is neither letter nor digit."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A passage that is evidence for an element of a filing."""

    place: Place
    element: str
    substance: Substance


@dataclass(frozen=True, slots=True)
class Rules:
    """Numbers behind a near-duplicate.

    With the default encoder the first two find 96 % of labelled passages of which a fifth was rewritten, and of 17,766
    pairs of different ones they take one for a near-duplicate (`benchmarks/near_duplicate_thresholds.py`).
    """

    similarity: float = 0.9
    """Least cosine similarity of the two passages."""
    overlap: float = 0.6
    """Least share of character n-grams in common (Dice): the same meaning alone is none."""
    digits: float = 0.2
    """Above this share of digits a passage is a row of data, a near-duplicate only with the same figures."""
    shortest: int = 20
    """Passages with fewer letters may be alike by chance."""
    boilerplate: int = 5
    """Wording that at least this many companies use, with no figures of their own, is boilerplate."""


@dataclass(frozen=True, slots=True)
class Boilerplate:
    """Wording that many companies use; it says little of any of them."""

    element: str
    companies: int
    places: tuple[Place, ...]
    """Everywhere it stands, by path and page."""


@dataclass(frozen=True, slots=True)
class Found:
    """Near-duplicates between companies, the most similar first, and boilerplate, the most used first."""

    near_duplicates: tuple[NearDuplicate, ...]
    boilerplate: tuple[Boilerplate, ...]


@dataclass(frozen=True, slots=True)
class _Wording:
    """Passages with the same words once they are folded."""

    text: str
    figures: frozenset[str]
    places: Mapping[Place, frozenset[str]]
    """By path and page, with the elements that each is evidence for."""
    vector: Vectors


def find(screened: Sequence[Screened], claims: Sequence[Claim], vectors: Vectors, rules: Rules | None = None) -> Found:
    """Near-duplicates and boilerplate among the claims; `vectors` are those of their passages, in the same order.

    A company's own years are never compared, nor are files with the same bytes as another. The order of the
    claims does not matter.
    """
    rules = rules or Rules()
    owner = companies(item.filing for item in screened)
    counted = {item.filing.path for item in screened if not item.duplicate_of}
    wordings = _wordings(claims, vectors, counted, rules)
    near = _near(wordings, rules)
    boilerplate = {
        number for number in range(len(wordings)) if _users(number, wordings, near, owner) >= rules.boilerplate
    }
    order = {row.code: number for item in screened[:1] for number, row in enumerate(item.elements)}
    return Found(
        _near_duplicates(wordings, near, boilerplate, owner, order),
        _boilerplate(wordings, near, boilerplate, owner, order),
    )


def overlap(first: str, second: str) -> float:
    """Share of character n-grams that two texts have in common (Dice), in [0, 1]; the same in both directions."""
    one, other = _grams(plain(first)), _grams(plain(second))
    return 2 * len(one & other) / (len(one) + len(other)) if one or other else 0.0


def plain(text: str) -> str:
    """Letters and digits, folded, so that punctuation and line breaks hide nothing."""
    return _OTHERS.sub("", fold(text))


def same_words(first: str, second: str, rules: Rules) -> bool:
    """Whether two passages are the same wording: nearly the same letters with the same figures in them, or none."""
    return _figures(first) == _figures(second) and overlap(first, second) >= rules.overlap


def _figures(text: str) -> frozenset[str]:
    """The numbers in a text, but for years, which change in wording that stays the same."""
    found = re.findall(r"\d+(?:[.,]\d+)*", fold(text))
    return frozenset(number for number in found if not re.fullmatch(YEAR, number))


def _grams(text: str) -> frozenset[str]:
    return frozenset(text[start : start + _GRAM] for start in range(len(text) - _GRAM + 1))


def _key(place: Place) -> tuple[str, int, str]:
    return place.path, place.page, place.quote


def _wordings(claims: Sequence[Claim], vectors: Vectors, counted: Set[str], rules: Rules) -> tuple[_Wording, ...]:
    """Passages grouped by their words; the first of a group, by place, stands for its vector."""
    groups: dict[str, list[int]] = {}
    for number in sorted(range(len(claims)), key=lambda each: (_key(claims[each].place), claims[each].element)):
        text = plain(claims[number].place.quote)
        if claims[number].place.path in counted and len(text) >= rules.shortest:
            groups.setdefault(text, []).append(number)
    found = []
    for text, numbers in sorted(groups.items()):
        places: dict[Place, frozenset[str]] = {}
        for number in numbers:
            place = claims[number].place
            places[place] = places.get(place, frozenset()) | {claims[number].element}
        found.append(_Wording(text, _figures(claims[numbers[0]].place.quote), places, vectors[numbers[0]]))
    return tuple(found)


def _near(wordings: Sequence[_Wording], rules: Rules) -> list[set[int]]:
    """For each wording those that are nearly the same, itself among them."""
    near = [{number} for number in range(len(wordings))]
    if not wordings:
        return near
    index = VectorIndex.build(list(map(str, range(len(wordings)))), np.stack([each.vector for each in wordings]))
    for first, second in index.pairs(rules.similarity):
        if _alike(wordings[first], wordings[second], rules):
            near[first].add(second)
            near[second].add(first)
    return near


def _alike(first: _Wording, second: _Wording, rules: Rules) -> bool:
    digits = max(sum(map(str.isdigit, each.text)) / len(each.text) for each in (first, second))
    if digits > rules.digits and first.figures != second.figures:
        return False
    return overlap(first.text, second.text) >= rules.overlap


def _users(number: int, wordings: Sequence[_Wording], near: Sequence[Set[int]], owner: Mapping[str, str]) -> int:
    """How many companies use a wording with the same figures in it, or with none."""
    same = (wordings[other] for other in near[number] if wordings[other].figures == wordings[number].figures)
    return len({owner[place.path] for wording in same for place in wording.places})


def _near_duplicates(
    wordings: Sequence[_Wording],
    near: Sequence[Set[int]],
    boilerplate: Set[int],
    owner: Mapping[str, str],
    order: Mapping[str, int],
) -> tuple[NearDuplicate, ...]:
    """For each two companies and each group of wordings the most similar pair of places."""
    best: dict[tuple[str, str, int], NearDuplicate] = {}
    for group in _groups(near, set(range(len(wordings))) - boilerplate):
        for first in group:
            for second in sorted(other for other in near[first] if other >= first and other not in boilerplate):
                for pair in _pairs(wordings[first], wordings[second], owner, order):
                    one, other = sorted((owner[pair.first.path], owner[pair.second.path]))
                    known = best.setdefault((one, other, group[0]), pair)
                    best[one, other, group[0]] = min(known, pair, key=_rank)
    return tuple(sorted(best.values(), key=_rank))


def _pairs(
    first: _Wording, second: _Wording, owner: Mapping[str, str], order: Mapping[str, int]
) -> Iterator[NearDuplicate]:
    similarity = round(min(1.0, float(np.dot(first.vector, second.vector))), 4)
    for one, its in first.places.items():
        for other, others in second.places.items():
            if owner[one.path] == owner[other.path] or (first is second and _key(one) > _key(other)):
                continue
            place, counterpart = sorted((one, other), key=_key)
            yield NearDuplicate(_least(its & others or its | others, order), place, counterpart, similarity)


def _boilerplate(
    wordings: Sequence[_Wording],
    near: Sequence[Set[int]],
    boilerplate: Set[int],
    owner: Mapping[str, str],
    order: Mapping[str, int],
) -> tuple[Boilerplate, ...]:
    found = []
    for group in _groups(near, boilerplate):
        places = sorted({place for number in group for place in wordings[number].places}, key=_key)
        elements = frozenset(code for number in group for codes in wordings[number].places.values() for code in codes)
        users = {owner[place.path] for place in places}
        found.append(Boilerplate(_least(elements, order), len(users), tuple(places)))
    return tuple(sorted(found, key=lambda each: (-each.companies, _key(each.places[0]))))


def _groups(near: Sequence[Set[int]], among: Set[int]) -> Iterator[list[int]]:
    """Wordings that hang together through near ones, each group ascending."""
    left = set(among)
    for start in sorted(among):
        if start in left:
            left.discard(start)
            group, waiting = [start], [start]
            while waiting:
                reached = near[waiting.pop()] & left
                left -= reached
                group += reached
                waiting += reached
            yield sorted(group)


def _least(elements: Set[str], order: Mapping[str, int]) -> str:
    """The first in the framework's order."""
    return min(elements, key=lambda code: (order.get(code, len(order)), code))


def _rank(pair: NearDuplicate) -> tuple[float, tuple[str, int, str], tuple[str, int, str]]:
    return -pair.similarity, _key(pair.first), _key(pair.second)
