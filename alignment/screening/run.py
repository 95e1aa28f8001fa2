"""A folder or manifest of filings -> a folder of results: discover, skip what is known, assess the rest, sum up."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from alignment import __version__, frameworks, storage
from alignment.portfolio import comparing
from alignment.portfolio.records import Portfolio
from alignment.sandbox.pipe import Message
from alignment.sandbox.worker import START_SECONDS, Worker
from alignment.screening import messages, summing
from alignment.screening.discovery import discover
from alignment.screening.engines import Engine, LocalEngine, Task
from alignment.screening.folder import forget_others, keep, opened, sweep
from alignment.screening.jobs import REPORTS, Job, jobs_of
from alignment.screening.messages import Answer, Assessed, DiskFull, Request, Row
from alignment.screening.options import Options, workers
from alignment.screening.progress import Counter, Report
from alignment.screening.state import Outcome, State
from alignment.screening.summing import claims_of, summed
from alignment.settings import Settings
from alignment.types import Framework

FORMAT = "alignment/screening/5"
"""Raised whenever what is kept of a filing changes, so that older outcomes are not used."""
LOG = "screen.log"
_CACHE = "cache"


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
    state = opened(options)
    try:
        staff = [_worker(settings, options) for _ in range(min(workers(options), len(found)))]
        try:
            # In a fresh run there is work for all: they load side by side. A resumed one may need the first alone.
            for each in staff if options.engine == "local" and not options.resume else staff[:1]:
                each.begin()
            fingerprint = _fingerprint(staff[0].call({}, seconds=START_SECONDS), settings, options)
            jobs = jobs_of(found, fingerprint, options.out / REPORTS)
            forget_others(state, jobs)
            counter = Counter(len(found), options.out / LOG, report)
            for filing in found:
                if filing.problem:
                    counter.lost(filing)
            outcomes = _assess_all(jobs, state, staff, options, counter)
        finally:
            for each in staff:
                each.stop()
        sweep(jobs, options.out)
        portfolio, near = summed(framework, found, jobs, outcomes)
        portfolio, boilerplate = comparing.compare(portfolio, lambda: claims_of(state, jobs))
        summing.write_all(portfolio, framework, near, options.out, lang=options.lang, boilerplate=boilerplate)
    finally:
        state.close()
    return portfolio, framework


def _worker(settings: Settings, options: Options) -> Worker:
    count = workers(options)
    threads = settings.threads or max(1, (os.cpu_count() or 1) // count)
    init = {
        "settings": {**messages.settings_to(settings), "threads": threads},
        "prefilter": options.prefilter,
        "cache": str(options.out.resolve() / _CACHE / "vectors.sqlite") if options.cache else None,
    }
    return Worker(options.factory, init, log=options.out / LOG)


def _fingerprint(identity: Message, settings: Settings, options: Options) -> str:
    """Digest of everything but the filing that decides an outcome."""
    chosen = messages.settings_to(settings)
    for name in ("threads", "profile", "framework"):
        del chosen[name]
    parts = [
        FORMAT, __version__, identity, chosen, settings.profile, options.lang, options.prefilter, options.images,
        options.factory,
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def _assess_all(
    jobs: Sequence[Job], state: State, staff: Sequence[Worker], options: Options, counter: Counter
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
        if isinstance(answer, DiskFull):
            storage.disk_full(options.out)
        outcome = keep(answer, job, options.out)
        state.put(task.key, task.path, outcome, answer.claims if isinstance(answer, Assessed) else ())
        outcomes[task.key] = outcome
        counter.tell(job, outcome)
    return outcomes


def _final(outcome: Outcome) -> bool:
    """A file that cannot be read stays so; one that lost its worker may have better luck."""
    return isinstance(outcome.result, Row) or outcome.result.stage == "reading"


def _task(job: Job, options: Options) -> Task:
    first = job.found[0]
    request = Request(
        place=str(first.place.resolve()),
        member=first.member,
        name=job.file_name,
        industry=first.filing.industry,
        lang=options.lang,
        images=options.images,
        source=job.link,
    )
    return Task(job.key, first.filing.path, first.place, request)


def _answers(tasks: Sequence[Task], staff: Sequence[Worker], options: Options) -> Iterator[tuple[Task, Answer]]:
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
