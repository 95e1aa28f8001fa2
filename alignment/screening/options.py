"""What a user chose for a batch."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

from alignment.reports.rendering import Lang
from alignment.screening import worker
from alignment.screening.engines import Limits


@dataclass(frozen=True, slots=True)
class Options:
    """How a run is done; nothing here but `lang`, `prefilter` and `images` changes a result."""

    out: Path
    workers: int = 0
    """0: one per processor."""
    resume: bool = False
    engine: str = "local"
    address: str | None = None
    """Of a Ray cluster."""
    limits: Limits = field(default_factory=Limits)
    lang: Lang = "zh"
    prefilter: bool = False
    images: bool = False
    """Whether pages show each quote's place as a small picture."""
    cache: bool = True
    factory: str = worker.FACTORY
    """What makes a worker's job, as `module:function`."""


def workers(options: Options) -> int:
    """How many workers there are."""
    return options.workers or os.cpu_count() or 1
