"""The low-rank update that is added to the default model's matrices, so that passages of one element come together.

After Hu et al., 2021, "LoRA: Low-Rank Adaptation of Large Language Models": a matrix W becomes W + up @ down, with
few rows in `down`. It is added once, when the model is prepared, and costs nothing when texts are encoded.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from alignment import resources
from alignment.errors import EncoderError

SHIPPED = ("indexes", "encoder", "adapter.safetensors")
_BASE = "base_sha256"
LAYER_NAMES = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}
"""Parts of a layer in the packed file, and their names in transformers."""


@dataclass(frozen=True, slots=True)
class Adapter:
    """Two thin matrices for each matrix that is changed."""

    factors: Mapping[str, tuple[NDArray[np.float32], NDArray[np.float32]]]
    """Name of a matrix in the packed file (`l6.q`) to `down`, shape (rank, columns), and `up`, shape (rows, rank)."""
    base_sha256: str
    """Digest of the packed file that it was made for."""
    sha256: str
    """Digest of the adapter's own file."""

    def added_to(self, weights: NDArray[np.float32], name: str) -> NDArray[np.float32]:
        """The matrix `name`, changed where the adapter has something to add."""
        if name not in self.factors:
            return weights
        down, up = self.factors[name]
        changed: NDArray[np.float32] = weights + up @ down
        return changed


def save(factors: Mapping[str, tuple[NDArray[np.float32], NDArray[np.float32]]], base_sha256: str, path: Path) -> None:
    """Write an adapter in half precision."""
    from safetensors.numpy import save_file

    tensors = {}
    for name, (down, up) in factors.items():
        tensors[f"{name}.down"], tensors[f"{name}.up"] = down.astype(np.float16), up.astype(np.float16)
    path.parent.mkdir(parents=True, exist_ok=True)
    save_file(tensors, path, metadata={_BASE: base_sha256})


def load(path: Path | None = None) -> Adapter | None:
    """The adapter in a file, or the shipped one; None where there is no such file.

    Raises:
        EncoderError: the file is damaged.
    """
    from safetensors import SafetensorError, safe_open

    path = path or resources.shipped(*SHIPPED)
    if not path.is_file():
        return None
    try:
        with safe_open(path, framework="numpy") as file:
            base = file.metadata()[_BASE]
            tensors = {name: file.get_tensor(name).astype(np.float32) for name in file.keys()}  # noqa: SIM118
    except (OSError, SafetensorError, KeyError, TypeError, ValueError) as error:
        raise EncoderError(f"{path.name} is damaged ({error})", hint="reinstall plan-alignment") from error
    names = sorted({name.rsplit(".", 1)[0] for name in tensors})
    factors = {name: (tensors[f"{name}.down"], tensors[f"{name}.up"]) for name in names}
    return Adapter(factors, base, hashlib.sha256(path.read_bytes()).hexdigest())
