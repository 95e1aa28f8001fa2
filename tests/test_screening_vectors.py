"""A cached vector is the encoder's to the last bit, and the prefilter leaves out what has no evidence."""

from __future__ import annotations

import json
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from threading import Barrier

import numpy as np
import pytest
from screening_builders import outputs_of, text_filings

from alignment import encoders
from alignment.encoders.cached import CachedEncoder
from alignment.errors import StoreError
from alignment.mapping import prefilter
from alignment.screening.options import Options
from alignment.screening.run import screen
from alignment.settings import Settings

TEXTS = [
    "公司建设中水回用系统。",
    "Waste fell by 310 tonnes.",
    "公司建设中水回用系统。",
    "",
    "董事会召开会议六次。" * 40,
]


@pytest.mark.parametrize("name", [encoders.HASHING, encoders.DEFAULT])
def test_vectors_from_the_cache_are_those_of_the_encoder_whatever_they_were_encoded_with(tmp_path, name):
    plain = encoders.load(name, threads=1)
    alone = np.vstack([plain.encode([text]) for text in TEXTS])
    first = CachedEncoder(plain, tmp_path / "vectors")
    assert np.array_equal(first.encode(TEXTS), alone)
    assert first.encoded == 4, "a text that occurs twice is encoded once"
    second = CachedEncoder(plain, tmp_path / "vectors")
    assert np.array_equal(second.encode(TEXTS[::-1]), alone[::-1])
    assert second.encoded == 0
    assert second.encode(["新的一句。"]).shape == (1, plain.dimension) and second.encoded == 1


def test_vectors_of_two_encoders_never_meet(tmp_path):
    first = CachedEncoder(encoders.load(encoders.HASHING), tmp_path / "vectors")
    second = CachedEncoder(encoders.load(encoders.DEFAULT), tmp_path / "vectors")
    assert first.encode(TEXTS).shape[1] != second.encode(TEXTS).shape[1]
    assert second.encoded == 4


def test_a_vector_that_was_damaged_on_disk_is_encoded_again(tmp_path):
    encoder = encoders.load(encoders.HASHING)
    wanted = CachedEncoder(encoder, tmp_path / "vectors").encode(TEXTS)
    with closing(sqlite3.connect(tmp_path / "vectors")) as database, database:
        database.execute("UPDATE vectors SET vector = zeroblob(length(vector))")
    mended = CachedEncoder(encoder, tmp_path / "vectors")
    assert np.array_equal(mended.encode(TEXTS), wanted) and mended.encoded == 4
    again = CachedEncoder(encoder, tmp_path / "vectors")
    assert np.array_equal(again.encode(TEXTS), wanted) and again.encoded == 0


def test_a_file_that_is_no_cache_is_named(tmp_path):
    (tmp_path / "vectors").write_bytes(b"no database" * 100)
    with pytest.raises(StoreError, match="cache of vectors cannot be used"):
        CachedEncoder(encoders.load(encoders.HASHING), tmp_path / "vectors")


def test_queries_and_passages_have_vectors_of_their_own(tmp_path):
    cached = CachedEncoder(encoders.load(encoders.DEFAULT), tmp_path / "vectors")
    assert not np.array_equal(cached.encode(TEXTS[:1]), cached.encode(TEXTS[:1], kind="query"))


def test_a_cache_that_is_new_to_many_workers_at_once_opens_for_all_of_them(tmp_path):
    encoder = encoders.load(encoders.HASHING)
    with ThreadPoolExecutor(8) as pool:
        for number in range(100):
            together = Barrier(8)

            def load(file=tmp_path / f"vectors-{number}", together=together):
                together.wait()
                return CachedEncoder(encoder, file)

            assert len([future.result() for future in [pool.submit(load) for _ in range(8)]]) == 8


def test_no_texts_give_no_vectors(tmp_path):
    assert CachedEncoder(encoders.load(encoders.HASHING), tmp_path / "vectors").encode([]).shape == (0, 512)


def test_the_prefilter_tells_evidence_from_what_has_none(mapper):
    evidence = [
        "公司建设中水回用系统，全年回用水量八十万吨。",
        "Waste heat recovery saved 12,000 tonnes of coal in 2023.",
    ]
    nothing = ["董事会由九名董事组成，其中独立董事三名，全年召开会议六次。", "The audit committee met five times."]
    relevance = prefilter.relevance([*evidence, *nothing], mapper)
    assert (relevance[:2] >= prefilter.THRESHOLD).all()
    assert (relevance[2:] < prefilter.THRESHOLD).all()
    assert prefilter.relevance([], mapper).shape == (0,)


def test_the_prefilter_is_named_in_the_result_and_adds_no_evidence(tmp_path):
    text_filings(tmp_path / "in", 3)
    settings = Settings(encoder="hashing")
    screen(tmp_path / "in", settings, Options(tmp_path / "whole", workers=1))
    screen(tmp_path / "in", settings, Options(tmp_path / "fewer", workers=1, prefilter=True))
    whole, fewer = outputs_of(tmp_path / "whole"), outputs_of(tmp_path / "fewer")
    for name in (name for name in whole if name.startswith("reports/") and name.endswith(".json")):
        before, after = json.loads(whole[name]), json.loads(fewer[name])
        assert after["provenance"]["thresholds"]["prefilter"] == prefilter.THRESHOLD
        assert "prefilter" not in before["provenance"]["thresholds"]
        for one, other in zip(before["elements"], after["elements"], strict=True):
            assert {item["quote"] for item in other["evidence"]} <= {item["quote"] for item in one["evidence"]}
