"""Training passages x labelled passages -> the pairs that are most alike, so that nothing measured was learned."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from alignment.evaluation.labelled import Labelled
from alignment.mapping import signals
from alignment.mapping.centring import centred
from alignment.text.reading import prepared
from alignment.types import Framework, Vectors

NGRAMS = (3, 5)
"""Length of the character n-grams."""
NEAR_DUPLICATE = 0.5
"""Pairs with a higher n-gram similarity share whole clauses."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A training passage and the labelled passage that is most like it."""

    similarity: float
    training: str
    """Id of the training passage."""
    labelled: str
    """Id of the labelled passage."""


def by_words(framework: Framework, passages: Sequence[Labelled]) -> tuple[Pair, ...]:
    """Each training passage's nearest labelled one by TF-IDF of character n-grams, in [0, 1], closest first."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    own = signals.training_passages(framework)
    texts = [prepared(passage.text) for passage in own]
    others = [prepared(passage.text) for passage in passages]
    matrix = TfidfVectorizer(analyzer="char", ngram_range=NGRAMS, sublinear_tf=True).fit_transform(texts + others)
    return _nearest((matrix[: len(own)] @ matrix[len(own) :].T).toarray(), [one.id for one in own], passages)


def by_meaning(framework: Framework, passages: Sequence[Labelled], own: Vectors, others: Vectors) -> tuple[Pair, ...]:
    """The same by the cosine of centred vectors, in [-1, 1]; take them from an encoder that was not fine-tuned."""
    centre = own.mean(axis=0)
    ids = [one.id for one in signals.training_passages(framework)]
    return _nearest(centred(own, centre) @ centred(others, centre).T, ids, passages)


def _nearest(similarity: Vectors, ids: Sequence[str], passages: Sequence[Labelled]) -> tuple[Pair, ...]:
    best = similarity.argmax(axis=1)
    pairs = [
        Pair(round(float(similarity[row, column]), 4), ids[row], passages[column].id) for row, column in enumerate(best)
    ]
    return tuple(sorted(pairs, key=lambda pair: (-pair.similarity, pair.training)))


def spread(pairs: Sequence[Pair]) -> tuple[float, float, float]:
    """Median, 99th percentile and maximum of the similarities."""
    values = np.array([pair.similarity for pair in pairs])
    return float(np.median(values)), float(np.quantile(values, 0.99)), float(values.max())
