"""What a user chose -> how a report is read, mapped and judged."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from alignment import documents, encoders, frameworks, passages
from alignment.assessment import coverage
from alignment.types import (
    Framework,
    Preset,
)


@dataclass(frozen=True, slots=True)
class Settings:
    """What a user can choose; every number is printed in the report."""

    framework: str | Path = frameworks.DEFAULT
    """Id of a shipped framework, or the path of a file in the same schema."""
    encoder: str = encoders.DEFAULT
    """The default encoder, `hashing`, or the id or folder of a sentence-transformers model."""
    profile: str | None = None
    """Id of an industry profile of the framework; None: all elements apply."""
    threads: int | None = None
    """Threads of the encoder; None: one for each processor."""
    password: str | None = None
    """Opens an encrypted PDF."""
    ocr: bool = False
    """Whether scanned and garbled pages are read as pictures; slow, and needs the extra `ocr`."""
    preset: Preset = Preset.STANDARD
    """`broad` finds more, `strict` is surer of what it finds; a gap is the same in all."""
    threshold: float | None = None
    """Probability from which a passage counts as evidence; None takes the preset's."""
    size: passages.Size = field(default_factory=passages.Size)
    """How long passages are."""
    rules: coverage.Rules = field(default_factory=coverage.Rules)
    """Numbers behind the statuses."""
    limits: documents.Limits = field(default_factory=documents.Limits)
    """How large a file may be."""


def plan_of(settings: Settings) -> Framework:
    """The framework that the settings name.

    Raises:
        FrameworkError: it does not fit the schema.
        InputError: there is no such framework, or it has no such profile.
    """
    framework = frameworks.load(settings.framework)
    if settings.profile is not None:
        frameworks.find_profile(framework, settings.profile)
    return framework
