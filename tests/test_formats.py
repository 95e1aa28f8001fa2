"""Workbooks, presentations, books and pictures: what a reader sees on them is what passages and quotes hold."""

from __future__ import annotations

import io
import zipfile

import docx
import openpyxl
import pptx
import pytest
from builders import epub, write_pdf
from openpyxl.styles import Font
from PIL import Image, ImageDraw, ImageFont
from pptx.util import Inches

from alignment import documents, passages
from alignment.documents import Limits
from alignment.errors import DocumentError, EncryptedError
from alignment.types import BlockKind, Format, Language, PageState


def lines(page):
    return page.text.split("\n")


def kinds(page):
    return [(block.kind, page.text[block.start : block.end]) for block in page.blocks]


def workbook(path, **sheets):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def test_each_value_of_a_workbook_stands_with_its_label_and_header(tmp_path):
    path = workbook(
        tmp_path / "data.xlsx",
        Energy=[
            ["Energy performance of all plants"],
            [],
            ["Indicator", "Unit", 2022, 2023],
            ["Energy consumption", "MWh", 51_200, 48_900.5],
            ["Renewable share", None, 0.25, 0.31],
            ["Water"],
            ["Water reused", "t", 860_000, 910_000],
        ],
    )
    read = documents.read(path)
    assert read.format is Format.XLSX and not read.has_pages
    assert read.pages[0].label == "Energy"
    assert lines(read.pages[0]) == [
        "Energy",
        "Energy performance of all plants",
        "Indicator  Unit  2022  2023",
        "Energy consumption (MWh)  2022: 51200  2023: 48900.5",
        "Renewable share  2022: 0.25  2023: 0.31",
        "Water",
        "Water reused (t)  2022: 860000  2023: 910000",
    ]
    assert [block.paragraph for block in read.pages[0].blocks] == [None, 1, 3, 4, 5, 6, 7]
    found = passages.split(read)
    row = next(each for each in found if "Water reused" in each.text)
    assert row.heading.split(" › ") == ["Energy", "Water"]
    assert row.text == "Water reused (t)  2022: 860000  2023: 910000", "a row is not mixed with others"


def test_numbers_of_a_workbook_read_as_they_are_shown(tmp_path):
    book = openpyxl.Workbook()
    for column, (value, shown) in enumerate(
        [(0.3125, "0.0%"), (48900.5, "#,##0.00"), (7, "General"), (1 / 3, "General"), (2.5, '0.00" t"')], 1
    ):
        book.active.cell(1, column, value).number_format = shown
    book.active.cell(1, 6, "=A1")
    book.save(tmp_path / "n.xlsx")
    assert lines(documents.read(tmp_path / "n.xlsx").pages[0])[1] == "31.2%  48,900.50  7  0.3333333333  2.50"


def test_a_table_of_words_is_read_by_its_bold_header_and_a_list_of_pairs_is_not(tmp_path):
    book = openpyxl.Workbook()
    book.active.title = "议题"
    for row in (["主题", "措施"], ["节水", "公司建设中水回用系统。"], ["固废", "钢渣全部综合利用。"]):
        book.active.append(row)
    for cell in book.active[1]:
        cell.font = Font(bold=True)
    pairs = book.create_sheet("公司")
    for pair in (["名称", "青云钢铁"], ["员工", 900]):
        pairs.append(pair)
    book.create_sheet("草稿").append(["不对外"])
    book["草稿"].sheet_state = "hidden"
    book.save(tmp_path / "zh.xlsx")
    read = documents.read(tmp_path / "zh.xlsx")
    assert lines(read.pages[0])[2:] == ["节水  措施：公司建设中水回用系统。", "固废  措施：钢渣全部综合利用。"]
    assert lines(read.pages[1]) == ["公司", "名称  青云钢铁", "员工  900"]
    assert len(read.pages) == 2, "a hidden sheet is not read"
    assert read.languages == (Language.ZH_HANS,)


def test_a_staff_number_that_looks_like_a_year_is_no_header(tmp_path):
    rows = [["Indicator", "2022", "2023"], ["Staff", 2012, 2034], ["Accidents", 3, 1]]
    page = documents.read(workbook(tmp_path / "s.xlsx", Social=rows)).pages[0]
    assert lines(page)[2:] == ["Staff  2022: 2012  2023: 2034", "Accidents  2022: 3  2023: 1"]


def test_a_slide_is_a_page_read_from_its_title_down(tmp_path):
    deck = pptx.Presentation()
    first = deck.slides.add_slide(deck.slide_layouts[5])
    right = first.shapes.add_textbox(Inches(5), Inches(2), Inches(3), Inches(1))
    right.text_frame.text = "Right: waste heat is recovered."
    left = first.shapes.add_textbox(Inches(1), Inches(2), Inches(3), Inches(1))
    left.text_frame.text = "Left: the roof carries solar panels."
    table = first.shapes.add_table(2, 2, Inches(1), Inches(4), Inches(6), Inches(1)).table
    for (row, column), text in {(0, 0): "Indicator", (0, 1): "2023", (1, 0): "Water reused", (1, 1): "86 %"}.items():
        table.cell(row, column).text = text
    first.shapes.title.text = "Energy\vand water"
    second = deck.slides.add_slide(deck.slide_layouts[6])
    picture = io.BytesIO()
    Image.new("RGB", (40, 40), "green").save(picture, "PNG")
    second.shapes.add_picture(picture, 0, 0)
    group = deck.slides.add_slide(deck.slide_layouts[6]).shapes.add_group_shape()
    group.shapes.add_textbox(0, 0, 99, 99).text_frame.text = "Inside a group."
    hidden = deck.slides.add_slide(deck.slide_layouts[6])
    hidden.shapes.add_textbox(0, 0, 99, 99).text_frame.text = "Not shown."
    hidden._element.set("show", "0")
    deck.save(tmp_path / "d.pptx")
    read = documents.read(tmp_path / "d.pptx")
    assert read.format is Format.PPTX and read.has_pages and read.title == "Energy and water"
    assert kinds(read.pages[0]) == [
        (BlockKind.HEADING, "Energy and water"),
        (BlockKind.PARAGRAPH, "Left: the roof carries solar panels."),
        (BlockKind.PARAGRAPH, "Right: waste heat is recovered."),
        (BlockKind.TABLE_ROW, "Indicator  2023"),
        (BlockKind.TABLE_ROW, "Water reused  2023: 86 %"),
    ]
    assert [page.state for page in read.pages[1:]] == [PageState.SCANNED, PageState.OK, PageState.EMPTY]
    assert read.pages[2].text == "Inside a group."
    assert read.pages[0].blocks[1].box == (72, 144, 288, 216)


