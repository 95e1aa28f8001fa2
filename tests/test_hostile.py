"""Files made to break their reader: each ends in one sentence and a hint, soon and in little memory."""

from __future__ import annotations

import http.server
import os
import sys
import threading

import hostile
import pytest
from builders import write_pdf
from reportlab.lib.pdfencrypt import StandardEncryption
from test_cli import run

from alignment import documents
from alignment.documents import Limits
from alignment.documents.isolated import Reader
from alignment.errors import DocumentError, EncryptedError
from alignment.types import PageState

TEXT = [[(72, 100, "Water is reused.", 11)]]
posix = pytest.mark.skipif(os.name != "posix", reason="needs a system with such files")

REFUSED = {
    "empty": (b"", "is empty"),
    "white space": (b" \r\n", "nothing but white space"),
    "truncated pdf": (hostile.many_pages(3)[:60], "damaged or truncated"),
    "5,001 pages": (hostile.many_pages(5001), "5,001 pages, more than the 5,000 allowed"),
    "a million pages that are not there": (
        hostile.raw_pdf(b"<</Type/Pages/Kids[2 0 R]/Count 1000000>>"),
        "pages, more than the 5,000 allowed",
    ),
    "blank bomb": (hostile.blank_bomb(), "contains no text"),
    "word bomb": (hostile.rewritten(hostile.word(), "word/document.xml", bytes(90_000_000)), "unpacks to 91 MB"),
    "word picture bomb": (
        hostile.rewritten(hostile.word(), "word/media/a.png", bytes(510_000_000)),
        "unpacks to 511 MB",
    ),
    "workbook bomb": (hostile.rewritten(hostile.workbook(), "xl/sharedStrings.xml", bytes(90_000_000)), "unpacks to"),
    "book bomb": (hostile.rewritten(hostile.rewritten(hostile.word(), "META-INF/container.xml", b"<a/>"),
                                    "a.xhtml", bytes(90_000_000)), "unpacks to"),
    "a million paragraphs": (
        hostile.word_of("<w:p/>" * 1_000_000),
        "1,000,000 paragraphs, more than the 200,000 allowed",
    ),
    "paragraphs in a cell": (
        hostile.word_of(f"<w:tbl><w:tr><w:tc>{'<w:p/>' * 200_001}</w:tc></w:tr></w:tbl>"),
        "200,001 paragraphs, more than the 200,000 allowed",
    ),
    "one member a thousand times": (hostile.overlapping(), "report.bin"),
    "cells far to the right": (hostile.wide_workbook(), "more than the 5,000,000 cells allowed"),
    "a gigapixel": (hostile.enormous_picture(), "more than the 170 million pixels allowed"),
    "deep html": (b"<html>" + b"<div>" * 200_000 + b"water", "deep"),
    "word that fetches a file": (hostile.with_entities("file:///etc/hostname"), "declares XML entities"),
    "legacy word": (hostile.ole("WordDocument"), "legacy Word file (.doc)"),
    "legacy excel": (hostile.ole("Workbook"), "legacy Excel file (.xls)"),
    "legacy powerpoint": (hostile.ole("PowerPoint Document"), "legacy PowerPoint file (.ppt)"),
    "a program": (b"\x7fELF" + bytes(range(256)) * 9, "unknown binary content"),
    "gif": (b"GIF89a" + bytes(20), "image that is not read"),
}  # fmt: skip


@pytest.fixture(scope="module")
def reader():
    with Reader(seconds=60, megabytes=3000) as reader:
        yield reader


@pytest.mark.parametrize("name", REFUSED)
def test_a_hostile_file_is_refused_in_one_sentence(reader, tmp_path, name):
    data, says = REFUSED[name]
    path = tmp_path / "report.bin"
    path.write_bytes(data)
    with pytest.raises(DocumentError) as caught:
        reader.read(path)
    assert says in str(caught.value) and "\n" not in str(caught.value)
    assert caught.value.hint


@pytest.mark.parametrize(
    ("data", "seconds", "megabytes", "says"),
    [
        (hostile.exponential_forms(), 3, 3000, "a page took longer than 3 seconds"),
        (hostile.text_bomb(), 60, 900, "more than 900 MB of memory"),
    ],
)
def test_what_would_take_for_ever_or_all_memory_is_given_up(tmp_path, data, seconds, megabytes, says):
    (tmp_path / "report.pdf").write_bytes(data)
    (tmp_path / "next.txt").write_text("Water is reused.")
    with Reader(seconds=seconds, megabytes=megabytes) as reader:
        with pytest.raises(DocumentError, match=says) as caught:
            reader.read(tmp_path / "report.pdf")
        assert "--timeout" in caught.value.hint or "--memory" in caught.value.hint
        assert reader.read(tmp_path / "next.txt").pages[0].text == "Water is reused."


