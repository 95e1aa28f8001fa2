"""A job's argument -> its answer, worked out in a process of its own that can be ended at any time."""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import queue
import signal
import struct
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Mapping
from typing import IO, Any, Self

from alignment import errors
from alignment.errors import AlignmentError, WorkerDied, WorkerMemory, WorkerTimeout

Answer = dict[str, Any]
"""Whatever JSON can hold: nothing that comes from a report is ever unpickled."""
Job = Callable[[Answer], Answer]
"""What a worker's function makes once, with its models loaded, and then calls for every argument."""

START_SECONDS = 180.0
"""How long a worker may take to load before its first job."""
_LOOK_EVERY = 0.05
"""Seconds between two looks at a running job's memory."""
_HEADER = struct.Struct("<Q")
_MOST_BYTES = 1 << 30
_answers: IO[bytes] | None = None
"""In a worker, the pipe to its caller."""


class Worker:
    """A process that makes a job once and does it many times, one at a time; after a death the next call starts anew.

    `function` is "module:name" of a function that takes `init` as keyword arguments and returns the `Job`.
    """

    def __init__(self, function: str, init: Mapping[str, Any] | None = None) -> None:
        self.function = function
        self.init = dict(init or {})
        self._process: subprocess.Popen[bytes] | None = None
        self._answers: queue.Queue[Answer | None] = queue.Queue()
        self._words: IO[bytes] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def process_id(self) -> int | None:
        """The process that waits for the next job; None before the first, and after a death."""
        return self._process.pid if self._process is not None and self._process.poll() is None else None

    def start(self, *, seconds: float = START_SECONDS, memory_mb: float | None = None) -> None:
        """Start the process and make its job, unless it is there already.

        Raises:
            WorkerError: the process crashed, took too long or took too much memory.
            AlignmentError: what the function raised.
        """
        if self.process_id is not None:
            return
        self.close()
        self._words = tempfile.TemporaryFile("a+b")  # noqa: SIM115  # lives as long as the process
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "alignment.sandbox"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._words,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(path or os.curdir for path in sys.path)},
        )
        self._answers = queue.Queue()
        threading.Thread(target=_collect, args=(self._process.stdout, self._answers), daemon=True).start()
        self._ask({"function": self.function, "init": self.init}, seconds, memory_mb)

    def call(
        self,
        argument: Answer,
        *,
        seconds: float,
        memory_mb: float | None = None,
        progress: Callable[[Answer], None] | None = None,
    ) -> Answer:
        """The job's answer to `argument`; memory is that of the process and its children, resident.

        `progress` is given what the job tells on its way with `tell`; each time its seconds begin anew.

        Raises:
            WorkerDied: the process crashed; the message ends in its last words.
            WorkerTimeout: there is no answer after `seconds`.
            WorkerMemory: the job took more than `memory_mb` megabytes.
            AlignmentError: what the job raised.
        """
        self.start(memory_mb=memory_mb)
        return self._ask(argument, seconds, memory_mb, progress)

    def close(self) -> None:
        """End the process, whatever it does."""
        if self._process is not None:
            _end(self._process)
        if self._words is not None:
            self._words.close()
        self._process = self._words = None

    def _ask(
        self,
        argument: Answer,
        seconds: float,
        memory_mb: float | None,
        progress: Callable[[Answer], None] | None = None,
    ) -> Answer:
        process = self._process
        assert process is not None and process.stdin is not None  # noqa: S101  # `start` made it
        try:
            # A process that has just died is seen below, where its last words are read.
            with contextlib.suppress(OSError):
                _send(process.stdin, argument)
            while "told" in (answer := self._wait(process, seconds, memory_mb)):
                if progress is not None:
                    progress(answer["told"])
        except BaseException:
            self.close()
            raise
        if "error" in answer:
            raise _raised(answer["error"])
        result: Answer = answer["answer"]
        return result

    def _wait(self, process: subprocess.Popen[bytes], seconds: float, memory_mb: float | None) -> Answer:
        end = time.monotonic() + seconds
        while True:
            left = end - time.monotonic()
            try:
                answer = self._answers.get(timeout=max(0.0, min(_LOOK_EVERY, left)))
            except queue.Empty:
                if left <= 0:
                    raise WorkerTimeout(
                        f"it took longer than {seconds:g} seconds and was ended",
                        hint="give it more time, or look at the file",
                    ) from None
                if memory_mb is not None and _memory(process) > memory_mb:
                    raise WorkerMemory(
                        f"it took more than {memory_mb:,.0f} MB of memory and was ended",
                        hint="give it more memory, or look at the file",
                    ) from None
                continue
            if answer is None:
                raise WorkerDied(self._last_words(process), hint="look at the file; if others fail too, report this")
            return answer

    def _last_words(self, process: subprocess.Popen[bytes]) -> str:
        code = process.wait()
        how = f"signal {signal.Signals(-code).name}" if -code in set(signal.Signals) else f"exit code {code}"
        words = ""
        if self._words is not None:
            size = self._words.seek(0, os.SEEK_END)
            self._words.seek(max(0, size - 4000))
            lines = self._words.read().decode("utf-8", errors="replace").strip().splitlines()
            words = lines[-1][:300] if lines else ""
        return f"its process crashed ({how})" + (f": {words}" if words else "")


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
    """Megabytes held by a process and its children; 0 once it is gone."""
    import psutil

    total = 0
    with contextlib.suppress(psutil.Error):
        parent = psutil.Process(process.pid)
        for each in (parent, *parent.children(recursive=True)):
            with contextlib.suppress(psutil.Error):
                total += each.memory_info().rss
    return total / 1e6


