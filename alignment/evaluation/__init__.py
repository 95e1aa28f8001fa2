"""Labelled passages x mapper -> how often it is right, with baselines beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from alignment.errors import InputError
from alignment.evaluation import measures
from alignment.evaluation.labelled import Labelled
from alignment.evaluation.measures import Flags, System, Values
from alignment.mapping import calibration
from alignment.mapping.mapper import Mapper
from alignment.progress import Progress
from alignment.text import reading
from alignment.types import Preset, Substance


@dataclass(frozen=True, slots=True)
class Labels:
    """What the mapper says about a passage: codes with probabilities, best first, and its substance if it has any."""

    labels: tuple[tuple[str, float], ...]
    substance: Substance | None


@dataclass(frozen=True, slots=True)
class Graded:
    """Substance given against substance wanted, over the passages that people graded."""

    accuracy: float
    confusion: dict[str, dict[str, int]]
    """Wanted, then given, to how many passages."""


@dataclass(frozen=True, slots=True)
class Curve:
    """Precision over recall of one system, all counted elements together."""

    name: str
    points: tuple[tuple[float, float], ...]
    """Recall and precision, both in [0, 1], by rising recall."""


@dataclass(frozen=True, slots=True)
class Report:
    """The evaluation of a mapper and its baselines on one set of passages."""

    passages: int
    systems: tuple[System, ...]
    """Hybrid first, then hybrid with its weights cross-validated by source, then the baselines."""
    substance: Graded | None
    languages: dict[str, System]
    sources: dict[str, System]
    curves: tuple[Curve, ...]
    elements: dict[str, Curve] = field(default_factory=dict)
    """The cross-validated curve of each element that has a positive passage."""
    reliability: tuple[tuple[float, float, int], ...] = ()
    """Cross-validated probabilities: mean, share of positives, cases, per bin."""

    @property
    def cross_validated(self) -> System:
        """The system whose figures are the estimate for new text: the hybrid itself where there is one source only."""
        return next((system for system in self.systems if system.name == CROSS_VALIDATED), self.systems[0])


HYBRID, CROSS_VALIDATED = "hybrid", "hybrid, cross-validated"


def label(
    mapper: Mapper, texts: Sequence[str], *, preset: Preset = Preset.STANDARD, progress: Progress | None = None
) -> tuple[Labels, ...]:
    """Label texts: every element at or above the preset's threshold, best first."""
    scores = mapper.score(texts, progress=progress)
    threshold = mapper.thresholds(preset).evidence
    found = []
    for row, probabilities in enumerate(scores.probabilities):
        chosen = sorted(np.flatnonzero(probabilities >= threshold), key=lambda place: (-probabilities[place], place))
        codes = tuple((mapper.model.codes[place], round(float(probabilities[place]), 4)) for place in chosen)
        found.append(Labels(codes, scores.substances[row] if codes else None))
    return tuple(found)


def evaluate(mapper: Mapper, passages: Sequence[Labelled], *, progress: Progress | None = None) -> Report:
    """Measure the mapper and two baselines: n-grams alone, and similarity alone, each at its best threshold.

    The baselines' thresholds are chosen on these very passages, which favours the baselines.

    Raises:
        InputError: a label is not an element of the framework, or nothing is labelled.
    """
    codes = mapper.model.codes
    truth = _truth(mapper, passages)
    texts = [passage.text for passage in passages]
    vectors = mapper.encoder.encode([reading.prepared(text) for text in texts], progress=progress)
    table, scores = mapper.features(texts, vectors)
    scores = mapper.without_restatements(texts, scores)
    clusters = [passage.source for passage in passages]
    probabilities = scores.probabilities
    chosen = probabilities >= mapper.thresholds().evidence
    systems = [measures.measure(HYBRID, chosen, truth, codes, clusters, scores=probabilities, probabilities=True)]
    # The weights of a mapper that goes by the elements' words were fitted on none of these passages.
    if len(set(clusters)) > 1 and mapper.model.words is None:
        chosen, probabilities = _cross_validated(mapper, table, scores.factors, truth, clusters)
        systems.append(
            measures.measure(CROSS_VALIDATED, chosen, truth, codes, clusters, scores=probabilities, probabilities=True)
        )
    for name, values in (("lexical", scores.lexical), ("dense", scores.near.nearest)):
        given = _at_best(values, truth, codes)
        systems.append(measures.measure(name, given, truth, codes, clusters, scores=values))
    kept = measures.counted(codes, truth)
    ranked = {systems[-3].name: probabilities, "lexical": scores.lexical, "dense": scores.near.nearest}
    return Report(
        passages=len(passages),
        systems=tuple(systems),
        substance=_graded(passages, scores.substances),
        languages=_groups([passage.language for passage in passages], chosen, probabilities, truth, codes, clusters),
        sources=_groups(clusters, chosen, probabilities, truth, codes, clusters),
        curves=tuple(_curve(name, values[:, kept], truth[:, kept]) for name, values in ranked.items()),
        elements={
            code: _curve(code, probabilities[:, n], truth[:, n]) for n, code in enumerate(codes) if truth[:, n].any()
        },
        reliability=tuple(measures.reliability(probabilities[:, kept], truth[:, kept])),
    )


