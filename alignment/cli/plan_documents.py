"""`alignment plan draft` and `alignment plan preview`: from a policy document to a plan of one's own."""

from __future__ import annotations

import webbrowser
from pathlib import Path
from typing import Annotated

import typer

from alignment import drafting, frameworks, storage
from alignment.cli.app import stderr
from alignment.cli.plan import plan
from alignment.errors import InputError
from alignment.reports.plan_page import to_page


@plan.command(epilog="Example: alignment plan draft policy.pdf -o my-plan.yaml")
def draft(
    document: Annotated[Path, typer.Argument(help="A policy document: PDF, DOCX, HTML or text.")],
    out: Annotated[
        Path | None, typer.Option("--out", "-o", metavar="PLAN.yaml", help="Else to standard output.")
    ] = None,
    lang: Annotated[
        str, typer.Option("--lang", metavar="zh|en", help="Language of the document; else told by its text.")
    ] = "",
) -> None:
    """Draft a framework file from a policy document; a person checks it before it is used."""
    if lang not in ("", "zh", "en"):
        raise InputError(f"--lang {lang!r} is neither zh nor en", hint="leave it out to take the document's language")
    if out is not None:
        storage.file(out)
    made = drafting.draft(document, language=lang or None)
    text = drafting.to_yaml(made, document.name)
    if out is None:
        typer.echo(text, nl=False)
    else:
        storage.write(out, text)
    measures = sum(len(element.measures) for element in made.elements)
    stderr.print(
        f"{len(made.elements)} elements, {measures} measures, {len(made.targets)} targets; "
        f"{len(made.left_out)} parts left out",
        highlight=False,
    )


@plan.command(epilog="Example: alignment plan preview my-plan.yaml -o my-plan.html --open")
def preview(
    file: Annotated[str, typer.Argument(metavar="ID|FILE", help="A framework file, or the id of a shipped framework.")],
    out: Annotated[
        Path | None, typer.Option("--out", "-o", metavar="PAGE.html", help="Else the file's name with .html.")
    ] = None,
    lang: Annotated[str, typer.Option("--lang", metavar="zh|en", help="Language that shows first.")] = "zh",
    open_page: Annotated[bool, typer.Option("--open", help="Open the page in a browser.")] = False,
) -> None:
    """Make a page of all elements, measures and targets of a framework, and where each came from."""
    loaded = frameworks.load(file)
    page = storage.file(out or Path(f"{Path(file).stem}.html"))
    storage.write(page, to_page(loaded, lang="en" if lang == "en" else "zh"))
    typer.echo(page)
    if open_page:
        webbrowser.open(page.resolve().as_uri())
