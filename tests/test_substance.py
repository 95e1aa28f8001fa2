"""How much a passage says: result, action, commitment or mention."""

from __future__ import annotations

import pytest

from alignment.mapping import substance
from alignment.types import Substance


@pytest.mark.meaning
@pytest.mark.parametrize(
    ("text", "grade"),
    [
        ("2023年吨钢综合能耗548千克标准煤，同比下降1.6%，全年节电2,150万千瓦时。", Substance.RESULT),
        ("In 2023 we cut water withdrawal by 12% to 3.1 million m3.", Substance.RESULT),
        ("公司在车间安装余热回收装置，并由专人负责运行维护。", Substance.ACTION),
        ("We train drivers, maintain boilers and replace lamps in our stores.", Substance.ACTION),
        ("公司计划到2030年将可再生能源比例提高到80%，力争2050年实现碳中和。", Substance.COMMITMENT),
        ("We aim to reach net zero by 2045 and will publish interim targets.", Substance.COMMITMENT),
    ],
)
def test_a_passage_is_graded_by_what_it_says(mapper, text, grade):
    assert mapper.score([text]).substances == (grade,)


def test_cues_are_counted_in_both_languages_and_scripts():
    assert substance.count("公司尚未開展碳盤查", "negated") == substance.count("公司尚未开展碳盘查", "negated") > 0
    assert substance.count("We do not yet measure emissions", "negated") == 1


def test_grades_are_ordered():
    assert sorted(Substance, key=lambda each: -each.rank) == list(Substance)
