"""Labelled passages of real reports -> those that a mapper may learn from and be measured beside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from alignment.types import Substance

ALIKE = 0.5
"""Passages with a higher similarity of character n-grams share whole clauses."""
_NGRAMS = (3, 5)
"""Length of those n-grams."""


@dataclass(frozen=True, slots=True)
class Further:
    """A labelled passage that is learned from and never stored."""

    text: str
    labels: frozenset[str]
    substance: Substance | None
    source: str
    """The report that it is from; the empty name is a source, too."""


def apart(texts: Sequence[str], others: Sequence[str]) -> list[bool]:
    """Which prepared texts are near-duplicates of none of the others, so that nothing measured was learned."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    if not texts or not others:
        return [True] * len(texts)
    same = set(others)
    tfidf = TfidfVectorizer(analyzer="char", ngram_range=_NGRAMS, sublinear_tf=True)
    try:
        matrix = tfidf.fit_transform([*texts, *others])
    except ValueError:  # none is as long as an n-gram
        return [text not in same for text in texts]
    closest = (matrix[: len(texts)] @ matrix[len(texts) :].T).max(axis=1).toarray().ravel()
    return [float(value) <= ALIKE and text not in same for value, text in zip(closest, texts, strict=True)]
