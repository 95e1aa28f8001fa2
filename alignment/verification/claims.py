"""What a result states -> everything in it that the report does not bear out."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from alignment.analysis import Findings
from alignment.frameworks.terms import TermMatcher
from alignment.mapping import precision_filters
from alignment.mapping.evidence import encoder_input, evidence
from alignment.types import Assessment, Element, Evidence, Framework, Passage, PassageRole
from alignment.verification.differences import short
from alignment.verification.stated import Stated, StatedEvidence


class Claims:
    """The evidence that a result states, with the passages that the source has for it: an `analysis.Find`."""

    def __init__(self, stated: Stated, plan: Framework) -> None:
        self._stated = stated
        self._plan = plan
        self._found: dict[str, Passage] = {}
        self._read: dict[str, Any] = {}
        self._evidence_found: list[Evidence] = []
        self.problems: list[str] = []
        """What the source does not bear out, once it was looked through."""

    def __call__(self, marked: Sequence[Passage]) -> Findings:
        """The evidence stated, for the passages of the source."""
        self._found = {passage.id: passage for passage in marked}
        elements = {element.code: element for element in self._plan.elements}
        for item in self._stated.elements:
            if item.code not in elements:
                self.problems.append(f"elements: the framework has no {short(item.code)}")
                continue
            seen: set[str] = set()
            for kind, claims in (("evidence", item.evidence), ("near_misses", item.near_misses)):
                for number, claim in enumerate(claims, 1):
                    self._add(f"{item.code} {kind} {number}", claim, elements[item.code], seen)
        return Findings(tuple(self._evidence_found), self._mapped(marked))

    def _mapped(self, marked: Sequence[Passage]) -> int:
        """How many passages were mapped: all that can be evidence, but for those that the prefilter leaves out."""
        bodies = sum(passage.role is PassageRole.BODY for passage in marked)
        return min(self._stated.passages, bodies) if "prefilter" in self._stated.provenance.thresholds else bodies

    def _add(self, where: str, claim: StatedEvidence, element: Element, seen: set[str]) -> None:
        passage = self._found.get(claim.passage)
        if passage is None:
            self.problems.append(f"{where}: the source has no passage {short(claim.passage)}")
        elif passage.role is not PassageRole.BODY:
            self.problems.append(f"{where}: {passage.id} is no evidence, its role is {passage.role.value}")
        elif passage.id in seen:
            self.problems.append(f"{where}: {passage.id} is listed twice")
        else:
            seen.add(passage.id)
            self._evidence_found.append(self._evidence(claim, passage, element))

    def _evidence(self, claim: StatedEvidence, passage: Passage, element: Element) -> Evidence:
        if passage.id not in self._read:
            text = encoder_input(passage)
            hits = self._matcher.find(text)
            self._read[passage.id] = hits, precision_filters.of_text(text, hits)
        hits, of_text = self._read[passage.id]
        return evidence(
            passage,
            element,
            hits,
            of_text,
            score=claim.score,
            substance=claim.substance,
            dense=claim.signals.dense,
            nearest=claim.signals.nearest,
            lexical=claim.signals.lexical,
        )

    @cached_property
    def _matcher(self) -> TermMatcher:
        return TermMatcher(self._plan)


def quotes_of(rebuilt: Assessment, not_compared: Sequence[str] = ()) -> int:
    listed = sum(len(coverage.evidence) + len(coverage.near_misses) for coverage in rebuilt.coverage)
    read = {"figures": len(rebuilt.figures), "ghg": len(rebuilt.ghg)}
    return listed + len(rebuilt.excluded) + sum(read[name] for name in read.keys() - {*not_compared})
