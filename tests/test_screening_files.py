"""Files are found and told whatever they are called, and one that cannot be read says why in its own name."""

from __future__ import annotations

import json
import os
import re
import shutil
import zipfile
from urllib.parse import unquote_to_bytes

import pytest
from builders import write_pdf
from screening_builders import outputs_of, text_filings

from alignment.screening.discovery import discover
from alignment.screening.options import Options
from alignment.screening.run import screen
from alignment.settings import Settings

SETTINGS = Settings(encoder="hashing")
WATER = "公司建设中水回用系统，回用水量八十万吨。"
OLD = "年报.txt".encode("gbk")
"""A name as older programs of Chinese systems write it."""


def run(source, out, **options):
    return screen(source, SETTINGS, Options(out=out, workers=1, **options))[0]


def put(folder, name, data):
    """A file under a name of any bytes."""
    folder.mkdir(exist_ok=True)
    try:
        (folder / os.fsdecode(name)).write_bytes(data if isinstance(data, bytes) else data.encode())
    except OSError:
        pytest.skip("this file system takes only names in UTF-8")


def test_names_that_are_no_utf8_are_assessed_or_failed_under_names_that_can_be_printed(tmp_path):
    source = tmp_path / "in"
    put(source, OLD, WATER)
    put(source, "年报.txt".encode(), WATER + "绿色电力。")
    put(source, b"\xff\xfe.txt", WATER + "节能改造。")
    put(source, "空.pdf".encode("gbk"), "")
    with zipfile.ZipFile(source / os.fsdecode("附件.zip".encode("gbk")), "w") as archive:
        archive.writestr("a.txt", WATER + "绿色采购。")
    portfolio = run(source, tmp_path / "out")
    assert [item.filing.path for item in portfolio.screened] == [
        "年报 (2).txt", "年报.txt", "附件.zip/a.txt", "\ufffd\ufffd.txt",
    ]  # fmt: skip
    assert [(item.filing.path, item.reason) for item in portfolio.failures] == [("空.pdf", "空.pdf is empty (0 bytes)")]
    lines = (tmp_path / "out" / "results.jsonl").read_text("utf-8").splitlines()
    assert {json.loads(line)["path"] for line in lines} == {item.filing.path for item in portfolio.screened}
    log = (tmp_path / "out" / "screen.log").read_text("utf-8")
    assert "'年报 (2).txt'" in log and "'空.pdf'" in log


def test_the_page_of_such_a_file_links_to_its_bytes(tmp_path, samples):
    put(tmp_path / "in", OLD, (samples / "northlight-batteries.pdf").read_bytes())
    (item,) = run(tmp_path / "in", tmp_path / "out").screened
    page = (tmp_path / "out" / item.report).read_text("utf-8")
    links = {unquote_to_bytes(link) for link in re.findall(r'href="\./([^"#]+)', page)}
    assert b"../../in/" + OLD in links


def test_a_manifest_finds_such_a_file_by_the_name_it_was_meant_to_have(tmp_path, framework):
    put(tmp_path, OLD, WATER)
    (tmp_path / "m.csv").write_text("path\n年报.txt\n", encoding="utf-8")
    (each,) = discover(tmp_path / "m.csv", framework)
    assert (each.filing.path, each.problem, os.fsencode(each.place.name)) == ("年报.txt", None, OLD)


def test_a_pipe_is_told_like_a_link_and_never_waited_for(tmp_path, framework):
    text_filings(tmp_path, 1)
    os.mkfifo(tmp_path / "pipe.pdf")
    (tmp_path / "m.csv").write_text("path\nfiling-000.txt\npipe.pdf\n", encoding="utf-8")
    for source in (tmp_path, tmp_path / "m.csv"):
        told = {each.filing.path: str(each.problem or "") for each in discover(source, framework)}
        assert told == {
            "filing-000.txt": "", "pipe.pdf": "pipe.pdf is not a regular file but a pipe or a device",
        }  # fmt: skip


def test_files_of_the_same_bytes_fail_each_under_its_own_name(tmp_path):
    source = text_filings(tmp_path / "in", 1)
    for name in ("zero.pdf", "zero.txt"):
        (source / name).write_bytes(b"")
    told = {item.filing.path: item.reason for item in run(source, tmp_path / "out").failures}
    assert told == {name: f"{name} is empty (0 bytes)" for name in ("zero.pdf", "zero.txt")}
    log = (tmp_path / "out" / "screen.log").read_text("utf-8")
    assert "failed 'zero.txt': reading: zero.txt is empty" in log


def test_what_to_do_about_a_password_is_something_that_can_be_done(tmp_path):
    (tmp_path / "in").mkdir()
    write_pdf(tmp_path / "in" / "locked.pdf", [[(72, 72, "Secret", 12)]], encrypt="password")
    (failure,) = run(tmp_path / "in", tmp_path / "out").failures
    assert failure.reason == "locked.pdf is encrypted"
    assert failure.hint == "save a copy without the password, or use `alignment check --password`"


def test_resuming_after_the_folder_of_filings_moved_gives_links_to_where_they_are(tmp_path, samples):
    put(tmp_path / "one", b"a.pdf", (samples / "northlight-batteries.pdf").read_bytes())
    run(tmp_path / "one", tmp_path / "out")
    (tmp_path / "one").rename(tmp_path / "two")
    run(tmp_path / "two", tmp_path / "out", resume=True)
    run(tmp_path / "two", tmp_path / "fresh")
    assert outputs_of(tmp_path / "out") == outputs_of(tmp_path / "fresh")


def test_a_run_that_was_broken_off_after_a_move_leaves_no_page_of_the_other_place(tmp_path, samples):
    put(tmp_path / "one", b"a.pdf", (samples / "northlight-batteries.pdf").read_bytes())
    run(tmp_path / "one", tmp_path / "out")
    wanted = outputs_of(tmp_path / "out")
    shutil.copytree(tmp_path / "one", tmp_path / "two")

    def broken_off(_):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        screen(tmp_path / "two", SETTINGS, Options(tmp_path / "out", workers=1, resume=True), report=broken_off)
    run(tmp_path / "one", tmp_path / "out", resume=True)
    assert outputs_of(tmp_path / "out") == wanted
