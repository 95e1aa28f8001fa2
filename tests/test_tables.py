"""A table's row keeps its label, unit, header and value together, in text that a quote can be checked against."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import typeset
from builders import CHINESE, offsets_agree, write_pdf
from reportlab.lib.colors import black
from reportlab.lib.enums import TA_JUSTIFY
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Frame, PageTemplate, Paragraph, Table
from tables import found

from alignment import documents, passages
from alignment.documents.tables import cells
from alignment.types import BlockKind

TABLES = typeset.tables()
LABELLED = [
    json.loads(line)
    for line in (Path(__file__).parent / "data" / "tables.jsonl").read_text(encoding="utf-8").splitlines()
]


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_value_stands_beside_its_label_and_header(table, tmp_path):
    page = documents.read(typeset.write(tmp_path / "a.pdf", table)).pages[table.page - 1]
    lost = [cell for cell in table.cells if not found(page, *cell)]
    assert not lost, [page.text[block.start : block.end] for block in page.blocks]


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_running_text_around_a_table_stays_running_text(table, tmp_path):
    pages = documents.read(typeset.write(tmp_path / "a.pdf", table)).pages
    prose = [
        page.text[block.start : block.end]
        for page in pages
        for block in page.blocks
        if block.kind is BlockKind.PARAGRAPH
    ]
    sentences = "公司持续完善环境管理" if table.name.startswith("zh") else "gives our results"
    assert sum("".join(text.split()).count("".join(sentences.split())) for text in prose) == 12


@pytest.mark.parametrize("table", TABLES[::4], ids=lambda table: table.name)
def test_no_passage_cuts_a_row_and_every_quote_is_verbatim(table, tmp_path):
    document = documents.read(typeset.write(tmp_path / "a.pdf", table))
    split = passages.split(document)
    assert offsets_agree(split, document)
    for page in document.pages:
        for row in (block for block in page.blocks if block.kind is BlockKind.TABLE_ROW):
            here = [each for each in split if each.page == page.number]
            holders = [each for each in here if each.start <= row.start and row.end <= each.end]
            assert len(holders) == 1
            assert holders[0].box is not None


def test_a_table_of_a_real_report_is_read_cell_by_cell(shared):
    labels = [label for label in LABELLED if not label["picture"]]
    pages = documents.read(shared / "data" / "reports" / labels[0]["report"]).pages
    for label in labels:
        assert found(pages[label["page"] - 1], label["label"], label["header"], label["value"]), label


def test_a_table_in_one_of_two_columns_stays_in_its_column(tmp_path):
    texts = [(60, 120 + 14 * n, f"left column line {n} about water and its reuse", 10) for n in range(12)]
    rows = [
        ("", "2022", "2023"),
        ("Water (ML)", "530", "487"),
        ("Waste (t)", "1,220", "1,105"),
        ("Staff", "912", "934"),
    ]
    for n, row in enumerate(rows):
        texts += [(left, 120 + 20 * n, cell, 10) for left, cell in zip((330, 430, 490), row, strict=True) if cell]
    texts += [(330, 220 + 14 * n, f"right column line {n} about solar energy", 10) for n in range(8)]
    page = documents.read(write_pdf(tmp_path / "a.pdf", [texts])).pages[0]
    assert found(page, "Waste (t)", "2023", "1,105")
    assert (
        page.text.index("left column line 11") < page.text.index("Water (ML)") < page.text.index("right column line 0")
    )


def test_a_table_goes_across_the_gutter_of_the_text_below_it(tmp_path):
    """Without rules, labels at the left, of two lines where long, and values at the right of the page's two columns."""
    rows = [
        ("Indicator", "2021", "2022", "2023"),
        ("Water drawn (ML)", "530", "487", "455"),
        ("Waste of the mills (t)", "1,220", "1,105", "988"),
        ("Electricity (GWh)", "912", "934", "951"),
        ("Dust (t)", "41", "38", "36"),
    ]
    texts = []
    for n, row in enumerate(rows):
        texts += [(left, 100 + 26 * n, cell, 10) for left, cell in zip((60, 330, 410, 490), row, strict=True)]
    texts.append((60, 112 + 26 * 2, "of the two sites", 10))
    for left, side in ((60, "left"), (320, "right")):
        texts += [(left, 300 + 14 * n, f"{side} column line {n} about water and its reuse", 10) for n in range(12)]
    page = documents.read(write_pdf(tmp_path / "a.pdf", [texts])).pages[0]
    for label, *values in rows[1:]:
        for year, value in zip(rows[0][1:], values, strict=True):
            assert found(page, label, year, value)
    assert page.text.index("left column line 11") < page.text.index("right column line 0")
    assert "Water drawn" not in page.text[page.text.index("left column line 0") :]


