"""Scanned and garbled pages, and pictures on others, are recognised when asked; nothing else is."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import pypdfium2 as pdfium
import pytest
from builders import CHINESE, picture_pdf, write_pdf
from ocr import error_rate
from pypdf import PdfReader, PdfWriter
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas
from tables import found

from alignment import documents, resources
from alignment.documents.ocr import engine
from alignment.errors import MissingExtraError
from alignment.types import PageState

LINES = ("公司建设屋顶光伏，全年发电一千万千瓦时。", "The company installed rooftop solar panels.")
pytest.importorskip("rapidocr", reason="the extra `ocr` is not installed")


@pytest.fixture(scope="module")
def text_pdf(tmp_path_factory):
    texts = [(72, 100 + 20 * n, line, 12) for n, line in enumerate(LINES)]
    return write_pdf(tmp_path_factory.mktemp("ocr") / "text.pdf", [texts], font=CHINESE)


def test_a_scanned_page_is_read_when_asked_with_its_confidence(text_pdf, tmp_path):
    scan = picture_pdf(text_pdf, tmp_path / "scan.pdf")
    assert documents.read(scan).pages[0].state is PageState.SCANNED
    page = documents.read(scan, ocr=True).pages[0]
    assert page.state is PageState.OCR
    assert LINES[0] in page.text and LINES[1] in page.text
    assert 0.9 < page.confidence <= 1
    assert documents.read(text_pdf, ocr=True).pages[0].confidence is None


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_page_scanned_sideways_or_upside_down_is_read_upright(text_pdf, tmp_path, turn):
    page = documents.read(picture_pdf(text_pdf, tmp_path / "scan.pdf", turn=turn), ocr=True).pages[0]
    assert LINES[0] in page.text and LINES[1] in page.text
    for block in page.blocks:
        assert 0 <= block.box[0] < block.box[2] <= page.width
        assert 0 <= block.box[1] < block.box[3] <= page.height


def test_what_was_read_once_is_kept_by_the_picture_and_read_again_when_damaged(text_pdf, tmp_path, monkeypatch):
    monkeypatch.setenv("ALIGNMENT_CACHE", str(tmp_path / "cache"))
    scan = picture_pdf(text_pdf, tmp_path / "scan.pdf")
    first = documents.read(scan, ocr=True)
    (kept,) = (tmp_path / "cache" / "ocr").iterdir()
    lines = json.loads(kept.read_text(encoding="utf-8"))
    lines[0][0] = "从缓存读取的一行文字"
    kept.write_text(json.dumps(lines), encoding="utf-8")
    assert "从缓存读取的一行文字" in documents.read(scan, ocr=True).pages[0].text
    kept.write_text("{damaged", encoding="utf-8")
    assert documents.read(scan, ocr=True) == first


def test_a_picture_on_a_page_of_text_is_read_beside_the_text(text_pdf, tmp_path):
    picture = pdfium.PdfDocument(text_pdf)[0].render(scale=3).to_pil().crop((150, 200, 1700, 420))
    canvas = Canvas(str(tmp_path / "a.pdf"), pagesize=A4, invariant=1)
    for n in range(20):
        canvas.drawString(72, 760 - 14 * n, f"Line {n} of the page's own text about water.")
    canvas.drawImage(ImageReader(picture), 60, 250, 480, 480 * picture.height / picture.width)
    canvas.save()
    plain = documents.read(tmp_path / "a.pdf").pages[0]
    page = documents.read(tmp_path / "a.pdf", ocr=True).pages[0]
    assert "屋顶光伏" not in plain.text and "屋顶光伏" in page.text
    assert page.text.count("page's own text") == 20
    assert (plain.state, page.state) == (PageState.OK, PageState.OCR)


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_table_in_a_picture_on_a_page_that_its_viewer_turns_is_read_upright(tmp_path, turn):
    """The picture is drawn so that it stands upright once the page is turned, as the words beside it do."""
    rows = [("Indicator", "2022", "2023"), ("Water drawn (ML)", "530", "487"), ("Waste (t)", "1,220", "1,105")]
    cells = [
        (left, 60 + 24 * n, cell, 12)
        for n, row in enumerate(rows)
        for left, cell in zip((60, 300, 420), row, strict=True)
    ]
    drawn = pdfium.PdfDocument(write_pdf(tmp_path / "table.pdf", [cells]))[0]
    picture = drawn.render(scale=3).to_pil().crop((120, 90, 1500, 390))
    path = tmp_path / "turned.pdf"
    size = A4 if turn == 180 else (A4[1], A4[0])
    canvas = Canvas(str(path), pagesize=size, invariant=1)
    canvas.translate(*{90: (size[0], 0), 180: size, 270: (0, size[1])}[turn])
    canvas.rotate(turn)
    for n in range(20):
        canvas.drawString(72, 760 - 14 * n, f"Line {n} of the page's own text about water.")
    canvas.drawImage(ImageReader(picture), 60, 250, 460, 100)
    canvas.save()
    writer = PdfWriter(clone_from=PdfReader(path))
    writer.pages[0].rotate(turn)
    writer.write(path)
    page = documents.read(path, ocr=True).pages[0]
    assert page.text.count("page's own text") == 20
    for label, _, value in rows[1:]:
        assert found(page, label, "2023", value)
        (box,) = {block.box for block in page.blocks if label in page.text[block.start : block.end]}
        assert 60 <= box[0] < box[2] <= 520 and A4[1] - 350 <= box[1] < box[3] <= A4[1] - 250


def test_chinese_has_no_spaces_inside_and_english_keeps_its_own(text_pdf, tmp_path):
    text = documents.read(picture_pdf(text_pdf, tmp_path / "scan.pdf"), ocr=True).pages[0].text
    assert not re.search(r"[\u4e00-\u9fff] +[\u4e00-\u9fff]", text)
    assert "installed rooftop solar" in text


@pytest.mark.parametrize(("report", "page"), [("qingyun-steel.pdf", 5), ("northlight-batteries.pdf", 5)])
def test_few_characters_of_a_scanned_page_are_wrong(samples, tmp_path, report, page):
    truth = documents.read(samples / report).pages[page - 1].text
    scan = picture_pdf(samples / report, tmp_path / "scan.pdf", pages=[page - 1])
    assert error_rate(truth, documents.read(scan, ocr=True).pages[0].text) <= 0.03


@pytest.mark.parametrize("turn", [0, 90, 270])
def test_tables_that_are_pictures_in_a_real_report_are_read_cell_by_cell(shared, tmp_path, turn):
    labels = Path(__file__).parent / "data" / "tables.jsonl"
    cells = [json.loads(line) for line in labels.read_text(encoding="utf-8").splitlines()]
    cells = [cell for cell in cells if cell["picture"] and cell["page"] == 12]
    writer = PdfWriter()
    writer.add_page(PdfReader(shared / "data" / "reports" / cells[0]["report"]).pages[11]).rotate(turn)
    writer.write(tmp_path / "one.pdf")
    page = documents.read(tmp_path / "one.pdf", ocr=True).pages[0]
    lost = [cell for cell in cells if not found(page, cell["label"], cell["header"], cell["value"])]
    assert not lost


def test_asking_for_ocr_without_its_packages_names_the_extra(text_pdf, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "rapidocr", None)
    scan = picture_pdf(text_pdf, tmp_path / "scan.pdf")
    with pytest.raises(MissingExtraError) as caught:
        documents.read(scan, ocr=True)
    assert "plan-alignment[ocr]" in caught.value.hint
    assert documents.read(text_pdf, ocr=True).pages[0].state is PageState.OK


def test_the_cache_is_the_users_own():
    assert resources.cache("ocr").parent == resources.cache()
    assert engine.workers() >= 1


@pytest.mark.parametrize("blank", [False, True])
def test_a_scan_below_text_is_named_until_it_was_read_or_holds_no_text(text_pdf, tmp_path, blank):
    with pdfium.PdfDocument(text_pdf) as pdf:
        scan = pdf[0].render(scale=2).to_pil().convert("L")
    canvas = Canvas(str(tmp_path / "a.pdf"), pagesize=A4, invariant=1)
    canvas.drawImage(ImageReader(scan.point(lambda _: 220) if blank else scan), 40, 20, 0.8 * A4[0], 0.8 * A4[1])
    for number in range(8):
        canvas.drawString(40, A4[1] - 30 - 14 * number, "The text above says that all of the waste water is reused")
    canvas.save()
    assert documents.read(tmp_path / "a.pdf").pages[0].state is PageState.PARTIAL
    read = documents.read(tmp_path / "a.pdf", ocr=True)
    assert read.pages[0].state is (PageState.OK if blank else PageState.OCR) and not read.unread
