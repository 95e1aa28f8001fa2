"""What `evaluate --figures`, `evaluate --ghg` and `figures` say of figures and emissions."""

from __future__ import annotations

import json

import pytest

from alignment.errors import InputError
from alignment.evaluation import figures, ghg
from alignment.types import Emission


def emission(scope, year, value, page=3):
    return Emission(scope, year, value, "t", page, 0, 1, "x")


def test_a_whole_report_is_right_only_with_every_value_and_none_besides():
    truth = {("1", 2021): frozenset({(5.0, 3), (5.0, 9)}), ("3", 2021): frozenset({(7.0, 3)})}
    found = (emission("1", 2021, 5.0, page=9), emission("3", 2021, 7.0))
    assert ghg.compare({"a.pdf": (truth, found)}).whole == ("a.pdf",)
    assert ghg.compare({"a.pdf": (truth, found[:1])}).whole == ()
    measured = ghg.compare({"a.pdf": (truth, (*found, emission("1", 2020, 4.0)))})
    assert measured.whole == () and (measured.all.right, measured.all.found, measured.all.wanted) == (2, 3, 2)
    assert ghg.compare({"a.pdf": (truth, (emission("1", 2021, 5.0, page=4),))}).all.right == 0


def test_a_report_that_states_none_is_right_when_nothing_is_found():
    assert ghg.compare({"a.pdf": ({}, ())}).whole == ("a.pdf",)
    assert ghg.compare({"a.pdf": ({}, (emission("1", 2021, 5.0),))}).whole == ()


@pytest.mark.parametrize("line", ["a.pdf,2021,4,3,5", "a.pdf,year,1,3,5", "a.pdf,2021,1,3"])
def test_a_gold_line_that_does_not_fit_is_named(tmp_path, line):
    path = tmp_path / "gold.csv"
    path.write_text(f"report,year,scope,page,value\n{line}\n", encoding="utf-8")
    with pytest.raises(InputError, match="line 2"):
        ghg.gold(path)


def test_figures_agree_in_target_and_value_and_the_other_fields_are_counted_among_these(tmp_path, framework):
    wanted = {"target": "Q5", "relation": "same", "kind": "change", "value": -8, "year": 2023, "base_year": 2020}
    lines = [
        {"id": "1", "lang": "en", "text": "In 2023 water intensity fell by 8% from 2020.",
         "figures": [{**wanted, "future": False}]},
        {"id": "2", "lang": "en", "text": "In 2023 water intensity fell by 9% from 2019.",
         "figures": [{**wanted, "value": -9, "future": True}]},
        {"id": "3", "lang": "zh-Hans", "text": "能耗管理制度健全。", "figures": [{**wanted, "future": False}]},
    ]  # fmt: skip
    path = tmp_path / "gold.jsonl"
    path.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), encoding="utf-8")
    measured = figures.measure(figures.gold(path), framework)
    assert (measured.all.right, measured.all.found, measured.all.wanted) == (2, 2, 3)
    assert measured.languages["zh-Hans"].recall == 0 and measured.languages["en"].precision == 1
    assert measured.fields["base_year"] == (1, 2) and measured.fields["future"] == (1, 2)


def test_a_line_without_figures_is_named(tmp_path):
    path = tmp_path / "gold.jsonl"
    path.write_text('{"id": "1", "text": "x"}\n', encoding="utf-8")
    with pytest.raises(InputError, match="line 1"):
        figures.gold(path)
