"""`alignment evaluate` and `alignment train`: measure the mapper, and fit it again."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer
from rich.table import Table

from alignment import encoders, evaluation, frameworks, resources
from alignment.cli import writing
from alignment.cli.app import app, of_file, progress, stderr, stdout
from alignment.errors import InputError
from alignment.evaluation import Report, labelled, measures
from alignment.evaluation import reports as report_truth
from alignment.evaluation.measures import Score, System
from alignment.evaluation.reports import Rate, Statuses
from alignment.mapping import Mapper
from alignment.mapping import calibration as weighing
from alignment.mapping import model as models
from alignment.pipeline import Pipeline, Settings, plan_of
from alignment.types import Preset


@app.command(epilog="Example: alignment evaluate gold.jsonl --by lang --reports read-by-people/")
def evaluate(
    gold: Annotated[Path, typer.Argument(metavar="GOLD.jsonl", help="Labelled passages.")],
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
    framework: Annotated[str, typer.Option("--framework", "-f", metavar="ID|FILE")] = frameworks.DEFAULT,
    encoder: Annotated[str, typer.Option("--encoder", metavar="NAME")] = encoders.DEFAULT,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Precision, recall, F1, average precision and calibration error, with bootstrap intervals and baselines."""
    from alignment.evaluation.page import to_html

    if by not in (None, "lang", "source"):
        raise InputError(f"cannot group by {by!r}", hint="--by lang or --by source")
    # All that can be wrong with the input is found before the encoder is prepared.
    passages = labelled.read(gold)
    truths = None if reports is None else report_truth.read_truth(reports)
    settings = Settings(framework=framework, encoder=encoder, ocr=ocr)
    plan_of(settings)
    writing.file(page)
    with progress() as bar:
        pipeline = Pipeline.open(settings, progress=bar)
        report = evaluation.evaluate(pipeline.mapper, passages, progress=bar)
        statuses = None
        if truths is not None:
            statuses = {
                preset: report_truth.judge(
                    [
                        (truth, pipeline.with_preset(preset).check(truth.report, progress=of_file(bar, preset)))
                        for truth in truths
                    ]
                )
                for preset in Preset
            }
    writing.write(page, to_html(report, statuses, pipeline.framework, pipeline.encoder))
    stderr.print(f"written: {page}")
    if as_json:
        typer.echo(json.dumps(_document(report, statuses), ensure_ascii=False, indent=2))
        return
    stdout.print(_systems(report))
    stdout.print(_elements(report.honest))
    stdout.print(_groups("per language", report.languages))
    if by == "lang":
        for system in report.languages.values():
            stdout.print(_elements(system))
    if by == "source":
        stdout.print(_groups("per source", report.sources))
    if report.substance is not None:
        stdout.print(_confusion(report.substance))
    if statuses is not None:
        stdout.print(_statuses(statuses))


def _document(report: Report, statuses: dict[Preset, Statuses] | None) -> dict[str, Any]:
    document = {**asdict(report), "statuses": None}
    if statuses is not None:
        document["statuses"] = {
            preset.value: {name: [rate.right, rate.of] for name, rate in _rates(found).items()}
            for preset, found in statuses.items()
        }
    return document


