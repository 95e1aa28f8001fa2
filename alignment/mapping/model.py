"""Framework + encoder -> a trained mapper: small linear models, stored as plain arrays with a manifest."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from numpy.typing import NDArray

from alignment import resources
from alignment.encoders import Encoder
from alignment.errors import StoreError
from alignment.folding import fold
from alignment.index import VectorIndex
from alignment.mapping import signals
from alignment.passages import reading_text
from alignment.substance import Grader
from alignment.types import Framework, Preset, Thresholds, Vectors

FORMAT = "alignment/mapper/3"
"""Raised whenever training or features change, so that an older store is refused."""
Progress = Callable[[str, int, int], None]
_DENSE_C, _NGRAM_C = 3.0, 10.0
_NGRAMS = (1, 4)
_TOLERANCE, _LOST = 0.03, 0.05
_ARRAYS, _VOCABULARY, _MANIFEST = "mapper.npz", "ngrams.json", "manifest.json"


@dataclass(frozen=True, slots=True)
class Calibration:
    """A logistic regression over the signals, shared by all elements, with a bias of its own for each."""

    mean: NDArray[np.float32]
    weights: NDArray[np.float32]
    """Shape (features,): weight of each signal after its mean was taken away."""
    bias: NDArray[np.float32]
    """Shape (elements,)."""
    evidence: Mapping[Preset, float]
    """Probability from which a passage counts as evidence, rising from screening to assurance."""
    review: float
    """Probability below which almost no evidence is lost."""

    def thresholds(self, preset: Preset = Preset.STANDARD) -> Thresholds:
        """The thresholds of a preset: what is called a gap is the same in all three."""
        return Thresholds(evidence=self.evidence[preset], review=self.review, sure=self.evidence[Preset.ASSURANCE])

    def probabilities(self, features: NDArray[np.float32]) -> NDArray[np.float32]:
        """Probability that each passage is evidence for each element, shape (n, elements)."""
        logits = (features - self.mean) @ self.weights + self.bias
        return (1 / (1 + np.exp(-np.clip(logits, -30, 30)))).astype(np.float32)


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


def train(framework: Framework, encoder: Encoder, *, progress: Progress | None = None) -> Model:
    """Learn from the framework's own passages alone; deterministic."""
    passages = signals.training_passages(framework)
    texts = [prepared(passage.text) for passage in passages]
    vectors = encoder.encode(texts, progress=progress)
    labels = signals.targets(passages, framework.codes)
    centre = vectors.mean(axis=0)
    moved = centred(vectors, centre)
    dense_weights, dense_bias = _linear(moved, labels, _DENSE_C)
    vocabulary, idf, matrix = _ngrams(texts)
    ngram_weights, ngram_bias = _linear(matrix, labels, _NGRAM_C)
    graded = [number for number, passage in enumerate(passages) if passage.substance is not None]
    grader = Grader.fit(
        [passages[number].text for number in graded],
        moved[graded],
        [passages[number].substance for number in graded],  # type: ignore[misc]
    )
    return Model(
        codes=framework.codes,
        exemplars=VectorIndex.build([passage.id for passage in passages], vectors),
        labels=labels,
        centre=centre,
        dense_weights=dense_weights,
        dense_bias=dense_bias,
        vocabulary=vocabulary,
        idf=idf,
        ngram_weights=ngram_weights,
        ngram_bias=ngram_bias,
        grader=grader,
        calibration=shipped_calibration(framework),
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


def _ngrams(texts: Sequence[str]) -> tuple[tuple[str, ...], NDArray[np.float32], Any]:
    from sklearn.feature_extraction.text import TfidfVectorizer

    rare = 2 if len(texts) > 50 else 1
    vectoriser = TfidfVectorizer(analyzer="char", ngram_range=_NGRAMS, sublinear_tf=True, min_df=rare)
    matrix = vectoriser.fit_transform(texts)
    return tuple(vectoriser.get_feature_names_out()), vectoriser.idf_.astype(np.float32), matrix


def ngram_vectoriser(model: Model) -> Any:
    """A vectoriser with the model's vocabulary and weights."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    vectoriser = TfidfVectorizer(
        analyzer="char", ngram_range=_NGRAMS, sublinear_tf=True, vocabulary=list(model.vocabulary)
    )
    vectoriser.idf_ = model.idf.astype(np.float64)
    return vectoriser


def calibrate(features: NDArray[np.float32], labels: NDArray[np.bool_]) -> Calibration:
    """Weigh the signals by labelled passages that were not trained on; features (n, elements, f), labels (n, elements).

    The thresholds: for screening the one with the best F2 (recall weighs twice as much; van Rijsbergen, 1979), for
    assurance the one with the best F0.5, between them the highest at which F1 is within `_TOLERANCE` of its best, as
    the curve is flat there and what is shown should be right; each for macro and micro together. `review` is the
    highest below which no more than `_LOST` of the labels lie.
    """
    from sklearn.linear_model import LogisticRegression

    count, elements, width = features.shape
    mean = features.reshape(-1, width).mean(axis=0)
    spread = features.reshape(-1, width).std(axis=0) + 1e-6
    own = np.tile(np.eye(elements, dtype=np.float32), (count, 1))
    inputs = np.hstack([(features.reshape(-1, width) - mean) / spread, own])
    fitted = LogisticRegression(C=1.0, max_iter=3000).fit(inputs, labels.ravel())
    weights = (fitted.coef_[0][:width] / spread).astype(np.float32)
    bias = (fitted.intercept_[0] + fitted.coef_[0][width:]).astype(np.float32)
    draft = Calibration(mean.astype(np.float32), weights, bias, {}, 0.0)
    return _with_thresholds(draft, draft.probabilities(features), labels)


def _with_thresholds(draft: Calibration, scores: NDArray[np.float32], labels: NDArray[np.bool_]) -> Calibration:
    def quality(threshold: float, beta: float) -> float:
        """F-beta, macro and micro together."""
        chosen = scores >= threshold
        hits = (chosen & labels).sum(axis=0)
        sizes = chosen.sum(axis=0) + beta**2 * labels.sum(axis=0)
        kept = labels.sum(axis=0) > 0
        macro = np.mean((1 + beta**2) * hits[kept] / np.maximum(sizes[kept], 1))
        return float(macro + (1 + beta**2) * hits.sum() / max(1, sizes.sum()))

    grid = [round(0.10 + 0.02 * step, 2) for step in range(41)]
    best = max(quality(threshold, 1) for threshold in grid)
    standard = max(threshold for threshold in grid if quality(threshold, 1) >= best - _TOLERANCE)
    screening = max(grid, key=lambda threshold: (quality(threshold, 2), threshold))
    assurance = max(grid, key=lambda threshold: (quality(threshold, 0.5), threshold))
    review = float(np.quantile(scores[labels], _LOST)) if labels.any() else 0.0
    evidence = {
        Preset.SCREENING: min(screening, standard),
        Preset.STANDARD: standard,
        Preset.ASSURANCE: max(assurance, standard),
    }
    return replace(draft, evidence=evidence, review=min(round(review, 2), evidence[Preset.SCREENING]))


def shipped_calibration(framework: Framework) -> Calibration:
    """The calibration of a shipped framework; for any other the shared weights with the mean bias."""
    raw = yaml.safe_load(resources.shipped("corpus", "calibration.yaml").read_text(encoding="utf-8"))
    weights = raw["signals"]
    biases = raw["bias"] if raw["framework"] == framework.id else {}
    usual = float(np.mean(list(raw["bias"].values())))
    return Calibration(
        mean=np.array([weights[name]["mean"] for name in signals.FEATURES], np.float32),
        weights=np.array([weights[name]["weight"] for name in signals.FEATURES], np.float32),
        bias=np.array([biases.get(code, usual) for code in framework.codes], np.float32),
        evidence={preset: float(raw["thresholds"][preset.value]) for preset in Preset},
        review=float(raw["thresholds"]["review"]),
    )


def calibration_document(calibration: Calibration, framework: Framework) -> str:
    """The calibration as the YAML text of `corpus/calibration.yaml`."""
    document = {
        "framework": framework.id,
        "thresholds": {
            "review": calibration.review,
            **{preset.value: value for preset, value in calibration.evidence.items()},
        },
        "signals": {
            name: {"mean": round(float(mean), 4), "weight": round(float(weight), 4)}
            for name, mean, weight in zip(signals.FEATURES, calibration.mean, calibration.weights, strict=True)
        },
        "bias": {code: round(float(value), 4) for code, value in zip(framework.codes, calibration.bias, strict=True)},
    }
    return (
        "# Weights of the signals, fitted by `alignment train --labelled` on passages not used for learning.\n"
        + yaml.safe_dump(document, allow_unicode=True, sort_keys=False)
    )


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
        "idf": model.idf,
        "ngram_weights": model.ngram_weights.astype(np.float16),
        "ngram_bias": model.ngram_bias,
        **model.grader.arrays(),
        "calibration_mean": model.calibration.mean,
        "calibration_weights": model.calibration.weights,
        "calibration_bias": model.calibration.bias,
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
