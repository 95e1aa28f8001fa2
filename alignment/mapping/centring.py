"""Vectors -> the same less what all of them have in common, so that what tells passages apart decides."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from alignment.types import Vectors


def centred(vectors: Vectors, centre: NDArray[np.float32]) -> Vectors:
    """Vectors of shape (n, d) less a mean of shape (d,), again of length 1."""
    moved = vectors - centre
    unit: Vectors = (moved / np.maximum(np.linalg.norm(moved, axis=1, keepdims=True), 1e-9)).astype(np.float32)
    return unit
