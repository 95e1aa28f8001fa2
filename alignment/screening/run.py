"""A folder or manifest of filings -> a folder of results: discover, skip what is known, assess the rest, sum up."""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from alignment import __version__, frameworks
from alignment.errors import InputError
from alignment.pipeline import Settings
from alignment.reports.rendering import Lang
from alignment.sandbox import START_SECONDS, Message, Worker
from alignment.screening import assessing, comparing, outputs
from alignment.screening.discovery import Found, discover
from alignment.screening.engines import Engine, Limits, LocalEngine, Task
from alignment.screening.jobs import REPORTS, Job, jobs_of
from alignment.screening.records import Failure, Portfolio, Screened
from alignment.screening.state import FILE, Outcome, State
from alignment.types import Framework

FORMAT = "alignment/screening/3"
"""Raised whenever what is kept of a filing changes, so that older outcomes are not used."""
LOG = "screen.log"
_CACHE = "cache"
_DRAFT = ".part"


@dataclass(frozen=True, slots=True)
class Options:
    """How a run is done; nothing here but `lang`, `first_pass` and `images` changes a result."""

    out: Path
    workers: int = 0
    """0: one per processor."""
    resume: bool = False
    engine: str = "local"
    address: str | None = None
    """Of a Ray cluster."""
    limits: Limits = field(default_factory=Limits)
    lang: Lang = "zh"
    first_pass: bool = False
    images: bool = False
    """Whether pages show each quote's place as a small picture."""
    cache: bool = True
    factory: str = assessing.FACTORY
    """What makes a worker's job, as `module:function`."""


@dataclass(frozen=True, slots=True)
class Event:
    """One file is finished."""

    path: str
    outcome: str
    """`assessed`, `failed`, or `known` where an earlier run had finished it."""
    pages: int
    done: int
    failed: int
    total: int


Report = Callable[[Event], None]


def screen(
    source: Path, settings: Settings, options: Options, *, report: Report | None = None
) -> tuple[Portfolio, Framework]:
    """Screen all filings; what is in the folder afterwards depends on filings, settings and version alone.

    Raises:
        InputError: nothing to screen, or a folder that is not empty without `resume`.
        AlignmentError: what the settings name cannot be loaded.
        OSError: the folder cannot be written, or its disk is full; what is done is kept.
    """
    framework = frameworks.load(settings.framework)
    if settings.profile is not None:
        frameworks.find_profile(framework, settings.profile)
    found = discover(source, framework, without=options.out, limits=settings.limits)
    state = _opened(options)
    try:
        staff = [_worker(settings, options) for _ in range(min(workers(options), len(found)))]
        try:
            # In a fresh run there is work for all: they load side by side. A resumed one may need the first alone.
            for each in staff if options.engine == "local" and not options.resume else staff[:1]:
                each.begin()
            fingerprint = _fingerprint(staff[0].call({}, seconds=START_SECONDS), settings, options)
            jobs = jobs_of(found, fingerprint, options.out / REPORTS)
            _forget_others(state, jobs)
            counter = _Counter(len(found), options.out / LOG, report)
            for filing in found:
                if filing.problem:
                    counter.lost(filing)
            outcomes = _assess_all(jobs, state, staff, options, counter)
        finally:
            for each in staff:
                each.stop()
        _sweep(jobs, options.out)
        portfolio, near = _portfolio(framework, found, jobs, outcomes)
        portfolio, stock = comparing.compare(portfolio, lambda: _claims(state, jobs))
        outputs.write_all(portfolio, framework, near, options.out, lang=options.lang, stock=stock)
    finally:
        state.close()
    return portfolio, framework


def _opened(options: Options) -> State:
    """Make the folder of results, or take up an earlier run's; nobody else has it until the state is closed."""
    out = options.out
    if out.is_dir() and any(out.iterdir()):
        if not options.resume:
            raise InputError(f"{out} is not empty", hint="--resume goes on with the run in it; or choose another --out")
        if not (out / FILE).is_file():
            raise InputError(f"{out} holds no run to resume", hint="choose another --out, or an empty folder")
    out.mkdir(parents=True, exist_ok=True)
    # Only then: the drafts may be those of a run that is going on.
    state = State(out)
    try:
        (out / REPORTS).mkdir(exist_ok=True)
        for folder in (out, out / REPORTS):
            for draft in folder.glob(f"*{_DRAFT}"):
                draft.unlink(missing_ok=True)
    except BaseException:
        state.close()
        raise
    return state


