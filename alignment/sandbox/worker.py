"""A job's argument -> its answer, both JSON, worked out in a process of its own that can be ended at any time."""

from __future__ import annotations

import contextlib
import os
import queue
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Self

from alignment import errors
from alignment.errors import AlignmentError, WorkerDied, WorkerMemory, WorkerTimeout
from alignment.sandbox.pipe import Message, collect, send

START_SECONDS = 600.0
"""How long a worker may take to load before its first job, the first preparing of a model included."""
_LOOK_EVERY = 0.05
"""Seconds between two looks at a running job's memory."""


@dataclass(eq=False, slots=True)
class _Child:
    """The process, what it has answered, and its error stream where nobody else keeps that."""

    process: subprocess.Popen[bytes]
    answers: queue.Queue[Message | None]
    words: IO[bytes] | None
    hint: str
    """After a crash."""
    made: bool = False
    """Whether its job is made, so that it can be called."""


class Worker:
    """A process that makes a job once and does it many times, one at a time; after a death the next call starts anew.

    `function` is "module:name" of a function that takes `init` as keyword arguments and returns the `Job`. The error
    stream of the process goes to `log` where one is given; otherwise its last line is part of the error after a crash.
    """

    def __init__(self, function: str, init: Mapping[str, Any] | None = None, *, log: Path | None = None) -> None:
        self.function = function
        self.init = dict(init or {})
        self.log = log
        self._child: _Child | None = None
        self._closed = False
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def process_id(self) -> int | None:
        """The process that waits for the next job; None before the first, and after a death."""
        child = self._child
        return child.process.pid if child is not None and child.process.poll() is None else None

    @property
    def megabytes(self) -> float:
        """Resident memory of the process; 0 while there is none."""
        child = self._child
        return _memory(child.process) if child is not None else 0.0

    def begin(self) -> None:
        """Start the process, unless it is there already, and do not wait until its job is made: the first call does.

        Raises:
            WorkerDied: the worker was closed.
        """
        with self._lock:
            if self.process_id is not None:
                return
            self._stop()
            if self._closed:
                raise WorkerDied("its process was ended for good", hint="start again")
            # Both are the child's to keep: its words are read after its death, the log is closed here.
            words = tempfile.TemporaryFile("a+b") if self.log is None else None  # noqa: SIM115
            with contextlib.nullcontext(words) if self.log is None else self.log.open("ab") as errors_to:
                process = subprocess.Popen(
                    [sys.executable, "-P", "-m", "alignment.sandbox.child"],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=errors_to,
                    env={**os.environ, "PYTHONPATH": os.pathsep.join(path or os.curdir for path in sys.path)},
                )
            hint = (
                f"its last words are in {self.log.name}"
                if self.log
                else "look at the file; if others fail too, report this"
            )
            child = self._child = _Child(process, queue.Queue(), words, hint)
            threading.Thread(target=collect, args=(process.stdout, child.answers), daemon=True).start()
            _ask(child, {"function": self.function, "init": self.init})

    def start(self, *, seconds: float = START_SECONDS, memory_mb: float | None = None) -> None:
        """Start the process and wait until its job is made.

        Raises:
            WorkerError: the process crashed, took too long or took too much memory.
            AlignmentError: what the function raised.
        """
        self._ready(seconds, memory_mb)

    def call(
        self,
        argument: Message,
        *,
        seconds: float,
        memory_mb: float | None = None,
        progress: Callable[[Message], None] | None = None,
    ) -> Message:
        """The job's answer to `argument`; memory is that of the process, resident.

        `progress` is given what the job tells on its way with `tell`; each time its seconds begin anew.

        Raises:
            WorkerDied: the process crashed; without a `log` the message ends in its last words.
            WorkerTimeout: there is no answer after `seconds`.
            WorkerMemory: the job took more than `memory_mb` megabytes.
            AlignmentError: what the job raised.
        """
        child = self._ready(START_SECONDS, memory_mb)
        _ask(child, argument)
        return self._answer(child, seconds, memory_mb, progress)

    def stop(self) -> None:
        """End the process, whatever it does, also from another thread; the next call starts another."""
        with self._lock:
            self._stop()

    def close(self) -> None:
        """End the process, whatever it does, for good."""
        with self._lock:
            self._closed = True
            self._stop()

    def _stop(self) -> None:
        child, self._child = self._child, None
        if child is not None:
            _end(child.process)
            if child.words is not None:
                child.words.close()

    def _ready(self, seconds: float, memory_mb: float | None) -> _Child:
        self.begin()
        child = self._child
        if child is None:
            raise WorkerDied("its process was ended", hint="start again")
        if not child.made:
            try:
                self._answer(child, seconds, memory_mb)
            except AlignmentError:
                # A process without a job is of no use to the next call.
                self.stop()
                raise
            child.made = True
        return child

    def _answer(
        self,
        child: _Child,
        seconds: float,
        memory_mb: float | None,
        progress: Callable[[Message], None] | None = None,
    ) -> Message:
        try:
            while "told" in (answer := _wait(child, seconds, memory_mb)):
                if progress is not None:
                    progress(answer["told"])
        except BaseException:
            self.stop()
            raise
        if "error" in answer:
            raise _raised(answer["error"])
        result: Message = answer["answer"]
        return result


