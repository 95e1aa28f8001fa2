"""Statuses follow the contract's rules."""

from __future__ import annotations

import dataclasses

import pytest
from builders import document, passage
from hypothesis import given
from hypothesis import strategies as st

from alignment import frameworks
from alignment.assessment.coverage import Rules, assess, review_queue
from alignment.assessment.reasons import left_out
from alignment.types import Evidence, Format, PageState, Signals, Status, Substance, Thresholds

TEXT = "公司建设中水回用系统。"


def evidence(score=0.9, substance=Substance.ACTION, element="P5", page=1):
    return Evidence(passage(TEXT, page=page), element, ("P5.2",), score, substance, Signals(0.9, "P5.2/1", 0.5))


def unread(report, states):
    """The report with these pages, by number, in another state."""
    pages = (dataclasses.replace(page, state=states.get(page.number, page.state)) for page in report.pages)
    return dataclasses.replace(report, pages=tuple(pages))


SURE, BAND = Thresholds.single(0.5), Thresholds(evidence=0.5, review=0.2, sure=0.7)


def cover(framework, items, *, report=None, profile=None, thresholds=SURE, code="P5"):
    found = assess(
        items,
        report or document(TEXT),
        framework,
        thresholds=thresholds,
        profile=frameworks.find_profile(framework, profile) if profile else None,
    )
    return next(each for each in found if each.element == code)


@pytest.mark.meaning
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


@pytest.mark.meaning
def test_silence_on_readable_pages_is_a_gap_with_its_near_misses(framework):
    found = cover(framework, [evidence(0.4)])
    assert found.status is Status.GAP
    assert [item.score for item in found.near_misses] == [0.4]
    assert found.missing_measures == tuple(measure.id for measure in framework.element("P5").measures)


def test_silence_on_unreadable_pages_is_not_a_gap(framework):
    report = document(TEXT, TEXT)
    found = cover(framework, [], report=unread(report, {2: PageState.SCANNED}))
    assert found.status is Status.NOT_ASSESSABLE
    assert "2 (scanned)" in found.reason.en and "扫描件" in found.reason.zh


@pytest.mark.meaning
def test_one_unread_page_of_many_forbids_a_gap_and_is_named(framework):
    report = unread(document(*[TEXT] * 40), {7: PageState.SCANNED, 8: PageState.SCANNED, 30: PageState.GARBLED})
    found = cover(framework, [], report=report)
    assert found.status is Status.NOT_ASSESSABLE
    assert "pages 7–8 (scanned); 30 (garbled)" in found.reason.en and "--ocr" in found.reason.en
    assert "第 7–8 页（扫描件）、第 30 页（乱码）" in found.reason.zh and "--ocr" in found.reason.zh


def test_a_blank_page_leaves_silence_to_a_person(framework):
    report = unread(document(*[TEXT] * 3), {2: PageState.EMPTY})
    found = cover(framework, [], report=report)
    assert found.status is Status.REVIEW and found.review
    assert "Blank: pages 2." in found.reason.en and "第 2 页为空白" in found.reason.zh
    near = cover(framework, [evidence(0.3)], report=report, thresholds=BAND)
    assert near.status is Status.REVIEW and "0.30" in near.reason.en and "Blank: pages 2." in near.reason.en


def test_a_sheet_without_cells_hides_nothing(framework):
    book = dataclasses.replace(unread(document(TEXT, TEXT), {2: PageState.EMPTY}), format=Format.XLSX)
    assert cover(framework, [], report=book).status is Status.GAP


def test_a_report_without_any_text_is_not_assessed(framework):
    report = unread(document(TEXT), {1: PageState.EMPTY})
    assert cover(framework, [], report=report).status is Status.NOT_ASSESSABLE


@given(
    st.lists(st.tuples(st.integers(1, 6), st.floats(0, 1), st.sampled_from(Substance)), max_size=8),
    st.dictionaries(st.integers(1, 6), st.sampled_from([PageState.SCANNED, PageState.GARBLED, PageState.EMPTY])),
)
def test_losing_pages_never_makes_a_gap(items, lost):
    framework = frameworks.load()
    report = document(*[TEXT] * 6)
    given_items = [evidence(score, substance, page=page) for page, score, substance in items]
    left = [item for item in given_items if item.passage.page not in lost]
    after = cover(framework, left, report=unread(report, lost), thresholds=BAND)
    assert not lost or after.status is not Status.GAP


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
    at_low, at_high = (
        cover(framework, given_items, thresholds=Thresholds.single(value)).status for value in (low, high)
    )
    assert order.index(at_high) <= order.index(at_low)


