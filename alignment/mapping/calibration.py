"""Labelled passages -> how much each signal weighs, and the probabilities from which a passage counts as evidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from numpy.typing import NDArray

from alignment import resources
from alignment.mapping import signals
from alignment.types import Framework, Preset, Thresholds


@dataclass(frozen=True, slots=True)
class Fitting:
    """What fitting weights and choosing thresholds go by; another number gives another calibration."""

    inverse_penalty: float = 0.3
    """`C` of the logistic regressions: few labels for each element, so weights are kept small."""
    own_bias: float = 0.3
    """Size of an element's own column beside signals of size 1: its bias is penalised more than a signal is."""
    gate_power: int = 3
    """Below `Relevance.enough` an element's probability falls with this power of what relevance has left."""
    enough: float = 0.85
    """Probability of relevance from which on nothing is taken away."""
    no_gate: float = 1e-9
    """`enough` where the labels cannot tell relevance: every passage has it."""
    folds: int = 5
    """Parts of the labelled passages, each judged by weights fitted to the others."""
    most_false: float = 0.08
    """Share of the passages without an element that the standard preset may give one."""
    most_lost: float = 0.22
    """Share of the labels below `review`."""
    smoothing: int = 3
    """Steps of the grid to either side that a threshold's quality is averaged over."""
    first: float = 0.10
    step: float = 0.02
    steps: int = 41
    """The thresholds tried: from `first` on in so many steps, to 0.9."""


FITTING = Fitting()
_OLD_NAMES = {"screening": "broad", "assurance": "strict", "stretch": "window"}
"""Names of thresholds and signals in files that were written before they were renamed."""


@dataclass(frozen=True, slots=True)
class Relevance:
    """A logistic regression: is a passage evidence for anything at all?"""

    mean: NDArray[np.float32]
    weights: NDArray[np.float32]
    """Shape (relevance,): weight of each signal after its mean was taken away."""
    bias: float
    enough: float = FITTING.enough
    """From this probability on a passage's elements keep theirs; below it they fall steeply."""

    def probabilities(self, table: NDArray[np.float32]) -> NDArray[np.float32]:
        """Probability that each passage is evidence for something, shape (n,)."""
        return _logistic((signals.relevance(table) - self.mean) @ self.weights + self.bias)

    def factors(self, table: NDArray[np.float32]) -> NDArray[np.float32]:
        """What is left of the elements' probabilities, in [0, 1], shape (n, 1)."""
        left: NDArray[np.float32] = (
            np.minimum(1, self.probabilities(table) / self.enough)[:, None] ** FITTING.gate_power
        )
        return left.astype(np.float32)


@dataclass(frozen=True, slots=True)
class Calibration:
    """A logistic regression over the signals, shared by all elements, with a bias for each; and relevance."""

    mean: NDArray[np.float32]
    weights: NDArray[np.float32]
    """Shape (features,): weight of each signal after its mean was taken away."""
    bias: NDArray[np.float32]
    """Shape (elements,)."""
    relevance: Relevance
    evidence: Mapping[Preset, float]
    """Probability from which a passage counts as evidence, rising from broad to strict."""
    review: float
    """Probability below which almost no evidence is lost."""

    def thresholds(self, preset: Preset = Preset.STANDARD) -> Thresholds:
        """The thresholds of a preset: what is called a gap is the same in all three."""
        return Thresholds(evidence=self.evidence[preset], review=self.review, sure=self.evidence[Preset.STRICT])

    def probabilities(self, table: NDArray[np.float32]) -> NDArray[np.float32]:
        """Probability that each passage is evidence for each element, shape (n, elements)."""
        return _logistic((table - self.mean) @ self.weights + self.bias) * self.relevance.factors(table)


def _logistic(logits: NDArray[Any]) -> NDArray[np.float32]:
    shares: NDArray[np.float32] = (1 / (1 + np.exp(-np.clip(logits, -30, 30)))).astype(np.float32)
    return shares


