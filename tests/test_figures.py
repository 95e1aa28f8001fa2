"""A company's figure stands beside the national target, and never counts as compliance."""

from __future__ import annotations

import re

import pytest
from builders import passage

from alignment import figures
from alignment.figures import words
from alignment.figures.ghg import labels
from alignment.text.folding import fold
from alignment.types import Relation


def done(found):
    """Figures of the same kind of quantity as their target, that are no plans."""
    return [each for each in found if each.relation is Relation.SAME and not each.future]


@pytest.mark.meaning
@pytest.mark.parametrize(
    ("text", "target", "value", "base", "year"),
    [
        ("2023年吨钢二氧化碳排放1.82吨，碳排放强度较2020年下降5.4%。", "Q1", -5.4, 2020, 2023),
        ("单位产值能耗同比下降3.2%。", "Q2", -3.2, None, None),
        ("一般工业固废综合利用率\n达到98.2%。", "Q3", 98.2, None, None),
        ("Water intensity fell by 7.5% in 2022 compared with 2019.", "Q5", -7.5, 2019, 2022),
        ("Our carbon intensity was cut by 12% from 2018.", "Q1", -12.0, 2018, None),
        ("万元产值综合能耗上升2%。", "Q2", 2.0, None, None),
        ("At our Linhai plant, carbon intensity fell 9% compared with 2021.", "Q1", -9, 2021, None),
        ("通过改造，公司将单位产品水耗较2020年降低了8%。", "Q5", -8, 2020, None),
        ("超额完成年度目标，2023年单位产品水耗较2020年降低8%。", "Q5", -8, 2020, 2023),
        ("落实双碳目标，2023年碳排放强度较2020年下降5%。", "Q1", -5, 2020, 2023),
        ("2023年公司固体废物综合利用率由81%提升至92%。", "Q3", 92, None, 2023),
        ("In 2023 our waste recycling rate rose from 81% to 92%.", "Q3", 92, None, 2023),
        ("固废综合利用率 2022年：91.0% 2023年：93.5%", "Q3", 93.5, None, 2023),
        ("固废综合利用率 2023年：93.5% 2022年：91.0%", "Q3", 93.5, None, 2023),
        ("In 2023 water intensity at the works fell by 7,5 % compared with 2020.", "Q5", -7.5, 2020, 2023),
        ("In 2023 scrap recycled at our mill reached 2.345,5 tonnes.", "Q4", 2345.5, None, 2023),
        ("2023年公司废钢消纳2.5×10⁴吨。", "Q4", 25000, None, 2023),
        ("Carbon intensity fell by 7 per cent compared with 2020.", "Q1", -7, 2020, None),
        ("碳排放强度较2020年下降百分之十二。", "Q1", -12, 2020, None),
        ("Energy consumption per unit of output fell by 6% from 2020.", "Q2", -6, 2020, None),
        ("Water consumption per million yuan of revenue fell by 6% from 2020.", "Q5", -6, 2020, None),
        ("碳排放强度较2020年下降一成二。", "Q1", -12, 2020, None),
        ("2023年，公司单位工业增加值用水量较2020年下降8%。", "Q5", -8, 2020, 2023),
        ("2020—2022年碳排放强度下降6%。", "Q1", -6, 2020, 2022),
        ("Between 2015 and 2022, energy intensity fell by 11%.", "Q2", -11, 2015, 2022),
        ("Energy intensity fell by 11% in 2023 (FY2020 baseline).", "Q2", -11, 2020, 2023),
        ("2023年固废综合利用率98%，碳排放强度较2020年下降5%。", "Q3", 98, None, 2023),
        ("2023年单位产值能耗同比下降3.2%，碳排放强度较2020年下降5%。", "Q2", -3.2, 2022, 2023),
        ("2023年单位产值能耗同比下降3.2%，碳排放强度较2020年下降5%。", "Q1", -5, 2020, 2023),
        ("碳排放強度較2020年減少9%。", "Q1", -9, 2020, None),
        ("We achieved a 9% reduction in carbon intensity in 2022 compared with 2019.", "Q1", -9, 2019, 2022),
        ("碳排放强度较2020年下降10～15%。", "Q1", -10, 2020, None),
        ("2019 年万元产值综合能耗（按 2015 年可比价计算）比 2018 年降低了 6.5%。", "Q2", -6.5, 2018, 2019),
        ("2021年单位产值能耗（2020年不变价）较2019年下降4%。", "Q2", -4, 2019, 2021),
        ("In 2022 energy intensity (at constant 2015 prices) fell by 3% from 2021.", "Q2", -3, 2021, 2022),
        ("In 2022 carbon intensity was 8% lower than in 2019.", "Q1", -8, 2019, 2022),
    ],
)
def test_a_figure_is_read_with_its_sign_and_years(framework, text, target, value, base, year):
    found = [figure for figure in done(figures.extract([passage(text)], framework)) if figure.target == target]
    assert [(each.value, each.base_year, each.year) for each in found] == [(value, base, year)]
    assert text[found[0].start : found[0].end] == found[0].quote
    assert found[0].quote in found[0].context and found[0].context in text


