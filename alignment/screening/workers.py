"""A job -> its answer from a process that may crash, hang or eat memory without harm to anything else."""

from __future__ import annotations

import json
import multiprocessing
import os
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any

import psutil

Handler = Callable[[dict[str, Any], Callable[[dict[str, Any]], None]], None]
"""Called with a job and with what sends an answer; any number of answers may be sent."""
_LOOK = 0.05
"""Seconds between two looks at a process's memory."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a process may use."""

    seconds: float = 300.0
    """Between two signs of life."""
    memory: int = 2_000_000_000
    """Bytes of resident memory."""


@dataclass(frozen=True, slots=True)
class Death:
    """Why a process is gone: `crash`, `time` or `memory`, and in words."""

    kind: str
    reason: str
    hint: str


class Worker:
    """One process that keeps what it has loaded, and is started again after a death.

    Messages are JSON, never pickled, so that nothing in a report can become code.
    """

    def __init__(self, factory: str, settings: dict[str, Any], *, bounds: Bounds, log: Path | None = None) -> None:
        """`factory` names a function, `module:name`, that takes `settings` and gives a `Handler`."""
        self._arguments = (factory, json.dumps(settings), str(log) if log else "")
        self.bounds = bounds
        self._process: Any = None
        self._pipe: Connection | None = None
        self._alive_at = 0.0

    def send(self, job: dict[str, Any]) -> None:
        """Give a job to the process, which is started if it is not there."""
        if self._process is None:
            context = multiprocessing.get_context("spawn")
            self._pipe, theirs = context.Pipe()
            self._process = context.Process(target=_serve, args=(theirs, *self._arguments), daemon=True)
            self._process.start()
            theirs.close()
        self._alive_at = time.monotonic()
        assert self._pipe is not None
        try:
            self._pipe.send_bytes(json.dumps(job).encode())
        except OSError:
            pass  # It died between two jobs, which the next look finds.

    @property
    def waits_on(self) -> list[Any]:
        """What `wait_any` listens to."""
        return [self._pipe, self._process.sentinel] if self._process else []

    def look(self) -> tuple[list[dict[str, Any]], Death | None]:
        """The answers that have come, and the death of the process if it has died or had to be killed."""
        answers: list[dict[str, Any]] = []
        if self._process is None or self._pipe is None:
            return answers, None
        try:
            while self._pipe.poll():
                answers.append(json.loads(self._pipe.recv_bytes()))
                self._alive_at = time.monotonic()
        except (EOFError, OSError):
            self._process.join(5)
        death = self._death()
        if death:
            self.stop()
        return answers, death

    def _death(self) -> Death | None:
        if not self._process.is_alive():
            code = self._process.exitcode
            return Death("crash", f"the process that read it ended with code {code}", "the file may be damaged")
        if time.monotonic() - self._alive_at > self.bounds.seconds:
            return Death("time", f"it took more than {self.bounds.seconds:g} seconds", "allow more with --timeout")
        if self.memory() > self.bounds.memory:
            allowed = self.bounds.memory / 1e6
            return Death("memory", f"it needed more than {allowed:,.0f} MB of memory", "allow more with --memory")
        return None

    def memory(self) -> int:
        """Resident memory of the process in bytes; 0 when there is none."""
        try:
            return int(psutil.Process(self._process.pid).memory_info().rss) if self._process else 0
        except psutil.Error:
            return 0

    @property
    def pid(self) -> int | None:
        """The process's number."""
        return self._process.pid if self._process else None

    def stop(self) -> None:
        """Kill the process; nothing that it has sent is lost that was looked at."""
        if self._process is not None:
            self._process.kill()
            self._process.join()
            self._process = None
        if self._pipe is not None:
            self._pipe.close()
            self._pipe = None


def wait_any(workers: Sequence[Worker]) -> None:
    """Return when one of them has something to say, or it is time to look at their memory."""
    wait([each for worker in workers for each in worker.waits_on], timeout=_LOOK)


def _serve(pipe: Connection, factory: str, settings: str, log: str) -> None:
    """The process's whole life: answer jobs until the other end is closed."""
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle.
    _be_killed_first()
    if log:
        # What native libraries print must not be mixed with the results.
        sys.stdout = sys.stderr = Path(log).open("a", encoding="utf-8")  # noqa: SIM115
        os.dup2(sys.stderr.fileno(), 2)
    module, name = factory.split(":")
    handler: Handler = getattr(import_module(module), name)(json.loads(settings))
    while True:
        try:
            job = json.loads(pipe.recv_bytes())
        except (EOFError, OSError):
            return
        handler(job, lambda answer: pipe.send_bytes(json.dumps(answer, ensure_ascii=False).encode()))


def _be_killed_first() -> None:
    """Ask Linux to take this process before the one that keeps the state when memory runs out."""
    score = Path("/proc/self/oom_score_adj")
    if score.exists():
        try:
            score.write_text("1000", "ascii")
        except OSError:
            pass