def calibrate(
    table: NDArray[np.float32],
    labels: NDArray[np.bool_],
    *,
    factors: NDArray[np.float32],
    dependencies: signals.LabelDependencies,
) -> Calibration:
    """Weigh the signals by labelled passages that were not trained on; table (n, elements, f), labels (n, elements).

    `factors`, shape (n, elements), are what the precision filters leave of the probabilities. Thresholds are chosen on
    probabilities of passages that the weights did not see (five folds). Standard: the best F1, macro and micro
    together, where at most `Fitting.most_false` of the passages without an element are given one. Broad: the best
    F2 (recall weighs twice as much; van Rijsbergen, 1979) from `review` on; strict: the best F0.5. Best is meant on
    the average of `Fitting.smoothing` steps to either side, as a single step is mostly noise. `review` is the highest
    below which no more than `Fitting.most_lost` of the labels lie: an element that is covered has several passages.
    """
    fitted = _fit(table, labels)
    parts = np.arange(len(table)) % FITTING.folds
    unseen = np.zeros(labels.shape, np.float32)
    for part in range(FITTING.folds):
        inside = parts == part
        if labels[~inside].any() and not labels[~inside].any(axis=1).all():
            unseen[inside] = _fit(table[~inside], labels[~inside]).probabilities(table[inside])
    return _with_thresholds(fitted, dependencies.consistent(unseen * factors), labels)


def _fit(table: NDArray[np.float32], labels: NDArray[np.bool_]) -> Calibration:
    count, elements, width = table.shape
    own = np.tile(np.eye(elements, dtype=np.float32), (count, 1)) * FITTING.own_bias
    flat = table.reshape(-1, width)
    mean, weights, rest, bias = _logistic_fit(flat, labels.ravel(), own)
    whole = signals.relevance(table)
    anything: NDArray[np.bool_] = np.asarray(labels.any(axis=1))
    if anything.all() or not anything.any():
        relevance = Relevance(whole.mean(axis=0), np.zeros(whole.shape[1], np.float32), 0.0, FITTING.no_gate)
    else:
        middle, slopes, _, level = _logistic_fit(whole, anything, whole[:, :0])
        relevance = Relevance(middle, slopes, level)
    return Calibration(mean, weights, (bias + rest * FITTING.own_bias).astype(np.float32), relevance, {}, 0.0)


def _logistic_fit(
    values: NDArray[np.float32], labels: NDArray[np.bool_], plain: NDArray[np.float32]
) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32], float]:
    """Mean and weights of the values, weights of the columns that are taken as they are, and the bias."""
    from sklearn.linear_model import LogisticRegression

    mean, spread = values.mean(axis=0), values.std(axis=0) + 1e-6
    model = LogisticRegression(C=FITTING.inverse_penalty, max_iter=3000).fit(
        np.hstack([(values - mean) / spread, plain]), labels
    )
    width = values.shape[1]
    weights = (model.coef_[0][:width] / spread).astype(np.float32)
    return mean.astype(np.float32), weights, model.coef_[0][width:].astype(np.float32), float(model.intercept_[0])


def _with_thresholds(fitted: Calibration, scores: NDArray[np.float32], labels: NDArray[np.bool_]) -> Calibration:
    kept, empty = labels.sum(axis=0) > 0, ~labels.any(axis=1)
    grid = [round(FITTING.first + FITTING.step * number, 2) for number in range(FITTING.steps)]

    def quality(threshold: float, beta: float) -> float:
        """F-beta, macro and micro together."""
        chosen = scores >= threshold
        hits = (chosen & labels).sum(axis=0)
        sizes = chosen.sum(axis=0) + beta**2 * labels.sum(axis=0)
        macro = np.mean((1 + beta**2) * hits[kept] / np.maximum(sizes[kept], 1))
        return float(macro + (1 + beta**2) * hits.sum() / max(1, sizes.sum()))

    def smooth(beta: float) -> list[tuple[float, float]]:
        """Quality and threshold."""
        values = [quality(threshold, beta) for threshold in grid]
        return [
            (float(np.mean(values[max(0, at - FITTING.smoothing) : at + FITTING.smoothing + 1])), threshold)
            for at, threshold in enumerate(grid)
        ]

    def is_clean(threshold: float) -> bool:
        return not empty.any() or float((scores[empty] >= threshold).any(axis=1).mean()) <= FITTING.most_false

    standard = max((is_clean(threshold), value, threshold) for value, threshold in smooth(1))[2]
    review = round(float(np.quantile(scores[labels], FITTING.most_lost)), 2) if labels.any() else 0.0
    review = min(review, standard)
    broad = max((value, threshold) for value, threshold in smooth(2) if threshold >= review)[1]
    evidence = {
        Preset.BROAD: min(broad, standard),
        Preset.STANDARD: standard,
        Preset.STRICT: max(max(smooth(0.5))[1], standard),
    }
    return replace(fitted, evidence=evidence, review=review)


