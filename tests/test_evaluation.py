"""Evaluation measures what it says, and bad input is refused by line."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pytest

from alignment import evaluation
from alignment.errors import InputError
from alignment.evaluation import labelled, measures, statuses


def write(path, *items):
    path.write_text("".join(json.dumps(item, ensure_ascii=False) + "\n" for item in items), encoding="utf-8")
    return path


def test_scores_are_those_of_scikit_learn():
    from sklearn.metrics import precision_recall_fscore_support

    random = np.random.default_rng(1)
    truth, chosen = random.random((2, 60, 1)) > 0.6
    score = measures.score(chosen[:, 0], truth[:, 0], chosen[:, 0].astype(np.float32), probabilities=False)
    expected = precision_recall_fscore_support(truth[:, 0], chosen[:, 0], average="binary")[:3]
    assert np.allclose((score.precision, score.recall, score.f1), expected)


def test_the_calibration_error_is_the_distance_between_what_was_said_and_what_was():
    said = np.array([0.9] * 10 + [0.1] * 10, np.float32)
    honest = np.array([True] * 9 + [False] + [True] + [False] * 9)
    assert measures.calibration_error(said, honest) == pytest.approx(0.0, abs=1e-6)
    assert measures.calibration_error(said, ~honest) == pytest.approx(0.8, abs=1e-6)


def test_intervals_are_wider_when_whole_sources_differ():
    truth = np.ones((80, 1), dtype=bool)
    chosen = np.arange(80)[:, None] < 40
    kept = np.array([0])
    alike = measures.interval(chosen, truth, kept, [str(row % 4) for row in range(80)], measures.micro)
    unlike = measures.interval(chosen, truth, kept, [str(row // 20) for row in range(80)], measures.micro)
    assert unlike[1] - unlike[0] > 1.5 * (alike[1] - alike[0])


def test_the_mapper_beats_both_of_its_baselines(mapper, shared):
    passages = labelled.read(shared / "data" / "gold-dev.jsonl")
    report = evaluation.evaluate(mapper, passages)
    hybrid, crossed, lexical, dense = report.systems
    assert [each.name for each in report.systems] == ["hybrid", "hybrid, cross-validated", "lexical", "dense"]
    for ours in (hybrid, crossed):
        assert ours.macro > max(lexical.macro, dense.macro)
        assert ours.micro.f1 > max(lexical.micro.f1, dense.micro.f1)
    assert hybrid.macro_interval[0] < hybrid.macro < hybrid.macro_interval[1]
    assert report.cross_validated is crossed and crossed.micro.calibration_error < 0.05
    assert report.substance.accuracy >= 0.75
    assert sum(sum(row.values()) for row in report.substance.confusion.values()) == 189
    assert set(report.languages) == {"en", "zh-Hans", "zh-Hant"}


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
        labelled.read(path)


def test_unknown_labels_and_unlabelled_sets_are_refused(mapper, tmp_path):
    with pytest.raises(InputError, match="Z9"):
        evaluation.evaluate(mapper, labelled.read(write(tmp_path / "a", {"text": "x", "labels": ["Z9"]})))
    with pytest.raises(InputError, match="no passage carries a label"):
        evaluation.evaluate(mapper, labelled.read(write(tmp_path / "b", {"text": "x", "labels": []})))


def test_the_form_of_a_truth_file_in_the_documents_is_the_one_that_is_read(tmp_path):
    told = (Path(__file__).parent.parent / "docs" / "method.md").read_text(encoding="utf-8")
    (example,) = re.findall(r'^`(\{"report".*\})`$', told, re.M)
    (tmp_path / "NAME.truth.json").write_text(example, encoding="utf-8")
    (tmp_path / "NAME.pdf").write_bytes(b"")
    (truth,) = statuses.read_truth(tmp_path)
    assert truth.found == {"P5": "action", "T6": "absent"}
    assert truth.pages == {"P5": frozenset({8, 12}), "T6": frozenset()}


@pytest.mark.parametrize(
    "text",
    [
        "[]",
        "{}",
        '{"report": "NAME.pdf", "elements": []}',
        '{"report": "NAME.pdf", "elements": {"P5": {"status": ["action"], "pages": []}}}',
        '{"report": "NAME.pdf", "elements": {"P5": {"status": "done", "pages": []}}}',
        '{"report": "NAME.pdf", "elements": {"P5": {"status": "action", "pages": [Infinity]}}}',
        '{"report": "NAME.pdf", "elements": {"P5": {"status": "action"}}}',
        "[" * 200_000,
    ],
)
def test_a_truth_file_of_another_form_is_one_clear_sentence(tmp_path, text):
    (tmp_path / "NAME.truth.json").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=r"^NAME\.truth\.json"):
        statuses.read_truth(tmp_path)