def test_tables_at_the_same_height_of_a_spreads_two_pages_are_two(tmp_path):
    """Drawn tables, each with its own header, on a sheet that is two pages."""
    path = tmp_path / "spread.pdf"
    canvas = Canvas(str(path), pagesize=landscape(A4), invariant=1)
    width, height = landscape(A4)
    style = [(f"LINE{side}", (0, 0), (-1, -1), 0.5, black) for side in ("ABOVE", "BELOW")]
    both = {
        40: [("Energy", "2022", "2023"), ("Coal (t)", "710", "640"), ("Gas (t)", "82", "95")],
        width / 2 + 20: [("Water", "2021", "2024"), ("Drawn (t)", "530", "487"), ("Reused (t)", "210", "260")],
    }
    for left, rows in both.items():
        for n in range(8):
            canvas.drawString(left, height - 60 - 14 * n, f"A line {n} of this page's running text, on its own.")
        table = Table(rows, colWidths=[160, 100, 100], style=style)
        table.wrapOn(canvas, 300, 300)
        table.drawOn(canvas, left, height - 300)
    canvas.save()
    page = documents.read(path).pages[0]
    for cell in (("Coal (t)", "2023", "640"), ("Drawn (t)", "2024", "487"), ("Reused (t)", "2021", "210")):
        assert found(page, *cell)
    assert not found(page, "Coal (t)", "2021", "530")
    assert page.text.index("Gas (t)") < page.text.index("Drawn (t)")


def test_a_list_with_numbers_and_two_columns_of_text_are_no_tables(tmp_path):
    texts = [(60, 120 + 18 * n, f"{n + 1}.", 10) for n in range(4)]
    texts += [(90, 120 + 18 * n, f"Item {n} of the list speaks of water reuse", 10) for n in range(4)]
    page = documents.read(write_pdf(tmp_path / "a.pdf", [texts])).pages[0]
    assert all(block.kind is BlockKind.LIST_ITEM for block in page.blocks)


STRETCHED = {
    "words": "Transport contractors must electrify their vehicles by 2030 where infrastructure permits; 48 of them "
    "signed in 2022 and 17 began replacing diesel engines, reducing particulate emissions considerably. ",
    "numbers": "Emissions were 502.2 in 2019, 498.7 in 2020, 487.0 in 2021, 466.1 in 2022 and 455.9 in 2023, or "
    "12.1 % 13.2 % 14.5 % 15.8 % 16.1 % of revenue respectively. ",
    "titles": "The Board, the Audit Committee, the Remuneration Committee and the Chief Executive Officer of the Group "
    "approved the Climate Transition Action Plan on 24 August 2021 in Melbourne, Australia. ",
    "names": "Northern Electric, River Steel, Harbour Power, Lakeside Mobile, State Grid, Valley Cement and Coast "
    "Chemicals signed Memoranda. ",
    "lowered": "We cut CO<sub>2</sub> emissions by 12 % to 502.2 kt CO<sub>2</sub>e in 2023 while <b>Scope 1</b> and "
    "<b>Scope 2</b> fell to 302.1 and 200.1 kt CO<sub>2</sub>e respectively, see note<sup>3</sup>. ",
}


@pytest.mark.parametrize("width", [150, 180, 200, 220, 300, 440, 480])
@pytest.mark.parametrize("name", STRETCHED)
def test_running_text_stretched_to_its_column_is_no_table(name, width, tmp_path):
    style = ParagraphStyle("text", fontSize=10, leading=15, alignment=TA_JUSTIFY)
    frame = Frame(60, 60, width, 700, 0, 0, 0, 0)
    template = BaseDocTemplate(str(tmp_path / "a.pdf"), pagesize=A4, invariant=1)
    template.addPageTemplates(PageTemplate("one", [frame]))
    template.build([Paragraph(STRETCHED[name] * 4, style)])
    page = documents.read(tmp_path / "a.pdf").pages[0]
    assert {block.kind for block in page.blocks} == {BlockKind.PARAGRAPH}
    assert "".join(page.text.split()) == "".join(re.sub("<[^>]+>| ", "", STRETCHED[name] * 4))


@pytest.mark.parametrize(
    ("rows", "row"),
    [
        ([("process", "water", "energy", "waste"), ("casting", "lower", "higher", "lower")], "casting  water: lower"),
        ([("site", "good", "fair", "poor"), ("iron", "less", "some", "much"), ("coal", "some", "less", "much")],
         "coal  good: some  fair: less  poor: much"),
        ([("钢铁", "良好", "一般", "较差"), ("焦化", "较差", "良好", "一般")], "焦化  良好：较差"),
    ],
)  # fmt: skip
def test_words_that_stand_evenly_below_each_other_are_a_table(rows, row, tmp_path):
    sentence = "this paragraph of running text stands directly over the table"
    texts = [(60, 106 + 14 * n, sentence, 10) for n in range(3)]
    texts += [
        (left, 148 + 14 * n, cell, 10)
        for n, cells in enumerate(rows)
        for left, cell in zip((60, 150, 240, 330), cells, strict=True)
    ]
    page = documents.read(write_pdf(tmp_path / "a.pdf", [texts], font=CHINESE)).pages[0]
    assert row in page.text
    assert page.text.replace("\n", " ").startswith(f"{sentence} {sentence}")


