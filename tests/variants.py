"""A report -> the same report as others would publish it: in columns, on spreads, turned, scanned, garbled, locked."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from xml.sax.saxutils import escape

import pypdfium2 as pdfium
from opencc import OpenCC
from pypdf import PageObject, PdfReader, PdfWriter, Transformation
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Frame, PageBreak, PageTemplate, Paragraph

from alignment import documents
from alignment.text.reading import reading_text
from alignment.types import BlockKind

for _font in ("STSong-Light", "MSung-Light"):
    pdfmetrics.registerFont(UnicodeCIDFont(_font))
_SIZES = {1: 20, 2: 17, 3: 15, 4: 13.5, 5: 12.5, 6: 12.5}


def set_again(
    source: Path, path: Path, *, columns: int = 1, font: str = "STSong-Light", convert: Callable[[str], str] = str
) -> Path:
    """The text of every page set anew in columns, headings larger, running lines left out."""
    body = ParagraphStyle("body", fontName=font, fontSize=10, leading=15, spaceAfter=7, wordWrap="CJK")
    heads = {
        level: ParagraphStyle(f"h{level}", body, fontSize=size, leading=1.4 * size) for level, size in _SIZES.items()
    }
    flow = []
    for page in documents.read(source).pages:
        for block in page.blocks:
            if block.kind not in (BlockKind.HEADER, BlockKind.FOOTER):
                text = convert(reading_text(page.text[block.start : block.end]))
                flow.append(Paragraph(escape(text), heads.get(block.level, body)))
        flow.append(PageBreak())
    wide = (A4[0] - 90 - 20 * (columns - 1)) / columns
    frames = [Frame(45 + n * (wide + 20), 45, wide, A4[1] - 90, 0, 0, 0, 0) for n in range(columns)]
    template = BaseDocTemplate(str(path), pagesize=A4, invariant=1)
    template.addPageTemplates(PageTemplate("columns", frames))
    template.build(flow)
    return path


def two_columns(source: Path, path: Path) -> Path:
    """Set in two columns."""
    return set_again(source, path, columns=2)


def traditional(source: Path, path: Path) -> Path:
    """In Traditional characters."""
    return set_again(source, path, font="MSung-Light", convert=OpenCC("s2t").convert)


def spread(source: Path, path: Path) -> Path:
    """Two pages on one sheet."""
    pages = list(PdfReader(source).pages)
    writer = PdfWriter()
    for index in range(0, len(pages), 2):
        width, height = float(pages[index].mediabox.width), float(pages[index].mediabox.height)
        sheet = PageObject.create_blank_page(width=2 * width, height=height)
        for place, page in enumerate(pages[index : index + 2]):
            sheet.merge_transformed_page(page, Transformation().translate(place * width, 0))
        writer.add_page(sheet)
    writer.write(path)
    return path


def rotated(source: Path, path: Path) -> Path:
    """Every page turned by its viewer setting, each another way."""
    writer = PdfWriter(clone_from=PdfReader(source))
    for number, page in enumerate(writer.pages):
        page.rotate(90 * (number % 4))
    writer.write(path)
    return path


def turned(source: Path, path: Path, *, clockwise: int, shown: int = 0) -> Path:
    """Every page with its content turned, and its viewer setting at `shown`; the two can undo each other."""
    writer = PdfWriter()
    for page in PdfReader(source).pages:
        width, height = float(page.mediabox.width), float(page.mediabox.height)
        size = (height, width) if clockwise in (90, 270) else (width, height)
        corner = {0: (0, 0), 90: (0, width), 180: (width, height), 270: (height, 0)}[clockwise]
        sheet = PageObject.create_blank_page(width=size[0], height=size[1])
        sheet.merge_transformed_page(page, Transformation().rotate(-clockwise).translate(*corner))
        writer.add_page(sheet).rotate(shown)
    writer.write(path)
    return path


def some_pages(source: Path, path: Path, *, first: int, last: int) -> Path:
    """Only these pages, numbered from 1."""
    writer = PdfWriter()
    writer.append(PdfReader(source), pages=(first - 1, last))
    writer.write(path)
    return path


def blank(source: Path, path: Path, *, page: int) -> Path:
    """This page, numbered from 1, white."""
    return _with_page(source, path, page, lambda _: "")


def running_lines_only(source: Path, path: Path, *, page: int) -> Path:
    """Of this page only the page number is left."""
    return _with_page(source, path, page, str)


def _with_page(source: Path, path: Path, page: int, text: Callable[[int], str]) -> Path:
    writer = PdfWriter(clone_from=PdfReader(source))
    size = writer.pages[page - 1].mediabox
    sheet = path.with_suffix(".sheet.pdf")
    canvas = Canvas(str(sheet), pagesize=(float(size.width), float(size.height)), invariant=1)
    canvas.drawString(float(size.width) / 2, 30, text(page))
    canvas.showPage()
    canvas.save()
    writer.insert_page(PdfReader(sheet).pages[0], page - 1)
    writer.remove_page(page)
    writer.write(path)
    return path


def locked(source: Path, path: Path) -> Path:
    """With the password `open`."""
    writer = PdfWriter(clone_from=PdfReader(source))
    writer.encrypt("open", algorithm="RC4-128")
    writer.write(path)
    return path


def scanned(source: Path, path: Path, *, pages: Callable[[int], bool] = lambda _: True, over: str = "") -> Path:
    """These pages, numbered from 1, as pictures; the others as they are. `over` is invisible text on the pictures."""
    writer = PdfWriter(clone_from=PdfReader(source))
    pictures = path.with_suffix(".pictures.pdf")
    canvas = Canvas(str(pictures), invariant=1)
    with pdfium.PdfDocument(source) as pdf:
        for number, page in enumerate(pdf, 1):
            if not pages(number):
                canvas.showPage()
                continue
            picture = page.render(scale=200 / 72).to_pil().convert("L")
            canvas.setPageSize(page.get_size())
            canvas.drawImage(ImageReader(picture), 0, 0, *page.get_size())
            text = canvas.beginText(60, 700)
            text.setTextRenderMode(3)
            text.setFont("STSong-Light", 10)
            text.textLines(over)
            canvas.drawText(text)
            canvas.showPage()
    canvas.save()
    merged = PdfWriter()
    for number, (plain, picture) in enumerate(zip(writer.pages, PdfReader(pictures).pages, strict=True), 1):
        merged.add_page(picture if pages(number) else plain)
    merged.write(path)
    return path


def garbled(source: Path, path: Path) -> Path:
    """Good to look at, but its text layer is of characters that no one uses."""
    return scanned(source, path, over="\n".join("㐀㐁㐂㐃㐄㐅㐆㐇㐈㐉㐊㐋㐌㐍㐎㐏㐐㐑㐒㐓㐔㐕" for _ in range(8)))
