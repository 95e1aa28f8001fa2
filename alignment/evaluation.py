"""Labelled passages x mapper -> precision, recall and F1 with bootstrap intervals, baselines beside them."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from alignment.errors import InputError
from alignment.mapping import Mapper
from alignment.mapping import model as models
from alignment.types import Substance

Progress = Callable[[str, int, int], None]
Flags = NDArray[np.bool_]

RESAMPLES = 500
"""Bootstrap resamples behind the 95 % intervals."""
FEWEST = 5
"""Elements with fewer positive passages than this are left out of macro F1."""
_MOST_TEXT = 20_000
_LARGE_SOURCE = 0.4


@dataclass(frozen=True, slots=True)
class Labelled:
    """A passage with what people said about it."""

    id: str
    text: str
    labels: frozenset[str]
    substance: Substance | None
    source: str
    language: str


@dataclass(frozen=True, slots=True)
class Labels:
    """What the mapper says about a passage: codes with probabilities, best first, and its substance if it has any."""

    labels: tuple[tuple[str, float], ...]
    substance: Substance | None


@dataclass(frozen=True, slots=True)
class Score:
    """Precision, recall and F1, in [0, 1]."""

    precision: float
    recall: float
    f1: float
    positives: int


@dataclass(frozen=True, slots=True)
class System:
    """A way to label, measured."""

    name: str
    elements: dict[str, Score]
    macro: float
    macro_interval: tuple[float, float]
    micro: Score
    micro_interval: tuple[float, float]
    false_positive_share: float
    """Share of the passages that carry no element and were given one."""


@dataclass(frozen=True, slots=True)
class Report:
    """The evaluation of a mapper and its baselines on one set of passages."""

    passages: int
    systems: tuple[System, ...]
    """Hybrid first, then hybrid with its weights cross-fitted by source, then the baselines."""
    substance_accuracy: float | None
    groups: dict[str, System]
    """The hybrid system per language or source."""


def read_passages(path: Path) -> tuple[Labelled, ...]:
    """Passages from JSON lines: `id` and `text`, and where they are labelled `labels`, `substance`, `source`, `lang`.

    Raises:
        InputError: the file cannot be read, is empty, or a line does not fit; the line is named.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}", hint="check the path") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{path} is not UTF-8 text", hint="save it as UTF-8 JSON lines") from error
    found = tuple(_passage(line, number, path) for number, line in enumerate(lines, 1) if line.strip())
    if not found:
        raise InputError(f"{path} holds no passages", hint='each line is {"id": "...", "text": "..."}')
    return found


