"""Passages that repeat the plan's own words, or speak as policy does, are quotations, not evidence."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from alignment.mapping import precision_filters
from alignment.text.characters import HAN, YEAR, has_han
from alignment.text.folding import fold
from alignment.text.reading import length, reading_text
from alignment.types import Framework, Passage, PassageRole

SHARE = 0.6
"""A passage with at least this share of its letters inside n-grams of the plan's text repeats it."""
NEAR_SHARE, WHOLE = 0.5, 0.6
"""It nearly repeats it where this share of its words stands in texts of the plan that it holds to this share."""
SHORTEST = 12
"""Passages shorter than this, in Han characters, may share words by chance."""
FEWEST = 4
"""Texts of the plan with fewer different words than this are too short to be recognised by their words alone."""
MOSTLY = 1 / 3
"""From this share of letters on, a document is a copy of the plan, and what names no company in it is quoted, too."""
_HAN_GRAM, _LATIN_GRAM, _STEM = 5, 18, 5
_HAN = re.compile(f"[{HAN}]+")
_WORD = re.compile(r"[a-z]{4,}|\d[\d.,]*")
_LEAD_IN = re.compile(r"(?:^|(?<=[.。;\n]))[^:.。;\n]{1,60}:")
"""What introduces a quotation, as "we support:" does, in folded text."""
_NUMBERED = re.compile(r"^[^\w\n]*\d+(?:\.\d+)*\s", re.M)
_FIGURE = re.compile(r"\d+\.\d+|\d{3,}|\d+%")
_YEAR = re.compile(YEAR)


@dataclass(frozen=True, slots=True)
class Wording:
    """What the plan's names, descriptions and targets are made of."""

    grams: frozenset[str]
    """Character n-grams."""
    numbers: frozenset[str]
    """Those of the targets."""
    texts: tuple[frozenset[str], ...]
    """The words of each text that is long enough."""
    places: dict[str, tuple[int, ...]]
    """Word -> the texts it stands in."""


def mark(passages: Sequence[Passage], wording: Wording) -> tuple[Passage, ...]:
    """The same passages; those that repeat the plan or other policy get the role `plan_restatement`.

    In a document that mostly does, so do all that name no company.
    """
    read = [passage.role is PassageRole.BODY for passage in passages]
    quoted = [body and repeats(passage.text, wording) for body, passage in zip(read, passages, strict=True)]
    lengths = [length(passage.text) for passage in passages]
    all_read, all_quoted = (
        sum(one for one, held in zip(lengths, which, strict=True) if held) for which in (read, quoted)
    )
    if all_quoted >= MOSTLY * all_read:
        quoted = [
            held or (body and not precision_filters.speaks_of_company(passage.text))
            for held, body, passage in zip(quoted, read, passages, strict=True)
        ]
    return tuple(
        replace(passage, role=PassageRole.PLAN_RESTATEMENT) if held else passage
        for held, passage in zip(quoted, passages, strict=True)
    )


def known(framework: Framework) -> Wording:
    """The wording of the plan: of its names, descriptions and targets."""
    texts = list(dict.fromkeys(_texts(framework)))
    words = tuple(each for text in texts if len(each := frozenset(_words(text))) >= FEWEST)
    places: defaultdict[str, list[int]] = defaultdict(list)
    for number, each in enumerate(words):
        for word in sorted(each):
            places[word].append(number)
    grams = frozenset(gram for text in texts for _, gram in _grams(_plain(text)))
    values = [abs(target.value) for target in framework.targets]
    numbers = frozenset(f"{value:g}" for each in values for value in (each, each / 100))  # 4.8亿 is 480 million
    return Wording(grams, numbers, words, {word: tuple(numbers) for word, numbers in places.items()})


def repeats(text: str, wording: Wording) -> bool:
    """Whether a text is long enough to judge and mostly made of the plan's own words, or speaks as policy does.

    A text with figures that are not the plan's is none, for a row of a table may be named as a target is.
    """
    figures = {figure.rstrip("%") for figure in _FIGURE.findall(_NUMBERED.sub("", fold(text)))}
    if any(not _YEAR.fullmatch(figure) for figure in figures - wording.numbers):
        return False
    said = {text, _LEAD_IN.sub(" ", fold(text))}
    return any(
        length(each) >= SHORTEST and (_copied(each, wording) or _nearly_copied(each, wording)) for each in said
    ) or (length(text) >= SHORTEST and precision_filters.speaks_as_policy(text))


def _copied(text: str, wording: Wording) -> bool:
    letters = _plain(text)
    inside: set[int] = set()
    for start, gram in _grams(letters):
        if gram in wording.grams:
            inside.update(range(start, start + len(gram)))
    return len(inside) >= SHARE * len(letters) > 0


def _nearly_copied(text: str, wording: Wording) -> bool:
    """Also where words were exchanged, left out or put in another order."""
    words = _words(text)
    if len(words) < SHORTEST / 2:
        return False
    found = Counter(number for word in set(words) for number in wording.places.get(word, ()))
    held = frozenset[str]().union(
        *(wording.texts[number] for number, count in found.items() if count >= WHOLE * len(wording.texts[number]))
    )
    return sum(word in held for word in words) >= NEAR_SHARE * len(words) > 0


def _words(text: str) -> list[str]:
    """Pairs of neighbouring Han characters, stems of words of four letters or more, and numbers that are no years."""
    folded = fold(reading_text(text))
    pairs = [run[at : at + 2] for run in _HAN.findall(folded) for at in range(len(run) - 1)]
    return pairs + [word[:_STEM] for word in _WORD.findall(folded) if not _YEAR.fullmatch(word)]


def _texts(framework: Framework) -> Iterator[str]:
    yield from (*framework.name.all, *framework.description.all)
    for element in framework.elements:
        yield from (*element.name.all, *element.description.all)
        for measure in element.measures:
            if measure.origin and measure.origin.quote:
                yield measure.origin.quote
            for text in (measure.name, measure.description, measure.closing):
                yield from text.all
    for target in framework.targets:
        yield from target.metric.all
    named = [(emphasis.name, emphasis.description) for emphasis in framework.emphases]
    named += [(field.name, field.description) for field in framework.emerging]
    for texts in named:
        for text in texts:
            yield from text.all


def _plain(text: str) -> str:
    """Letters and digits only, folded, so that punctuation and line breaks do not hide a repetition."""
    return "".join(character for character in fold(reading_text(text)) if character.isalnum())


def _grams(text: str) -> list[tuple[int, str]]:
    """The n-gram at every place: short where it begins with a Han character, which says more than a letter."""
    sizes = (_HAN_GRAM if has_han(character) else _LATIN_GRAM for character in text)
    return [(start, text[start : start + size]) for start, size in enumerate(sizes) if start + size <= len(text)]
