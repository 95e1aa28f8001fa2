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
    precision_filters: tuple[str, ...] = ()
    """Precision filters that lowered the score, by name."""

    @property
    def guards(self) -> tuple[str, ...]:
        """`precision_filters` under its name before schema 2; goes with version 0.2."""
        return self.precision_filters


@dataclass(frozen=True, slots=True)
class Evidence:
    """A passage mapped to an element with a calibrated probability in [0, 1]."""

    passage: Passage
    """The quote and its place."""
    element: str
    """Code of the element."""
    measures: tuple[str, ...]
    """Ids of the measures that the passage is about."""
    score: float
    """Calibrated probability in [0, 1] that the passage is evidence for the element."""
    substance: Substance
    """How much it says."""
    signals: Signals
    """What made the score."""


class Relation(StrEnum):
    """Whether a company's figure is of the same kind of quantity as the target it is shown beside."""

    SAME = "same"
    """The same kind of quantity, as a change of an intensity in %."""
    RELATED = "related"
    """On the target's subject, but another quantity."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A number of the company's own beside a national target; a comparison, never compliance."""

    target: str
    """Id of the target that it is shown beside."""
    relation: Relation
    """Whether it is of the same kind of quantity as the target."""
    kind: str
    """`change`, `level`, `amount` or `rate`."""
    metric: Bilingual
    """What it measures."""
    value: float
    """In `unit`; a reduction is negative."""
    unit: str
    """As the report gives it."""
    normalised: float | None
    """In `base_unit`; None where it cannot be converted."""
    base_unit: str
    """`1` (shares), `pp`, `t`, `tCO2e`, `GJ`, `m3` or a currency, with `/` and the denominator's."""
    year: int | None
    """The year of the figure; None where the report does not say."""
    base_year: int | None
    """What a change is measured from; None where the report does not say."""
    future: bool
    """Whether it is a target or a plan."""
    denominator: str | None
    """`value added`, `product` or `revenue`, for changes and levels of intensities; None where it is not said."""
    scope: str | None
    """`1`, `2lb`, `2mb` or `3`, for greenhouse gases; None where it is not said."""
    currency: str | None
    """Its code, for money."""
    comparable: bool
    """Whether it may be drawn on the target's scale: the same quantity over the same span."""
    why: Bilingual
    """Why it is comparable, or why not."""
    comparison: Bilingual
    """Both numbers in one sentence."""
    page: int
    """1-based number of its page."""
    start: int
    """Offset of the quote's first character in the text of its page."""
    end: int
    """Offset behind the quote's last character."""
    quote: str
    """The value with its unit, exactly as it is on the page."""
    context: str
    """The sentence with the figure, exactly as it is on the page."""


@dataclass(frozen=True, slots=True)
class Emission:
    """Greenhouse gases of one scope in one year, as the report states them for the whole company."""

    scope: str
    """`1`, `2lb` (location-based), `2mb` (market-based) or `3`."""
    year: int
    """The year of the emissions."""
    value: float
    """As printed, in `unit`."""
    unit: str
    """As the report gives it."""
    page: int
    """1-based number of its page."""
    start: int
    """Offset of the quote's first character in the text of its page."""
    end: int
    """Offset behind the quote's last character."""
    quote: str
    """The row or the sentence, exactly as it is on the page."""


class Status(StrEnum):
    """Status of an element in a report; see docs for the rule behind each."""

    COVERED = "covered"
    """At least one passage shows an action or a quantified result."""
    PARTIAL = "partial"
    """The strongest evidence is a commitment: a target, plan, policy or system."""
    MENTIONED = "mentioned"
    """The topic is only said to matter."""
    REVIEW = "review"
    """A person has to decide: a passage came near the threshold, or pages are blank."""
    GAP = "gap"
    """Every page was read, and no passage came near."""
    NOT_APPLICABLE = "not_applicable"
    """The industry profile says that the element does not apply."""
    NOT_ASSESSABLE = "not_assessable"
    """No evidence, but pages that could contain it were not read."""


class Preset(StrEnum):
    """How sure the tool must be before it calls a passage evidence."""

    BROAD = "broad"
    """Finds more: recall weighs twice as much as precision."""
    STANDARD = "standard"
    """The default: the best balance of precision and recall."""
    STRICT = "strict"
    """Is surer of what it finds: precision weighs twice as much as recall."""

    @classmethod
    def _missing_(cls, value: object) -> Preset | None:
        """The preset of a name that was used before; accepted until version 0.2."""
        return {"screening": cls.BROAD, "assurance": cls.STRICT}.get(value) if isinstance(value, str) else None


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
    """Code of the element."""
    status: Status
    """How far the report covers it."""
    score: float
    """Highest evidence score, or the best near miss when there is no evidence; 0 when nothing came near."""
    substance: Substance | None
    """Of the strongest evidence; None without evidence."""
    evidence: tuple[Evidence, ...]
    """Best first."""
    near_misses: tuple[Evidence, ...]
    """The best passages that did not reach the threshold, best first."""
    missing_measures: tuple[str, ...]
    """Ids of the measures without evidence, in the framework's order."""
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
    """The report as it was read."""
    framework: Framework
    """What it was assessed against."""
    profile: Profile | None
    """The industry profile; None: all elements apply."""
    coverage: tuple[Coverage, ...]
    """One per element, in the framework's order."""
    review: tuple[Review, ...]
    """What a person should judge, the most uncertain first among those that decide a status, then among the rest."""
    figures: tuple[Figure, ...]
    """Figures of the company beside targets."""
    excluded: tuple[Passage, ...]
    """Passages that were read but cannot be evidence, with their role."""
    passages: int
    """How many passages were mapped."""
    provenance: Provenance
    """What is needed to repeat the run."""
    warnings: tuple[Bilingual, ...] = field(default=())
    """What a reader should know of the whole result."""
    ghg: tuple[Emission, ...] = ()
    """By scope, then by year."""

    @property
    def demoted(self) -> tuple[Passage, ...]:
        """`excluded` under its name before schema 2; goes with version 0.2."""
        return self.excluded
