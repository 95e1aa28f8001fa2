"""Labels given and labels wanted -> precision, recall, F1, average precision, calibration error, intervals."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Flags = NDArray[np.bool_]
"""Shape (passages, elements)."""
Values = NDArray[np.float32]
"""Shape (passages, elements)."""
Places = NDArray[np.int64]

RESAMPLES = 500
"""Bootstrap resamples behind the 95 % intervals."""
FEWEST = 5
"""Elements with fewer positive passages than this are left out of macro and micro figures."""
BINS = 10
_LARGE_SOURCE = 0.4


@dataclass(frozen=True, slots=True)
class Score:
    """How well one element, or all of them together, is labelled; all in [0, 1]."""

    precision: float
    recall: float
    f1: float
    average_precision: float | None
    """Area under the precision-recall curve, by steps; None where there is no positive passage or no score."""
    calibration_error: float | None
    """Expected calibration error over ten bins; None where scores are not probabilities."""
    positives: int


@dataclass(frozen=True, slots=True)
class System:
    """A way to label, measured."""

    name: str
    elements: dict[str, Score]
    macro: float
    macro_interval: tuple[float, float]
    macro_average_precision: float
    micro: Score
    micro_interval: tuple[float, float]
    false_positive_share: float
    """Share of the passages that carry no element and were given one."""


def measure(
    name: str,
    chosen: Flags,
    truth: Flags,
    codes: Sequence[str],
    clusters: Sequence[str],
    *,
    scores: Values,
    probabilities: bool = False,
    kept: Places | None = None,
) -> System:
    """Measure labels; `scores` rank passages, and are calibrated only where they are `probabilities`.

    `kept` are the places of the elements that count for macro and micro figures; None takes `counted`.
    """
    kept = counted(codes, truth) if kept is None else kept
    empty = ~truth.any(axis=1)
    each = {
        code: score(chosen[:, n], truth[:, n], scores[:, n], probabilities=probabilities)
        for n, code in enumerate(codes)
    }
    ranked = [each[codes[n]].average_precision for n in kept]
    return System(
        name=name,
        elements=each,
        macro=macro(chosen, truth, kept),
        macro_interval=interval(chosen, truth, kept, clusters, macro),
        macro_average_precision=float(np.mean([value for value in ranked if value is not None] or [0.0])),
        micro=score(
            chosen[:, kept].ravel(), truth[:, kept].ravel(), scores[:, kept].ravel(), probabilities=probabilities
        ),
        micro_interval=interval(chosen, truth, kept, clusters, micro),
        false_positive_share=float(chosen[empty].any(axis=1).mean()) if empty.any() else 0.0,
    )


def counted(codes: Sequence[str], truth: Flags) -> Places:
    """Places of the elements that count for macro and micro F1: transformations and projects with enough positives."""
    kept = [n for n, code in enumerate(codes) if code[0] in "TP" and truth[:, n].sum() >= FEWEST]
    return np.array(kept or [n for n in range(len(codes)) if truth[:, n].any()], dtype=np.int64)


def macro(chosen: Flags, truth: Flags, kept: Places) -> float:
    """Mean F1 of the elements that occur among labels given or wanted."""
    hits = (chosen & truth)[:, kept].sum(axis=0)
    sizes = chosen[:, kept].sum(axis=0) + truth[:, kept].sum(axis=0)
    return float(np.mean(2 * hits[sizes > 0] / sizes[sizes > 0])) if sizes.any() else 0.0


def micro(chosen: Flags, truth: Flags, kept: Places) -> float:
    """F1 of all labels together."""
    hits = (chosen & truth)[:, kept].sum()
    return float(2 * hits / max(1, chosen[:, kept].sum() + truth[:, kept].sum()))


def score(chosen: Flags, truth: Flags, scores: Values, *, probabilities: bool) -> Score:
    """The measures of one column of labels."""
    from sklearn.metrics import average_precision_score

    hits = int((chosen & truth).sum())
    given, wanted = int(chosen.sum()), int(truth.sum())
    return Score(
        precision=hits / given if given else 0.0,
        recall=hits / wanted if wanted else 0.0,
        f1=2 * hits / (given + wanted) if given + wanted else 0.0,
        average_precision=float(average_precision_score(truth, scores)) if wanted else None,
        calibration_error=calibration_error(scores, truth) if probabilities else None,
        positives=wanted,
    )


def reliability(scores: Values, truth: Flags) -> list[tuple[float, float, int]]:
    """Mean probability, share of positives and number of cases of each bin of equal width that holds any."""
    flat, right = scores.ravel(), truth.ravel()
    bins = np.minimum((flat * BINS).astype(int), BINS - 1)
    found = [np.flatnonzero(bins == number) for number in range(BINS)]
    return [(float(flat[rows].mean()), float(right[rows].mean()), len(rows)) for rows in found if len(rows)]


def calibration_error(scores: Values, truth: Flags) -> float:
    """Expected calibration error (Naeini et al., 2015): the bins' distances from the diagonal, weighted by size."""
    rows = reliability(scores, truth)
    return sum(abs(said - was) * count for said, was, count in rows) / sum(count for *_, count in rows)


def folds(clusters: Sequence[str]) -> list[str]:
    """The cluster of each passage, a very large one divided into fifths: without it nothing could be fitted."""
    names = np.array(clusters)
    large = {name for name in clusters if (names == name).mean() > _LARGE_SOURCE}
    return [f"{name} {row % 5}" if name in large else name for row, name in enumerate(clusters)]


def interval(
    chosen: Flags,
    truth: Flags,
    kept: Places,
    clusters: Sequence[str],
    figure: Callable[[Flags, Flags, Places], float],
) -> tuple[float, float]:
    """95 % interval by a bootstrap in two stages, whole sources first, then passages within each. Seed 0.

    A source that holds most of the passages counts as five, as in `folds`.
    """
    random = np.random.default_rng(0)
    names = folds(clusters) if len(set(clusters)) > 1 else list(clusters)
    members = [np.flatnonzero([each == name for each in names]) for name in sorted(set(names))]
    values = []
    for _ in range(RESAMPLES):
        drawn = random.integers(len(members), size=len(members))
        rows = np.concatenate([random.choice(members[number], len(members[number])) for number in drawn])
        values.append(figure(chosen[rows], truth[rows], kept))
    low, high = np.quantile(values, [0.025, 0.975])
    return float(low), float(high)
