"""The command line: results to stdout, the rest to stderr, one error line and one hint line, never a traceback."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from alignment import cli, frameworks

VERBS = ("check", "screen", "verify", "label", "evaluate", "train", "search", "index build", "index list", "index info",
         "plan list", "plan show", "plan validate", "plan export", "figures")  # fmt: skip


def run(*arguments, cwd=None, code=0):
    environment = {**os.environ, "COLUMNS": "100", "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(
        [sys.executable, "-m", "alignment", *map(str, arguments)],
        capture_output=True, text=True, encoding="utf-8", cwd=cwd, env=environment, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    return done


@pytest.mark.parametrize("verb", VERBS)
def test_the_help_of_every_verb_has_an_example(verb, monkeypatch, capsys):
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setattr(sys, "argv", ["alignment", *verb.split(), "--help"])
    with pytest.raises(SystemExit) as ended:  # in this process: a start of the command takes a second
        cli.main()
    assert not ended.value.code
    assert f"Example: alignment {verb}" in " ".join(capsys.readouterr().out.split())


def test_check_writes_a_page_and_a_result_that_verify_accepts(samples, tmp_path):
    (tmp_path / "report.docx").write_bytes((samples / "northlight-batteries.docx").read_bytes())
    done = run("check", "report.docx", "--lang", "en", "--profile", "automotive", cwd=tmp_path)
    assert "report.docx" in done.stdout and "P2" in done.stdout
    out = tmp_path / "alignment-out"
    assert sorted(path.name for path in out.iterdir()) == ["report.html", "report.json", "report.run.json"]
    assert json.loads((out / "report.json").read_text("utf-8"))["profile"] == "automotive"
    assert "quotes are in report.docx" in run("verify", "alignment-out/report.json", cwd=tmp_path).stdout
    (tmp_path / "report.docx").write_bytes((samples / "qingyun-steel.pdf").read_bytes())
    failed = run("verify", "alignment-out/report.json", cwd=tmp_path, code=1)
    assert (
        failed.stderr.startswith("error: report.json does not agree with report.docx") and "\nhint: " in failed.stderr
    )


def test_verify_says_plainly_that_there_was_no_quote_to_verify(tmp_path):
    Image.new("RGB", (400, 300), "white").save(tmp_path / "scan.png")
    run("check", "scan.png", cwd=tmp_path)
    told = run("verify", "alignment-out/scan.json", cwd=tmp_path).stdout
    assert told.startswith("scan.json: there is no quote to verify; of scan.png, digest, 1 page(s)")


def test_verify_takes_a_plan_of_ones_own_from_the_side_file_or_the_option(samples, tmp_path):
    (tmp_path / "mine.json").write_text(json.dumps({**frameworks.export(), "id": "mine"}), encoding="utf-8")
    plan = frameworks.load(tmp_path / "mine.json")
    run("check", samples / "northlight-batteries.docx", cwd=tmp_path)
    path = tmp_path / "alignment-out" / "northlight-batteries.json"
    side = path.with_suffix(".run.json")
    result = json.loads(path.read_text("utf-8"))
    result["framework"] |= {"id": plan.id, "sha256": plan.sha256}
    path.write_text(json.dumps(result), encoding="utf-8")
    assert "not shipped" in run("verify", path, code=1).stderr
    run("verify", path, "--framework", tmp_path / "mine.json")
    side.write_text(json.dumps({**json.loads(side.read_text("utf-8")), "framework": str(tmp_path / "mine.json")}))
    assert "quotes are in northlight-batteries.docx" in run("verify", path).stdout


@pytest.mark.parametrize("name", ["a\x1b[31m\nb.json", "c\u202ed.json"])
def test_verify_shows_names_without_what_a_terminal_would_obey(tmp_path, name):
    (tmp_path / name).write_text('{"schema": "alignment/assessment/1", "document": []}', encoding="utf-8")
    told = run("verify", name, cwd=tmp_path, code=1).stderr
    assert told.startswith("error: ") and len(told.splitlines()) == 2 and not {"\x1b", "\u202e"} & set(told)


def test_verify_does_not_obey_a_result_that_is_made_to_do_harm(tmp_path):
    for name in ("x" * 5_000 + ".pdf", "a\0b", "\x1b[31m", "../../etc/passwd", "\ud800"):
        result = {
            "schema": "alignment/assessment/1",
            "document": {"name": name, "sha256": "", "health": {"pages": []}},
            "framework": {"id": "../x", "version": "", "sha256": ""},
            "profile": None, "passages": 0, "elements": [],
            "provenance": {"version": "", "encoder": "", "encoder_sha256": "", "seed": 0, "thresholds": dict.fromkeys(
                ("evidence", "review", "sure", "near_miss", "near_misses", "passage_minimum", "passage_target"), 1
            ) | {"passage_maximum": 9}},
        }  # fmt: skip
        (tmp_path / "r.json").write_text(json.dumps(result), encoding="utf-8")
        (tmp_path / "r.run.json").write_text(json.dumps({"source": name}), encoding="utf-8")
        told = run("verify", "r.json", cwd=tmp_path, code=1).stderr
        assert "is not where it was" in told and "\x1b" not in told and len(told.splitlines()) == 2


def test_one_bad_report_does_not_stop_the_others(samples, tmp_path):
    (tmp_path / "bad.pdf").write_bytes(b"")
    done = run(
        "check",
        "bad.pdf",
        samples / "northlight-batteries.docx",
        "--json",
        "--encoder",
        "hashing",
        cwd=tmp_path,
        code=1,
    )
    assert json.loads(done.stdout)["report"] == "northlight-batteries.docx"
    assert done.stderr.startswith("error: bad.pdf is empty") and "hint: " in done.stderr


def test_reports_of_one_name_do_not_overwrite_each_other(samples, tmp_path):
    run(
        "check",
        samples / "northlight-batteries.docx",
        samples / "northlight-batteries.md",
        "-o",
        "o",
        "--encoder",
        "hashing",
        cwd=tmp_path,
    )
    assert {path.name for path in (tmp_path / "o").glob("*.html")} == {
        "northlight-batteries.html",
        "northlight-batteries-md.html",
    }


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("check", "none.pdf", "--encoder", "hashing"), "there is no file none.pdf"),
        (("check", "none.pdf", "--lang", "fr"), "no such language"),
        (("check", "none.pdf", "--profile", "bakery"), "bakery"),
        (("check", "none.pdf", "--framework", "none.yaml"), "none.yaml"),
        (("verify", "none.json"), "none.json"),
        (("label", "none.jsonl"), "none.jsonl"),
        (("plan", "show", "X9"), "X9"),
        (("plan", "validate", "none.yaml"), "none.yaml"),
        (("index", "list", "-o", "nowhere"), "nowhere"),
        (("train", "--labelled", "x.jsonl"), "go together"),
    ],
)
def test_a_mistake_ends_with_one_error_line_and_one_hint_line(tmp_path, arguments, says):
    done = run(*arguments, cwd=tmp_path, code=1)
    error, hint = done.stderr.strip().splitlines()
    assert error.startswith("error: ") and says in error
    assert hint.startswith("hint: ")


def test_a_wrong_option_is_a_usage_error():
    assert "No such option" in run("check", "--nonsense", code=2).stderr


def test_a_folder_that_cannot_be_written_is_one_clear_error(samples, tmp_path):
    (tmp_path / "file").write_text("x")
    done = run(
        "check",
        samples / "northlight-batteries.docx",
        "--out",
        tmp_path / "file" / "out",
        "--encoder",
        "hashing",
        code=1,
    )
    assert done.stderr.startswith("error: ")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_is_one_clear_error(tmp_path):
    (tmp_path / "p.jsonl").write_text('{"id": "1", "text": "公司建设中水回用系统。"}\n', encoding="utf-8")
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "alignment", "label", "p.jsonl", "--encoder", "hashing"],
            stdout=full, stderr=subprocess.PIPE, text=True, cwd=tmp_path, check=False,
        )  # fmt: skip
    assert done.returncode == 1 and done.stderr.startswith("error: the disk is full") and "Traceback" not in done.stderr


def test_label_keeps_ids_and_writes_the_contracts_lines(tmp_path):
    lines = [
        {"id": "a", "text": "公司建设中水回用系统，全年回用水量八十万吨。"},
        {"id": "b", "text": "董事会召开会议八次。"},
    ]
    (tmp_path / "p.jsonl").write_text(
        "\n".join(json.dumps(line, ensure_ascii=False) for line in lines), encoding="utf-8"
    )
    run("label", "p.jsonl", "-o", "out.jsonl", cwd=tmp_path)
    first, second = (json.loads(line) for line in (tmp_path / "out.jsonl").read_text("utf-8").splitlines())
    assert first["id"] == "a" and {"code", "score"} == first["labels"][0].keys() and first["substance"] == "result"
    assert second == {"id": "b", "labels": [], "substance": "none"}


def test_the_plan_can_be_listed_shown_exported_and_validated(tmp_path):
    assert len(json.loads(run("plan", "list", "--json").stdout)) == 17
    assert "Industrial water saving" in run("plan", "show", "P5", "--lang", "en").stdout
    (tmp_path / "mine.yaml").write_text(run("plan", "export").stdout, encoding="utf-8")
    assert "17 elements" in run("plan", "validate", "mine.yaml", cwd=tmp_path).stdout


def test_a_files_name_is_never_markup(tmp_path):
    (tmp_path / "[red]x[bold].txt").write_text("公司建设中水回用系统，全年回用水量八十万吨。", encoding="utf-8")
    assert "[red]x[bold].txt" in run("check", "[red]x[bold].txt", "--encoder", "hashing", cwd=tmp_path).stdout


def test_control_characters_in_a_files_name_do_not_reach_the_results_names(tmp_path):
    (tmp_path / "a\tb\nc.txt").write_text("公司建设中水回用系统，全年回用水量八十万吨。", encoding="utf-8")
    run("check", "a\tb\nc.txt", "--encoder", "hashing", cwd=tmp_path)
    assert (tmp_path / "alignment-out" / "a_b_c.html").exists()


def test_figures_of_lines_keep_their_ids_and_say_what_they_are(tmp_path):
    lines = tmp_path / "in.jsonl"
    text = "2023年公司单位产品取水量较2020年下降18%，计划2025年再下降3%。"
    lines.write_text(json.dumps({"id": "a", "text": text}, ensure_ascii=False) + "\n", encoding="utf-8")
    (line,) = run("figures", lines).stdout.splitlines()
    done, planned = json.loads(line)["figures"]
    assert json.loads(line)["id"] == "a" and (done["value"], planned["value"]) == (-18, -3)
    assert (done["relation"], done["year"], done["base_year"]) == ("same", 2023, 2020)
    assert not done["future"] and planned["future"]
    assert text[done["start"] : done["end"]] == done["quote"] == "18%"


def test_figures_of_a_report_stand_in_a_file_of_their_own(tmp_path):
    report = tmp_path / "report.txt"
    report.write_text("In 2022 our Scope 1 emissions were 5,120 tonnes CO2e.\n", encoding="utf-8")
    run("figures", report, "-o", tmp_path / "out")
    result = json.loads((tmp_path / "out" / "report.figures.json").read_text(encoding="utf-8"))
    assert [(each["scope"], each["year"], each["value"]) for each in result["ghg"]] == [("1", 2022, 5120)]
    assert result["figures"][0]["target"] == "Q1"
