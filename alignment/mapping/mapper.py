"""Passages -> evidence: one calibrated probability per passage and element, with every signal behind it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from alignment.encoders import Encoder
from alignment.frameworks.terms import TermHit, TermMatcher
from alignment.mapping import model as models
from alignment.mapping import ngrams as grams
from alignment.mapping import plan_restatement, precision_filters, signals, training
from alignment.mapping.adapting import probability
from alignment.mapping.centring import centred
from alignment.mapping.evidence import encoder_input, evidence
from alignment.mapping.transfer import Transfer
from alignment.progress import Progress
from alignment.text import reading
from alignment.types import (
    Evidence,
    Framework,
    Passage,
    PassageRole,
    Preset,
    Substance,
    Thresholds,
    Vectors,
)

FLOOR = 0.05
"""Candidates below this probability are not kept."""
NEAR = 3
"""How many passages per element are looked at as near misses however low their probability is."""


@dataclass(frozen=True, slots=True)
class Scores:
    """What the mapper says about texts: n texts, k elements."""

    probabilities: NDArray[np.float32]
    """Shape (n, k), in [0, 1]."""
    substances: tuple[Substance, ...]
    near: signals.Neighbours
    """Among all passages that the mapper learned from."""
    own: signals.Neighbours
    """Among the exemplars of the element's own measures: what a reader is shown."""
    lexical: NDArray[np.float32]
    """Shape (n, k): probability by the character n-grams alone."""
    terms: list[tuple[TermHit, ...]]
    precision_filters: list[tuple[str, ...]]
    """Per text: the precision filters that lowered the probability of every element."""
    factors: NDArray[np.float32]
    """Shape (n, k): what the precision filters left of the probabilities, in (0, 1]."""


