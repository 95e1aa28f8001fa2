"""Pages of PDFs that hold a scan beside their text are read in part, and photographs are told from scans."""

from __future__ import annotations

import pytest
import variants
from PIL import Image
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from alignment import documents
from alignment.types import PageState

WIDE, HIGH = landscape(A4)
LINES = [f"In {year} the plant has reused all of its waste water in a closed loop" for year in range(2014, 2024)]


def sheet_with_picture(path, left, right, shade=200):
    """Text on the left half of a wide sheet, and a picture from left to right over all of its height."""
    canvas = Canvas(str(path), pagesize=(WIDE, HIGH), invariant=1)
    canvas.drawImage(ImageReader(Image.new("L", (60, 80), shade)), left, 0, right - left, HIGH)
    canvas.setFont("Helvetica", 9)
    for number, line in enumerate(LINES):
        canvas.drawString(40, HIGH - 100 - 14 * number, line)
    canvas.save()
    return path


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_a_sheet_of_which_one_page_is_a_picture_is_half_read(turn, tmp_path):
    source = sheet_with_picture(tmp_path / "a.pdf", WIDE / 2, WIDE)
    document = documents.read(variants.turned(source, tmp_path / "b.pdf", clockwise=turn))
    assert document.pages[0].state is PageState.PARTIAL and document.unread == document.pages
    assert document.pages[0].text.split() == " ".join(LINES).split()
    assert document.readable_share == 0.5


@pytest.mark.parametrize(("left", "right"), [(0, WIDE), (0.6 * WIDE, 0.9 * WIDE)], ids=["background", "beside"])
def test_a_background_or_a_picture_beside_text_leaves_a_sheet_read(left, right, tmp_path):
    document = documents.read(sheet_with_picture(tmp_path / "a.pdf", left, right))
    assert document.pages[0].state is PageState.OK and not document.unread


@pytest.mark.parametrize("turn", [0, 90])
def test_a_photograph_on_half_of_a_slide_is_no_scan(turn, tmp_path):
    source = sheet_with_picture(tmp_path / "a.pdf", WIDE / 2, WIDE, shade=90)
    document = documents.read(variants.turned(source, tmp_path / "b.pdf", clockwise=turn))
    assert document.pages[0].state is PageState.OK and not document.unread


def test_a_half_in_which_no_text_is_recognised_counts_as_read(tmp_path):
    pytest.importorskip("rapidocr", reason="the extra `ocr` is not installed")
    document = documents.read(sheet_with_picture(tmp_path / "a.pdf", WIDE / 2, WIDE), ocr=True)
    assert document.pages[0].state is PageState.OK


def page_with_picture(path, share, *, shade=200, letters=0, pieces=1):
    """A page with text at its top, and below it a picture of this share of the page, in so many strips."""
    width, height = A4
    canvas = Canvas(str(path), pagesize=A4, invariant=1)
    for number in range(pieces):
        bottom = number * share * height / pieces
        canvas.drawImage(ImageReader(Image.new("L", (60, 80), shade)), 0, bottom, width, share * height / pieces)
    canvas.setFont("Helvetica", 9)
    for number, line in enumerate(LINES):
        canvas.drawString(40, height - 20 - 12 * number, line)
    if letters:
        canvas.drawString(40, 40, "x" * letters)
    canvas.save()
    return path


@pytest.mark.parametrize(("share", "pieces"), [(0.62, 1), (0.62, 12), (0.8, 1)])
@pytest.mark.parametrize("turn", [0, 90])
def test_a_page_with_a_scan_below_its_text_is_read_in_part(share, pieces, turn, tmp_path):
    source = page_with_picture(tmp_path / "a.pdf", share, pieces=pieces)
    document = documents.read(variants.turned(source, tmp_path / "b.pdf", clockwise=turn))
    assert document.pages[0].state is PageState.PARTIAL and document.unread == document.pages
    assert document.pages[0].text.split() == " ".join(LINES).split()


@pytest.mark.parametrize(
    ("share", "shade", "letters"),
    [(0.5, 200, 0), (0.7, 90, 0), (0.7, 200, 20), (1.0, 200, 0)],
    ids=["figure", "photograph", "text over it", "background"],
)
def test_a_picture_that_is_no_scan_leaves_its_page_read(share, shade, letters, tmp_path):
    document = documents.read(page_with_picture(tmp_path / "a.pdf", share, shade=shade, letters=letters))
    assert document.pages[0].state is PageState.OK and not document.unread


def test_a_page_number_over_a_scan_does_not_hide_it(tmp_path):
    document = documents.read(page_with_picture(tmp_path / "a.pdf", 0.7, letters=5))
    assert document.pages[0].state is PageState.PARTIAL


def test_a_figure_on_a_page_of_text_is_no_scan_and_one_on_a_page_without_is(shared):
    reports = shared / "data/reports"
    for name, partial in {"costco-climate-action-plan": [], "bhp-climate-transition-action-plan": [9]}.items():
        read = documents.read(reports / f"{name}.pdf")
        assert [page.number for page in read.pages if page.state is PageState.PARTIAL] == partial
