"""Texts -> vectors by hashing words and character n-grams: no model, instant, the same on every machine."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator, Sequence

import numpy as np

from alignment.encoders import HASHING, Kind
from alignment.progress import Progress
from alignment.text.characters import HAN, has_han
from alignment.types import Vectors

_UNIT = re.compile(rf"[{HAN}]+|[^\W_{HAN}]+")


class HashingEncoder:
    """Signed feature hashing (Weinberger et al., 2009) of Han 1- to 3-grams and of words with their 4-grams."""

    name = HASHING
    sha256 = "hashing-1"
    dimension = 512

    def encode(self, texts: Sequence[str], *, kind: Kind = "passage", progress: Progress | None = None) -> Vectors:
        """Encode texts in their order; a text without a letter or digit becomes the first unit vector."""
        del kind
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, text in enumerate(texts):
            for feature in _features(text.lower()):
                code = zlib.crc32(feature.encode())
                vectors[row, (code >> 1) % self.dimension] += 1 if code & 1 else -1
            norm = float(np.linalg.norm(vectors[row]))
            if norm:
                vectors[row] /= norm
            else:
                vectors[row, 0] = 1
        if progress:
            progress("encode", len(texts), len(texts))
        return vectors


def _features(text: str) -> Iterator[str]:
    for match in _UNIT.finditer(text):
        unit = match.group()
        sizes = (1, 2, 3) if has_han(unit) else (4,)
        if not has_han(unit):
            yield f"={unit}"
        for size in sizes:
            yield from (unit[start : start + size] for start in range(len(unit) - size + 1))