def _passage(line: str, number: int, path: Path) -> Labelled:
    hint = 'each line is {"id": "...", "text": "...", "labels": ["T2"], "substance": "action"}'
    try:
        item = json.loads(line)
        text = item["text"]
        grade = item.get("substance")
        if not isinstance(text, str) or not isinstance(item.get("labels", []), list):
            raise TypeError("text must be a string and labels a list")
        return Labelled(
            id=str(item.get("id", number)),
            text=text[:_MOST_TEXT],
            labels=frozenset(str(each["code"] if isinstance(each, dict) else each) for each in item.get("labels", [])),
            substance=None if grade in (None, "none") else Substance(grade),
            source=str(item.get("source", "")),
            language=str(item.get("lang", "")),
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise InputError(f"{path.name}, line {number}: {error}", hint=hint) from error


def label(mapper: Mapper, texts: Sequence[str], *, progress: Progress | None = None) -> tuple[Labels, ...]:
    """Label texts: every element at or above its threshold, best first."""
    scores = mapper.score(texts, progress=progress)
    thresholds = np.array([mapper.thresholds[code] for code in mapper.model.codes], np.float32)
    found = []
    for row, probabilities in enumerate(scores.probabilities):
        chosen = sorted(np.flatnonzero(probabilities >= thresholds), key=lambda place: (-probabilities[place], place))
        codes = tuple((mapper.model.codes[place], round(float(probabilities[place]), 4)) for place in chosen)
        found.append(Labels(codes, scores.substances[row] if codes else None))
    return tuple(found)


def evaluate(
    mapper: Mapper, passages: Sequence[Labelled], *, by: str | None = None, progress: Progress | None = None
) -> Report:
    """Measure the mapper and two baselines: terms and n-grams alone, and similarity alone, each at its best threshold.

    The baselines' thresholds are chosen on these very passages, which favours the baselines.

    Raises:
        InputError: a label is not an element of the framework, or nothing is labelled.
    """
    codes = mapper.model.codes
    unknown = sorted({code for passage in passages for code in passage.labels} - set(codes))
    if unknown:
        raise InputError(
            f"labels that {mapper.framework.id} does not have: {', '.join(unknown)}", hint=f"codes: {', '.join(codes)}"
        )
    truth = np.array([[code in passage.labels for code in codes] for passage in passages], dtype=bool)
    if not truth.any():
        raise InputError("no passage carries a label", hint="`evaluate` needs labelled passages; `label` does not")
    texts = [passage.text for passage in passages]
    vectors = mapper.encoder.encode([models.prepared(text) for text in texts], progress=progress)
    table, scores = mapper.features(texts, vectors)
    thresholds = np.array([mapper.thresholds[code] for code in codes], np.float32)
    hybrid = scores.probabilities >= thresholds
    clusters = [passage.source for passage in passages]
    systems = (
        _measure("hybrid", hybrid, truth, codes, clusters),
        *(
            _measure("hybrid, cross-fitted", each, truth, codes, clusters)
            for each in _cross_fitted(table, truth, clusters)
        ),
        _measure("lexical", _at_best(scores.lexical, truth, codes), truth, codes, clusters),
        _measure("dense", _at_best(scores.near.nearest, truth, codes), truth, codes, clusters),
    )
    graded = [row for row, passage in enumerate(passages) if passage.substance is not None]
    right = [scores.substances[row] is passages[row].substance for row in graded]
    return Report(
        passages=len(passages),
        systems=systems,
        substance_accuracy=float(np.mean(right)) if right else None,
        groups=_groups(passages, by, hybrid, truth, codes, clusters),
    )


def _cross_fitted(table: NDArray[np.float32], truth: Flags, clusters: Sequence[str]) -> list[Flags]:
    """Labels by signals that were weighed without the passage's own source; none when there is one source only.

    This is the figure to trust when the passages are those that the shipped weights were fitted on. A source that
    holds most of the passages is divided into fifths, because nothing could be fitted without it.
    """
    names = np.array(clusters)
    if len(set(clusters)) < 2:
        return []
    large = [name for name in set(clusters) if (names == name).mean() > _LARGE_SOURCE]
    folds = [f"{name} {row % 5}" if name in large else name for row, name in enumerate(clusters)]
    chosen = np.zeros(truth.shape, dtype=bool)
    for fold in sorted(set(folds)):
        inside = np.array([each == fold for each in folds])
        if truth[~inside].any() and not truth[~inside].all():
            fitted = models.calibrate(table[~inside], truth[~inside])
            chosen[inside] = fitted.probabilities(table[inside]) >= fitted.threshold
    return [chosen]


def _groups(
    passages: Sequence[Labelled], by: str | None, chosen: Flags, truth: Flags, codes: Sequence[str], clusters: list[str]
) -> dict[str, System]:
    if by is None:
        return {}
    names = [passage.language if by == "lang" else passage.source for passage in passages]
    groups = {}
    for name in sorted(set(names)):
        rows = np.array([each == name for each in names])
        inside = [cluster for cluster, kept in zip(clusters, rows, strict=True) if kept]
        groups[name] = _measure(name or "?", chosen[rows], truth[rows], codes, inside)
    return groups


def counted(codes: Sequence[str], truth: Flags) -> NDArray[np.int64]:
    """Places of the elements that count for macro and micro F1: transformations and projects with enough positives."""
    kept = [n for n, code in enumerate(codes) if code[0] in "TP" and truth[:, n].sum() >= FEWEST]
    return np.array(kept or [n for n in range(len(codes)) if truth[:, n].any()], dtype=np.int64)


def _at_best(values: NDArray[np.float32], truth: Flags, codes: Sequence[str]) -> Flags:
    """Labels at the one threshold that gives the highest macro F1."""
    kept = counted(codes, truth)
    grid = np.unique(np.quantile(values, np.linspace(0.5, 0.999, 120)))
    best = max(grid, key=lambda threshold: (_macro(values >= threshold, truth, kept), -threshold))
    return np.asarray(values >= best, dtype=bool)


def _macro(chosen: Flags, truth: Flags, kept: NDArray[np.int64]) -> float:
    hits = (chosen & truth)[:, kept].sum(axis=0)
    sizes = chosen[:, kept].sum(axis=0) + truth[:, kept].sum(axis=0)
    return float(np.mean(2 * hits / np.maximum(sizes, 1)))


def _micro(chosen: Flags, truth: Flags, kept: NDArray[np.int64]) -> float:
    hits = (chosen & truth)[:, kept].sum()
    return float(2 * hits / max(1, chosen[:, kept].sum() + truth[:, kept].sum()))


def _measure(name: str, chosen: Flags, truth: Flags, codes: Sequence[str], clusters: Sequence[str]) -> System:
    kept = counted(codes, truth)
    empty = ~truth.any(axis=1)
    return System(
        name=name,
        elements={code: _score(chosen[:, n], truth[:, n]) for n, code in enumerate(codes)},
        macro=_macro(chosen, truth, kept),
        macro_interval=_interval(chosen, truth, kept, clusters, _macro),
        micro=_score(chosen[:, kept].ravel(), truth[:, kept].ravel()),
        micro_interval=_interval(chosen, truth, kept, clusters, _micro),
        false_positive_share=float(chosen[empty].any(axis=1).mean()) if empty.any() else 0.0,
    )


def _score(chosen: Flags, truth: Flags) -> Score:
    hits = int((chosen & truth).sum())
    given, wanted = int(chosen.sum()), int(truth.sum())
    return Score(
        precision=hits / given if given else 0.0,
        recall=hits / wanted if wanted else 0.0,
        f1=2 * hits / (given + wanted) if given + wanted else 0.0,
        positives=wanted,
    )


def _interval(
    chosen: Flags,
    truth: Flags,
    kept: NDArray[np.int64],
    clusters: Sequence[str],
    measure: Callable[[Flags, Flags, NDArray[np.int64]], float],
) -> tuple[float, float]:
    """95 % bootstrap interval, by passages within each source, so that every source keeps its weight. Seed 0."""
    random = np.random.default_rng(0)
    members = [np.flatnonzero([each == name for each in clusters]) for name in sorted(set(clusters))]
    values = []
    for _ in range(RESAMPLES):
        rows = np.concatenate([random.choice(each, len(each)) for each in members])
        values.append(measure(chosen[rows], truth[rows], kept))
    low, high = np.quantile(values, [0.025, 0.975])
    return float(low), float(high)
