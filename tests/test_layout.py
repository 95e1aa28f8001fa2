"""Text is read in the order in which a person reads the page."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path

import pytest
from builders import CHINESE, write_pdf
from pypdf import PdfReader, PdfWriter
from reportlab.lib.pagesizes import A4, landscape
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from alignment import documents
from alignment.documents.layout import lines as rows
from alignment.documents.pdfium.segments import Segment
from alignment.types import BlockKind, PageState

PAIRS = [
    json.loads(line)
    for line in (Path(__file__).parent / "data" / "reading-order.jsonl").read_text(encoding="utf-8").splitlines()
]


@cache
def pages(path: Path):
    return documents.read(path).pages


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: f"{pair['report'][:11]}-p{pair['page']}-{pair['before'][-8:]}")
def test_what_follows_on_the_page_follows_in_the_text(pair, shared):
    page = pages(shared / "data" / "reports" / pair["report"])[pair["page"] - 1]
    assert squeezed(pair["before"] + pair["after"]) in squeezed(page.text), pair["what"]


def column(name, left, top, *, count=12, size=10):
    return [(left, top + 14 * n, f"{name} line {n} speaks of water and its reuse", size) for n in range(count)]


def order(text, *names):
    return [re.findall(rf"{name} line (\d+)", text) for name in names], [text.index(f"{name} line 0") for name in names]


def assert_in_turn(page, *names, count=12):
    numbers, starts = order(page.text, *names)
    assert numbers == [[str(n) for n in range(count)]] * len(names)
    assert starts == sorted(starts)
    ends = [page.text.index(f"{name} line {count - 1}") for name in names]
    assert all(end < start for end, start in zip(ends, starts[1:], strict=False))


def test_three_columns_under_a_wide_title_are_read_in_turn(tmp_path):
    texts = [(40, 60, "Our whole climate strategy in one single wide heading line", 20)]
    for name, left in (("first", 40), ("second", 225), ("third", 410)):
        texts += column(name, left, 120, size=7.5)
    page = documents.read(write_pdf(tmp_path / "a.pdf", [texts])).pages[0]
    assert page.blocks[0].kind is BlockKind.HEADING
    assert_in_turn(page, "first", "second", "third")


def test_columns_above_and_below_a_wide_line_are_read_band_by_band(tmp_path):
    texts = column("one", 50, 80) + column("two", 320, 80)
    texts.append((50, 300, "A heading that goes across the whole width of this page again", 16))
    texts += column("three", 50, 340) + column("four", 320, 340)
    page = documents.read(write_pdf(tmp_path / "a.pdf", [texts])).pages[0]
    assert_in_turn(page, "one", "two", "three", "four")


def test_a_heading_that_ends_just_before_the_right_column_stands_across_both(tmp_path):
    heading = "Figure 4: The framework in a heading line that is wide"
    right = 50 + stringWidth(heading, "Helvetica", 11) + 2
    texts = [*column("left", 50, 80, size=9), *column("right", right, 80, size=9), (50, 300, heading, 11)]
    page = documents.read(write_pdf(tmp_path / "a.pdf", [texts])).pages[0]
    assert_in_turn(page, "left", "right")
    assert page.text.index("right line 11") < page.text.index(heading)


def sheet(path, draw, *, size=A4, turn=0):
    canvas = Canvas(str(path), pagesize=size, invariant=1)
    canvas.saveState()
    if turn == 90:
        canvas.translate(size[0], 0)
        canvas.rotate(90)
    elif turn == 270:
        canvas.translate(0, size[1])
        canvas.rotate(270)
    elif turn == 180:
        canvas.translate(*size)
        canvas.rotate(180)
    height = size[0] if turn in (90, 270) else size[1]
    for left, top, text, points in draw:
        canvas.setFont("Helvetica", points)
        canvas.drawString(left, height - top, text)
    canvas.restoreState()
    canvas.save()
    return path


def test_two_pages_on_one_sheet_are_read_one_after_the_other(tmp_path):
    draw = [(40, 80, "Left page title goes over both columns", 18), (470, 300, "Right page title lower down", 18)]
    draw += column("a", 40, 110, size=8) + column("b", 230, 110, size=8)
    draw += column("c", 470, 110, size=8) + column("d", 660, 110, size=8)
    page = documents.read(sheet(tmp_path / "a.pdf", draw, size=landscape(A4))).pages[0]
    assert_in_turn(page, "a", "b", "c", "d")
    assert page.text.index("Left page title") < page.text.index("a line 0")


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_page_set_sideways_is_read_like_an_upright_one(tmp_path, turn):
    upright_size = (A4[1], A4[0]) if turn in (90, 270) else A4
    draw = column("left", 50, 120) + column("right", 320, 120)
    upright = documents.read(sheet(tmp_path / "up.pdf", draw, size=upright_size)).pages[0]
    page = documents.read(sheet(tmp_path / "a.pdf", draw, turn=turn)).pages[0]
    assert page.text == upright.text
    assert_in_turn(page, "left", "right")
    for block in page.blocks:
        assert 0 <= block.box[0] < block.box[2] <= A4[0]
        assert 0 <= block.box[1] < block.box[3] <= A4[1]


@pytest.mark.parametrize("rotation", [90, 180, 270])
def test_a_page_turned_by_its_viewer_setting_keeps_its_order_and_boxes(tmp_path, rotation):
    draw = column("left", 50, 120) + column("right", 320, 120)
    plain = documents.read(sheet(tmp_path / "plain.pdf", draw)).pages[0]
    writer = PdfWriter(clone_from=PdfReader(tmp_path / "plain.pdf"))
    writer.pages[0].rotate(rotation)
    writer.write(tmp_path / "turned.pdf")
    page = documents.read(tmp_path / "turned.pdf").pages[0]
    assert page.text == plain.text
    assert (page.width > page.height) == (rotation in (90, 270))
    first, same = plain.blocks[0].box, page.blocks[0].box
    across = (first[2] - first[0], first[3] - first[1])
    expected = across[::-1] if rotation in (90, 270) else across
    assert (same[2] - same[0], same[3] - same[1]) == pytest.approx(expected, abs=0.1)


def test_text_that_stands_turned_beside_the_body_does_not_break_it(tmp_path):
    canvas = Canvas(str(tmp_path / "a.pdf"), pagesize=A4, invariant=1)
    for left, top, text, size in column("body", 80, 120):
        canvas.setFont("Helvetica", size)
        canvas.drawString(left, A4[1] - top, text)
        if top == 162:
            canvas.saveState()
            canvas.translate(60, 500)
            canvas.rotate(90)
            canvas.drawString(0, 0, "Environment and society")
            canvas.restoreState()
    canvas.translate(200, 300)
    canvas.rotate(45)
    canvas.drawString(0, 0, "DRAFT COPY")
    canvas.save()
    page = documents.read(tmp_path / "a.pdf").pages[0]
    assert_in_turn(page, "body")
    assert page.text.index("body line 11") < page.text.index("Environment and society")
    kinds = {page.text[block.start : block.end]: block.kind for block in page.blocks}
    assert kinds["DRAFT"] is kinds["COPY"] is BlockKind.FOOTER


def test_a_word_broken_at_a_line_end_is_whole_and_a_compound_keeps_its_hyphen(tmp_path):
    lines = [
        "Our nature-based work is low in carbon and the whole refine-",
        "ment of steel goes on. Solutions are based on nature and on nature-",
        "based design, and each company grew, as did the com-",
        "pany that we bought.",
    ]
    texts = [(60, 120 + 14 * n, line, 11) for n, line in enumerate(lines)]
    text = documents.read(write_pdf(tmp_path / "a.pdf", [texts])).pages[0].text
    for word in ("refinement of steel", "on nature-based design", "did the company that"):
        assert word in text


def test_raised_numbers_join_the_runs_on_both_of_their_sides():
    parts = [
        ("see note", 62, 94, 76, 85),
        ("2", 94, 98, 74, 81),
        (". We cut", 98, 130, 76, 87),
        ("1", 130, 134, 74, 81),
    ]
    runs = [Segment(text, left, top, right, bottom, 8, False, ()) for text, left, right, top, bottom in parts]
    assert [run.text for run in rows.joined(runs)] == ["see note2. We cut1"]


def test_a_footnote_of_one_column_is_read_after_the_other_column(tmp_path):
    texts = column("left", 50, 120) + column("right", 320, 120, count=20)
    texts += [(50, 700, "1 A note in small letters that belongs to the left", 7), (54, 709, "column and runs on.", 7)]
    page = documents.read(write_pdf(tmp_path / "a.pdf", [texts])).pages[0]
    assert page.blocks[-1].kind is BlockKind.FOOTNOTE
    assert page.text.endswith("belongs to the left\ncolumn and runs on.")


def test_tabs_that_repeat_at_the_side_are_no_body_text(tmp_path):
    made = [[(8, 300, "环境", 8), *column(f"page{n}", 120, 120)] for n in range(4)]
    made = [[(x, y, t.replace("环境", "Planet"), s) for x, y, t, s in page] for page in made]
    page = documents.read(write_pdf(tmp_path / "a.pdf", made)).pages[1]
    kinds = {page.text[block.start : block.end]: block.kind for block in page.blocks}
    assert kinds["Planet"] in (BlockKind.HEADER, BlockKind.FOOTER)


def test_numbered_chinese_headings_are_headings_whatever_their_size(tmp_path):
    texts = [
        (60, 100, "第三章 绿色低碳发展", 11),
        (60, 130, "公司建设中水回用系统，将处理后的废水用于循环冷却和绿", 11),
        (60, 148, "化，全年回用水量八十六万吨。", 11),
        (60, 178, "（一）节能降碳", 11),
        (60, 208, "公司完成余热发电改造，全年发电三千万千瓦时，减少外购", 11),
        (60, 226, "电力支出。", 11),
    ]
    page = documents.read(write_pdf(tmp_path / "a.pdf", [texts], font=CHINESE)).pages[0]
    headings = [page.text[block.start : block.end] for block in page.blocks if block.kind is BlockKind.HEADING]
    assert headings == ["第三章 绿色低碳发展", "（一）节能降碳"]


def test_a_picture_with_only_a_page_number_beside_it_is_scanned_not_read(shared):
    states = {page.number: page.state for page in pages(shared / "data/reports/bhp-climate-transition-action-plan.pdf")}
    assert states[26] is PageState.SCANNED
    assert states[13] is PageState.OK
