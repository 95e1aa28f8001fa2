"""`alignment check`: the main job."""

from __future__ import annotations

import json
import os
import time
import webbrowser
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from alignment import encoders, frameworks, storage
from alignment.cli.app import app, of_file, progress, stderr, stdout, tell
from alignment.cli.names import Names
from alignment.cli.options import (
    EncoderOption,
    FrameworkOption,
    ImagesOption,
    Lang,
    MemoryOption,
    OcrOption,
    PresetOption,
    ThresholdOption,
    TimeoutOption,
    chosen_preset,
    language,
)
from alignment.documents import isolated
from alignment.errors import AlignmentError
from alignment.pipeline import Pipeline, read_report
from alignment.reports.pictures import pictures
from alignment.settings import Settings, plan_of
from alignment.text import cleaning
from alignment.types import Assessment, Crop, Framework, Status

_MOST_KINDS = 6
"""Columns of kinds that a terminal of 80 characters has room for."""


@app.command(epilog="Example: alignment check report.pdf --profile steel --lang en --open")
def check(
    reports: Annotated[
        list[Path],
        typer.Argument(
            metavar="REPORT...", help="PDF, DOCX, XLSX, PPTX, EPUB, HTML, Markdown, text, PNG, JPEG or TIFF files."
        ),
    ],
    out: Annotated[Path, typer.Option("--out", "-o", metavar="DIR", help="Where results are written.")] = Path(
        "alignment-out"
    ),
    framework: FrameworkOption = frameworks.DEFAULT,
    profile: Annotated[
        str | None,
        typer.Option("--profile", "-p", metavar="INDUSTRY", help="Which elements apply: steel, finance, ..."),
    ] = None,
    lang: Lang = "zh",
    encoder: EncoderOption = encoders.DEFAULT,
    preset: PresetOption = "standard",
    threshold: ThresholdOption = None,
    password: Annotated[str | None, typer.Option("--password", help="Opens an encrypted PDF.")] = None,
    ocr: OcrOption = False,
    timeout: TimeoutOption = isolated.SECONDS,
    memory: MemoryOption = isolated.MEGABYTES,
    images: ImagesOption = True,
    as_json: Annotated[bool, typer.Option("--json", help="Print the results as JSON lines.")] = False,
    open_page: Annotated[bool, typer.Option("--open", help="Open the page in a browser.")] = False,
) -> None:
    """Tell how far reports cover the Plan: an HTML page and a JSON file for each."""
    first = language(lang)
    settings = Settings(
        framework=framework, encoder=encoder, profile=profile, password=password, ocr=ocr,
        preset=chosen_preset(preset), threshold=threshold,
    )  # fmt: skip
    reader = isolated.Reader(seconds=timeout, megabytes=memory)
    done, failures = _checked(list(dict.fromkeys(reports)), settings, reader, _Output(out, first, images))
    pages = [out / f"{name}.html" for name in done]
    if as_json:
        for assessment in done.values():
            typer.echo(json.dumps(summary(assessment), ensure_ascii=False))
    elif done:
        stdout.print(_table(list(done.values()), first))
        stderr.print("written: " + ", ".join(map(str, pages)))
    for failure in failures:
        tell(str(failure), failure.hint)
    if open_page and pages:
        webbrowser.open(pages[0].resolve().as_uri())
    if failures:
        raise typer.Exit(1)


@dataclass(frozen=True, slots=True)
class _Output:
    """Where results are written, and what pages show."""

    folder: Path
    lang: str
    images: bool


def _checked(
    reports: list[Path], settings: Settings, reader: isolated.Reader, output: _Output
) -> tuple[dict[str, Assessment], list[AlignmentError]]:
    """Each report's assessment by the name of its results, which are written; and why the others have none."""
    # All that can be wrong with the input is found before the encoder is prepared, which may take minutes.
    storage.folder(output.folder)
    plan_of(settings)
    names = Names(output.folder, reports)
    pipeline: Pipeline | None = None
    done: dict[str, Assessment] = {}
    failures: list[AlignmentError] = []
    with progress() as report, reader:
        for path in reports:
            began = time.time()
            told = of_file(report, cleaning.name_of(path))
            try:
                document = read_report(path, settings, read=reader.read, progress=told)
            except AlignmentError as error:
                failures.append(error)
                continue
            pipeline = pipeline or Pipeline.open(settings, progress=report)
            assessment = pipeline.check_document(document, progress=told)
            pipeline.index_document(document, progress=told)  # for `alignment search --reports`
            crops = pictures(assessment, path, reader.crops, password=settings.password) if output.images else {}
            name = names.of(path, document)
            _write(assessment, path, output.folder / name, output.lang, crops)
            storage.write(output.folder / f"{name}.run.json", _side(path, str(settings.framework), began))
            done[name] = assessment
    return done, failures


