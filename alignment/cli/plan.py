"""`alignment plan`: look at, validate and export the catalogue of a plan."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer
import yaml
from rich.table import Table

from alignment import frameworks
from alignment.cli.app import app, stdout
from alignment.errors import InputError
from alignment.types import Element

plan = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="The Plan's elements and measures; your own plan in the same schema.",
)
app.add_typer(plan, name="plan")

FrameworkOption = Annotated[
    str, typer.Option("--framework", "-f", metavar="ID|FILE", help="A shipped framework or a file in the same schema.")
]
LangOption = Annotated[str, typer.Option("--lang", metavar="zh|en", help="Language of names.")]


@plan.command("list", epilog="Example: alignment plan list --lang en")
def list_(
    framework: FrameworkOption = frameworks.DEFAULT,
    lang: LangOption = "zh",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """List the elements in the Plan's order."""
    loaded = frameworks.load(framework)
    if as_json:
        rows = [
            {
                "code": e.code,
                "kind": e.kind,
                "parent": e.parent,
                "name": {"zh": e.name.zh or None, "en": e.name.en or None},
                "measures": [m.id for m in e.measures],
            }
            for e in loaded.elements
        ]
        typer.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    table = Table(title=f"{loaded.name.get(lang)} ({loaded.id} {loaded.version})", box=None, title_justify="left")
    for column in ("code", "kind", "parent", "name", "measures"):
        table.add_column(column, justify="right" if column == "measures" else "left")
    for element in loaded.elements:
        table.add_row(
            element.code, element.kind, element.parent or "", element.name.get(lang), str(len(element.measures))
        )
    stdout.print(table)


@plan.command(epilog="Example: alignment plan show P5 --lang en")
def show(
    code: Annotated[str, typer.Argument(help="An element's code such as P5, or a measure's id such as P5.2.")],
    framework: FrameworkOption = frameworks.DEFAULT,
    lang: LangOption = "zh",
) -> None:
    """Show an element: its measures, their terms, and what a good disclosure contains."""
    loaded = frameworks.load(framework)
    wanted = code.split(".")[0].upper()
    matches = [element for element in loaded.elements if element.code.upper() == wanted]
    if not matches:
        raise InputError(f"{loaded.id} has no element {code!r}", hint=f"codes: {', '.join(loaded.codes)}")
    _print_element(matches[0], code, lang)


def _print_element(element: Element, code: str, lang: str) -> None:
    other = "en" if lang.startswith("zh") else "zh"
    typer.echo(f"{element.code}  {' / '.join(dict.fromkeys((element.name.get(lang), element.name.get(other))))}")
    if element.description:
        typer.echo(f"    {element.description.get(lang)}")
    for measure in element.measures:
        if "." in code and measure.id.upper() != code.upper():
            continue
        typer.echo(f"\n{measure.id}  {measure.name.get(lang)}")
        if measure.description:
            typer.echo(f"    {measure.description.get(lang)}")
        if measure.closing:
            typer.echo(f"    {'缺口补法：' if lang.startswith('zh') else 'How to close: '}{measure.closing.get(lang)}")
        terms = measure.terms.zh if lang.startswith("zh") else measure.terms.en
        if terms:
            typer.echo(f"    {'术语：' if lang.startswith('zh') else 'Terms: '}{', '.join(terms)}")


@plan.command(epilog="Example: alignment plan validate my-plan.yaml")
def validate(file: Annotated[Path, typer.Argument(help="A framework file, or a folder like the shipped one.")]) -> None:
    """Check a framework file; every problem is printed with its place."""
    loaded = frameworks.load(file)
    measures = [measure for element in loaded.elements for measure in element.measures]
    exemplars = sum(len(measure.exemplars) for measure in measures)
    typer.echo(
        f"{file}: {loaded.id} {loaded.version} fits: {len(loaded.elements)} elements, {len(measures)} measures, "
        f"{exemplars} exemplars"
    )


@plan.command(epilog="Example: alignment plan export > my-plan.yaml")
def export(
    framework: FrameworkOption = frameworks.DEFAULT,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of YAML.")] = False,
) -> None:
    """Print a whole framework as one file, to edit and use with --framework."""
    document = frameworks.export(framework)
    if as_json:
        typer.echo(json.dumps(document, ensure_ascii=False, indent=2))
    else:
        typer.echo(yaml.safe_dump(document, allow_unicode=True, sort_keys=False, width=120))