def test_between_evidence_and_silence_a_person_decides(framework):
    unsure = cover(framework, [evidence(0.3)], thresholds=BAND)
    assert unsure.status is Status.REVIEW and unsure.review
    assert "0.30" in unsure.reason.en and "0.30" in unsure.reason.zh
    assert cover(framework, [evidence(0.19)], thresholds=BAND).status is Status.GAP
    weak, strong = (cover(framework, [evidence(score)], thresholds=BAND) for score in (0.6, 0.8))
    assert (weak.status, weak.review) == (Status.COVERED, True)
    assert (strong.status, strong.review) == (Status.COVERED, False)


def test_the_review_queue_begins_with_what_decides_a_status(framework):
    items = [evidence(0.45), evidence(0.21, element="T3"), evidence(0.9, element="T2"), evidence(0.51, element="T2")]
    coverage = assess(items, document(TEXT), framework, thresholds=BAND)
    queue = review_queue(coverage, BAND)
    assert [(item.evidence.element, item.decisive) for item in queue] == [("P5", True), ("T3", True), ("T2", False)]
    excused = assess(
        [evidence(0.3)],
        document(TEXT),
        framework,
        thresholds=BAND,
        profile=frameworks.find_profile(framework, "finance"),
    )
    assert review_queue(excused, BAND) == ()


@given(st.floats(0, 1), st.sampled_from(Substance))
def test_a_gap_is_the_same_under_every_preset(score, substance):
    framework = frameworks.load()
    calls = {
        cover(framework, [evidence(score, substance)], thresholds=Thresholds(at, 0.2, 0.7)).status is Status.GAP
        for at in (0.25, 0.5, 0.7)
    }
    assert len(calls) == 1


@pytest.mark.parametrize(
    ("kind", "says"),
    [(Format.XLSX, "spreadsheet program"), (Format.DOCX, "PDF and use --ocr"), (Format.PPTX, "--ocr")],
)
def test_a_page_read_in_part_forbids_a_gap_and_says_what_to_do(framework, kind, says):
    pages = (
        document(TEXT).pages[0],
        dataclasses.replace(document(TEXT).pages[0], number=2, state=PageState.PARTIAL, unread=3),
    )
    report = dataclasses.replace(document(TEXT), pages=pages, format=kind)
    found = cover(framework, [], report=report)
    assert found.status is Status.NOT_ASSESSABLE
    assert "2 (in part)" in found.reason.en and "3 " in found.reason.en and says in found.reason.en


def placed(score, substance=Substance.ACTION, *, page=1, start=0):
    return dataclasses.replace(evidence(score, substance), passage=passage(TEXT, page=page, start=start))


def test_evidence_is_ordered_by_what_happened_then_by_score_then_by_place(framework):
    in_order = [
        placed(0.9, Substance.ACTION, page=7),
        placed(0.8, Substance.RESULT, page=2, start=0),
        placed(0.8, Substance.ACTION, page=2, start=50),
        placed(0.8, Substance.RESULT, page=3, start=0),
        placed(0.6, Substance.RESULT, page=1),
        placed(0.95, Substance.COMMITMENT, page=4),
        placed(0.7, Substance.COMMITMENT, page=1),
        placed(0.99, Substance.MENTION, page=1),
        placed(0.98, Substance.MENTION, page=1),
    ]
    mixed = in_order[::2] + in_order[1::2][::-1]
    assert list(cover(framework, mixed).evidence) == in_order
    assert cover(framework, mixed).score == 0.99, "the score is the highest, whatever comes first"
    assert cover(framework, mixed).substance is Substance.RESULT


def test_near_misses_are_the_closest_few_by_score_then_by_place(framework):
    in_order = [placed(0.4, page=1, start=0), placed(0.4, page=1, start=9), placed(0.4, page=2), placed(0.3, page=1)]
    found = cover(framework, in_order[::-1])
    assert list(found.near_misses) == in_order[:3]
    assert found.score == 0.4 and found.evidence == () and found.substance is None


def test_a_score_at_the_threshold_is_evidence_and_no_near_miss(framework):
    found = cover(framework, [placed(0.5)])
    assert [item.score for item in found.evidence] == [0.5] and found.near_misses == ()


def test_what_is_nowhere_near_is_not_shown_as_a_near_miss(framework):
    least = Rules().near_miss_floor
    assert [item.score for item in cover(framework, [placed(least)]).near_misses] == [least] == [0.01]
    nothing = cover(framework, [placed(least - 0.001)])
    assert nothing.near_misses == () and nothing.score == 0


