"""Greenhouse gases are given by scope and year as a report states them for the whole company, and never made up."""

from __future__ import annotations

import pytest

from alignment.documents.building import Piece, build
from alignment.figures import ghg
from alignment.types import BlockKind, Document, Format


def report(*pages: str, title: str = "Sustainability Report") -> Document:
    """A report of these pages: a line that begins with `|` is a row as the reader writes it, one with `#` a heading."""
    kinds = {"|": BlockKind.TABLE_ROW, "#": BlockKind.HEADING, "*": BlockKind.FOOTNOTE}

    def piece(line: str) -> Piece:
        return Piece(line[1:].strip(), kinds[line[0]]) if line[0] in kinds else Piece(line)

    read = tuple(build(number, [piece(line) for line in page.split("\n")]) for number, page in enumerate(pages, 1))
    return Document("report.pdf", "0" * 64, Format.PDF, title, (), read)


def found(document: Document) -> list[tuple[str, int, float, str]]:
    return [(each.scope, each.year, each.value, each.unit) for each in ghg.extract(document)]


YEARS = "|  2021  2022\n"


@pytest.mark.parametrize(
    ("page", "stated"),
    [
        (
            YEARS + "|Scope 1 (tCO2e)  2021: 1,210  2022: 1,180",
            [("1", 2021, 1210, "tCO2e"), ("1", 2022, 1180, "tCO2e")],
        ),
        (
            "|Indicator  Unit  FY21  FY22\n|Direct GHG emissions (Scope 1)  Unit: kt CO2e  FY21: 12.5  FY22: 11.9",
            [("1", 2021, 12.5, "kt CO2e"), ("1", 2022, 11.9, "kt CO2e")],
        ),
        (
            "# Emissions in tonnes of CO2e\n|2022  2021\n|Scope 3  4’512  4’733",
            [("3", 2021, 4733, "tonnes of CO2e"), ("3", 2022, 4512, "tonnes of CO2e")],
        ),
        (
            YEARS + "|Scope 2 – location-based (t CO2e)  2021: 900  2022: 880\n"
            "|Scope 2 – market-based (t CO2e)  2021: 310  2022: 0",
            [
                ("2lb", 2021, 900, "t CO2e"), ("2lb", 2022, 880, "t CO2e"),
                ("2mb", 2021, 310, "t CO2e"), ("2mb", 2022, 0, "t CO2e"),
            ],
        ),
        (
            "|指标  单位  2022年\n|范围一温室气体排放量  单位: 吨二氧化碳当量  2022年: 8,163",
            [("1", 2022, 8163, "吨二氧化碳当量")],
        ),
        (
            "|指標  單位  2022年\n|範圍二溫室氣體排放量  單位: 噸二氧化碳當量  2022年: 815",
            [("2lb", 2022, 815, "噸二氧化碳當量")],
        ),
        (
            "|指标  2021年  2022年\n|直接温室气体排放（万吨二氧化碳当量）  2021年: 3.1  2022年: 2.9\n"
            "|间接温室气体排放（万吨二氧化碳当量）  2021年: 1.4  2022年: 1.3",
            [
                ("1", 2021, 3.1, "万吨二氧化碳当量"), ("1", 2022, 2.9, "万吨二氧化碳当量"),
                ("2lb", 2021, 1.4, "万吨二氧化碳当量"), ("2lb", 2022, 1.3, "万吨二氧化碳当量"),
            ],
        ),
        ("|Scope 1 (2022)  Metric tons CO2e: 52,9043", [("1", 2022, 52904, "Metric tons CO2e")]),
        (
            "|Year  Scope 1 (t CO2e)  Scope 2 (t CO2e)\n|2022  Scope 1 (t CO2e): 512  Scope 2 (t CO2e): 98",
            [("1", 2022, 512, "t CO2e"), ("2lb", 2022, 98, "t CO2e")],
        ),
        ("In 2022 our Scope 1 emissions were 5,120 tonnes CO2e.", [("1", 2022, 5120, "tonnes CO2e")]),
        ("2022年，公司范围一排放量为5,120吨二氧化碳当量。", [("1", 2022, 5120, "吨二氧化碳当量")]),
        (
            "In 2022, Scope 1 and Scope 2: see below. Scope 1 emissions of 40 kt CO2e and Scope 2 emissions of "
            "22 kt CO2e were recorded in 2022.",
            [("1", 2022, 40, "kt CO2e"), ("2lb", 2022, 22, "kt CO2e")],
        ),
    ],
)  # fmt: skip
def test_each_scope_has_the_value_of_its_year(page, stated):
    assert found(report(page)) == stated


