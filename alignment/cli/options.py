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
        metavar="broad|standard|strict",
        help="Finds more evidence, or is surer of what it finds; a gap is the same.",
    ),
]
FrameworkOption = Annotated[
    str, typer.Option("--framework", "-f", metavar="ID|FILE", help="A shipped plan or a file in the same schema.")
]
EncoderOption = Annotated[
    str, typer.Option("--encoder", metavar="NAME", help="An encoder: the default, `hashing`, or a model id or folder.")
]
ThresholdOption = Annotated[
    float | None,
    typer.Option("--threshold", min=0.0, max=1.0, help="Your own probability from which a passage is evidence."),
]
OcrOption = Annotated[bool, typer.Option("--ocr", help="Read scanned pages as pictures (slow; extra `ocr`).")]
ImagesOption = Annotated[
    bool,
    typer.Option("--images/--no-images", help="Show where the first quotes of each element stand as small pictures."),
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