def _raised(error: Mapping[str, Any]) -> AlignmentError:
    """The error of the tree that the job raised; kinds with a constructor of their own come back as their base."""
    kind = getattr(errors, str(error["kind"]), AlignmentError)
    found = AlignmentError(str(error["message"]), hint=str(error["hint"]))
    if isinstance(kind, type) and issubclass(kind, AlignmentError) and kind.__init__ is AlignmentError.__init__:
        found = kind(str(error["message"]), hint=str(error["hint"]))
    return found


def _send(pipe: IO[bytes], message: Answer) -> None:
    data = json.dumps(message).encode("ascii")
    pipe.write(_HEADER.pack(len(data)))
    pipe.write(data)
    pipe.flush()


def _receive(pipe: IO[bytes]) -> Answer | None:
    """The next message; None at the end, or when what comes is no message."""
    header = pipe.read(_HEADER.size)
    if len(header) < _HEADER.size or (size := _HEADER.unpack(header)[0]) > _MOST_BYTES:
        return None
    data = pipe.read(size)
    try:
        message = json.loads(data) if len(data) == size else None
    except ValueError:
        return None
    return message if isinstance(message, dict) else None


def _collect(pipe: IO[bytes], into: queue.Queue[Answer | None]) -> None:
    # A pipe that is closed while it is read ends like one that has come to its end.
    with contextlib.suppress(OSError, ValueError):
        while (message := _receive(pipe)) is not None:
            into.put(message)
    into.put(None)


def _listen(pipe: IO[bytes], into: queue.Queue[Answer | None]) -> None:
    """As `_collect`, and when the parent is gone the process ends, even in the middle of a job."""
    _collect(pipe, into)
    os._exit(0)


def _harden() -> IO[bytes]:
    """The pipe for answers. What a library prints goes to the error stream; a crash leaves no core file."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
    return answers


def tell(progress: Answer) -> None:
    """Called by a job on its way; heard by the caller's `progress`, and by nobody outside a worker."""
    if _answers is not None:
        _send(_answers, {"told": progress})


def serve() -> None:
    """What the worker process does: make the job from the first message, then answer every other one.

    An error of the tree is an answer; any other ends the process, and its traceback is the last words.
    """
    global _answers
    _answers = answers = _harden()
    messages: queue.Queue[Answer | None] = queue.Queue()
    # Not `sys.stdin`, whose lock the reading thread would hold while the interpreter ends.
    requests = os.fdopen(os.dup(0), "rb")
    threading.Thread(target=_listen, args=(requests, messages), daemon=True).start()
    job: Job = _make
    while (message := messages.get()) is not None:
        try:
            answer = job(message)
        except AlignmentError as error:
            kind = type(error).__name__
            _send(answers, {"error": {"kind": kind, "message": str(error), "hint": error.hint}})
            continue
        if callable(answer):
            job, answer = answer, {}
        _send(answers, {"answer": answer})


def _make(message: Answer) -> Any:
    module, _, name = str(message["function"]).partition(":")
    return getattr(importlib.import_module(module), name)(**message["init"])


if __name__ == "__main__":
    # By its own name, so that jobs that import this module tell through the same pipe.
    importlib.import_module("alignment.sandbox").serve()