def test_pages_that_stand_inside_themselves_count_as_unreadable(reader, tmp_path):
    (tmp_path / "a.pdf").write_bytes(hostile.recursive_pages())
    assert reader.read(tmp_path / "a.pdf").readable_share == 0


def test_an_immense_page_is_read(reader, tmp_path):
    content = hostile.stream(b"", b"BT /F 9 Tf 9 9 Td (Water is reused.) Tj ET")
    (tmp_path / "a.pdf").write_bytes(hostile.one_page(content, size=b"0 0 1e9 1e9"))
    assert reader.read(tmp_path / "a.pdf").pages[0].text == "Water is reused."


def test_a_cell_as_wide_as_no_table_costs_nothing(tmp_path):
    row = "<w:tr>{}<w:tc>{}<w:p><w:r><w:t>{}</w:t></w:r></w:p></w:tc></w:tr>"
    wide = '<w:tcPr><w:gridSpan w:val="900000000"/></w:tcPr>'
    far = '<w:trPr><w:gridBefore w:val="900000000"/></w:trPr>'
    body = f"<w:tbl>{row.format('', wide, 'Water is reused.')}{row.format(far, '', 'Slag too.')}</w:tbl>"
    (tmp_path / "a.docx").write_bytes(hostile.word_of(body))
    with Reader(seconds=60, megabytes=400) as reader:
        assert reader.read(tmp_path / "a.docx").pages[0].text == "Water is reused.\nSlag too."


def test_text_that_stands_miles_away_costs_nothing(tmp_path):
    lines = "".join(f"1 0 0 1 72 {700 - 20 * line} Tm (Water is reused in line {line}.) Tj " for line in range(12))
    far = f"BT /F 9 Tf {lines} 1 0 0 1 900000000 300 Tm (far away) Tj ET"
    (tmp_path / "a.pdf").write_bytes(hostile.one_page(hostile.stream(b"", far.encode())))
    with Reader(seconds=60, megabytes=400) as reader:
        assert "Water is reused in line 11." in reader.read(tmp_path / "a.pdf").pages[0].text


