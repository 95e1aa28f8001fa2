"""Framework's names and descriptions -> signals of evidence that do not depend on which element it is.

What is learned here speaks of evidence in general and serves for elements that no passage was labelled for: how near a
passage's vector comes to an element's words, against how near passages of reports come to them on average, which of
those words it repeats, and by how much the element is ahead of the others.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from alignment.encoders import Encoder
from alignment.mapping import ngrams, substance
from alignment.mapping.background import Background, is_chinese
from alignment.text.reading import length, prepared
from alignment.types import Element, Exemplar, Framework, Measure, Vectors

Matrix = NDArray[np.float32]

FEW = 20
"""An element with fewer labelled passages than this is judged from its words first; `adapting` learns from the rest."""
_PRIOR = 20
"""So many texts weighs the mean of descriptions in general when a framework's own mean is taken from its vectors."""
_LEXICAL = 0.75
"""Weight of the square root of the words shared, in standard deviations of similarity."""
_SOFT = 2.0
"""Temperature at which an element's texts are put together: several that are near count for more than one."""
_KINDS, _WEIGHT = 3, 2 / 3
"""Kinds of a text's parts, and what each weighs: three together as much as two standard deviations."""
_CLOSEST, _TOWARDS = 5, 0.5
"""Towards the mean of so many passages, and how far, words are moved."""
_CLAUSE = re.compile(r"[，。；,;.]|、(?=[^、，。；]{4})")
_SHORT = 3
"""Clauses up to this length, in Han characters, say too little alone."""
_THIRD = 2
FEATURES = (
    "wording", "margin", "third", "best", "terms", "negative_terms",
    "own", "others", "negated", "quantity", "done", "doing", "english", "length",
)  # fmt: skip
"""What the calibration weighs, in this order, for each passage and element."""
_STOP = frozenset(
    "the and for with from that this are its our was were has have been will not which their these into than other"
    " also per all more".split()
)


class Basis(StrEnum):
    """What evidence for a framework is judged by; the value is what JSON shows."""

    PASSAGES = "passages"
    FEW = "descriptions and few passages"
    DESCRIPTIONS = "descriptions alone"


@dataclass(frozen=True, slots=True)
class Text:
    """What a framework says of an element or of one of its measures, in one language."""

    owner: int
    """Place of the element."""
    entry: int
    """Texts of one element or measure in several languages have the same."""
    name: str
    description: str

    @property
    def parts(self) -> tuple[tuple[str, ...], ...]:
        """What is compared: name and description together, the description, and each of its clauses."""
        whole = "：".join(each for each in (self.name, self.description) if each)
        described = self.description or self.name
        clauses = tuple(each.strip() for each in _CLAUSE.split(described) if length(each) > _SHORT)
        return (whole,), (described,), clauses or (described,)


def texts_of(framework: Framework) -> tuple[Text, ...]:
    """All texts of a framework's elements and measures, each language for itself."""
    found: list[Text] = []
    entry = 0
    for owner, element in enumerate(framework.elements):
        parts: tuple[Element | Measure, ...] = (element, *element.measures)
        for part in parts:
            for name, description in (
                (part.name.zh, part.description.zh),
                (part.name.en, part.description.en),
            ):
                if name or description:
                    found.append(Text(owner, entry, name, description))
            entry += 1
    return tuple(found)


def own_passages(framework: Framework) -> tuple[Exemplar, ...]:
    """The passages that people wrote or labelled for a framework."""
    measures = [measure for element in framework.elements for measure in element.measures]
    own = [passage for each in measures for passage in (*each.exemplars, *each.counterexamples)]
    return (*own, *framework.passages)


def basis_of(framework: Framework) -> Basis:
    """What a framework's evidence is judged by."""
    passages = own_passages(framework)
    labels = Counter(code for passage in passages for code in set(passage.labels))
    if all(labels[code] >= FEW for code in framework.codes):
        return Basis.PASSAGES
    return Basis.FEW if labels else Basis.DESCRIPTIONS


def is_thin(framework: Framework) -> bool:
    """Whether any element has too few passages of its own to be learned from them alone."""
    return basis_of(framework) is not Basis.PASSAGES


