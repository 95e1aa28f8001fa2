"""A document -> its passages with their roles -> the evidence in them -> its assessment: the one way for all commands.

`check` and `screen` look for evidence with an encoder (`ByModels`), `verify` takes what a result states
(`verification.claims`). How a document is split, which passages may be evidence and how it is judged is one for all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from alignment import assessment, passages
from alignment.assessment.coverage import Rules
from alignment.encoders import Encoder
from alignment.mapping import plan_restatement, prefilter
from alignment.mapping.evidence import encoder_input
from alignment.mapping.mapper import Mapper
from alignment.progress import Progress
from alignment.text.reading import prepared
from alignment.types import (
    Assessment,
    Document,
    Evidence,
    Framework,
    Passage,
    PassageRole,
    Profile,
    Provenance,
    Thresholds,
    Vectors,
)


@dataclass(frozen=True, slots=True)
class Findings:
    """The evidence in a document's passages."""

    evidence: tuple[Evidence, ...]
    """Candidates of any probability, in reading order."""
    mapped: int
    """How many passages were mapped."""
    vectors: Mapping[str, Vectors] = field(default_factory=dict)
    """Passage id -> its vector, shape (d,), of each passage that was mapped with an encoder."""
    numbers: Mapping[str, float] = field(default_factory=dict)
    """Further numbers that a user could argue with, for the provenance."""


Find = Callable[[Sequence[Passage]], Findings]
"""Called with all passages of a document with their roles; only those of the role `BODY` may be evidence."""


@dataclass(frozen=True, slots=True)
class Criteria:
    """What decides the statuses once the evidence is found."""

    framework: Framework
    profile: Profile | None
    thresholds: Thresholds
    rules: Rules
    provenance: Provenance


@dataclass(frozen=True, slots=True)
class Analysis:
    """A document in which evidence was looked for; it can be judged by any criteria of the same framework."""

    document: Document
    passages: tuple[Passage, ...]
    """All of them with their roles, in reading order."""
    findings: Findings

    def judged(self, criteria: Criteria) -> Assessment:
        """The assessment."""
        made, found = criteria.provenance, self.findings
        return assessment.judge(
            self.document,
            self.passages,
            found.evidence,
            criteria.framework,
            criteria.profile,
            mapped=found.mapped,
            thresholds=criteria.thresholds,
            rules=criteria.rules,
            provenance=replace(made, thresholds={**made.thresholds, **found.numbers}),
        )


def analyse(document: Document, *, size: passages.Size, wording: plan_restatement.Wording, find: Find) -> Analysis:
    """Split a document, mark what repeats the plan's own `wording`, and look for evidence in the rest."""
    marked = plan_restatement.mark(passages.split(document, size=size), wording)
    return Analysis(document, marked, find(marked))


@dataclass(frozen=True, slots=True)
class ByModels:
    """Finds evidence with an encoder and a mapper; only passages that can be evidence are encoded."""

    mapper: Mapper
    encoder: Encoder
    prefilter: bool = False
    """Whether passages whose words alone say that they cannot matter are left out."""
    progress: Progress | None = None

    def __call__(self, marked: Sequence[Passage]) -> Findings:
        """The evidence in passages, and the vectors by which it was found."""
        mapped = [passage for passage in marked if passage.role is PassageRole.BODY]
        numbers: dict[str, float] = {}
        if self.prefilter:
            relevance = prefilter.relevance([encoder_input(passage) for passage in mapped], self.mapper)
            mapped = [mapped[row] for row in np.flatnonzero(relevance >= prefilter.THRESHOLD)]
            numbers["prefilter"] = prefilter.THRESHOLD
        vectors = self.encoder.encode(
            [prepared(encoder_input(passage)) for passage in mapped], progress=_of_encoding(self.progress)
        )
        keep = self.mapper.nearest(mapped, vectors)
        return Findings(
            evidence=self.mapper.map(mapped, vectors=vectors, keep=keep),
            mapped=len(mapped),
            vectors={passage.id: vector for passage, vector in zip(mapped, vectors, strict=True)},
            numbers=numbers,
        )


def _of_encoding(progress: Progress | None) -> Progress | None:
    return (lambda _, done, total: progress("encoding", done, total)) if progress else None
