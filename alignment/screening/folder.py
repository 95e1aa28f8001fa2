"""The output folder of a batch: opened, kept consistent, swept."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from alignment import storage
from alignment.errors import InputError
from alignment.screening.jobs import REPORTS, Job
from alignment.screening.messages import Assessed, Failed
from alignment.screening.options import Options
from alignment.screening.state import FILE, Outcome, State

_DRAFT = ".part"


def opened(options: Options) -> State:
    """Make the folder of results, or take up an earlier run's; nobody else has it until the state is closed."""
    out = options.out
    if out.is_dir() and any(out.iterdir()):
        if not options.resume:
            raise InputError(f"{out} is not empty", hint="--resume goes on with the run in it; or choose another --out")
        if not (out / FILE).is_file():
            raise InputError(f"{out} contains no run to resume", hint="choose another --out, or an empty folder")
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


def keep(answer: Assessed | Failed, job: Job, out: Path) -> Outcome:
    """Write a filing's page and JSON; what the tables need of it stays in the state."""
    if isinstance(answer, Failed):
        return Outcome(answer, {})
    sizes = {
        f"{job.name}.{kind}": storage.write_text(out / f"{job.name}.{kind}", text.encode())
        for kind, text in (("html", answer.html), ("json", answer.json))
    }
    return Outcome(answer.row, sizes)


def forget_others(state: State, jobs: Sequence[Job]) -> None:
    """Of files that are gone or were assessed otherwise: first of all, for this run writes over their pages."""
    kept = {job.key for job in jobs}
    for key in [key for key in state.keys() if key not in kept]:  # noqa: SIM118  (a method, not a mapping)
        state.forget(key)


def sweep(jobs: Sequence[Job], out: Path) -> None:
    """Take away the pages of files that are gone."""
    names = {f"{job.name}.{kind}" for job in jobs for kind in ("html", "json")}
    for path in sorted((out / REPORTS).iterdir()):
        if f"{REPORTS}/{path.name}" not in names:
            path.unlink()
