"""Groups of filings -> answers, by worker processes here or in a Ray cluster; a death costs one filing."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Protocol

from alignment.errors import AlignmentError, EncoderError, MissingExtraError
from alignment.screening.jobs import Options
from alignment.screening.workers import Bounds, Death, Worker, wait_any

FACTORY = "alignment.screening.jobs:open_job"
TRIES = 2
"""A filing at which a process dies is tried once more, alone."""
Filings = list[dict[str, Any]]
Event = dict[str, Any]
"""`key` with `record` and `quotes`, or with `failure` (stage, reason, hint); or `full` when a disk is."""


class Engine(Protocol):
    """Runs groups of filings somewhere."""

    def fingerprint(self) -> str:
        """Digest of everything that decides the results."""

    def run(self, groups: Sequence[Filings]) -> Iterator[Event]:
        """One event for each filing, as they come; an empty one now and then while nothing comes."""

    def memory(self) -> int:
        """Resident memory of all its processes on this machine, in bytes."""

    def stop(self) -> None:
        """Kill what still runs."""


@dataclass(slots=True)
class _Slot:
    """A worker and what it was given."""

    worker: Worker
    filings: Filings = field(default_factory=list)
    """Those of its group that it has not answered."""
    at: str | None = None
    """Key of the filing that it is at."""


class LocalEngine:
    """Processes on this machine."""

    def __init__(self, options: Options, *, workers: int, bounds: Bounds, log: Path | None = None) -> None:
        settings = asdict(options)
        self._slots = [_Slot(Worker(FACTORY, settings, bounds=bounds, log=log)) for _ in range(workers)]

    def fingerprint(self) -> str:
        """Ask the first worker, which then has everything loaded.

        Raises:
            AlignmentError: the framework, encoder or profile cannot be loaded, or the process dies of it.
        """
        worker = self._slots[0].worker
        worker.send({})
        while True:
            wait_any([worker])
            answers, death = worker.look()
            for answer in answers:
                return _greeted(answer)
            if death:
                raise EncoderError(f"a worker cannot be started: {death.reason}", hint=death.hint)

    def run(self, groups: Sequence[Filings]) -> Iterator[Event]:
        """Hand out groups; where a process dies, the filing that it was at is tried alone, the rest go on."""
        waiting, tries = deque(groups), dict[str, int]()
        while waiting or any(slot.filings for slot in self._slots):
            for slot in self._slots:
                if not slot.filings and waiting:
                    slot.filings, slot.at = list(waiting.popleft()), None
                    slot.worker.send({"filings": slot.filings})
            wait_any([slot.worker for slot in self._slots if slot.filings])
            yield {}
            for slot in self._slots:
                yield from _look(slot, waiting, tries)

    def memory(self) -> int:
        """Resident memory of the processes, in bytes."""
        return sum(slot.worker.memory() for slot in self._slots)

    def stop(self) -> None:
        """Kill the processes."""
        for slot in self._slots:
            slot.worker.stop()


def _greeted(answer: dict[str, Any]) -> str:
    if "error" in answer:
        raise AlignmentError(answer["error"], hint=answer["hint"])
    return str(answer["fingerprint"])


def _look(slot: _Slot, waiting: deque[Filings], tries: dict[str, int]) -> Iterator[Event]:
    answers, death = slot.worker.look()
    for answer in answers:
        if "error" in answer:
            _greeted(answer)
        if "at" in answer:
            slot.at = answer["at"]
        elif "key" in answer or "full" in answer:
            slot.filings = [filing for filing in slot.filings if filing["key"] != answer.get("key")]
            yield answer
    if death:
        yield from _bury(slot, death, waiting, tries)


def _bury(slot: _Slot, death: Death, waiting: deque[Filings], tries: dict[str, int]) -> Iterator[Event]:
    """After a death: the filing that was being worked at is tried again alone or given up, the others go on."""
    left, slot.filings = slot.filings, []
    guilty = [filing for filing in left if filing["key"] == slot.at] or (left if len(left) == 1 else [])
    if not guilty:
        # It died at work on all of them together: each on its own shows which it was.
        waiting.extendleft([[filing] for filing in reversed(left)])
        return
    (filing,) = guilty
    tries[filing["key"]] = tries.get(filing["key"], 0) + 1
    others = [each for each in left if each is not filing]
    if others:
        waiting.appendleft(others)
    if tries[filing["key"]] < TRIES:
        waiting.append([filing])
    else:
        yield {"key": filing["key"], "failure": [death.kind, death.reason, death.hint]}


class RayEngine:
    """Actors in a Ray cluster, each with a killable worker process of its own; all must see the same folders."""

    def __init__(self, options: Options, *, workers: int, bounds: Bounds, address: str | None = None) -> None:
        """Join the cluster at `address`, or start one on this machine.

        Raises:
            MissingExtraError: Ray is not installed.
        """
        try:
            import ray
        except ImportError as error:
            raise MissingExtraError("--engine ray", extra="ray") from error
        self._ray = ray
        if not ray.is_initialized():
            extra = {} if address else {"num_cpus": workers, "include_dashboard": False}
            ray.init(address=address, logging_level="error", log_to_driver=False, **extra)
        # A lost actor is started anew by Ray; a group that it had is given to whoever is free.
        remote = ray.remote(num_cpus=1, max_restarts=-1)(_Actor)
        self._actors = [remote.remote(asdict(options), bounds.seconds, bounds.memory) for _ in range(workers)]

    def fingerprint(self) -> str:
        """Ask the first actor.

        Raises:
            AlignmentError: the framework, encoder or profile cannot be loaded there.
        """
        return _greeted(self._ray.get(self._actors[0].greet.remote()))

    def run(self, groups: Sequence[Filings]) -> Iterator[Event]:
        """Keep each actor busy with one group; a group whose actor is lost is given out again, filing by filing."""
        ray, waiting, lost = self._ray, deque(groups), dict[str, int]()
        idle, running = list(self._actors), dict[Any, tuple[Any, Filings]]()
        while waiting or running:
            while idle and waiting:
                actor, group = idle.pop(), waiting.popleft()
                running[actor.run.remote(group)] = (actor, group)
            ready, _ = ray.wait(list(running), timeout=0.2)
            yield {}
            for reference in ready:
                actor, group = running.pop(reference)
                idle.append(actor)
                try:
                    yield from ray.get(reference)
                except ray.exceptions.RayActorError:
                    yield from _hand_out_again(group, waiting, lost)

    def memory(self) -> int:
        """Zero: the actors may be anywhere."""
        return 0

    def stop(self) -> None:
        """Release the actors and leave the cluster."""
        for actor in self._actors:
            self._ray.kill(actor)
        self._ray.shutdown()


def _hand_out_again(group: Filings, waiting: deque[Filings], lost: dict[str, int]) -> Iterator[Event]:
    for filing in group:
        lost[filing["key"]] = lost.get(filing["key"], 0) + 1
        # The machine may be to blame, and not the filing, so it has more tries than in a process that it alone killed.
        if lost[filing["key"]] <= 2 * TRIES:
            waiting.append([filing])
        else:
            failure = ["crash", "the cluster lost every process that read it", "see the cluster's logs"]
            yield {"key": filing["key"], "failure": failure}


class _Actor:
    """What runs in the cluster: a local engine with one process."""

    def __init__(self, options: dict[str, Any], seconds: float, memory: int) -> None:
        self._engine = LocalEngine(Options(**options), workers=1, bounds=Bounds(seconds, memory))

    def greet(self) -> dict[str, Any]:
        """The fingerprint, or why there is none; an error as data, so that it arrives as it is."""
        try:
            return {"fingerprint": self._engine.fingerprint()}
        except AlignmentError as error:
            return {"error": str(error), "hint": error.hint}

    def run(self, group: Filings) -> list[Event]:
        """All events of a group."""
        return [event for event in self._engine.run([group]) if event]
