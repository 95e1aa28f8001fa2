"""Signals are weighed by labelled passages, and thresholds mean what their presets promise."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest

from alignment.mapping import calibration, signals
from alignment.mapping.calibration import Calibration, Relevance
from alignment.types import Preset

WIDTH, APART = len(signals.FEATURES), len(signals.RELEVANCE)
ALONE = signals.LabelDependencies((), ())


def column(name, value, names=signals.FEATURES):
    """All zero but one."""
    row = np.zeros(len(names), np.float32)
    row[names.index(name)] = value
    return row


def table(*rows):
    """One passage a row, each with the signals of its elements: (elements, features)."""
    return np.array(rows, np.float32)


def gate(bias=0.0, weight=0.0, mean=0.0, enough=0.5):
    """Relevance by the signal `own` alone."""
    return Relevance(column("own", mean, signals.RELEVANCE), column("own", weight, signals.RELEVANCE), bias, enough)


def weighed(relevance, bias=(0.0,)):
    """A calibration by the signal `margin` alone, of which 1 is usual and each more doubles the odds twice."""
    evidence = {Preset.BROAD: 0.2, Preset.STANDARD: 0.4, Preset.STRICT: 0.8}
    weights = column("margin", 2 * math.log(2))
    return Calibration(column("margin", 1.0), weights, np.array(bias, np.float32), relevance, evidence, 0.1)


def test_a_probability_is_the_logistic_of_the_weighed_distance_from_the_mean():
    passages = table([column("margin", 1.0)], [column("margin", 2.0)], [column("margin", 0.0)])
    found = weighed(gate(bias=30)).probabilities(passages)
    assert found[:, 0] == pytest.approx([0.5, 0.8, 0.2], abs=1e-6)


def test_an_element_keeps_its_own_bias():
    passages = table([column("margin", 1.0), column("margin", 1.0)])
    found = weighed(gate(bias=30), bias=(0.0, math.log(3))).probabilities(passages)
    assert found[0] == pytest.approx([0.5, 0.75], abs=1e-6)


def test_relevance_is_the_logistic_of_its_own_signals():
    passages = table([column("own", 1.0)], [column("own", 3.0)])
    found = gate(bias=math.log(3), weight=math.log(3) / 2, mean=1.0).probabilities(passages)
    assert found == pytest.approx([0.75, 0.9], abs=1e-6)


def test_what_is_relevant_enough_keeps_its_probabilities_and_below_that_they_fall_steeply():
    passages = table([column("own", 0.0)], [column("own", 2.0)])
    relevance = gate(weight=-math.log(3) / 2, enough=0.5)
    assert relevance.probabilities(passages) == pytest.approx([0.5, 0.25], abs=1e-6)
    factors = relevance.factors(passages)
    assert factors.shape == (2, 1)
    assert factors[:, 0] == pytest.approx([1.0, 1 / 8], abs=1e-6), "half of enough leaves an eighth"
    together = weighed(relevance).probabilities(passages + column("margin", 1.0))
    assert together[:, 0] == pytest.approx([0.5, 0.5 / 8], abs=1e-6)


def test_more_than_enough_relevance_adds_nothing():
    assert gate(bias=30, enough=0.5).factors(table([column("own", 0.0)]))[0, 0] == 1


def test_endless_signals_end_in_probabilities_and_not_in_overflow():
    found = weighed(gate(bias=30)).probabilities(table([column("margin", 1e9)], [column("margin", -1e9)]))
    assert found[:, 0] == pytest.approx([1, 0], abs=1e-6)


def test_presets_differ_in_evidence_alone():
    of = weighed(gate()).thresholds
    assert [of(preset).evidence for preset in Preset] == [0.2, 0.4, 0.8]
    assert {(of(preset).review, of(preset).sure) for preset in Preset} == {(0.1, 0.8)}
    assert of() == of(Preset.STANDARD)


def chosen(scores, labels):
    """Evidence thresholds in the order of the presets, then review, for scores of one element."""
    scores, labels = (np.array(each)[:, None] for each in (scores, labels))
    found = calibration._with_thresholds(weighed(gate()), scores.astype(np.float32), labels.astype(bool))
    return [found.evidence[preset] for preset in Preset], found.review


def test_where_nothing_is_in_doubt_the_thresholds_lie_amid_the_quiet_and_well_above_the_noise():
    evidence, review = chosen([0.81] * 30 + [0.19] * 30, [1] * 30 + [0] * 30)
    # All from 0.20 to 0.80 are perfect; of those with three perfect steps on either side the strictest is taken.
    assert evidence == [0.74, 0.74, 0.74] and review == 0.74


def test_at_most_eight_in_a_hundred_passages_without_an_element_may_be_given_one():
    good = [0.6] * 40
    two = [0.89] * 2 + [0.05] * 23
    three = [0.89] * 3 + [0.05] * 22
    labels = [1] * 40 + [0] * 25
    (_, few, _), _ = chosen(good + two, labels)
    (_, many, _), _ = chosen(good + three, labels)
    assert few < 0.6, "two of 25 are the eight in a hundred that are allowed"
    assert many == 0.9, "three are too many, whatever is lost"


def test_without_passages_that_carry_nothing_there_is_none_to_be_wrong_about():
    (_, standard, _), _ = chosen([0.6] * 10, [1] * 10)
    assert 0.1 < standard < 0.6


def test_what_a_report_may_lose_before_it_is_a_gap_is_about_a_fifth_of_its_evidence():
    scores = [number / 100 for number in range(1, 101)]
    _, review = chosen([*scores, *[0.4] * 100], [1] * 100 + [0] * 100)
    assert review == 0.23, "22 of the hundred lie below"
    lost = sum(score < review for score in scores)
    assert lost == 22


def test_recall_weighs_twice_as_much_for_broad_and_half_as_much_for_strict():
    dice = np.random.default_rng(7)
    scores = np.concatenate([dice.beta(3, 2, 300), dice.beta(2, 6, 700)])
    labels = np.concatenate([np.ones(300), np.zeros(700)])
    (broad, standard, strict), review = chosen(scores, labels)
    assert review <= broad < standard < strict

    def share(threshold):
        """Recall and precision."""
        hits = ((scores >= threshold) & (labels == 1)).sum()
        return hits / 300, hits / (scores >= threshold).sum()

    assert share(broad)[0] > share(standard)[0] > share(strict)[0]
    assert share(broad)[1] < share(standard)[1] < share(strict)[1]


def test_an_element_that_few_carry_counts_as_much_as_one_that_many_do():
    """Two elements of one score scale; the rare one's evidence lies low, and the macro half must not forget it."""
    many, rare = [0.7] * 90, [0.35] * 10
    scores = np.zeros((200, 2), np.float32)
    labels = np.zeros((200, 2), bool)
    scores[:90, 0], labels[:90, 0] = many, True
    scores[90:100, 1], labels[90:100, 1] = rare, True
    scores[100:] = 0.1
    found = calibration._with_thresholds(weighed(gate()), scores, labels)
    assert found.evidence[Preset.STANDARD] <= 0.35


