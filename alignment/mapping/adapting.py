"""Signals from an element's words, and the passages that there are -> probabilities, the surer the more there are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from numpy.typing import NDArray

from alignment import resources
from alignment.mapping.transfer import FEATURES
from alignment.types import Preset, Thresholds, Vectors

Matrix = NDArray[np.float32]

SHIPPED = ("corpus", "transfer", "calibration.yaml")
_DENSE, _NGRAMS = 3.0, 3.0
"""Length of a passage's vector and of its n-grams, of which what is learned from few passages is made."""
_BIAS_PENALTY, _STEPS = 30.0, 60
"""How dear a change of an element's overall share is: labelled passages are seldom drawn as reports are. Steps of the
search at most."""
_FARTHEST = 30.0


@dataclass(frozen=True, slots=True)
class Weights:
    """A logistic regression over the signals of `transfer`, the same for every element of every framework."""

    mean: Matrix
    weights: Matrix
    """Shape (features,): weight of each signal after its mean was taken away."""
    bias: float
    evidence: Mapping[Preset, float]
    review: float

    def odds(self, table: Matrix) -> Matrix:
        """Log-odds that each passage is evidence for each element, shape (n, elements)."""
        found: Matrix = ((table - self.mean) @ self.weights + self.bias).astype(np.float32)
        return found

    def thresholds(self, preset: Preset) -> Thresholds:
        """The thresholds of a preset: what is called a gap is the same in all three."""
        return Thresholds(evidence=self.evidence[preset], review=self.review, sure=self.evidence[Preset.STRICT])


@dataclass(frozen=True, slots=True)
class Adaptation:
    """What labelled passages of a framework change; all zeros where there are none."""

    dense: Matrix
    """Shape (elements, d)."""
    ngrams: Matrix
    """Shape (elements, vocabulary)."""
    bias: Matrix
    """Shape (elements,)."""

    @classmethod
    def none(cls, elements: int, dimension: int, vocabulary: int) -> Adaptation:
        """Nothing is changed."""
        dense = np.zeros((elements, dimension), np.float32)
        return cls(dense, np.zeros((elements, vocabulary), np.float32), np.zeros(elements, np.float32))

    def odds(self, vectors: Vectors, grams: Any) -> Matrix:
        """What is added to the log-odds of centred vectors (n, d) with n-grams (n, vocabulary): (n, elements)."""
        found = vectors @ self.dense.T + np.asarray(grams @ self.ngrams.T) + self.bias
        return np.asarray(found, dtype=np.float32)


def adapt(prior: Matrix, vectors: Vectors, grams: Any, labels: NDArray[np.bool_]) -> Adaptation:
    """Learn from passages what the words of their elements do not say; each element for itself.

    A logistic regression whose offset is the `prior`, shape (n, elements): penalised towards changing nothing, so
    one passage moves little and many take over. Vectors (n, d) are centred, `grams` (n, vocabulary) sparse.
    """
    from scipy import sparse

    both = sparse.hstack([sparse.csr_matrix(_DENSE * vectors), _NGRAMS * grams]).tocsr()
    width = vectors.shape[1]
    learned = Adaptation.none(labels.shape[1], width, grams.shape[1])
    for number in range(labels.shape[1]):
        if labels[:, number].any():
            weights, bias = _offset_regression(both, prior[:, number], labels[:, number])
            learned.dense[number] = _DENSE * weights[:width]
            learned.ngrams[number] = _NGRAMS * weights[width:]
            learned.bias[number] = bias
    # As they are stored, so that a mapper that was just trained says the same as one that was opened.
    return Adaptation(_halved(learned.dense), _halved(learned.ngrams), learned.bias)


def _halved(values: Matrix) -> Matrix:
    return values.astype(np.float16).astype(np.float32)


def _offset_regression(passages: Any, prior: Matrix, labels: NDArray[np.bool_]) -> tuple[NDArray[Any], float]:
    from scipy.optimize import minimize

    wanted = labels.astype(np.float64)
    offset = prior.astype(np.float64)

    def loss(parameters: NDArray[Any]) -> tuple[float, NDArray[Any]]:
        weights, bias = parameters[:-1], parameters[-1]
        odds = offset + passages @ weights + bias
        missed = probability(odds) - wanted
        value = np.sum(np.logaddexp(0, odds) - wanted * odds)
        value += 0.5 * (weights @ weights + _BIAS_PENALTY * bias**2)
        return float(value), np.append(passages.T @ missed + weights, missed.sum() + _BIAS_PENALTY * bias)

    start = np.zeros(passages.shape[1] + 1)
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": _STEPS}).x
    return found[:-1], float(found[-1])


def probability(odds: NDArray[Any]) -> NDArray[Any]:
    """Log-odds as probabilities."""
    shares: NDArray[Any] = 1 / (1 + np.exp(-np.clip(odds, -_FARTHEST, _FARTHEST)))
    return shares


def fit(
    tables: Sequence[tuple[Matrix, NDArray[np.bool_], float]], penalty: float = 1.0
) -> tuple[Matrix, Matrix, float]:
    """Mean, weights and bias of the signals; each table (n, elements, f) with its labels (n, elements) and weight.

    A table weighs the same whatever its size is, so that a framework of many elements does not outweigh the others.
    """
    from sklearn.linear_model import LogisticRegression

    width = len(FEATURES)
    values = np.concatenate([table.reshape(-1, width) for table, _, _ in tables])
    labels = np.concatenate([each.ravel() for _, each, _ in tables])
    shares = np.concatenate([np.full(each.size, weight / each.size) for _, each, weight in tables])
    mean, spread = values.mean(axis=0), values.std(axis=0) + 1e-6
    model = LogisticRegression(C=penalty, max_iter=1000)
    model.fit((values - mean) / spread, labels, sample_weight=shares * len(shares) / shares.sum())
    weights = (model.coef_[0] / spread).astype(np.float32)
    return mean.astype(np.float32), weights, float(model.intercept_[0])


def read_weights(path: Path | None = None) -> Weights:
    """The weights in a file, or the shipped ones."""
    raw = yaml.safe_load((path or resources.shipped(*SHIPPED)).read_text(encoding="utf-8"))
    return Weights(
        mean=np.array([raw["signals"][name]["mean"] for name in FEATURES], np.float32),
        weights=np.array([raw["signals"][name]["weight"] for name in FEATURES], np.float32),
        bias=float(raw["bias"]),
        evidence={Preset(name): float(value) for name, value in raw["thresholds"].items() if name != "review"},
        review=float(raw["thresholds"]["review"]),
    )


def document(weights: Weights, learned_from: Mapping[str, str]) -> str:
    """The weights as the YAML text of `corpus/transfer/calibration.yaml`, with what they were learned from."""
    raw = {
        "learned_from": dict(learned_from),
        "thresholds": {"review": weights.review, **{preset.value: weights.evidence[preset] for preset in Preset}},
        "bias": round(weights.bias, 4),
        "signals": {
            name: {"mean": round(float(mean), 4), "weight": round(float(weight), 4)}
            for name, mean, weight in zip(FEATURES, weights.mean, weights.weights, strict=True)
        },
    }
    return "# Made by scripts/train_transfer.py; see docs/method.md.\n" + yaml.safe_dump(
        raw, allow_unicode=True, sort_keys=False
    )


def digest() -> str:
    """Digest of the shipped weights."""
    return resources.digest(resources.shipped(*SHIPPED))
