"""A table's row keeps its label, unit, header and value together, in text that a quote can be checked against."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typeset
from builders import CHINESE, write_pdf
from reportlab.lib.enums import TA_JUSTIFY
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.platypus import BaseDocTemplate, Frame, PageTemplate, Paragraph
from tables import found

from alignment import documents, passages
from alignment.documents import cells
from alignment.types import BlockKind

TABLES = typeset.tables()
LABELLED = [
    json.loads(line)
    for line in (Path(__file__).parent / "data" / "tables.jsonl").read_text(encoding="utf-8").splitlines()
]


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_value_stands_beside_its_label_and_header(table, tmp_path):
    page = documents.read(typeset.write(tmp_path / "a.pdf", table)).pages[0]
    lost = [cell for cell in table.cells if not found(page, *cell)]
    assert not lost, [page.text[block.start : block.end] for block in page.blocks]


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_running_text_around_a_table_stays_running_text(table, tmp_path):
    page = documents.read(typeset.write(tmp_path / "a.pdf", table)).pages[0]
    prose = [page.text[block.start : block.end] for block in page.blocks if block.kind is BlockKind.PARAGRAPH]
    sentences = "公司持续完善环境管理" if table.name.startswith("zh") else "gives our results"
    assert sum("".join(text.split()).count("".join(sentences.split())) for text in prose) == 12


@pytest.mark.parametrize("table", TABLES[::4], ids=lambda table: table.name)
def test_no_passage_cuts_a_row_and_every_quote_is_verbatim(table, tmp_path):
    document = documents.read(typeset.write(tmp_path / "a.pdf", table))
    split = passages.split(document)
    assert passages.offsets_agree(split, document)
    page = document.pages[0]
    for block in page.blocks:
        if block.kind is BlockKind.TABLE_ROW:
            holders = [each for each in split if each.start <= block.start and block.end <= each.end]
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


def test_a_list_with_numbers_and_two_columns_of_text_are_no_tables(tmp_path):
    texts = [(60, 120 + 18 * n, f"{n + 1}.", 10) for n in range(4)]
    texts += [(90, 120 + 18 * n, f"Item {n} of the list speaks of water reuse", 10) for n in range(4)]
    page = documents.read(write_pdf(tmp_path / "a.pdf", [texts])).pages[0]
    assert all(block.kind is BlockKind.LIST_ITEM for block in page.blocks)


@pytest.mark.parametrize("width", [150, 180, 200, 220, 300, 440, 480])
def test_running_text_stretched_to_its_column_is_no_table(width, tmp_path):
    sentence = (
        "Transport contractors must electrify their vehicles by 2030 where infrastructure permits; 48 of them "
        "signed in 2022 and 17 began replacing diesel engines, reducing particulate emissions considerably. "
    )
    style = ParagraphStyle("text", fontSize=10, leading=15, alignment=TA_JUSTIFY)
    frame = Frame(60, 60, width, 700, 0, 0, 0, 0)
    template = BaseDocTemplate(str(tmp_path / "a.pdf"), pagesize=A4, invariant=1)
    template.addPageTemplates(PageTemplate("one", [frame]))
    template.build([Paragraph(sentence * 4, style)])
    page = documents.read(tmp_path / "a.pdf").pages[0]
    assert {block.kind for block in page.blocks} == {BlockKind.PARAGRAPH}
    assert " ".join(page.text.split()) == (sentence * 4).strip()


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
