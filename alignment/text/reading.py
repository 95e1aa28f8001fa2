"""A passage as it stands on its page -> the text as people read it, and its length."""

from __future__ import annotations

import re

from alignment.text import characters
from alignment.text.folding import fold

_WRAP = re.compile(rf"(?<=[{characters.HAN}，。、；：！？）」』”])[^\S\n]*+\n\s*+(?=[{characters.HAN}（「『“])")


def prepared(text: str) -> str:
    """What encoders and n-grams see of a text: unwrapped and folded, so that both scripts of Chinese are the same."""
    return fold(reading_text(text))


def length(text: str) -> float:
    """Length of `text` in Han characters, white space left out: a Latin character counts as a third."""
    han, others = counts(text)
    return han + others / characters.LATIN_WIDTH


def counts(text: str) -> tuple[int, int]:
    """Han characters, and others that are neither spaces nor line breaks."""
    han = characters.han_in(text)
    return han, len(text) - text.count(" ") - text.count("\n") - han


def reading_text(text: str) -> str:
    """`text` as a person reads it: line breaks inside a sentence vanish between Han characters, else become a space."""
    return re.sub(r"\s+", " ", _WRAP.sub("", text)).strip()