def _truth(mapper: Mapper, passages: Sequence[Labelled]) -> Flags:
    codes = mapper.model.codes
    unknown = sorted({code for passage in passages for code in passage.labels} - set(codes))
    if unknown:
        raise InputError(
            f"labels that {mapper.framework.id} does not have: {', '.join(unknown)}", hint=f"codes: {', '.join(codes)}"
        )
    truth = np.array([[code in passage.labels for code in codes] for passage in passages], dtype=bool)
    if not truth.any():
        raise InputError("no passage carries a label", hint="`evaluate` needs labelled passages; `label` does not")
    return truth


def _cross_validated(
    mapper: Mapper, table: Values, factors: Values, truth: Flags, clusters: Sequence[str]
) -> tuple[Flags, Values]:
    """Labels and probabilities by signals that were weighed without the passage's own source.

    This is the figure to trust when the passages are those that the shipped weights were fitted on.
    """
    folds = np.array(measures.folds(clusters))
    chosen, probabilities = np.zeros(truth.shape, dtype=bool), np.zeros(truth.shape, np.float32)
    for fold in sorted(set(folds)):
        inside = folds == fold
        if truth[~inside].any() and not truth[~inside].all():
            fitted = calibration.calibrate(
                table[~inside], truth[~inside], factors=factors[~inside], dependencies=mapper.dependencies
            )
            probabilities[inside] = mapper.dependencies.consistent(
                fitted.probabilities(table[inside]) * factors[inside]
            )
            chosen[inside] = probabilities[inside] >= fitted.thresholds().evidence
    return chosen, probabilities


def _groups(
    names: Sequence[str], chosen: Flags, scores: Values, truth: Flags, codes: Sequence[str], clusters: Sequence[str]
) -> dict[str, System]:
    """Each group measured over the elements that count in all passages and occur in the group."""
    groups = {}
    for name in sorted(set(names)):
        rows = [row for row, each in enumerate(names) if each == name]
        kept = np.array([n for n in measures.counted(codes, truth) if truth[rows, n].any()], dtype=np.int64)
        groups[name or "?"] = measures.measure(
            name or "?",
            chosen[rows],
            truth[rows],
            codes,
            [clusters[row] for row in rows],
            scores=scores[rows],
            probabilities=True,
            kept=kept,
        )
    return groups


def _graded(passages: Sequence[Labelled], given: Sequence[Substance]) -> Graded | None:
    pairs = [(passage.substance, each) for passage, each in zip(passages, given, strict=True) if passage.substance]
    if not pairs:
        return None
    confusion = {
        wanted.value: {each.value: pairs.count((wanted, each)) for each in Substance}
        for wanted in Substance
        if any(pair[0] is wanted for pair in pairs)
    }
    return Graded(sum(wanted is each for wanted, each in pairs) / len(pairs), confusion)


def _at_best(values: Values, truth: Flags, codes: Sequence[str]) -> Flags:
    """Labels at the one threshold that gives the highest macro F1."""
    kept = measures.counted(codes, truth)
    grid = np.unique(np.quantile(values, np.linspace(0.5, 0.999, 120)))
    best = max(grid, key=lambda threshold: (measures.macro(values >= threshold, truth, kept), -threshold))
    return np.asarray(values >= best, dtype=bool)


def _curve(name: str, scores: Values, truth: Flags) -> Curve:
    from sklearn.metrics import precision_recall_curve

    precision, recall, _ = precision_recall_curve(truth.ravel(), scores.ravel())
    points = zip(recall[::-1].tolist(), precision[::-1].tolist(), strict=True)
    return Curve(name, tuple((round(across, 4), round(up, 4)) for across, up in points))
