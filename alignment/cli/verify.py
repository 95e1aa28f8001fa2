"""`alignment verify`: does every quote of a result stand in its source?"""

from __future__ import annotations

import contextlib
import json
from pathlib import Path
from typing import Annotated, Any

import typer

from alignment import verification
from alignment.cli.app import app
from alignment.documents.isolated import Reader
from alignment.errors import InputError, VerificationError

_SHOWN = 20


@app.command(epilog="Example: alignment verify alignment-out/report.json --source report.pdf")
def verify(
    result: Annotated[Path, typer.Argument(metavar="RESULT.json", help="A result of `alignment check`.")],
    source: Annotated[
        Path | None,
        typer.Option("--source", metavar="FILE", help="The report; found by itself where it has not moved."),
    ] = None,
    password: Annotated[str | None, typer.Option("--password", help="Opens an encrypted PDF.")] = None,
) -> None:
    """Re-open the report and check its digest and every quote at its page, offsets and box."""
    content = verification.load(result)
    place = source or _find(result, content)
    with Reader() as reader:
        found = verification.verify(content, place, password=password, read=reader.read)
    if found.problems:
        shown = [f"  - {problem}" for problem in found.problems[:_SHOWN]]
        if len(found.problems) > _SHOWN:
            shown.append(f"  ... and {len(found.problems) - _SHOWN} more")
        raise VerificationError(
            f"{result.name} does not agree with {place.name} in {len(found.problems)} place(s):\n" + "\n".join(shown),
            hint="give the very file that was checked with --source, or run `alignment check` again",
        )
    typer.echo(f"{result.name}: all {found.quotes} quotes stand in {place.name} at their places, digest agrees")


def _find(result: Path, content: dict[str, Any]) -> Path:
    """The report where it was when it was checked, beside the result, or in the working folder."""
    name = Path(str(content["document"].get("name", ""))).name
    candidates = [result.parent / name, result.parent.parent / name, Path(name)]
    side = result.with_name(f"{result.stem}.run.json")
    if side.is_file():
        with contextlib.suppress(ValueError, KeyError, TypeError):
            candidates.insert(0, Path(json.loads(side.read_text("utf-8"))["source"]))
    for candidate in candidates:
        if candidate.is_file():
            return candidate
    raise InputError(f"the report {name!r} is not where it was", hint="say where it is with --source FILE")
