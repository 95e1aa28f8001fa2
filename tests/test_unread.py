"""What of Word files, slides, workbooks and books is not read is known: pictures of pages, values not saved."""

from __future__ import annotations

import io

import docx
import docx.shared
import openpyxl
import pptx
import pytest
from builders import epub
from hostile import rewritten
from openpyxl.drawing.image import Image as SheetImage
from PIL import Image
from pptx.util import Inches

from alignment import documents, passages
from alignment.documents import Limits
from alignment.documents.unread.paper import may_be_paper
from alignment.errors import DocumentError
from alignment.types import PageState

PROSE = "The plant reuses its waste water, and its roofs carry solar panels that feed the furnaces. "


PAPER, PHOTOGRAPH = "white", "green"


def picture(colour=PAPER):
    file = io.BytesIO()
    Image.new("RGB", (60, 85), colour).save(file, "PNG")
    file.seek(0)
    return file


def word_with(path, pictures, *, paragraphs=(), colour=PAPER):
    """A Word file on A4 with an inch of margin, with pictures of these widths and heights in inches."""
    word = docx.Document()
    section = word.sections[0]
    section.page_width, section.page_height = docx.shared.Mm(210), docx.shared.Mm(297)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = docx.shared.Inches(1)
    for text in paragraphs:
        word.add_paragraph(text)
    for width, height in pictures:
        word.add_picture(picture(colour), docx.shared.Inches(width), docx.shared.Inches(height))
    word.save(str(path))
    return documents.read(path)


def test_a_word_file_of_scanned_pages_is_scanned_and_one_among_text_is_read_in_part(tmp_path):
    scans = word_with(tmp_path / "a.docx", [(6.2, 8.8)] * 3)
    assert scans.pages[0].state is PageState.SCANNED and scans.readable_share == 0 and scans.pages[0].unread == 3
    captioned = word_with(tmp_path / "b.docx", [(4, 5.7)] * 3, paragraphs=["Annex: the permits of all of our plants"])
    assert captioned.pages[0].state is PageState.PARTIAL and captioned.unread == captioned.pages
    among = word_with(tmp_path / "c.docx", [(6.2, 8.8)], paragraphs=[PROSE] * 60)
    assert among.pages[0].state is PageState.PARTIAL and among.pages[0].unread == 1 and among.readable_share == 0.5
    assert PROSE.strip() in among.pages[0].text and passages.split(among), "what was read can be evidence"


def test_photographs_among_the_text_of_a_word_file_leave_it_read(tmp_path):
    report = word_with(tmp_path / "a.docx", [(6.2, 4.1), (3, 4), (1, 1)] * 4, paragraphs=[PROSE] * 20)
    assert report.pages[0].state is PageState.OK and not report.unread


def deck_with(path, *slides, colour=PAPER):
    """A deck of slides of ten by seven and a half inches: title, and the size of a picture or None."""
    deck = pptx.Presentation()
    for title, size, body in slides:
        slide = deck.slides.add_slide(deck.slide_layouts[5])
        slide.shapes.title.text = title
        if size:
            slide.shapes.add_picture(picture(colour), 0, 0, Inches(size[0]), Inches(size[1]))
        if body:
            slide.shapes.add_textbox(0, 0, Inches(4), Inches(4)).text_frame.text = body
    deck.save(path)
    return documents.read(path)


def test_a_slide_with_hardly_more_than_a_large_picture_is_not_taken_as_read(tmp_path):
    read = deck_with(
        tmp_path / "a.pptx",
        ("Permit", (10, 7.5), ""),
        ("Permits of all of our plants in 2023", (10, 7.5), ""),
        ("Permits of all of our plants in 2023", (4, 3), ""),
        ("Water", (10, 7.5), PROSE * 2),
    )
    assert [page.state for page in read.pages] == [
        PageState.SCANNED, PageState.PARTIAL, PageState.OK, PageState.OK
    ]  # fmt: skip
    assert read.unread == read.pages[:2] and read.readable_share == 0.625