def _worker(settings: Settings, options: Options) -> Worker:
    count = workers(options)
    threads = settings.threads or max(1, (os.cpu_count() or 1) // count)
    init = {
        "settings": {**assessing.settings_to(settings), "threads": threads},
        "first_pass": options.first_pass,
        "cache": str(options.out.resolve() / _CACHE / "vectors") if options.cache else None,
    }
    return Worker(options.factory, init, log=options.out / LOG)


def workers(options: Options) -> int:
    """How many workers there are."""
    return options.workers or os.cpu_count() or 1


def _fingerprint(identity: Message, settings: Settings, options: Options) -> str:
    """Digest of everything but the filing that decides an outcome."""
    chosen = assessing.settings_to(settings)
    for name in ("threads", "profile", "framework"):
        del chosen[name]
    parts = [
        FORMAT, __version__, identity, chosen, settings.profile, options.lang, options.first_pass, options.images,
        options.factory,
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def _assess_all(
    jobs: Sequence[Job], state: State, staff: Sequence[Worker], options: Options, counter: _Counter
) -> dict[str, Outcome]:
    known = {job.key: outcome for job in jobs if (outcome := state.get(job.key)) and _final(outcome)}
    by_key = {job.key: job for job in jobs}
    for key, outcome in known.items():
        counter.tell(by_key[key], outcome, known=True)
    # The largest first, so that no worker is left alone with one at the end.
    todo = sorted((job for job in jobs if job.key not in known), key=lambda job: (-job.found[0].size, job.key))
    tasks = [_task(job, options) for job in todo]
    outcomes = dict(known)
    for task, answer in _answers(tasks, staff, options):
        job = by_key[task.key]
        if answer["outcome"] == "disk full":
            outputs.disk_full(options.out)
        outcome = _keep(answer, job, options.out)
        state.put(task.key, task.path, outcome, answer.get("claims", ()))
        outcomes[task.key] = outcome
        counter.tell(job, outcome)
    return outcomes


def _final(outcome: Outcome) -> bool:
    """A file that cannot be read stays so; one that lost its worker may have better luck."""
    return outcome.assessed or outcome.answer["stage"] == "reading"


def _task(job: Job, options: Options) -> Task:
    first = job.found[0]
    message = {
        "place": str(first.place.resolve()),
        "member": first.member,
        "name": job.file_name,
        "industry": first.filing.industry,
        "lang": options.lang,
        "images": options.images,
        "source": job.link,
    }
    return Task(job.key, first.filing.path, first.place, message)


def _answers(tasks: Sequence[Task], staff: Sequence[Worker], options: Options) -> Iterator[tuple[Task, Message]]:
    if not tasks:
        return
    engine: Engine
    if options.engine == "ray":
        from alignment.screening.ray_engine import RayEngine

        staff[0].stop()
        engine = RayEngine(staff[0], workers(options), options.limits, address=options.address)
    else:
        engine = LocalEngine(staff, options.limits)
    try:
        yield from engine.run(tasks)
    finally:
        engine.close()


def _keep(answer: Message, job: Job, out: Path) -> Outcome:
    """Write a filing's page and JSON; what the tables need of it stays in the state."""
    if answer["outcome"] != "assessed":
        return Outcome(answer, {})
    sizes = {
        f"{job.name}.{kind}": outputs.write(out / f"{job.name}.{kind}", answer[kind].encode())
        for kind in ("html", "json")
    }
    return Outcome({"outcome": "assessed", **answer["row"]}, sizes)


class _Counter:
    """Tells of each filing as it is finished."""

    def __init__(self, total: int, log: Path, report: Report | None) -> None:
        self.total, self.done, self.failed = total, 0, 0
        self.log = log
        self.report = report

    def tell(self, job: Job, outcome: Outcome, *, known: bool = False) -> None:
        """All filings of a job are finished together."""
        for each in job.found:
            what = "known" if known else outcome.answer["outcome"]
            reason = "" if outcome.assessed else f"{outcome.answer['stage']}: {job.reason(each, outcome.answer)}"
            pages = outcome.answer.get("pages", 0) if each is job.found[0] else 0
            self._told(each.filing.path, what, reason, pages)

    def lost(self, found: Found) -> None:
        """Of a file that cannot be opened."""
        self._told(found.filing.path, "failed", f"reading: {found.problem}", 0)

    def _told(self, path: str, what: str, reason: str, pages: int) -> None:
        self.done += 1
        self.failed += bool(reason)
        with self.log.open("a", encoding="utf-8") as log:
            why = f": {reason}" if reason else ""
            log.write(f"{time.strftime('%Y-%m-%dT%H:%M:%S%z')} {what} {path!r}{why}\n")
        if self.report:
            self.report(Event(path, what, pages, self.done, self.failed, self.total))


def _forget_others(state: State, jobs: Sequence[Job]) -> None:
    """Of files that are gone or were assessed otherwise: first of all, for this run writes over their pages."""
    kept = {job.key for job in jobs}
    for key in [key for key in state.keys() if key not in kept]:  # noqa: SIM118  (a method, not a mapping)
        state.forget(key)


def _sweep(jobs: Sequence[Job], out: Path) -> None:
    """Take away the pages of files that are gone."""
    names = {f"{job.name}.{kind}" for job in jobs for kind in ("html", "json")}
    for path in sorted((out / REPORTS).iterdir()):
        if f"{REPORTS}/{path.name}" not in names:
            path.unlink()


def _portfolio(
    framework: Framework, found: Sequence[Found], jobs: Sequence[Job], outcomes: dict[str, Outcome]
) -> tuple[Portfolio, outputs.Near]:
    """Everything in the order of the filings' paths."""
    screened: list[Screened] = []
    failures = [_failure(each) for each in found if not each.sha256]
    near: outputs.Near = {}
    first_of: dict[str, str] = {}
    for each in found:
        first_of.setdefault(each.sha256, each.filing.path)
    for job in jobs:
        answer = outcomes[job.key].answer
        for each in job.found:
            if answer["outcome"] != "assessed":
                reason = job.reason(each, answer)
                failures.append(Failure(each.filing, answer["stage"], reason, answer["hint"]))
                continue
            original = first_of[each.sha256]
            duplicate_of = original if original != each.filing.path else ""
            screened.append(outputs.screened(each.filing, answer, f"{job.name}.html", duplicate_of))
            near[each.filing.path] = {item["code"]: tuple(item["near"]) for item in answer["elements"]}
    screened.sort(key=lambda item: item.filing.path)
    failures.sort(key=lambda item: item.filing.path)
    return Portfolio(framework.id, tuple(screened), tuple(failures)), near


def _claims(state: State, jobs: Sequence[Job]) -> Iterator[tuple[str, list[Any]]]:
    """Path of each filing, and what it claims."""
    for job in jobs:
        told = state.claims(job.key)
        yield from ((each.filing.path, told) for each in job.found)


def _failure(found: Found) -> Failure:
    error = found.problem
    return Failure(found.filing, "reading", str(error), error.hint if error else "")
