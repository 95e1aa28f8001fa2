"""What may not be labelled is not, and language or script makes no difference; passages written for these tests."""

from __future__ import annotations

import html
import json
import re
from collections import Counter
from pathlib import Path

import numpy as np
import opencc
import pytest

from alignment import evaluation
from alignment.evaluation import labelled, leakage, statuses
from alignment.frameworks.terms import TermMatcher
from alignment.mapping import precision_filters, signals
from alignment.types import Preset

DATA = Path(__file__).resolve().parent / "data"


def read(name):
    return [json.loads(line) for line in (DATA / name).read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def labels_of(mapper):
    """Label sets of many texts at the standard threshold."""

    def label(texts):
        chosen = mapper.score(texts).probabilities >= mapper.thresholds().evidence
        return [{mapper.model.codes[place] for place in np.flatnonzero(row)} for row in chosen]

    return label


@pytest.mark.meaning
def test_of_a_hundred_passages_on_governance_people_and_charity_at_most_three_are_labelled(labels_of):
    passages = read("no_element.jsonl")
    found = labels_of([passage["text"] for passage in passages])
    wrong = [(passage["id"], sorted(codes)) for passage, codes in zip(passages, found, strict=True) if codes]
    assert len(passages) >= 100
    assert len(wrong) <= 0.03 * len(passages), wrong


@pytest.mark.meaning
def test_translations_carry_the_same_elements(labels_of):
    pairs = read("translations.jsonl")
    chinese, english = (labels_of([pair[language] for pair in pairs]) for language in ("zh", "en"))
    shared = sum(len(first & second) for first, second in zip(chinese, english, strict=True))
    given = sum(len(first) + len(second) for first, second in zip(chinese, english, strict=True))
    assert len(pairs) >= 40
    assert 2 * shared / given >= 0.8
    for found in (chinese, english):
        hits = sum(len(codes & set(pair["labels"])) for codes, pair in zip(found, pairs, strict=True))
        sizes = sum(len(codes) + len(pair["labels"]) for codes, pair in zip(found, pairs, strict=True))
        assert 2 * hits / sizes >= 0.75


def test_both_scripts_carry_exactly_the_same(mapper):
    texts = [pair["zh"] for pair in read("translations.jsonl")]
    texts += [passage["text"] for passage in read("no_element.jsonl") if passage["lang"] == "zh-Hans"]
    simplified = mapper.score(texts)
    for variant in ("s2t", "s2hk", "s2twp"):
        convert = opencc.OpenCC(variant).convert
        other = mapper.score([convert(text) for text in texts])
        if variant != "s2twp":  # which also exchanges words, not only characters
            assert np.array_equal(simplified.probabilities, other.probabilities)
            assert simplified.substances == other.substances
        threshold = mapper.thresholds().evidence
        agree = (simplified.probabilities >= threshold) == (other.probabilities >= threshold)
        assert agree.mean() >= (1 if variant != "s2twp" else 0.99)


@pytest.mark.meaning
@pytest.mark.parametrize("kind", ["definition", "others", "negated", "hypothetical", "index", "stuffing"])
def test_what_only_sounds_like_evidence_is_not_labelled(labels_of, kind):
    texts = [passage["text"] for passage in read("precision_filters.jsonl") if passage["kind"] == kind]
    assert len(texts) >= 10
    found = labels_of(texts)
    assert sum(bool(codes) for codes in found) <= 0.2 * len(texts), [
        (text, codes) for text, codes in zip(texts, found, strict=True) if codes
    ]


def test_precision_filters_name_their_reason_and_leave_disclosures_alone(framework):
    matcher = TermMatcher(framework)
    assert precision_filters.of_text("公司尚未开展碳盘查。", matcher.find("")) == ("negated",)
    assert precision_filters.of_text("We do not yet measure our water use.", ()) == ("negated",)
    stuffed = "光伏发电 节能改造 中水回用 固废综合利用 绿色工厂 超低排放 碳足迹 数字孪生"
    assert "stuffing" in precision_filters.of_text(stuffed, matcher.find(stuffed))
    own = [one for element in framework.elements for measure in element.measures for one in measure.exemplars]
    lowered = Counter(name for one in own for name in precision_filters.of_text(one.text, matcher.find(one.text)))
    assert sum(lowered.values()) <= 0.03 * len(own), lowered


@pytest.mark.meaning
@pytest.mark.parametrize(
    "text",
    [
        "A digital twin of the kiln now adjusts fuel feed in real time.",
        "The control system optimises compressors, pumps and fans across four plants.",
        "PUE fell to 1.15 at the inland data centre.",
        "Solvent-free coatings, fitted in 2022, cut VOC emissions at the paint line.",
        "We reuse rinse water, recover heat and recycle scrap at every plant.",
        "Unlike our peers in the region, we treat and return all process water.",
        "我们与同行企业合作，建成废旧电池回收网点120个。",
        "公司与竞争对手相比，吨钢取水量低12%。",
        "绿色工厂：一厂、二厂已通过评价。",
        "支持企业绿色转型，本行全年投放绿色贷款86亿元。",
    ],
)
def test_statements_about_the_company_are_not_lowered(framework, text):
    assert precision_filters.of_text(text, TermMatcher(framework).find(text)) == ()
    assert not precision_filters.speaks_as_policy(text)


def test_training_passages_cover_every_measure_in_both_languages(framework):
    for element in framework.elements:
        for measure in element.measures:
            for passages in (measure.exemplars, measure.counterexamples):
                assert {one.language.is_chinese for one in passages} == {True, False}, measure.id
    everything = signals.training_passages(framework)
    industries = Counter(one.industry for one in everything if one.industry and one.labels)
    assert sum(count >= 10 for count in industries.values()) >= 12
    for code in framework.codes:
        carried = Counter(one.substance for one in everything if code in one.labels)
        assert len(carried) == 4, (code, carried)


def test_no_training_passage_repeats_a_labelled_one(framework, shared):
    passages = labelled.read(shared / "data" / "gold-dev.jsonl")
    closest = leakage.by_words(framework, passages)[0]
    assert closest.similarity <= leakage.NEAR_DUPLICATE, closest


def _own_words(framework):
    return [
        text
        for element in framework.elements
        for source in (element.name, element.description, *(measure.description for measure in element.measures))
        for text in (source.zh, source.en)
    ]


def _paragraphs(facts):
    plain = re.sub(r"[|#*`]", " ", facts)
    return [re.sub(r"\s+", " ", part).strip() for part in plain.split("\n\n") if part.strip()]


def _page(parts):
    return f"<body>{''.join(f'<p>{html.escape(part)}</p>' for part in parts)}"


LAYOUTS = {
    "pasted.txt": lambda facts, own: re.sub(r"[|#*`]", " ", facts) + "\n\n" + "\n\n".join(own),
    "unwrapped.txt": lambda facts, own: "\n\n".join(_paragraphs(facts) + own),
    "facts-alone.txt": lambda facts, _: "\n\n".join(_paragraphs(facts)),
    "facts.md": lambda facts, own: facts + "\n\n" + "\n\n".join(own),
    "page.html": lambda facts, own: _page(_paragraphs(facts) + own),
}


@pytest.mark.parametrize("name", LAYOUTS)
def test_a_report_pasted_from_the_plans_facts_covers_nothing(pipeline, framework, shared, tmp_path, name):
    facts = (shared / "plan" / "plan-facts.md").read_text(encoding="utf-8")
    (tmp_path / name).write_text(LAYOUTS[name](facts, _own_words(framework)), encoding="utf-8")
    for preset in (Preset.BROAD, Preset.STANDARD):
        assessment = pipeline.with_preset(preset).check(tmp_path / name)
        covered = {
            each.element: each.evidence[0].passage.text for each in assessment.coverage if each.status == "covered"
        }
        assert covered == {}


def test_the_development_set_is_labelled_as_well_as_is_published(mapper, shared):
    report = evaluation.evaluate(mapper, labelled.read(shared / "data" / "gold-dev.jsonl"))
    fitted = report.cross_validated
    assert fitted.name == evaluation.CROSS_VALIDATED
    assert fitted.macro >= 0.70
    assert fitted.micro.f1 >= 0.75
    assert fitted.false_positive_share <= 0.08
    # 151 to 153 of 189, by the kind of processor: the last bits of vectors move single passages.
    assert report.substance.accuracy >= 150 / 189
    for language in ("en", "zh-Hans"):
        assert abs(report.languages[language].macro - fitted.macro) <= 0.07
        assert abs(report.languages[language].micro.f1 - fitted.micro.f1) <= 0.07


def test_statuses_of_whole_reports_hold(pipeline, shared):
    truths = statuses.read_truth(shared / "data" / "reports")
    judged = [(truth, pipeline.check(truth.report)) for truth in truths]
    found = statuses.judge(judged)
    assert found.gaps.of > 0
    assert found.gaps.share >= 0.90
    # 45 of 54; the report of 2009, in which 8 of 14 are right, is the weakest by far.
    assert found.covered.share >= 0.80
    assert found.quotes.share >= 0.80
    plans = statuses.judge([pair for pair in judged if "climate" in pair[0].report.name])
    assert plans.covered.share >= 0.85
    assert plans.quotes.share >= 0.90
