"""The process of a worker: hardens itself, answers messages until the pipe ends."""

from __future__ import annotations

import importlib
import os
import queue
import signal
import sys
import threading
from typing import IO, Any

from alignment.errors import AlignmentError
from alignment.sandbox.pipe import Job, Message, collect, send

_answers: IO[bytes] | None = None
"""In a worker, the pipe to its caller."""


def _listen(pipe: IO[bytes], into: queue.Queue[Message | None]) -> None:
    """As `_collect`, and when the parent is gone the process ends, even in the middle of a job."""
    collect(pipe, into)
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


def tell(progress: Message) -> None:
    """Called by a job on its way; heard by the caller's `progress`, and by nobody outside a worker."""
    if _answers is not None:
        send(_answers, {"told": progress})


def serve() -> None:
    """What the worker process does: make the job from the first message, then answer every other one.

    An error of the tree is an answer; any other ends the process, and its traceback is the last words.
    """
    global _answers
    _answers = answers = _harden()
    messages: queue.Queue[Message | None] = queue.Queue()
    # Not `sys.stdin`, whose lock the reading thread would hold while the interpreter ends.
    requests = os.fdopen(os.dup(0), "rb")
    threading.Thread(target=_listen, args=(requests, messages), daemon=True).start()
    job: Job = _make
    while (message := messages.get()) is not None:
        try:
            answer = job(message)
        except AlignmentError as error:
            kind = type(error).__name__
            send(answers, {"error": {"kind": kind, "message": str(error), "hint": error.hint}})
            continue
        if callable(answer):
            job, answer = answer, {}
        send(answers, {"answer": answer})


def _make(message: Message) -> Any:
    module, _, name = str(message["function"]).partition(":")
    return getattr(importlib.import_module(module), name)(**message["init"])


if __name__ == "__main__":
    # By its own name, so that jobs that import this module tell through the same pipe.
    importlib.import_module("alignment.sandbox.child").serve()
