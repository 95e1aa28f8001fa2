"""Text -> reasons why it is not evidence, however much it sounds like it; each lowers the probability by a factor."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

import numpy as np
import yaml
from numpy.typing import NDArray

from alignment import resources
from alignment.frameworks.terms import TermHit
from alignment.mapping import substance
from alignment.text.characters import HAN, has_han
from alignment.text.folding import fold
from alignment.text.reading import length

FACTORS = {
    "negative_terms": 0.5,
    "negated": 0.25,
    "hypothetical": 0.25,
    "definition": 0.25,
    "others": 0.25,
    "index": 0.25,
    "stuffing": 0.2,
    "outline": 0.1,
    "plan_restatement": 0.05,
}
"""What each precision filter leaves of a probability; they multiply."""
_SENTENCE = re.compile(r"[。！？；!?;\n]+|\.(?=\s|$)")
_MOST_OF, _LONG = 0.5, 200
_STUFFED_TERMS, _STUFFED_ELEMENTS, _STUFFED_SHARE = 5, 4, 0.55
_STUFFED_PARTS, _NAME = 8, 8
"""Names in a row, and the length of a name in Han characters."""
_SEPARATOR = re.compile(rf"[、，,;；·•|/\n]+|(?<=[{HAN}])\s+(?=[{HAN}])")
_CODES = 3
_SENTENCE_WORDS = 6
_PARTS = re.compile(r"[,;:|•·\n]|\.(?=\s|$)")
_FEWEST_PARTS, _PART_WORDS = 3, 7
"""A row of names has at least so many parts, of at most so many words on average."""
_DID = re.compile(r"\b[a-z]+ed (?:the|an?|its|all|over|nearly|about|by|to|from|more|\d)\b")
"""\"upgraded treatment\" names something; \"upgraded the treatment\" says that somebody did."""
_CODED = re.compile(r"^\s*[a-z]\d\b[^.;]{0,60}[.;]")
"""The name of an element with its code, in which words like support or supply are no verbs."""
_UNITS = r"%|per ?cent|(?:[kmg]?t|kg|m[23]|[kmgt]wh?|[mgtp]j|ha|km)\b|tonne|million|billion"
_FIGURE = re.compile(rf"(?<![a-z\d-])\d++[,.]*+\s*+(?:{_UNITS})|\d{{3}}|\d\.\d")


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    lexicon = yaml.safe_load(
        resources.shipped("corpus", "lexicons", "precision_filters.yaml").read_text(encoding="utf-8")
    )
    return {name: re.compile("|".join(words)) for name, words in lexicon.items()}


def of_text(text: str, hits: Sequence[TermHit]) -> tuple[str, ...]:
    """Precision filters that apply to a whole text, whatever the element."""
    folded = fold(text)
    found = [name for name in ("negated", "hypothetical") if _in_most_sentences(folded, name)]
    own = speaks_of_company(folded)
    if not own and _patterns()["definition"].search(folded):
        found.append("definition")
    if _in_most_sentences(folded, "strangers") or (not own and _in_most_sentences(folded, "others")):
        found.append("others")
    if len(_patterns()["index"].findall(folded)) >= _CODES:
        found.append("index")
    if _stuffed(text, hits):
        found.append("stuffing")
    if _outline(folded):
        found.append("outline")
    return tuple(found)


def speaks_of_company(text: str) -> bool:
    """Whether a text names its own company, as we, our, the Company, 公司 or 集团 do."""
    return bool(_patterns()["company"].search(fold(text)))


def speaks_as_policy(text: str) -> bool:
    """Whether a text tells industries or regions what to do, and neither names a company nor says what was done."""
    folded = fold(text)
    if _patterns()["company"].search(folded) or substance.count(folded, "done"):
        return False
    return all(_in_most_sentences(folded, name) for name in ("hortative", "policy_object"))


def _in_most_sentences(text: str, name: str) -> bool:
    sentences = [sentence for sentence in _SENTENCE.split(text) if sentence.strip()]
    # One cue in a long sentence, or in a text that lost its punctuation, says little about the whole.
    held = sum(len(sentence) <= _LONG and bool(_patterns()[name].search(sentence)) for sentence in sentences)
    return held > 0 and held >= _MOST_OF * len(sentences)


def _stuffed(text: str, hits: Sequence[TermHit]) -> bool:
    """Whether the text is little but terms of many elements, or many short names without a figure, strung together."""
    terms = {(hit.start, hit.end) for hit in hits if not hit.negative}
    elements = {hit.element for hit in hits if not hit.negative}
    parts = [part for part in _SEPARATOR.split(text) if part.strip()]
    short = sum(length(part) <= _NAME for part in parts)
    named = len(parts) >= _STUFFED_PARTS and short >= 0.9 * len(parts) and not any(map(str.isdigit, text))
    if named and len(elements) >= _STUFFED_ELEMENTS:
        return True
    if len(terms) < _STUFFED_TERMS or len(elements) < _STUFFED_ELEMENTS:
        return False
    inside = {place for start, end in terms for place in range(start, end)}
    letters = [place for place, character in enumerate(text) if character.isalnum()]
    return sum(place in inside for place in letters) >= _STUFFED_SHARE * len(letters)


def _outline(text: str) -> bool:
    """Whether an English text is a row of names: no verb, nobody who acts, nothing that was counted."""
    text = _CODED.sub("", text)
    parts = [part for part in _PARTS.split(text) if part.strip()]
    words = re.findall(r"[a-z][a-z'-]+", text)
    if len(words) < _SENTENCE_WORDS or has_han(text):
        return False
    if len(parts) < _FEWEST_PARTS or len(words) > _PART_WORDS * len(parts):
        return False
    return not (_patterns()["predicate"].search(text) or _FIGURE.search(text) or _DID.search(text))


def factors(of_texts: Sequence[Sequence[str]], negative: NDArray[np.bool_]) -> NDArray[np.float32]:
    """What the filters leave of each probability, in (0, 1]; `negative` and the result have shape (n, elements)."""
    whole = np.array([np.prod([FACTORS[name] for name in names]) for names in of_texts], np.float32)
    left: NDArray[np.float32] = whole.reshape(-1, 1) * np.where(negative, FACTORS["negative_terms"], 1.0)
    return left.astype(np.float32)
