"""What the documents say can be done can be done."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from alignment.documents import archives
from alignment.documents.limits import Limits
from alignment.screening import discovery

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"^alignment .*$", README, re.M)


@pytest.fixture(scope="module")
def folder(samples, tmp_path_factory):
    place = tmp_path_factory.mktemp("readme")
    shutil.copy(samples / "qingyun-steel.pdf", place / "report.pdf")
    (place / "filings").mkdir()
    shutil.copy(samples / "northlight-batteries.docx", place / "filings")
    lines = [
        {"id": "1", "text": "公司建设中水回用系统，全年回用水量八十万吨。", "labels": ["T3", "P5"], "lang": "zh-Hans"}
    ] * 2
    for name in ("passages.jsonl", "gold.jsonl"):
        (place / name).write_text("\n".join(json.dumps(line, ensure_ascii=False) for line in lines), encoding="utf-8")
    return place


@pytest.mark.parametrize("command", COMMANDS)
def test_the_readmes_commands_work_in_their_order(command, folder):
    words, _, target = command.partition(" > ")
    done = subprocess.run(
        [sys.executable, "-m", *shlex.split(words)],
        capture_output=True, text=True, encoding="utf-8", cwd=folder, check=False,
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    if target:
        (folder / target).write_text(done.stdout, encoding="utf-8")


def test_the_readmes_python_works(folder, monkeypatch, capsys):
    monkeypatch.chdir(folder)
    code = re.search(r"```python\n(.*?)```", README, re.S)[1]
    exec(compile(code, "README.md", "exec"), {})  # noqa: S102  (our own text)
    assert "P5 covered" in capsys.readouterr().out
    assert (folder / "report.html").stat().st_size > 100_000


def test_the_readme_has_one_command_to_try_and_one_to_test():
    assert [line for line in README.splitlines() if line.startswith("sh ")] == [
        "sh scripts/setup && .venv/bin/alignment check corpus/samples/qingyun-steel.pdf --profile steel --lang en",
        "sh scripts/test",
    ]


def test_every_link_leads_to_a_file():
    for document in (ROOT / "README.md", *(ROOT / "docs").glob("*.md")):
        for link in re.findall(r"\]\(([^)#:]+)\)", document.read_text(encoding="utf-8")):
            assert (document.parent / link).exists(), f"{document.name}: {link}"


def test_the_page_on_files_names_every_suffix_that_a_folder_is_searched_for_and_every_limit():
    page = (ROOT / "docs" / "files.md").read_text(encoding="utf-8")
    assert set(re.findall(r"`(\.\w+)`", page.partition("## What is refused")[0])) == {
        *discovery.SUFFIXES,
        archives.SUFFIX,
    }
    limits = Limits()
    for number in (
        limits.pages,
        limits.characters,
        limits.page_characters,
        limits.members,
        limits.paragraphs,
        limits.cells,
        limits.pixels,
    ):
        assert f"{number:,}" in page
    assert f"{limits.bytes // 10**6} MB" in page and f"{limits.expansion} times" in page


def test_the_help_in_the_docs_is_the_help_of_the_commands():
    spec = importlib.util.spec_from_file_location("build_docs", ROOT / "scripts" / "build_docs.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert (ROOT / "docs" / "cli.md").read_text(encoding="utf-8") == module.text(), "run scripts/build_docs.py"
