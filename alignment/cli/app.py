"""The typer application, the consoles and the progress bar that all commands share."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from alignment import __version__
from alignment.text.cleaning import clean

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Tells, with evidence, how far an ESG report covers China's 14th Five-Year Plan "
    "for Industrial Green Development.",
)
stdout = Console(highlight=False, markup=False, soft_wrap=True, width=None if sys.stdout.isatty() else 120)
"""Wide enough for every table when it is not a terminal, where nothing is known of a width."""
stderr = Console(stderr=True, highlight=False, markup=False)

Report = Callable[[str, int, int], None]
"""Called as `report(step, done, total)` by slow work."""


@app.callback(invoke_without_command=True)
def _options(version: Annotated[bool, typer.Option("--version", help="Print the version and stop.")] = False) -> None:
    if version:
        typer.echo(f"alignment {__version__}")
        raise typer.Exit


@contextmanager
def progress() -> Iterator[Report]:
    """A progress bar on stderr, one line per step; it leaves nothing behind and is silent when not a terminal."""
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=stderr, transient=True, disable=not stderr.is_terminal) as bar:
        tasks: dict[str, object] = {}

        def report(step: str, done: int, total: int) -> None:
            if step not in tasks:
                tasks[step] = bar.add_task(step, total=total)
            bar.update(tasks[step], completed=done, total=total)  # type: ignore[arg-type]

        yield report


def tell(message: str, hint: str) -> None:
    """An error on stderr, without what a terminal would obey: names of files may stand in it."""
    sys.stderr.write(f"error: {clean(message)}\nhint: {clean(hint)}\n")


def of_file(report: Report, name: str) -> Report:
    """The same report with a file's name before each step."""
    return lambda step, done, total: report(f"{name}: {step}", done, total)
