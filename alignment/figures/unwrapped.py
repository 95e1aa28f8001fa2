"""A passage -> its text as a person reads it, and where each of its characters stands."""

from __future__ import annotations

import re
from collections.abc import Sequence

_BROKEN = re.compile(r" *\n\s*|(?<=[\u3400-\u9fff]) (?=[\u3400-\u9fff])")
_WRAPPED = re.compile(r"(?<=[\u3400-\u9fff，。、；：！？）」』”])\s+(?=[\u3400-\u9fff（「『“])")
_SPACED = re.compile(r"(?<!\S)(?:\S ){10,}\S(?!\S)")
"""Letter-spaced text: single characters with a space between each two."""
_SPACES = {ord("\t"): " ", 0xA0: " "}


def unwrapped(text: str) -> tuple[str, Sequence[int]]:
    """The text as a person reads it, and where each of its characters stands.

    A line that breaks between Han characters is joined, any other with a space; rows of a table stay apart.
    """
    spaces, gone = set[int](), set[int]()
    for match in _SPACED.finditer(text):
        gone.update(range(match.start() + 1, match.end() - 1, 2))
    for match in _BROKEN.finditer(text):
        if not _is_row(text, match.start()) and not _is_row(text, match.end()):
            joined = _WRAPPED.match(text, match.start()) is not None
            gone.update(range(match.start() + (not joined), match.end()))
            spaces.add(match.start())
    if not spaces and not gone:
        return text.translate(_SPACES), range(len(text))
    kept = [place for place in range(len(text)) if place not in gone]
    return "".join(" " if place in spaces else text[place] for place in kept).translate(_SPACES), kept


def _is_row(text: str, place: int) -> bool:
    """Whether the line at this place is a row of cells."""
    start, end = text.rfind("\n", 0, place) + 1, text.find("\n", place)
    line = text[start : end if end >= 0 else len(text)].strip()
    return "  " in line or " › " in line
