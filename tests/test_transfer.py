"""Elements that no passage was labelled for are judged from their own words."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import numpy as np
import pytest
import yaml

from alignment import encoders, resources
from alignment.evaluation.stripping import framework_of, read_topics, stripped
from alignment.mapping import adapting, background, model, training, transfer
from alignment.mapping.further import Further
from alignment.mapping.mapper import Mapper
from alignment.mapping.transfer import Basis, basis_of, margins
from alignment.types import Bilingual, Element, Framework, Preset

TOPICS = (
    ("W", "节约用水", "减少取水，循环利用废水和雨水。"),
    ("E", "员工成长", "开展培训，帮助员工提高技能和职业发展。"),
    ("G", "廉洁从业", "防止贿赂和舞弊，设立举报渠道。"),
    ("V", "乡村帮扶", "支持农村产业，帮助农民增加收入。"),
)
SAID = {
    "车间冷却水改为闭路循环，全年少取自来水五万吨。": "W",
    "焊工班组参加了为期两周的技能培训，四十名员工取得高级证书。": "E",
    "新任经理签署反贿赂承诺书，举报热线收到的三件线索均已查实。": "G",
    "公司在山村建起香菇大棚，带动六十户农民每户增加收入八千元。": "V",
}


def plan(*topics: tuple[str, str, str]) -> Framework:
    elements = tuple(
        Element(code, "topic", Bilingual(zh=name), Bilingual(zh=description), ()) for code, name, description in topics
    )
    return Framework("four-topics", "1", "0", Bilingual(zh="议题"), Bilingual(), elements)


@pytest.fixture(scope="module")
def encoder():
    return encoders.load()


@pytest.fixture(scope="module")
def four(encoder):
    whole = plan(*TOPICS)
    return Mapper(whole, encoder, training.train(whole, encoder))


def test_what_a_company_did_is_found_by_names_and_descriptions_alone(four):
    scores = four.score(list(SAID))
    best = [four.model.codes[place] for place in scores.probabilities.argmax(axis=1)]
    assert best == list(SAID.values())
    assert all(row.max() >= four.thresholds().evidence for row in scores.probabilities)


def test_what_is_about_none_of_the_topics_gets_no_label(four):
    texts = ["董事会审议通过了年度财务决算和利润分配方案。", "目录 第一章 总则 第二章 附则"]
    assert (four.score(texts).probabilities < four.thresholds().evidence).all()


def test_both_scripts_of_chinese_give_the_same(four):
    simplified = four.score(["车间冷却水改为闭路循环，全年少取自来水五万吨。"])
    traditional = four.score(["車間冷卻水改為閉路循環，全年少取自來水五萬噸。"])
    assert np.array_equal(simplified.probabilities, traditional.probabilities)


def test_a_framework_of_one_element_tells_its_evidence_from_the_rest(encoder):
    single = plan(TOPICS[0])
    mapper = Mapper(single, encoder, training.train(single, encoder))
    probabilities = mapper.score(list(SAID)).probabilities[:, 0]
    assert probabilities[0] >= mapper.thresholds().evidence > probabilities[1:].max()


def test_a_topic_with_a_name_alone_and_one_in_english_alone_are_judged(encoder):
    elements = (
        Element("W", "topic", Bilingual(en="Water saving"), Bilingual(en="Less water drawn, waste water reused."), ()),
        Element("V", "topic", Bilingual(zh="乡村帮扶"), Bilingual(), ()),
    )
    mixed = replace(plan(), elements=elements)
    mapper = Mapper(mixed, encoder, training.train(mixed, encoder))
    texts = ["The plant recycles its rinse water and draws a third less from the river.", list(SAID)[3]]
    assert [mapper.model.codes[place] for place in mapper.score(texts).probabilities.argmax(axis=1)] == ["W", "V"]


def test_labelled_passages_move_a_judgement_the_more_there_are(four, encoder):
    held = "报告期内完成了两艘散货船的坞修。"
    alike = [
        f"{month}月完成{count}艘货船的坞修和船体除锈。"
        for month, count in zip("一二三四五六七八", "两三四五两三四五", strict=True)
    ]
    before = four.score([held]).probabilities[0, 0]
    found = []
    for count in (1, 8):
        also = [Further(text, frozenset({"W"}), None, "a report") for text in alike[:count]]
        mapper = Mapper(four.framework, encoder, training.train(four.framework, encoder, also=also))
        assert mapper.model.words.passages == count
        found.append(mapper.score([held]).probabilities[0, 0])
    assert before < found[0] < found[1]


def test_a_stored_mapper_says_the_same(four, encoder, tmp_path):
    agree = model.manifest(four.framework, encoder)
    model.save(four.model, tmp_path / "stored", agree)
    opened = Mapper(four.framework, encoder, model.load(tmp_path / "stored", agree))
    assert np.array_equal(opened.score(list(SAID)).probabilities, four.score(list(SAID)).probabilities)


def test_another_encoder_gets_a_background_of_its_own():
    hashing = encoders.load("hashing")
    four = plan(*TOPICS)
    mapper = Mapper(four, hashing, training.train(four, hashing))
    assert mapper.score(["循环利用废水，减少取水。"]).probabilities[0].argmax() == 0


def test_the_shipped_plan_goes_by_its_passages_and_says_so(framework, mapper):
    assert basis_of(framework) is Basis.PASSAGES and mapper.model.words is None
    assert basis_of(stripped(framework)) is Basis.DESCRIPTIONS


def test_few_passages_are_told_from_none(framework):
    assert basis_of(replace(framework, passages=framework.passages[:0])) is not Basis.DESCRIPTIONS
    first = framework.elements[0].measures[0].exemplars[0]
    assert basis_of(replace(stripped(framework), passages=(first,))) is Basis.FEW


def test_the_shipped_weights_name_what_they_were_learned_from():
    raw = yaml.safe_load(resources.shipped(*adapting.SHIPPED).read_text(encoding="utf-8"))
    topics = resources.shipped("corpus", "transfer", "disclosure-topics.txt")
    assert raw["learned_from"]["background_sha256"] == background.digest()
    assert raw["learned_from"]["topics_sha256"] == hashlib.sha256(topics.read_bytes()).hexdigest()
    found = adapting.read_weights()
    assert found.review <= found.evidence[Preset.BROAD] <= found.evidence[Preset.STANDARD]
    assert adapting.document(found, raw["learned_from"]) == resources.shipped(*adapting.SHIPPED).read_text("utf-8")


def test_the_written_topics_have_passages_and_both_names():
    topics = read_topics(resources.shipped("corpus", "transfer", "disclosure-topics.txt"))
    assert len({topic.code for topic in topics}) == len(topics) > 30
    assert all(topic.name.zh and topic.name.en and len(topic.passages) >= 4 for topic in topics)
    assert framework_of(topics, language="zh").elements[0].name == Bilingual(zh=topics[0].name.zh)


def test_a_passage_is_ahead_by_what_the_next_element_lacks():
    assert margins(np.array([[3.0, 1.0, 2.5]], np.float32)).tolist() == [[0.5, -2.0, -0.5]]
    assert margins(np.array([[3.0]], np.float32)).tolist() == [[0.0]]


def test_weights_learned_without_an_element_serve_it():
    """What tells evidence is the same for all: weights learned on two elements rank the third's passages."""
    random = np.random.default_rng(0)
    labels = random.random((300, 3)) < 0.2
    table = random.normal(size=(300, 3, len(transfer.FEATURES))).astype(np.float32)
    table[..., 0] += 3 * labels
    mean, weights, bias = adapting.fit([(table[:, :2], labels[:, :2], 1.0)])
    said = adapting.probability((table[:, 2] - mean) @ weights + bias)
    assert said[labels[:, 2]].mean() > 0.6 > 0.2 > said[~labels[:, 2]].mean()
    assert abs(said.mean() - labels[:, 2].mean()) < 0.06
