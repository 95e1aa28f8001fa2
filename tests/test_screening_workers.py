"""A worker answers, and is lost, in time and within its memory, without harm to anyone else."""

from __future__ import annotations

import os
import time

import psutil
import pytest

from alignment.errors import AlignmentError
from alignment.screening.workers import Worker, WorkerError


@pytest.fixture
def worker():
    worker = Worker("faulty:echo", {"name": "中文"})
    yield worker
    worker.close()


def test_a_worker_answers_and_stays(worker):
    assert worker.start()["argument"] == {"name": "中文"}
    first, second = worker.call({"ask": 1}), worker.call({"ask": 2})
    assert (first["message"], second["message"]) == ({"ask": 1}, {"ask": 2})
    assert first["pid"] == second["pid"] != os.getpid()


@pytest.mark.parametrize(
    ("message", "limits", "reason"),
    [
        ({"do": "die"}, {}, "made its worker die (it ended with code 7)"),
        ({"do": "hang"}, {"seconds": 0.5}, "took longer than 0.5 s"),
        ({"do": "hog"}, {"megabytes": 500}, "needed more than 500 MB of memory"),
    ],
)
def test_a_lost_worker_is_told_and_replaced(worker, message, limits, reason):
    worker.start()
    pid = worker.pid
    with pytest.raises(WorkerError) as caught:
        worker.call(message, **limits)
    assert str(caught.value) == reason
    assert not psutil.pid_exists(pid)
    assert worker.call({"ask": 1})["pid"] != pid


def test_what_cannot_be_loaded_is_the_users_error_not_a_lost_worker():
    worker = Worker("faulty:broken", {})
    with pytest.raises(AlignmentError, match="no such model") as caught:
        worker.start()
    worker.close()
    assert not isinstance(caught.value, WorkerError) and caught.value.hint == "choose another"


def test_a_closed_worker_is_not_started_again(worker):
    worker.start()
    process = psutil.Process(worker.pid)
    worker.close()
    assert not process.is_running()
    with pytest.raises(WorkerError):
        worker.call({"ask": 1})


def test_workers_end_with_a_parent_that_is_killed(tmp_path):
    import signal
    import subprocess
    import sys

    script = tmp_path / "parent.py"
    script.write_text(
        "from alignment.screening.workers import Worker\n"
        "if __name__ == '__main__':\n"
        "    worker = Worker('faulty:echo', {})\n"
        "    print(worker.start()['pid'], flush=True)\n"
        "    worker.call({'do': 'hang'})\n"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    parent = subprocess.Popen([sys.executable, script], stdout=subprocess.PIPE, text=True, env=environment)
    child = psutil.Process(int(parent.stdout.readline()))
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    parent.stdout.close()
    for _ in range(100):
        if not child.is_running() or child.status() == psutil.STATUS_ZOMBIE:
            return
        time.sleep(0.1)
    pytest.fail("the worker lives on")
