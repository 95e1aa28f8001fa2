"""A quote's place on its page: the picture holds the quote's words, marked; a bad page costs its picture alone."""

from __future__ import annotations

import dataclasses
import io
import json
import re

import hostile
import numpy as np
import pypdf
import pytest
from builders import picture_pdf, sights, write_pdf
from PIL import Image

from alignment import documents, passages
from alignment.documents import isolated
from alignment.documents.isolated import Reader
from alignment.documents.limits import Limits
from alignment.documents.quotes.crops import crops
from alignment.reports import view
from alignment.reports.html import to_html
from alignment.reports.json import to_json
from alignment.reports.pictures import pictures, quoted
from alignment.types import Quoted

LINES = ["Cooling water is reused in the rolling mill.", "Hazardous waste fell by 310 tonnes this year.",
         "The solar plant gave 3.2 million kilowatt hours."]  # fmt: skip
PAGE = [[(72, 100 + 60 * number, line, 12) for number, line in enumerate(LINES)] + [(72, 700, "Nothing else.", 12)]]


def quotes(path, *, ocr=False):
    """Every passage of a file that has a box, with its place."""
    split = passages.split(documents.read(path, ocr=ocr))
    return {each.text: Quoted(each.page, each.box, each.text) for each in split if each.box is not None}


def looking(**options):
    return {"password": None, "limits": Limits(), "ocr": False, **options}


def marked(crop):
    """Where the marker pen went over light paper: its rows and columns, from the first to the last."""
    pixels = np.asarray(Image.open(io.BytesIO(crop.image)).convert("RGB")).astype(int)
    yellow = (pixels[:, :, 0] > 200) & (pixels[:, :, 2] < 160)
    down, across = np.nonzero(yellow.any(1))[0], np.nonzero(yellow.any(0))[0]
    return pixels, (across[0], down[0], across[-1] + 1, down[-1] + 1)


def rewritten(source, path, change):
    """The PDF with each of its pages changed."""
    writer = pypdf.PdfWriter(clone_from=source)
    for page in writer.pages:
        change(page)
    writer.write(path)
    return path


def corner_elsewhere(page):
    page.add_transformation((1, 0, 0, 1, 300, -200), expand=False)
    page.mediabox = pypdf.generic.RectangleObject((300, -200, 895, 642))


VARIANTS = {
    "as it is": lambda page: page.rotate(0),
    "turned right": lambda page: page.rotate(90),
    "upside down": lambda page: page.rotate(180),
    "turned left": lambda page: page.rotate(270),
    "cut to a part": lambda page: setattr(page, "cropbox", pypdf.generic.RectangleObject((50, 60, 500, 800))),
    "with a corner elsewhere": corner_elsewhere,
}


@pytest.mark.parametrize("variant", VARIANTS)
def test_the_ink_under_the_marker_is_the_quotes_and_no_other(tmp_path, variant):
    """The page is drawn with and without the quoted line: they differ within what is marked, and nowhere else."""
    path = rewritten(write_pdf(tmp_path / "a.pdf", PAGE), tmp_path / "b.pdf", VARIANTS[variant])
    for quote, place in quotes(path).items():
        if quote not in LINES:
            continue
        (crop,) = crops(path, [place], **looking())
        lacking = [[text for text in PAGE[0] if text[2] != quote]]
        bare = rewritten(write_pdf(tmp_path / "c.pdf", lacking), tmp_path / "d.pdf", VARIANTS[variant])
        # Same frame: the box is the quote's, so its place is rendered and marked though no letter stands there.
        (empty,) = crops(bare, [place], **looking())
        pixels, (left, top, right, bottom) = marked(crop)
        inside = pixels[top:bottom, left:right]
        outside = pixels.copy()
        outside[top - 1 : bottom + 1, left - 1 : right + 1] = 255
        assert (inside.max(2) < 120).mean() > 0.05, "letters under the marker"
        assert (outside.max(2) < 120).sum() == 0, "no letters of the quote beside it"
        assert (marked(empty)[0].max(2) < 120).mean() < 0.002
        (sight,) = sights(path, [place], **looking())
        assert sight.share == 1 and len(sight.lines) == 1


def test_only_the_quoted_sentence_of_a_paragraph_is_marked(tmp_path):
    text = [(72, 100, "The first sentence is about water.", 12), (72, 116, "Another tells of waste and of power.", 12)]
    path = write_pdf(tmp_path / "a.pdf", [text])
    whole = next(iter(quotes(path).values()))
    quoted = dataclasses.replace(whole, text="Another tells of waste and of power.")
    ((line,),) = (sight.lines for sight in sights(path, [quoted], **looking()))
    assert 100 < line[1] < 110 and 114 < line[3] < 122 and line[0] == pytest.approx(72, abs=1)


