"""Jobs in a process of their own: answers come back, and no job can take its caller along."""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import psutil
import pytest

from alignment import documents
from alignment.documents.isolated import Reader
from alignment.errors import AlignmentError, DocumentError, InputError, WorkerDied, WorkerMemory, WorkerTimeout
from alignment.sandbox.worker import Worker

THIS = "test_sandbox"


def jobs(greeting="hello"):
    """Every kind of job, by name; what it has made once stays."""
    calls = []

    def do(argument):
        calls.append(argument["do"])
        return {"greeting": greeting, "calls": len(calls), **(HOW[argument["do"]](argument) or {})}

    return do


def hang(_):
    while True:
        time.sleep(1)


def spin(_):
    sum(range(10**12))


def eat(_):
    held = []
    while True:
        held.append(b"\x01" * 20_000_000)
        time.sleep(0.01)


def refuse(_):
    raise DocumentError("报告 is not a report", hint="give another")


def stray(_):
    raise ZeroDivisionError("a mistake in the job")


def say(_):
    sys.stdout.write("noise")
    sys.stdout.flush()
    os.write(1, b"noise of a C library")


def child(argument):
    started = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    Path(argument["file"]).write_text(str(started.pid))
    hang(argument)


def gone(pid: int) -> bool:
    """Whether a process has ended, or does within some seconds; one that nobody has collected has ended too."""
    for _ in range(200):
        if not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
            return True
        time.sleep(0.1)
    return False


HOW = {
    "answer": lambda argument: {"echo": argument["text"]},
    "print": say,
    "hang": hang,
    "spin": spin,
    "eat": eat,
    "exit": lambda _: os._exit(7),
    "segfault": lambda _: ctypes.string_at(1),
    "refuse": refuse,
    "stray": stray,
    "child": child,
    "answer not JSON": lambda _: {"bytes": b"x"},
}


def unmakeable():
    raise InputError("this job cannot be made", hint="make another")


@pytest.fixture
def worker():
    with Worker(f"{THIS}:jobs") as worker:
        yield worker


def test_a_job_is_made_once_and_answers_many_times(worker):
    texts = ["plain", "工业绿色发展 \x00 \ud800", "x" * 1_000_000]
    answers = [worker.call({"do": "answer", "text": text}, seconds=20) for text in texts]
    assert [answer["echo"] for answer in answers] == texts
    assert [answer["calls"] for answer in answers] == [1, 2, 3]


def test_what_the_job_is_made_with_reaches_it():
    with Worker(f"{THIS}:jobs", {"greeting": "你好"}) as worker:
        assert worker.call({"do": "answer", "text": ""}, seconds=20)["greeting"] == "你好"


def test_what_a_library_prints_does_not_disturb_the_answers(worker):
    assert worker.call({"do": "print"}, seconds=20)["calls"] == 1
    assert worker.call({"do": "print"}, seconds=20)["calls"] == 2


def test_an_error_of_the_tree_comes_back_as_itself_and_the_worker_lives_on(worker):
    with pytest.raises(DocumentError, match="报告 is not a report") as caught:
        worker.call({"do": "refuse"}, seconds=20)
    assert caught.value.hint == "give another"
    assert worker.call({"do": "answer", "text": ""}, seconds=20)["calls"] == 2


@pytest.mark.parametrize(
    ("job", "error", "says"),
    [
        ("hang", WorkerTimeout, "longer than 1 second"),
        ("spin", WorkerTimeout, "longer than 1 second"),
        ("eat", WorkerMemory, "more than 200 MB"),
        ("exit", WorkerDied, "exit code 7"),
        ("segfault", WorkerDied, "signal SIGSEGV" if os.name == "posix" else "exit code"),
        ("stray", WorkerDied, "ZeroDivisionError: a mistake in the job"),
        ("answer not JSON", WorkerDied, "not JSON serializable"),
    ],
)
def test_a_job_that_goes_wrong_is_a_clear_error_and_the_next_one_starts_anew(worker, job, error, says):
    worker.start()
    before = worker.process_id
    with pytest.raises(error, match=says) as caught:
        worker.call({"do": job}, seconds=1 if error is WorkerTimeout else 30, memory_mb=200)
    assert caught.value.hint
    assert not psutil.pid_exists(before)
    assert worker.call({"do": "answer", "text": "again"}, seconds=20)["echo"] == "again"


