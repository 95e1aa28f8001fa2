"""A company's figure stands beside the national target, and never counts as compliance."""

from __future__ import annotations

import pytest
from builders import passage

from alignment import figures


@pytest.mark.parametrize(
    ("text", "target", "value", "base", "year"),
    [
        ("2023年吨钢二氧化碳排放1.82吨，碳排放强度较2020年下降5.4%。", "Q1", -5.4, 2020, 2023),
        ("单位产值能耗同比下降3.2%。", "Q2", -3.2, None, None),
        ("一般工业固废综合利用率\n达到98.2%。", "Q3", 98.2, None, None),
        ("Water intensity fell by 7.5% in 2022 compared with 2019.", "Q5", -7.5, 2019, 2022),
        ("Our carbon intensity was cut by 12% from 2018.", "Q1", -12.0, 2018, None),
        ("万元产值综合能耗上升2%。", "Q2", 2.0, None, None),
    ],
)
def test_a_figure_is_read_with_its_sign_and_years(framework, text, target, value, base, year):
    found = [figure for figure in figures.extract([passage(text)], framework) if figure.target == target]
    assert [(each.value, each.base_year, each.year) for each in found] == [(value, base, year)]
    assert text[found[0].start : found[0].end] == found[0].quote


@pytest.mark.parametrize(
    "text",
    [
        "力争2025年碳排放强度下降18%。",
        "We aim to cut energy intensity by 20%.",
        "营业收入增长12%。",
        "能耗管理制度健全。",
    ],
)
def test_targets_and_other_numbers_are_not_figures(framework, text):
    assert figures.extract([passage(text)], framework) == ()


def test_a_figure_is_given_once_and_says_it_is_a_comparison(framework):
    text = "单位产值能耗同比下降3.2%。"
    found = figures.extract([passage(text), passage(text, start=100)], framework)
    assert len(found) == 1
    assert "仅供对照" in found[0].comparison.zh and "for comparison only" in found[0].comparison.en
