"""Framework with few passages or none -> what its elements are judged by: their own words, and what passages change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from alignment.frameworks.terms import TermMatcher
from alignment.mapping import signals
from alignment.mapping.adapting import Adaptation, Weights, adapt, read_weights
from alignment.mapping.background import Background
from alignment.mapping.further import Further
from alignment.mapping.transfer import Transfer
from alignment.text.reading import prepared
from alignment.types import Exemplar, Framework, Vectors

_OF_BACKGROUND = "background_"


@dataclass(frozen=True, slots=True)
class Words:
    """What a framework with few or no passages is judged by."""

    background: Background
    vectors: Vectors
    """Those of `Transfer`, shape (parts, d)."""
    weights: Weights
    adaptation: Adaptation
    """What the passages that there are change."""
    passages: int
    """How many those were."""

    def odds(self, table: NDArray[np.float32], vectors: Vectors, grams: Any) -> NDArray[np.float32]:
        """Log-odds from signals (n, k, f), centred vectors (n, d) and n-grams (n, vocabulary), shape (n, k)."""
        return self.weights.odds(table) + self.adaptation.odds(vectors, grams)

    def arrays(self) -> dict[str, NDArray[Any]]:
        """What `from_arrays` needs beside the rarities of the framework's words; vectors in half precision."""
        return {
            **{f"{_OF_BACKGROUND}{name}": values for name, values in self.background.arrays().items()},
            "words_vectors": self.vectors.astype(np.float16),
            "adapted_dense": self.adaptation.dense.astype(np.float16),
            "adapted_ngrams": self.adaptation.ngrams.astype(np.float16),
            "adapted_bias": self.adaptation.bias,
            "words_passages": np.array(self.passages),
        }

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]], rarities: Mapping[str, float]) -> Words:
        """The words stored by `arrays`."""
        own = {
            name.removeprefix(_OF_BACKGROUND): values
            for name, values in arrays.items()
            if name.startswith(_OF_BACKGROUND)
        }
        adaptation = Adaptation(
            arrays["adapted_dense"].astype(np.float32),
            arrays["adapted_ngrams"].astype(np.float32),
            arrays["adapted_bias"],
        )
        return cls(
            Background.from_arrays(own, rarities),
            arrays["words_vectors"].astype(np.float32),
            read_weights(),
            adaptation,
            int(arrays["words_passages"]),
        )


def learn(
    framework: Framework, transfer: Transfer, passages: Sequence[Exemplar | Further], vectors: Vectors, grams: Any
) -> Words:
    """The words of a framework, and what its labelled passages change.

    `vectors`, shape (passages, d), are centred on the background, `grams` (passages, vocabulary) are sparse.
    """
    weights = read_weights()
    adaptation = Adaptation.none(len(framework.codes), vectors.shape[1], grams.shape[1])
    if passages:
        texts = [one.text for one in passages]
        _, terms, negative = signals.term_counts(texts, TermMatcher(framework), framework.codes)
        table = transfer.features([prepared(text) for text in texts], vectors, terms, negative)
        adaptation = adapt(weights.odds(table), vectors, grams, signals.targets(passages, framework.codes)[:, :-1])
    background = replace(transfer.background, rarities=transfer.rarities)
    return Words(background, transfer.vectors, weights, adaptation, len(passages))
