"""Exemplars of a framework -> a fitted model; a model that fits the files is opened, not trained anew."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from alignment import resources
from alignment.encoders import Encoder
from alignment.errors import DamagedError, StoreError
from alignment.index.vectors import VectorIndex
from alignment.mapping import background, ngrams, signals
from alignment.mapping.calibration import Calibration, read_calibration
from alignment.mapping.centring import centred
from alignment.mapping.further import Further
from alignment.mapping.model import Model, load, manifest, save
from alignment.mapping.substance import Grader
from alignment.mapping.transfer import Transfer, is_thin, own_passages
from alignment.mapping.words import learn
from alignment.progress import Progress
from alignment.text.reading import prepared
from alignment.types import Exemplar, Framework, Vectors

_LOG = logging.getLogger(__name__)
_DENSE_C, _NGRAM_C, _RIDGE = 3.0, 10.0, 0.3


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
    found = background.open_background(encoder) if is_thin(framework) else None
    centre = own.mean(axis=0) if found is None else found[0].centre
    moved = centred(vectors, centre)
    dense_weights, dense_bias = _linear(moved, labels, _DENSE_C)
    kernel_weights = _kernel(moved[: len(passages)], labels[: len(passages), :-1])
    vocabulary, idf, matrix = ngrams.fit(texts, (*(None for _ in passages), *(one.source for one in also)))
    ngram_weights, ngram_bias = _linear(matrix, labels, _NGRAM_C)
    graded = [(number, each.text, each.substance) for number, each in enumerate(everything) if each.substance]
    rows = [number for number, _, _ in graded]
    words = None
    if found is not None:
        known = {passage.id for passage in own_passages(framework)}
        kept = [row for row, one in enumerate(everything) if not isinstance(one, Exemplar) or one.id in known]
        transfer = Transfer.build(framework, encoder, *found)
        words = learn(framework, transfer, [everything[row] for row in kept], moved[kept], matrix[kept])
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
        grader=Grader.fit([text for _, text, _ in graded], moved[rows], [grade for *_, grade in graded])
        if found is None
        else found[0].grader,
        calibration=calibration or read_calibration(framework),
        words=words,
    )


def tune_encoder(framework: Framework, *, progress: Progress | None = None) -> Path:
    """Fine-tune the default encoder on the framework's own passages and make the result the shipped adapter."""
    from alignment.encoders import adapter, tuning

    passages = signals.training_passages(framework)
    texts = [prepared(passage.text) for passage in passages]
    tuned = tuning.tune(texts, signals.targets(passages, framework.codes), progress=progress)
    path = resources.root().joinpath(*adapter.SHIPPED)
    adapter.save(tuned.factors, tuned.base_sha256, path)
    resources.write_seal()
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


def open_or_train(framework: Framework, encoder: Encoder, *, progress: Progress | None = None) -> Model:
    """The shipped mapper where it agrees, else the one in the user's cache, else a new one, which is kept there.

    Raises:
        DamagedError: the shipped mapper is not as it was shipped. One in the cache is named and made anew.
    """
    agree = manifest(framework, encoder)
    key = hashlib.sha256(json.dumps(agree, sort_keys=True).encode()).hexdigest()[:16]
    cached = resources.cache("mappers", f"{framework.id}-{key}")
    for folder in (resources.shipped("indexes", framework.id), cached):
        if folder.is_dir():
            try:
                return load(folder, agree)
            except DamagedError as error:
                _LOG.warning("%s; it is made anew, which takes a few minutes", error)
            except StoreError:
                continue
    model = train(framework, encoder, progress=progress)
    save(model, cached, agree)
    return model
