"""Folded text -> n-grams of its Chinese, words of its English; and windows, in which its topics stand apart."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from alignment.text.characters import UNIFIED, is_chinese

_RUN = re.compile(rf"[{UNIFIED}\d%]+")
_WORD = re.compile(r"[a-z][a-z0-9-]+")
_LONGEST, STEM = 4, 5
SOURCES = 3
"""What one report says cannot be put together again from n-grams that at least so many sources use."""
_NO_GRAM = "-"
"""What is known where no text has an n-gram; it occurs in none."""
_LINES = re.compile(r"(?<=[。！？；;])|(?<=[.!?])\s+")
_PAUSE = re.compile(r"[ ，,、]")
_WINDOW, _WINDOW_ENGLISH, _SLACK = 45, 220, 1.3
"""Characters of a window, about a sentence of a report, and how much longer a last one may be."""


def grams(text: str) -> list[str]:
    """N-grams of up to 4 characters within runs of Chinese; words, pairs of words and stems (the first 5 letters).

    Character n-grams suit Chinese, which has no spaces; English needs whole words, which are longer than 4 letters.
    """
    found = [
        run[at : at + size]
        for run in _RUN.findall(text)
        for size in range(1, _LONGEST + 1)
        for at in range(len(run) - size + 1)
    ]
    words = _WORD.findall(text)
    found += [f"={word}" for word in words]
    found += [f"={first} {second}" for first, second in pairwise(words)]
    return found + [f"~{word[:STEM]}" for word in words if len(word) > STEM]


def fit(
    texts: Sequence[str], sources: Sequence[str | None] | None = None
) -> tuple[tuple[str, ...], NDArray[np.float32], Any]:
    """The vocabulary of texts, its inverse document frequencies, and the texts as a sparse matrix (n, vocabulary).

    `sources` name where each text is from, None for the project's own passages: an n-gram that these do not repeat
    is known only if `SOURCES` sources use it.
    """
    from sklearn.feature_extraction.text import TfidfVectorizer

    known = None if sources is None or not any(source is not None for source in sources) else _shared(texts, sources)
    rare = 2 if len(texts) > 50 and known is None else 1
    if known is None:
        times = Counter(gram for text in texts for gram in set(grams(text)))
        if max(times.values(), default=0) < rare:
            known, rare = sorted(times) or [_NO_GRAM], 1
    vectoriser = TfidfVectorizer(analyzer=grams, sublinear_tf=True, min_df=rare, vocabulary=known)
    matrix = vectoriser.fit_transform(texts)
    return tuple(vectoriser.get_feature_names_out()), vectoriser.idf_.astype(np.float32), matrix


def _shared(texts: Sequence[str], sources: Sequence[str | None]) -> list[str]:
    """The n-grams that own texts repeat or enough sources use, all own texts together being one; sorted."""
    times: Counter[str] = Counter()
    users: defaultdict[str, set[str | None]] = defaultdict(set)
    for text, source in zip(texts, sources, strict=True):
        for gram in set(grams(text)):
            users[gram].add(source)
            times[gram] += source is None
    return sorted(gram for gram, names in users.items() if times[gram] >= 2 or len(names) >= SOURCES)


def vectoriser(vocabulary: Sequence[str], idf: NDArray[np.float32]) -> Any:
    """A vectoriser with a vocabulary and weights that were learned before."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    known = TfidfVectorizer(analyzer=grams, sublinear_tf=True, vocabulary=list(vocabulary))
    known.idf_ = idf.astype(np.float64)
    return known


def windows(text: str) -> list[str]:
    """Cut a text into pieces of about a sentence, also where its punctuation was lost; a short text is one piece.

    A paragraph on several topics is weak evidence for each of them as a whole, and strong evidence in one piece.
    """
    chinese = is_chinese(text)
    size = _WINDOW if chinese else _WINDOW_ENGLISH
    if len(text) <= size * _SLACK:
        return [text]
    pieces: list[str] = []
    for part in _LINES.split(text):
        for unit in _at_pauses(part, size):
            if pieces and len(pieces[-1]) + len(unit) <= size:
                pieces[-1] += unit if chinese else f" {unit}"
            elif unit.strip():
                pieces.append(unit)
    return pieces or [text]


def _at_pauses(text: str, size: int) -> list[str]:
    """Parts of at most about `size` characters, cut near a comma or a space where there is one."""
    parts = []
    place = 0
    while len(text) - place > size * _SLACK:
        start = place + int(size * 0.6)
        pauses = [start + found.end() for found in _PAUSE.finditer(text[start : place + int(size * 1.2)])]
        cut = pauses[len(pauses) // 2] if pauses else place + size
        parts.append(text[place:cut])
        place = cut
    return [*parts, text[place:]]
