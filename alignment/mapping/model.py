"""Framework + encoder -> a trained mapper: small linear models, stored as plain arrays with a manifest."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from alignment import resources
from alignment.encoders import Encoder
from alignment.errors import DamagedError
from alignment.index.vectors import VectorIndex
from alignment.mapping import adapting, background
from alignment.mapping.calibration import Calibration, Relevance
from alignment.mapping.substance import Grader
from alignment.mapping.transfer import is_thin
from alignment.mapping.words import Words
from alignment.types import ExemplarId, Framework, Preset

FORMAT = "alignment/mapper/5"
"""Raised whenever training or features change, so that an older store is refused."""
_ARRAYS, _VOCABULARY, _MANIFEST = "mapper.npz", "ngrams.json", "manifest.json"


@dataclass(frozen=True, slots=True)
class Model:
    """Everything that was learned."""

    codes: tuple[str, ...]
    exemplars: VectorIndex
    labels: NDArray[np.bool_]
    """Shape (passages, elements + 1): the last column is whether a passage is evidence for any element."""
    centre: NDArray[np.float32]
    dense_weights: NDArray[np.float32]
    dense_bias: NDArray[np.float32]
    kernel_weights: NDArray[np.float32]
    """Shape (passages, elements)."""
    vocabulary: tuple[str, ...]
    idf: NDArray[np.float32]
    ngram_weights: NDArray[np.float32]
    ngram_bias: NDArray[np.float32]
    grader: Grader
    calibration: Calibration
    words: Words | None = None
    """What elements are judged by where a framework has few passages or none, else None."""

    def own(self, framework: Framework) -> NDArray[np.bool_]:
        """Which passages are exemplars of each element itself or of its measures, shape (passages, elements)."""
        owners = {**{code: code for code in self.codes}, **framework.owners}
        ids = [ExemplarId.parse(name) for name in self.exemplars.ids]
        elements = [None if each.hard_negative else owners.get(each.owner) for each in ids]
        return np.array([[element == code for code in self.codes] for element in elements], dtype=bool)


def manifest(framework: Framework, encoder: Encoder) -> dict[str, str]:
    """What a stored mapper must agree with."""
    calibration = resources.shipped("corpus", "calibration.yaml").read_bytes()
    return {
        "mapper": FORMAT,
        "framework": framework.id,
        "framework_sha256": framework.sha256,
        "encoder": encoder.name,
        "encoder_sha256": encoder.sha256,
        "calibration_sha256": hashlib.sha256(calibration).hexdigest(),
        **({"words_sha256": f"{background.digest()} {adapting.digest()}"} if is_thin(framework) else {}),
    }


def save(model: Model, folder: Path, agree: Mapping[str, str]) -> None:
    """Write a mapper's folder: its index of exemplars, its arrays, its n-grams, its manifest."""
    model.exemplars.manifest = dict(agree)
    arrays = {
        "labels": model.labels,
        "centre": model.centre,
        "dense_weights": model.dense_weights,
        "dense_bias": model.dense_bias,
        "kernel_weights": model.kernel_weights.astype(np.float16),
        "idf": model.idf,
        "ngram_weights": model.ngram_weights.astype(np.float16),
        "ngram_bias": model.ngram_bias,
        **model.grader.arrays(),
        "calibration_mean": model.calibration.mean,
        "calibration_weights": model.calibration.weights,
        "calibration_bias": model.calibration.bias,
        "relevance_mean": model.calibration.relevance.mean,
        "relevance_weights": model.calibration.relevance.weights,
        "relevance": np.array([model.calibration.relevance.bias, model.calibration.relevance.enough]),
        "thresholds": np.array([model.calibration.review, *(model.calibration.evidence[each] for each in Preset)]),
    }
    named: list[object] = [model.codes, model.vocabulary]
    if model.words is not None:
        arrays |= model.words.arrays()
        named.append(dict(model.words.background.rarities))
    packed = io.BytesIO()
    np.savez_compressed(packed, **arrays)  # type: ignore[arg-type]
    vocabulary = json.dumps(named, ensure_ascii=False).encode()
    model.exemplars.save(folder, {_ARRAYS: packed.getvalue(), _VOCABULARY: vocabulary})


def load(folder: Path, agree: Mapping[str, str]) -> Model:
    """Open a stored mapper.

    Raises:
        StoreError: a field differs from `agree`; the message names the field.
        DamagedError: it is incomplete, or not as it was written.
    """
    index = VectorIndex.load(folder, expect=agree)
    if missing := [name for name in (_ARRAYS, _VOCABULARY) if f"sha256:{name}" not in index.manifest]:
        raise DamagedError(f"the mapper {folder.name} lacks {', '.join(missing)}", hint="build it again")
    codes, vocabulary, *rarities = json.loads((folder / _VOCABULARY).read_text("utf-8"))
    with np.load(folder / _ARRAYS, allow_pickle=False) as stored:
        arrays = {name: stored[name] for name in stored.files}
    calibration = Calibration(
        arrays["calibration_mean"],
        arrays["calibration_weights"],
        arrays["calibration_bias"],
        Relevance(arrays["relevance_mean"], arrays["relevance_weights"], *arrays["relevance"].tolist()),
        dict(zip(Preset, arrays["thresholds"][1:].tolist(), strict=True)),
        float(arrays["thresholds"][0]),
    )
    return Model(
        codes=tuple(codes),
        exemplars=index,
        labels=arrays["labels"],
        centre=arrays["centre"],
        dense_weights=arrays["dense_weights"],
        dense_bias=arrays["dense_bias"],
        kernel_weights=arrays["kernel_weights"].astype(np.float32),
        vocabulary=tuple(vocabulary),
        idf=arrays["idf"],
        ngram_weights=arrays["ngram_weights"].astype(np.float32),
        ngram_bias=arrays["ngram_bias"],
        grader=Grader.from_arrays(arrays),
        calibration=calibration,
        words=Words.from_arrays(arrays, rarities[0]) if rarities else None,
    )
