"""Charts of slides say what each series was in each category, as rows of tables do."""

from __future__ import annotations

import datetime

import pptx
import pytest
from builders import offsets_agree
from pptx.chart.data import CategoryChartData, XyChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.util import Inches

from alignment import documents, passages
from alignment.types import BlockKind


def read_chart(path, kind, data, title="", axis=""):
    """A deck of one slide with this chart, read."""
    deck = pptx.Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[6])
    place = Inches(1), Inches(1), Inches(6), Inches(4)
    chart = slide.shapes.add_chart(kind, *place, data).chart
    if title:
        chart.chart_title.text_frame.text = title
    if axis:
        chart.value_axis.axis_title.text_frame.text = axis
    deck.save(path)
    return documents.read(path)


def bars(categories, number_format="General", **series):
    data = CategoryChartData(number_format=number_format)
    data.categories = categories
    for name, values in series.items():
        data.add_series(name, values)
    return data


def test_a_chart_says_its_title_and_each_series_as_a_row_with_the_place_of_the_chart(tmp_path):
    data = bars(["2022", "2023"], **{"Water recycled (%)": (90, 95), "SO2 emissions (t)": (80, None)})
    read = read_chart(tmp_path / "a.pptx", XL_CHART_TYPE.COLUMN_CLUSTERED, data, "We reuse our water", "Share")
    page = read.pages[0]
    assert [(block.kind, page.text[block.start : block.end]) for block in page.blocks] == [
        (BlockKind.CAPTION, "We reuse our water"),
        (BlockKind.CAPTION, "Share"),
        (BlockKind.RECORD, "Water recycled (%)  2022: 90  2023: 95"),
        (BlockKind.RECORD, "SO2 emissions (t)  2022: 80"),
    ]
    assert {block.box for block in page.blocks} == {(72, 72, 504, 360)}
    found = passages.split(read)
    assert any("2023: 95" in each.text for each in found) and offsets_agree(found, read)


@pytest.mark.parametrize("kind", [XL_CHART_TYPE.PIE, XL_CHART_TYPE.LINE, XL_CHART_TYPE.RADAR, XL_CHART_TYPE.AREA])
def test_charts_of_every_kind_are_read_with_numbers_as_they_are_shown(tmp_path, kind):
    read = read_chart(tmp_path / "a.pptx", kind, bars(["光伏", "风电"], "0.0%", 能源结构=(0.125, 0.5)))
    assert read.pages[0].text.split("\n")[-1] == "能源结构  光伏：12.5%  风电：50.0%"


def test_categories_in_groups_days_and_points_of_two_axes_name_their_values(tmp_path):
    grouped = bars([], Water=(1, 2, 3, 4))
    for plant in ("North", "South"):
        group = grouped.add_category(plant)
        for year in ("2022", "2023"):
            group.add_sub_category(year)
    text = read_chart(tmp_path / "a.pptx", XL_CHART_TYPE.COLUMN_CLUSTERED, grouped).pages[0].text
    assert text == "Water  North 2022: 1  North 2023: 2  South 2022: 3  South 2023: 4"
    days = bars([datetime.date(2023, 1, 31), datetime.date(2023, 2, 28)], "#,##0", Energy=(1234, 1100))
    text = read_chart(tmp_path / "b.pptx", XL_CHART_TYPE.LINE, days).pages[0].text
    assert text == "Energy  2023-01-31: 1,234  2023-02-28: 1,100"
    points = XyChartData()
    points.add_series("Trend").add_data_point(2023, 7.5)
    text = read_chart(tmp_path / "c.pptx", XL_CHART_TYPE.XY_SCATTER, points).pages[0].text
    assert text == "Trend  2023: 7.5"
