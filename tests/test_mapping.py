"""What passages mean is what they are mapped to."""

from __future__ import annotations

import hashlib
import html

import numpy as np
import opencc
import pytest
from builders import write_small_plan

from alignment import encoders, frameworks, resources
from alignment.errors import StoreError
from alignment.mapping import model as models
from alignment.mapping import plan_restatement, signals, training
from alignment.mapping.evidence import encoder_input
from alignment.mapping.mapper import Mapper
from alignment.text import reading
from alignment.types import Passage, PassageRole, Preset


@pytest.mark.meaning
@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("厂区新建反渗透装置，处理后的污水全部回到冷却塔补水，新鲜水用量减少三成。", {"T3", "P5"}),
        (
            "The mill now returns 70% of its treated effluent to the cooling circuit and draws far less fresh water.",
            {"P5"},
        ),
        ("全厂空压机更换为磁悬浮机型并实现集中控制，年节电四百万千瓦时。", {"T2", "P3"}),
        ("We put 12 MW of solar panels on our warehouses and signed a power purchase agreement for wind.", {"T2"}),
        ("烧结机烟气完成超低排放改造，二氧化硫排放量同比下降三成。", {"T4", "P6"}),
        ("公司发行绿色债券十亿元，资金用于节能项目。", {"S2"}),
        ("Scope 1 and 2 emissions fell by 9% to 320,000 tCO2e.", {"A1"}),
        ("我们每年回收退役动力电池两万吨，镍钴回收率达到98%。", {"T3", "P4"}),
        ("全年销售新能源汽车二十万辆，同比增长五成。", {"T5", "P7"}),
        ("车间上线数字孪生和能源管控平台，实时优化能耗。", {"T6"}),
        ("公司关停两座小高炉，淘汰落后产能六十万吨。", {"T1"}),
    ],
)
def test_a_disclosure_maps_to_its_elements(labels, text, codes):
    assert codes <= labels(text)


@pytest.mark.meaning
@pytest.mark.parametrize(
    "text",
    [
        "董事会由九名董事组成，其中独立董事三名，下设审计委员会和薪酬委员会。",
        "The remuneration committee reviewed the pay of the executive directors.",
        "全年开展反洗钱培训四十场，覆盖全体员工。",
        "志愿者为山区小学捐赠图书三千册。",
        "Employees received 31 hours of training and turnover fell.",
        "客户投诉处理及时率达到99%，满意度持续提升。",
        "The lost-time injury rate improved after new guard rails were fitted.",
        "公司尚未制定温室气体减排目标。",
    ],
)
def test_governance_people_charity_and_denials_map_to_nothing(labels, text):
    assert labels(text) == set()


def test_both_scripts_give_exactly_the_same(mapper, framework):
    convert = opencc.OpenCC("s2hk").convert
    texts = [one.text for element in framework.elements for one in element.measures[-1].counterexamples]
    texts += ["公司建设中水回用系统，全年节约用水三十万吨。", "屋顶光伏全年发电一千万千瓦时。"]
    simplified = mapper.score(texts)
    traditional = mapper.score([convert(text) for text in texts])
    assert np.array_equal(simplified.probabilities, traditional.probabilities)
    assert simplified.substances == traditional.substances


def test_hard_negative_terms_lower_a_probability_and_say_so(mapper):
    evidence = mapper.map([_passage("公司采用工厂化循环水养殖模式，水产品品质稳定。")])
    assert all(item.signals.precision_filters == ("negative_terms",) for item in evidence if item.element == "P5")


def test_every_signal_is_kept(mapper):
    evidence = mapper.map([_passage("公司建设中水回用系统，全年回用水量八十万吨。")])
    water = next(item for item in evidence if item.element == "P5")
    assert "中水回用" in water.signals.terms
    assert water.signals.nearest.startswith(("P5", "T3"))
    assert 0.3 < water.signals.dense <= 1 and 0.3 < water.signals.lexical <= 1
    assert "P5.2" in water.measures