def uncalibrated(framework: Framework) -> Calibration:
    """A calibration that weighs nothing, for a mapper whose signals are only looked at."""
    nothing = np.zeros(len(signals.FEATURES), np.float32)
    apart = np.zeros(len(signals.RELEVANCE), np.float32)
    evidence = dict.fromkeys(Preset, 0.5)
    return Calibration(
        nothing, nothing, np.zeros(len(framework.codes), np.float32), Relevance(apart, apart, 0.0, 0.5), evidence, 0.5
    )


def read_calibration(framework: Framework, path: Path | None = None) -> Calibration:
    """The calibration in a file, or the shipped one; for a framework that it is not of, with the mean bias."""
    path = path or resources.shipped("corpus", "calibration.yaml")
    raw = _renamed(yaml.safe_load(path.read_text(encoding="utf-8")))
    weights, relevance = raw["signals"], raw["relevance"]
    biases = raw["bias"] if raw["framework"] == framework.id else {}
    usual = float(np.mean(list(raw["bias"].values())))
    return Calibration(
        mean=np.array([weights[name]["mean"] for name in signals.FEATURES], np.float32),
        weights=np.array([weights[name]["weight"] for name in signals.FEATURES], np.float32),
        bias=np.array([biases.get(code, usual) for code in framework.codes], np.float32),
        relevance=Relevance(
            mean=np.array([relevance["signals"][name]["mean"] for name in signals.RELEVANCE], np.float32),
            weights=np.array([relevance["signals"][name]["weight"] for name in signals.RELEVANCE], np.float32),
            bias=float(relevance["bias"]),
            enough=float(relevance["enough"]),
        ),
        evidence={preset: float(raw["thresholds"][preset.value]) for preset in Preset},
        review=float(raw["thresholds"]["review"]),
    )


def _renamed(raw: dict[str, Any]) -> dict[str, Any]:
    """The file's data under today's names."""
    thresholds = {_OLD_NAMES.get(name, name): value for name, value in raw["thresholds"].items()}
    weights = {_OLD_NAMES.get(name, name): value for name, value in raw["signals"].items()}
    return {**raw, "thresholds": thresholds, "signals": weights}


def calibration_document(calibration: Calibration, framework: Framework) -> str:
    """The calibration as the YAML text of `corpus/calibration.yaml`."""
    document = {
        "framework": framework.id,
        "thresholds": {
            "review": calibration.review,
            **{preset.value: value for preset, value in calibration.evidence.items()},
        },
        "signals": _weights(signals.FEATURES, calibration.mean, calibration.weights),
        "bias": {code: round(float(value), 4) for code, value in zip(framework.codes, calibration.bias, strict=True)},
        "relevance": {
            "enough": calibration.relevance.enough,
            "bias": round(calibration.relevance.bias, 4),
            "signals": _weights(signals.RELEVANCE, calibration.relevance.mean, calibration.relevance.weights),
        },
    }
    return (
        "# Weights of the signals, fitted by `alignment train --labelled` on passages not used for learning.\n"
        + yaml.safe_dump(document, allow_unicode=True, sort_keys=False)
    )


def _weights(
    names: Sequence[str], means: NDArray[np.float32], weights: NDArray[np.float32]
) -> dict[str, dict[str, float]]:
    return {
        name: {"mean": round(float(mean), 4), "weight": round(float(weight), 4)}
        for name, mean, weight in zip(names, means, weights, strict=True)
    }
