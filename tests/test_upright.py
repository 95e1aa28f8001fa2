"""Text that stands turned, by the page's setting or by its own, is read as if it stood upright."""

from __future__ import annotations

from itertools import product
from typing import Any

import pypdfium2 as pdfium
import pytest
import variants
from pypdf import PdfReader, PdfWriter
from pypdf.generic import NameObject, RectangleObject
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from alignment import documents
from alignment.documents.geometry import turned
from alignment.documents.pdfium.segments import characters_of, raw_page
from alignment.documents.quotes.glyphs import see
from alignment.types import BlockKind

WAYS = [(content, shown) for content, shown in product((0, 90, 180, 270), repeat=2) if content or shown]
REPORTS = {
    "compiled-zh-dev.pdf": (6, 8),
    "bhp-climate-transition-action-plan.pdf": (10, 12),
    "costco-climate-action-plan.pdf": (3, 5),
}


@pytest.mark.parametrize(("content", "shown"), WAYS)
@pytest.mark.parametrize("name", REPORTS)
def test_a_real_page_reads_the_same_whichever_way_it_is_turned(name, content, shown, shared, tmp_path):
    first, last = REPORTS[name]
    source = variants.some_pages(shared / "data/reports" / name, tmp_path / "clean.pdf", first=first, last=last)
    clean = documents.read(source).pages
    path = variants.turned(source, tmp_path / "turned.pdf", clockwise=content, shown=shown)
    for page, same in zip(clean, documents.read(path).pages, strict=True):
        assert same.text == page.text
        assert [block.kind for block in same.blocks] == [block.kind for block in page.blocks]
        boxes = [turned(block.box, content + shown, (page.width, page.height)) for block in page.blocks]
        for block, box in zip(same.blocks, boxes, strict=True):
            assert block.box == pytest.approx(box, abs=0.1)


@pytest.mark.parametrize(("content", "shown"), [(0, 180), (180, 0), (90, 180), (270, 0)])
def test_a_quote_is_seen_letter_by_letter_on_a_turned_page(content, shown, samples, tmp_path):
    path = variants.turned(samples / "qingyun-steel.pdf", tmp_path / "a.pdf", clockwise=content, shown=shown)
    page = documents.read(path).pages[5]
    with pdfium.PdfDocument(path) as pdf:
        glyphs = list(characters_of(pdf[5], 100_000))
    for block in page.blocks:
        assert see(glyphs, block.box, page.text[block.start : block.end]).share > 0.99


LINES = [f"Line {n} of the body tells how much water the works took in." for n in range(12)]
ASIDE = ["The chart at the side was drawn by the", "team of the mill and is read last."]


def page_with_an_aside(path, clockwise, *, form=False):
    """Upright text, and two lines that stand turned below it, in a form of their own if so asked."""
    canvas = Canvas(str(path), pagesize=A4, invariant=1)
    canvas.setFont("Helvetica", 10)
    for n, line in enumerate(LINES):
        canvas.drawString(60, 760 - 15 * n, line)
    if form:
        canvas.beginForm("aside")
    canvas.setFont("Helvetica", 10)
    for n, line in enumerate(ASIDE):
        canvas.saveState()
        canvas.translate(300, 300)
        canvas.rotate(-clockwise)
        canvas.drawString(0, -15 * n, line)
        canvas.restoreState()
    if form:
        canvas.endForm()
        canvas.doForm("aside")
    canvas.save()
    return path


@pytest.mark.parametrize("form", [False, True], ids=["page", "form"])
@pytest.mark.parametrize("clockwise", [90, 180, 270])
def test_the_few_lines_that_stand_turned_on_a_page_are_read_forwards_and_once(clockwise, form, tmp_path):
    page = documents.read(page_with_an_aside(tmp_path / "a.pdf", clockwise, form=form)).pages[0]
    assert page.text.split("\n") == LINES + ASIDE


def test_reading_leaves_the_page_as_it_was(samples, tmp_path):
    path = variants.turned(samples / "qingyun-steel.pdf", tmp_path / "a.pdf", clockwise=90, shown=180)
    with pdfium.PdfDocument(path) as pdf:
        page = pdf[0]
        before = page.render(scale=0.5).to_numpy()
        first = raw_page(page, 1, None, 100_000)
        assert raw_page(page, 1, None, 100_000) == first
        assert (page.render(scale=0.5).to_numpy() == before).all()


def test_boxes_are_true_where_a_page_has_its_size_from_those_above_it_or_is_cropped(samples, tmp_path):
    source = samples / "qingyun-steel.pdf"
    writer = PdfWriter(clone_from=PdfReader(source))
    size = writer.pages[0].mediabox
    for page in writer.pages:
        del page["/MediaBox"]
    root: Any = writer.root_object["/Pages"].get_object()
    root[NameObject("/MediaBox")] = size
    writer.pages[1].cropbox = RectangleObject((20, 30, float(size.right) - 10, float(size.top) - 5))
    writer.write(tmp_path / "a.pdf")
    clean, same = documents.read(source).pages, documents.read(tmp_path / "a.pdf").pages
    assert [block.box for block in same[0].blocks] == [block.box for block in clean[0].blocks]
    for block, other in zip(clean[1].blocks, same[1].blocks, strict=True):
        left, top, right, bottom = block.box
        assert block.kind is BlockKind.FOOTER or other.box == pytest.approx(
            (left - 20, top - 5, right - 20, bottom - 5), abs=0.1
        )