def test_a_form_that_shows_itself_is_shown_once(reader, tmp_path):
    form = hostile.stream(b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X 6 0 R>>>>", b"/X Do")
    text = hostile.stream(b"", b"/X Do BT /F 9 Tf 9 9 Td (Water is reused.) Tj ET")
    (tmp_path / "a.pdf").write_bytes(hostile.one_page(text, form, resources=b"/XObject<</X 6 0 R>>"))
    assert reader.read(tmp_path / "a.pdf").pages[0].text == "Water is reused."


def test_an_image_of_a_gigapixel_inside_a_pdf_is_never_unpacked(reader, tmp_path):
    image = hostile.stream(
        b"/Type/XObject/Subtype/Image/Width 40000/Height 25000/BitsPerComponent 8"
        b"/ColorSpace/DeviceGray/Filter/FlateDecode",
        hostile.packed(bytes(1000), 1_000_000),
    )
    page = hostile.stream(b"", b"q 500 0 0 500 0 0 cm /I Do Q")
    (tmp_path / "a.pdf").write_bytes(hostile.one_page(page, image, resources=b"/XObject<</I 6 0 R>>"))
    assert reader.read(tmp_path / "a.pdf").pages[0].state is PageState.SCANNED


@pytest.mark.parametrize(("user", "owner"), [("open sesame", None), ("open sesame", "owner"), ("", "owner")])
def test_encrypted_files_open_with_either_password(reader, tmp_path, user, owner):
    path = write_pdf(tmp_path / "a.pdf", TEXT, encrypt=StandardEncryption(user, owner, strength=128))
    if user:
        with pytest.raises(EncryptedError, match="is encrypted") as caught:
            reader.read(path)
        assert "--password" in caught.value.hint
        with pytest.raises(EncryptedError, match="does not open"):
            reader.read(path, password="wrong")
    for password in filter(None, (user or None, owner)):
        assert reader.read(path, password=password).pages[0].text == "Water is reused."


def test_nothing_is_fetched(tmp_path):
    """Neither entities, nor pictures, styles or frames, nor linked parts: a server that listens hears nothing."""
    heard = []

    class Listener(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            heard.append(self.path)
            self.send_error(404)

    with http.server.HTTPServer(("127.0.0.1", 0), Listener) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}"
        html = (
            f'<!DOCTYPE html SYSTEM "{url}/a.dtd"><html><head><base href="{url}/">'
            f'<link rel=stylesheet href="{url}/b.css"></head><body><img src="{url}/c.png">'
            f'<iframe src="{url}/d"></iframe>'
            "<p>Water is reused.</p></body></html>"
        )
        (tmp_path / "a.html").write_text(html)
        (tmp_path / "b.docx").write_bytes(hostile.with_entities(f"{url}/e"))
        relations = (
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r" '
            f'Type="http://x/attachedTemplate" Target="{url}/f.dotm" TargetMode="External"/></Relationships>'
        )
        linked = hostile.rewritten(hostile.word(), "word/_rels/settings.xml.rels", relations.encode())
        (tmp_path / "c.docx").write_bytes(linked)
        assert documents.read(tmp_path / "a.html").pages[0].text == "Water is reused."
        with pytest.raises(DocumentError):
            documents.read(tmp_path / "b.docx")
        assert documents.read(tmp_path / "c.docx").pages[0].text == "Water is reused."
        server.shutdown()
    assert heard == []


@posix
def test_links_are_followed_to_files_only(tmp_path):
    write_pdf(tmp_path / "report.pdf", TEXT)
    (tmp_path / "link.pdf").symlink_to("report.pdf")
    assert documents.read(tmp_path / "link.pdf").pages[0].text == "Water is reused."
    os.mkfifo(tmp_path / "pipe.pdf")
    (tmp_path / "loop.pdf").symlink_to("loop.pdf")
    (tmp_path / "nowhere.pdf").symlink_to("gone.pdf")
    (tmp_path / "zero.pdf").symlink_to("/dev/zero")
    (tmp_path / "folder.pdf").mkdir()
    for name, says in [("pipe", "not a regular file"), ("zero", "not a regular file"), ("loop", "cannot be opened"),
                       ("nowhere", "there is no file"), ("folder", "is a folder")]:  # fmt: skip
        with pytest.raises(DocumentError, match=says):
            documents.read(tmp_path / f"{name}.pdf")


def test_a_file_above_the_limit_is_refused_before_it_is_looked_at(tmp_path):
    (tmp_path / "a.txt").write_bytes(b"water " * 1000)
    with pytest.raises(DocumentError, match="more than the 0 MB allowed"):
        documents.read(tmp_path / "a.txt", limits=Limits(bytes=5999))


@pytest.mark.skipif(sys.platform != "linux", reason="other systems allow no such names")
def test_names_cannot_steer_the_terminal_and_one_run_survives_every_file(tmp_path):
    names = [b"\x1b]0;owned\x07 \x1b[31mred.pdf", b"line\nerror: forged.pdf", b"\xff\xfe bytes.txt",
             "\u202efdp.exe.txt".encode(), b"-rf.txt"]  # fmt: skip
    good = b"The plant reuses its waste water; 86 % was reused in 2023."
    for name in names:
        with open(os.path.join(os.fsencode(tmp_path), name), "wb") as file:  # noqa: PTH118, PTH123  # names as bytes
            file.write(b"" if name.endswith(b".pdf") else good)
    for kind, (data, _) in REFUSED.items():
        if len(data) < 100_000:
            (tmp_path / f"{kind.replace(' ', '-')}.bin").write_bytes(data)
    (tmp_path / "forms.pdf").write_bytes(hostile.exponential_forms())
    files = sorted(os.listdir(tmp_path))  # noqa: PTH208  # a folder of awkward names
    done = run("check", "--timeout", 5, "--out", tmp_path / "out", "--", *files, cwd=tmp_path, code=1)
    lines = done.stderr.splitlines()
    assert sum(line.startswith("error: ") for line in lines) == sum(line.startswith("hint: ") for line in lines)
    assert sum(line.startswith("error: ") for line in lines) == len(files) - 3
    assert "forms.pdf could not be read" in done.stderr
    shown = done.stdout + done.stderr
    assert not {character for character in shown if ord(character) < 32} - {"\n"}
    assert "\u202e" not in shown and "error: forged" not in lines
    assert len(list((tmp_path / "out").glob("*.html"))) == 3