class Transfer:
    """Compares passages with the words of one framework."""

    def __init__(self, framework: Framework, background: Background, vectors: Vectors) -> None:
        """`vectors`, shape (parts, d), are what `Transfer.build` made; they are stored with a mapper."""
        self._texts = texts_of(framework)
        self.codes = framework.codes
        self.background = background
        self.vectors = vectors
        self._owner = np.array([text.owner for text in self._texts], dtype=np.int64)
        self._entry = np.array([text.entry for text in self._texts], dtype=np.int64)
        groups: defaultdict[tuple[int, int], list[int]] = defaultdict(list)
        kinds = ((row, kind, parts) for row, text in enumerate(self._texts) for kind, parts in enumerate(text.parts))
        for number, place in enumerate((row, kind) for row, kind, parts in kinds for _ in parts):
            groups[place].append(number)
        self._groups = [[groups[row, kind] for kind in range(_KINDS)] for row in range(len(self._texts))]
        self._means, self._spreads = background.statistics(vectors)
        words = [_words(f"{text.name} {text.description}") for text in self._texts]
        self._places, self._shares = self._vocabulary(words)

    @classmethod
    def build(cls, framework: Framework, encoder: Encoder, background: Background, passages: Vectors) -> Transfer:
        """Encode a framework's words, and move them towards the nearest of centred `passages`, shape (n, d)."""
        parts = [part for text in texts_of(framework) for each in text.parts for part in each]
        vectors = encoder.encode([prepared(part) for part in parts], kind="query")
        # The framework's own mean is what its texts have in common; few texts are centred on descriptions in general.
        mean = (vectors.sum(axis=0) + _PRIOR * background.words) / (len(vectors) + _PRIOR)
        moved = expanded(unit(vectors - mean), passages)
        # In half precision, as they are stored with a mapper.
        return cls(framework, background, moved.astype(np.float16).astype(np.float32))

    @property
    def rarities(self) -> dict[str, float]:
        """Of the framework's own words: all that it needs of the background's."""
        return {word: self.background.rarity(word) for word in self._places}

    def wording(self, seen: Sequence[str], vectors: Vectors) -> Matrix:
        """How near prepared texts with centred vectors come to each element's words, shape (n, elements).

        In standard deviations of the similarity of passages of reports in the same language, plus words in common.
        """
        chinese = np.array([is_chinese(text) for text in seen], dtype=bool)
        row = np.where(chinese, 0, 1)
        similar = (vectors @ self.vectors.T - self._means[row]) / self._spreads[row]
        near = np.zeros((len(seen), len(self._texts)), np.float32)
        for place, groups in enumerate(self._groups):
            near[:, place] = _WEIGHT * sum(similar[:, group].max(axis=1) for group in groups)
        near += _LEXICAL * np.sqrt(self._common(seen))
        return self._together(near)

    def features(self, seen: Sequence[str], vectors: Vectors, terms: Matrix, negative: Matrix) -> Matrix:
        """All signals of each prepared text and element, shape (n, elements, features)."""
        wording = self.wording(seen, vectors)
        ordered = np.sort(wording, axis=1)[:, ::-1]
        third = ordered[:, min(_THIRD, wording.shape[1] - 1)][:, None]
        whole = np.array([_of_text(text) for text in seen], np.float32).reshape(len(seen), -1)
        stacked = [wording, margins(wording), wording - third, np.broadcast_to(ordered[:, :1], wording.shape)]
        stacked += [np.log1p(terms), np.log1p(negative)]
        stacked += [np.broadcast_to(column[:, None], wording.shape) for column in whole.T]
        return np.stack(stacked, axis=-1).astype(np.float32)

    def _vocabulary(self, words: Sequence[frozenset[str]]) -> tuple[dict[str, int], Any]:
        """Places of the framework's words, and their weights in each text, sparse (texts, words).

        A word weighs the more the rarer it is in passages, and the fewer elements use it.
        """
        from scipy import sparse

        count = len(self.codes)
        of_elements: list[set[str]] = [set() for _ in self.codes]
        for text, held in zip(self._texts, words, strict=True):
            of_elements[text.owner] |= held
        users = Counter(word for each in of_elements for word in each)
        places = {word: number for number, word in enumerate(sorted(users))}
        weights = {
            word: self.background.rarity(word) * (1 - np.log(times) / np.log(count + 1))
            for word, times in users.items()
        }
        rows = [row for row, each in enumerate(words) for _ in each]
        columns = [places[word] for each in words for word in sorted(each)]
        values = [weights[word] for each in words for word in sorted(each)]
        matrix = sparse.csr_matrix((values, (rows, columns)), shape=(len(words), len(places)), dtype=np.float32)
        return places, matrix

    def _common(self, seen: Sequence[str]) -> Matrix:
        """Weight of the words that each passage shares with each text, shape (n, texts)."""
        from scipy import sparse

        found = [[self._places[word] for word in sorted(_words(text)) if word in self._places] for text in seen]
        rows = [row for row, each in enumerate(found) for _ in each]
        columns = [place for each in found for place in each]
        shape = (len(seen), len(self._places))
        held = sparse.csr_matrix((np.ones(len(rows), np.float32), (rows, columns)), shape=shape)
        common: Matrix = np.asarray((held @ self._shares.T).todense(), dtype=np.float32)
        return common

    def _together(self, near: Matrix) -> Matrix:
        """Texts put together: the best language of each entry, then all entries of each element, softly."""
        result = np.zeros((len(near), len(self.codes)), np.float32)
        for owner in range(len(self.codes)):
            own = np.flatnonzero(self._owner == owner)
            entries = [near[:, own[self._entry[own] == entry]].max(axis=1) for entry in np.unique(self._entry[own])]
            if entries:
                stacked = np.stack(entries, axis=1)
                best = stacked.max(axis=1, keepdims=True)
                result[:, owner] = best[:, 0] + _SOFT * np.log(np.exp((stacked - best) / _SOFT).mean(axis=1))
        return result


