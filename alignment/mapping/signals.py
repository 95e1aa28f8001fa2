"""Passage x framework -> the signals that speak for and against each element."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from alignment.frameworks.terms import TermHit, TermMatcher
from alignment.mapping import substance
from alignment.mapping.further import Further
from alignment.text.characters import is_chinese
from alignment.types import Element, Exemplar, ExemplarId, Framework, Language, Measure, Vectors

Matrix = NDArray[np.float32]

NEIGHBOURS = 3
_CLOSE = 64
"""How many of the closest passages are looked at before all are."""
GAMMA = 2.0
"""Width of the kernel: how alike two passages are is exp(-GAMMA |x - y|²)."""
_CERTAIN = 0.97
_FEWEST, _TOGETHER = 20, 0.95
"""Passages of an element, and share of them, from which two elements always together are no coincidence."""
FEATURES = (
    "dense", "ngrams", "margin", "nearest", "terms", "negative_terms", "relative", "behind", "best", "own", "others",
    "negated", "english", "length", "any_dense", "any_ngrams", "any_margin", "any_terms", "window", "kernel",
)  # fmt: skip
"""What the calibration weighs for each passage and element: the names of the columns of a table, in this order."""
RELEVANCE = (
    "any_dense", "any_ngrams", "any_margin", "any_terms", "own", "others", "negated", "english", "length",
    "most_dense", "most_ngrams", "most_margin", "most_terms",
)  # fmt: skip
"""What decides whether a passage is evidence for anything at all: its own signals, and the `most_` of all elements."""
_MARGIN_SCALE, _NEAREST_SCALE, _ANY_MARGIN_SCALE = 10, 5, 5
"""Similarities are brought to about the size of the log-odds beside them; the shipped weights are fitted to this."""
_CUES_AT_MOST = 3
"""A cue that occurs more often says no more."""


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Similarity to the passages of each column of labels: all of shape (n, columns)."""

    margin: Matrix
    """Mean similarity to the three nearest passages less that to the three nearest others, in [-2, 2]."""
    nearest: Matrix
    """Highest cosine similarity to a passage, in [-1, 1]."""
    which: NDArray[np.int64]
    """Place of that passage among those compared with."""


def training_passages(framework: Framework) -> tuple[Exemplar, ...]:
    """Every passage a mapper learns from: exemplars, hard negatives, further passages; else what the plan says."""
    own = (
        passage
        for element in framework.elements
        for measure in (element.measures or (element,))
        for passage in _of_measure(element, measure)
    )
    return (*own, *framework.passages)


def _of_measure(element: Element, measure: Measure | Element) -> tuple[Exemplar, ...]:
    """A measure's passages; of an element without measures, and of a measure without exemplars, what it says."""
    if isinstance(measure, Element):
        return tuple(_said(element, measure, element.code, None))
    return (*(measure.exemplars or _said(element, measure, measure.id, measure.id)), *measure.counterexamples)


def _said(element: Element, part: Measure | Element, name: str, measure: str | None) -> Iterator[Exemplar]:
    """The part's name and description in each language, in place of passages that nobody wrote for it."""
    said = (part.name.zh, part.description.zh), (part.name.en, part.description.en)
    for number, (words, language) in enumerate(zip(said, (Language.ZH_HANS, Language.EN), strict=True), 1):
        if text := " ".join(each for each in words if each):
            yield Exemplar(str(ExemplarId(name, number)), text, language, (element.code,), None, measure=measure)


def targets(passages: Sequence[Exemplar | Further], codes: Sequence[str]) -> NDArray[np.bool_]:
    """Which passage is evidence for which element, and last whether it is for any: shape (n, elements + 1)."""
    return np.array(
        [[*(code in passage.labels for code in codes), bool(passage.labels)] for passage in passages], dtype=bool
    )


def neighbours(vectors: Vectors, exemplars: Vectors, labels: NDArray[np.bool_]) -> Neighbours:
    """Compare passages, shape (n, d), with exemplars, shape (m, d), labelled (m, columns)."""
    similarity = vectors @ exemplars.T
    count = labels.shape[1]
    shape = (len(vectors), count)
    margin, nearest = np.zeros(shape, np.float32), np.zeros(shape, np.float32)
    which = np.zeros(shape, np.int64)
    closest = _closest(similarity)
    for number in range(count):
        inside, outside = np.flatnonzero(labels[:, number]), np.flatnonzero(~labels[:, number])
        if len(inside) == 0:
            continue
        near = similarity[:, inside]
        nearest[:, number] = near.max(axis=1)
        which[:, number] = inside[near.argmax(axis=1)]
        margin[:, number] = _top(near) - (_top_of_others(similarity, closest, labels[:, number], outside))
    return Neighbours(margin, nearest, which)


