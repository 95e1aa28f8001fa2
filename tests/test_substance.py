"""How much a passage says: result, action, commitment or mention."""

from __future__ import annotations

import math

import numpy as np
import pytest

from alignment.mapping import substance
from alignment.types import Substance


def test_cues_are_counted_in_both_languages_and_scripts():
    assert substance.count("公司尚未開展碳盤查", "negated") == substance.count("公司尚未开展碳盘查", "negated") > 0
    assert substance.count("We do not yet measure emissions", "negated") == 1


def test_grades_are_ordered():
    assert sorted(Substance, key=lambda each: -each.rank) == list(Substance)


KINDS = ("done", "doing", "future", "importance", "negated", "others", "own")
"""Cues of words come first, two columns each: half of how many, and whether any."""
QUANTITY, QUANTITIES, NUMBER, NUMBERS, LATER, YEAR, LENGTH, HAN = range(2 * len(KINDS), 2 * len(KINDS) + 8)


def row(text):
    return substance.cues([text])[0]


def test_cues_of_words_are_counted_up_to_four():
    for times, half in ((0, 0), (1, 0.5), (3, 1.5), (4, 2), (5, 2)):
        found = row("installed " * times)
        done = 2 * KINDS.index("done")
        assert found[done] == half and found[done + 1] == (times > 0)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("completed", "done"),
        ("推广", "doing"),
        ("pledge", "future"),
        ("crucial", "importance"),
        ("暂无", "negated"),
        ("联合国", "others"),
    ],
)
def test_each_cue_has_its_own_columns(text, kind):
    assert [name for at, name in enumerate(KINDS) if row(text)[2 * at + 1]] == [kind]


@pytest.mark.parametrize(
    ("text", "quantities", "numbers"),
    [
        ("节电300千瓦时，节水20吨", 2, 2),
        ("回用水量八十万吨", 1, 1),
        ("第3条", 0, 1),
        ("2023年", 0, 0),
        ("2023年节水5吨", 1, 1),
        ("saved 5 tonnes and 3 %, 4 %, 5 %, 6 %", 5, 5),
        ("1 2 3 4 5 6 7 8", 0, 8),
    ],
)
def test_quantities_and_numbers_are_counted_and_a_year_is_neither(text, quantities, numbers):
    found = row(text)
    assert (found[QUANTITY], found[QUANTITIES]) == (quantities > 0, min(quantities, 4) / 2)
    assert (found[NUMBER], found[NUMBERS]) == (numbers > 0, pytest.approx(min(numbers, 6) / 3))


@pytest.mark.parametrize(("text", "later", "year"), [("2024", 0, 1), ("2025", 1, 1), ("2060", 1, 1), ("24", 0, 0)])
def test_a_year_to_come_is_told_from_one_that_is_over(text, later, year):
    assert (row(text)[LATER], row(text)[YEAR]) == (later, year)


def test_length_counts_slowly_and_more_than_five_characters_are_chinese():
    assert row("x" * 19)[LENGTH] == pytest.approx(math.log(20) / 3)
    assert [row(text)[HAN] for text in ("公司节水装", "公司节水装置", "water")] == [0, 1, 0]


def test_every_text_has_a_row_of_all_cues():
    assert substance.cues(["a", "b"]).shape == (2, HAN + 1)


def of_vectors(grades, vectors):
    """A grader that learned from passages without words, told apart by their vectors alone."""
    return substance.Grader.fit([""] * len(grades), np.array(vectors, np.float32), grades)


def shares(grader):
    """What the grader makes of a passage that says nothing."""
    scores = np.exp(grader.bias - grader.bias.max())
    return scores / scores.sum()


def test_a_passage_that_says_nothing_is_graded_as_passages_of_real_reports_are():
    grades = list(Substance) * 3
    found = shares(of_vectors(grades, np.zeros((12, 2))))
    assert found == pytest.approx([0.19, 0.62, 0.17, 0.02], abs=1e-3)
    assert sum(substance.SHARES) == pytest.approx(1)


def test_how_often_a_grade_is_among_the_exemplars_does_not_matter():
    grades = [Substance.RESULT] * 9 + [Substance.ACTION] * 3 + [Substance.COMMITMENT] * 3 + [Substance.MENTION] * 3
    assert shares(of_vectors(grades, np.zeros((18, 2)))) == pytest.approx(substance.SHARES, abs=1e-3)


def test_a_grade_without_an_example_is_never_given():
    three = of_vectors([Substance.RESULT, Substance.COMMITMENT, Substance.MENTION] * 4, np.zeros((12, 2)))
    assert shares(three)[1] == 0 and shares(three)[0] == pytest.approx(0.5, abs=1e-3)
    two = of_vectors([Substance.ACTION, Substance.COMMITMENT] * 4, np.zeros((8, 2)))
    assert shares(two) == pytest.approx([0, 0.62 / 0.79, 0.17 / 0.79, 0], abs=1e-3)


@pytest.mark.parametrize("grades", [list(Substance), [Substance.COMMITMENT, Substance.MENTION]])
def test_what_is_learned_is_given_again(grades):
    far = 3 * np.eye(len(grades))
    grader = of_vectors([grade for grade in grades for _ in range(20)], np.repeat(far, 20, axis=0))
    assert grader.grade([""] * len(grades), far.astype(np.float32)) == tuple(grades)
    assert grader.grade([], np.zeros((0, len(grades)), np.float32)) == ()


def test_a_stored_grader_is_the_same():
    grader = of_vectors(list(Substance), np.eye(4))
    again = substance.Grader.from_arrays(grader.arrays())
    assert np.array_equal(again.weights, grader.weights) and np.array_equal(again.bias, grader.bias)


def test_vectors_weigh_more_than_single_cues():
    """One weight on the column of a cue or of the vector, against a bias: where they are level is what each counts."""
    width = substance.cues([""]).shape[1] + 1
    for column, text, value, level in ((2 * KINDS.index("done") + 1, "completed", 0.0, 0.3), (width - 1, "", 1.0, 2.0)):
        weights = np.zeros((4, width), np.float32)
        weights[0, column] = 1
        for bias, grade in ((level - 0.01, Substance.RESULT), (level + 0.01, Substance.ACTION)):
            grader = substance.Grader(weights, np.array([0, bias, -9, -9], np.float32))
            assert grader.grade([text], np.array([[value]], np.float32)) == (grade,)


@pytest.mark.meaning
@pytest.mark.parametrize(
    ("text", "grade"),
    [
        ("2023年吨钢综合能耗548千克标准煤，同比下降1.6%，全年节电2,150万千瓦时。", Substance.RESULT),
        ("In 2023 we cut water withdrawal by 12% to 3.1 million m3.", Substance.RESULT),
        ("公司在车间安装余热回收装置，并由专人负责运行维护。", Substance.ACTION),
        ("We train drivers, maintain boilers and replace lamps in our stores.", Substance.ACTION),
        ("公司计划到2030年将可再生能源比例提高到80%，力争2050年实现碳中和。", Substance.COMMITMENT),
        ("We aim to reach net zero by 2045 and will publish interim targets.", Substance.COMMITMENT),
    ],
)
def test_a_passage_is_graded_by_what_it_says(mapper, text, grade):
    assert mapper.score([text]).substances == (grade,)
