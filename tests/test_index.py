"""The index is exact, and refuses what is incomplete, damaged, stale or foreign by naming the field."""

from __future__ import annotations

import json

import numpy as np
import pytest

from alignment.errors import StoreError
from alignment.index.vectors import VectorIndex, read_manifest


@pytest.fixture
def vectors():
    raw = np.random.default_rng(0).normal(size=(200, 16)).astype(np.float32)
    return raw / np.linalg.norm(raw, axis=1, keepdims=True)


@pytest.fixture
def index(vectors):
    return VectorIndex.build([f"v{n:03}" for n in range(len(vectors))], vectors, {"encoder": "test"})


def test_search_equals_three_lines_of_numpy(index, vectors):
    queries = vectors[:20] + 0.1
    similarity = queries @ vectors.T
    expected = np.argsort(-similarity, axis=1, kind="stable")[:, :5]
    for hits, row in zip(index.search(queries, 5), expected, strict=True):
        assert [hit.id for hit in hits] == [f"v{n:03}" for n in row]


def test_an_index_survives_the_disk(index, vectors, tmp_path):
    index.save(tmp_path / "i")
    again = VectorIndex.load(tmp_path / "i", expect={"encoder": "test"})
    assert again.ids == index.ids
    assert np.array_equal(again.vectors, vectors)


def test_a_stale_index_is_refused_with_the_field_that_differs(index, tmp_path):
    index.save(tmp_path / "i")
    with pytest.raises(StoreError, match="encoder is 'test', not 'other'"):
        VectorIndex.load(tmp_path / "i", expect={"encoder": "other"})


def test_all_missing_files_are_named(index, tmp_path):
    index.save(tmp_path / "i")
    (tmp_path / "i" / "ids.json").unlink()
    (tmp_path / "i" / "vectors.faiss").unlink()
    with pytest.raises(StoreError, match=r"vectors\.faiss, ids\.json"):
        VectorIndex.load(tmp_path / "i")


def test_a_changed_file_is_noticed(index, tmp_path):
    index.save(tmp_path / "i")
    path = tmp_path / "i" / "ids.json"
    path.write_text(path.read_text("utf-8").replace("v000", "v999"), "utf-8")
    with pytest.raises(StoreError, match=r"ids\.json is missing or has changed"):
        VectorIndex.load(tmp_path / "i")


def test_what_is_no_index_is_told_so(tmp_path):
    with pytest.raises(StoreError, match="is not an index"):
        read_manifest(tmp_path)
    (tmp_path / "manifest.json").write_text(json.dumps([1]), "utf-8")
    with pytest.raises(StoreError, match="damaged"):
        read_manifest(tmp_path)


def test_ids_must_fit_the_vectors(vectors):
    with pytest.raises(ValueError, match="199 ids for 200"):
        VectorIndex.build([str(n) for n in range(199)], vectors)
    with pytest.raises(ValueError, match="twice"):
        VectorIndex.build(["a"] * 200, vectors)


def test_an_empty_index_answers_with_nothing(vectors):
    assert VectorIndex.build([], np.zeros((0, 16), np.float32)).search(vectors[:2], 3) == ((), ())