def expanded(words: Vectors, passages: Vectors) -> Vectors:
    """Unit vectors of words moved towards the passages nearest to them (Rocchio, 1971), which speak as reports do."""
    if len(passages) == 0:
        return words
    similar = words @ passages.T
    closest = np.argsort(-similar, axis=1, kind="stable")[:, :_CLOSEST]
    return unit(words + _TOWARDS * unit(passages[closest].mean(axis=1)))


def margins(values: Matrix) -> Matrix:
    """Each value less the highest of the others in its row; zero where there are no others."""
    if values.shape[1] < 2:
        return np.zeros_like(values)
    ordered = np.sort(values, axis=1)
    best, second = ordered[:, -1:], ordered[:, -2:-1]
    ahead: Matrix = values - np.where(values == best, second, best)
    return ahead


def unit(vectors: Vectors) -> Vectors:
    """The same vectors at length 1."""
    scaled: Vectors = (vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)).astype(np.float32)
    return scaled


def _words(text: str) -> frozenset[str]:
    """Pairs of Chinese characters; stems of English words, or the words where they are short."""
    return frozenset(_each_word(prepared(text)))


def _each_word(text: str) -> Iterator[str]:
    for gram in ngrams.grams(text):
        if gram[0] == "=":
            word = gram[1:]
            if " " not in word and len(word) > 2 and word not in _STOP:
                yield f"~{word[: ngrams.STEM]}" if len(word) > ngrams.STEM else gram
        elif gram[0] != "~" and len(gram) == 2 and not any(map(str.isdigit, gram)):
            yield gram


def _of_text(text: str) -> tuple[float, ...]:
    """Signals of a passage whatever the element: who acts, denial, quantities, tense, language, length."""
    own, others, negated = (min(substance.count(text, cue), 3) for cue in ("own", "others", "negated"))
    done, doing = (min(substance.count(text, cue), 2) for cue in ("done", "doing"))
    quantity = float(substance.states_quantity(text))
    return own, others, negated, quantity, done, doing, float(not is_chinese(text)), float(np.log(len(text) + 1))