@pytest.mark.meaning
@pytest.mark.parametrize(
    "text",
    [
        "力争2025年碳排放强度下降18%。",
        "Biogas has a 40% lower carbon intensity than natural gas.",
        "The new line has an energy intensity 15% lower than conventional furnaces.",
        "新工艺的碳排放强度较传统高炉工艺降低35%。",
        "该机型单位产品能耗比普通机型降低20%。",
        "We aim to cut energy intensity by 20%.",
        "营业收入增长12%。",
        "能耗管理制度健全。",
        "公司将于2025年实现碳排放强度下降8%。",
        "2023年公司碳排放强度并未较2020年下降8%，而是基本持平。",
        "The carbon intensity did not fall by 8%.",
        "行业平均碳排放强度较2020年下降8%，公司未披露自身数据。",
        "供应商甲公司的碳排放强度较2020年下降8%。",
        "2023年公司能源消费总量中综合能耗占比下降5个百分点。",
        "2023年公司废旧电池回收业务减少二氧化碳排放20万吨。",
        "能耗强度管理推动煤炭消费下降65%。",
        "碳排放总量较2020年下降8%。",
        "Direct GHG emissions (Scope 1) increased by 4% compared to 2020.",
        "Greenhouse gas emissions fell by 8% compared with 2020.",
        "固废综合利用率提高5%。",
        "2023年公司废钢消纳2.5×104吨。",
        "绿色产品收入增长12亿元。",
    ],
)
def test_targets_and_other_numbers_are_not_figures(framework, text):
    assert done(figures.extract([passage(text)], framework)) == []


def test_a_figure_is_given_once_and_says_it_is_a_comparison(framework):
    text = "单位产值能耗同比下降3.2%。"
    found = figures.extract([passage(text), passage(text, start=100)], framework)
    assert len(found) == 1
    assert "仅供对照" in found[0].comparison.zh and "for comparison only" in found[0].comparison.en


@pytest.mark.parametrize(
    ("written", "unit"), [("3.5亿元", "亿元"), ("US$ 40 million", "US$ million"), ("2亿欧元", "亿欧元")]
)
def test_money_keeps_its_currency(framework, written, unit):
    (figure,) = figures.extract([passage(f"绿色产品收入{written}。")], framework)
    assert (figure.target, figure.unit) == ("Q7", unit)


def test_a_figure_is_read_in_its_own_sentence_and_not_in_those_beside_it(framework):
    before, own, after = (
        "2019年公司未披露碳排放。",
        "2023年碳排放强度较2020年下降5%。",
        "行业平均下降8%，2025年目标为18%。",
    )
    (figure,) = done(figures.extract([passage(before + own + after, start=40)], framework))
    assert (figure.target, figure.value, figure.base_year, figure.year) == ("Q1", -5, 2020, 2023)
    assert figure.context == own and figure.quote == "5%"
    start = 40 + len(before) + own.index("5%")
    assert (figure.start, figure.end) == (start, start + 2)


def test_of_a_metric_that_a_report_repeats_forty_figures_are_kept(framework):
    texts = [f"2023年单位产值能耗同比下降{number / 10:g}%。" for number in range(1, 61)]
    found = [figure.value for figure in figures.extract([passage(text) for text in texts], framework)]
    assert found == [-number / 10 for number in range(1, 41)]


def test_forty_figures_of_one_target_leave_room_for_another(framework):
    texts = [f"2023年单位产值能耗同比下降{number / 10:g}%。" for number in range(1, 61)]
    texts.append("2023年固废综合利用率达到98%。")
    assert figures.extract([passage(text) for text in texts], framework)[-1].target == "Q3"


