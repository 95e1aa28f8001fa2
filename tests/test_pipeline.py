"""The whole job on the shipped samples: exactly what is in them is found, twice the same."""

from __future__ import annotations

import json

import pytest

from alignment import documents, passages
from alignment.pipeline import Pipeline
from alignment.reports.html import to_html
from alignment.reports.json import document as as_data
from alignment.reports.json import to_json
from alignment.settings import Settings
from alignment.types import PassageRole, Relation
from alignment.verification import verify

SAMPLES = (("qingyun-steel", "pdf"), ("northlight-batteries", "pdf"), ("northlight-batteries", "docx"))


@pytest.mark.meaning
@pytest.mark.parametrize(("stem", "suffix"), SAMPLES)
def test_a_sample_is_found_to_hold_exactly_what_is_in_it(pipeline, samples, stem, suffix):
    expected = json.loads((samples / f"{stem}.expected.json").read_text("utf-8"))
    assessment = pipeline.check(samples / f"{stem}.{suffix}")
    statuses = {coverage.element: coverage.status.value for coverage in assessment.coverage}
    wanted = {code: item["status"] for code, item in expected["elements"].items()}
    left_out = {code for code, status in wanted.items() if status == "gap"}
    assert {code: statuses[code] for code in wanted.keys() - left_out} == {
        code: wanted[code] for code in wanted.keys() - left_out
    }
    found = [statuses[code] for code in sorted(left_out)]
    # What is left out is never called covered; where something comes near, a person is asked.
    assert set(found) <= {"gap", "review"} and found.count("gap") > found.count("review")
    assert assessment.document.readable_share == 1
    if suffix == "pdf":
        for coverage in assessment.coverage:
            shown = {item.passage.page for item in coverage.evidence[:3]}
            assert shown <= set(expected["elements"][coverage.element].get("pages", [])), coverage.element
        for role, pages in expected["excluded"].items():
            assert {each.page for each in assessment.excluded if each.role == PassageRole(role)} == set(pages)
        same = [each for each in assessment.figures if each.relation is Relation.SAME and not each.future]
        assert {(each.target, each.value) for each in same} >= set(expected["figures"].items())


def test_the_chinese_sample_is_typeset_like_a_real_report(samples):
    read = documents.read(samples / "qingyun-steel.pdf")
    assert len(read.pages) >= 12
    text = read.pages[5].text.replace("\n", "")
    assert text.index("自发电比例达到71%") < text.index("更换永磁电机") < text.index("绿色电力1.2亿千瓦时")


def test_a_second_run_is_byte_identical_with_and_without_the_cache(samples, tmp_path, monkeypatch, pipeline):
    source = samples / "northlight-batteries.docx"
    first = pipeline.check(source)
    fresh = Pipeline(pipeline.settings, pipeline.framework, pipeline.encoder, pipeline.mapper)
    monkeypatch.setattr("alignment.index.reports.home", lambda: tmp_path / "empty")
    second = fresh.check(source)
    assert to_json(first) == to_json(second)
    assert to_html(first) == to_html(second)


def test_all_elements_appear_in_the_plans_order_and_the_schema_is_kept(pipeline, samples):
    data = as_data(pipeline.check(samples / "qingyun-steel.pdf"))
    assert data["schema"] == "alignment/assessment/2"
    assert [element["code"] for element in data["elements"]] == list(pipeline.framework.codes)
    keys = {"code", "kind", "name", "status", "score", "substance", "evidence", "near_misses", "missing_measures"}
    assert all(keys <= element.keys() for element in data["elements"])
    quote = data["elements"][0]["evidence"][0]
    assert {"page", "start", "end", "quote", "score", "substance", "measures", "language", "passage"} <= quote.keys()
    assert {"version", "encoder", "encoder_sha256", "thresholds", "seed"} == data["provenance"].keys()
    assert "not compliance" in data["note"]["en"]
    assert {"page", "state", "chars"} <= data["document"]["health"]["pages"][0].keys()


def test_gaps_come_with_near_misses_from_the_reports_index(pipeline, samples):
    assessment = pipeline.check(samples / "qingyun-steel.pdf")
    near = {coverage.element: coverage.near_misses for coverage in assessment.coverage if coverage.status == "gap"}
    assert near["T6"] and all(item.score < 0.5 for items in near.values() for item in items)


def test_blank_and_scanned_pages_never_make_a_gap(pipeline, shared):
    assessment = pipeline.check(shared / "data" / "reports" / "compiled-zh-dev-scan.pdf")
    assert {coverage.status.value for coverage in assessment.coverage} == {"not_assessable"}
    assert "scanned" in assessment.coverage[0].reason.en


def test_the_same_report_in_both_scripts_gives_the_same_result(pipeline, shared):
    reports = shared / "data" / "reports"
    simple, traditional = (pipeline.check(reports / f"compiled-zh-dev{script}.pdf") for script in ("", "-hant"))
    for first, second in zip(simple.coverage, traditional.coverage, strict=True):
        assert (first.status, first.score, len(first.evidence)) == (second.status, second.score, len(second.evidence))
    assert all(item.passage.language == "zh-Hant" for item in traditional.coverage[0].evidence)


def test_real_reports_are_verified_in_full_and_agree_with_what_people_found(pipeline, shared):
    reports = shared / "data" / "reports"
    right = total = 0
    for name in ("bhp-climate-transition-action-plan", "costco-climate-action-plan"):
        assessment = pipeline.check(reports / f"{name}.pdf")
        assert verify(json.loads(to_json(assessment)), reports / f"{name}.pdf").problems == ()
        truth = json.loads((reports / f"{name}.truth.json").read_text("utf-8"))["elements"]
        for coverage in assessment.coverage:
            if coverage.status == "covered":
                total += 1
                right += truth[coverage.element]["status"] in ("action", "result")
    assert right / total >= 0.85


def test_passages_of_a_document_do_not_depend_on_who_asks(samples):
    read = documents.read(samples / "qingyun-steel.pdf")
    assert passages.split(read) == passages.split(documents.read(samples / "qingyun-steel.pdf"))


def test_a_threshold_of_ones_own_is_used_and_printed(samples):
    strict = Pipeline.open(Settings(threshold=0.999, encoder="hashing"))
    assessment = strict.check(samples / "northlight-batteries.docx")
    assert set(assessment.provenance.thresholds.values()) >= {0.999}
    assert all(item.score >= 0.999 for coverage in assessment.coverage for item in coverage.evidence)
