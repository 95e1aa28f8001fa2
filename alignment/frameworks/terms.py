"""Framework terms x text -> the terms that a passage really contains, by spaCy's phrase matcher."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from alignment.text.folding import fold
from alignment.text.sentences import pipeline
from alignment.types import Framework

if TYPE_CHECKING:
    from spacy.tokens import Doc


@dataclass(frozen=True, slots=True)
class TermHit:
    """A term of a measure found in a text, as it stands there."""

    element: str
    """Code of the measure's element."""
    measure: str
    start: int
    """Places in the text: `text[start:end]` is the term."""
    end: int
    text: str
    negative: bool
    """Whether the term speaks against the measure."""


class TermMatcher:
    """Finds all terms and negative terms of a framework in a text, in both scripts and in inflected English.

    A term inside a longer negative term of the same element does not count: "green building loan" is no hit of
    "green building" where the longer phrase is negative.
    """

    def __init__(self, framework: Framework) -> None:
        vocabulary = pipeline().vocab
        from spacy.matcher import PhraseMatcher

        self._matcher = PhraseMatcher(vocabulary, attr="ORTH")
        self._owners: dict[str, tuple[str, str, bool]] = {}
        for element in framework.elements:
            for measure in element.measures:
                self._add(element.code, measure.id, measure.terms.all, negative=False)
                self._add(element.code, measure.id, measure.negative_terms.all, negative=True)

    def _add(self, element: str, measure: str, terms: Iterable[str], *, negative: bool) -> None:
        key = f"{measure} {'not' if negative else 'is'}"
        documents = [_stemmed(fold(term)) for term in terms]
        if documents:
            self._owners[key] = (element, measure, negative)
            self._matcher.add(key, documents)

    def find(self, text: str) -> tuple[TermHit, ...]:
        """All hits in `text`, by position; overlapping hits of one measure are reduced to the longest."""
        plain = pipeline().make_doc(fold(text))
        tokens = [(token.idx, token.idx + len(token)) for token in plain if not token.is_space]
        if not tokens:
            return ()
        stemmed = _stemmed_document(plain)
        hits = []
        for key, first, last in self._matcher(stemmed):
            element, measure, negative = self._owners[stemmed.vocab.strings[key]]
            start, end = tokens[first][0], tokens[last - 1][1]
            hits.append(TermHit(element, measure, start, end, text[start:end], negative))
        return tuple(_without_shadowed(hits))


def _without_shadowed(hits: list[TermHit]) -> list[TermHit]:
    """Drop hits inside a longer hit of the same measure, and terms inside a negative term of the same element."""
    kept = []
    ordered = sorted(set(hits), key=lambda each: (each.start, -each.end, each.measure, each.negative))
    negatives = [hit for hit in ordered if hit.negative]
    opened = 0
    # Of all that begin before a hit, or with it, only what reaches furthest can hold it: one look at each is enough.
    furthest: dict[tuple[str, bool], TermHit] = {}
    reached: dict[str, int] = {}
    for hit in ordered:
        while opened < len(negatives) and negatives[opened].start <= hit.start:
            element = negatives[opened].element
            reached[element] = max(reached.get(element, 0), negatives[opened].end)
            opened += 1
        other = furthest.get((hit.measure, hit.negative))
        if other is None or other.end < hit.end:
            furthest[hit.measure, hit.negative] = hit
        elif other.start < hit.start or other.end > hit.end:
            continue
        if hit.negative or reached.get(hit.element, 0) < hit.end:
            kept.append(hit)
    return kept


def _stemmed(text: str) -> Doc:
    return _stemmed_document(pipeline().make_doc(text))


def _stemmed_document(document: Doc) -> Doc:
    """The same tokens as stems and without white space, so that line breaks and plurals do not hide a term."""
    from spacy.tokens import Doc

    return Doc(document.vocab, words=[_stem(token.text) for token in document if not token.is_space])


@cache
def _stemmer() -> Any:
    import snowballstemmer

    return snowballstemmer.stemmer("english")


@lru_cache(maxsize=100_000)
def _stem(word: str) -> str:
    return str(_stemmer().stemWord(word)) if word.isascii() and word.isalpha() else word
