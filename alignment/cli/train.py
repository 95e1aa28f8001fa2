"""alignment train: examples of a framework (and labelled passages) -> a mapper in a folder."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import numpy as np
import typer

from alignment import encoders, frameworks, resources, storage
from alignment.cli.app import app, progress
from alignment.errors import InputError
from alignment.evaluation import labelled
from alignment.mapping import calibration as weighing
from alignment.mapping import model as models
from alignment.mapping import training
from alignment.mapping.mapper import Mapper
from alignment.text import reading


@app.command(epilog="Example: alignment train --also real.jsonl --labelled gold.jsonl --calibration out.yaml")
def train(
    labelled_file: Annotated[
        Path | None, typer.Option("--labelled", metavar="FILE.jsonl", help="Weigh the signals by these passages.")
    ] = None,
    calibration: Annotated[
        Path | None, typer.Option("--calibration", metavar="OUT.yaml", help="Where the weights are written.")
    ] = None,
    also: Annotated[
        list[Path] | None,
        typer.Option("--also", metavar="FILE.jsonl", help="Learn from these labelled passages, too; may be repeated."),
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", "-o", metavar="DIR", help="Where the mapper is written.")] = None,
    tune: Annotated[
        bool, typer.Option("--tune", help="First fine-tune the default encoder on the same passages (many minutes).")
    ] = False,
    framework: Annotated[str, typer.Option("--framework", "-f", metavar="ID|FILE")] = frameworks.DEFAULT,
    encoder: Annotated[str, typer.Option("--encoder", metavar="NAME")] = encoders.DEFAULT,
) -> None:
    """Learn the mapper from the framework's exemplars; with --labelled also weigh its signals again.

    Passages of --labelled only weigh the signals; neither the mapper nor the encoder ever learns their words.
    Those of --also change the weights of the mapper; none of their sentences or vectors is stored, and none that
    nearly repeats a passage of --labelled, or is marked "unsure", is learned from.
    """
    if (labelled_file is None) != (calibration is None):
        raise InputError("--labelled and --calibration go together", hint="give both or none")
    if tune and encoder != encoders.DEFAULT:
        raise InputError(f"{encoder!r} cannot be fine-tuned", hint=f"only the default, {encoders.DEFAULT}, can")
    loaded = frameworks.load(framework)
    passages = labelled.read(labelled_file) if labelled_file else ()
    further = labelled.further(also or (), loaded, passages)
    if calibration is not None:
        storage.file(calibration)
    with progress() as bar:
        if tune:
            training.tune_encoder(loaded, progress=bar)
        chosen = encoders.load(encoder, progress=bar)
        start = weighing.uncalibrated(loaded) if labelled_file else None
        model = training.train(loaded, chosen, also=further, calibration=start, progress=bar)
    if labelled_file is not None and calibration is not None:
        mapper = Mapper(loaded, chosen, model)
        texts = [passage.text for passage in passages]
        table, scores = mapper.features(texts, chosen.encode([reading.prepared(text) for text in texts]))
        truth = np.array([[code in passage.labels for code in loaded.codes] for passage in passages], dtype=bool)
        fitted = weighing.calibrate(table, truth, factors=scores.factors, dependencies=mapper.dependencies)
        storage.write(calibration, weighing.calibration_document(fitted, loaded))
        typer.echo(f"{calibration}: {len(passages)} passages, {fitted.thresholds()}")
        model = replace(model, calibration=weighing.read_calibration(loaded, calibration))
    folder = out or resources.root() / "indexes" / loaded.id
    learned = training.learned_also(further) if further else {}
    models.save(model, folder, {**models.manifest(loaded, chosen), **learned})
    if out is None:
        resources.write_seal()
    typer.echo(f"{folder}: {len(model.exemplars)} passages, {len(model.vocabulary)} n-grams, {chosen.name}")
