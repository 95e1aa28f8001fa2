"""Passages that repeat the plan's own words are quotations, not evidence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from dataclasses import replace

from alignment.folding import fold
from alignment.passages import length, reading_text
from alignment.types import Framework, Passage, PassageRole

SHARE = 0.6
"""A passage with at least this share of its letters inside n-grams of the plan's text repeats it."""
SHORTEST = 12
"""Passages shorter than this, in Han characters, may share words by chance."""
_HAN_GRAM, _LATIN_GRAM = 5, 18


def mark(passages: Sequence[Passage], framework: Framework) -> tuple[Passage, ...]:
    """The same passages; those that repeat the plan's names, descriptions and targets get the role `policy_echo`."""
    grams = known(framework)
    return tuple(
        replace(passage, role=PassageRole.POLICY_ECHO)
        if passage.role is PassageRole.BODY and repeats(passage.text, grams)
        else passage
        for passage in passages
    )


def known(framework: Framework) -> frozenset[str]:
    """The character n-grams of the plan's names, descriptions and targets."""
    return frozenset(gram for text in _texts(framework) for _, gram in _grams(_plain(text)))


def repeats(text: str, known: Set[str]) -> bool:
    """Whether a text is long enough to judge and mostly made of the plan's own words."""
    if length(text) < SHORTEST:
        return False
    letters = _plain(text)
    inside: set[int] = set()
    for start, gram in _grams(letters):
        if gram in known:
            inside.update(range(start, start + len(gram)))
    return len(inside) >= SHARE * len(letters) > 0


def _texts(framework: Framework) -> Iterator[str]:
    yield from (framework.name.zh, framework.name.en, framework.description.zh, framework.description.en)
    for element in framework.elements:
        yield from (element.name.zh, element.name.en, element.description.zh, element.description.en)
        for measure in element.measures:
            for text in (measure.name, measure.description, measure.closing):
                yield from (text.zh, text.en)
    for target in framework.targets:
        yield from (target.metric.zh, target.metric.en)
    named = [(emphasis.name, emphasis.description) for emphasis in framework.emphases]
    named += [(field.name, field.description) for field in framework.emerging]
    for texts in named:
        for text in texts:
            yield from (text.zh, text.en)


def _plain(text: str) -> str:
    """Letters and digits only, folded, so that punctuation and line breaks do not hide a repetition."""
    return "".join(character for character in fold(reading_text(text)) if character.isalnum())


def _grams(text: str) -> list[tuple[int, str]]:
    """The n-gram at every place: short where it begins with a Han character, which says more than a letter."""
    sizes = (_HAN_GRAM if "\u4e00" <= character <= "\u9fff" else _LATIN_GRAM for character in text)
    return [(start, text[start : start + size]) for start, size in enumerate(sizes) if start + size <= len(text)]