class Mapper:
    """Maps texts to the elements of a framework."""

    def __init__(self, framework: Framework, encoder: Encoder, model: models.Model) -> None:
        self.framework = framework
        self.encoder = encoder
        self.model = model
        self.matcher = TermMatcher(framework)
        self._vectoriser = grams.vectoriser(model.vocabulary, model.idf)
        self._exemplars = centred(model.exemplars.vectors, model.centre)
        self._related = signals.relatives(framework)
        self.dependencies = signals.LabelDependencies.of(framework, model.labels)
        self._ids = model.exemplars.ids
        words = model.words
        self._transfer = None if words is None else Transfer(framework, words.background, words.vectors)
        self._own = model.own(framework)

    @cached_property
    def wording(self) -> plan_restatement.Wording:
        """The plan's own words, which are quotations and no evidence."""
        return plan_restatement.known(self.framework)

    @classmethod
    def open(cls, framework: Framework, encoder: Encoder, *, progress: Progress | None = None) -> Mapper:
        """The mapper of a framework and an encoder: shipped, kept in the user's cache, or trained now."""
        return cls(framework, encoder, training.open_or_train(framework, encoder, progress=progress))

    def thresholds(self, preset: Preset = Preset.STANDARD) -> Thresholds:
        """The calibrated thresholds of a preset."""
        if self.model.words is not None:
            return self.model.words.weights.thresholds(preset)
        return self.model.calibration.thresholds(preset)

    def features(self, texts: Sequence[str], vectors: Vectors) -> tuple[NDArray[np.float32], Scores]:
        """Signals of texts for every element, shape (n, k, f), and the scores they add up to."""
        seen = [reading.prepared(text) for text in texts]
        moved = centred(vectors, self.model.centre)
        dense = moved @ self.model.dense_weights.T + self.model.dense_bias
        ngrams = self.ngram_odds(seen)
        near = signals.neighbours(moved, self._exemplars, self.model.labels)
        hits, terms, negative = signals.term_counts(texts, self.matcher, self.model.codes)
        window = self._best_window(seen, ngrams)
        alike = signals.kernel(moved, self._exemplars, self.model.kernel_weights)
        table = signals.features(
            seen,
            dense=dense,
            ngrams=ngrams,
            near=near,
            terms=terms,
            negative=negative,
            related=self._related,
            window=window,
            alike=alike,
        )
        of_texts = [precision_filters.of_text(text, found) for text, found in zip(texts, hits, strict=True)]
        factors = precision_filters.factors(of_texts, negative > terms)
        scores = Scores(
            probabilities=self.dependencies.consistent(
                self._probabilities(table, seen, moved, terms, negative) * factors
            ),
            substances=self.model.grader.grade(texts, moved),
            near=_of_elements(near),
            own=signals.neighbours(moved, self._exemplars, self._own),
            lexical=(1 / (1 + np.exp(-np.clip(ngrams[:, :-1], -30, 30)))).astype(np.float32),
            terms=hits,
            precision_filters=of_texts,
            factors=factors,
        )
        return table, scores

    def _probabilities(
        self,
        table: NDArray[np.float32],
        seen: Sequence[str],
        moved: Vectors,
        terms: NDArray[np.float32],
        negative: NDArray[np.float32],
    ) -> NDArray[np.float32]:
        """By the learned signals in the table; from the elements' own words where there are few passages."""
        words = self.model.words
        if words is None or self._transfer is None:
            return self.model.calibration.probabilities(table)
        said = self._transfer.features(seen, moved, terms, negative)
        return probability(words.odds(said, moved, self._vectoriser.transform(seen))).astype(np.float32)

    def ngram_odds(self, seen: Sequence[str]) -> NDArray[np.float32]:
        """What the n-grams of prepared texts say of each element and of any, as logits, shape (n, k + 1)."""
        found: NDArray[np.float32] = self._vectoriser.transform(seen) @ self.model.ngram_weights.T
        return (found + self.model.ngram_bias).astype(np.float32)

    def _best_window(self, seen: Sequence[str], whole: NDArray[np.float32]) -> NDArray[np.float32]:
        """The highest that the n-grams say of any window, shape (n, k + 1); a text of one window is its `whole`."""
        best = whole.copy()
        cut = [(row, parts) for row, text in enumerate(seen) if (parts := grams.windows(text)) != [text]]
        if cut:
            logits = self.ngram_odds([window for _, parts in cut for window in parts])
            starts = np.cumsum([0, *(len(parts) for _, parts in cut)])[:-1]
            best[[row for row, _ in cut]] = np.maximum.reduceat(logits, starts)
        return best

    def score(self, texts: Sequence[str], *, progress: Progress | None = None) -> Scores:
        """Encode and score texts; any number, also none. Those that repeat the plan's own words are lowered, too."""
        if not len(texts):
            return self._none()
        vectors = self.encoder.encode([reading.prepared(text) for text in texts], progress=progress)
        return self.without_restatements(texts, self.features(texts, vectors)[1])

    def without_restatements(self, texts: Sequence[str], scores: Scores) -> Scores:
        """The scores of the same texts, lowered for those that repeat the plan or speak as policy does."""
        restated = [plan_restatement.repeats(text, self.wording) for text in texts]
        left = np.where(restated, precision_filters.FACTORS["plan_restatement"], 1.0).astype(np.float32)[:, None]
        return replace(
            scores,
            probabilities=scores.probabilities * left,
            factors=scores.factors * left,
            precision_filters=[
                (*names, "plan_restatement") if repeated else names
                for names, repeated in zip(scores.precision_filters, restated, strict=True)
            ],
        )

    def map(
        self,
        passages: Sequence[Passage],
        *,
        vectors: Vectors | None = None,
        keep: Mapping[str, Collection[str]] | None = None,
        progress: Progress | None = None,
    ) -> tuple[Evidence, ...]:
        """Candidates of at least the floor's probability from the passages that can be evidence, in reading order.

        `vectors` are those of `encoder_input` for the same passages, where a caller has them already. `keep` names,
        per element code, passages that are kept as candidates whatever their probability is.
        """
        kept = [number for number, passage in enumerate(passages) if passage.role is PassageRole.BODY]
        if not kept:
            return ()
        texts = [encoder_input(passages[number]) for number in kept]
        if vectors is None:
            vectors = self.encoder.encode([reading.prepared(text) for text in texts], progress=progress)
        else:
            vectors = vectors[kept]
        scores = self.features(texts, vectors)[1]
        wanted = [(keep or {}).get(code, ()) for code in self.model.codes]
        return tuple(
            self._evidence(passages[number], row, element, scores)
            for row, number in enumerate(kept)
            for element in range(len(self.model.codes))
            if scores.probabilities[row, element] >= FLOOR or passages[number].id in wanted[element]
        )

    def nearest(self, mapped: Sequence[Passage], vectors: Vectors) -> dict[str, frozenset[str]]:
        """Element code -> ids of the `NEAR` passages nearest to its exemplars; vectors of shape (len(mapped), d)."""
        found: dict[str, frozenset[str]] = {}
        exemplars = self.model.exemplars.vectors
        for number, code in enumerate(self.model.codes):
            mean = exemplars[self.model.labels[:, number]].mean(axis=0)
            similarity = vectors @ (mean / max(float(np.linalg.norm(mean)), 1e-9)).astype(np.float32)
            order = sorted(range(len(mapped)), key=lambda row: (-float(similarity[row]), mapped[row].id))
            found[code] = frozenset(mapped[row].id for row in order[:NEAR])
        return found

    def _evidence(self, passage: Passage, row: int, element: int, scores: Scores) -> Evidence:
        return evidence(
            passage,
            self.framework.element(self.model.codes[element]),
            scores.terms[row],
            scores.precision_filters[row],
            score=round(float(scores.probabilities[row, element]), 4),
            substance=scores.substances[row],
            dense=round(float(scores.own.nearest[row, element]), 4),
            nearest=self._ids[scores.own.which[row, element]],
            lexical=round(float(scores.lexical[row, element]), 4),
        )

    def _none(self) -> Scores:
        empty = np.zeros((0, len(self.model.codes)), np.float32)
        near = signals.Neighbours(empty, empty, empty.astype(np.int64))
        return Scores(empty, (), near, near, empty, [], [], empty)


def _of_elements(near: signals.Neighbours) -> signals.Neighbours:
    """Without the last column, which is not an element."""
    return signals.Neighbours(near.margin[:, :-1], near.nearest[:, :-1], near.which[:, :-1])