def test_a_long_quote_shows_its_beginning(tmp_path):
    path = write_pdf(tmp_path / "a.pdf", [[(72, 60 + 14 * n, f"Line {n} of many about water reuse", 11)
                                           for n in range(50)]])  # fmt: skip
    box, text = (60.0, 45.0, 400.0, 780.0), " ".join(f"Line {n} of many about water reuse" for n in range(50))
    (crop,) = crops(path, [Quoted(1, box, text)], **looking())
    assert crop.height < 320 * 110 / 72 and crop.width <= 1000


def test_a_place_outside_the_page_or_the_document_has_no_picture(tmp_path):
    path = write_pdf(tmp_path / "a.pdf", PAGE)
    wanted = [Quoted(7, (0, 0, 9, 9), "x"), Quoted(1, (4000, 0, 4100, 9), "x"), Quoted(0, (0, 0, 9, 9), "x"),
              Quoted(1, (float("nan"), 0, 9, 9), "x")]  # fmt: skip
    assert list(crops(path, wanted, **looking())) == [None] * 4
    (tmp_path / "a.txt").write_text("Water is reused.")
    assert list(crops(tmp_path / "a.txt", wanted, **looking())) == [None] * 4


def test_text_read_in_a_picture_is_marked_there(tmp_path):
    pytest.importorskip("rapidocr")
    scan = picture_pdf(write_pdf(tmp_path / "a.pdf", PAGE), tmp_path / "scan.pdf", turn=90)
    Image.open(io.BytesIO(_png(tmp_path / "a.pdf"))).save(tmp_path / "scan.png", dpi=(150, 150))
    for path in (scan, tmp_path / "scan.png"):
        found = {text: place for text, place in quotes(path, ocr=True).items() if "Hazardous" in text}
        (place,) = found.values()
        (sight,) = sights(path, [place], **looking(ocr=True))
        assert sight.share > 0.9
        (crop,) = crops(path, [place], **looking(ocr=True))
        pixels, (left, top, right, bottom) = marked(crop)
        assert (pixels[top:bottom, left:right].max(2) < 140).mean() > 0.05


def _png(path):
    import pypdfium2 as pdfium

    file = io.BytesIO()
    with pdfium.PdfDocument(path) as pdf:
        pdf[0].render(scale=150 / 72).to_pil().save(file, "PNG")
    return file.getvalue()


def test_a_page_that_hangs_costs_its_picture_alone(tmp_path, monkeypatch):
    monkeypatch.setattr(isolated, "CROP_SECONDS", 2.0)
    (tmp_path / "a.pdf").write_bytes(hostile.exponential_forms())
    good = write_pdf(tmp_path / "b.pdf", PAGE)
    with Reader(seconds=60, megabytes=2000) as reader:
        bad = Quoted(1, (0, 0, 100, 100), "water")
        assert reader.crops(tmp_path / "a.pdf", [bad, bad]) == (None, None)
        assert all(reader.crops(good, list(quotes(good).values())))
        assert reader.crops(tmp_path / "gone.pdf", [bad]) == (None,)


@pytest.fixture(scope="module")
def checked(pipeline, samples):
    path = samples / "qingyun-steel.pdf"
    assessment = pipeline.check(path)
    with Reader() as reader:
        return assessment, pictures(assessment, path, reader.crops)


def test_every_quote_that_a_status_rests_on_has_a_picture_once(checked):
    assessment, made = checked
    assert set(made) == set(quoted(assessment)) and len(made) > 20
    page = to_html(assessment, lang="en", crops=made)
    assert page.count('href="data:image/webp;base64,') == len(made)
    shown = {item.passage.id for row in assessment.coverage for item in row.evidence[: view.SHOWN]}
    names = {name for pair in re.findall(r"""href="#seen-([^"]+)"|id="seen-([^"]+)\"""", page) for name in pair}
    assert shown <= names
    assert len(page) - len(to_html(assessment, lang="en")) < 400_000


def test_pictures_and_page_are_the_same_bytes_every_time(checked, samples):
    assessment, made = checked
    with Reader() as reader:
        again = pictures(assessment, samples / "qingyun-steel.pdf", reader.crops)
    assert again == made
    assert to_html(assessment, crops=again) == to_html(assessment, crops=made)


def test_pictures_are_no_part_of_the_result(checked):
    assessment, _ = checked
    assert "webp" not in to_json(assessment) and json.loads(to_json(assessment))