def test_last_words_go_to_the_log_where_there_is_one(tmp_path):
    log = tmp_path / "run.log"
    log.write_text("said before\n", encoding="utf-8")
    with Worker(f"{THIS}:jobs", log=log) as worker:
        worker.call({"do": "print"}, seconds=20)
        with pytest.raises(WorkerDied) as caught:
            worker.call({"do": "stray"}, seconds=20)
    assert (str(caught.value), caught.value.hint) == (
        "its process crashed (exit code 1)",
        "its last words are in run.log",
    )
    kept = log.read_text("utf-8")
    assert kept.startswith("said before\n") and "ZeroDivisionError: a mistake in the job" in kept


def test_a_worker_stopped_by_another_thread_fails_its_job_and_starts_anew_a_closed_one_does_not(worker):
    worker.start()
    before = worker.process_id
    threading.Timer(0.5, worker.stop).start()
    with pytest.raises(WorkerDied):
        worker.call({"do": "hang"}, seconds=30)
    assert gone(before) and worker.megabytes == 0
    assert worker.call({"do": "answer", "text": "again"}, seconds=20)["echo"] == "again"
    assert worker.megabytes > 5
    before = worker.process_id
    worker.close()
    assert gone(before)
    with pytest.raises(WorkerDied, match="ended for good"):
        worker.call({"do": "answer", "text": ""}, seconds=20)


def test_a_worker_that_has_begun_is_waited_for_by_its_first_call(worker):
    worker.begin()
    before = worker.process_id
    assert worker.call({"do": "answer", "text": "x"}, seconds=20)["calls"] == 1
    assert worker.process_id == before


def test_children_of_the_job_end_with_it(worker, tmp_path):
    with pytest.raises(WorkerTimeout):
        worker.call({"do": "child", "file": str(tmp_path / "child")}, seconds=3)
    assert gone(int((tmp_path / "child").read_text()))


def test_a_job_that_cannot_be_made_says_so():
    with Worker(f"{THIS}:unmakeable") as worker, pytest.raises(InputError, match="cannot be made"):
        worker.start()
    with Worker(f"{THIS}:missing") as worker, pytest.raises(WorkerDied, match="has no attribute 'missing'"):
        worker.start()


def test_a_worker_ends_with_its_parent_even_in_the_middle_of_a_job():
    code = (
        "import os, threading\n"
        "from alignment.sandbox.worker import Worker\n"
        f"worker = Worker('{THIS}:jobs'); worker.start(); print(worker.process_id, flush=True)\n"
        "threading.Timer(0.5, os._exit, [0]).start()\n"
        "worker.call({'do': 'hang'}, seconds=60)\n"
    )
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=env, check=True)
    assert gone(int(found.stdout))


def test_every_error_of_the_tree_survives_the_way_back():
    from alignment.sandbox.worker import _raised

    found = _raised({"kind": "MissingExtraError", "message": "needs packages", "hint": "install"})
    assert isinstance(found, AlignmentError) and found.hint == "install"


def test_a_document_read_in_a_process_of_its_own_is_the_same_document(samples):
    told = []
    with Reader() as reader:
        for sample in ("northlight-batteries.pdf", "northlight-batteries.docx"):
            read = reader.read(samples / sample, progress=lambda done, total: told.append((done, total)))
            assert read == documents.read(samples / sample)
    pages = len(documents.read(samples / "northlight-batteries.pdf").pages)
    assert told == [(done, pages) for done in range(1, pages + 1)]
