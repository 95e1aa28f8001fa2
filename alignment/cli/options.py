"""Options that several commands share, each once."""

from __future__ import annotations

from typing import Annotated

import typer

from alignment.errors import InputError
from alignment.types import Preset

PresetOption = Annotated[
    str,
    typer.Option(
        "--preset",
        metavar="screening|standard|assurance",
        help="Finds more evidence, or is surer of what it finds; a gap is the same.",
    ),
]
TimeoutOption = Annotated[
    float, typer.Option("--timeout", metavar="S", min=1, help="Seconds that a page may take to read.")
]
MemoryOption = Annotated[float, typer.Option("--memory", metavar="MB", min=64, help="Memory that reading may take.")]
Lang = Annotated[str, typer.Option("--lang", metavar="zh|en", help="Language that the page shows first.")]


def language(lang: str) -> str:
    """`zh` or `en`.

    Raises:
        InputError: anything else.
    """
    if lang not in ("zh", "en"):
        raise InputError(f"no such language: {lang!r}", hint="--lang zh or --lang en")
    return lang


def chosen_preset(name: str) -> Preset:
    """The preset of that name.

    Raises:
        InputError: there is none.
    """
    try:
        return Preset(name)
    except ValueError:
        known = ", ".join(preset.value for preset in Preset)
        raise InputError(f"no such preset: {name!r}", hint=f"one of {known}") from None