@pytest.mark.parametrize(
    "page",
    [
        YEARS + "|Scope 1 intensity (tCO2e/€ m)  2021: 12  2022: 11",
        YEARS + "|Scope 1 and 2 (tCO2e)  2021: 1,900  2022: 1,880",
        YEARS + "|Scope 1, Linz plant (tCO2e)  2021: 190  2022: 188",
        YEARS + "|Scope 1 › Natural gas (tCO2e)  2021: 190  2022: 188\n|Scope 1 › Diesel (tCO2e)  2021: 20  2022: 18",
        YEARS + "|Scope 3 category 6 business travel (tCO2e)  2021: 190  2022: 188",
        YEARS + "|Reduction of Scope 1 emissions (tCO2e)  2021: 190  2022: 188",
        "|  Target 2025  Change %\n|Scope 1 (tCO2e)  Target 2025: 190  Change %: 188",
        YEARS + "|Scope 1 of our suppliers (tCO2e)  2021: 190  2022: 188",
        YEARS + "|Energy use (GJ)  2021: 190  2022: 188",
        "We will cut Scope 1 emissions to 500 tonnes CO2e by 2030.",
        "Scope 1 emissions fell by 500 tonnes CO2e in 2022.",
        "In 2022 the project avoided 300 tCO2e of Scope 3 emissions.",
        "In 2022, Scope 1 and 2 emissions were 500 tonnes CO2e.",
        "At the Linz plant, Scope 1 emissions were 500 tonnes CO2e in 2022.",
        "# GRI index\n|GRI 305-1 Direct (Scope 1) GHG emissions  44",
    ],
)
def test_what_is_no_amount_of_the_whole_company_is_left_out(page):
    assert found(report(page)) == []


def test_the_total_is_taken_and_not_its_parts():
    rows = YEARS + (
        "|Scope 1 Jet fuel (tCO2e)  2021: 70  2022: 72\n|Scope 1 Subtotal (tCO2e)  2021: 81  2022: 84\n"
        "|Scope 3 (kt CO2e)  Alpina Group Total  2021: 5  2022: 6\n|Scope 3 (kt CO2e)  Alpina Tools  2021: 3  2022: 4"
    )
    assert [each[:3] for each in found(report(rows))] == [
        ("1", 2021, 81), ("1", 2022, 84), ("3", 2021, 5), ("3", 2022, 6),
    ]  # fmt: skip


def test_the_total_of_a_table_of_categories_is_the_scope_of_its_heading():
    page = (
        "# GHG emissions (Scope 3)\nFY2022 results\n|Category  Emissions (kt CO2e)  Share\n"
        "|1 Purchased goods  2,130  Share: 91%\n|Total  2,341  Share: 100%"
    )
    assert [each[:3] for each in found(report(page))] == [("3", 2022, 2341)]


def test_two_values_of_one_table_for_one_year_are_a_doubt_and_left_out():
    page = YEARS + "|Scope 1 (tCO2e)  2021: 70  2022: 72\n|Scope 1 (tCO2e)  2021: 71  2022: 72"
    assert [each[:3] for each in found(report(page))] == [("1", 2022, 72)]


def test_a_year_that_stands_twice_in_a_header_is_a_doubt_and_left_out():
    page = "|Unit  2022  2021  2021  2020\n|Scope 1 (kt CO2e)  312  304 325 307"
    assert [each[:3] for each in found(report(page))] == [("1", 2020, 307), ("1", 2022, 312)]


def test_scope_2_is_of_the_method_that_a_footnote_says():
    page = (
        "# GHG emissions in t CO2e\n" + YEARS + "|Scope 2  2021: 910  2022: 870\n"
        "*3 Scope 2 emissions are calculated by the market-based method. The location-based method gives "
        "1,500 t CO2e (2021) and 1,410 t CO2e (2022)."
    )
    assert [each[:3] for each in found(report(page))] == [
        ("2lb", 2021, 1500), ("2lb", 2022, 1410), ("2mb", 2021, 910), ("2mb", 2022, 870),
    ]  # fmt: skip


def test_a_value_that_stands_on_two_pages_is_given_once_where_most_is_stated():
    summary = "In 2022 our Scope 1 emissions were 72 tCO2e."
    data = YEARS + "|Scope 1 (tCO2e)  2021: 70  2022: 72\n|Scope 3 (tCO2e)  2021: 7  2022: 8"
    assert [(each.scope, each.year, each.page) for each in ghg.extract(report(summary, data))] == [
        ("1", 2021, 2), ("1", 2022, 2), ("3", 2021, 2), ("3", 2022, 2),
    ]  # fmt: skip


def test_every_value_is_quoted_verbatim_from_its_page():
    document = report(YEARS + "|Scope 1 (tCO2e)  2021: 70  2022: 72", "In 2020 our Scope 1 emissions were 65 tCO2e.")
    for each in ghg.extract(document):
        assert document.pages[each.page - 1].text[each.start : each.end] == each.quote
        assert f"{each.value:g}" in each.quote


@pytest.mark.parametrize(
    ("old", "new", "stated"),
    [
        ("2022: 72", "2022: 94", ("1", 2022, 94, "tCO2e")),
        ("2022", "2023", ("1", 2023, 72, "tCO2e")),
        ("tCO2e", "kt CO2e", ("1", 2022, 72, "kt CO2e")),
        ("Scope 1", "Scope 3", ("3", 2022, 72, "tCO2e")),
    ],
)
def test_the_answer_follows_what_is_changed_in_the_report(old, new, stated):
    page = "|Unit  2022\n|Scope 1 (tCO2e)  2022: 72"
    assert found(report(page)) == [("1", 2022, 72, "tCO2e")]
    assert found(report(page.replace(old, new))) == [stated]