def test_excluded_passages_are_never_evidence(mapper):
    text = "公司建设中水回用系统，全年回用水量八十万吨。"
    assert mapper.map([_passage(text, role=PassageRole.INDEX)]) == ()
    assert mapper.map([]) == ()


def test_a_short_passage_is_read_under_its_heading():
    assert encoder_input(_passage("完成率98%。", heading="环境 › 节水")) == "节水: 完成率98%。"
    assert encoder_input(_passage("公司" * 30, heading="节水")) == "公司" * 30


def test_the_shipped_mapper_is_the_one_that_training_gives_from_its_vectors(framework, mapper):
    folder = resources.shipped("indexes", framework.id)
    stored = models.load(folder, models.manifest(framework, mapper.encoder))

    class Shipped:
        """Gives the vectors that are shipped: weights magnify the last bits, in which processors differ."""

        name, dimension, sha256 = mapper.encoder.name, mapper.encoder.dimension, mapper.encoder.sha256

        def encode(self, texts, **_):
            assert texts == [reading.prepared(passage.text) for passage in signals.training_passages(framework)]
            return stored.exemplars.vectors

    again = training.train(framework, Shipped())
    assert stored.vocabulary == again.vocabulary
    assert np.allclose(stored.dense_weights, again.dense_weights, atol=0.005)
    assert np.allclose(stored.ngram_weights, again.ngram_weights, atol=0.005)


def test_the_shipped_vectors_are_those_of_the_encoder_on_any_processor(framework, mapper):
    folder = resources.shipped("indexes", framework.id)
    stored = models.load(folder, models.manifest(framework, mapper.encoder)).exemplars.vectors[::10]
    texts = [reading.prepared(passage.text) for passage in signals.training_passages(framework)[::10]]
    # Kernels whose sums overflow, on processors without VNNI, give a median of 0.998.
    cosines = (mapper.encoder.encode(texts) * stored).sum(axis=1)
    assert np.median(cosines) > 0.9995
    assert cosines.min() > 0.997


def test_a_stale_mapper_is_refused_with_the_field_that_differs(framework, mapper, tmp_path):
    agree = models.manifest(framework, mapper.encoder)
    models.save(mapper.model, tmp_path / "m", agree)
    with pytest.raises(StoreError, match="framework_sha256"):
        models.load(tmp_path / "m", {**agree, "framework_sha256": "other"})
    (tmp_path / "m" / "mapper.npz").write_bytes(b"no")
    with pytest.raises(StoreError, match=r"mapper\.npz is missing or has changed"):
        models.load(tmp_path / "m", agree)


def test_a_plan_of_ones_own_works_with_any_encoder(tmp_path):
    path = tmp_path / "mine.json"
    write_small_plan(path, ("T3", "P5"))
    own = Mapper.open(frameworks.load(path), encoders.load(encoders.HASHING))
    scores = own.score(["公司建设中水回用系统，回用水用于循环冷却，节约新鲜水。", "董事会召开会议八次。"]).probabilities
    assert scores[0].min() > scores[1].max()


def _passage(text, **more):
    return Passage("p1-0", 1, 0, len(text), text, **more)


def _own_words(framework):
    return [
        text
        for element in framework.elements
        for source in (element.name, element.description, *(measure.description for measure in element.measures))
        for text in (source.zh, source.en)
    ]


EXCHANGED = {"推动": "推进", "提升": "提高", "利用": "应用", "建设": "构建", "use of": "usage of", "improve": "enhance"}


def _nearly(text):
    """Words exchanged, and every ninth left out."""
    for word, other in EXCHANGED.items():
        text = text.replace(word, other)
    words = text.split(" ")
    return " ".join(word for number, word in enumerate(words) if len(words) < 9 or number % 9 != 4)


def _shuffled(texts):
    return sorted(texts, key=lambda text: hashlib.sha256(text.encode()).digest())


