"""What a screening run knows of each filing, in the order in which outputs list them."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from alignment.types import Status, Substance, Vectors


@dataclass(frozen=True, slots=True)
class Filing:
    """One file to screen, and what the manifest says of it."""

    path: str
    """Relative to the folder or the manifest, with forward slashes."""
    company: str = ""
    code: str = ""
    industry: str = ""
    """A profile id of the framework, or empty."""
    year: int | None = None
    language: str = ""


@dataclass(frozen=True, slots=True)
class ElementRow:
    """An element in one filing."""

    code: str
    status: Status
    score: float
    substance: str
    """Of the strongest evidence; empty where there is none."""
    evidence: int
    """Number of passages that are evidence."""
    pages: tuple[int, ...]
    """1-based pages of the evidence, at most five, best first."""


@dataclass(frozen=True, slots=True)
class Lowered:
    """A status that rests on boilerplate, which a report that is read alone cannot know to be such."""

    element: str
    alone: Status
    """In the filing's own report."""
    here: Status
    """Among all filings, where boilerplate is a mention at most."""


@dataclass(frozen=True, slots=True)
class Screened:
    """A filing that was assessed."""

    filing: Filing
    sha256: str
    title: str
    pages: int
    languages: tuple[str, ...]
    readable_share: float
    elements: tuple[ElementRow, ...]
    """All elements, in the framework's order."""
    report: str
    """Its HTML page relative to the output folder, with forward slashes."""
    duplicate_of: str = ""
    """Path of the filing with the same bytes that comes first, or empty."""
    boilerplate: tuple[Lowered, ...] = ()
    """Elements whose status here is not the one in the filing's own report, in the framework's order."""

    @property
    def score(self) -> float:
        """Share of applicable elements covered, partial ones counting half, in [0, 1]: what the ranking is by."""
        values = {Status.COVERED: 1.0, Status.PARTIAL: 0.5}
        applicable = [row for row in self.elements if row.status is not Status.NOT_APPLICABLE]
        return round(sum(values.get(row.status, 0.0) for row in applicable) / max(1, len(applicable)), 4)


@dataclass(frozen=True, slots=True)
class Failure:
    """A filing that could not be assessed, and why."""

    filing: Filing
    stage: str
    """Where it failed: reading, encoding, worker, writing."""
    reason: str
    hint: str


@dataclass(frozen=True, slots=True)
class Place:
    """A passage of a filing."""

    path: str
    page: int
    quote: str


@dataclass(frozen=True, slots=True)
class NearDuplicate:
    """Nearly the same evidence in filings of two companies."""

    element: str
    first: Place
    second: Place
    similarity: float
    """Cosine similarity in [-1, 1]."""


@dataclass(frozen=True, slots=True)
class Portfolio:
    """A whole run."""

    framework: str
    screened: tuple[Screened, ...]
    failures: tuple[Failure, ...]
    near_duplicates: tuple[NearDuplicate, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Shown:
    """An element for which a passage is evidence."""

    element: str
    substance: Substance
    strongest: bool
    """Whether the passage is among the strongest of the element."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """A passage of a filing that is evidence, as it is kept for comparing filings."""

    page: int
    quote: str
    vector: str
    """Shape (d,), in half precision, as base64."""
    shown: tuple[Shown, ...]

    @staticmethod
    def packed(vector: Vectors) -> str:
        """A vector, shape (d,), as it is kept."""
        return base64.b64encode(vector.astype(np.float16).tobytes()).decode()

    @staticmethod
    def unpacked(vectors: Sequence[str]) -> Vectors:
        """Vectors as they are kept -> shape (n, d), each of length 1; n is at least 1."""
        told = b"".join(map(base64.b64decode, vectors))
        matrix = np.frombuffer(told, np.float16).reshape(len(vectors), -1).astype(np.float32)
        unit: Vectors = matrix / np.linalg.norm(matrix, axis=1, keepdims=True)
        return unit