def _ask(child: _Child, message: Message) -> None:
    # A process that has just died is seen when its answer is waited for, where its last words are read.
    with contextlib.suppress(OSError, ValueError):
        if child.process.stdin is not None:
            send(child.process.stdin, message)


def _wait(child: _Child, seconds: float, memory_mb: float | None) -> Message:
    end = time.monotonic() + seconds
    while True:
        left = end - time.monotonic()
        try:
            answer = child.answers.get(timeout=max(0.0, min(_LOOK_EVERY, left)))
        except queue.Empty:
            if left <= 0:
                raise WorkerTimeout(
                    f"it took longer than {seconds:g} seconds and was ended",
                    hint="give it more time, or look at the file",
                ) from None
            if memory_mb is not None and _memory(child.process) > memory_mb:
                raise WorkerMemory(
                    f"it took more than {memory_mb:,.0f} MB of memory and was ended",
                    hint="give it more memory, or look at the file",
                ) from None
            continue
        if answer is None:
            raise WorkerDied(_last_words(child), hint=child.hint)
        return answer


def _last_words(child: _Child) -> str:
    code = child.process.wait()
    how = f"signal {signal.Signals(-code).name}" if -code in set(signal.Signals) else f"exit code {code}"
    lines: list[str] = []
    # Another thread that ended the process has closed its words.
    with contextlib.suppress(ValueError):
        if child.words is not None:
            size = child.words.seek(0, os.SEEK_END)
            child.words.seek(max(0, size - 4000))
            lines = child.words.read().decode("utf-8", errors="replace").strip().splitlines()
    return f"its process crashed ({how})" + (f": {lines[-1][:300]}" if lines else "")


def _end(process: subprocess.Popen[bytes]) -> None:
    import psutil

    with contextlib.suppress(psutil.Error):
        for child in psutil.Process(process.pid).children(recursive=True):
            with contextlib.suppress(psutil.Error):
                child.kill()
    process.kill()
    process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            # Closing flushes what a dead process will never read.
            with contextlib.suppress(OSError):
                pipe.close()


def _memory(process: subprocess.Popen[bytes]) -> float:
    """Megabytes held by a process, 0 once it is gone; processes that it starts itself are its own to watch."""
    import psutil

    with contextlib.suppress(psutil.Error):
        return float(psutil.Process(process.pid).memory_info().rss / 1e6)
    return 0.0


def _raised(error: Mapping[str, Any]) -> AlignmentError:
    """The error of the tree that the job raised; kinds with a constructor of their own come back as their base."""
    kind = getattr(errors, str(error["kind"]), AlignmentError)
    found = AlignmentError(str(error["message"]), hint=str(error["hint"]))
    if isinstance(kind, type) and issubclass(kind, AlignmentError) and kind.__init__ is AlignmentError.__init__:
        found = kind(str(error["message"]), hint=str(error["hint"]))
    return found
