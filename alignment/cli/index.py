"""`alignment index`: FAISS indexes of reports, in the user's own folder."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from alignment import encoders, storage
from alignment.cli.app import app, of_file, progress, stdout
from alignment.index import reports as report_index
from alignment.pipeline import Pipeline, read_report
from alignment.settings import Settings
from alignment.text import cleaning

index = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Indexes of reports, for `alignment search`.")
app.add_typer(index, name="index")

Folder = Annotated[
    Path | None, typer.Option("--out", "-o", metavar="DIR", help="Folder of the indexes; by default the user's cache.")
]


@index.command(epilog="Example: alignment index build reports/*.pdf --out my-index")
def build(
    reports: Annotated[list[Path], typer.Argument(metavar="REPORT...", help="Reports to index.")],
    out: Folder = None,
    encoder: Annotated[str, typer.Option("--encoder", metavar="NAME")] = encoders.DEFAULT,
) -> None:
    """Read, split and encode reports; one that has not changed is not encoded again."""
    settings = Settings(encoder=encoder)
    pipeline: Pipeline | None = None
    if out is not None:
        storage.folder(out)
    with progress() as bar:
        for path in reports:
            told = of_file(bar, cleaning.name_of(path))
            document = read_report(path, settings, progress=told)
            # Only now, because it may take minutes to prepare the encoder, and a report that cannot be read needs none.
            pipeline = pipeline or Pipeline.open(settings, progress=bar)
            passages, _ = pipeline.index_document(document, home=out, progress=told)
            typer.echo(f"{document.name}: {len(passages)} passages on {len(document.pages)} page(s)")


@index.command("list", epilog="Example: alignment index list --out my-index")
def list_(out: Folder = None) -> None:
    """List the reports that are indexed."""
    table = Table(box=None)
    for column in ("report", "title", "passages", "digest"):
        table.add_column(column, justify="right" if column == "passages" else "left")
    for entry in report_index.load_all(out or report_index.home()):
        table.add_row(entry.name, entry.title, str(len(entry.passages)), entry.sha256[:12])
    stdout.print(table)


@index.command(epilog="Example: alignment index info my-index/4f0c1d2e3a4b5c6d7e8f9a0b-1a2b3c4d")
def info(folder: Annotated[Path, typer.Argument(metavar="INDEX", help="The folder of one index.")]) -> None:
    """Print what an index was made from, and check that it is whole."""
    entry = report_index.load(folder)
    typer.echo(
        json.dumps({"report": entry.name, "title": entry.title, **entry.vectors.manifest}, ensure_ascii=False, indent=2)
    )
