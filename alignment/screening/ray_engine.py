"""Tasks -> answers on a Ray cluster or on Ray here: each actor keeps one killable worker, and may be lost itself."""

from __future__ import annotations

import json
import logging
import os
import re
import socket
import sys
import tempfile
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from alignment import documents
from alignment.documents import archives
from alignment.errors import AlignmentError, InputError, MissingExtraError
from alignment.sandbox.pipe import Message
from alignment.sandbox.worker import Worker
from alignment.screening.engines import Limits, Task, attempt, failed
from alignment.screening.messages import Answer, Failed, answer_from, request_from, to_message

_ATTEMPTS = 3
"""How often a task is given to an actor before it is held to be what kills them."""
_STEP = 1.0
_KNOCK = 10.0
"""Seconds that a cluster may take to take a connection."""
_HINT = "check --address, or leave it out to run Ray on this machine"
_CONTENT = documents.Limits()


class Slot:
    """Lives in a Ray actor. A filing comes as bytes, so that the machines need no folder in common."""

    def __init__(self, function: str, init: bytes, limits: tuple[float, float], log: str | None) -> None:
        self.worker = Worker(function, json.loads(init), log=Path(log) if log else None)
        self.limits = Limits(*limits)

    def pid(self) -> int:
        """Of the actor's process."""
        return os.getpid()

    def answer(self, key: str, path: str, message: bytes, content: bytes) -> bytes:
        """The worker's answer as JSON."""
        with tempfile.TemporaryDirectory() as folder:
            place = Path(folder) / "report"
            place.write_bytes(content)
            request = replace(request_from(json.loads(message)), place=str(place), member=None)
            try:
                answer = to_message(attempt(self.worker, Task(key, path, place, request), self.limits))
            except AlignmentError as error:
                answer = {"outcome": "error", "reason": str(error), "hint": error.hint}
        return json.dumps(answer).encode()


class RayEngine:
    """As many actors as workers; an actor that is lost is replaced and its task given out again."""

    def __init__(self, pattern: Worker, workers: int, limits: Limits, *, address: str | None = None) -> None:
        try:
            import ray
        except ImportError as error:
            raise MissingExtraError("the engine `ray`", extra="ray") from error
        if address:
            _knock(address)
        self._ray = ray
        # A cluster's machines have neither this folder's log nor its cache.
        init = {**pattern.init, "cache": None} if address else pattern.init
        log = str(pattern.log.resolve()) if pattern.log and not address else None
        self._arguments = (pattern.function, json.dumps(init).encode(), (limits.seconds, limits.megabytes), log)
        self._workers = workers
        os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")
        try:
            ray.init(
                address=address,
                num_cpus=None if address else workers,
                include_dashboard=False if address is None else None,
                log_to_driver=False,
                logging_level=logging.ERROR,
                runtime_env=None if address else {"env_vars": {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}},
            )
        except (ConnectionError, RuntimeError, ValueError) as error:
            raise InputError(
                f"Ray cannot be reached{f' at {address}' if address else ''} ({' '.join(str(error).split())[:200]})",
                hint=_HINT,
            ) from error

    def run(self, tasks: Sequence[Task]) -> Iterator[tuple[Task, Answer]]:
        """Every task with its answer, as they come.

        Raises:
            AlignmentError: a worker cannot load what it needs.
        """
        ray = self._ray
        todo = deque((task, 0) for task in tasks)
        idle = [self._actor() for _ in range(min(self._workers, len(tasks)))]
        busy: dict[Any, tuple[Any, Task, int]] = {}
        while todo or busy:
            while todo and idle:
                task, tries = todo.popleft()
                actor = idle.pop()
                content = self._content(task)
                if isinstance(content, AlignmentError):
                    idle.append(actor)
                    yield task, Failed("reading", str(content), content.hint)
                    continue
                ref = actor.answer.remote(task.key, task.path, json.dumps(to_message(task.request)).encode(), content)
                busy[ref] = actor, task, tries + 1
            ready, _ = ray.wait(list(busy), num_returns=1, timeout=_STEP)
            for ref in ready:
                actor, task, tries = busy.pop(ref)
                try:
                    answer: Message = json.loads(ray.get(ref))
                except ray.exceptions.RayError:
                    ray.kill(actor)
                    idle.append(self._actor())
                    if tries < _ATTEMPTS:
                        todo.appendleft((task, tries))
                    else:
                        yield task, failed(task, "cannot be assessed: its Ray actors died", "see Ray's logs")
                    continue
                idle.append(actor)
                if answer["outcome"] == "error":
                    raise AlignmentError(answer["reason"], hint=answer["hint"])
                yield task, answer_from(answer)

    def close(self) -> None:
        """End Ray here, or leave the cluster."""
        self._ray.shutdown()

    def _actor(self) -> Any:
        return self._ray.remote(Slot).options(num_cpus=1, max_restarts=0, max_task_retries=0).remote(*self._arguments)

    def _content(self, task: Task) -> bytes | AlignmentError:
        try:
            member = task.request.member
            return task.place.read_bytes() if member is None else archives.content(task.place, member, _CONTENT)
        except AlignmentError as error:
            return error
        except OSError as error:
            return InputError(f"{task.path} cannot be opened ({error.strerror})", hint="check the path")


def _knock(address: str) -> None:
    """Ask whether anybody listens, because Ray itself waits for minutes; names such as `auto` are left to it.

    Raises:
        InputError: nobody does.
    """
    place = re.fullmatch(r"(?:ray://)?\[?([^\[\]/]+?)\]?:(\d{1,5})", address)
    if not place:
        return
    try:
        socket.create_connection((place[1], int(place[2])), timeout=_KNOCK).close()
    except (OSError, OverflowError, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or error
        raise InputError(f"Ray cannot be reached at {address} ({reason})", hint=_HINT) from error