def test_each_threshold_belongs_to_what_lies_above_it(framework):
    assert not cover(framework, [placed(BAND.sure)], thresholds=BAND).review
    assert cover(framework, [placed(BAND.sure - 0.01)], thresholds=BAND).review
    assert cover(framework, [placed(BAND.review)], thresholds=BAND).status is Status.REVIEW
    assert cover(framework, [placed(BAND.review - 0.01)], thresholds=BAND).status is Status.GAP


def test_one_sure_passage_settles_a_status_whatever_else_is_unsure(framework):
    assert not cover(framework, [placed(0.6), placed(0.71)], thresholds=BAND).review


def test_measures_that_no_evidence_shows_are_missing_and_those_of_near_misses_are_too(framework):
    every = {measure.id for measure in framework.element("P5").measures}
    assert set(cover(framework, [placed(0.9)]).missing_measures) == every - {"P5.2"}
    assert set(cover(framework, [placed(0.4)]).missing_measures) == every


def test_the_queue_holds_what_is_between_silence_and_certainty_nearest_to_the_threshold_first(framework):
    scores = (0.19, 0.2, 0.35, 0.45, 0.52, 0.69, 0.7)
    items = [placed(score, page=number) for number, score in enumerate(scores, 1)]
    coverage = assess(items, document(TEXT), framework, thresholds=BAND, rules=Rules(near_misses=9))
    assert [each.evidence.score for each in review_queue(coverage, BAND)] == [0.52, 0.45, 0.35, 0.69, 0.2]
    two = review_queue(coverage, BAND, rules=Rules(uncertain=2))
    assert [each.evidence.score for each in two] == [0.52, 0.45]
    assert not any(each.decisive for each in two), "a sure passage has settled the status"


def test_of_equal_passages_the_queue_keeps_the_order_of_elements_pages_and_places(framework):
    places = [("P5", 1, 5), ("P5", 2, 0), ("T3", 1, 0), ("P5", 1, 0)]
    items = [
        dataclasses.replace(evidence(0.4, element=element), passage=passage(TEXT, page=page, start=start))
        for element, page, start in places
    ]
    coverage = assess(items, document(TEXT), framework, thresholds=BAND)
    queue = review_queue(coverage, BAND)
    shown = [(each.evidence.element, each.evidence.passage.page, each.evidence.passage.start) for each in queue]
    assert shown == sorted(places)


def test_no_more_than_five_passages_of_an_element_are_put_to_a_person(framework):
    items = [placed(0.55, page=number) for number in range(1, 9)]
    coverage = assess(items, document(TEXT), framework, thresholds=BAND)
    assert len(review_queue(coverage, BAND)) == 5 == Rules().uncertain


def test_pages_after_each_other_are_one_run_and_others_are_named_alone(framework):
    lost = dict.fromkeys((2, 3, 4, 6, 8, 9), PageState.SCANNED)
    reason = cover(framework, [], report=unread(document(*[TEXT] * 9), lost)).reason
    assert reason is not None
    assert "pages 2–4, 6, 8–9 (scanned)." in reason.en and "第 2–4、6、8–9 页（扫描件）" in reason.zh


def test_a_lost_page_among_blank_ones_is_not_left_to_a_glance(framework):
    report = unread(document(*[TEXT] * 3), {2: PageState.EMPTY, 3: PageState.GARBLED})
    found = cover(framework, [], report=report)
    assert found.status is Status.NOT_ASSESSABLE
    assert found.reason is not None and "Blank: pages 2." in found.reason.en and "3 (garbled)" in found.reason.en


def test_a_blank_page_alone_is_no_reason_to_recognise_pictures(framework):
    reason = cover(framework, [], report=unread(document(TEXT, TEXT), {2: PageState.EMPTY})).reason
    assert reason is not None and "--ocr" not in reason.en


@pytest.mark.parametrize("kind", [Format.PDF, Format.IMAGE, Format.PPTX])
def test_recognition_is_offered_where_it_can_read_the_pages(framework, kind):
    report = dataclasses.replace(unread(document(TEXT, TEXT), {2: PageState.SCANNED}), format=kind)
    reason = cover(framework, [], report=report).reason
    assert reason is not None
    assert ("Use --ocr" in reason.en) is (kind in (Format.PDF, Format.IMAGE))


def test_what_was_left_out_is_counted_over_all_pages():
    def report(*counts):
        pages = (dataclasses.replace(document(TEXT).pages[0], unread=count) for count in counts)
        return dataclasses.replace(document(TEXT), pages=tuple(pages), format=Format.DOCX)

    assert left_out(report(0, 0)) is None
    for counts, total in (((1, 0), "1"), ((2, 3), "5")):
        told = left_out(report(*counts))
        assert (
            told is not None and told.en.startswith(f"{total} large picture(s)") and told.zh.startswith(f"{total} 张")
        )
