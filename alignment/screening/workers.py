"""A child process that keeps its model loaded and may be killed: messages in, messages out, time and memory watched."""

from __future__ import annotations

import importlib
import json
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from multiprocessing import get_context, parent_process
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from alignment.errors import AlignmentError

Message = dict[str, Any]
"""What JSON can say; nothing else goes over the pipe."""
Handler = Callable[[Message], Message]

START_SECONDS = 600.0
"""How long a worker may take to load, the first preparing of a model included."""
_STEP = 0.1
_ENV_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


class WorkerError(AlignmentError):
    """The worker did not answer: it died, took too long or too much memory. It is gone and can be started again."""


class Worker:
    """One child process. `factory` is `module:function`; called there with `argument`, it gives the handler."""

    def __init__(self, factory: str, argument: Message, *, log: Path | None = None) -> None:
        self.factory = factory
        self.argument = argument
        self.log = log
        self._process: Any = None
        self._connection: Connection[Any, Any] | None = None
        self._closed = False
        self._greeted = False

    @property
    def pid(self) -> int | None:
        """Of the child, while there is one."""
        return self._process.pid if self._process is not None else None

    @property
    def megabytes(self) -> float:
        """Resident memory of the child; 0 while there is none."""
        return _resident(self.pid) if self.pid is not None else 0.0

    def start(self) -> Message:
        """Start the child and wait until it has loaded; as `begin` and `greeting`."""
        self.begin()
        return self.greeting()

    def begin(self) -> None:
        """Start the child and do not wait for it: the first call does.

        Raises:
            WorkerError: it was closed for good.
        """
        self.stop()
        if self._closed:
            raise WorkerError("was stopped", hint="go on with --resume")
        context = get_context("spawn")
        here, there = context.Pipe()
        arguments = (there, self.factory, json.dumps(self.argument), str(self.log) if self.log else None)
        self._process = context.Process(target=_serve, args=arguments, daemon=True)
        self._process.start()
        there.close()
        self._connection = here
        self._greeted = False

    def greeting(self) -> Message:
        """What the handler of the child that was begun says of itself (`handler({})`), once it has loaded.

        Raises:
            WorkerError: it died or hung while loading.
            AlignmentError: what it was told to load cannot be loaded.
        """
        connection = self._connection
        if connection is None:
            raise WorkerError("the worker could not be started", hint="run again with --resume")
        said = self._answer(connection, START_SECONDS, None)
        self._greeted = True
        return said

    def call(self, message: Message, *, seconds: float | None = None, megabytes: float | None = None) -> Message:
        """The handler's answer; the child is started when there is none.

        Raises:
            WorkerError: no answer within the limits, or the child died. The child is gone then.
        """
        if self._connection is None:
            self.start()
        elif not self._greeted:
            self.greeting()
        connection = self._connection
        if connection is None:
            raise WorkerError("the worker could not be started", hint="run again with --resume")
        try:
            connection.send_bytes(json.dumps(message).encode())
        except OSError as error:
            raise self._died() from error
        return self._answer(connection, seconds, megabytes)

    def close(self) -> None:
        """Kill the child for good: it is not started again."""
        self._closed = True
        self.stop()

    def stop(self) -> None:
        """Kill the child, if there is one; safe from another thread while it is called."""
        process, self._process = self._process, None
        connection, self._connection = self._connection, None
        if process is not None:
            process.kill()
            process.join()
        if connection is not None:
            connection.close()

    def _answer(self, connection: Connection[Any, Any], seconds: float | None, megabytes: float | None) -> Message:
        process = self._process
        began = time.monotonic()
        try:
            while not connection.poll(_STEP):
                if not process.is_alive() and not connection.poll():
                    raise self._died()
                if seconds is not None and time.monotonic() - began > seconds:
                    raise self._stopped(f"took longer than {seconds:g} s", "give more time with --timeout, or split it")
                if megabytes is not None and _resident(process.pid) > megabytes:
                    raise self._stopped(
                        f"needed more than {megabytes:g} MB of memory", "allow more with --memory, or split it"
                    )
            answer: Message = json.loads(connection.recv_bytes())
        except (EOFError, OSError) as error:
            raise self._died() from error
        if "error" in answer:
            raise AlignmentError(answer["error"], hint=answer["hint"])
        return answer

    def _died(self) -> WorkerError:
        process = self._process
        if process is not None:
            process.join(1)
        code = process.exitcode if process is not None else None
        self.stop()
        how = f"was killed by signal {-code}" if code is not None and code < 0 else f"ended with code {code}"
        return WorkerError(f"made its worker die (it {how})", hint="the worker's last words are in screen.log")

    def _stopped(self, what: str, hint: str) -> WorkerError:
        self.stop()
        return WorkerError(what, hint=hint)


def _resident(pid: int) -> float:
    """Resident memory of a process in MB; 0 when it has just gone."""
    import psutil

    try:
        return float(psutil.Process(pid).memory_info().rss / 1e6)
    except psutil.Error:
        return 0.0


def _serve(connection: Connection[Any, Any], factory: str, argument: str, log: str | None) -> None:
    """The child: load, say so, answer until the parent hangs up."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    if log:
        _stderr_to(log)
    module, _, name = factory.partition(":")
    try:
        handler: Handler = getattr(importlib.import_module(module), name)(json.loads(argument))
    except AlignmentError as error:
        connection.send_bytes(json.dumps({"error": str(error), "hint": error.hint}).encode())
        return
    connection.send_bytes(json.dumps(handler({})).encode())
    while True:
        try:
            message = connection.recv_bytes()
        except EOFError:
            return
        connection.send_bytes(json.dumps(handler(json.loads(message))).encode())


def _end_with_parent() -> None:
    """A parent that was killed cannot tell its children to end."""
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _stderr_to(log: str) -> None:
    """Tracebacks and the warnings of libraries go to the log, not between the lines of a progress bar."""
    descriptor = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    sys.stderr.flush()
    os.dup2(descriptor, 2)
    os.close(descriptor)