def expected(scores, labels, beta):
    """The grid's threshold of the best F-beta from precision and recall, each the mean of seven steps."""
    grid = [round(0.10 + 0.02 * step, 2) for step in range(41)]
    values = []
    for threshold in grid:
        hits = ((scores >= threshold) & (labels == 1)).sum()
        precision, recall = hits / max(1, (scores >= threshold).sum()), hits / labels.sum()
        values.append((1 + beta**2) * precision * recall / max(1e-9, beta**2 * precision + recall))
    means = [np.mean(values[max(0, at - 3) : at + 4]) for at in range(len(grid))]
    return grid[int(np.argmax(means))]


def test_of_one_element_each_preset_has_the_threshold_of_its_own_f_measure():
    dice = np.random.default_rng(11)
    scores = np.concatenate([dice.beta(3, 2, 400), dice.beta(1.2, 8, 600)])
    labels = np.concatenate([np.ones(400), np.zeros(600)])
    # Other passages are without any element, and nothing is found in them: only the F-measure decides.
    scores, labels = np.append(scores, np.zeros(9000)), np.append(labels, np.zeros(9000))
    (broad, *stricter), review = chosen(scores, labels)
    assert stricter == [expected(scores, labels, beta) for beta in (1, 0.5)]
    assert broad == review > expected(scores, labels, 2), "below what makes a gap there is no evidence"


