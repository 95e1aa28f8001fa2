"""Tables of every format but PDF keep label, unit, header and value of each row together."""

from __future__ import annotations

import docx
import openpyxl
import pptx
import pytest
from builders import offsets_agree
from pptx.util import Inches

from alignment import documents, passages
from alignment.types import BlockKind

PROSE = "The plant reuses its waste water, and its roofs carry solar panels that feed the furnaces. "


def lines(page):
    return page.text.split("\n")


def kinds(page):
    return [(block.kind, page.text[block.start : block.end]) for block in page.blocks]


TABLE = [
    "指标  单位  集团  钢铁板块",
    "2022  2023  2022  2023",
    "能源 用水量（吨）  集团 2022：1,234  集团 2023：1,100  钢铁板块 2022：900  钢铁板块 2023：880",
    "能源 › 中水（吨）  集团 2022：234  集团 2023：100  钢铁板块 2022：90  钢铁板块 2023：80",
]
HEAD = ["类别", "指标", "单位", "集团", "", "钢铁板块", ""]
YEARS = ["", "", "", "2022", "2023", "2022", "2023"]
BODY = [["能源", "用水量", "吨", "1,234", "1,100", "900", "880"], ["", "中水", "", "234", "100", "90", "80"]]
MERGED = [(0, 0, 1, 0), (0, 1, 1, 1), (0, 2, 1, 2), (0, 3, 0, 4), (0, 5, 0, 6), (2, 0, 3, 0), (2, 2, 3, 2)]
"""Top, left, bottom and right of what is merged in the rows above it."""
TOLD = [f"类别  {TABLE[0]}", *TABLE[1:]]


def merged_workbook(path):
    book = openpyxl.Workbook()
    for row in (HEAD, [int(year) if year else None for year in YEARS]):
        book.active.append([cell or None for cell in row])
    for row in BODY:
        book.active.append([int(cell.replace(",", "")) if cell[:1].isdigit() else cell or None for cell in row])
    for row in book.active["D3:G4"]:
        for cell in row:
            cell.number_format = "#,##0"
    for top, left, bottom, right in MERGED:
        book.active.merge_cells(start_row=top + 1, start_column=left + 1, end_row=bottom + 1, end_column=right + 1)
    book.active.title = "数据"
    book.save(path)


def filled(table):
    for number, row in enumerate((HEAD, YEARS, *BODY)):
        for column, text in enumerate(row):
            table.cell(number, column).text = text
    for top, left, bottom, right in MERGED:
        table.cell(top, left).merge(table.cell(bottom, right))


def merged_word(path):
    word = docx.Document()
    filled(word.add_table(4, 7))
    word.save(str(path))


def merged_deck(path):
    deck = pptx.Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[6])
    filled(slide.shapes.add_table(4, 7, Inches(1), Inches(1), Inches(8), Inches(3)).table)
    deck.save(path)


def merged_page(path):
    spans = {(top, left): (bottom - top + 1, right - left + 1) for top, left, bottom, right in MERGED}
    rows = []
    for number, row in enumerate((HEAD, YEARS, *BODY)):
        cells = [
            "<td rowspan={} colspan={}><p>{}</p></td>".format(*spans.get((number, column), (1, 1)), text)
            for column, text in enumerate(row)
            if text
        ]
        rows.append(f"<tr>{''.join(cells)}</tr>")
    path.write_text(f"<html><body><table>{''.join(rows)}</table></body></html>", encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "write", "above"),
    [
        ("a.xlsx", merged_workbook, ["数据"]),
        ("a.docx", merged_word, []),
        ("a.pptx", merged_deck, []),
        ("a.html", merged_page, []),
    ],
)
def test_a_table_keeps_label_unit_header_and_value_together_under_merged_headers(tmp_path, name, write, above):
    write(tmp_path / name)
    read = documents.read(tmp_path / name)
    assert lines(read.pages[0]) == [*above, *TOLD]
    assert offsets_agree(passages.split(read), read)


def test_a_table_of_markdown_names_its_headers_those_of_two_rows_too(tmp_path):
    text = (
        "# 数据\n\n单位：万吨\n\n| 指标 | 集团 | 集团 | 钢铁 | 钢铁 |\n|---|---|---|---|---|\n"
        "| | 2022 | 2023 | 2022 | 2023 |\n| 用水\\|排水 | 1 | 2 | 3 | 4 |\n\n"
        "| 主题 | 措施 |\n|---|---|\n| 节水 | 建设中水系统 |\n"
    )
    (tmp_path / "a.md").write_text(text, encoding="utf-8")
    assert lines(documents.read(tmp_path / "a.md").pages[0])[2:] == [
        "指标  集团  集团  钢铁  钢铁",
        "2022  2023  2022  2023",
        "用水\\|排水（万吨）  集团 2022：1  集团 2023：2  钢铁 2022：3  钢铁 2023：4",
        "主题  措施",
        "节水  措施：建设中水系统",
    ]


