"""A folder or a manifest becomes tables and pages, the same whatever way the run took."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys

import openpyxl
import pytest
from pyarrow import parquet
from screening_builders import OUTPUTS, outputs_of, text_filings

from alignment.errors import InputError
from alignment.reports.rendering import plain
from alignment.screening.discovery import discover
from alignment.screening.options import Options
from alignment.screening.progress import Event
from alignment.screening.run import screen
from alignment.settings import Settings

SETTINGS = Settings(encoder="hashing")


def run(source, out, **options):
    return screen(source, SETTINGS, Options(out=out, workers=2, **options))[0]


def table(path):
    return list(csv.DictReader(io.StringIO(path.read_text("utf-8-sig"))))


@pytest.fixture(scope="module")
def manifest(tmp_path_factory, samples):
    """Seven filings under a manifest: two of the same bytes, one that is not there, one that cannot be read."""
    folder = tmp_path_factory.mktemp("manifest")
    text_filings(folder / "in", 3)
    (folder / "in" / "copy.txt").write_bytes((folder / "in" / "filing-001.txt").read_bytes())
    (folder / "in" / "钢铁.pdf").write_bytes((samples / "qingyun-steel.pdf").read_bytes())
    (folder / "in" / "empty.pdf").write_bytes(b"")
    (folder / "filings.csv").write_text(
        "path,company,code,industry,year,language\n"
        "in/钢铁.pdf,青云钢铁,600001,钢铁,2023,zh\n"
        "in/filing-000.txt,=cmd|' /C calc'!A0,,,2022,\n"
        "in/filing-001.txt,Zweite,2,finance,,en\n"
        "in/filing-002.txt,Dritte,3,,,\n"
        "in/copy.txt,Vierte,4,finance,,\n"
        "in/empty.pdf,Leer,5,,,\n"
        "in/missing.pdf,Fehlt,6,,,\n",
        encoding="utf-8-sig",
    )
    return folder / "filings.csv"


@pytest.fixture(scope="module")
def screened(manifest):
    out = manifest.parent / "out"
    return run(manifest, out), out


def test_every_filing_is_in_the_summary_or_among_the_failures(screened):
    portfolio, out = screened
    summary, failures = table(out / "summary.csv"), table(out / "failures.csv")
    assert [row["path"] for row in summary] == [item.filing.path for item in portfolio.screened]
    assert {row["path"] for row in summary} | {row["path"] for row in failures} == {
        "in/钢铁.pdf", "in/filing-000.txt", "in/filing-001.txt", "in/filing-002.txt", "in/copy.txt", "in/empty.pdf",
        "in/missing.pdf",
    }  # fmt: skip
    assert [(row["path"], row["stage"], row["reason"]) for row in failures] == [
        ("in/empty.pdf", "reading", "empty.pdf is empty (0 bytes)"),
        ("in/missing.pdf", "reading", "there is no file in/missing.pdf"),
    ]
    assert all(row["hint"] for row in failures)


def test_the_manifests_industry_is_the_profile_of_the_assessment(screened):
    _, out = screened
    steel = next(row for row in table(out / "summary.csv") if row["path"] == "in/钢铁.pdf")
    assert (steel["company"], steel["industry"], steel["year"]) == ("青云钢铁", "steel", "2023")
    assert json.loads((out / steel["report"]).with_suffix(".json").read_text("utf-8"))["profile"] == "steel"


def test_the_same_bytes_are_assessed_once_and_named_duplicates(screened):
    _, out = screened
    rows = {row["path"]: row for row in table(out / "summary.csv")}
    assert rows["in/filing-001.txt"]["duplicate_of"] == "in/copy.txt"
    assert rows["in/filing-001.txt"]["report"] == rows["in/copy.txt"]["report"]
    assert rows["in/copy.txt"]["duplicate_of"] == ""
    assert (rows["in/copy.txt"]["company"], rows["in/filing-001.txt"]["company"]) == ("Vierte", "Zweite")
    assert len(list((out / "reports").glob("*.html"))) == len(rows) - 1


def test_the_tables_agree_with_each_other_and_with_the_reports(screened, framework):
    _, out = screened
    summary = table(out / "summary.csv")
    lines = [json.loads(line) for line in (out / "results.jsonl").read_text("utf-8").splitlines()]
    columnar = parquet.read_table(out / "summary.parquet").to_pylist()
    book = openpyxl.load_workbook(out / "summary.xlsx")
    cells = [[cell.value for cell in row] for row in book["Summary"].rows]
    for number, (row, line) in enumerate(zip(summary, lines, strict=True)):
        told = {element["code"]: element["status"] for element in line["elements"]}
        full = json.loads((out / line["report"]).with_suffix(".json").read_text("utf-8"))
        assert told == {element["code"]: element["status"] for element in full["elements"]}
        assert told == {code: row[code] for code in framework.codes}
        assert told == {code: columnar[number][code] for code in framework.codes}
        sheet = {str(head).split(" ")[0]: cell for head, cell in zip(cells[0], cells[number + 1], strict=True)}
        shown = {code: plain(f"status.{status}", "zh") for code, status in told.items()}
        assert shown == {code: sheet[code] for code in framework.codes}
        for element in line["elements"]:
            evidence = next(each for each in full["elements"] if each["code"] == element["code"])["evidence"]
            assert element["evidence"] == len(evidence)
            assert set(element["pages"]) <= {item["page"] for item in evidence}


def test_the_workbook_has_a_frozen_header_filters_colours_gaps_and_failures(screened):
    _, out = screened
    book = openpyxl.load_workbook(out / "summary.xlsx")
    assert book.sheetnames == ["Summary", "Gaps", "Failures", "Near-duplicates"]
    sheet = book["Summary"]
    assert sheet.freeze_panes == "B2" and sheet.auto_filter.ref
    assert len(sheet.conditional_formatting) > 0
    gaps = [[cell.value for cell in row] for row in book["Gaps"].rows][1:]
    summary = table(out / "summary.csv")
    assert len(gaps) == sum(int(row["gap"]) for row in summary) > 0
    assert [row[0].value for row in book["Failures"].rows][1:] == ["in/empty.pdf", "in/missing.pdf"]


def test_text_of_filings_is_never_a_formula(screened):
    _, out = screened
    row = next(row for row in table(out / "summary.csv") if row["path"] == "in/filing-000.txt")
    assert row["company"].startswith("'=")
    cells = [cell for row in openpyxl.load_workbook(out / "summary.xlsx")["Summary"].rows for cell in row]
    assert all(cell.data_type != "f" for cell in cells)
    assert any(str(cell.value).startswith("=cmd") for cell in cells)


def test_a_second_run_elsewhere_gives_the_same_bytes(screened, manifest):
    _, out = screened
    again = manifest.parent / "again"
    run(manifest, again, cache=False)
    assert outputs_of(again) == outputs_of(out)
    assert set(OUTPUTS) <= set(outputs_of(out))


def test_a_folder_with_results_needs_resume(screened, manifest):
    _, out = screened
    with pytest.raises(InputError, match="is not empty") as caught:
        run(manifest, out)
    assert "--resume" in caught.value.hint
    with pytest.raises(InputError, match="contains no run to resume"):
        run(manifest, manifest.parent, resume=True)


def test_only_what_changed_is_done_again(tmp_path):
    text_filings(tmp_path / "in", 4)
    events: list[Event] = []

    def go(settings=SETTINGS):
        events.clear()
        screen(tmp_path / "in", settings, Options(tmp_path / "out", workers=1, resume=True), report=events.append)
        return {event.path: event.outcome for event in events}

    (tmp_path / "out").mkdir()
    assert set(go().values()) == {"assessed"}
    assert set(go().values()) == {"known"}
    (tmp_path / "in" / "filing-002.txt").write_text("公司建成光伏电站，年发电三百万千瓦时。" * 5, encoding="utf-8")
    (tmp_path / "in" / "filing-003.txt").unlink()
    report = next((tmp_path / "out" / "reports").glob("filing-001*.json"))
    report.unlink()
    assert go() == {"filing-000.txt": "known", "filing-001.txt": "assessed", "filing-002.txt": "assessed"}
    assert report.exists()
    assert len(list((tmp_path / "out" / "reports").iterdir())) == 6, "what is no longer there leaves nothing"
    assert set(go(Settings(encoder="hashing", threshold=0.9)).values()) == {"assessed"}


def test_screening_and_checking_give_the_same_result(tmp_path, samples, pipeline):
    from alignment.reports.json import to_json

    (tmp_path / "in").mkdir()
    source = tmp_path / "in" / "report.pdf"
    source.write_bytes((samples / "qingyun-steel.pdf").read_bytes())
    screen(tmp_path / "in", Settings(), Options(tmp_path / "out", workers=1))
    (written,) = (tmp_path / "out" / "reports").glob("*.json")
    assert written.read_text("utf-8") == to_json(pipeline.check(source))


def test_pages_show_quotes_in_their_place_where_pictures_are_asked_for(tmp_path, samples):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "report.pdf").write_bytes((samples / "qingyun-steel.pdf").read_bytes())
    plain = run(tmp_path / "in", tmp_path / "plain")
    seen = run(tmp_path / "in", tmp_path / "seen", images=True)
    again = run(tmp_path / "in", tmp_path / "again", images=True)
    name = plain.screened[0].report
    assert plain == seen == again
    pages = [(tmp_path / folder / name).read_text("utf-8") for folder in ("plain", "seen", "again")]
    assert "data:image" not in pages[0] and pages[1].count("data:image/webp") > 5 and pages[1] == pages[2]
    events: list[Event] = []
    options = Options(tmp_path / "plain", workers=1, resume=True, images=True)
    screen(tmp_path / "in", SETTINGS, options, report=events.append)
    assert [event.outcome for event in events] == ["assessed"], "pictures are part of what is finished"


def test_hidden_files_links_and_other_kinds_are_left_out(tmp_path, framework):
    text_filings(tmp_path, 1)
    (tmp_path / "deep" / ".git").mkdir(parents=True)
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    for name, data in {
        ".hidden.txt": b"", "deep/.git/x.txt": b"", "data.bin": b"\x00\x01", "Thumbs.db": ole, "page.css": b"",
        "deep/no-suffix": b"%PDF-1.7 ", "deep/a.MD": b"", "deep/letter": ole,
        "old.DOC": ole, "official.ofd": b"PK", "more.rar": b"Rar!\x1a\x07\x01",
    }.items():  # fmt: skip
        (tmp_path / name).write_bytes(data)
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "report.html").write_text("<html>", "utf-8")
    (tmp_path / "link.txt").symlink_to(tmp_path / "filing-000.txt")
    (tmp_path / "deep" / "gone.pdf").symlink_to(tmp_path / "nowhere")
    (tmp_path / "page-link.css").symlink_to(tmp_path / "page.css")
    (tmp_path / "loop").symlink_to(tmp_path)
    found = discover(tmp_path, framework, without=tmp_path / "out")
    assert [each.filing.path for each in found if not each.problem] == [
        "deep/a.MD", "deep/letter", "deep/no-suffix", "filing-000.txt", "more.rar", "official.ofd", "old.DOC",
    ]  # fmt: skip
    assert [str(each.problem) for each in found if each.problem] == [
        "deep/gone.pdf is a link, which is not followed",
        "link.txt is a link, which is not followed",
        "loop is a link to a folder, which is not followed",
    ]


def test_what_is_not_read_is_told_with_what_to_do_in_the_table_the_log_and_the_count(tmp_path):
    source = text_filings(tmp_path / "in", 1)
    (source / "old.doc").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
    (source / "more.rar").write_bytes(b"Rar!\x1a\x07\x01\x00")
    (source / "page.mhtml").write_bytes(b"MIME-Version: 1.0\r\nContent-Type: multipart/related; type=text/html\r\n")
    (source / "link.pdf").symlink_to(source / "filing-000.txt")
    events: list[Event] = []
    portfolio, _ = screen(source, SETTINGS, Options(tmp_path / "out", workers=1), report=events.append)
    assert {item.filing.path: (item.reason, item.hint) for item in portfolio.failures} == {
        "link.pdf": ("link.pdf is a link, which is not followed", "put the files themselves into the folder"),
        "more.rar": ("more.rar is an archive that is not opened", "unpack it, or make a ZIP for `screen`"),
        "old.doc": ("old.doc is a legacy Office file (.doc, .xls, .ppt)", "save it as .docx or PDF"),
        "page.mhtml": ("page.mhtml is a web archive (MHTML)", "save it as HTML or PDF and try again"),
    }
    assert (events[-1].done, events[-1].failed, events[-1].total) == (5, 4, 5)
    log = (tmp_path / "out" / "screen.log").read_text("utf-8")
    assert all(f"failed '{item.filing.path}': reading: {item.reason}" in log for item in portfolio.failures)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("company\nA\n", "no column 'path'"),
        ("path,colour\na,b\n", "unknown columns: 'colour'"),
        ("path,year\na.pdf,2023\nb.pdf,soon\n", "row 3: 'soon' is not a year"),
        ("path,industry\na.pdf,piracy\n", "row 2: there is no industry 'piracy'"),
        ("path,language\na.pdf,tlh\n", "row 2: language 'tlh'"),
        ("path\na.pdf\na.pdf\n", "row 3: 'a.pdf' is in row 2 too"),
        ("path,company\n,B\n", "row 2: 'path' is empty"),
        ("path\n", "lists no report"),
    ],
)
def test_mistakes_of_a_manifest_are_named_with_their_row(tmp_path, framework, text, said):
    (tmp_path / "m.csv").write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        discover(tmp_path / "m.csv", framework)
    assert said in str(caught.value) and caught.value.hint


def test_a_manifest_in_the_encoding_of_chinese_excel_is_read(tmp_path, framework):
    (tmp_path / "m.csv").write_bytes("path,company\n报告.pdf,青云钢铁\n".encode("gb18030"))
    (each,) = discover(tmp_path / "m.csv", framework)
    assert (each.filing.path, each.filing.company) == ("报告.pdf", "青云钢铁")


def test_the_command_ends_with_3_when_every_file_failed_and_says_so_in_lines(tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.pdf").write_bytes(b"")
    done = subprocess.run(
        [sys.executable, "-m", "alignment", "screen", "in", "--out", "o", "--encoder", "hashing", "--json-progress"],
        cwd=tmp_path, env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}, check=False,
        capture_output=True, text=True, encoding="utf-8",
    )  # fmt: skip
    assert done.returncode == 3, done.stderr
    assert "a.pdf is empty" in done.stdout
    (line,) = [json.loads(line) for line in done.stderr.splitlines()]
    assert (line["path"], line["outcome"], line["done"], line["failed"], line["total"]) == ("a.pdf", "failed", 1, 1, 1)