def test_chapters_of_a_book_come_in_the_order_of_its_spine(tmp_path):
    chapters = {"z%20last.xhtml": "<h1>Water</h1><p>Water is reused.</p>", "a.xhtml": "<h1>Waste</h1><p>Slag too.</p>"}
    read = documents.read(epub(tmp_path / "b.epub", chapters))
    assert read.format is Format.EPUB and read.title == "Green Book"
    assert [page.text for page in read.pages] == ["Water\nWater is reused.", "Waste\nSlag too."]
    assert [block.paragraph for page in read.pages for block in page.blocks] == [1, 2, 3, 4]


def test_a_book_with_a_lock_says_so_and_one_that_points_outside_finds_nothing(tmp_path):
    lock = '<encryption xmlns:e="x"><e:CipherReference URI="OPS/a.xhtml"/></encryption>'
    path = epub(tmp_path / "l.epub", {"a.xhtml": "<p>x</p>"}, extra=[("META-INF/encryption.xml", lock)])
    with pytest.raises(EncryptedError, match="lock"):
        documents.read(path)
    (tmp_path / "secret.xhtml").write_text("<p>secret</p>")
    with pytest.raises(DocumentError, match="lacks its part"):
        documents.read(epub(tmp_path / "o.epub", {"../../secret.xhtml": "<p>x</p>"}))


@pytest.fixture
def scan():
    image = Image.new("RGB", (1240, 1754), "white")
    draw = ImageDraw.Draw(image)
    draw.text((120, 200), "The plant reuses waste water", fill="black", font=ImageFont.load_default(42))
    return image


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF"])
def test_a_picture_is_a_scanned_page_until_it_is_read_by_ocr(tmp_path, scan, kind):
    scan.save(tmp_path / "scan", kind, dpi=(150, 150))
    read = documents.read(tmp_path / "scan")
    assert read.format is Format.IMAGE and read.readable_share == 0
    assert read.pages[0].state is PageState.SCANNED and round(read.pages[0].width) == 595
    if kind == "PNG":
        pytest.importorskip("rapidocr")
        page = documents.read(tmp_path / "scan", ocr=True).pages[0]
        assert page.state is PageState.OCR and "reuses waste water" in page.text
        assert 0.9 < page.confidence <= 1
        left, top, right, bottom = page.blocks[0].box
        assert 50 < left < 65 and 85 < top < 110 and bottom > top and right < 400


def test_every_frame_of_a_tiff_is_a_page(tmp_path, scan):
    scan.save(tmp_path / "fax.tif", save_all=True, append_images=[scan.rotate(90, expand=True), scan])
    pages = documents.read(tmp_path / "fax.tif").pages
    assert [page.number for page in pages] == [1, 2, 3]
    assert [page.width > page.height for page in pages] == [False, True, False]
    with pytest.raises(DocumentError, match="3 pictures, more than the 2 allowed"):
        documents.read(tmp_path / "fax.tif", limits=Limits(pages=2))


def test_formats_are_told_by_content_whatever_the_name(tmp_path):
    workbook(tmp_path / "a.pdf", S=[["Water is reused", 1]])
    pptx.Presentation().save(tmp_path / "deck.docx")
    docx.Document().save(tmp_path / "empty.xlsx")
    write_pdf(tmp_path / "b.xlsx", [[(72, 72, "Water is reused.", 11)]])
    assert documents.read(tmp_path / "a.pdf").format is Format.XLSX
    assert documents.read(tmp_path / "b.xlsx").format is Format.PDF
    for name in ("deck.docx", "empty.xlsx"):
        with pytest.raises(DocumentError, match="contains no text"):
            documents.read(tmp_path / name)


@pytest.mark.parametrize("sample", ["northlight-batteries.docx", "qingyun-steel.pdf"])
def test_reading_twice_gives_the_same_document(samples, sample):
    assert documents.read(samples / sample) == documents.read(samples / sample)


def test_a_document_type_with_entities_of_its_own_leaves_nothing_in_the_text(tmp_path):
    subset = '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.1//EN" "a.dtd" [\n<!ENTITY x "y">\n<!-- ]x> -->\n]  >'
    page = f"<?xml version='1.0'?>\n{subset}<html><body><p>Water [is] reused.</p></body></html>"
    path = epub(tmp_path / "d.epub", {"a.xhtml": "<p>first</p>", "b.xhtml": page})
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(tmp_path / "e.epub", "w") as new:
        for name in old.namelist():
            new.writestr(name, page if name == "OPS/b.xhtml" else old.read(name))
    assert documents.read(tmp_path / "e.epub").pages[1].text == "Water [is] reused."
    (tmp_path / "a.html").write_text(page)
    assert documents.read(tmp_path / "a.html").pages[0].text == "Water [is] reused."
