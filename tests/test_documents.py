"""Every format is told by content; every bad file ends in one clear sentence."""

from __future__ import annotations

import io
import zipfile

import docx
import pytest
from builders import CHINESE, write_pdf
from hypothesis import given
from hypothesis import strategies as st
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from alignment import documents
from alignment.documents import Limits
from alignment.documents.building import Piece, build, text_state
from alignment.errors import DocumentError, EncryptedError
from alignment.text.cleaning import clean
from alignment.types import BlockKind, Format, Language, PageState


def kinds(page):
    return [(block.kind, page.text[block.start : block.end]) for block in page.blocks]


def test_a_pdf_keeps_its_pages_and_offsets(tmp_path):
    path = write_pdf(tmp_path / "a.bin", [[(72, 100, "Water is reused.", 11)], [(72, 100, "Second page.", 11)]])
    read = documents.read(path)
    assert read.format is Format.PDF
    assert [page.number for page in read.pages] == [1, 2]
    assert "Water is reused." in read.pages[0].text
    assert read.languages == (Language.EN,)


def test_two_columns_are_read_one_after_the_other(tmp_path):
    left = [(60, 120 + 14 * n, f"left column line {n} about water and reuse", 10) for n in range(12)]
    right = [(320, 120 + 14 * n, f"right column line {n} about solar energy", 10) for n in range(12)]
    title = [(60, 80, "A heading that spans both columns of this page", 18)]
    interleaved = [text for pair in zip(left, right, strict=True) for text in pair]
    page = documents.read(write_pdf(tmp_path / "two.pdf", [title + interleaved])).pages[0]
    assert page.text.index("left column line 11") < page.text.index("right column line 0")
    assert page.blocks[0].kind is BlockKind.HEADING


def test_a_table_is_read_row_by_row(tmp_path):
    rows = [("Energy intensity", "0.54", "0.51"), ("Water withdrawal", "2.5", "2.3"), ("Staff", "900", "950")]
    texts = [
        (left, 120 + 18 * n, cell, 10)
        for n, row in enumerate(rows)
        for left, cell in zip((60, 300, 420), row, strict=True)
    ]
    page = documents.read(write_pdf(tmp_path / "table.pdf", [texts])).pages[0]
    assert (BlockKind.TABLE_ROW, "Energy intensity  0.54  0.51") in kinds(page)


def test_running_headers_and_page_numbers_are_told_from_the_body(tmp_path):
    pages = [
        [
            (60, 40, "Example Steel 2023 report", 9),
            (60, 200, f"Body text number {n} stands here.", 11),
            (300, 815, str(n), 9),
        ]
        for n in range(1, 5)
    ]
    page = documents.read(write_pdf(tmp_path / "run.pdf", pages)).pages[2]
    assert [kind for kind, _ in kinds(page)] == [BlockKind.HEADER, BlockKind.PARAGRAPH, BlockKind.FOOTER]


def test_a_chinese_paragraph_over_several_lines_is_one_block(tmp_path):
    lines = [
        "公司建设中水回用系统，将处理后的废水用于循环冷却和绿",
        "化，全年回用水量八十六万吨，重复利用率达到百分之七",
        "十一，节约了新鲜水。",
    ]
    texts = [(60, 120 + 20 * n, line, 11) for n, line in enumerate(lines)]
    page = documents.read(write_pdf(tmp_path / "zh.pdf", [texts], font=CHINESE)).pages[0]
    assert len(page.blocks) == 1
    assert documents.read(tmp_path / "zh.pdf").languages == (Language.ZH_HANS,)


def test_a_page_that_is_only_a_picture_is_called_scanned(tmp_path):
    canvas = Canvas(str(tmp_path / "scan.pdf"))
    pixel = io.BytesIO(
        bytes.fromhex(
            "424d3a0000000000000036000000280000000100000001000000010018000000000004000000130b0000130b00000000000000000000ffffff00"
        )
    )
    canvas.drawImage(ImageReader(pixel), 0, 0, 500, 700)
    canvas.showPage()
    canvas.drawString(72, 700, "This page has text.")
    canvas.showPage()
    canvas.showPage()
    canvas.save()
    read = documents.read(tmp_path / "scan.pdf")
    assert [page.state for page in read.pages] == [PageState.SCANNED, PageState.OK, PageState.EMPTY]
    assert read.readable_share == 0.5


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("公司全年减少二氧化碳排放四万吨，并完成余热回收改造项目验收。", PageState.OK),
        ("The company cut its emissions.", PageState.OK),
        ("\ue001\ue002\ue003\ue004 ab", PageState.GARBLED),
        ("ä¸­å›½é’¢é“å…¬å¸å‘å¸ƒäº†ç¤¾ä¼šè´£ä»»æŠ¥å‘Šå’ŒçŽ¯å¢ƒä¿¡æ¯", PageState.GARBLED),
        ("㐀㐁㐂㐃㐄㐅㐆㐇㐈㐉㐊㐋㐌㐍㐎㐏㐐㐑㐒㐓㐔㐕", PageState.GARBLED),
        ("  \n", PageState.EMPTY),
    ],
)
def test_text_that_cannot_be_relied_on_is_recognised(text, state):
    assert text_state(text) is state


def test_a_word_file_keeps_headings_tables_and_paragraph_numbers(tmp_path):
    word = docx.Document()
    word.add_heading("Energy", 1)
    word.add_paragraph("We installed solar panels.")
    table = word.add_table(1, 2)
    table.cell(0, 0).text, table.cell(0, 1).text = "Solar", "5 MW"
    word.save(str(tmp_path / "a.docx"))
    page = documents.read(tmp_path / "a.docx").pages[0]
    assert kinds(page) == [
        (BlockKind.HEADING, "Energy"),
        (BlockKind.PARAGRAPH, "We installed solar panels."),
        (BlockKind.TABLE_ROW, "Solar  5 MW"),
    ]
    assert [block.paragraph for block in page.blocks] == [1, 2, 3]


