"""`alignment screen`: thousands of filings in one run."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar
from rich.table import Table

from alignment import encoders, frameworks
from alignment.cli.app import app, stderr, stdout
from alignment.cli.check import Lang, PresetOption, chosen_preset, language
from alignment.screening import Portfolio, Progress, Request
from alignment.screening import screen as run
from alignment.screening.jobs import Options
from alignment.screening.outputs import by_rank
from alignment.screening.workers import Bounds
from alignment.types import Status

Report = Callable[[Progress], None]
_SHOWN = 10
"""Filings and failures that are printed; all are in the tables."""


@app.command(epilog="Example: alignment screen filings/ --out screened --workers 2 --lang en")
def screen(
    target: Annotated[
        Path,
        typer.Argument(
            metavar="FOLDER|MANIFEST.csv",
            help="A folder, searched with all below it; or a table with the columns path, company, code, industry, "
            "year, language, of which all but path may be missing.",
        ),
    ],
    out: Annotated[Path, typer.Option("--out", "-o", metavar="DIR", help="Where everything is written.")],
    workers: Annotated[int, typer.Option("--workers", "-w", min=1, help="Processes, each with one thread.")] = 2,
    engine: Annotated[
        str, typer.Option("--engine", metavar="local|ray", help="Processes here, or a Ray cluster (extra `ray`).")
    ] = "local",
    address: Annotated[
        str | None, typer.Option("--address", metavar="HOST:PORT", help="A running Ray cluster; else a local one.")
    ] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with the run in DIR; what is known is kept.")] = False,
    retry_failed: Annotated[
        bool, typer.Option("--retry-failed", help="With --resume: try again what failed before.")
    ] = False,
    framework: Annotated[
        str, typer.Option("--framework", "-f", metavar="ID|FILE", help="A shipped plan or a file in the same schema.")
    ] = frameworks.DEFAULT,
    profile: Annotated[
        str | None, typer.Option("--profile", "-p", metavar="INDUSTRY", help="For filings whose industry is not named.")
    ] = None,
    preset: PresetOption = "screening",
    threshold: Annotated[
        float | None,
        typer.Option("--threshold", min=0.0, max=1.0, help="Your own probability from which a passage is evidence."),
    ] = None,
    lang: Lang = "zh",
    encoder: Annotated[
        str,
        typer.Option("--encoder", metavar="NAME", help="An encoder: the default, `hashing`, or a model id or folder."),
    ] = encoders.DEFAULT,
    ocr: Annotated[bool, typer.Option("--ocr", help="Read scanned pages as pictures (slow; extra `ocr`).")] = False,
    password: Annotated[str | None, typer.Option("--password", help="Opens encrypted PDFs.")] = None,
    first_pass: Annotated[
        bool, typer.Option("--first-pass", help="Do not encode passages whose words alone rule them out (faster).")
    ] = False,
    no_cache: Annotated[
        bool, typer.Option("--no-cache", help="Encode passages that many filings share again each time.")
    ] = False,
    timeout: Annotated[
        float, typer.Option("--timeout", min=1.0, metavar="SECONDS", help="For one step of one filing.")
    ] = 300.0,
    memory: Annotated[int, typer.Option("--memory", min=200, metavar="MB", help="For one process.")] = 2000,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Show no progress and no table.")] = False,
    json_progress: Annotated[
        bool, typer.Option("--json-progress", help="One line of JSON on stderr for each filing.")
    ] = False,
) -> None:
    """Screen thousands of filings: a page for each, tables and a portfolio page for all, and what failed and why."""
    options = Options(
        root=str(target if target.is_dir() else target.parent),
        out=str(out),
        framework=framework,
        encoder=encoder,
        profile=profile,
        preset=chosen_preset(preset).value,
        threshold=threshold,
        ocr=ocr,
        password=password,
        lang=language(lang),
        cache=not no_cache,
        first_pass=first_pass,
    )
    request = Request(
        target=target,
        out=out,
        options=options,
        workers=workers,
        engine=engine,
        address=address,
        resume=resume,
        retry_failed=retry_failed,
        bounds=Bounds(timeout, memory * 1_000_000),
    )
    try:
        with _log(out), _shown(quiet, json_progress) as report:
            portfolio = run(request, report=report)
    except KeyboardInterrupt:
        stderr.print(f"stopped; what is done is kept: go on with --resume --out {out}")
        raise typer.Exit(130) from None
    if not quiet:
        _print(portfolio, out)
    if portfolio.failures and not portfolio.screened:
        raise typer.Exit(3)


@contextmanager
def _log(out: Path) -> Iterator[None]:
    """Write what happens, with times, to a file among those of the state, as results hold no times."""
    handler = logging.FileHandler(out / "state" / "screen.log", encoding="utf-8", delay=True)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    logger = logging.getLogger("alignment.screening")
    logger.setLevel(logging.INFO)
    logger.addHandler(handler)
    try:
        yield
    finally:
        logger.removeHandler(handler)
        handler.close()


@contextmanager
def _shown(quiet: bool, as_json: bool) -> Iterator[Report]:
    """How far it is: a bar on a terminal, lines of JSON where a machine reads, nothing where nobody looks."""
    began = time.monotonic()
    if as_json:
        yield lambda state: _line(state, began)
        return
    columns = (
        TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(),
        TextColumn("{task.fields[told]}", markup=False),
    )  # fmt: skip
    hidden = quiet or not stderr.is_terminal
    with Bar(*columns, console=stderr, transient=True, disable=hidden) as bar:
        task = bar.add_task("start the workers", total=None, told="")

        def report(state: Progress) -> None:
            rate = state.pages / max(time.monotonic() - began, 1e-9)
            told = f"{state.failed} failed, {rate:.1f} pages/s"
            done = state.done + state.failed
            bar.update(task, description="screen", completed=done, total=state.total, told=told)

        yield report


def _line(state: Progress, began: float) -> None:
    if state.latest:
        seconds = round(time.monotonic() - began, 2)
        line = {
            "path": state.latest, "failed": bool(state.reason), "reason": state.reason, "done": state.done,
            "failures": state.failed, "total": state.total, "pages": state.pages, "seconds": seconds,
        }  # fmt: skip
        typer.echo(json.dumps(line, ensure_ascii=False), err=True)


def _print(portfolio: Portfolio, out: Path) -> None:
    table = Table(box=None, title_justify="left")
    for number, head in enumerate(("rank", "score", "covered", "gaps", "pages", "filing")):
        table.add_column(head, justify="left" if number == 5 else "right", overflow="fold")
    for rank, each in enumerate(by_rank(portfolio)[:_SHOWN], start=1):
        statuses = [row.status for row in each.elements]
        table.add_row(
            str(rank), f"{each.score:.0%}", str(statuses.count(Status.COVERED)), str(statuses.count(Status.GAP)),
            str(each.pages), each.filing.path,
        )  # fmt: skip
    if portfolio.screened:
        stdout.print(table)
    count = len(portfolio.screened)
    stdout.print(f"{count} screened, {len(portfolio.failures)} failed, {len(portfolio.copies)} copied passages")
    for failure in portfolio.failures[:_SHOWN]:
        stdout.print(f"failed: {failure.filing.path}: {failure.reason}")
    stderr.print(f"written: {out / 'index.html'}, and the tables beside it")
