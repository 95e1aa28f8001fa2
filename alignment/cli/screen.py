"""`alignment screen`: a folder or a manifest of filings, by workers that may die, resumed where it was broken off."""

from __future__ import annotations

import errno
import json
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from alignment import encoders, frameworks
from alignment.cli import INTERRUPTED
from alignment.cli.app import app, stderr, stdout
from alignment.cli.options import (
    EncoderOption,
    FrameworkOption,
    ImagesOption,
    Lang,
    OcrOption,
    PresetOption,
    ThresholdOption,
    chosen_preset,
    language,
)
from alignment.errors import AlignmentError, InputError
from alignment.portfolio.records import Portfolio
from alignment.screening.engines import Limits
from alignment.screening.options import Options
from alignment.screening.progress import Event
from alignment.screening.run import LOG
from alignment.screening.run import screen as run
from alignment.settings import Settings
from alignment.text import cleaning
from alignment.text.cleaning import clean
from alignment.types import Status

_ALL_FAILED = 3


@app.command(epilog="Example: alignment screen filings/ --out screened --workers 4 --profile steel")
def screen(  # longer than others: it has 20 options, and each is a parameter with its help
    source: Annotated[
        Path,
        typer.Argument(
            metavar="FOLDER|ZIP|MANIFEST.csv",
            help="A folder, searched at all levels, a ZIP, or a CSV with the columns path, company, code, industry, "
            "year, language (only path is needed).",
        ),
    ],
    out: Annotated[Path, typer.Option("--out", "-o", metavar="DIR", help="Where results are written.")],
    workers: Annotated[int, typer.Option("--workers", "-w", min=0, help="Processes; 0: one per processor.")] = 0,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with the run in DIR; what is finished is not done again.")
    ] = False,
    engine: Annotated[
        str, typer.Option("--engine", metavar="local|ray", help="Where workers run; ray needs the extra `ray`.")
    ] = "local",
    address: Annotated[
        str | None, typer.Option("--address", help="Of a Ray cluster; without it Ray runs here.")
    ] = None,
    timeout: Annotated[
        float, typer.Option("--timeout", metavar="S", min=1, help="Seconds that a file may take.")
    ] = 600,
    memory: Annotated[
        float, typer.Option("--memory", metavar="MB", min=64, help="Memory that a worker may take.")
    ] = 2048,
    framework: FrameworkOption = frameworks.DEFAULT,
    profile: Annotated[
        str | None,
        typer.Option("--profile", "-p", metavar="INDUSTRY", help="Of filings whose industry the manifest leaves out."),
    ] = None,
    preset: PresetOption = "standard",
    lang: Lang = "zh",
    encoder: EncoderOption = encoders.DEFAULT,
    threshold: ThresholdOption = None,
    ocr: OcrOption = False,
    prefilter: Annotated[
        bool,
        typer.Option("--prefilter", help="Leave out passages whose words cannot matter; faster, loses a few labels."),
    ] = False,
    first_pass: Annotated[bool, typer.Option("--first-pass", hidden=True, help="Old name of --prefilter.")] = False,
    images: ImagesOption = False,
    cache: Annotated[
        bool, typer.Option("--cache/--no-cache", help="Keep vectors in DIR/cache, so that a text is encoded once.")
    ] = True,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress and no summary.")] = False,
    json_progress: Annotated[
        bool, typer.Option("--json-progress", help="One JSON line for each file on stderr.")
    ] = False,
) -> None:
    """Screen thousands of filings: a page and a JSON file for each, tables of all, and what failed and why."""
    if engine not in ("local", "ray"):
        raise InputError(f"no such engine: {engine!r}", hint="--engine local or --engine ray")
    settings = Settings(
        framework=framework if not Path(framework).is_file() else Path(framework),
        encoder=encoder,
        profile=profile,
        preset=chosen_preset(preset),
        threshold=threshold,
        ocr=ocr,
    )
    options = Options(
        out=out,
        workers=workers,
        resume=resume,
        engine=engine,
        address=address,
        limits=Limits(seconds=timeout, megabytes=memory),
        lang="en" if language(lang) == "en" else "zh",
        prefilter=prefilter or first_pass,
        images=images,
        cache=cache,
    )
    with _stopped_well(out), _progress(quiet=quiet, as_json=json_progress) as report:
        portfolio, _ = run(source, settings, options, report=report)
    if not quiet:
        stdout.print(_summary(portfolio, out))
    if not portfolio.screened:
        raise typer.Exit(_ALL_FAILED)