def test_html_is_read_without_scripts_and_hidden_text(tmp_path):
    (tmp_path / "a.txt").write_text(
        "<!doctype html><title>绿色报告</title><body><h1>能源</h1><p>公司建设<b>屋顶光伏</b>。</p>"
        "<script>alert(1)</script><p hidden>secret</p><p style='display: none'>secret</p>"
        "<ul><li>节水</li></ul><table><tr><td>用水</td><td>5吨</td></tr></table></body>",
        encoding="utf-8",
    )
    read = documents.read(tmp_path / "a.txt")
    assert (read.format, read.title) == (Format.HTML, "绿色报告")
    assert kinds(read.pages[0]) == [
        (BlockKind.HEADING, "能源"),
        (BlockKind.PARAGRAPH, "公司建设屋顶光伏。"),
        (BlockKind.LIST_ITEM, "节水"),
        (BlockKind.TABLE_ROW, "用水 5吨"),
    ]


def test_markdown_and_plain_text_are_told_apart_by_content(tmp_path):
    (tmp_path / "a").write_text("# Energy\n\nWe save power.\n\n- LED lamps\n- heat pumps\n", encoding="utf-8")
    (tmp_path / "b").write_text("第一章 能源\n\n公司建设光伏。\n", encoding="gb18030")
    assert documents.read(tmp_path / "a").format is Format.MARKDOWN
    plain = documents.read(tmp_path / "b")
    assert plain.format is Format.TEXT
    assert kinds(plain.pages[0])[0] == (BlockKind.HEADING, "第一章 能源")


def zipped(**parts):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml"), data)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "is empty"),
        (b"   \n", "nothing but white space"),
        (b"%PDF-1.7 broken", "damaged or truncated"),
        (b"\x89PNG\r\n\x1a\n123", "is a damaged image"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "legacy Office"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "protected by a password"),
        (b"{\\rtf1 hello}", "RTF"),
        (bytes(range(256)) * 20, "unknown binary"),
        (zipped(xl__workbook_xml="<a/>"), "is a workbook that cannot be read"),
        (zipped(readme="hi"), "ZIP archive"),
        (b"PK\x03\x04 not really", "damaged"),
        (zipped(word__document_xml="<not-word"), "Word file that cannot be read"),
        (zipped(word__document_xml=b"0" * 200_000_000), "unpacks to"),
        (b"<html>" + b"<div>" * 3000 + b"x", "deep"),
    ],
)
def test_a_bad_file_gives_one_clear_sentence_and_a_hint(tmp_path, data, says):
    path = tmp_path / "report.pdf"
    path.write_bytes(data)
    with pytest.raises(DocumentError) as caught:
        documents.read(path)
    assert says in str(caught.value)
    assert "report.pdf" in str(caught.value)
    assert "\n" not in str(caught.value)
    assert caught.value.hint


def test_missing_files_and_folders_are_named(tmp_path):
    with pytest.raises(DocumentError, match="there is no file"):
        documents.read(tmp_path / "nothing.pdf")
    with pytest.raises(DocumentError, match="is a folder"):
        documents.read(tmp_path)


def test_an_encrypted_pdf_asks_for_its_password_and_opens_with_it(tmp_path):
    path = write_pdf(
        tmp_path / "e.pdf", [[(72, 100, "Secret text.", 11)]], encrypt=StandardEncryption("open", canPrint=0)
    )
    with pytest.raises(EncryptedError) as caught:
        documents.read(path)
    assert "--password" in caught.value.hint
    with pytest.raises(EncryptedError, match="does not open"):
        documents.read(path, password="wrong")
    assert "Secret text." in documents.read(path, password="open").pages[0].text


@pytest.mark.parametrize(
    ("limits", "says"),
    [(Limits(bytes=100), "MB"), (Limits(pages=2), "3 pages"), (Limits(characters=5), "characters allowed")],
)
def test_limits_are_kept(tmp_path, limits, says):
    path = write_pdf(tmp_path / "long.pdf", [[(72, 100, "A page.", 11)]] * 3)
    with pytest.raises(DocumentError, match=says):
        documents.read(path, limits=limits)


def test_a_truncated_pdf_is_refused_or_read_but_never_crashes(tmp_path, samples):
    data = (samples / "qingyun-steel.pdf").read_bytes()
    for share in (0.1, 0.5, 0.9, 0.999):
        path = tmp_path / f"cut-{share}.pdf"
        path.write_bytes(data[: int(len(data) * share)])
        try:
            assert documents.read(path).pages
        except DocumentError as error:
            assert "damaged" in str(error) or "no pages" in str(error) or "no text" in str(error)


pieces = st.lists(st.builds(Piece, st.text(max_size=60), st.sampled_from(BlockKind)), max_size=8)


@given(pieces)
def test_blocks_are_ordered_disjoint_and_cover_every_character(given_pieces):
    page = build(1, given_pieces)
    covered = set()
    last = 0
    for block in page.blocks:
        assert last <= block.start < block.end <= len(page.text)
        covered |= set(range(block.start, block.end))
        last = block.end
    assert all(page.text[place].isspace() for place in set(range(len(page.text))) - covered)


@given(st.text())
def test_cleaned_text_has_no_control_or_direction_characters(text):
    cleaned = clean(text)
    assert clean(cleaned) == cleaned
    assert not any(
        (ord(character) < 32 and character != "\n") or character in "\u202e\u200b\ufeff" for character in cleaned
    )
