"""`alignment label`: label single passages."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from alignment import encoders, evaluation, frameworks, storage
from alignment.cli.app import app, progress
from alignment.cli.options import PresetOption, chosen_preset
from alignment.evaluation import labelled
from alignment.mapping.mapper import Mapper


@app.command(epilog="Example: alignment label passages.jsonl -o labels.jsonl")
def label(
    file: Annotated[Path, typer.Argument(metavar="FILE.jsonl", help='Lines of {"id": ..., "text": ...}.')],
    out: Annotated[
        Path | None, typer.Option("--out", "-o", metavar="OUT.jsonl", help="Else to standard output.")
    ] = None,
    preset: PresetOption = "standard",
    framework: Annotated[str, typer.Option("--framework", "-f", metavar="ID|FILE")] = frameworks.DEFAULT,
    encoder: Annotated[str, typer.Option("--encoder", metavar="NAME")] = encoders.DEFAULT,
) -> None:
    """Write the elements that each passage is evidence for, with their probabilities, and its substance."""
    # All that can be wrong with the input is found before the encoder is prepared.
    chosen, plan, passages = chosen_preset(preset), frameworks.load(framework), labelled.read(file)
    if out is not None:
        storage.file(out)
    with progress() as report:
        mapper = Mapper.open(plan, encoders.load(encoder, progress=report), progress=report)
        given = evaluation.label(mapper, [passage.text for passage in passages], preset=chosen, progress=report)
    lines = [
        json.dumps(
            {
                "id": passage.id,
                "labels": [{"code": code, "score": score} for code, score in item.labels],
                "substance": item.substance.value if item.substance else "none",
            },
            ensure_ascii=False,
        )
        for passage, item in zip(passages, given, strict=True)
    ]
    text = "".join(line + "\n" for line in lines)
    if out is None:
        typer.echo(text, nl=False)
    else:
        storage.write(out, text)