def test_tables_that_lay_out_a_page_or_hold_pairs_name_no_headers(tmp_path):
    pairs = [("Name", "Northlight"), ("Staff", "900")]
    columns = [(PROSE, PROSE), (PROSE, PROSE)]
    word = docx.Document()
    for rows in (pairs, columns):
        table = word.add_table(2, 2)
        for number, row in enumerate(rows):
            for column, text in enumerate(row):
                table.cell(number, column).text = text
    only = word.add_table(2, 1)
    only.cell(0, 0).text = only.cell(1, 0).text = "Water is reused."
    word.save(str(tmp_path / "a.docx"))
    found = kinds(documents.read(tmp_path / "a.docx").pages[0])
    assert [text for _, text in found[:3]] == [
        "Name  Northlight",
        "Staff  900",
        f"{PROSE}{PROSE}".replace(". T", ".  T").strip(),
    ]
    assert found[-2:] == [(BlockKind.PARAGRAPH, "Water is reused.")] * 2
    (tmp_path / "a.html").write_text(
        f"<html><table><tr><td><h2>Water</h2><p>{PROSE}</td><td>2023</td></tr><tr><td>x<td>5</table>"
        "<table><tr><td>Water is <table><tr><td>reused<td>7</table></td><td>2023</td></tr></table>"
    )
    page = documents.read(tmp_path / "a.html").pages[0]
    assert "2023: " not in page.text and (BlockKind.HEADING, "Water") in kinds(page)


def test_hidden_cells_of_html_are_no_cells_and_text_outside_of_cells_is_kept(tmp_path):
    (tmp_path / "a.html").write_text(
        "<html><table><caption>Water <b>use</b></caption><tr><th>Indicator<th hidden>evil<th>2022<th>2023</tr>"
        "<tr style='display: none'><td>evil<td>1<td>2</tr><tr><td>Reused <script>evil</script><td>5<td>6</tr></table>"
        "after"
    )
    assert lines(documents.read(tmp_path / "a.html").pages[0]) == [
        "Water use", "Indicator  2022  2023", "Reused  2022: 5  2023: 6", "after"
    ]  # fmt: skip


@pytest.mark.parametrize("span", ["900000000", "-1", "0", "x", "999999"])
def test_spans_beyond_all_tables_are_no_more_than_their_table(tmp_path, span):
    (tmp_path / "a.html").write_text(
        f"<html><table><tr><td>Indicator<td>2022<td colspan={span}>2023</tr>"
        f"<tr><td>Reused<td>5<td rowspan={span}>6</tr></table>"
    )
    assert "Reused  2022: 5  2023: 6" in documents.read(tmp_path / "a.html").pages[0].text


def test_a_header_over_one_column_names_it_and_sentences_name_none(tmp_path):
    (tmp_path / "a.html").write_text(
        "<html><table><tr><th><th>2023<tr><td>Reused<td>5 t</table>"
        "<table><tr><td>Water is reused.<td>Slag is sold.<td>Heat is used.<tr><td>a<td>b<td>c</table>"
    )
    assert lines(documents.read(tmp_path / "a.html").pages[0]) == [
        "2023", "Reused  2023: 5 t", "Water is reused.  Slag is sold.  Heat is used.", "a  b  c"
    ]  # fmt: skip


def grouped_sheet(path, *rows):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(path)
    return lines(documents.read(path).pages[0])[1:]


@pytest.mark.parametrize("names", [["2022", "2023"], [2022, 2023], ["Actual", "Target"]])
def test_groups_whose_cells_are_not_merged_name_the_columns_at_their_right(tmp_path, names):
    groups, below = ["Indicator", "Unit", "Group", None, "Subsidiary", None], [None, None, *names, *names]
    text = grouped_sheet(tmp_path / "a.xlsx", groups, below, ["Water use", "t", 502.2, 487, 12.1, 11])
    first, second = map(str, names)
    assert text[2] == (
        f"Water use (t)  Group {first}: 502.2  Group {second}: 487  Subsidiary {first}: 12.1  Subsidiary {second}: 11"
    )


def test_a_unit_is_no_column_of_a_group_and_rows_of_words_are_no_groups(tmp_path):
    years = [2022, 2023]
    text = grouped_sheet(tmp_path / "a.xlsx", ["指标", None, "集团", None], [None, "单位", *years], ["水", "吨", 3, 4])
    assert text[2] == "水（吨）  集团 2022：3  集团 2023：4"
    rows = [["Plant", "Waste", None, "Water"], ["North", "Yes", "No", "Yes"], ["South", "No", "No", "No"]]
    assert grouped_sheet(tmp_path / "b.xlsx", *rows) == ["  ".join(filter(None, row)) for row in rows]


def test_a_table_of_markdown_needs_no_bars_at_its_sides(tmp_path):
    text = (
        "# Data\n\nUnit: t\n\nIndicator | 2022 | 2023\n:-- | --: | ---\nWater \\| waste | 10 | 9\nSlag | - | 4 |\n"
        "Text after it.\n\n"
        "Either a | b\nor c | d are no table\n\nA title\n---\n"
    )
    (tmp_path / "a.md").write_text(text, encoding="utf-8")
    assert lines(documents.read(tmp_path / "a.md").pages[0]) == [
        "Data",
        "Unit: t",
        "Indicator  2022  2023",
        "Water \\| waste (t)  2022: 10  2023: 9",
        "Slag (t)  2022: -  2023: 4",
        "Text after it.",
        "Either a | b",
        "or c | d are no table",
        "A title",
    ]
