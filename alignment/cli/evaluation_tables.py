"""Measures of an evaluation -> tables for the terminal and the document that is written."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from rich.table import Table

from alignment import evaluation
from alignment.evaluation import Report, measures
from alignment.evaluation.measures import Score, System
from alignment.evaluation.statuses import Rate, Statuses
from alignment.types import Preset


def as_document(report: Report, statuses: dict[Preset, Statuses] | None) -> dict[str, Any]:
    document = {**asdict(report), "statuses": None}
    if statuses is not None:
        document["statuses"] = {
            preset.value: {name: [rate.right, rate.of] for name, rate in rates_table(found).items()}
            for preset, found in statuses.items()
        }
    return document


def systems_table(report: Report) -> Table:
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


def elements_table(system: System) -> Table:
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


def groups_table(title: str, groups: dict[str, System]) -> Table:
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


def confusion_table(graded: evaluation.Graded) -> Table:
    given = list(next(iter(graded.confusion.values())))
    table = _table(f"substance: accuracy {graded.accuracy:.3f}; people's grade down, the tool's across", "", *given)
    for wanted, row in graded.confusion.items():
        table.add_row(wanted, *(str(count) for count in row.values()))
    return table


def rates_table(statuses: Statuses) -> dict[str, Rate]:
    return {
        "gaps that are gaps": statuses.gaps,
        "gaps found": statuses.gaps_found,
        "covered that is covered": statuses.covered,
        "coverage found": statuses.coverage_found,
        "a right quote among the first 3": statuses.quotes,
        "left to review": statuses.review,
    }


def statuses_table(statuses: dict[Preset, Statuses]) -> Table:
    count = next(iter(statuses.values())).reports
    table = _table(f"statuses of {count} reports read by people", "", *(preset.value for preset in statuses))
    for name in rates_table(next(iter(statuses.values()))):
        rates = [rates_table(found)[name] for found in statuses.values()]
        table.add_row(name, *(f"{rate.right}/{rate.of}" for rate in rates))
    return table
