"""`alignment evaluate --ghg` and `--figures`: what was measured -> tables and JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

import typer
from rich.table import Table

from alignment import frameworks
from alignment.cli.app import stdout
from alignment.errors import InputError
from alignment.evaluation.tally import Tally
from alignment.types import Framework


def of_numbers(ghg: Path | None, folder: Path | None, gold: Path | None, framework: str, *, as_json: bool) -> None:
    """Measure emissions, figures, or both.

    Raises:
        AlignmentError: a gold file, a report or the framework cannot be read.
    """
    if ghg is not None:
        of_ghg(ghg, folder, as_json=as_json)
    if gold is not None:
        of_figures(gold, frameworks.load(framework), as_json=as_json)


def of_ghg(gold: Path, folder: Path | None, *, as_json: bool) -> None:
    """Measure the emissions found in the reports of `folder`, and print how many are right.

    Raises:
        AlignmentError: the gold file or a report cannot be read.
    """
    from alignment.evaluation import ghg

    if folder is None or not folder.is_dir():
        raise InputError("--ghg needs the folder of the reports", hint="alignment evaluate --ghg GOLD.csv DIR")
    measured = ghg.measure(ghg.gold(gold), folder)
    if as_json:
        typer.echo(json.dumps(asdict(measured), ensure_ascii=False, indent=2))
        return
    stdout.print(table(f"emissions of {measured.reports} reports", {"all": measured.all}))
    stdout.print(table("per scope", measured.scopes))
    stdout.print(table("per year", {str(year): tally for year, tally in measured.years.items()}))
    stdout.print(f"whole reports right: {len(measured.whole)}/{measured.reports}")
    for fault in measured.faults:
        stdout.print(f"  {fault}", markup=False, highlight=False)


def table(title: str, rows: Mapping[str, Tally]) -> Table:
    """Precision, recall and F1 with the counts behind them, a row for each group that has any."""
    shown = Table(title=title, box=None, title_justify="left")
    for number, column in enumerate(("", "precision", "recall", "F1", "right", "found", "wanted")):
        shown.add_column(column, justify="left" if number == 0 else "right", no_wrap=True)
    for name, tally in rows.items():
        if tally.found or tally.wanted:
            rates = (f"{rate:.2f}" if rate is not None else "–" for rate in (tally.precision, tally.recall, tally.f1))
            shown.add_row(name, *rates, str(tally.right), str(tally.found), str(tally.wanted))
    return shown


def of_figures(gold: Path, framework: Framework, *, as_json: bool) -> None:
    """Measure the figures found in labelled passages, and print how many agree.

    Raises:
        AlignmentError: the gold file cannot be read.
    """
    from alignment.evaluation import figures

    measured = figures.measure(figures.gold(gold), framework)
    if as_json:
        typer.echo(json.dumps(asdict(measured), ensure_ascii=False, indent=2))
        return
    rows = {"target and value": measured.all, "`same` figures": measured.same}
    stdout.print(table(f"figures of {measured.passages} passages", rows))
    for title, group in (("target", measured.targets), ("kind", measured.kinds), ("language", measured.languages)):
        stdout.print(table(f"per {title}", group))
    for field, (right, of) in measured.fields.items():
        stdout.print(f"{field} right: {right}/{of}" + (f" ({right / of:.2f})" if of else ""))