def test_the_same_figure_on_another_page_is_another_one(framework):
    text = "2023年固废综合利用率达到98%。"
    found = figures.extract([passage(text), passage(text, page=2)], framework)
    assert [figure.page for figure in found] == [1, 2]


def test_what_is_said_after_a_figure_does_not_take_it_from_the_company(framework):
    for text, target in (
        ("2023年公司固废综合利用率达到98%，行业平均为80%。", "Q3"),
        ("2023年公司碳排放强度较2020年下降5%，供应商下降8%。", "Q1"),
        ("2023年公司废钢消纳2万吨，减少二氧化碳排放3万吨。", "Q4"),
    ):
        assert [figure.target for figure in done(figures.extract([passage(text)], framework))] == [target], text


def test_a_year_after_the_figure_is_its_year_only_before_the_next_quantity(framework):
    (figure,) = figures.extract(
        [passage("Energy intensity fell by 11% in 2023 and revenue grew by 4% in 2024.")], framework
    )
    assert (figure.value, figure.year) == (-11, 2023)
    (figure,) = figures.extract([passage("Energy intensity fell by 11% and revenue grew by 4% in 2024.")], framework)
    assert (figure.value, figure.year) == (-11, None)


def test_patterns_hold_no_character_that_folding_takes_away():
    """Patterns are matched on folded text: a character that folds to another can only stand beside that one."""
    patterns = [each for each in vars(words).values() if isinstance(each, re.Pattern)] + [*words.NAMES.values()]
    for pattern in (*patterns, labels.NOT_AN_AMOUNT, labels.OF_A_PART):
        for char in set(pattern.pattern):
            if "\u3400" <= char <= "\u9fff":
                assert fold(char) in pattern.pattern, f"{char} is {fold(char)} in folded text"


@pytest.mark.parametrize(
    ("text", "target", "relation", "kind", "value", "future"),
    [
        ("2022年公司用水量为35万立方米。", "Q5", "related", "amount", 35, False),
        ("2022年公司节约标准煤1.2万吨。", "Q2", "related", "amount", 1.2, False),
        ("In 2022 we used 310 GWh of electricity.", "Q2", "related", "amount", 310, False),
        ("单位产品水耗为2.4立方米/吨。", "Q5", "related", "level", 2.4, False),
        ("2022年可再生能源使用占比达到21%。", "Q2", "related", "rate", 21, False),
        ("Greenhouse gas emissions fell by 8% compared with 2020.", "Q1", "related", "change", -8, False),
        ("We aim to cut energy intensity by 20% by 2030.", "Q2", "same", "change", -20, True),
        ("公司计划到2025年将碳排放强度降低9%。", "Q1", "same", "change", -9, True),
        ("2022年二氧化硫排放量（吨）：18.6", "Q6", "related", "amount", 18.6, False),
        ("2022年公司回收利用废钢3.4万吨。", "Q4", "same", "amount", 3.4, False),
        ("In 2022, 71% of our waste was recycled.", "Q3", "same", "rate", 71, False),
    ],
)
def test_a_figure_says_what_it_is_beside_its_target(framework, text, target, relation, kind, value, future):
    found = [each for each in figures.extract([passage(text)], framework) if each.target == target]
    assert [(each.relation, each.kind, each.value, each.future) for each in found] == [(relation, kind, value, future)]
    assert found[0].why.zh and found[0].why.en


@pytest.mark.parametrize(
    ("old", "new", "value", "years"),
    [("18%", "27%", -27, (2020, 2025)), ("2020", "2019", -18, (2019, 2025)), ("下降", "上升", 18, (2020, 2025))],
)
def test_the_answer_follows_what_is_changed_in_a_passage(framework, old, new, value, years):
    text = "2025年公司单位工业增加值用水量较2020年下降18%。"
    (before,) = figures.extract([passage(text)], framework)
    assert before.comparable and before.denominator == "value added" and before.normalised == pytest.approx(-0.18)
    (after,) = figures.extract([passage(text.replace(old, new))], framework)
    assert (after.value, (after.base_year, after.year)) == (value, years)
    assert after.comparable == (years == (2020, 2025))


def test_a_change_of_one_year_is_not_comparable_with_one_of_five(framework):
    (figure,) = figures.extract([passage("2023年公司单位产品取水量同比下降4%。")], framework)
    assert (figure.base_year, figure.year, figure.comparable) == (2022, 2023, False)
    assert "1" in figure.why.en
