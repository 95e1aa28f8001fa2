"""What was filled in the form of a PDF, or typed on its page as a note, is text of the page in its place."""

from __future__ import annotations

import pytest
from builders import sights
from pypdf import PdfWriter
from pypdf.annotations import FreeText
from pypdf.generic import ArrayObject, DecodedStreamObject, DictionaryObject, FloatObject, NameObject
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from alignment import documents
from alignment.documents import Limits
from alignment.documents.quotes import crops
from alignment.types import PageState, Quoted

ASKED = "Describe your measures for renewable energy"
ANSWER = "We installed a 20 MW solar plant on the roofs of our plants"


def form(path):
    """A question with its answer, a choice and two pages, the second without a form."""
    canvas = Canvas(str(path), pagesize=A4, invariant=1)
    canvas.drawString(60, 740, ASKED)
    canvas.acroForm.textfield(name="a", x=60, y=690, width=450, height=20, value=ANSWER, maxlen=0, fontSize=10)
    canvas.acroForm.textfield(name="b", x=60, y=660, width=450, height=20, value="", maxlen=0)
    canvas.acroForm.choice(name="c", x=60, y=600, width=200, height=20, value="Wind", options=["Wind", "Coal"])
    canvas.showPage()
    canvas.drawString(60, 740, "The second page")
    canvas.save()
    return path


def rewritten(source, path, change):
    writer = PdfWriter(clone_from=source)
    change(writer)
    writer.write(path)
    return path


def test_filled_fields_and_choices_are_read_and_seen_where_they_stand(tmp_path):
    path = form(tmp_path / "a.pdf")
    read = documents.read(path)
    page = read.pages[0]
    assert page.text.split("\n") == [ASKED, ANSWER, "Wind"] and read.pages[1].text == "The second page"
    box = page.blocks[1].box
    assert 60 < box[0] < 70 and A4[1] - 710 < box[1] < box[3] < A4[1] - 690
    quoted = Quoted(1, box, ANSWER)
    assert next(sights(path, [quoted], password=None, limits=Limits(), ocr=False)).share == 1
    assert next(crops.crops(path, [quoted], password=None, limits=Limits(), ocr=False)) is not None


def without_look(writer):
    for note in writer.pages[0]["/Annots"]:
        note.get_object().pop("/AP", None)


def inherited(writer):
    tree = writer._root_object["/Pages"].get_object()
    for key in ("/Resources", "/MediaBox"):
        tree[NameObject(key)] = writer.pages[0][key]
        for page in writer.pages:
            page.pop(key, None)


def turned(writer):
    writer.pages[0].rotate(90)


@pytest.mark.parametrize("change", [without_look, inherited, turned])
def test_fields_are_read_however_the_file_keeps_them(tmp_path, change):
    read = documents.read(rewritten(form(tmp_path / "a.pdf"), tmp_path / "b.pdf", change))
    page = read.pages[0]
    assert [line for line in page.text.split("\n") if line != "Coal"] == [ASKED, ANSWER, "Wind"]
    assert (page.width, page.height) == pytest.approx(A4[::-1] if change is turned else A4, abs=0.1)


def shown_by(writer, operators):
    """The look of a note or a field."""
    fonts = {
        NameObject(f"/{name}"): DictionaryObject(
            {
                NameObject("/Type"): NameObject("/Font"),
                NameObject("/Subtype"): NameObject("/Type1"),
                NameObject("/BaseFont"): NameObject(f"/{name}"),
            }
        )
        for name in ("Helvetica", "ZapfDingbats")
    }
    look = DecodedStreamObject()
    look.set_data(operators)
    look[NameObject("/Type")], look[NameObject("/Subtype")] = NameObject("/XObject"), NameObject("/Form")
    look[NameObject("/BBox")] = ArrayObject(map(FloatObject, (0, 0, 400, 20)))
    look[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): DictionaryObject(fonts)})
    return writer._add_object(look)


def noted(writer, rect, operators, subtype="/FreeText"):
    note = FreeText(text="A note", rect=rect)
    note[NameObject("/Subtype")] = NameObject(subtype)
    note[NameObject("/AP")] = DictionaryObject({NameObject("/N"): shown_by(writer, operators)})
    writer.add_annotation(0, note)


def test_a_note_typed_on_the_page_is_read_and_a_checked_box_is_told_from_an_empty_one(tmp_path):
    def change(writer):
        noted(writer, (60, 500, 460, 520), b"BT /Helvetica 10 Tf 2 5 Td (Typed: we reuse our water) Tj ET")
        noted(writer, (40, 738, 440, 758), b"BT /ZapfDingbats 12 Tf 2 2 Td (4) Tj ET", "/Widget")

    page = documents.read(rewritten(form(tmp_path / "a.pdf"), tmp_path / "b.pdf", change)).pages[0]
    lines = page.text.split("\n")
    assert lines[0].split() == ["✔", *ASKED.split()] and lines[-1] == "Typed: we reuse our water"
    assert page.state is PageState.OK
