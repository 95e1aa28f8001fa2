"""What was found in a document: evidence, figures, coverage, review queue, and where the numbers come from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from alignment.types.document import Document, Passage
from alignment.types.framework import Bilingual, Framework, Profile, Substance


@dataclass(frozen=True, slots=True)
class Hit:
    """One answer of an index: a stored id and its cosine similarity in [-1, 1]."""

    id: str
    similarity: float


@dataclass(frozen=True, slots=True)
class Signals:
    """What made a score, so that a reader can argue with it."""

    dense: float
    """Highest cosine similarity to an exemplar of the element, in [-1, 1]."""
    nearest: str
    """Id of that exemplar."""
    lexical: float
    """Character n-gram similarity to the element's texts, in [0, 1]."""
    terms: tuple[str, ...] = ()
    """Terms of the element found in the passage, as they stand there."""
    negative_terms: tuple[str, ...] = ()
    guards: tuple[str, ...] = ()
    """Precision guards that lowered the score, by name."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """A passage mapped to an element with a calibrated probability in [0, 1]."""

    passage: Passage
    element: str
    measures: tuple[str, ...]
    score: float
    substance: Substance
    signals: Signals


@dataclass(frozen=True, slots=True)
class Figure:
    """A number of the company's own beside a national target; a comparison, never compliance."""

    metric: str
    value: float
    unit: str
    base_year: int | None
    year: int | None
    target: str
    comparison: Bilingual
    page: int
    start: int
    end: int
    quote: str


class Status(StrEnum):
    """Status of an element in a report; see docs for the rule behind each."""

    COVERED = "covered"
    PARTIAL = "partial"
    MENTIONED = "mentioned"
    REVIEW = "review"
    GAP = "gap"
    NOT_APPLICABLE = "not_applicable"
    NOT_ASSESSABLE = "not_assessable"


class Preset(StrEnum):
    """How sure the tool must be before it calls a passage evidence."""

    SCREENING = "screening"
    STANDARD = "standard"
    ASSURANCE = "assurance"


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Probabilities in [0, 1]: `review` <= `evidence`, and `review` <= `sure`."""

    evidence: float
    """From here on a passage is evidence."""
    review: float
    """An element whose best passage stays below this is a gap; between this and `evidence` a person decides."""
    sure: float
    """Evidence below this is shown, and put into the review queue."""

    @classmethod
    def single(cls, value: float) -> Thresholds:
        """One number for all three: nothing is left to a person."""
        return cls(value, value, value)


@dataclass(frozen=True, slots=True)
class Coverage:
    """How far a report covers one element."""

    element: str
    status: Status
    score: float
    """Highest evidence score, or the best near miss when there is no evidence; 0 when nothing came near."""
    substance: Substance | None
    evidence: tuple[Evidence, ...]
    """Best first."""
    near_misses: tuple[Evidence, ...]
    missing_measures: tuple[str, ...]
    reason: Bilingual | None = None
    """Why the element is not applicable or not assessable."""
    review: bool = False
    """Whether the status rests on passages between `review` and `sure` alone, so that a person should look."""


@dataclass(frozen=True, slots=True)
class Review:
    """A passage that a person should judge."""

    evidence: Evidence
    decisive: bool
    """Whether the element's status rests on such passages alone."""


@dataclass(frozen=True, slots=True)
class Provenance:
    """Everything needed to repeat a run."""

    version: str
    encoder: str
    encoder_sha256: str
    thresholds: Mapping[str, float]
    """Every number that a user could argue with, by name."""
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Assessment:
    """The answer for one report."""

    document: Document
    framework: Framework
    profile: Profile | None
    coverage: tuple[Coverage, ...]
    """One per element, in the framework's order."""
    review: tuple[Review, ...]
    """What a person should judge, the most uncertain first among those that decide a status, then among the rest."""
    figures: tuple[Figure, ...]
    demoted: tuple[Passage, ...]
    """Passages that were read but cannot be evidence, with their role."""
    passages: int
    """How many passages were mapped."""
    provenance: Provenance
    warnings: tuple[Bilingual, ...] = field(default=())
