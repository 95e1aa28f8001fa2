"""HTML is told from text however it begins, for what it hides must not be read; text that holds a little stays text."""

from __future__ import annotations

import pytest

from alignment import documents
from alignment.errors import DocumentError
from alignment.types import Format

HIDDEN = "<script>evil()</script><style>.evil{}</style><p hidden>evil</p><p>水 is reused.</p>"


@pytest.mark.parametrize(
    "data",
    [
        b"\xef\xbb\xbf<html>" + HIDDEN.encode(),
        ("\ufeff<html>" + HIDDEN).encode("utf-16-le"),
        ("\ufeff<html>" + HIDDEN).encode("utf-16-be"),
        ("\ufeff<html>" + HIDDEN).encode("utf-32-le"),
        ("<html>能源" + HIDDEN).encode("gb18030"),
        b"<!--" + b"evil " * 2000 + b"--> <!--->\n<html>" + HIDDEN.encode(),
        b" \r\n" * 9000 + b"<?xml version='1.0'?>\n<html>" + HIDDEN.encode(),
        *(
            (start + HIDDEN).encode()
            for start in (
                "<meta charset=utf-8>",
                "<title>evil</title>",
                "<div class=a>",
                "<table><tr><td>水 is reused.</td></tr></table>",
                "<p>",
                "<script>evil</script>",
                "<style>evil</style>",
                "<!DOCTYPE book>",
                "水 is reused.\n",
                "# 水 is reused.\n\n",
            )
        ),
        b"<html><meta charset=idna>" + HIDDEN.encode(),
        b"<html><meta charset=utf-16>" + HIDDEN.encode(),
    ],
)
def test_html_is_told_however_it_begins_and_what_it_hides_is_not_read(tmp_path, data):
    (tmp_path / "report.txt").write_bytes(data)
    read = documents.read(tmp_path / "report.txt")
    assert read.format is Format.HTML
    assert "evil" not in read.pages[0].text and "水 is reused." in read.pages[0].text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("We <3 water.\nSee <https://example.org> or <a@example.org>, p < 0.05.", Format.TEXT),
        ("<3 water\nis reused by <b>all</b> plants.", Format.TEXT),
        ("<https://example.org>\nWater is reused.", Format.TEXT),
        ("<name> of the plant: <title> and <table>.\nWater is reused.\nSlag too.\nGas too.\nAll of it.", Format.TEXT),
        ("# Water\n\nCO<sub>2</sub> and H<sub>2</sub>O<br>are <b>low</b>.\n\n- reused\n", Format.MARKDOWN),
        ("<!-- lint off -->\n# Water\n\n<details><summary>More</summary>Slag.</details>\n\n- a\n- b\n- c\n- d\n",
         Format.MARKDOWN),
        ('<p align="center"><img src="a.png"></p>\n\n# Water\n\n- reused\n- saved\n', Format.MARKDOWN),
        ("# Page\n\n```html\n<html><script>x</script><div></div></html>\n```\n\n- shown\n", Format.MARKDOWN),
    ],
)  # fmt: skip
def test_text_and_markdown_with_a_little_html_stay_what_they_are(tmp_path, text, expected):
    (tmp_path / "a").write_text(text)
    assert documents.read(tmp_path / "a").format is expected


def test_elements_inside_each_other_are_counted_without_a_document_around_them(tmp_path):
    (tmp_path / "a.txt").write_bytes(b"<div>" * 100_000 + b"water")
    with pytest.raises(DocumentError, match="deep"):
        documents.read(tmp_path / "a.txt")


def html(tmp_path, text):
    (tmp_path / "a.html").write_text(f"<!doctype html><html>{text}</html>", encoding="utf-8")
    return documents.read(tmp_path / "a.html").pages[0].text.split("\n")


def test_of_a_form_the_content_is_read_and_the_controls_are_not(tmp_path):
    controls = (
        "<input value=evil><select><option>evil</select><textarea>evil</textarea><datalist><option>evil</datalist>"
    )
    found = html(
        tmp_path,
        f"<form><h1>Water</h1>{controls}<p>Water is reused.</p><button>Energy</button><div>Heat is used.</div>"
        "<table><tr><th>KPI<th>2022<th>2023<tr><td>Reused<td>5<td>6</table></form>"
        "<p>See <svg><title>evil</title><defs><text>evil</text></defs><text>Slag</text><text>sold</text></svg>.",
    )
    assert found == [
        "Water", "Water is reused.", "Energy", "Heat is used.", "KPI  2022  2023", "Reused  2022: 5  2023: 6",
        "See", "Slag", "sold", "."
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("sheet", "element", "hidden"),
    [
        (".x{display:none}", "<p class='a x'>evil</p>", True),
        ("a, #x , b{color:red; DISPLAY : none}", "<p id=x>evil</p>", True),
        ("p.a.x{visibility:hidden}", "<p class='x a'>evil</p>", True),
        ("<!-- .x{display:none} -->", "<p class=x>evil</p>", True),
        ("aside{display:none}", "<aside>evil</aside>", True),
        ("/* .y{} */ @import 'a'; .x{display:none}", "<p class=x>evil</p>", True),
        ("@media screen{.x{display:none}}", "<p class=x>evil</p>", True),
        (".x{display:none!important} .x{display:block}", "<p class=x style='display:block'>evil</p>", True),
        ("@media print{.x{display:none}}", "<p class=x>Water</p>", False),
        ("@media (max-width:600px){.x{display:none}}", "<p class=x>Water</p>", False),
        (".x{display:none} .x.open{display:block}", "<p class='x open'>Water</p>", False),
        (".x{display:none} .x{display:block}", "<p class=x>Water</p>", False),
        ("#x{display:block} .x{display:none}", "<p id=x class=x>Water</p>", False),
        (".x{display:none}", "<p class=x style='display:block'>Water</p>", False),
        (".x:hover, .a .x, .b>p{display:none}", "<p class=x>Water</p>", False),
        ("body{visibility:hidden}", "<p>Water</p>", False),
        (".x{color:red}", "<p class=x style=\"display:block;content:'display:none'\">Water</p>", False),
    ],
)
def test_what_simple_rules_of_a_style_sheet_hide_is_not_read(tmp_path, sheet, element, hidden):
    found = html(tmp_path, f"<style>{sheet}</style><body>{element}<p>Heat is used.</p>")
    assert found == (["Heat is used."] if hidden else ["Water", "Heat is used."])


def test_style_sheets_for_print_or_without_scripts_hide_nothing(tmp_path):
    sheets = "<style media=print>p{display:none}</style><noscript><style>p{display:none}</style></noscript>"
    assert html(tmp_path, f"{sheets}<body><p>Water is reused.</p>") == ["Water is reused."]