LAYOUTS = {
    "paragraphs.txt": "\n\n".join,
    "lines.txt": "\n".join,
    "one-paragraph.txt": " ".join,
    "shuffled.txt": lambda texts: "\n\n".join(_shuffled(texts)),
    "nearly.txt": lambda texts: "\n\n".join(map(_nearly, texts)),
    "page.html": lambda texts: f"<html><body>{''.join(f'<p>{html.escape(text)}</p>' for text in texts)}</body></html>",
    "list.md": lambda texts: "# ESG\n\n" + "\n".join(f"- {text}" for text in texts),
    "introduced.txt": lambda texts: "\n\n".join(f"In line with the Plan, we support: {text}" for text in texts),
}


@pytest.mark.parametrize("name", LAYOUTS)
def test_a_report_made_of_the_plans_own_words_covers_nothing_in_any_layout(pipeline, framework, tmp_path, name):
    (tmp_path / name).write_text(LAYOUTS[name](_own_words(framework)), encoding="utf-8")
    for preset in (Preset.BROAD, Preset.STANDARD):
        assessment = pipeline.with_preset(preset).check(tmp_path / name)
        assert not [coverage.element for coverage in assessment.coverage if coverage.status == "covered"]
        assert any(passage.role is PassageRole.PLAN_RESTATEMENT for passage in assessment.excluded)


@pytest.mark.parametrize(
    "text",
    [
        "一般固体废物综合利用率（%）  2021年：97.1  2022年：98.4  2023年：99.0",
        "单位工业增加值用水量  立方米/万元  12.6  11.9  11.3",
        "Comprehensive utilisation rate of bulk industrial solid waste: 2021: 71.4 %  2022: 73 %",
    ],
)
def test_a_row_of_figures_under_a_targets_name_is_no_echo(framework, text):
    assert not plan_restatement.repeats(text, plan_restatement.known(framework))
    assert plan_restatement.repeats(
        "规模以上工业单位增加值能耗降低13.5%，大宗工业固废综合利用率57%", plan_restatement.known(framework)
    )


def test_in_a_copy_of_policy_only_what_names_the_company_is_read(framework):
    policy = [
        "推动钢铁、建材等重点行业实施节能降碳改造，鼓励有条件的企业率先达峰。",
        "健全工业节水标准体系，培育一批节水型企业和节水型园区。",
        "Encourage capable enterprises to build rooftop solar and accelerate microgrids in industrial parks.",
    ]
    unclear = "推广应用高效电机、变压器、风机、泵等用能设备，提升重点用能设备能效水平。"
    own = "公司2023年更换高效电机46台，全年节电310万千瓦时。"
    roles = [
        passage.role
        for passage in plan_restatement.mark(
            [_passage(text) for text in (*policy, unclear, own)], plan_restatement.known(framework)
        )
    ]
    assert roles == [PassageRole.PLAN_RESTATEMENT] * 4 + [PassageRole.BODY]
    alone = [_passage(text) for text in (unclear, own, own)]
    assert [passage.role for passage in plan_restatement.mark(alone, plan_restatement.known(framework))] == [
        PassageRole.BODY
    ] * 3


def test_a_companys_own_words_are_no_echo(framework):
    own = [
        _passage(exemplar.text)
        for element in framework.elements
        for measure in element.measures
        for exemplar in measure.exemplars
    ]
    assert all(
        passage.role is PassageRole.BODY for passage in plan_restatement.mark(own, plan_restatement.known(framework))
    )


def test_a_signal_without_a_name_and_a_name_without_a_signal_are_refused():
    column = np.zeros((2, 3), np.float32)
    with pytest.raises(ValueError, match="kernel"):
        signals.table({"dense": column, "kernel": column}, ["dense"])
    with pytest.raises(ValueError, match="margin"):
        signals.table({"dense": column}, ["dense", "margin"])


def test_signals_are_stacked_in_the_order_of_their_names_whatever_order_they_come_in():
    columns = {"second": np.full((2, 3), 2.0), "first": np.full((2, 3), 1.0)}
    found = signals.table(columns, ["first", "second"])
    assert found.shape == (2, 3, 2) and found.dtype == np.float32
    assert found[..., 0].max() == 1 and found[..., 1].min() == 2
