"""Before and after the work: mistakes are told before an encoder is opened, and results overwrite nothing else."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

import pytest
from builders import write_pdf
from reportlab.lib.pdfencrypt import StandardEncryption

from alignment import cli, encoders
from alignment.pipeline import Pipeline

LINE = '{"id": "1", "text": "公司建设中水回用系统，全年回用水量八十万吨。"}\n'


@pytest.fixture
def command(monkeypatch, capfd, tmp_path):
    """Runs a command in a folder of its own: its exit code, and what stands on stderr."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["alignment", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        return ended.value.code or 0, capfd.readouterr().err

    return run


@pytest.fixture
def no_encoder(monkeypatch):
    def opened(*_, **__):
        pytest.fail("the encoder was opened before the mistake was told")

    monkeypatch.setattr(encoders, "load", opened)


@pytest.fixture
def faulty(tmp_path):
    """A folder of things that are wrong."""
    (tmp_path / "good.jsonl").write_text(LINE, encoding="utf-8")
    (tmp_path / "bad.jsonl").write_text("{", encoding="utf-8")
    (tmp_path / "good.txt").write_text("公司建设中水回用系统，全年回用水量八十万吨。", encoding="utf-8")
    (tmp_path / "bad.yaml").write_text("a: [", encoding="utf-8")
    (tmp_path / "empty").mkdir()
    (tmp_path / "wrong.truth.json").write_text("{}", encoding="utf-8")
    (tmp_path / "legacy.doc").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
    write_pdf(tmp_path / "locked.pdf", [[(60, 60, "Waste water is reused.", 10)]], encrypt=StandardEncryption("secret"))


@pytest.mark.usefixtures("no_encoder", "faulty")
@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ("check none.pdf", "there is no file none.pdf"),
        ("check legacy.doc", "legacy Office file"),
        ("check empty", "is a folder"),
        ("check locked.pdf", "password"),
        ("check locked.pdf --password wrong", "password"),
        ("check good.txt --profile bakery", "bakery"),
        ("check good.txt --framework bad.yaml", "bad.yaml"),
        ("check good.txt --preset none", "no such preset"),
        ("check good.txt --out good.jsonl", "the folder good.jsonl cannot be made"),
        ("check good.txt --out good.jsonl/out", "cannot be made"),
        ("label none.jsonl", "none.jsonl"),
        ("label bad.jsonl", "line 1"),
        ("label good.jsonl --preset none", "no such preset"),
        ("label good.jsonl --framework none.yaml", "none.yaml"),
        ("label good.jsonl -o empty", "empty is a folder"),
        ("evaluate bad.jsonl", "line 1"),
        ("evaluate good.jsonl --reports empty", "contains no *.truth.json"),
        ("evaluate good.jsonl --reports .", "wrong.truth.json does not fit"),
        ("evaluate good.jsonl --framework none.yaml", "none.yaml"),
        ("evaluate good.jsonl --page empty", "empty is a folder"),
        ("train --labelled none.jsonl --calibration out.yaml", "none.jsonl"),
        ("train --labelled good.jsonl --calibration empty", "empty is a folder"),
        ("index build none.pdf", "there is no file none.pdf"),
        ("index build good.txt --out good.jsonl", "the folder good.jsonl cannot be made"),
        ("search water --in empty", "contains no index"),
        ("search water --framework none.yaml", "none.yaml"),
        ("search ''", "the query is empty"),
    ],
)
def test_a_mistake_in_the_input_is_told_before_an_encoder_is_opened(command, arguments, says):
    code, told = command(*(part.strip("'") for part in arguments.split()))
    assert code == 1 and says in told
    assert told.startswith("error: ") and "\nhint: " in told and "Traceback" not in told


@pytest.fixture
def check(command, monkeypatch, pipeline):
    """Checks reports with an encoder that is open already; gives the name of each result and whose it is."""
    monkeypatch.setattr(Pipeline, "open", lambda *_, **__: pipeline)

    def checked(*reports, out="alignment-out"):
        code, told = command("check", *reports, "--no-images", "-o", out)
        assert code == 0, told
        found = {}
        for page in Path(out).glob("*.html"):
            if page.with_suffix(".run.json").exists():
                found[page.stem] = json.loads(page.with_suffix(".json").read_text("utf-8"))["document"]["name"]
        return found

    return checked


@pytest.fixture
def reports(tmp_path):
    """Reports of one name: of three kinds in one folder, and in another."""
    (tmp_path / "other").mkdir()
    text = "公司建设中水回用系统，全年回用水量八十万吨。"
    for number, name in enumerate(("a.txt", "a.md", "a.html", "other/a.txt")):
        (tmp_path / name).write_text(f"{text}{number}", encoding="utf-8")


@pytest.mark.usefixtures("reports")
def test_results_of_another_file_are_not_overwritten_in_one_call_or_a_later_one(check):
    assert check("a.txt") == {"a": "a.txt"}
    both = {"a": "a.txt", "a-md": "a.md"}
    assert check("a.md") == both
    assert check("a.md", "a.txt") == both, "the same files keep their names in any order"
    assert check("other/a.txt") == {**both, "a-txt": "a.txt"}, "another file of the same name"
    assert check("a.txt", "a.md", "a.html", "other/a.txt", out="new") == {**both, "a-html": "a.html", "a-txt": "a.txt"}


@pytest.mark.usefixtures("reports")
def test_a_file_that_changed_or_moved_overwrites_its_own_results(check):
    check("a.txt")
    Path("a.txt").write_text("公司全年回用水量九十万吨。", encoding="utf-8")
    assert check("a.txt") == {"a": "a.txt"}
    shutil.move("a.txt", "other/a.txt")
    assert check("other/a.txt") == {"a": "a.txt"}


@pytest.mark.usefixtures("reports")
def test_neither_the_report_nor_anything_of_the_users_is_overwritten(check):
    before = Path("a.html").read_text("utf-8")
    assert check("a.html", out=".") == {"a-html": "a.html"}
    assert Path("a.html").read_text("utf-8") == before
    Path("a-txt.json").write_text("[1]")
    assert check("a.txt", out=".") == {"a-html": "a.html", "a-txt-2": "a.txt"}
    assert Path("a-txt.json").read_text() == "[1]" and Path("a.html").read_text("utf-8") == before


def test_the_longest_name_has_results_and_a_report_named_twice_has_one(check):
    name = "水" * 83 + ".txt"
    Path(name).write_text("公司建设中水回用系统，全年回用水量八十万吨。", encoding="utf-8")
    assert check(name, name) == {"水" * 66: name}


def test_a_link_in_a_circle_costs_itself_and_no_other_report(command, tmp_path):
    (tmp_path / "loop.pdf").symlink_to("loop.pdf")
    (tmp_path / "good.txt").write_text("公司建设中水回用系统，全年回用水量八十万吨。", encoding="utf-8")
    code, told = command("check", "loop.pdf", "good.txt", "--encoder", encoders.HASHING, "--out", "out")
    assert code == 1
    assert "loop.pdf cannot be opened" in told
    assert (tmp_path / "out" / "good.json").is_file()