@contextmanager
def _stopped_well(out: Path) -> Iterator[None]:
    """A run that is interrupted, or whose disk is full, ends in a sentence that says how to go on."""
    signal.signal(signal.SIGTERM, _as_interrupt)
    try:
        yield
    except KeyboardInterrupt:
        sys.stderr.write(f"stopped; what is done is kept in {cleaning.shown(out)}\nhint: go on with --resume\n")
        raise typer.Exit(INTERRUPTED) from None
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        raise AlignmentError(
            f"the disk is full: {cleaning.shown(Path(error.filename or out))}",
            hint="free some space and go on with --resume; what is done is kept",
        ) from error


def _as_interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def _summary(portfolio: Portfolio, out: Path) -> str:
    gaps = sum(row.status is Status.GAP for item in portfolio.screened for row in item.elements)
    pages = sum(item.pages for item in portfolio.screened)
    lines = [
        f"{len(portfolio.screened)} filings assessed, {pages} pages, {gaps} gaps; "
        f"{len(portfolio.failures)} failed; results in {cleaning.shown(out)}"
    ]
    lines += [f"failed: {failure.stage}: {clean(failure.reason)}" for failure in portfolio.failures[:10]]
    if len(portfolio.failures) > len(lines) - 1:
        lines.append(f"all failures: {cleaning.shown(out / 'failures.csv')}; log: {cleaning.shown(out / LOG)}")
    return "\n".join(lines)


class _Rate:
    """Pages a second and the time left, over the files of this run alone."""

    def __init__(self) -> None:
        self.began = time.monotonic()
        self.pages = self.files = 0

    def add(self, event: Event) -> tuple[float, float | None]:
        """Pages a second so far, and seconds left where that can be told."""
        if event.outcome != "known":
            self.pages += event.pages
            self.files += 1
        seconds = max(time.monotonic() - self.began, 1e-6)
        left = seconds / self.files * (event.total - event.done) if self.files else None
        return self.pages / seconds, left


@contextmanager
def _progress(*, quiet: bool, as_json: bool) -> Iterator[Callable[[Event], None] | None]:
    """How far it is: a bar on a terminal, JSON lines where asked for, nothing otherwise."""
    rate = _Rate()
    if as_json:

        def tell(event: Event) -> None:
            speed, left = rate.add(event)
            line: dict[str, Any] = {
                "path": event.path, "outcome": event.outcome, "pages": event.pages, "done": event.done,
                "failed": event.failed, "total": event.total, "pages_per_second": round(speed, 2),
                "seconds_left": None if left is None else round(left, 1),
            }  # fmt: skip
            sys.stderr.write(json.dumps(line, ensure_ascii=False) + "\n")
            sys.stderr.flush()

        yield tell
        return
    if quiet or not stderr.is_terminal:
        yield None
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (TextColumn("filings"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.description}", markup=False))
    with Progress(*columns, console=stderr, transient=True) as bar:
        task = bar.add_task("loading", total=None)

        def show(event: Event) -> None:
            speed, left = rate.add(event)
            told = f"{event.failed} failed, {speed:.1f} pages/s" + ("" if left is None else f", {_clock(left)} left")
            bar.update(task, completed=event.done, total=event.total, description=told)

        yield show


def _clock(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}"