def _write(assessment: Assessment, path: Path, result: Path, lang: str, crops: Mapping[str, Crop]) -> None:
    """The page and the result of a report; `result` is their place without a suffix."""
    from alignment.reports.html import to_html
    from alignment.reports.json import to_json

    page = to_html(assessment, lang="zh" if lang == "zh" else "en", source=relative(path, result.parent), crops=crops)
    storage.write(result.with_name(f"{result.name}.json"), to_json(assessment))
    storage.write(result.with_name(f"{result.name}.html"), page)


def _side(path: Path, framework: str, began: float) -> str:
    """Times and places, which differ from run to run and so stay out of the results."""
    run: dict[str, object] = {
        "source": os.path.realpath(path),  # unlike `Path.resolve`, it says nothing of links in a circle
        "started": round(began, 3),
        "seconds": round(time.time() - began, 3),
    }
    if framework not in frameworks.shipped_ids():
        run["framework"] = str(Path(framework).resolve())
    # In ASCII, because a path may be no text.
    return json.dumps(run, indent=2) + "\n"


def relative(path: Path, out: Path) -> str:
    """The source as seen from the folder of the results, with forward slashes."""
    try:
        return Path(os.path.relpath(os.path.realpath(path), os.path.realpath(out))).as_posix()
    except ValueError:  # another drive on Windows
        return Path(os.path.realpath(path)).as_posix()


def summary(assessment: Assessment) -> dict[str, object]:
    """One line for a machine."""
    return {
        "report": assessment.document.name,
        "sha256": assessment.document.sha256,
        "readable_share": round(assessment.document.readable_share, 4),
        "elements": {coverage.element: coverage.status.value for coverage in assessment.coverage},
    }


def _table(done: list[Assessment], lang: str) -> Table:
    kinds = _shown_kinds(done[0].framework) if done else ()
    named = [
        done[0].framework.kind(kind).name.get(lang) if kind else {"zh": "要素", "en": "covered"}[lang] for kind in kinds
    ]
    last = {"zh": ("缺口", "可读"), "en": ("gaps", "read")}[lang]
    heads = [{"zh": "报告", "en": "report"}[lang], *named, *last]
    table = Table(box=None)
    for number, head in enumerate(heads):
        words = number in (0, len(heads) - 2)
        table.add_column(head, justify="left" if words else "right", overflow="fold", no_wrap=not words)
    for assessment in done:
        gaps = [coverage.element for coverage in assessment.coverage if coverage.status is Status.GAP]
        unknown = sum(coverage.status is Status.NOT_ASSESSABLE for coverage in assessment.coverage)
        told = {"zh": f"{unknown} 项无法评估", "en": f"{unknown} not assessable"}[lang] if unknown else "–"
        table.add_row(
            assessment.document.name,
            *(_share(assessment, kind) for kind in kinds),
            " ".join(gaps) or told,
            f"{assessment.document.readable_share:.0%}",
        )
    return table


def _shown_kinds(framework: Framework) -> tuple[str, ...]:
    """Ids of the kinds that get a column; one empty id for all of them where they are too many for a terminal."""
    return tuple(kind.id for kind in framework.kinds) if len(framework.kinds) <= _MOST_KINDS else ("",)


def _share(assessment: Assessment, kind: str) -> str:
    statuses = [
        coverage.status
        for coverage in assessment.coverage
        if kind in ("", assessment.framework.element(coverage.element).kind)
        and coverage.status is not Status.NOT_APPLICABLE
    ]
    return f"{statuses.count(Status.COVERED)}/{len(statuses)}"
