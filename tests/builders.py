"""Small builders of real files and of the data of a check."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path

import pypdfium2 as pdfium
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from alignment import frameworks
from alignment.documents.building import Piece, build
from alignment.documents.limits import Limits
from alignment.documents.quotes.crops import opened_pages
from alignment.documents.quotes.glyphs import Sight, see
from alignment.types import Block, BlockKind, Document, Format, Page, PageState, Passage, Quoted

CHINESE = "STSong-Light"
pdfmetrics.registerFont(UnicodeCIDFont(CHINESE))

Text = tuple[float, float, str, float]
"""Left and top in points, text, font size."""


def write_pdf(path: Path, pages: Sequence[Sequence[Text]], *, font: str = "Helvetica", encrypt: object = None) -> Path:
    """A PDF with these texts at these places; the origin is the top left corner of an A4 page."""
    canvas = Canvas(str(path), pagesize=A4, invariant=1, encrypt=encrypt)
    for page in pages:
        for left, top, text, size in page:
            canvas.setFont(font, size)
            canvas.drawString(left, A4[1] - top, text)
        canvas.showPage()
    canvas.save()
    return path


def picture_pdf(source: Path, path: Path, *, pages: list[int] | None = None, turn: int = 0, dpi: int = 200) -> Path:
    """The source with these pages, all by default, as pictures that are turned clockwise; only they are kept."""
    canvas = Canvas(str(path), invariant=1)
    with pdfium.PdfDocument(source) as pdf:
        for index in range(len(pdf)) if pages is None else pages:
            picture = pdf[index].render(scale=dpi / 72).to_pil().convert("L").rotate(-turn, expand=True)
            size = (picture.width * 72 / dpi, picture.height * 72 / dpi)
            canvas.setPageSize(size)
            canvas.drawImage(ImageReader(picture), 0, 0, *size)
            canvas.showPage()
    canvas.save()
    return path


def document(*texts: str, state: PageState | None = None, name: str = "report.pdf") -> Document:
    """A document of one page per text; lines are blocks."""
    pages = tuple(
        build(number, [Piece(line) for line in text.split("\n")], state=state) for number, text in enumerate(texts, 1)
    )
    return Document(name, "0" * 64, Format.PDF, "Report", (), pages)


def passage(text: str, *, page: int = 1, start: int = 0) -> Passage:
    """A passage that is a page of its own."""
    return Passage(f"p{page}-{start}", page, start, start + len(text), text)


def one_block_page(text: str) -> Page:
    """A page that is one paragraph."""
    return Page(1, text, blocks=(Block(0, len(text), BlockKind.PARAGRAPH),))


def epub(path: Path, chapters: dict[str, str], *, extra: Iterable[tuple[str, str]] = ()) -> Path:
    """A book of chapters by file name, in the order of the spine; in the archive they stand the other way round."""
    items = "".join(
        f'<item id="c{n}" href="{href}" media-type="application/xhtml+xml"/>' for n, href in enumerate(chapters)
    )
    spine = "".join(f'<itemref idref="c{n}"/>' for n in range(len(chapters)))
    package = (
        '<package xmlns="http://www.idpf.org/2007/opf" xmlns:dc="http://purl.org/dc/elements/1.1/"><metadata>'
        f"<dc:title>Green Book</dc:title></metadata><manifest>{items}</manifest><spine>{spine}</spine></package>"
    )
    container = (
        '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
        '<rootfile full-path="OPS/book.opf"/></rootfiles></container>'
    )
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/epub+zip")
        for href, text in reversed(chapters.items()):
            archive.writestr(f"OPS/{href}".replace("%20", " "), f"<html><body>{text}</body></html>")
        archive.writestr("OPS/book.opf", package)
        archive.writestr("META-INF/container.xml", container)
        for name, text in extra:
            archive.writestr(name, text)
    return path


def write_small_plan(path: Path, codes: Sequence[str]) -> None:
    """A plan with these elements of the shipped one and nothing beside them, as JSON."""
    exported = frameworks.export()
    exported.update(id="mine", elements=[each for each in exported["elements"] if each["code"] in codes])
    for element in exported["elements"]:
        element.update(emphases=[], targets=[])
        for measure in element["measures"]:
            measure["emphases"] = []
            measure.pop("emerging", None)
            for passage in measure["exemplars"]:
                passage["also"] = [code for code in passage["also"] if code in codes]
            for passage in measure["counterexamples"]:
                passage["labels"] = [code for code in passage["labels"] if code in codes]
    exported.update(targets=[], emphases=[], emerging=[], profiles=[], passages=[])
    path.write_text(json.dumps(exported), encoding="utf-8")


def offsets_agree(passages: Sequence[Passage], document: Document) -> bool:
    """Whether every passage is verbatim text of its page and none overlaps the next one."""
    pages = {page.number: page.text for page in document.pages}
    verbatim = all(pages[each.page][each.start : each.end] == each.text for each in passages)
    apart = all(first.page != second.page or first.end <= second.start for first, second in pairwise(passages))
    return verbatim and apart


def sights(
    path: Path, wanted: Sequence[Quoted], *, password: str | None, limits: Limits, ocr: bool
) -> Iterator[Sight | None]:
    """How each quote is seen at its place, in their order; None where there is no such page to look at."""
    with opened_pages(path, limits, password) as pages:
        for quoted in wanted:
            with pages.open(quoted.page) as page:
                glyphs = pages.glyphs(page, quoted.page, recognise=ocr) if page else None
                yield see(glyphs, quoted.box, quoted.text) if glyphs is not None else None
