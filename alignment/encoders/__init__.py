"""Texts -> vectors: the default model on a fast local runtime, a sentence-transformers model, or a hashing encoder."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, Protocol

from alignment.progress import Progress
from alignment.types import Vectors

DEFAULT = "multilingual-e5-small"
HASHING = "hashing"
TORCH_SUFFIX = ":torch"

Kind = Literal["query", "passage"]
"""Called as `progress(step, done, total)`."""


class Encoder(Protocol):
    """Turns texts into unit vectors; the same text gives the same vector whatever it is encoded with."""

    @property
    def name(self) -> str:
        """What the user asked for."""

    @property
    def sha256(self) -> str:
        """Digest of everything that decides the vectors."""

    @property
    def dimension(self) -> int:
        """Length of a vector."""

    def encode(self, texts: Sequence[str], *, kind: Kind = "passage", progress: Progress | None = None) -> Vectors:
        """Encode texts in their order: float32, shape (n, dimension), each row of length 1."""


def load(name: str = DEFAULT, *, threads: int | None = None, progress: Progress | None = None) -> Encoder:
    """An encoder by name.

    `multilingual-e5-small` (the default) runs on ONNX Runtime without torch; with `:torch` behind it, the same
    weights run in sentence-transformers. `hashing` needs no model. Anything else is a sentence-transformers id
    or folder. `threads` limits the processor threads of the local runtime; None uses all.

    Raises:
        EncoderError: the model cannot be found, prepared or loaded.
    """
    if name == HASHING:
        from alignment.encoders.hashing import HashingEncoder

        return HashingEncoder()
    if name == DEFAULT:
        from alignment.encoders import adapter, packed

        if packed.available():
            from alignment.encoders.local import LocalEncoder

            return LocalEncoder.prepare(threads=threads, progress=progress)
        from alignment.encoders.sentence import SentenceEncoder

        return SentenceEncoder.load(packed.HUB_ID, name=name, adapter=adapter.load())
    from alignment.encoders.sentence import SentenceEncoder

    if name == DEFAULT + TORCH_SUFFIX:
        from alignment.encoders import packed

        return SentenceEncoder.load(str(packed.export_folder(progress=progress)), name=name)
    return SentenceEncoder.load(name, name=name)