def test_a_photograph_on_the_cover_is_no_scan(tmp_path):
    cover = word_with(tmp_path / "a.docx", [(6.2, 8.8)], paragraphs=[PROSE] * 60, colour=PHOTOGRAPH)
    assert cover.pages[0].state is PageState.OK and not cover.unread
    deck = deck_with(tmp_path / "a.pptx", ("Sustainability Report 2023", (10, 7.5), ""), colour=PHOTOGRAPH)
    assert deck.pages[0].state is PageState.OK and not deck.unread


def test_where_nothing_is_said_dark_pictures_count_too(tmp_path):
    word = word_with(tmp_path / "a.docx", [(6.2, 8.8)] * 2, colour=PHOTOGRAPH)
    assert word.pages[0].state is PageState.SCANNED and word.pages[0].unread == 2
    deck = deck_with(tmp_path / "a.pptx", ("", (10, 7.5), ""), colour=PHOTOGRAPH)
    assert deck.pages[0].state is PageState.SCANNED and deck.pages[0].unread == 1


def encoded(kind, shade, mode="L"):
    file = io.BytesIO()
    Image.new(mode, (300, 400), shade).save(file, kind)
    return file.getvalue()


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        *((encoded(kind, 240), True) for kind in ("PNG", "JPEG", "TIFF", "GIF", "BMP")),
        *((encoded(kind, 90), False) for kind in ("PNG", "JPEG", "TIFF", "GIF", "BMP")),
        (encoded("PNG", (0, 0, 0, 0), "RGBA"), True),
        (encoded("TIFF", 0, "1"), False),
        (encoded("JPEG", (0, 0, 0, 255), "CMYK"), False),
        (encoded("WEBP", 90, "RGB"), True),
        (encoded("PNG", 90)[:60], True),
        (b"\x01\x00\x00\x00 metafile", True),
        (None, True),
    ],
)  # fmt: skip
def test_a_picture_is_a_scan_only_if_it_is_light_or_cannot_be_seen(data, expected):
    assert may_be_paper(data, Limits()) is expected


def test_a_picture_above_the_limit_is_not_unpacked():
    assert may_be_paper(encoded("PNG", 90), Limits(pixels=1000))


def workbook(path, *sheets):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for number, rows in enumerate(sheets, 1):
        sheet = book.create_sheet(f"S{number}")
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def test_formulas_whose_values_were_not_saved_are_counted_and_leave_their_sheet_read_in_part(tmp_path):
    rows = [["Indicator", "Unit", 2022, 2023], ["Reused", "t", "=1+2", "=C2*2"]]
    read = documents.read(workbook(tmp_path / "a.xlsx", rows, [["Slag is reused", 7]]))
    assert [page.state for page in read.pages] == [PageState.PARTIAL, PageState.OK]
    assert read.pages[0].unread == 2 and read.unread == read.pages[:1]
    with pytest.raises(DocumentError, match="nothing but formulas without saved values") as caught:
        documents.read(workbook(tmp_path / "b.xlsx", [["=1+2"]]))
    assert "spreadsheet program" in caught.value.hint


def test_a_formula_with_its_value_saved_even_an_empty_text_was_read(tmp_path):
    path = workbook(tmp_path / "a.xlsx", [["Slag", 7]])
    cells = '<c r="A1"><f>1+2</f><v>3</v></c><c r="B1" t="str"><f>""</f><v></v></c>'
    sheet = (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        f'<row r="1">{cells}</row></sheetData></worksheet>'
    )
    (tmp_path / "b.xlsx").write_bytes(rewritten(path.read_bytes(), "xl/worksheets/sheet1.xml", sheet.encode()))
    page = documents.read(tmp_path / "b.xlsx").pages[0]
    assert page.state is PageState.OK and page.text == "S1\n3"


