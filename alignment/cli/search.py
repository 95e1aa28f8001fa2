"""`alignment search`: over the Plan, or over indexed reports."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from alignment import encoders, frameworks
from alignment.cli.app import app, progress
from alignment.index import reports as report_index
from alignment.index import searching


@app.command(epilog='Example: alignment search "废水回用" --in my-index')
def search(
    query: Annotated[str, typer.Argument(help="What to look for, in Chinese or English.")],
    inside: Annotated[
        Path | None, typer.Option("--in", metavar="FOLDER|INDEX", help="Indexes of reports; without it the Plan.")
    ] = None,
    reports: Annotated[
        bool, typer.Option("--reports", help="Search all reports that were checked or indexed on this machine.")
    ] = False,
    count: Annotated[int, typer.Option("--top", "-n", min=1, max=1000, help="How many answers.")] = 10,
    framework: Annotated[str, typer.Option("--framework", "-f", metavar="ID|FILE")] = frameworks.DEFAULT,
    encoder: Annotated[str, typer.Option("--encoder", metavar="NAME")] = encoders.DEFAULT,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON lines.")] = False,
) -> None:
    """Search by meaning and by words; answers carry their pages."""
    # All that can be wrong with the input is found before the encoder is prepared.
    searching.check_query(query)
    place = report_index.home() if reports and inside is None else inside
    plan = frameworks.load(framework)
    entries = () if place is None else tuple(report_index.load_all(place))
    with progress() as bar:
        chosen = encoders.load(encoder, progress=bar)
        if place is None:
            answers = searching.search_plan(query, plan, chosen, count=count, progress=bar)
        else:
            answers = searching.search_reports(query, entries, chosen, count=count, skip_foreign=inside is None)
    for answer in answers:
        if as_json:
            typer.echo(json.dumps(answer.as_data(), ensure_ascii=False))
        else:
            typer.echo(f"{answer.score:.3f}  {answer.where}\n       {answer.text}")
    if not answers:
        typer.echo("nothing found", err=True)
