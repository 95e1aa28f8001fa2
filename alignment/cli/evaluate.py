"""`alignment evaluate` and `alignment train`: measure the mapper, and fit it again."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from rich.table import Table

from alignment import encoders, evaluation, frameworks, resources
from alignment.cli.app import app, progress, stdout
from alignment.cli.check import write
from alignment.errors import InputError
from alignment.evaluation import Report, System
from alignment.mapping import Mapper
from alignment.mapping import model as models


@app.command(epilog="Example: alignment evaluate gold.jsonl --by lang")
def evaluate(
    gold: Annotated[Path, typer.Argument(metavar="GOLD.jsonl", help="Labelled passages.")],
    by: Annotated[str | None, typer.Option("--by", metavar="lang|source", help="Also per language or source.")] = None,
    framework: Annotated[str, typer.Option("--framework", "-f", metavar="ID|FILE")] = frameworks.DEFAULT,
    encoder: Annotated[str, typer.Option("--encoder", metavar="NAME")] = encoders.DEFAULT,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Precision, recall and F1 per element, micro and macro, with bootstrap intervals and baselines beside them."""
    if by not in (None, "lang", "source"):
        raise InputError(f"cannot group by {by!r}", hint="--by lang or --by source")
    passages = evaluation.read_passages(gold)
    with progress() as bar:
        mapper = Mapper.open(frameworks.load(framework), encoders.load(encoder, progress=bar), progress=bar)
        report = evaluation.evaluate(mapper, passages, by=by, progress=bar)
    if as_json:
        typer.echo(json.dumps(asdict(report), ensure_ascii=False, indent=2))
        return
    stdout.print(_systems(report))
    stdout.print(_elements(report.systems[0]))
    if report.substance_accuracy is not None:
        typer.echo(f"substance accuracy {report.substance_accuracy:.3f}")
    if report.groups:
        stdout.print(_groups(report))


@app.command(epilog="Example: alignment train --labelled gold.jsonl --calibration corpus/calibration.yaml")
def train(
    labelled: Annotated[
        Path | None, typer.Option("--labelled", metavar="FILE.jsonl", help="Weigh the signals by these passages.")
    ] = None,
    calibration: Annotated[
        Path | None, typer.Option("--calibration", metavar="OUT.yaml", help="Where the weights are written.")
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", "-o", metavar="DIR", help="Where the mapper is written.")] = None,
    framework: Annotated[str, typer.Option("--framework", "-f", metavar="ID|FILE")] = frameworks.DEFAULT,
    encoder: Annotated[str, typer.Option("--encoder", metavar="NAME")] = encoders.DEFAULT,
) -> None:
    """Learn the mapper from the framework's exemplars; with --labelled also weigh its signals again.

    Labelled passages only weigh the signals; the mapper never learns their words.
    """
    if (labelled is None) != (calibration is None):
        raise InputError("--labelled and --calibration go together", hint="give both or none")
    loaded = frameworks.load(framework)
    with progress() as bar:
        chosen = encoders.load(encoder, progress=bar)
        model = models.train(loaded, chosen, progress=bar)
    if labelled is not None and calibration is not None:
        mapper = Mapper(loaded, chosen, model)
        passages = evaluation.read_passages(labelled)
        texts = [passage.text for passage in passages]
        table, _ = mapper.features(texts, chosen.encode([models.prepared(text) for text in texts]))
        truth = np.array([[code in passage.labels for code in loaded.codes] for passage in passages], dtype=bool)
        fitted = models.calibrate(table, truth)
        write(calibration, models.calibration_document(fitted, loaded))
        typer.echo(f"{calibration}: {len(passages)} passages, threshold {fitted.threshold}; train again to use it")
        return
    folder = out or resources.shipped("indexes", loaded.id)
    models.save(model, folder, models.manifest(loaded, chosen))
    typer.echo(f"{folder}: {len(model.exemplars)} passages, {len(model.vocabulary)} n-grams, {chosen.name}")


def _systems(report: Report) -> Table:
    table = Table(
        title=f"{report.passages} passages; T and P elements with {evaluation.FEWEST}+ positives",
        box=None,
        title_justify="left",
    )
    for column in ("system", "macro F1", "95 %", "micro F1", "95 %", "prec.", "recall", "false"):
        table.add_column(column, justify="left" if column == "system" else "right", no_wrap=True)
    for system in report.systems:
        table.add_row(
            system.name,
            f"{system.macro:.3f}",
            "{:.2f}–{:.2f}".format(*system.macro_interval),
            f"{system.micro.f1:.3f}",
            "{:.2f}–{:.2f}".format(*system.micro_interval),
            f"{system.micro.precision:.3f}",
            f"{system.micro.recall:.3f}",
            f"{system.false_positive_share:.1%}",
        )
    table.caption = "false: share of the passages without any element that were given one"
    table.caption_justify = "left"
    return table


def _elements(system: System) -> Table:
    table = Table(title=f"{system.name}, per element", box=None, title_justify="left")
    for column in ("element", "precision", "recall", "F1", "positives"):
        table.add_column(column, justify="left" if column == "element" else "right")
    for code, score in system.elements.items():
        table.add_row(code, f"{score.precision:.2f}", f"{score.recall:.2f}", f"{score.f1:.2f}", str(score.positives))
    return table


def _groups(report: Report) -> Table:
    table = Table(title="hybrid, per group", box=None, title_justify="left")
    for column in ("group", "macro F1", "micro F1", "false"):
        table.add_column(column, justify="left" if column == "group" else "right")
    for name, system in report.groups.items():
        table.add_row(name, f"{system.macro:.3f}", f"{system.micro.f1:.3f}", f"{system.false_positive_share:.1%}")
    return table