def kernel(vectors: Vectors, exemplars: Vectors, weights: Matrix) -> Matrix:
    """What all passages together say of each element, each by how alike it is: as logits, shape (n, elements).

    `weights`, shape (m, elements), are those of a kernel ridge regression (Saunders, Gammerman and Vovk, 1998) on
    -1 and 1 with a Gaussian kernel over unit vectors; its values are clipped within (-1, 1).
    """
    values = np.exp(2 * GAMMA * (vectors @ exemplars.T - 1)) @ weights
    logits: Matrix = 4 * np.arctanh(np.clip(values, -_CERTAIN, _CERTAIN))
    return logits.astype(np.float32)


def _closest(similarity: Matrix) -> NDArray[np.int64]:
    """Places of the highest values of each row, best first, shape (n, at most `_CLOSE`)."""
    k = min(_CLOSE, similarity.shape[1])
    places = np.argpartition(similarity, similarity.shape[1] - k, axis=1)[:, -k:]
    order = np.argsort(-np.take_along_axis(similarity, places, axis=1), axis=1, kind="stable")
    best: NDArray[np.int64] = np.take_along_axis(places, order, axis=1)
    return best


def _top_of_others(
    similarity: Matrix, closest: NDArray[np.int64], inside: NDArray[np.bool_], outside: NDArray[np.int64]
) -> Matrix:
    """As `_top` of the columns outside, found among the closest of all, which is much faster for most rows."""
    if len(outside) == 0:
        return np.zeros(len(similarity), np.float32)
    values = np.take_along_axis(similarity, closest, axis=1)
    others = ~inside[closest]
    k = min(NEIGHBOURS, len(outside))
    first = others & (np.cumsum(others, axis=1) <= k)
    enough = first.sum(axis=1) == k
    top: Matrix = (values * first).sum(axis=1, dtype=np.float32) / np.float32(k)
    if not enough.all():
        top[~enough] = _top(similarity[np.ix_(~enough, outside)])
    return top


def _top(values: Matrix) -> Matrix:
    """Mean of the highest values of each row."""
    k = min(NEIGHBOURS, values.shape[1])
    top: Matrix = np.partition(values, values.shape[1] - k, axis=1)[:, -k:].mean(axis=1)
    return top


def term_counts(
    texts: Sequence[str], matcher: TermMatcher, codes: Sequence[str]
) -> tuple[list[tuple[TermHit, ...]], Matrix, Matrix]:
    """Hits per text, and how many terms and negative terms of each element were found, shape (n, elements)."""
    place = {code: number for number, code in enumerate(codes)}
    found = [matcher.find(text) for text in texts]
    terms, negative = np.zeros((2, len(texts), len(codes)), np.float32)
    for row, hits in enumerate(found):
        for hit in hits:
            (negative if hit.negative else terms)[row, place[hit.element]] += 1
    return found, terms, negative


def relatives(framework: Framework) -> NDArray[np.bool_]:
    """Which elements are parent and project of each other, shape (elements, elements)."""
    codes = framework.codes
    related = np.zeros((len(codes), len(codes)), dtype=bool)
    for element in framework.elements:
        if element.parent:
            first, second = codes.index(element.code), codes.index(element.parent)
            related[first, second] = related[second, first] = True
    return related


