"""The workbook as a spreadsheet program reads it: text stays text, every sheet is whole, bytes are the same."""

from __future__ import annotations

import io

import openpyxl
import portfolios
import pytest

from alignment.portfolio.records import Filing, Portfolio
from alignment.portfolio.workbook import to_xlsx
from alignment.types import Status

WORDS = {
    Status.COVERED: "Covered",
    Status.PARTIAL: "Partial",
    Status.MENTIONED: "Mentioned",
    Status.REVIEW: "Review",
    Status.GAP: "Gap",
    Status.NOT_APPLICABLE: "Not applicable",
    Status.NOT_ASSESSABLE: "Not assessable",
}


@pytest.fixture(scope="module")
def run(framework):
    return portfolios.portfolio(framework, 60)


@pytest.fixture(scope="module")
def book(framework, run):
    near = {run.screened[0].filing.path: dict.fromkeys(framework.codes, (7, 3))}
    return openpyxl.load_workbook(io.BytesIO(to_xlsx(run, framework, language="en", near=near)))


def rows(sheet) -> list[dict[str, object]]:
    heads, *found = sheet.iter_rows(values_only=True)
    return [dict(zip(heads, row, strict=True)) for row in found]


def test_the_same_run_gives_the_same_bytes(framework, run):
    assert to_xlsx(run, framework) == to_xlsx(run, framework)


def test_the_summary_holds_every_status(book, run, framework):
    summary = rows(book["Summary"])
    assert [row["File"] for row in summary][3:6] == [item.filing.path for item in run.screened][3:6]
    seen = set()
    for item, row in zip(run.screened, summary, strict=True):
        for element in item.elements:
            shown = row[f"{element.code} {framework.element(element.code).name.en}"]
            assert shown == WORDS[element.status]
            seen.add(element.status)
    assert seen == set(Status)
    assert book["Summary"].freeze_panes == "B2" and book["Summary"].auto_filter.ref.endswith("61")


def test_each_status_has_its_colour(book):
    ranges = book["Summary"].conditional_formatting
    rules = [rule for area in ranges for rule in area.rules]
    assert {rule.formula[0] for rule in rules} >= {'"Covered"', '"Gap"', '"Not assessable"'}
    assert len({rule.dxf.fill.bgColor.rgb for rule in rules}) == len(Status)


def test_every_gap_is_a_row_with_its_industry_and_nearest_pages(book, run):
    gaps = rows(book["Gaps"])
    assert len(gaps) == sum(row.status is Status.GAP for item in run.screened for row in item.elements)
    assert all(row["Industry"] for row in gaps)
    first = [row for row in gaps if row["File"] == gaps[0]["File"]]
    assert {row["Nearest pages (–: no passage came near)"] for row in first} == {"7, 3"}


def test_a_gap_near_which_nothing_came_says_so(framework, run):
    gap = next((item, row) for item in run.screened for row in item.elements if row.status is Status.GAP)
    path = gap[0].filing.path
    read = openpyxl.load_workbook(io.BytesIO(to_xlsx(run, framework, language="en", near={path: {}})))
    told = {(row["File"] == path, row["Nearest pages (–: no passage came near)"]) for row in rows(read["Gaps"])}
    assert told == {(True, "–"), (False, "")}, "of the others it is not known"


def test_failures_and_copies_are_listed(book, run):
    assert [row["What to do"] for row in rows(book["Failures"])] == [failure.hint for failure in run.failures]
    near_duplicates = rows(book["Near-duplicates"])
    assert [(row["First page"], row["Second page"]) for row in near_duplicates] == [
        (pair.first.page, pair.second.page) for pair in run.near_duplicates
    ]


def test_no_text_of_a_report_becomes_a_formula_or_a_link(book):
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not [cell.coordinate for cell in cells if cell.data_type == "f"]
    links = [cell.hyperlink.target for cell in cells if cell.hyperlink]
    assert links and all(link.startswith("reports\\") and "<" not in link for link in links)
    assert any(cell.value == portfolios.HOSTILE[5] for cell in cells)


def test_an_endless_name_is_cut_to_what_a_cell_may_hold(framework):
    failure = portfolios.failure(0)
    endless = Portfolio(framework.id, (), (type(failure)(Filing("a.pdf"), "reading", "x" * 50_000, "y"),))
    read = openpyxl.load_workbook(io.BytesIO(to_xlsx(endless, framework, language="en")))
    assert read["Failures"]["G2"].value == "x" * 32_767
