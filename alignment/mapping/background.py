"""Passages of reports in general -> how similar they are to any text, per language, without keeping one of them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from alignment import frameworks, resources
from alignment.encoders import Encoder
from alignment.index.vectors import VectorIndex
from alignment.mapping import signals
from alignment.mapping.centring import centred
from alignment.mapping.substance import Grader
from alignment.text.reading import prepared
from alignment.types import Vectors

Matrix = NDArray[np.float32]

SHIPPED = ("indexes", "transfer", "background.npz")
_RANK = 96
"""Directions in which the spread of passages is kept; in all others together it is one number."""
_LEAST = 0.02
"""A spread below this is taken for this: in a direction in which passages do not differ nothing can be told apart."""
_STORED = ("centre", "words", "means", "factors", "rest")
_EVERY = 8
"""Of the shipped plan's passages, each so-many-th is encoded where nothing is shipped for an encoder."""
_UNKNOWN = 8.8
"""Inverse document frequency of a word that those passages do not have; the rarest that they have is 8.4."""
_FEWEST = 30
"""From fewer passages in a language the spread of all is taken."""


def is_chinese(text: str) -> bool:
    """Whether at least a tenth of a text's characters are Chinese."""
    return sum("\u4e00" <= character <= "\u9fff" for character in text) > 0.1 * len(text)


@dataclass(frozen=True, slots=True)
class Background:
    """What is known of passages and descriptions in general, for one encoder; Chinese first, then English."""

    centre: Matrix
    """Mean of passages, shape (d,): taken from every passage."""
    words: Matrix
    """Mean of names and descriptions, shape (d,)."""
    means: Matrix
    """Mean of centred passages per language, shape (2, d)."""
    factors: Matrix
    """Directions times their standard deviations, shape (2, rank, d)."""
    rest: Matrix
    """Variance in each other direction, shape (2,)."""
    grader: Grader
    rarities: Mapping[str, float]
    """Inverse document frequencies of words in passages."""

    @classmethod
    def of(
        cls,
        passages: Vectors,
        chinese: NDArray[np.bool_],
        words: Vectors,
        *,
        centre: Matrix,
        grader: Grader,
        rarities: Mapping[str, float],
    ) -> Background:
        """From vectors of passages, shape (n, d), as the encoder gave them, and of descriptions."""
        moved = centred(passages, centre)
        parts = [moved[rows] if rows.sum() >= _FEWEST else moved for rows in (chinese, ~chinese)]
        spreads = [_spread(part) for part in parts]
        return cls(
            centre=centre,
            words=words.mean(axis=0),
            means=np.stack([part.mean(axis=0) for part in parts]).astype(np.float32),
            factors=np.stack([factors for factors, _ in spreads]),
            rest=np.array([rest for _, rest in spreads], np.float32),
            grader=grader,
            rarities=rarities,
        )

    def statistics(self, texts: Vectors) -> tuple[Matrix, Matrix]:
        """Mean and standard deviation of the similarity of passages to unit vectors, each of shape (2, n)."""
        along = np.einsum("lrd,nd->lnr", self.factors, texts)
        directions = self.factors / np.maximum(np.linalg.norm(self.factors, axis=2, keepdims=True), 1e-9)
        inside = (np.einsum("lrd,nd->lnr", directions, texts) ** 2).sum(axis=2)
        variance = (along**2).sum(axis=2) + self.rest[:, None] * np.maximum(1 - inside, 0)
        spread = np.maximum(np.sqrt(variance), _LEAST)
        return (self.means @ texts.T).astype(np.float32), spread.astype(np.float32)

    def rarity(self, word: str) -> float:
        """Inverse document frequency of a word among passages; of one that is not known, the highest there is."""
        return self.rarities.get(word, _UNKNOWN)

    def arrays(self) -> dict[str, NDArray[np.float32]]:
        """What `from_arrays` needs beside the vocabulary; in half precision, as it is stored."""
        half = {name: getattr(self, name).astype(np.float16) for name in ("means", "factors")}
        return {"centre": self.centre, "words": self.words, "rest": self.rest, **half, **self.grader.arrays()}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]], rarities: Mapping[str, float]) -> Background:
        """The background stored by `arrays`."""
        whole = {name: arrays[name].astype(np.float32) for name in _STORED}
        return cls(**whole, grader=Grader.from_arrays(arrays), rarities=rarities)


def open_background(encoder: Encoder) -> tuple[Background, Vectors]:
    """The background for an encoder, and centred vectors of the shipped plan's passages, shape (n, d).

    For the default encoder both are shipped. For another one, part of the shipped plan's passages is encoded.
    """
    rare = rarities()
    folder = resources.shipped("indexes", frameworks.DEFAULT)
    arrays = _shipped_for(encoder)
    if arrays is not None:
        background = Background.from_arrays(arrays, rare)
        stored = VectorIndex.load(folder, expect={"encoder_sha256": encoder.sha256})
        return background, centred(stored.vectors, background.centre)
    if encoder.sha256 not in _MADE:
        _MADE[encoder.sha256] = _made_with(encoder, rare)
    return _MADE[encoder.sha256]


_MADE: dict[str, tuple[Background, Vectors]] = {}
"""By the encoder's digest: made once in a process."""


def _made_with(encoder: Encoder, rare: Mapping[str, float]) -> tuple[Background, Vectors]:
    plan = frameworks.load()
    passages = signals.training_passages(plan)[::_EVERY]
    texts = [prepared(passage.text) for passage in passages]
    vectors = encoder.encode(texts)
    centre = vectors.mean(axis=0)
    moved = centred(vectors, centre)
    graded = [(row, passage.text, passage.substance) for row, passage in enumerate(passages) if passage.substance]
    names = [text for element in plan.elements for text in (*element.name.all, *element.description.all)]
    background = Background.of(
        vectors,
        np.array([is_chinese(text) for text in texts]),
        encoder.encode([prepared(text) for text in names], kind="query"),
        centre=centre,
        grader=Grader.fit(
            [text for _, text, _ in graded], moved[[row for row, _, _ in graded]], [grade for *_, grade in graded]
        ),
        rarities=rare,
    )
    return background, moved


def digest() -> str:
    """Digest of the shipped background."""
    return resources.digest(resources.shipped(*SHIPPED))


def _shipped_for(encoder: Encoder) -> dict[str, NDArray[Any]] | None:
    """The shipped arrays where they were made with this encoder."""
    with np.load(resources.shipped(*SHIPPED), allow_pickle=False) as stored:
        arrays = {name: stored[name] for name in stored.files}
    return arrays if str(arrays["encoder_sha256"]) == encoder.sha256 else None


def rarities() -> dict[str, float]:
    """Of the n-grams of the shipped mapper, which do not depend on an encoder."""
    folder = resources.shipped("indexes", frameworks.DEFAULT)
    vocabulary = json.loads((folder / "ngrams.json").read_text("utf-8"))[1]
    with np.load(folder / "mapper.npz", allow_pickle=False) as stored:
        return dict(zip(vocabulary, stored["idf"].tolist(), strict=True))


def _spread(passages: Vectors) -> tuple[Matrix, float]:
    values, directions = np.linalg.eigh(np.cov(passages.T, bias=True))
    kept = min(_RANK, len(values))
    factors = directions[:, -kept:].T * np.sqrt(np.maximum(values[-kept:], 0))[:, None]
    rest = float(np.maximum(values[:-kept], 0).mean()) if kept < len(values) else 0.0
    return factors.astype(np.float32), rest
