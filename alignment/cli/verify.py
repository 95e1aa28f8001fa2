"""`alignment verify`: does what a result says stand in its source?"""

from __future__ import annotations

import contextlib
import json
from pathlib import Path
from typing import Annotated, Any

import typer

from alignment import __version__, verification
from alignment.cli.app import app
from alignment.cli.options import MemoryOption, TimeoutOption
from alignment.documents import isolated
from alignment.errors import InputError, VerificationError
from alignment.text import cleaning
from alignment.verification import stated

_SHOWN = 20


@app.command(epilog="Example: alignment verify alignment-out/report.json --source report.pdf")
def verify(
    result: Annotated[Path, typer.Argument(metavar="RESULT.json", help="A result of `alignment check`.")],
    source: Annotated[
        Path | None,
        typer.Option("--source", metavar="FILE", help="The report; found by itself where it has not moved."),
    ] = None,
    framework: Annotated[
        str | None,
        typer.Option("--framework", "-f", metavar="ID|FILE", help="A plan of your own, where it has moved."),
    ] = None,
    password: Annotated[str | None, typer.Option("--password", help="Opens an encrypted PDF.")] = None,
    timeout: TimeoutOption = isolated.SECONDS,
    memory: MemoryOption = isolated.MEGABYTES,
) -> None:
    """Re-open the report and compare every quote, place, page, figure and status with it."""
    content = verification.load(result)
    told = stated.of(content).document
    side = _side_file(result)
    place = source or _find(result, told.name, side)
    with isolated.Reader(seconds=timeout, megabytes=memory) as reader:
        found = verification.verify(
            content, place, framework=framework or side.get("framework"), password=password, read=reader.read
        )
    names = cleaning.name_of(result), cleaning.name_of(place)
    if found.problems:
        raise VerificationError(_told(names, found.problems), hint=_hint(content))
    typer.echo(_agreement(names, found))


def _told(names: tuple[str, str], problems: tuple[str, ...]) -> str:
    lines = [f"  - {problem}" for problem in problems[:_SHOWN]]
    if len(problems) > _SHOWN:
        lines.append(f"  ... and {len(problems) - _SHOWN} more")
    return f"{names[0]} does not agree with {names[1]} in {len(problems)} place(s):\n" + "\n".join(lines)


def _hint(content: dict[str, Any]) -> str:
    hint = "give the very file that was checked with --source, or run `alignment check` again"
    made = content["provenance"]["version"]
    return hint if made == __version__ else f"{hint}: alignment {made!r:.40} wrote the result, this is {__version__}"


def _agreement(names: tuple[str, str], found: verification.Verification) -> str:
    result, source = names
    figures, older = (
        ("", "; its older schema's figures were not compared") if found.not_compared else ("figures and ", "")
    )
    rest = f"digest, {found.pages} page(s), {figures}statuses agree; judgements of models were not repeated{older}"
    if not found.quotes:
        return f"{result}: there is no quote to verify; of {source}, {rest}"
    return f"{result}: all {found.quotes} quotes are in {source} at their places; {rest}"


def _side_file(result: Path) -> dict[str, str]:
    """Where the report, and a plan of the user's own, were when `check` ran; empty where that is not told."""
    with contextlib.suppress(OSError, ValueError, RecursionError):
        told = json.loads(result.with_name(f"{result.stem}.run.json").read_text("utf-8"))
        if isinstance(told, dict):
            return {key: value for key, value in told.items() if isinstance(value, str)}
    return {}


def _find(result: Path, told: str, side: dict[str, str]) -> Path:
    """The report where it was when it was checked, beside the result, or in the working folder."""
    name = cleaning.name_of(Path(told))
    candidates = [result.parent / name, result.parent.parent / name, Path(name)]
    if "source" in side:
        candidates.insert(0, Path(side["source"]))
    for candidate in candidates:
        # A name that no file can have is a name that no file has.
        with contextlib.suppress(OSError, ValueError):
            if candidate.is_file():
                return candidate
    raise InputError(f"the report {name[:100]!r} is not where it was", hint="say where it is with --source FILE")
