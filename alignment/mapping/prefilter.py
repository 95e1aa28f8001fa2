"""Passages -> those that can matter, by their words alone: what is left out is never encoded."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from alignment.mapping import signals
from alignment.mapping.mapper import Mapper
from alignment.text.reading import prepared

THRESHOLD = -1.0
"""Relevance below which a passage is left out; `benchmarks/screening.py` prints what this loses."""
_TERMS = 2.0
"""What a term of the plan weighs beside the character n-grams."""


def relevance(texts: Sequence[str], mapper: Mapper) -> NDArray[np.float32]:
    """Log-odds of any element and of the best one by character n-grams, and terms of the plan; shape (n,)."""
    if not len(texts) or mapper.model.words is not None:
        # N-grams learned from few passages or none cannot tell what matters: nothing is left out.
        return np.zeros(len(texts), np.float32)
    odds = mapper.ngram_odds([prepared(text) for text in texts])
    _, terms, _ = signals.term_counts(texts, mapper.matcher, mapper.model.codes)
    total: NDArray[np.float32] = odds[:, -1] + odds[:, :-1].max(axis=1) + _TERMS * np.log1p(terms.sum(axis=1))
    return total.astype(np.float32)
