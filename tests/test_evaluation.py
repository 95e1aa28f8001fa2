"""Evaluation measures what it says, and bad input is refused by line."""

from __future__ import annotations

import json

import numpy as np
import pytest

from alignment import evaluation
from alignment.errors import InputError


def write(path, *items):
    path.write_text("".join(json.dumps(item, ensure_ascii=False) + "\n" for item in items), encoding="utf-8")
    return path


def test_scores_are_those_of_scikit_learn():
    from sklearn.metrics import precision_recall_fscore_support

    random = np.random.default_rng(1)
    truth, chosen = random.random((2, 60, 1)) > 0.6
    score = evaluation._score(chosen[:, 0], truth[:, 0])
    expected = precision_recall_fscore_support(truth[:, 0], chosen[:, 0], average="binary")[:3]
    assert np.allclose((score.precision, score.recall, score.f1), expected)


def test_the_mapper_beats_both_of_its_baselines(mapper, shared):
    passages = evaluation.read_passages(shared / "data" / "gold-dev.jsonl")
    report = evaluation.evaluate(mapper, passages, by="lang")
    hybrid, crossed, lexical, dense = report.systems
    assert [each.name for each in report.systems] == ["hybrid", "hybrid, cross-fitted", "lexical", "dense"]
    for ours in (hybrid, crossed):
        assert ours.macro > max(lexical.macro, dense.macro)
        assert ours.micro.f1 > max(lexical.micro.f1, dense.micro.f1)
    assert hybrid.macro_interval[0] < hybrid.macro < hybrid.macro_interval[1]
    assert report.substance_accuracy > 0.7
    assert set(report.groups) == {"en", "zh-Hans", "zh-Hant"}


def test_labels_come_best_first_with_their_substance(mapper):
    water, board = evaluation.label(mapper, ["公司建设中水回用系统，全年回用水量八十万吨。", "董事会召开会议八次。"])
    assert {"T3", "P5"} <= {code for code, _ in water.labels}
    assert [score for _, score in water.labels] == sorted((score for _, score in water.labels), reverse=True)
    assert water.substance is not None
    assert board == evaluation.Labels((), None)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "no passages"),
        ('{"id": 1}\n', "line 1"),
        ('{"text": "a"}\nnot json\n', "line 2"),
        ('{"text": "a", "substance": "huge"}\n', "line 1"),
        ("[1]\n", "line 1"),
    ],
)
def test_a_bad_line_is_named(tmp_path, text, says):
    path = tmp_path / "gold.jsonl"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=says):
        evaluation.read_passages(path)


def test_unknown_labels_and_unlabelled_sets_are_refused(mapper, tmp_path):
    with pytest.raises(InputError, match="Z9"):
        evaluation.evaluate(mapper, evaluation.read_passages(write(tmp_path / "a", {"text": "x", "labels": ["Z9"]})))
    with pytest.raises(InputError, match="no passage carries a label"):
        evaluation.evaluate(mapper, evaluation.read_passages(write(tmp_path / "b", {"text": "x", "labels": []})))
