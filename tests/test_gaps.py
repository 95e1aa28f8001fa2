"""Statuses follow the contract's rules."""

from __future__ import annotations

import dataclasses

import pytest
from builders import document, passage
from hypothesis import given
from hypothesis import strategies as st

from alignment import frameworks, gaps
from alignment.types import Evidence, PageState, Signals, Status, Substance

TEXT = "公司建设中水回用系统。"


def evidence(score=0.9, substance=Substance.ACTION, element="P5"):
    return Evidence(passage(TEXT), element, ("P5.2",), score, substance, Signals(0.9, "P5.2/1", 0.5))


def cover(framework, items, *, report=None, profile=None, threshold=0.5, code="P5"):
    found = gaps.assess(
        items,
        report or document(TEXT),
        framework,
        thresholds=dict.fromkeys(framework.codes, threshold),
        profile=frameworks.find_profile(framework, profile) if profile else None,
    )
    return next(each for each in found if each.element == code)


@pytest.mark.parametrize(
    ("substance", "status"),
    [
        (Substance.RESULT, Status.COVERED),
        (Substance.ACTION, Status.COVERED),
        (Substance.COMMITMENT, Status.PARTIAL),
        (Substance.MENTION, Status.MENTIONED),
    ],
)
def test_the_strongest_evidence_decides(framework, substance, status):
    assert cover(framework, [evidence(substance=substance), evidence(0.51, Substance.MENTION)]).status is status


def test_silence_on_readable_pages_is_a_gap_with_its_near_misses(framework):
    found = cover(framework, [evidence(0.4)])
    assert found.status is Status.GAP
    assert [item.score for item in found.near_misses] == [0.4]
    assert found.missing_measures == tuple(measure.id for measure in framework.element("P5").measures)


def test_silence_on_unreadable_pages_is_not_a_gap(framework):
    report = document(TEXT, TEXT)
    lost = dataclasses.replace(report.pages[1], state=PageState.SCANNED)
    found = cover(framework, [], report=dataclasses.replace(report, pages=(report.pages[0], lost)))
    assert found.status is Status.NOT_ASSESSABLE
    assert "2 (scanned)" in found.reason.en and "扫描件" in found.reason.zh


def test_an_industry_rule_excuses_silence_but_never_hides_evidence(framework):
    assert cover(framework, [], profile="finance").status is Status.NOT_APPLICABLE
    assert cover(framework, [], profile="finance").reason is not None
    assert cover(framework, [evidence()], profile="finance").status is Status.COVERED


def test_parent_and_project_are_judged_separately(framework):
    assert cover(framework, [evidence()]).status is Status.COVERED
    assert cover(framework, [evidence()], code="T3").status is Status.GAP


@given(st.lists(st.tuples(st.floats(0, 1), st.sampled_from(Substance)), max_size=8), st.floats(0, 1), st.floats(0, 1))
def test_a_higher_threshold_never_adds_coverage(items, first, second):
    framework = frameworks.load()
    given_items = [evidence(score, substance) for score, substance in items]
    low, high = sorted((first, second))
    order = [Status.GAP, Status.MENTIONED, Status.PARTIAL, Status.COVERED]
    at_low, at_high = (cover(framework, given_items, threshold=value).status for value in (low, high))
    assert order.index(at_high) <= order.index(at_low)
