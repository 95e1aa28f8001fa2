"""Vectors are of length one, repeatable, the same alone and in a batch, and true to the full-precision model."""

from __future__ import annotations

import numpy as np
import pytest

from alignment import encoders
from alignment.encoders import packed
from alignment.errors import EncoderError

TEXTS = ["公司建设中水回用系统。", "We installed 5 MW of rooftop solar.", "董事会由九名董事组成。", "", "a" * 3000]


@pytest.mark.parametrize("name", [encoders.HASHING, encoders.DEFAULT])
def test_vectors_have_length_one_and_do_not_depend_on_their_batch(name):
    encoder = encoders.load(name)
    together = encoder.encode(TEXTS)
    assert together.shape == (len(TEXTS), encoder.dimension) and together.dtype == np.float32
    assert np.allclose(np.linalg.norm(together, axis=1), 1, atol=1e-5)
    alone = np.vstack([encoder.encode([text]) for text in TEXTS])
    assert np.array_equal(together, alone)
    assert encoder.encode([]).shape == (0, encoder.dimension)


def test_similar_meanings_are_nearer_across_languages():
    encoder = encoders.load()
    water, reuse, board = encoder.encode(
        ["公司将处理后的废水回用于冷却。", "Treated wastewater is reused for cooling.", "The board has nine directors."]
    )
    assert water @ reuse > water @ board


def test_the_fast_path_agrees_with_sentence_transformers_in_full_precision(framework):
    if not packed.available():
        pytest.skip("the packed model has no wheel for this platform")
    texts = [one.text for element in framework.elements for one in element.measures[0].exemplars]
    fast = encoders.load().encode(texts)
    full = encoders.load(encoders.DEFAULT + encoders.TORCH_SUFFIX).encode(texts)
    cosines = np.sum(fast * full, axis=1)
    assert cosines.mean() >= 0.998 and cosines.min() >= 0.99


def test_a_model_that_cannot_be_found_is_named(tmp_path):
    with pytest.raises(EncoderError) as caught:
        encoders.load(str(tmp_path / "no-model"))
    assert "no-model" in str(caught.value) and caught.value.hint


def test_the_digest_differs_between_encoders():
    assert encoders.load(encoders.HASHING).sha256 != encoders.load().sha256
