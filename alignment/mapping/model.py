"""Framework + encoder -> a trained mapper: small linear models, stored as plain arrays with a manifest."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from alignment import resources
from alignment.encoders import Encoder
from alignment.errors import StoreError
from alignment.folding import fold
from alignment.index import VectorIndex
from alignment.mapping import ngrams, signals
from alignment.mapping.calibration import Calibration, Relevance, read_calibration
from alignment.mapping.further import Further
from alignment.passages import reading_text
from alignment.substance import Grader
from alignment.types import Exemplar, Framework, Preset, Vectors

FORMAT = "alignment/mapper/5"
"""Raised whenever training or features change, so that an older store is refused."""
Progress = Callable[[str, int, int], None]
_DENSE_C, _NGRAM_C, _RIDGE = 3.0, 10.0, 0.3
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


def prepared(text: str) -> str:
    """What encoders and n-grams see of a text: unwrapped and folded, so that both scripts of Chinese are the same."""
    return fold(reading_text(text))


def centred(vectors: Vectors, centre: NDArray[np.float32]) -> Vectors:
    """Vectors less what all passages have in common, again of length 1."""
    moved = vectors - centre
    unit: Vectors = (moved / np.maximum(np.linalg.norm(moved, axis=1, keepdims=True), 1e-9)).astype(np.float32)
    return unit


def train(
    framework: Framework,
    encoder: Encoder,
    *,
    also: Sequence[Further] = (),
    calibration: Calibration | None = None,
    progress: Progress | None = None,
) -> Model:
    """Learn from the framework's own passages and from further labelled ones; deterministic.

    The further passages move weights only: exemplars and their vectors stay the framework's own, and n-grams
    that only one or two reports use are not known. A calibration of None takes the shipped one.
    """
    passages = signals.training_passages(framework)
    everything: list[Exemplar | Further] = [*passages, *also]
    texts = [prepared(passage.text) for passage in everything]
    vectors = encoder.encode(texts, progress=progress)
    own = vectors[: len(passages)]
    labels = signals.targets(everything, framework.codes)
    centre = own.mean(axis=0)
    moved = centred(vectors, centre)
    dense_weights, dense_bias = _linear(moved, labels, _DENSE_C)
    kernel_weights = _kernel(moved[: len(passages)], labels[: len(passages), :-1])
    vocabulary, idf, matrix = ngrams.fit(texts, (*(None for _ in passages), *(one.source for one in also)))
    ngram_weights, ngram_bias = _linear(matrix, labels, _NGRAM_C)
    graded = [(number, each.text, each.substance) for number, each in enumerate(everything) if each.substance]
    rows, of_grade, grades = zip(*graded, strict=True)
    return Model(
        codes=framework.codes,
        exemplars=VectorIndex.build([passage.id for passage in passages], own),
        labels=labels[: len(passages)],
        centre=centre,
        dense_weights=dense_weights,
        dense_bias=dense_bias,
        kernel_weights=kernel_weights,
        vocabulary=vocabulary,
        idf=idf,
        ngram_weights=ngram_weights,
        ngram_bias=ngram_bias,
        grader=Grader.fit(of_grade, moved[list(rows)], grades),
        calibration=calibration or read_calibration(framework),
    )


def tune_encoder(framework: Framework, *, progress: Progress | None = None) -> Path:
    """Fine-tune the default encoder on the framework's own passages and make the result the shipped adapter."""
    from alignment.encoders import adapter, tuning

    passages = signals.training_passages(framework)
    texts = [prepared(passage.text) for passage in passages]
    tuned = tuning.tune(texts, signals.targets(passages, framework.codes), progress=progress)
    path = resources.shipped(*adapter.SHIPPED)
    adapter.save(tuned.factors, tuned.base_sha256, path)
    return path


def _linear(matrix: Any, labels: NDArray[np.bool_], inverse_penalty: float) -> tuple[Any, Any]:
    """One balanced logistic regression per element; half-precision weights, so that what is stored is what is used."""
    from sklearn.linear_model import LogisticRegression

    weights = np.zeros((labels.shape[1], matrix.shape[1]), np.float32)
    bias = np.full(labels.shape[1], -10.0, np.float32)
    for number in range(labels.shape[1]):
        column = labels[:, number]
        if column.any() and not column.all():
            fitted = LogisticRegression(C=inverse_penalty, class_weight="balanced", max_iter=1000).fit(matrix, column)
            weights[number], bias[number] = fitted.coef_[0], fitted.intercept_[0]
    return weights.astype(np.float16).astype(np.float32), bias


def _kernel(vectors: Vectors, labels: NDArray[np.bool_]) -> NDArray[np.float32]:
    """The weights of a kernel ridge regression, shape (passages, elements); in half precision, as they are stored."""
    from sklearn.kernel_ridge import KernelRidge

    fitted = KernelRidge(kernel="rbf", gamma=signals.GAMMA, alpha=_RIDGE).fit(vectors, 2.0 * labels - 1)
    weights: NDArray[np.float32] = fitted.dual_coef_.astype(np.float16).astype(np.float32)
    return weights


def learned_also(also: Sequence[Further]) -> dict[str, str]:
    """What a manifest says of further passages: how many, of how many sources, and a digest of them all."""
    told = [[one.source, one.text, sorted(one.labels), one.substance] for one in also]
    digest = hashlib.sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()
    return {"also": f"{len(also)} passages, {len({one.source for one in also})} sources", "also_sha256": digest}


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
    }


def save(model: Model, folder: Path, agree: Mapping[str, str]) -> None:
    """Write a mapper's folder: its index of exemplars, its arrays, its n-grams, its manifest."""
    model.exemplars.manifest = dict(agree)
    model.exemplars.save(folder)
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
    np.savez_compressed(folder / _ARRAYS, **arrays)  # type: ignore[arg-type]
    (folder / _VOCABULARY).write_text(json.dumps([model.codes, model.vocabulary], ensure_ascii=False), "utf-8")


def load(folder: Path, agree: Mapping[str, str]) -> Model:
    """Open a stored mapper.

    Raises:
        StoreError: it is incomplete or damaged, or a field differs from `agree`; the message names the field.
    """
    index = VectorIndex.load(folder, expect=agree)
    try:
        codes, vocabulary = json.loads((folder / _VOCABULARY).read_text("utf-8"))
        with np.load(folder / _ARRAYS, allow_pickle=False) as stored:
            arrays = {name: stored[name] for name in stored.files}
    except (OSError, ValueError) as error:
        raise StoreError(f"the mapper {folder.name} is incomplete or damaged", hint="build it again") from error
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
    )


def open_or_train(framework: Framework, encoder: Encoder, *, progress: Progress | None = None) -> Model:
    """The shipped mapper where it agrees, else the one in the user's cache, else a new one, which is kept there."""
    agree = manifest(framework, encoder)
    key = hashlib.sha256(json.dumps(agree, sort_keys=True).encode()).hexdigest()[:16]
    cached = resources.cache("mappers", f"{framework.id}-{key}")
    for folder in (resources.shipped("indexes", framework.id), cached):
        if folder.is_dir():
            try:
                return load(folder, agree)
            except StoreError:
                continue
    model = train(framework, encoder, progress=progress)
    save(model, cached, agree)
    return model
