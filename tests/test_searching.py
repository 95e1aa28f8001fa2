"""Search finds by meaning and by words, with pages, and refuses foreign indexes."""

from __future__ import annotations

import json
import shutil

import pytest

from alignment import encoders
from alignment.errors import InputError, StoreError
from alignment.index import reports, searching


@pytest.fixture(scope="module")
def home(pipeline, samples, tmp_path_factory):
    folder = tmp_path_factory.mktemp("indexes")
    for name in ("qingyun-steel.pdf", "northlight-batteries.docx"):
        pipeline.index(samples / name, home=folder)
    return folder


@pytest.fixture
def entries(home):
    return tuple(reports.load_all(home))


def test_a_question_finds_its_page_in_either_language(entries, pipeline):
    best = searching.search_reports("废水处理后回用", entries, pipeline.encoder, count=3)
    assert any(answer.report == "qingyun-steel.pdf" and answer.page == 8 for answer in best)
    english = searching.search_reports("recycling of old batteries", entries, pipeline.encoder, count=3)
    assert any("retired batteries" in answer.text for answer in english)
    assert [answer.score for answer in english] == sorted((answer.score for answer in english), reverse=True)


def test_the_plan_is_searched_without_a_report(framework, pipeline):
    answers = searching.search_plan("中水回用", framework, pipeline.encoder, count=3)
    assert answers[0].where.startswith("P5.2")


def test_an_index_keeps_its_passages(home):
    entries = list(reports.load_all(home))
    assert {entry.name for entry in entries} == {"qingyun-steel.pdf", "northlight-batteries.docx"}
    entry = entries[0]
    assert entry.passage(entry.passages[0].id) == entry.passages[0]
    with pytest.raises(KeyError):
        entry.passage("none")


def test_one_index_that_is_damaged_or_of_another_version_is_named_and_the_others_are_searched(home, tmp_path, caplog):
    folder = tmp_path / "indexes"
    shutil.copytree(home, folder)
    damaged, old = sorted(folder.iterdir())
    (damaged / "passages.json").write_text("{}", "utf-8")
    assert [entry.sha256[:24] for entry in reports.load_all(folder)] == [old.name.split("-")[0]]
    assert f"{damaged.name} is damaged: passages.json" in caplog.text
    caplog.clear()
    manifest = json.loads((old / "manifest.json").read_text("utf-8"))
    del manifest["sha256"]
    (old / "manifest.json").write_text(json.dumps({**manifest, "format": "alignment/index/1"}), "utf-8")
    with pytest.raises(StoreError, match="does not fit: its format"):
        tuple(reports.load_all(folder))
    assert damaged.name in caplog.text
    assert old.name in caplog.text


def test_what_cannot_be_searched_is_refused(entries, tmp_path, pipeline):
    with pytest.raises(StoreError, match="contains no index"):
        tuple(reports.load_all(tmp_path))
    with pytest.raises(StoreError, match="encoder_sha256"):
        searching.search_reports("水", entries, encoders.load(encoders.HASHING))
    assert searching.search_reports("水", entries, encoders.load(encoders.HASHING), skip_foreign=True) == ()
    with pytest.raises(InputError, match="empty"):
        searching.search_reports("  ", entries, pipeline.encoder)