def test_elements_that_no_passage_carries_do_not_dilute_those_that_some_do():
    scores, labels = np.zeros((200, 12), np.float32), np.zeros((200, 12), bool)
    scores[:90, 0], labels[:90, 0] = 0.7, True
    scores[90:100, 1], labels[90:100, 1] = 0.35, True
    scores[:30, 2] = 0.5
    found = calibration._with_thresholds(weighed(gate()), scores, labels)
    assert found.evidence[Preset.STANDARD] <= 0.35, "a rare element outweighs thirty false labels"


def sample(count=120):
    """Passages of two elements told apart by the signal `margin`; a third of them carry nothing."""
    dice = np.random.default_rng(3)
    labels = np.zeros((count, 2), bool)
    labels[0::3, 0] = labels[1::3, 1] = True
    rows = dice.normal(0, 0.1, (count, 2, WIDTH)).astype(np.float32)
    rows[:, :, signals.FEATURES.index("margin")] += np.where(labels, 1.0, -1.0)
    return rows, labels


def test_a_signal_that_tells_evidence_apart_is_weighed_most():
    rows, labels = sample()
    found = calibration.calibrate(rows, labels, factors=np.ones(labels.shape, np.float32), dependencies=ALONE)
    assert signals.FEATURES[int(found.weights.argmax())] == "margin"
    share = found.probabilities(rows)
    assert share[labels].min() > 0.5 > share[~labels].max()
    assert found.bias == pytest.approx([found.bias[0]] * 2, abs=0.2), "elements that are alike have like biases"
    evidence = [found.evidence[preset] for preset in Preset]
    assert found.review <= evidence[0] <= evidence[1] <= evidence[2] < 1


def test_an_element_that_is_carried_more_often_than_its_signals_say_has_a_higher_bias():
    rows, labels = sample()
    rows[:, :, signals.FEATURES.index("margin")] = 0
    labels[2::3, 0] = True
    found = calibration.calibrate(rows, labels, factors=np.ones(labels.shape, np.float32), dependencies=ALONE)
    share = found.probabilities(rows).mean(axis=0)
    assert 0.1 < share[0] - share[1] < 0.2, "a bias of its own costs something, so it is not the whole third"


def test_thresholds_are_those_of_the_probabilities_that_the_precision_filters_leave():
    rows, labels = sample()
    whole, half = (
        calibration.calibrate(rows, labels, factors=np.full(labels.shape, left, np.float32), dependencies=ALONE)
        for left in (1.0, 0.5)
    )
    assert whole.evidence[Preset.STRICT] > 0.5 > half.evidence[Preset.STRICT]
    assert np.array_equal(whole.weights, half.weights)


def test_thresholds_are_chosen_on_passages_that_the_weights_did_not_see():
    rows, labels = sample(60)
    dice = np.random.default_rng(5)
    labels = dice.permutation(labels)
    found = calibration.calibrate(rows, labels, factors=np.ones(labels.shape, np.float32), dependencies=ALONE)
    seen = calibration._with_thresholds(found, found.probabilities(rows), labels)
    assert seen.review > found.review, "labels by chance are learned, and not found again in what was left out"


def test_a_project_that_is_shown_shows_its_parent_before_thresholds_are_chosen():
    rows, labels = sample()
    labels[:, 1] = labels[:, 0]
    rows[:, 1, signals.FEATURES.index("margin")] = -1
    ones = np.ones(labels.shape, np.float32)
    apart = calibration.calibrate(rows, labels, factors=ones, dependencies=ALONE)
    kin = calibration.calibrate(rows, labels, factors=ones, dependencies=signals.LabelDependencies(((0, 1),), ()))
    assert kin.review > apart.review


