"""Quotes of many filings -> those that two companies share nearly word for word."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from alignment.folding import fold
from alignment.screening.records import Copy, Place
from alignment.types import Vectors

NEAR, SHARED = 0.95, 0.6
"""Cosine of the vectors, and share of character 4-grams (Jaccard), from which two quotes are one text."""
NEIGHBOURS, SHORTEST, GRAM = 20, 24, 4
"""How many neighbours of a quote are compared, and letters below which a quote is too short to be copied."""
MANY = 5
"""A text of at least this many companies is boilerplate."""


@dataclass(frozen=True, slots=True)
class Quote:
    """A passage that is evidence in a filing."""

    company: str
    """The company, or the path where nobody said which company it is."""
    path: str
    element: str
    page: int
    text: str


def find(quotes: Sequence[Quote], vectors: Vectors) -> tuple[Copy, ...]:
    """Pairs of quotes of two companies that say the same, most alike first; `vectors` has shape (quotes, d), unit length.

    Candidates are neighbours in an exact FAISS index; a pair counts where also the words agree, because a vector alone
    takes two companies' figures for the same text. The order of the quotes makes no difference.
    """
    long_enough = [n for n, quote in enumerate(quotes) if len(quote.text) >= SHORTEST]
    if len(long_enough) < 2:
        return ()
    import faiss

    kept = [quotes[number] for number in long_enough]
    matrix = np.ascontiguousarray(vectors[long_enough], dtype=np.float32)
    index = faiss.IndexFlatIP(matrix.shape[1])
    index.add(matrix)
    pairs: dict[tuple[int, int], float] = {}
    for at in range(0, len(kept), 1024):
        similar, places = index.search(matrix[at : at + 1024], min(NEIGHBOURS, len(kept)))
        for row, (values, numbers) in enumerate(zip(similar, places, strict=True), start=at):
            for value, other in zip(values.tolist(), numbers.tolist(), strict=True):
                if value >= NEAR and kept[row].company != kept[other].company:
                    pairs[min(row, other), max(row, other)] = round(value, 4)
    grams = {number: _grams(kept[number].text) for number in {each for pair in pairs for each in pair}}
    same = {pair: value for pair, value in pairs.items() if _shared(grams[pair[0]], grams[pair[1]]) >= SHARED}
    return _once(kept, same)


def _once(quotes: Sequence[Quote], pairs: dict[tuple[int, int], float]) -> tuple[Copy, ...]:
    """The same two places once, whatever elements they are evidence for; with how many companies share the text."""
    companies: dict[int, set[str]] = {}
    for first, second in pairs:
        both = {quotes[first].company, quotes[second].company}
        for number in (first, second):
            companies.setdefault(number, set()).update(both)
    found: dict[tuple[Place, Place], tuple[float, set[str], int]] = {}
    for (first, second), value in pairs.items():
        places = sorted(
            (_place(quotes[first]), _place(quotes[second])), key=lambda one: (one.path, one.page, one.quote)
        )
        known = found.get((places[0], places[1]), (value, set(), 0))
        elements = known[1] | {quotes[first].element, quotes[second].element}
        many = max(known[2], len(companies[first]), len(companies[second]))
        found[places[0], places[1]] = (max(value, known[0]), elements, many)
    copies = [
        Copy(tuple(sorted(elements)), first, second, value, companies=many, boilerplate=many >= MANY)
        for (first, second), (value, elements, many) in found.items()
    ]
    return tuple(
        sorted(copies, key=lambda c: (-c.similarity, c.first.path, c.first.page, c.second.path, c.second.page))
    )


def _place(quote: Quote) -> Place:
    return Place(quote.path, quote.page, quote.text)


def _grams(text: str) -> Counter[str]:
    letters = "".join(character for character in fold(text) if character.isalnum())
    return Counter(letters[at : at + GRAM] for at in range(len(letters) - GRAM + 1))


def _shared(first: Counter[str], second: Counter[str]) -> float:
    """Jaccard similarity of two bags, in [0, 1]."""
    together = (first | second).total()
    return (first & second).total() / together if together else 0.0
