"""`alignment figures`: the company's own figures beside the targets, of passages or of whole reports."""

from __future__ import annotations

import itertools
import json
from pathlib import Path
from typing import Annotated, Any

import typer

from alignment import figures, frameworks, passages, storage
from alignment.cli.app import app, of_file, progress, stderr
from alignment.documents import isolated
from alignment.errors import InputError
from alignment.evaluation import labelled
from alignment.figures import ghg, words
from alignment.pipeline import read_report
from alignment.reports.json import emission_document, figure_document
from alignment.settings import Settings
from alignment.types import Framework

DEFAULT_OUT = Path("alignment-out")
_LINES = (".jsonl", ".ndjson")


@app.command("figures", epilog="Example: alignment figures passages.jsonl -o figures.jsonl")
def figures_command(
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE.jsonl|REPORT...", help='Lines of {"id", "text"}, or reports.')
    ],
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", metavar="OUT", help="A file for lines, else to standard output; DIR for reports."),
    ] = None,
    framework: Annotated[str, typer.Option("--framework", "-f", metavar="ID|FILE")] = frameworks.DEFAULT,
) -> None:
    """Find the company's own figures near the plan's targets; of reports also greenhouse gases by scope and year."""
    plan = frameworks.load(framework)
    lined = [file for file in files if file.suffix.lower() in _LINES]
    if lined and len(files) > 1:
        raise InputError("give one file of lines, or reports", hint="alignment figures passages.jsonl")
    if lined:
        _of_lines(lined[0], plan, out)
    else:
        _of_reports(files, plan, out or DEFAULT_OUT, Settings(framework=framework))


def _of_lines(file: Path, plan: Framework, out: Path | None) -> None:
    named = words.targets(plan)
    read = labelled.read(file)
    if out is not None:
        storage.file(out)
    lines = []
    for passage in read:
        found = figures.of_text(figures.lone(passage.text), named)
        lines.append(
            json.dumps({"id": passage.id, "figures": [figure_document(each) for each in found]}, ensure_ascii=False)
        )
    text = "".join(line + "\n" for line in lines)
    if out is None:
        typer.echo(text, nl=False)
    else:
        storage.write(out, text)


def _of_reports(files: list[Path], plan: Framework, out: Path, settings: Settings) -> None:
    storage.folder(out)
    given: set[str] = set()
    with progress() as bar, isolated.Reader() as reader:
        for file in files:
            document = read_report(file, settings, read=reader.read, progress=of_file(bar, file.name))
            found = figures.extract(passages.split(document, size=settings.size), plan)
            result: dict[str, Any] = {
                "document": {"name": document.name, "sha256": document.sha256, "pages": len(document.pages)},
                "framework": {"id": plan.id, "version": plan.version, "sha256": plan.sha256},
                "figures": [figure_document(each) for each in found],
                "ghg": [emission_document(each) for each in ghg.extract(document)],
            }
            path = out / f"{_name(file, given)}.figures.json"
            storage.write(path, json.dumps(result, ensure_ascii=False, indent=2) + "\n")
            stderr.print(f"written: {path}", markup=False)


def _name(file: Path, given: set[str]) -> str:
    """The report's stem; with its suffix, then a number, where another report of this call has that name."""
    whole = file.name.replace(".", "-")
    options = itertools.chain((file.stem, whole), (f"{whole}-{number}" for number in itertools.count(2)))
    name = next(option for option in options if option.casefold() not in given)
    given.add(name.casefold())
    return name