def test_where_every_passage_carries_something_relevance_lets_all_pass():
    rows, labels = sample()
    labels[2::3, 0] = True
    found = calibration.calibrate(rows, labels, factors=np.ones(labels.shape, np.float32), dependencies=ALONE)
    assert found.relevance.factors(rows).min() == 1


def test_what_carries_nothing_is_told_by_relevance():
    rows, labels = sample()
    found = calibration.calibrate(rows, labels, factors=np.ones(labels.shape, np.float32), dependencies=ALONE)
    share = found.relevance.probabilities(rows)
    assert share[labels.any(axis=1)].min() > 0.5 > share[~labels.any(axis=1)].max()


def test_relevance_is_right_on_average():
    rows, labels = sample()
    labels[0:90:3] = False
    found = calibration.calibrate(rows, labels, factors=np.ones(labels.shape, np.float32), dependencies=ALONE)
    assert found.relevance.probabilities(rows).mean() == pytest.approx(labels.any(axis=1).mean(), abs=1e-3)
    assert found.relevance.enough == 0.85


def test_a_mapper_that_is_only_looked_at_weighs_nothing(framework):
    found = calibration.uncalibrated(framework)
    passages = np.random.default_rng(1).normal(0, 9, (4, len(framework.codes), WIDTH)).astype(np.float32)
    assert found.probabilities(passages) == pytest.approx(np.full((4, len(framework.codes)), 0.5))
    assert {found.thresholds(preset).evidence for preset in Preset} == {0.5} == {found.review}
    assert found.relevance.probabilities(passages) == pytest.approx([0.5] * 4)


def test_what_is_written_is_read_again(framework, tmp_path):
    rows = np.random.default_rng(2)
    written = dataclasses.replace(
        weighed(gate(bias=0.25, weight=0.5, mean=-1.5, enough=0.85), np.linspace(-1, 1, len(framework.codes))),
        weights=rows.normal(0, 1, WIDTH).round(4).astype(np.float32),
        mean=rows.normal(0, 1, WIDTH).round(4).astype(np.float32),
    )
    path = tmp_path / "calibration.yaml"
    path.write_text(calibration.calibration_document(written, framework), encoding="utf-8")
    found = calibration.read_calibration(framework, path)
    for name in ("mean", "weights", "bias"):
        assert getattr(found, name) == pytest.approx(getattr(written, name), abs=5e-5)
    for name in ("mean", "weights", "bias", "enough"):
        assert getattr(found.relevance, name) == pytest.approx(getattr(written.relevance, name), abs=5e-5)
    assert (found.evidence, found.review) == (written.evidence, written.review)


def test_what_is_written_is_short_and_in_the_order_in_which_it_is_read(framework):
    third = dataclasses.replace(weighed(gate(bias=1 / 3), np.full(len(framework.codes), 1 / 3)),
                                weights=column("margin", 1 / 3), mean=column("margin", 1 / 3))  # fmt: skip
    text = calibration.calibration_document(third, framework)
    assert text.startswith("# Weights of the signals") and "33333" not in text and text.count("0.3333") > 3
    keys = ("framework:", "thresholds:", "review:", "signals:", "bias:", "relevance:", "enough:")
    assert [text.index(key) for key in keys] == sorted(text.index(key) for key in keys)


def test_a_plan_that_the_calibration_is_not_of_gets_the_mean_bias(framework):
    shipped = calibration.read_calibration(framework)
    other = calibration.read_calibration(dataclasses.replace(framework, id="mine"))
    assert len(set(shipped.bias.tolist())) > 1
    assert other.bias == pytest.approx(np.full(len(framework.codes), shipped.bias.mean()), abs=1e-6)
    assert np.array_equal(other.weights, shipped.weights)
