"""`alignment evaluate` and `alignment train`: measure the mapper, and fit it again."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from alignment import encoders, evaluation, frameworks, storage
from alignment.analysis import Analysis
from alignment.cli import measuring
from alignment.cli.app import app, of_file, progress, stderr, stdout
from alignment.cli.evaluation_tables import (
    as_document,
    confusion_table,
    elements_table,
    groups_table,
    statuses_table,
    systems_table,
)
from alignment.errors import InputError
from alignment.evaluation import labelled
from alignment.evaluation import statuses as report_truth
from alignment.pipeline import Pipeline, read_report
from alignment.progress import Progress
from alignment.settings import Settings, plan_of
from alignment.types import Preset


@app.command(epilog="Example: alignment evaluate gold.jsonl --by lang --reports read-by-people/")
def evaluate(
    gold: Annotated[
        Path | None, typer.Argument(metavar="[GOLD.jsonl|DIR]", help="Labelled passages; with --ghg, the reports.")
    ] = None,
    by: Annotated[str | None, typer.Option("--by", metavar="lang|source", help="Also per language or source.")] = None,
    reports: Annotated[
        Path | None, typer.Option("--reports", metavar="DIR", help="Reports with NAME.truth.json: measures statuses.")
    ] = None,
    page: Annotated[
        Path, typer.Option("--page", metavar="OUT.html", help="Where the page with the pictures is written.")
    ] = Path("alignment-out/evaluation.html"),
    ocr: Annotated[
        bool, typer.Option("--ocr", help="Read the scanned pages of the reports as pictures (slow; extra `ocr`).")
    ] = False,
    ghg: Annotated[
        Path | None,
        typer.Option("--ghg", metavar="GOLD.csv", help="Measure emissions by scope and year in the reports of DIR."),
    ] = None,
    figures: Annotated[
        Path | None,
        typer.Option("--figures", metavar="FILE.jsonl", help="Measure figures in passages with their figures."),
    ] = None,
    framework: Annotated[str, typer.Option("--framework", "-f", metavar="ID|FILE")] = frameworks.DEFAULT,
    encoder: Annotated[str, typer.Option("--encoder", metavar="NAME")] = encoders.DEFAULT,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Precision, recall, F1, average precision and calibration error, with bootstrap intervals and baselines."""
    if ghg is not None or figures is not None:
        measuring.of_numbers(ghg, gold, figures, framework, as_json=as_json)
        return
    if gold is None:
        raise InputError("there is nothing to measure", hint="give GOLD.jsonl, --figures FILE or --ghg GOLD.csv DIR")
    _passages(gold, by, reports, page, Settings(framework=framework, encoder=encoder, ocr=ocr), as_json=as_json)


def _passages(
    gold: Path, by: str | None, reports: Path | None, page: Path, settings: Settings, *, as_json: bool
) -> None:
    from alignment.evaluation.page import to_html

    if by not in (None, "lang", "source"):
        raise InputError(f"cannot group by {by!r}", hint="--by lang or --by source")
    # All that can be wrong with the input is found before the encoder is prepared.
    passages = labelled.read(gold)
    truths = None if reports is None else report_truth.read_truth(reports)
    plan_of(settings)
    storage.file(page)
    with progress() as bar:
        pipeline = Pipeline.open(settings, progress=bar)
        report = evaluation.evaluate(pipeline.mapper, passages, progress=bar)
        statuses = None
        if truths is not None:
            analyses = [_analysed(truth.report, pipeline, of_file(bar, truth.report.name)) for truth in truths]
            statuses = {
                preset: report_truth.judge(
                    [
                        (truth, pipeline.with_preset(preset).judge(analysis))
                        for truth, analysis in zip(truths, analyses, strict=True)
                    ]
                )
                for preset in Preset
            }
    storage.write(page, to_html(report, statuses, pipeline.framework, pipeline.encoder))
    stderr.print(f"written: {page}")
    if as_json:
        typer.echo(json.dumps(as_document(report, statuses), ensure_ascii=False, indent=2))
        return
    stdout.print(systems_table(report))
    stdout.print(elements_table(report.cross_validated))
    stdout.print(groups_table("per language", report.languages))
    if by == "lang":
        for system in report.languages.values():
            stdout.print(elements_table(system))
    if by == "source":
        stdout.print(groups_table("per source", report.sources))
    if report.substance is not None:
        stdout.print(confusion_table(report.substance))
    if statuses is not None:
        stdout.print(statuses_table(statuses))


def _analysed(path: Path, pipeline: Pipeline, progress: Progress) -> Analysis:
    """A report, read and mapped once for all presets."""
    return pipeline.analyse(read_report(path, pipeline.settings, progress=progress), progress=progress)
