"""Text -> how much it says: a quantified result, an action, a commitment, or a mention."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import yaml
from numpy.typing import NDArray

from alignment import resources
from alignment.text.characters import YEAR_SINCE_2000, han_in
from alignment.text.folding import fold
from alignment.types import Substance, Vectors

GRADES = tuple(Substance)
SHARES = (0.19, 0.62, 0.17, 0.02)
"""Shares of result, action, commitment and mention among evidence in real reports (189 passages of the development
set); exemplars are written more evenly, so the grader is shifted to these."""
_CUE_WEIGHT, _VECTOR_WEIGHT, _INVERSE_PENALTY = 0.3, 2.0, 0.3
_YEAR = re.compile(YEAR_SINCE_2000)
_LATER = re.compile(r"20(?:2[5-9]|[3-6]\d)")
_NUMBER = re.compile(r"\d[\d,.]*")
_QUANTITY = re.compile(
    # Begins where a number does, and tries nothing twice; a unit may end in a digit that the next number touches.
    r"(?:(?<![\d,.])|(?<=m3))[,.]*+\d[\d,.]*+\s*+(?:%|万|亿|吨|千瓦|兆瓦|吉瓦|度|立方|元|家|个|项|次|台|辆|座|套|公里|平方|t\b|tonnes?|tons?|kt|mt|[gmk]wh|[gm]w\b|m3"
    r"|million|billion|per ?cent|hours|stores|sites|usd|\$)"
)
_IN_CHARACTERS = re.compile(
    r"[一二两三四五六七八九十百千万]{1,7}(?:万|亿)?(?:吨|千瓦|兆瓦|吉瓦|度电|立方米|元|公里|平方米)"
)
"""A quantity that is written out, as 八十万吨."""


@cache
def _patterns() -> dict[str, tuple[re.Pattern[str], re.Pattern[str]]]:
    lexicon = yaml.safe_load(resources.shipped("corpus", "lexicons", "substance.yaml").read_text(encoding="utf-8"))
    return {
        name: (re.compile("|".join(words["zh"])), re.compile(rf"\b(?:{'|'.join(words['en'])})"))
        for name, words in lexicon.items()
    }


def count(text: str, cue: str) -> int:
    """How often a cue of the lexicon (`done`, `doing`, `future`, `importance`, `negated`, `others`, `own`) occurs."""
    folded = fold(text)
    return sum(len(pattern.findall(folded)) for pattern in _patterns()[cue])


def states_quantity(text: str) -> bool:
    """Whether a text states a number with a unit, in figures or written out."""
    folded = fold(text)
    return bool(_QUANTITY.search(folded) or _IN_CHARACTERS.search(folded))


def cues(texts: Sequence[str]) -> NDArray[np.float32]:
    """Bilingual cues of tense and quantity, about 0 to 2 each, shape (n, c)."""
    return np.array([_cues(fold(text)) for text in texts], dtype=np.float32).reshape(len(texts), -1)


def _cues(text: str) -> list[float]:
    found: list[float] = []
    for chinese, english in _patterns().values():
        times = len(chinese.findall(text)) + len(english.findall(text))
        found += [min(times, 4) / 2, float(times > 0)]
    written_out = len(_IN_CHARACTERS.findall(text))
    quantities = len(_QUANTITY.findall(text)) + written_out
    numbers = sum(not _YEAR.fullmatch(number) for number in _NUMBER.findall(text)) + written_out
    found += [float(quantities > 0), min(quantities, 4) / 2, float(numbers > 0), min(numbers, 6) / 3]
    found += [float(bool(_LATER.search(text))), float(bool(_YEAR.search(text)))]
    return [*found, float(np.log(len(text) + 1)) / 3, float(han_in(text) > 5)]


@dataclass(frozen=True, slots=True)
class Grader:
    """A multinomial logistic regression over cues and the passage's vector."""

    weights: NDArray[np.float32]
    """Shape (4, c + d)."""
    bias: NDArray[np.float32]
    """Shape (4,)."""

    @classmethod
    def fit(cls, texts: Sequence[str], vectors: Vectors, grades: Sequence[Substance]) -> Grader:
        """Learn from graded passages; `vectors` are centred. A grade without an example is never given.

        Where all have the same grade, that is the only one; where there are none, nothing is known to be more than a
        mention.
        """
        if len(set(grades)) < 2:
            only = GRADES.index(grades[0] if grades else Substance.MENTION)
            width = cues([""]).shape[1] + vectors.shape[1]
            bias = np.full(len(GRADES), -1e9, np.float32)
            bias[only] = 0
            return cls(np.zeros((len(GRADES), width), np.float32), bias)
        from sklearn.linear_model import LogisticRegression

        numbers = np.array([GRADES.index(grade) for grade in grades])
        model = LogisticRegression(C=_INVERSE_PENALTY, max_iter=3000).fit(_features(texts, vectors), numbers)
        shares = np.bincount(numbers, minlength=len(GRADES)) / len(numbers)
        width = model.coef_.shape[1]
        weights = np.zeros((len(GRADES), width), np.float32)
        bias = np.full(len(GRADES), -1e9, np.float32)
        if len(model.classes_) == 2:
            weights[model.classes_[1]], bias[model.classes_] = model.coef_[0], (0.0, model.intercept_[0])
        else:
            weights[model.classes_], bias[model.classes_] = model.coef_, model.intercept_
        bias[model.classes_] += np.log(np.array(SHARES)[model.classes_] / shares[model.classes_])
        return cls(weights, bias)

    def grade(self, texts: Sequence[str], vectors: Vectors) -> tuple[Substance, ...]:
        """The grade of each passage; `vectors` are centred, shape (n, d)."""
        if not len(texts):
            return ()
        scores = _features(texts, vectors) @ self.weights.T + self.bias
        return tuple(GRADES[number] for number in scores.argmax(axis=1))

    def arrays(self) -> dict[str, NDArray[np.float32]]:
        """What `from_arrays` needs."""
        return {"substance_weights": self.weights, "substance_bias": self.bias}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[np.float32]]) -> Grader:
        """The grader stored by `arrays`."""
        return cls(arrays["substance_weights"], arrays["substance_bias"])


def _features(texts: Sequence[str], vectors: Vectors) -> NDArray[np.float32]:
    return np.hstack([_CUE_WEIGHT * cues(texts), _VECTOR_WEIGHT * vectors]).astype(np.float32)
