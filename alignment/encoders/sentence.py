"""Any sentence-transformers model, by id or folder -> vectors."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from alignment.encoders import Kind
from alignment.encoders.adapter import LAYER_NAMES, Adapter
from alignment.errors import EncoderError
from alignment.progress import Progress
from alignment.types import Vectors

BATCH = 16


class SentenceEncoder:
    """A sentence-transformers model on the processor; e5 models get their `query: ` and `passage: ` prefixes."""

    def __init__(self, model: Any, *, name: str, sha256: str, prefixed: bool) -> None:
        self._model = model
        self._prefixed = prefixed
        self.name = name
        self.sha256 = sha256
        self.dimension = int(model.get_embedding_dimension())

    @classmethod
    def load(cls, source: str, *, name: str, adapter: Adapter | None = None) -> SentenceEncoder:
        """Load a model from a folder, or by id from the user's model cache or the hub, and add an adapter if given.

        Raises:
            EncoderError: there is no such folder and the hub does not have it or cannot be reached.
        """
        local = Path(source).is_dir()
        if local:
            os.environ.setdefault("HF_HUB_OFFLINE", "1")
        from sentence_transformers import SentenceTransformer

        try:
            model = SentenceTransformer(source, device="cpu", local_files_only=local)
        except (OSError, ValueError, KeyError, RuntimeError) as error:
            raise EncoderError(
                f"the encoder {name!r} could not be loaded: {' '.join(str(error).split())[:200]}",
                hint="give a folder made by sentence-transformers, download the model while online, or use the default",
            ) from error
        if adapter is not None:
            _adapt(model, adapter)
        return cls(model, name=name, sha256=_digest(model), prefixed="e5" in Path(source).name.lower())

    def encode(self, texts: Sequence[str], *, kind: Kind = "passage", progress: Progress | None = None) -> Vectors:
        """Encode texts in their order: float32, shape (n, dimension), unit length."""
        prefix = f"{kind}: " if self._prefixed else ""
        order = sorted(range(len(texts)), key=lambda row: (len(texts[row]), row))
        vectors = np.empty((len(texts), self.dimension), dtype=np.float32)
        for start in range(0, len(order), BATCH):
            rows = order[start : start + BATCH]
            vectors[rows] = self._model.encode(
                [prefix + texts[row] for row in rows],
                batch_size=BATCH,
                normalize_embeddings=True,
                convert_to_numpy=True,
                show_progress_bar=False,
            )
            if progress:
                progress("encode", min(start + BATCH, len(order)), len(order))
        return vectors


def _adapt(model: Any, adapter: Adapter) -> None:
    """Add an adapter, whose matrices are named as in the packed file, to the same layers here."""
    weights = model[0].auto_model.state_dict()
    for name in adapter.factors:
        layer, part = name.removeprefix("l").split(".")
        weight = weights[f"encoder.layer.{layer}.{LAYER_NAMES[part]}.weight"]
        weight.copy_(weight.new_tensor(adapter.added_to(weight.cpu().float().numpy(), name)))


def _digest(model: Any) -> str:
    """Digest of every weight, by name."""
    digest = hashlib.sha256()
    for name, tensor in sorted(model.state_dict().items()):
        digest.update(name.encode())
        digest.update(tensor.detach().cpu().float().numpy().tobytes())
    return digest.hexdigest()
