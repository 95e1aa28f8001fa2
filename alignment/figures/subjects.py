"""The text around a number -> what the number is about."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from alignment.figures import words
from alignment.figures.quantities import Quantity
from alignment.figures.words import Theme

NEAR = 90
"""Characters before a number in which its subject is sought."""
BEHIND = 45
"""Characters after it."""
FAR = 220
"""Characters before a share in which the verb that changes something by it is sought."""
_BESIDE = 22
"""Characters beside a subject's name in which it is said to be measured per another quantity."""
MEASURED = (Theme.CARBON, Theme.ENERGY, Theme.WASTE, Theme.WATER, Theme.POLLUTANTS)


@dataclass(frozen=True, slots=True)
class Subject:
    """What a number is about, and the words from a little before its name to the number, or behind it."""

    theme: Theme
    near: str
    between: str


def subject_of(
    left: str, right: str, allowed: Sequence[Theme], *, behind: bool = False, reach: int = NEAR
) -> Subject | None:
    """The subject named last before a number, else first behind it; `behind` looks there first."""
    window = left[-reach:]
    named = [(match.end(), -match.start(), order, theme) for order, theme in enumerate(allowed)
             for match in words.NAMES[theme].finditer(window)]  # fmt: skip
    noise = max((match.end() for match in words.NOISE.finditer(without_denominators(window))), default=-1)
    if named and re.fullmatch(r"\s*[、和及,]\s*\w{2,3}", window[max(named)[0] : noise]):
        noise = -1  # COD、SS: one list
    before = None
    if named and max(named)[0] >= noise:
        end, start, _, theme = max(named)
        start = -start
        if headed := list(words.HEADED.finditer(window[-60:])):
            start = len(window) - len(window[-60:]) + headed[-1].start()
            theme = next((theme for theme in allowed if words.NAMES[theme].match(window, start)), theme)
        begin = max(start - _BESIDE, clause_start(window[:start]))
        before = Subject(theme, window[begin:], window[end:])
    cut = re.search(r"[，；;。,]|(?<!fy)(?<!\d)\d", right[:BEHIND])
    follows = right[: cut.start()] if cut else right[:BEHIND]
    starts = [(match.start(), order, match.end(), theme) for order, theme in enumerate(allowed)
              if (match := words.NAMES[theme].search(follows))]  # fmt: skip
    after = None
    if starts and (noise < 0 or behind or len(window) - noise > 12):
        start, _, end, theme = min(starts)
        after = Subject(theme, follows[: end + _BESIDE], follows[:start])
        behind = behind or (start == 0 and bool(re.match(r"[\u4e00-\u9fff]", follows)))
    return (after or before) if behind else (before or after)


def without_denominators(text: str) -> str:
    """The text with blanks for what a quantity is measured per, and for the year whose prices it is stated in."""
    for pattern in (words.PER, words.PRICES):
        text = pattern.sub(lambda match: " " * len(match.group()), text)
    return text


def is_intensity(subject: Subject, quantity: Quantity) -> bool:
    measured = subject.theme in (Theme.CARBON, Theme.ENERGY, Theme.WATER, Theme.POLLUTANTS)
    if not measured or quantity.base != "1":
        return False
    named = words.INTENSITY.search(subject.near) is not None
    return named and not words.OTHER_SUBJECT.search(without_denominators(subject.near))


def clause_start(left: str) -> int:
    """Where the clause begins that ends where `left` does."""
    return max((match.end() for match in re.finditer(r"[，；;。]|, (?!\d)", left)), default=0)
