"""Tasks -> answers, in any order: killable workers on this machine; the Ray engine has the same two methods."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from alignment.errors import AlignmentError, WorkerError, WorkerMemory, WorkerTimeout
from alignment.sandbox.worker import Worker
from alignment.screening.messages import Answer, Failed, Request, answer_from, to_message
from alignment.text import cleaning

_ATTEMPTS = 2
_TIRED = 0.7
"""A worker that holds this share of its memory between two filings is started afresh."""


@dataclass(frozen=True, slots=True)
class Task:
    """One filing for one worker."""

    key: str
    path: str
    place: Path
    request: Request


@dataclass(frozen=True, slots=True)
class Limits:
    """What one filing may cost before it is stopped."""

    seconds: float = 600.0
    megabytes: float = 2048.0


class Engine(Protocol):
    """Runs tasks wherever it likes; losing a worker costs at most the task that it had."""

    def run(self, tasks: Sequence[Task]) -> Iterator[tuple[Task, Answer]]:
        """Every task with its answer, as they come."""

    def close(self) -> None:
        """End all workers at once."""


def attempt(worker: Worker, task: Task, limits: Limits) -> Answer:
    """The worker's answer, or a failure that says how the worker was lost, after one retry."""
    reason = hint = ""
    for _ in range(_ATTEMPTS):
        try:
            return answer_from(
                worker.call(to_message(task.request), seconds=limits.seconds, memory_mb=limits.megabytes)
            )
        except WorkerTimeout:
            reason, hint = f"took longer than {limits.seconds:g} s", "give more time with --timeout, or split it"
        except WorkerMemory:
            reason = f"needed more than {limits.megabytes:g} MB of memory"
            hint = "allow more with --memory, or split it"
        except WorkerError as error:
            reason, hint = f"cannot be assessed: {error}", "the process's last words are in screen.log"
    return failed(task, reason, hint)


def failed(task: Task, reason: str, hint: str) -> Failed:
    """The answer for a task that no worker could do."""
    return Failed("worker", f"{cleaning.name_of(Path(task.path))} {reason}", hint)


class LocalEngine:
    """One thread per worker process; a thread does nothing but wait for its process."""

    def __init__(self, workers: Sequence[Worker], limits: Limits) -> None:
        self._workers = workers
        self._limits = limits
        self._stopping = threading.Event()
        self._threads: list[threading.Thread] = []

    def run(self, tasks: Sequence[Task]) -> Iterator[tuple[Task, Answer]]:
        """Every task with its answer, as they come.

        Raises:
            AlignmentError: a worker cannot load what it needs.
        """
        todo: queue.SimpleQueue[Task] = queue.SimpleQueue()
        for task in tasks:
            todo.put(task)
        done: queue.Queue[tuple[Task, Answer] | AlignmentError] = queue.Queue(maxsize=2 * len(self._workers))
        for worker in self._workers[: len(tasks)]:
            thread = threading.Thread(target=self._serve, args=(worker, todo, done), daemon=True)
            self._threads.append(thread)
            thread.start()
        for _ in tasks:
            item = done.get()
            if isinstance(item, AlignmentError):
                raise item
            yield item

    def close(self) -> None:
        """Kill all workers."""
        self._stopping.set()
        for worker in self._workers:
            worker.close()

    def _serve(
        self,
        worker: Worker,
        todo: queue.SimpleQueue[Task],
        done: queue.Queue[tuple[Task, Answer] | AlignmentError],
    ) -> None:
        while not self._stopping.is_set():
            try:
                task = todo.get_nowait()
            except queue.Empty:
                break
            try:
                answer = attempt(worker, task, self._limits)
            except AlignmentError as error:
                done.put(error)
                return
            if not self._stopping.is_set():
                done.put((task, answer))
                if worker.megabytes > _TIRED * self._limits.megabytes:
                    worker.stop()
        worker.stop()
