"""Markdown stays Markdown with HTML in it, and of that HTML is read what a browser shows."""

from __future__ import annotations

import pytest
from builders import offsets_agree

from alignment import documents, passages
from alignment.types import BlockKind, Format

REPORT = (
    "# Report\n\n## Water\n\n- Water is reused.\n- Slag is sold.\n\n"
    "| KPI | 2022 | 2023 |\n|---|---|---|\n| Heat | 5 | 6 |\n\n"
)
READ = ["Report", "Water", "- Water is reused.", "- Slag is sold.", "KPI  2022  2023", "Heat  2022: 5  2023: 6"]


def read(tmp_path, text):
    (tmp_path / "a.txt").write_text(text, encoding="utf-8")
    found = documents.read(tmp_path / "a.txt")
    assert found.format is Format.MARKDOWN and offsets_agree(passages.split(found), found)
    return found.pages[0].text.split("\n")


@pytest.mark.parametrize(
    ("html", "shown"),
    [
        ("A `<script>` tag, `</body>`, ``a ` <style>``.\n", ["A `<script>` tag, `</body>`, ``a ` <style>``."]),
        ("<style>\nevil{width:1}\n</style>\n", []),
        ("<script>\nevil('</div>')\n\nevil\n</script>\n\nAir.\n", ["Air."]),
        ("<!-- evil\n\nevil -->\n\nAir <!-- evil --> is clean.\n", ["Air  is clean."]),
        ("<!-- evil\n\nevil", []),
        ("Air <!-- is clean.\n", ["Air <!-- is clean."]),
        ("<div hidden>\n\nevil\n\n`</div>` <div>evil</div> evil\n\n</div>\n\nAir.\n", ["Air."]),
        ("Air <span style='display: none'>evil</span>is clean.\n", ["Air is clean."]),
        ("<p hidden>evil\n\nAir `<b>`.\n\n<p>Soil.</p>\n", ["Air `<b>`.", "Soil."]),
        ("<P HIDDEN>evil<p>Air.</p>\n", ["Air."]),
        ("<p hidden>evil <br>evil</p>Air.\n", ["Air."]),
        ("Air ` <b hidden>evil</b>\n` is clean.\n", ["Air `", "` is clean."]),
        ("<style>.x{display:none}</style>\n\n<b class='x'>evil</b>Air.\n", ["Air."]),
        ("```html\n<style>b{display:none}</style>\n```\n\n<b>Air.</b>\n",
         ["```html", "<style>b{display:none}</style>", "```", "Air."]),
        ("<div>\n`<p hidden>evil</p>`\n</div>\n", ["`", "`"]),
        ("<div>See <b>air</b>.<br>Soil.</div>\n", ["See air.", "Soil."]),
        ("<h2>Air</h2>\n<p>Clean.</p>\n", ["Air", "Clean."]),
        ("Less than <b 95 % and > 3, <3, <https://a.org>, <环境>.\n",
         ["Less than <b 95 % and > 3, <3, <https://a.org>, <环境>."]),
        ("<textarea>evil</textarea><select><option>evil</select>\n", []),
    ],
)  # fmt: skip
def test_of_html_in_markdown_is_read_what_a_browser_shows(tmp_path, html, shown):
    assert read(tmp_path, REPORT + html) == READ + shown
    if not html.endswith("evil"):
        assert read(tmp_path, f"{html}\n{REPORT}")[-6:] == READ


def test_tables_of_html_in_markdown_are_read_as_rows_and_do_not_make_it_html(tmp_path):
    rows = "".join(
        f'<tr class="odd">\n<td>KPI {number}</td>\n<td>{number}</td>\n<td>7</td>\n</tr>\n' for number in range(20)
    )
    hidden = "<tr class=x><td>evil<td>1<td>2</tr>\n"
    table = (
        f"<style>.x{{display:none}}</style>\n\n单位：吨\n\n<table>\n<thead>\n<tr>\n<th>Indicator</th>\n<th>2022</th>\n"
        f"<th>2023</th>\n</tr>\n</thead>\n<tbody>\n{hidden}{rows}</tbody>\n</table>\n\nAir.\n"
    )
    found = read(tmp_path, REPORT + table)
    assert found[6:9] == ["单位：吨", "Indicator  2022  2023", "KPI 0（吨）  2022：0  2023：7"] and len(found) == 29
    assert found[-1] == "Air."


def test_a_table_without_an_end_is_read_as_text(tmp_path):
    assert read(tmp_path, f"{REPORT}<table><tr><td>Air is clean.\n\nSoil.\n") == [*READ, "Air is clean.", "Soil."]


def test_breaks_in_a_row_or_a_heading_of_markdown_do_not_part_it(tmp_path):
    found = read(
        tmp_path,
        REPORT + "### Air<br>and <div>soil</div>\n\n| KPI | 2022 | 2023 |\n|-|-|-|\n| N<br>Ox | <p>1</p> | 2 |\n",
    )
    assert found[6:] == ["Air and  soil", "KPI  2022  2023", "N Ox  2022: 1  2023: 2"]


@pytest.mark.parametrize(
    "text",
    [
        "<!doctype html><pre>\n# Water\n- a\n- b\n</pre>",
        "<div>\n<pre>\n# Water\n</pre>\n<p>Water is reused.</p>\n</div>",
        "# Water\n\n- a\n- b\n- c\n\n<body>\n<p>Water</p>\n</body>",
        "Water\n<p>is</p>\n<p>reused</p>\n<pre>\n# Water\n</pre>\n<p>and</p>\n<p>sold</p>\n",
    ],
)
def test_html_with_lines_that_look_like_headings_stays_html(tmp_path, text):
    (tmp_path / "a.md").write_text(text)
    assert documents.read(tmp_path / "a.md").format is Format.HTML


def test_headings_of_html_in_markdown_are_headings(tmp_path):
    (tmp_path / "a.md").write_text(REPORT + "<h3>Air</h3>\n\nClean.\n")
    page = documents.read(tmp_path / "a.md").pages[0]
    assert (page.blocks[-2].kind, page.blocks[-2].level) == (BlockKind.HEADING, 3)