@app.command(epilog="Example: alignment train --also real.jsonl --labelled gold.jsonl --calibration out.yaml")
def train(
    labelled_file: Annotated[
        Path | None, typer.Option("--labelled", metavar="FILE.jsonl", help="Weigh the signals by these passages.")
    ] = None,
    calibration: Annotated[
        Path | None, typer.Option("--calibration", metavar="OUT.yaml", help="Where the weights are written.")
    ] = None,
    also: Annotated[
        list[Path] | None,
        typer.Option("--also", metavar="FILE.jsonl", help="Learn from these labelled passages, too; may be repeated."),
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", "-o", metavar="DIR", help="Where the mapper is written.")] = None,
    tune: Annotated[
        bool, typer.Option("--tune", help="First fine-tune the default encoder on the same passages (many minutes).")
    ] = False,
    framework: Annotated[str, typer.Option("--framework", "-f", metavar="ID|FILE")] = frameworks.DEFAULT,
    encoder: Annotated[str, typer.Option("--encoder", metavar="NAME")] = encoders.DEFAULT,
) -> None:
    """Learn the mapper from the framework's exemplars; with --labelled also weigh its signals again.

    Passages of --labelled only weigh the signals; neither the mapper nor the encoder ever learns their words.
    Those of --also change the weights of the mapper; none of their sentences or vectors is stored, and none that
    nearly repeats a passage of --labelled, or is marked "unsure", is learned from.
    """
    if (labelled_file is None) != (calibration is None):
        raise InputError("--labelled and --calibration go together", hint="give both or none")
    if tune and encoder != encoders.DEFAULT:
        raise InputError(f"{encoder!r} cannot be fine-tuned", hint=f"only the default, {encoders.DEFAULT}, can")
    loaded = frameworks.load(framework)
    passages = labelled.read(labelled_file) if labelled_file else ()
    further = labelled.further(also or (), loaded, passages)
    if calibration is not None:
        writing.file(calibration)
    with progress() as bar:
        if tune:
            models.tune_encoder(loaded, progress=bar)
        chosen = encoders.load(encoder, progress=bar)
        start = weighing.uncalibrated(loaded) if labelled_file else None
        model = models.train(loaded, chosen, also=further, calibration=start, progress=bar)
    if labelled_file is not None and calibration is not None:
        mapper = Mapper(loaded, chosen, model)
        texts = [passage.text for passage in passages]
        table, scores = mapper.features(texts, chosen.encode([models.prepared(text) for text in texts]))
        truth = np.array([[code in passage.labels for code in loaded.codes] for passage in passages], dtype=bool)
        fitted = weighing.calibrate(table, truth, factors=scores.factors, kinship=mapper.kinship)
        writing.write(calibration, weighing.calibration_document(fitted, loaded))
        typer.echo(f"{calibration}: {len(passages)} passages, {fitted.thresholds()}")
        model = replace(model, calibration=weighing.read_calibration(loaded, calibration))
    folder = out or resources.shipped("indexes", loaded.id)
    learned = models.learned_also(further) if further else {}
    models.save(model, folder, {**models.manifest(loaded, chosen), **learned})
    typer.echo(f"{folder}: {len(model.exemplars)} passages, {len(model.vocabulary)} n-grams, {chosen.name}")


def _systems(report: Report) -> Table:
    table = _table(
        f"{report.passages} passages; T and P elements with {measures.FEWEST}+ positives",
        "system", "macro F1", "95 %", "micro F1", "95 %", "prec.", "recall", "avg. prec.", "calib.", "false",
    )  # fmt: skip
    for system in report.systems:
        table.add_row(
            system.name,
            f"{system.macro:.3f}",
            "{:.2f}–{:.2f}".format(*system.macro_interval),
            f"{system.micro.f1:.3f}",
            "{:.2f}–{:.2f}".format(*system.micro_interval),
            f"{system.micro.precision:.3f}",
            f"{system.micro.recall:.3f}",
            f"{system.macro_average_precision:.3f}",
            _number(system.micro.calibration_error, 3),
            f"{system.false_positive_share:.1%}",
        )
    table.caption = (
        "avg. prec.: mean over elements; calib.: expected calibration error; false: share of the passages\n"
        "without any element that were given one; intervals: bootstrap by source, then passage"
    )
    table.caption_justify = "left"
    return table


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, box=None, title_justify="left")
    for number, column in enumerate(columns):
        table.add_column(column, justify="left" if number == 0 else "right", no_wrap=True)
    return table


def _elements(system: System) -> Table:
    title = f"{system.name}, per element"
    table = _table(title, "element", "precision", "recall", "F1", "avg. prec.", "calib.", "positives")
    for code, score in system.elements.items():
        table.add_row(code, *_figures(score))
    return table


def _figures(score: Score) -> tuple[str, ...]:
    return (
        f"{score.precision:.2f}",
        f"{score.recall:.2f}",
        f"{score.f1:.2f}",
        _number(score.average_precision, 2),
        _number(score.calibration_error, 3),
        str(score.positives),
    )


def _number(value: float | None, digits: int) -> str:
    return "–" if value is None else f"{value:.{digits}f}"


def _groups(title: str, groups: dict[str, System]) -> Table:
    table = _table(
        title, "group", "macro F1", "micro F1", "precision", "recall", "avg. prec.", "calib.", "positives", "false"
    )
    for name, system in groups.items():
        precision, recall, f1, _, calibration, positives = _figures(system.micro)
        table.add_row(
            name, f"{system.macro:.2f}", f1, precision, recall, f"{system.macro_average_precision:.2f}", calibration,
            positives, f"{system.false_positive_share:.1%}",
        )  # fmt: skip
    return table


def _confusion(graded: evaluation.Graded) -> Table:
    given = list(next(iter(graded.confusion.values())))
    table = _table(f"substance: accuracy {graded.accuracy:.3f}; people's grade down, the tool's across", "", *given)
    for wanted, row in graded.confusion.items():
        table.add_row(wanted, *(str(count) for count in row.values()))
    return table


def _rates(statuses: Statuses) -> dict[str, Rate]:
    return {
        "gaps that are gaps": statuses.gaps,
        "gaps found": statuses.gaps_found,
        "covered that is covered": statuses.covered,
        "coverage found": statuses.coverage_found,
        "a right quote among the first 3": statuses.quotes,
        "left to review": statuses.review,
    }


def _statuses(statuses: dict[Preset, Statuses]) -> Table:
    count = next(iter(statuses.values())).reports
    table = _table(f"statuses of {count} reports read by people", "", *(preset.value for preset in statuses))
    for name in _rates(next(iter(statuses.values()))):
        rates = [_rates(found)[name] for found in statuses.values()]
        table.add_row(name, *(f"{rate.right}/{rate.of}" for rate in rates))
    return table
