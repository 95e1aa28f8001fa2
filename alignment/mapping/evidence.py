"""Scores of passages -> evidence per element, and what the encoder reads of a passage."""

from __future__ import annotations

from collections.abc import Sequence

from alignment.frameworks.terms import TermHit
from alignment.text.reading import length
from alignment.types import (
    Element,
    Evidence,
    ExemplarId,
    Passage,
    Signals,
    Substance,
)

_SHORT = 24


def evidence(
    passage: Passage,
    element: Element,
    hits: Sequence[TermHit],
    of_text: Sequence[str],
    *,
    score: float,
    substance: Substance,
    dense: float,
    nearest: str,
    lexical: float,
) -> Evidence:
    """A passage as evidence for an element: what the models say of it, and what its words say.

    `hits` are the terms of all elements in the passage's `encoder_input`, `of_text` the precision filters for it;
    `nearest` is the id of the exemplar that is most like it.
    """
    own = [hit for hit in hits if hit.element == element.code]
    terms = [hit.text for hit in own if not hit.negative]
    negative = [hit.text for hit in own if hit.negative]
    measures = {hit.measure for hit in own if not hit.negative} | {ExemplarId.parse(nearest).owner}
    return Evidence(
        passage=passage,
        element=element.code,
        measures=tuple(each.id for each in element.measures if each.id in measures),
        score=score,
        substance=substance,
        signals=Signals(
            dense=dense,
            nearest=nearest,
            lexical=lexical,
            terms=tuple(dict.fromkeys(terms)),
            negative_terms=tuple(dict.fromkeys(negative)),
            precision_filters=("negative_terms",) * (len(negative) > len(terms)) + tuple(of_text),
        ),
    )


def encoder_input(passage: Passage) -> str:
    """The passage's text; a short one after its innermost heading, without which it often cannot be understood."""
    if length(passage.text) >= _SHORT or not passage.heading:
        return passage.text
    return f"{passage.heading.rsplit(' › ', 1)[-1]}: {passage.text}"