def features(
    texts: Sequence[str],
    *,
    dense: Matrix,
    ngrams: Matrix,
    near: Neighbours,
    terms: Matrix,
    negative: Matrix,
    related: NDArray[np.bool_],
    window: Matrix,
    alike: Matrix,
) -> Matrix:
    """All signals of each passage and element, shape (n, elements, features), a column for each name in `FEATURES`.

    `dense`, `ngrams`, `near` and `window` have one more column than there are elements: whether it is evidence for
    any. `window` is what the n-grams say of the passage's best window for each, `alike` what `kernel` says.
    """
    both = (dense[:, :-1] + ngrams[:, :-1]) / 2
    best = np.broadcast_to(both.max(axis=1, keepdims=True), both.shape)
    of_elements = {
        "dense": dense[:, :-1],
        "ngrams": ngrams[:, :-1],
        "margin": _MARGIN_SCALE * near.margin[:, :-1],
        "nearest": _NEAREST_SCALE * near.nearest[:, :-1],
        "terms": np.log1p(terms),
        "negative_terms": np.log1p(negative),
        "relative": _best_relative(both, related),
        "behind": both - best,
        "best": best,
        "window": window[:, :-1],
        "kernel": alike,
    }
    of_passages = {
        **_of_texts(texts),
        "any_dense": dense[:, -1],
        "any_ngrams": ngrams[:, -1],
        "any_margin": _ANY_MARGIN_SCALE * near.margin[:, -1],
        "any_terms": np.log1p(terms.sum(axis=1)),
    }
    spread = {name: np.broadcast_to(column[:, None], both.shape) for name, column in of_passages.items()}
    return table({**of_elements, **spread}, FEATURES)


def table(columns: Mapping[str, NDArray[Any]], names: Sequence[str]) -> Matrix:
    """Named columns of one shape, stacked along a last axis in the order of `names`.

    Raises:
        ValueError: a name has no column, or a column no name.
    """
    if set(columns) != set(names):
        raise ValueError(f"signals and their names differ: {sorted(set(columns) ^ set(names))}")
    return np.stack([columns[name] for name in names], axis=-1).astype(np.float32)


def _best_relative(both: NDArray[Any], related: NDArray[np.bool_]) -> NDArray[Any]:
    """The best value among each element's relatives, 0 for one without, shape (n, elements)."""
    return np.stack([both[:, row].max(axis=1) if row.any() else np.zeros(len(both)) for row in related], axis=1)


@dataclass(frozen=True, slots=True)
class LabelDependencies:
    """Which elements go together, as places among the codes."""

    children: tuple[tuple[int, int], ...]
    """Project, parent: evidence for a project is evidence for its parent."""
    equivalent: tuple[tuple[int, int], ...]
    """Pairs that the framework's passages nearly always carry together: for one passage they are one question."""

    @classmethod
    def of(cls, framework: Framework, labels: NDArray[np.bool_]) -> LabelDependencies:
        """Read from the framework's parents, and from the labels of its passages, shape (m, elements or more)."""
        codes = framework.codes
        children = tuple(
            (codes.index(element.code), codes.index(element.parent)) for element in framework.elements if element.parent
        )
        equivalent = tuple(
            pair
            for pair in children
            if (each := labels[:, pair].sum(axis=0)).min() >= _FEWEST
            and labels[:, pair].all(axis=1).sum() >= _TOGETHER * each.max()
        )
        return cls(children, equivalent)

    def consistent(self, probabilities: Matrix) -> Matrix:
        """Probabilities, shape (n, elements), where a parent has at least its project's, and equivalents the same."""
        agreed = probabilities.copy()
        for project, parent in self.children:
            agreed[:, parent] = np.maximum(agreed[:, parent], probabilities[:, project])
        for project, parent in self.equivalent:
            agreed[:, (project, parent)] = probabilities[:, (project, parent)].mean(axis=1, keepdims=True)
        return agreed


def relevance(signals: Matrix) -> Matrix:
    """The signals of relevance, shape (n, relevance), out of those of every element, shape (n, elements, features)."""
    columns = {
        name: signals[:, :, FEATURES.index(name.removeprefix("most_"))].max(axis=1)
        if name.startswith("most_")
        else signals[:, 0, FEATURES.index(name)]
        for name in RELEVANCE
    }
    return table(columns, RELEVANCE)


def _of_texts(texts: Sequence[str]) -> dict[str, NDArray[np.float64]]:
    """Signals that do not depend on the element, each of shape (n,): who acts, negation, language, length."""
    cues = {
        name: np.array([min(substance.count(text, name), _CUES_AT_MOST) for text in texts], np.float64)
        for name in ("own", "others", "negated")
    }
    english = np.array([not is_chinese(text) for text in texts], np.float64)
    return {**cues, "english": english, "length": np.log(np.array([len(text) + 1 for text in texts], np.float64))}
