"""Whatever happens to a run, it costs the file it happened to, and resuming gives what an undisturbed run gives."""

from __future__ import annotations

import csv
import importlib.util
import io
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest
from builders import write_pdf
from conftest import REPOSITORY
from screening_builders import outputs_of, text_filings

from alignment.errors import AlignmentError, InputError
from alignment.screening.engines import Limits
from alignment.screening.options import Options
from alignment.screening.progress import Event
from alignment.screening.run import screen
from alignment.screening.state import State
from alignment.settings import Settings

SETTINGS = Settings(encoder="hashing")
GOOD = 100
TOTAL = 121


def command(source, out, *options):
    words = ["screen", source, "--out", out, "--encoder", "hashing", "--json-progress", *options]
    return subprocess.Popen(
        [sys.executable, "-m", "alignment", *map(str, words)],
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, encoding="utf-8",
        env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        # Where the tests run in the background, interrupts are ignored, and children inherit that.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )  # fmt: skip


@dataclass(frozen=True)
class Undisturbed:
    """A folder of filings, and what a run made of it that nothing happened to."""

    source: Path
    outputs: dict[str, bytes]
    loading: float
    """Seconds in which no filing is finished yet."""
    summing_up: float
    """Seconds from the last filing to the end."""


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    home = tmp_path_factory.mktemp("kill")
    source = text_filings(home / "in", TOTAL - 1)
    (source / "broken.pdf").write_bytes(b"%PDF-1.7\nnothing")
    began = time.monotonic()
    with command(source, home / "whole", "--workers", 2) as run:
        told = [time.monotonic() for _ in run.stderr]
    assert run.returncode == 0 and len(told) == TOTAL
    # A first run may have loaded from a cold disk; later ones are quicker.
    loading = min(told[0] - began, 2.0)
    return Undisturbed(source, outputs_of(home / "whole"), loading, time.monotonic() - told[-1])


def test_killed_at_ten_points_and_resumed_the_bytes_are_those_of_an_undisturbed_run(undisturbed):
    out = undisturbed.source.parent / "killed"
    dice = random.Random(20211115)  # noqa: S311  (no secret)
    loading, tables = 0, TOTAL
    killed: Counter[int] = Counter()
    for attempt, goal in enumerate((loading, 15, 40, loading, 70, 100, tables, loading, tables, tables)):
        run = command(undisturbed.source, out, "--workers", 1 + attempt % 2, *["--resume"] * out.exists())
        done = 0
        while done < goal:
            done = json.loads(run.stderr.readline())["done"]
        time.sleep(dice.random() * {loading: undisturbed.loading, tables: undisturbed.summing_up}.get(goal, 0.02))
        run.kill()
        killed[goal] += run.wait() == -signal.SIGKILL
        run.stderr.close()
    assert killed[loading] and killed[tables] and killed.total() >= 7, f"most must be killed before they end: {killed}"
    with command(undisturbed.source, out, "--workers", 2, "--resume") as last:
        outcomes = [json.loads(line)["outcome"] for line in last.stderr]
    assert last.returncode == 0
    assert outcomes.count("known") > 80, "what was done before the kills is not done again"
    assert outputs_of(out) == undisturbed.outputs


def test_an_interrupt_ends_tidily_and_names_resume(undisturbed):
    source = undisturbed.source
    out = source.parent / "interrupted"
    with command(source, out, "--workers", 1) as run:
        first = run.stderr.readline()
        run.send_signal(signal.SIGINT)
        rest = run.stderr.read()
    assert run.returncode == 130
    assert json.loads(first)["done"] == 1
    assert "hint: go on with --resume" in rest and "Traceback" not in rest
    screen(source, SETTINGS, Options(out, workers=2, resume=True))
    assert outputs_of(out) == undisturbed.outputs


def test_an_interrupt_while_the_command_is_loading_is_told_in_one_line():
    code = """
import sys
class Interrupted:
    def find_spec(self, name, *_):
        if name == "typer":
            raise KeyboardInterrupt
sys.meta_path.insert(0, Interrupted())
from alignment.cli import main
main()
"""
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    done = subprocess.run([sys.executable, "-c", code], env=environment, check=False, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (130, "stopped\n")


def damaged_files():
    """Ten of every format, the same every time."""
    spec = importlib.util.spec_from_file_location("fuzz", REPOSITORY / "scripts" / "fuzz.py")
    fuzz = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(fuzz)
    chance = random.Random(11)  # noqa: S311  (no secret)
    for kind, seeds in fuzz.seeds().items():
        for number in range(10):
            yield f"x-{kind}-{number}.{kind}", fuzz.damaged(chance.choice(seeds), kind, chance)


@pytest.fixture(scope="module")
def poisoned(tmp_path_factory, samples):
    """A hundred good filings with every kind of bad one among them: damaged, misleading, and fatal to workers."""
    home = tmp_path_factory.mktemp("poison")
    source = text_filings(home / "in", GOOD)
    whole = (samples / "qingyun-steel.pdf").read_bytes()
    (source / "f-empty.pdf").write_bytes(b"")
    (source / "f-truncated.pdf").write_bytes(whole[: len(whole) // 3])
    write_pdf(source / "f-encrypted.pdf", [[(72, 72, "Secret", 12)]], encrypt="password")
    (source / "f-picture.pdf").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(200))
    for word in ("HANG", "KILL", "HOG", "RAISE"):
        (source / f"f-{word.lower()}.txt").write_text(f"{word} 公司建设中水回用系统。", encoding="utf-8")
    (source / "f-once.txt").write_text("ONCE 公司建设中水回用系统，回用水量八十万吨。", encoding="utf-8")
    for name, data in damaged_files():
        (source / name).write_bytes(data)
    options = Options(home / "out", workers=2, limits=Limits(seconds=12, megabytes=1500), factory="faulty:build")
    return screen(source, SETTINGS, options)[0], home / "out"


def test_a_bad_file_costs_only_itself(poisoned):
    portfolio, _ = poisoned
    good = [item.filing.path for item in portfolio.screened]
    assert [path for path in good if path.startswith("filing-")] == [f"filing-{n:03}.txt" for n in range(GOOD)]
    assert {path for path in good if path.startswith("f-")} <= {"f-once.txt", "f-truncated.pdf"}


def test_every_damaged_file_is_read_or_told_as_one_that_cannot_be(poisoned):
    portfolio, _ = poisoned
    read = {item.filing.path for item in portfolio.screened if item.filing.path.startswith("x-")}
    failed = {item.filing.path: item.stage for item in portfolio.failures if item.filing.path.startswith("x-")}
    assert len(read) + len(failed) == 60 and not read & set(failed)
    assert len(failed) > 10, "files that are all read test nothing"
    assert set(failed.values()) == {"reading"}, failed


def test_a_worker_lost_by_chance_is_replaced_and_the_file_read_again(poisoned):
    portfolio, _ = poisoned
    assert "f-once.txt" in {item.filing.path for item in portfolio.screened}


def test_each_failure_says_where_it_happened_why_and_what_to_do(poisoned):
    portfolio, out = poisoned
    told = {item.filing.path: (item.stage, item.reason) for item in portfolio.failures if item.filing.path[0] == "f"}
    told.pop("f-truncated.pdf", None)
    assert told == {
        "f-empty.pdf": ("reading", "f-empty.pdf is empty (0 bytes)"),
        "f-encrypted.pdf": ("reading", "f-encrypted.pdf is encrypted"),
        "f-picture.pdf": ("reading", "f-picture.pdf is a damaged image"),
        "f-hang.txt": ("worker", "f-hang.txt took longer than 12 s"),
        "f-hog.txt": ("worker", "f-hog.txt needed more than 1500 MB of memory"),
        "f-kill.txt": ("worker", "f-kill.txt cannot be assessed: its process crashed (signal SIGKILL)"),
        "f-raise.txt": ("worker", "f-raise.txt cannot be assessed: its process crashed (exit code 1)"),
    }
    assert all(item.hint for item in portfolio.failures)
    rows = list(csv.DictReader(io.StringIO((out / "failures.csv").read_text("utf-8-sig"))))
    assert [row["path"] for row in rows] == [item.filing.path for item in portfolio.failures]
    assert "ZeroDivisionError: as a mistake of ours would" in (out / "screen.log").read_text("utf-8")


def test_what_lost_its_worker_is_tried_again_on_resume_what_cannot_be_read_is_not(tmp_path):
    source = text_filings(tmp_path / "in", 2)
    (source / "kill.txt").write_text("KILL 公司建设中水回用系统，回用水量八十万吨。", encoding="utf-8")
    (source / "empty.pdf").write_bytes(b"")
    options = {"out": tmp_path / "out", "workers": 1, "factory": "faulty:build"}
    first, _ = screen(source, SETTINGS, Options(**options))
    assert [item.filing.path for item in first.failures] == ["empty.pdf", "kill.txt"]
    events: list[Event] = []
    screen(source, SETTINGS, Options(**options, resume=True), report=events.append)
    assert {event.path: event.outcome for event in events} == {
        "empty.pdf": "known", "filing-000.txt": "known", "filing-001.txt": "known", "kill.txt": "failed",
    }  # fmt: skip


def test_a_model_that_cannot_be_loaded_ends_the_run_with_its_error(tmp_path):
    source = text_filings(tmp_path / "in", 1)
    with pytest.raises(AlignmentError, match="no such model"):
        screen(source, SETTINGS, Options(tmp_path / "out", workers=1, factory="faulty:broken"))


def test_two_runs_never_share_a_folder(tmp_path):
    held = State(tmp_path)
    with pytest.raises(InputError, match="another run is writing"):
        State(tmp_path)
    held.close()
    State(tmp_path).close()


def test_a_run_that_is_refused_takes_nothing_from_the_one_that_is_going_on(tmp_path):
    source = text_filings(tmp_path / "in", 1)
    screen(source, SETTINGS, Options(tmp_path / "out", workers=1))
    held = State(tmp_path / "out")
    draft = tmp_path / "out" / "reports" / "filing-000.html.1.part"
    draft.write_text("half", "utf-8")
    with pytest.raises(InputError, match="another run is writing"):
        screen(source, SETTINGS, Options(tmp_path / "out", workers=1, resume=True))
    assert draft.exists()
    held.close()
    screen(source, SETTINGS, Options(tmp_path / "out", workers=1, resume=True))
    assert not draft.exists(), "what a run that is over left is taken away"


def test_the_folder_is_held_until_the_last_table_is_written(tmp_path, monkeypatch):
    held = []

    def write_all(*_, **__):
        with pytest.raises(InputError, match="another run is writing"):
            State(tmp_path / "out")
        held.append(True)

    monkeypatch.setattr("alignment.screening.summing.write_all", write_all)
    screen(text_filings(tmp_path / "in", 1), SETTINGS, Options(tmp_path / "out", workers=1))
    assert held


def test_a_state_that_cannot_be_written_is_not_called_damaged(tmp_path):
    (tmp_path / "state.sqlite").mkdir()
    with pytest.raises(InputError, match="cannot be written") as caught:
        State(tmp_path)
    assert "permissions" in caught.value.hint and "delete" not in caught.value.hint


def test_a_state_that_is_damaged_is_called_so(tmp_path):
    (tmp_path / "state.sqlite").write_bytes(b"not a database, but long enough to be taken for one" * 100)
    with pytest.raises(InputError, match="is damaged") as caught:
        State(tmp_path)
    assert "delete it" in caught.value.hint


@pytest.fixture
def small_disk(tmp_path):
    """A file system of its own with little room, where one may be mounted."""
    place = tmp_path / "disk"
    place.mkdir()
    if shutil.which("mount") is None or os.name == "nt" or os.geteuid() != 0:
        pytest.skip("a small file system can only be mounted by root")
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", place], check=False)
    if mounted.returncode != 0:
        pytest.skip("this system lets no file system be mounted")
    yield place
    subprocess.run(["umount", place], check=False)


def test_a_disk_that_may_only_be_read_ends_the_run_with_a_clear_error(small_disk, tmp_path):
    source = text_filings(tmp_path / "in", 1)
    screen(source, SETTINGS, Options(small_disk / "out", workers=1))
    subprocess.run(["mount", "-o", "remount,ro", small_disk], check=True)
    with pytest.raises(InputError, match="cannot be written"):
        screen(source, SETTINGS, Options(small_disk / "out", workers=1, resume=True))


def test_a_full_disk_ends_the_run_with_a_clear_error_and_keeps_what_is_done(small_disk, undisturbed):
    source = undisturbed.source
    run = command(source, small_disk / "out", "--workers", 1)
    told = run.stderr.read().splitlines()
    run.stderr.close()
    assert run.wait() == 1
    done = [json.loads(line) for line in told if line.startswith("{")]
    errors = [line for line in told if not line.startswith("{")]
    assert errors[0].startswith("error: the disk is full") and "--resume" in errors[1], errors
    assert 0 < len(done) < TOTAL
    subprocess.run(["mount", "-o", "remount,size=64m", small_disk], check=True)
    events: list[Event] = []
    options = Options(small_disk / "out", workers=2, resume=True)
    screen(source, SETTINGS, options, report=events.append)
    assert sum(event.outcome == "known" for event in events) >= len(done) - 1
    assert outputs_of(options.out) == undisturbed.outputs
