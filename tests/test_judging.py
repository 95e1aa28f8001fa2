"""An assessment is put together from its parts, and warns of everything that was not read."""

from __future__ import annotations

import dataclasses

import pytest
from builders import document, passage

from alignment.assessment import judge
from alignment.assessment.coverage import Rules
from alignment.types import Evidence, Format, PageState, PassageRole, Provenance, Signals, Status, Substance, Thresholds

TEXT = "公司建设中水回用系统。"
FIGURE = "2023年碳排放强度较2020年下降5%。"
PROVENANCE = Provenance("0", "none", "0" * 64, {})
THRESHOLDS = Thresholds(evidence=0.5, review=0.2, sure=0.7)


def judged(framework, report, passages, evidence=(), **options):
    given = {"mapped": 1, "thresholds": THRESHOLDS, "rules": Rules(), "provenance": PROVENANCE, **options}
    return judge(report, passages, evidence, framework, given.pop("profile", None), **given)


def warnings(framework, report, passages=None):
    found = judged(framework, report, [passage(TEXT)] if passages is None else passages)
    return [warning.en for warning in found.warnings]


def page(number, state, unread=0):
    return dataclasses.replace(document(TEXT).pages[0], number=number, state=state, unread=unread)


def report_of(*pages, kind=Format.PDF):
    return dataclasses.replace(document(TEXT), pages=pages, format=kind)


def test_everything_that_follows_is_in_the_assessment(framework):
    body = passage(FIGURE)
    heading = dataclasses.replace(passage("Contents", page=2), role=PassageRole.CONTENTS)
    weak = Evidence(body, "P5", ("P5.2",), 0.6, Substance.ACTION, Signals(0.9, "P5.2/1", 0.5))
    found = judged(framework, document(FIGURE, "Contents"), [body, heading], [weak], mapped=7)
    assert {each.element: each.status for each in found.coverage if each.evidence} == {"P5": Status.COVERED}
    assert [(each.evidence, each.decisive) for each in found.review] == [(weak, True)]
    assert [(figure.target, figure.value) for figure in found.figures] == [("Q1", -5)]
    assert found.excluded == (heading,)
    assert found.passages == 7 and found.provenance is PROVENANCE and found.warnings == ()


def test_the_rules_reach_the_near_misses_and_the_queue(framework):
    body = passage(TEXT)
    near = [Evidence(body, "P5", (), score, Substance.ACTION, Signals(0.9, "P5.2/1", 0.5)) for score in (0.3, 0.4)]
    found = judged(framework, document(TEXT), [body], near, rules=Rules(near_misses=1, uncertain=1))
    coverage = next(each for each in found.coverage if each.element == "P5")
    assert [item.score for item in coverage.near_misses] == [0.4]
    assert [each.evidence.score for each in found.review] == [0.4]


def test_an_industry_for_which_an_element_does_not_count_reaches_the_coverage(framework):
    finance = next(each for each in framework.profiles if each.id == "finance")
    found = judged(framework, document(TEXT), [passage(TEXT)], profile=finance)
    assert found.profile is finance
    excused = {each.element for each in found.coverage if each.status is Status.NOT_APPLICABLE}
    assert excused == set(finance.not_applicable)


def test_a_report_with_pages_that_was_read_whole_has_no_warning(framework):
    assert warnings(framework, document(TEXT)) == []
    assert warnings(framework, report_of(page(1, PageState.OK), page(2, PageState.OCR))) == []


@pytest.mark.parametrize(
    ("kind", "places"),
    [(Format.DOCX, "paragraph numbers"), (Format.TEXT, "paragraph numbers"), (Format.XLSX, "sheets and rows")],
)
def test_where_there_are_no_pages_places_are_explained(framework, kind, places):
    (warning,) = warnings(framework, report_of(page(1, PageState.OK), kind=kind))
    assert places in warning


def test_pages_that_were_not_read_are_counted_and_blank_ones_are_not(framework):
    states = (PageState.OK, PageState.SCANNED, PageState.GARBLED, PageState.EMPTY)
    (warning,) = warnings(framework, report_of(*(page(number, state) for number, state in enumerate(states, 1))))
    assert warning.startswith("2 page(s)") and "--ocr" in warning
    assert warnings(framework, report_of(page(1, PageState.OK), page(2, PageState.EMPTY))) == []


def test_pictures_that_were_not_read_are_counted_instead_of_their_pages(framework):
    found = warnings(framework, report_of(page(1, PageState.OK), page(2, PageState.PARTIAL, 3), kind=Format.PPTX))
    assert [warning.split(" ")[0] for warning in found] == ["3"]


def test_a_report_without_body_text_says_so(framework):
    cover = dataclasses.replace(passage(TEXT), role=PassageRole.HEADING)
    assert warnings(framework, document(TEXT), [cover]) == ["There is no body text to assess."]
    assert warnings(framework, document(TEXT), []) == ["There is no body text to assess."]
    assert warnings(framework, document(TEXT), [cover, passage(TEXT)]) == []


def test_every_warning_is_in_both_languages(framework):
    pages = (page(1, PageState.PARTIAL, 2), page(2, PageState.SCANNED))
    for kind in (Format.PDF, Format.DOCX, Format.XLSX):
        for warning in judged(framework, report_of(*pages, kind=kind), []).warnings:
            assert warning.en.isascii() and not warning.zh.isascii()
