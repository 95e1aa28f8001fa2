"""Text without a mark of its encoding is read in the encoding it was written in, and what cannot be told is refused."""

from __future__ import annotations

import pytest

from alignment import documents
from alignment.errors import DocumentError
from alignment.types import Format, PageState

SIMPLIFIED = "二零二三年公司完成高炉余热回收改造，年节能一万吨标准煤，废水回用率达到95%。"
TRADITIONAL = "二零二三年公司完成高爐餘熱回收改造，年節能一萬噸標準煤，廢水回用率達到95%。"
ENGLISH = "In 2023 we installed a 20 MW solar plant – on our “roofs” – and it’s working in Münster."
FRENCH = "L’énergie réutilisée a été mesurée à l’usine de Besançon, où les déchets ont été triés."


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (SIMPLIFIED, "gb18030"),
        (SIMPLIFIED * 20, "gbk"),
        (TRADITIONAL, "big5"),
        (TRADITIONAL * 20, "big5"),
        (TRADITIONAL, "gb18030"),
        ("The group is called 青云钢铁 in Chinese.", "gb18030"),
        ("節能", "big5"),
        ("节能", "gb18030"),
        (ENGLISH, "cp1252"),
        (FRENCH * 20, "cp1252"),
        ("Water is reused in München.", "latin-1"),
        (SIMPLIFIED + TRADITIONAL + FRENCH, "utf-8"),
    ],
)
def test_a_text_is_read_in_the_encoding_it_was_written_in(tmp_path, text, encoding):
    (tmp_path / "a.txt").write_bytes(text.encode(encoding))
    assert documents.read(tmp_path / "a.txt").pages[0].text == text
    (tmp_path / "a.html").write_bytes(f"<html><p>{text}</p></html>".encode(encoding))
    assert documents.read(tmp_path / "a.html").pages[0].text == text


@pytest.mark.parametrize("declared", ["iso-8859-1", "latin1", "windows-1252"])
def test_western_pages_are_read_as_browsers_read_them(tmp_path, declared):
    (tmp_path / "a.html").write_bytes(f"<html><meta charset={declared}><p>{ENGLISH}</p></html>".encode("cp1252"))
    assert documents.read(tmp_path / "a.html").pages[0].text == ENGLISH


def test_text_that_was_written_in_a_wrong_encoding_stays_garbled(tmp_path):
    (tmp_path / "a.txt").write_text(SIMPLIFIED.encode("gb18030").decode("latin-1"), encoding="utf-8")
    assert documents.read(tmp_path / "a.txt").pages[0].state is PageState.GARBLED


def test_bytes_that_are_no_text_are_refused(tmp_path):
    (tmp_path / "a.txt").write_bytes(bytes(range(256)) * 4)
    with pytest.raises(DocumentError, match="unknown binary content"):
        documents.read(tmp_path / "a.txt")
    (tmp_path / "b.txt").write_bytes(b"\xff" * 400 + b" a")
    with pytest.raises(DocumentError, match="unknown binary content"):
        documents.read(tmp_path / "b.txt")


def test_markdown_is_told_in_every_encoding(tmp_path):
    (tmp_path / "a.md").write_bytes(f"# {TRADITIONAL}\n\n- {TRADITIONAL}\n".encode("big5"))
    assert documents.read(tmp_path / "a.md").format is Format.MARKDOWN
