"""Files that the program wrote or ships are used only as they were written; a damaged one is named."""

from __future__ import annotations

import json
import logging
import random
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from builders import write_small_plan

from alignment import encoders, frameworks, resources
from alignment.encoders import local
from alignment.errors import DamagedError, StoreError
from alignment.index.vectors import VectorIndex
from alignment.mapping import model as models
from alignment.mapping import training


def damage(file: Path, seed: int = 0) -> None:
    """Flip one bit at a place that the seed chooses."""
    content = bytearray(file.read_bytes())
    place = random.Random(f"{file.name} {seed}").randrange(len(content))  # noqa: S311  (a seeded choice)
    content[place] ^= 1 << (place % 8)
    file.write_bytes(content)


@pytest.fixture
def copied(tmp_path, monkeypatch):
    """The shipped data as a copy that may be damaged."""
    for folder in resources.SEALED:
        shutil.copytree(resources.root() / folder, tmp_path / folder)
    monkeypatch.setattr(resources, "root", lambda: tmp_path)
    resources._check.cache_clear()
    yield tmp_path
    resources._check.cache_clear()


def test_the_seal_is_that_of_the_shipped_files():
    sealed = json.loads(resources.root().joinpath(*resources.SEAL).read_text("utf-8"))
    assert resources.sealed() == sealed, "run scripts/seal.py after a deliberate change"
    assert {"corpus/calibration.yaml", "indexes/encoder/adapter.safetensors"} < set(sealed)


@pytest.mark.parametrize("name", sorted(json.loads(resources.root().joinpath(*resources.SEAL).read_text("utf-8"))))
def test_one_flipped_bit_in_a_shipped_file_is_named_with_what_to_do(copied, name):
    parts = name.split("/")
    assert resources.shipped(*parts).is_file()
    resources._check.cache_clear()
    damage(copied / name)
    for wanted in (parts, parts[:-1]):
        with pytest.raises(DamagedError, match=f"the shipped file {name} is damaged") as found:
            resources.shipped(*wanted)
        assert "reinstall plan-alignment" in found.value.hint


def test_a_shipped_file_that_is_gone_is_named(copied):
    (copied / "indexes" / "miit-14fyp-green" / "mapper.npz").unlink()
    with pytest.raises(DamagedError, match=r"mapper\.npz is missing"):
        resources.shipped("indexes", "miit-14fyp-green")


def test_a_check_with_a_damaged_shipped_index_ends_in_one_sentence_and_trains_nothing(tmp_path):
    package = Path(resources.__file__).parent
    tree = tmp_path / "tree"
    shutil.copytree(package, tree / "alignment", ignore=shutil.ignore_patterns("__pycache__"))
    base = tree / "alignment" / "_shipped" if (package / "_shipped").is_dir() else tree
    for folder in ("corpus", "indexes", "templates"):
        shutil.copytree(resources.root() / folder, base / folder, dirs_exist_ok=True)
    damage(base / "indexes" / "miit-14fyp-green" / "vectors.faiss")
    (tmp_path / "a.txt").write_text("公司建设中水回用系统，回用水用于循环冷却。", "utf-8")
    code = f"import sys; sys.path.insert(0, {str(tree)!r}); from alignment.cli import main; main()"
    arguments = ["check", str(tmp_path / "a.txt"), "--out", str(tmp_path / "out")]
    done = subprocess.run(
        [sys.executable, "-P", "-c", code, *arguments], capture_output=True, text=True, cwd=tmp_path, timeout=120
    )
    assert done.returncode == 1
    assert "error: the shipped file indexes/miit-14fyp-green/vectors.faiss is damaged" in done.stderr
    assert "reinstall plan-alignment" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """A small plan of one's own, a fast encoder, and a mapper in a folder."""
    path = tmp_path_factory.mktemp("plan") / "mine.json"
    write_small_plan(path, ("T3", "P5"))
    framework, encoder = frameworks.load(path), encoders.load(encoders.HASHING)
    return framework, encoder, training.train(framework, encoder)


@pytest.mark.parametrize("name", ["vectors.faiss", "ids.json", "manifest.json", "mapper.npz", "ngrams.json"])
def test_a_damaged_mapper_in_the_cache_is_named_and_made_anew(small, name, tmp_path, monkeypatch, caplog):
    framework, encoder, model = small
    monkeypatch.setenv("ALIGNMENT_CACHE", str(tmp_path))
    training.open_or_train(framework, encoder)
    (folder,) = (tmp_path / "mappers").iterdir()
    whole = {file.name: file.read_bytes() for file in folder.iterdir()}
    for seed in range(3):
        damage(folder / name, seed)
        with caplog.at_level(logging.WARNING):
            again = training.open_or_train(framework, encoder)
        assert folder.name in caplog.text
        assert "made anew" in caplog.text
        caplog.clear()
        assert np.array_equal(again.dense_weights, model.dense_weights)
        assert {file.name: file.read_bytes() for file in folder.iterdir()} == whole


def test_a_mapper_that_does_not_fit_is_no_damaged_one(small, tmp_path):
    framework, encoder, model = small
    agree = models.manifest(framework, encoder)
    models.save(model, tmp_path / "m", agree)
    with pytest.raises(StoreError, match="framework_sha256") as found:
        models.load(tmp_path / "m", {**agree, "framework_sha256": "other"})
    assert not isinstance(found.value, DamagedError)


def test_an_index_of_the_first_format_does_not_fit_and_is_not_called_damaged(tmp_path):
    VectorIndex.build(["a"], np.ones((1, 4), np.float32)).save(tmp_path / "i")
    file = tmp_path / "i" / "manifest.json"
    manifest = json.loads(file.read_text("utf-8"))
    del manifest["sha256"]
    file.write_text(json.dumps({**manifest, "format": "alignment/index/1"}), "utf-8")
    with pytest.raises(StoreError, match="does not fit: its format") as found:
        VectorIndex.load(tmp_path / "i")
    assert not isinstance(found.value, DamagedError)


def test_a_damaged_prepared_encoder_is_named_and_made_anew(mapper, tmp_path, monkeypatch, caplog):
    first, prepared = mapper.encoder.encode(["节约用水"]), local.folder_in_cache()
    monkeypatch.setenv("ALIGNMENT_CACHE", str(tmp_path))
    folder = local.folder_in_cache()
    shutil.copytree(prepared, folder)
    whole = {file.name: resources.digest(file) for file in folder.iterdir()}
    for name in sorted(whole):
        damage(folder / name)
        assert not local._complete(folder), name
        shutil.copyfile(prepared / name, folder / name)
    assert local._complete(folder)
    damage(folder / "words.npy")
    with caplog.at_level(logging.WARNING):
        again = local.LocalEncoder.prepare(threads=1).encode(["节约用水"])
    assert folder.name in caplog.text
    assert np.array_equal(again, first)
    assert {file.name: resources.digest(file) for file in folder.iterdir()} == whole
