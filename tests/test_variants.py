"""The same report set, turned, scanned or locked otherwise gives the same elements, or says what could not be read."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import pytest
import variants

from alignment.errors import EncryptedError
from alignment.gaps import assess
from alignment.pipeline import Pipeline
from alignment.types import PageState, PassageRole, Status

FOUND = (Status.COVERED, Status.PARTIAL, Status.MENTIONED)


def with_settings(pipeline, **changes):
    settings = replace(pipeline.settings, **changes)
    return Pipeline(settings, pipeline.framework, pipeline.encoder, pipeline.mapper)


def elements(assessment):
    return {coverage.element for coverage in assessment.coverage if coverage.status in FOUND}


def gaps(assessment):
    return {coverage.element for coverage in assessment.coverage if coverage.status is Status.GAP}


@pytest.fixture(scope="module")
def source(samples):
    return samples / "qingyun-steel.pdf"


@pytest.fixture(scope="module")
def clean(pipeline, source):
    return pipeline.check(source)


@pytest.mark.parametrize("make", [variants.two_columns, variants.traditional, variants.spread, variants.rotated])
def test_another_setting_of_the_same_text_gives_the_same_elements(make, pipeline, source, clean, tmp_path):
    assert elements(pipeline.check(make(source, tmp_path / "a.pdf"))) == elements(clean)


def test_a_locked_report_gives_the_same_once_its_password_is_known(pipeline, source, clean, tmp_path):
    path = variants.locked(source, tmp_path / "a.pdf")
    with pytest.raises(EncryptedError):
        pipeline.check(path)
    opened = with_settings(pipeline, password="open").check(path)
    assert [(each.element, each.status) for each in opened.coverage] == [
        (each.element, each.status) for each in clean.coverage
    ]


@pytest.mark.parametrize("make", [variants.scanned, variants.garbled])
def test_a_report_without_usable_text_is_not_assessed_unless_it_is_recognised(make, pipeline, source, tmp_path):
    pytest.importorskip("rapidocr", reason="the extra `ocr` is not installed")
    short = variants.some_pages(source, tmp_path / "short.pdf", first=6, last=8)
    clean = pipeline.check(short)
    path = make(short, tmp_path / "a.pdf")
    unread = pipeline.check(path)
    state = PageState.SCANNED if make is variants.scanned else PageState.GARBLED
    assert {page.state for page in unread.document.pages} == {state}
    assert {each.status for each in unread.coverage} == {Status.NOT_ASSESSABLE}
    read = with_settings(pipeline, ocr=True).check(path)
    assert {page.state for page in read.document.pages} == {PageState.OCR}
    assert elements(read) == elements(clean)


@pytest.mark.parametrize("remainder", [0, 1])
def test_pages_that_are_lost_never_make_a_gap(remainder, pipeline, source, clean, tmp_path):
    path = variants.scanned(source, tmp_path / "a.pdf", pages=lambda number: number % 2 == remainder)
    half = pipeline.check(path)
    lost = [page.number for page in half.document.pages if page.state is PageState.SCANNED]
    assert lost == [number for number in range(1, 15) if number % 2 == remainder]
    assert elements(half) < elements(clean)
    assert gaps(half) == set()
    reasons = [each.reason.en for each in half.coverage if each.status is Status.NOT_ASSESSABLE]
    assert reasons and all(f"pages {', '.join(map(str, lost))} (scanned)" in reason for reason in reasons)


@pytest.mark.parametrize("make", [variants.blank, variants.running_lines_only])
def test_a_page_without_its_text_never_makes_a_gap(make, pipeline, source, clean, tmp_path):
    path = make(source, tmp_path / "a.pdf", page=10)
    after = pipeline.check(path)
    assert after.document.pages[9].state is PageState.EMPTY
    lost = elements(clean) - elements(after)
    assert "T1" in lost and gaps(after) == set()
    assert all("Blank: pages 10." in each.reason.en for each in after.coverage if each.element in lost)


@pytest.mark.parametrize("name", ["qingyun-steel.pdf", "northlight-batteries.pdf"])
@pytest.mark.parametrize("state", [PageState.EMPTY, PageState.SCANNED])
def test_losing_any_page_or_two_of_a_sample_never_makes_a_gap(name, state, pipeline, samples):
    document, found, index = pipeline.index(samples / name)
    rows = [row for row, passage in enumerate(found) if passage.role is PassageRole.BODY]
    evidence = pipeline.mapper.map([found[row] for row in rows], vectors=index.vectors[rows])
    numbers = [page.number for page in document.pages]
    before = _statuses(pipeline, evidence, document)
    for hidden in (*combinations(numbers, 1), *combinations(numbers, 2)):
        pages = tuple(replace(page, state=state) if page.number in hidden else page for page in document.pages)
        left = [item for item in evidence if item.passage.page not in hidden]
        after = _statuses(pipeline, left, replace(document, pages=pages))
        assert Status.GAP not in after.values(), hidden
    assert Status.GAP in before.values()


def _statuses(pipeline, evidence, document):
    found = assess(evidence, document, pipeline.framework, thresholds=pipeline.thresholds)
    return {each.element: each.status for each in found}


def test_a_real_report_on_spreads_loses_no_element(pipeline, shared, tmp_path):
    source = shared / "data" / "reports" / "costco-climate-action-plan.pdf"
    assert elements(pipeline.check(variants.spread(source, tmp_path / "a.pdf"))) >= elements(pipeline.check(source))