def sheets_with_pictures(path, *sheets):
    """Sheets with these rows and one picture of this width and height in pixels."""
    book = openpyxl.load_workbook(workbook(path, *(rows for rows, _, _ in sheets)))
    for sheet, (_, width, height) in zip(book.worksheets, sheets, strict=True):
        shown = SheetImage(picture())
        shown.width, shown.height = width, height
        sheet.add_image(shown, "A3")
    book.save(path)
    return documents.read(path)


def test_a_sheet_with_hardly_more_than_a_large_picture_is_not_taken_as_read(tmp_path):
    note = [["See the picture of the table below"]]
    table = [[f"Waste water that was reused at plant {number}", number] for number in range(9)]
    read = sheets_with_pictures(
        tmp_path / "a.xlsx", ([], 900, 500), (note, 900, 500), (note, 200, 90), (table, 900, 500)
    )
    assert [page.state for page in read.pages] == [
        PageState.SCANNED, PageState.PARTIAL, PageState.OK, PageState.OK
    ]  # fmt: skip
    assert read.unread == read.pages[:2] and [page.unread for page in read.pages] == [1, 1, 0, 0]
    assert "the picture of the table" in read.pages[1].text


@pytest.mark.parametrize(
    "anchor",
    [
        "<xdr:twoCellAnchor><xdr:from><xdr:col>0</xdr:col><xdr:row>1</xdr:row></xdr:from>"
        "<xdr:to><xdr:col>12</xdr:col><xdr:row>30</xdr:row></xdr:to>{}<xdr:clientData/></xdr:twoCellAnchor>",
        '<xdr:absoluteAnchor><xdr:pos x="0" y="0"/><xdr:ext cx="7620000" cy="5080000"/>{}</xdr:absoluteAnchor>',
    ],
)
def test_a_picture_on_a_sheet_has_its_size_from_wherever_the_file_says_it(tmp_path, anchor):
    sheets_with_pictures(tmp_path / "a.xlsx", ([["See the picture"]], 20, 20))
    shown = '<xdr:pic><xdr:blipFill><a:blip r:embed="rId1"/></xdr:blipFill></xdr:pic>'
    drawing = (
        '<xdr:wsDr xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing" '
        'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
        'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
        f"{anchor.format(shown)}</xdr:wsDr>"
    )
    data = rewritten((tmp_path / "a.xlsx").read_bytes(), "xl/drawings/drawing1.xml", drawing.encode())
    (tmp_path / "b.xlsx").write_bytes(data)
    assert documents.read(tmp_path / "a.xlsx").pages[0].state is PageState.OK
    assert documents.read(tmp_path / "b.xlsx").pages[0].state is PageState.PARTIAL


SCAN = '<p><img src="scan.png" alt="Page"/></p>'
DRAWN = '<svg xmlns="http://www.w3.org/2000/svg"><image href="scan.png"/></svg>'


def test_chapters_of_nothing_but_pictures_are_scanned_and_a_cover_is_not(tmp_path):
    chapters = {"cover.xhtml": SCAN, "a.xhtml": f"<p>{PROSE}</p>{SCAN}", "b.xhtml": SCAN * 2, "c.xhtml": DRAWN}
    read = documents.read(epub(tmp_path / "a.epub", chapters))
    assert [page.state for page in read.pages] == [
        PageState.EMPTY, PageState.OK, PageState.SCANNED, PageState.SCANNED
    ]  # fmt: skip
    assert read.unread == read.pages[2:] and [page.unread for page in read.pages] == [0, 0, 2, 1]


def test_a_book_that_is_one_chapter_of_pictures_has_no_cover(tmp_path):
    for name, chapters in {"a": {"a.xhtml": SCAN}, "b": {"a.xhtml": SCAN * 9, "b.xhtml": f"<p>{PROSE}</p>"}}.items():
        assert documents.read(epub(tmp_path / f"{name}.epub", chapters)).pages[0].state is PageState.SCANNED