def test_years_further_down_name_the_columns_anew(tmp_path):
    rows = [
        ("指标", "2021年", "2022年"), ("用水量（吨）", "1,234", "1,100"),
        ("指标", "2023年", "2024年"), ("用电量（千瓦时）", "830", "790"),
    ]  # fmt: skip
    texts = [
        (left, 120 + 20 * n, cell, 10)
        for n, row in enumerate(rows)
        for left, cell in zip((60, 240, 360), row, strict=True)
    ]
    page = documents.read(write_pdf(tmp_path / "a.pdf", [texts], font=CHINESE)).pages[0]
    assert "用水量（吨）  2021年：1,234  2022年：1,100" in page.text
    assert "用电量（千瓦时）  2023年：830  2024年：790" in page.text


FIRST = [("Indicator", "2022", "2023"), ("Energy (GWh)", "1,198", "1,102"), ("Water (ML)", "5,022", "4,870")]
REST = [("Waste (t)", "820", "764"), ("Solar (MWh)", "36", "52")]
PLACES = (60, 240, 360)


def table_of(rows, top, places=PLACES):
    return [
        (left, top + 20 * n, cell, 10) for n, row in enumerate(rows) for left, cell in zip(places, row, strict=True)
    ]


def second_page(tmp_path, second, *, first=None, font="Helvetica"):
    """The text of the second page; the first one ends with a table."""
    path = write_pdf(tmp_path / "a.pdf", [first or table_of(FIRST, 700), second], font=font)
    return documents.read(path).pages[1].text


def test_a_table_goes_on_over_three_pages_under_its_header(tmp_path):
    middle = table_of([(f"Site {n} (t)", f"{n}.1", f"{n}.2") for n in range(1, 34)], 80)
    pages = documents.read(write_pdf(tmp_path / "a.pdf", [table_of(FIRST, 700), middle, table_of(REST, 80)])).pages
    assert pages[1].text.startswith("Site 1 (t)  2022: 1.1  2023: 1.2\n")
    assert pages[2].text == "Waste (t)  2022: 820  2023: 764\nSolar (MWh)  2022: 36  2023: 52"


def test_a_table_goes_on_where_left_and_right_pages_have_other_margins(tmp_path):
    text = second_page(tmp_path, table_of(REST, 80, (95, 275, 395)))
    assert text == "Waste (t)  2022: 820  2023: 764\nSolar (MWh)  2022: 36  2023: 52"


@pytest.mark.parametrize("mark", ["Table 3 (continued)", "Key figures, cont.", "续表", "表 3（续）", "單位：噸"])
def test_a_line_that_says_that_the_table_goes_on_does_not_part_it(mark, tmp_path):
    text = second_page(tmp_path, [(60, 80, mark, 10), *table_of(REST, 110)], font=CHINESE)
    assert "2022: 820" in text.replace("：", ": ")


def test_a_header_that_is_set_again_stands_once_and_counts(tmp_path):
    text = second_page(tmp_path, table_of([FIRST[0], *REST], 80))
    assert text == "Indicator  2022  2023\nWaste (t)  2022: 820  2023: 764\nSolar (MWh)  2022: 36  2023: 52"


def test_a_table_of_other_columns_begins_anew(tmp_path):
    for places, rows in (
        ((60, 180, 300), REST),
        ((60, 240, 300, 360), [(*row, "7.5") for row in REST]),
        ((60, 360), [row[:2] for row in REST]),
    ):
        assert "2022" not in second_page(tmp_path, table_of(rows, 80, places))


def test_a_table_with_its_own_header_keeps_it(tmp_path):
    text = second_page(tmp_path, table_of([("Indicator", "Target", "Actual"), *REST], 80))
    assert "Waste (t)  Target: 820  Actual: 764" in text
    assert "2022" not in text


def test_text_between_two_tables_parts_them(tmp_path):
    sentence = [(60, 80, "The sites of the company in the south report what follows in this table.", 10)]
    after = [(60, 770, "These figures were audited by nobody but the company itself.", 10)]
    for first, second in (
        (table_of(FIRST, 700), sentence + table_of(REST, 110)),
        (table_of(FIRST, 700) + after, table_of(REST, 80)),
        (table_of(FIRST, 200), table_of(REST, 80)),
    ):
        assert "2022" not in second_page(tmp_path, second, first=first)


@pytest.mark.parametrize(
    ("text", "value", "year"),
    [
        ("1,234", True, False), ("-3.2%", True, False), ("(3.2)", True, False), ("≥95%", True, False),
        ("12.5*", True, False), ("/", True, False), ("N/A", True, False), ("0.54 t/t", True, False),
        ("2021", True, True), ("FY22", True, True), ("2021年", True, True), ("FY20 / CY20", True, True),
        ("2025年目标", True, True), ("Iron ore", False, False), ("万吨", False, False), ("CAT 1 & 4", False, False),
        ("1. Water is reused in the works", False, False),
    ],
)  # fmt: skip
def test_values_and_years_are_told_by_their_look(text, value, year):
    assert (cells.is_value(text), cells.is_year(text)) == (value, year)
