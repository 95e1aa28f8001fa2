"""The same report set, turned, scanned or locked otherwise gives the same elements, or says what could not be read."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
import variants

from alignment.assessment.coverage import assess
from alignment.errors import EncryptedError
from alignment.pipeline import Pipeline
from alignment.types import Assessment, Language, PageState, PassageRole, Status

REAL = {
    "compiled-zh-dev.pdf": (3, 10),
    "bhp-climate-transition-action-plan.pdf": (10, 17),
    "costco-climate-action-plan.pdf": (6, 15),
}
"""Pages of real reports, from the first to the last, all of which can be read."""
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


class Remembering:
    """An encoder that encodes each text once, since most of a variant's passages are those of the clean report."""

    def __init__(self, encoder):
        self.name, self.sha256, self.dimension = encoder.name, encoder.sha256, encoder.dimension
        self._encoder, self._known = encoder, {}

    def encode(self, texts, *, kind="passage", progress=None):  # noqa: ARG002  (an encoder's method)
        fresh = [text for text in dict.fromkeys(texts) if (kind, text) not in self._known]
        if fresh:
            vectors = self._encoder.encode(fresh, kind=kind)
            self._known |= {(kind, text): vector for text, vector in zip(fresh, vectors, strict=True)}
        return np.array([self._known[kind, text] for text in texts], np.float32).reshape(len(texts), self.dimension)


@dataclass(frozen=True)
class Real:
    """Pages of a real report, and what they show."""

    source: Path
    pipeline: Pipeline
    clean: Assessment

    def check(self, path, **changes):
        return with_settings(self.pipeline, **changes).check(path)

    @property
    def numbers(self):
        return [page.number for page in self.clean.document.pages]


@pytest.fixture(scope="module", params=REAL)
def real(request, pipeline, shared, tmp_path_factory):
    first, last = REAL[request.param]
    path = tmp_path_factory.mktemp("real") / request.param
    source = variants.some_pages(shared / "data" / "reports" / request.param, path, first=first, last=last)
    remembering = Pipeline(pipeline.settings, pipeline.framework, Remembering(pipeline.encoder), pipeline.mapper)
    clean = remembering.check(source)
    assert not clean.document.unread and gaps(clean)
    return Real(source, remembering, clean)


@pytest.mark.parametrize(
    "make",
    [
        variants.rotated,
        variants.locked,
        *(partial(variants.turned, clockwise=content) for content in (90, 180, 270)),
    ],
    ids=["rotated", "locked", "turned-90", "turned-180", "turned-270"],
)
def test_a_real_report_that_looks_the_same_reads_the_same(make, real, tmp_path):
    after = real.check(make(real.source, tmp_path / "a.pdf"), password="open")
    assert [page.text for page in after.document.pages] == [page.text for page in real.clean.document.pages]
    assert [(each.element, each.status) for each in after.coverage] == [
        (each.element, each.status) for each in real.clean.coverage
    ]


@pytest.mark.parametrize(
    "make", [variants.spread, variants.two_columns, variants.set_again], ids=["spread", "two-columns", "one-column"]
)
def test_a_real_report_in_another_setting_shows_the_same_elements(make, real, tmp_path):
    """Passages end elsewhere on sheets and in other columns, so probabilities move, but no element does."""
    assert elements(real.check(make(real.source, tmp_path / "a.pdf"))) == elements(real.clean)


def test_a_real_report_in_traditional_characters_shows_the_same_elements(real, tmp_path):
    if Language.ZH_HANS not in real.clean.document.languages:
        pytest.skip("an English report has no Traditional form")
    assert elements(real.check(variants.traditional(real.source, tmp_path / "a.pdf"))) == elements(real.clean)


@pytest.mark.parametrize("make", [variants.scanned, variants.garbled])
def test_of_a_real_report_without_usable_text_every_page_is_named_and_nothing_is_judged(make, real, tmp_path):
    after = real.check(make(real.source, tmp_path / "a.pdf"))
    state = "scanned" if make is variants.scanned else "garbled"
    named = f"pages {real.numbers[0]}–{real.numbers[-1]} ({state})"
    assert {each.status for each in after.coverage} == {Status.NOT_ASSESSABLE}
    assert all(named in each.reason.en for each in after.coverage)


@pytest.mark.parametrize("spread", [False, True], ids=["pages", "spreads"])
@pytest.mark.parametrize("remainder", [0, 1])
def test_pages_of_a_real_report_that_are_scanned_are_named_and_never_make_a_gap(remainder, spread, real, tmp_path):
    """On spreads the sheet is named of which one half is a picture; the text of its other half still counts."""
    path = variants.scanned(real.source, tmp_path / "a.pdf", pages=lambda number: number % 2 == remainder)
    lost = [number for number in real.numbers if number % 2 == remainder]
    if spread:
        path = variants.spread(path, tmp_path / "b.pdf")
        lost = sorted({(number + 1) // 2 for number in lost})
    after = real.check(path)
    assert {page.number for page in after.document.unread} >= set(lost)
    assert elements(after) <= elements(real.clean) and gaps(after) == set()
    silent = [each.reason.en for each in after.coverage if each.status in (Status.NOT_ASSESSABLE, Status.REVIEW)]
    state = "in part" if spread else "scanned"
    assert silent and all(f"({state})" in reason or f"({state});" in reason for reason in silent)


def test_no_blank_page_of_a_real_report_makes_a_gap(real, tmp_path):
    for number in real.numbers:
        after = real.check(variants.blank(real.source, tmp_path / "a.pdf", page=number))
        assert [page.number for page in after.document.unread] == [number]
        assert gaps(after) == set()
        silent = [each.reason.en for each in after.coverage if each.element not in elements(after)]
        assert silent and all(f"Blank: pages {number}." in reason for reason in silent)
