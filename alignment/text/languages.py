"""Text -> the language it is written in, by its characters alone."""

from __future__ import annotations

import re
from functools import cache

from alignment.text import characters
from alignment.types import Language

_LATIN = re.compile(r"[A-Za-z]")


def detect(text: str) -> Language:
    """The main language of `text`; Chinese without a telling character counts as Simplified."""
    han, latin = characters.han_in(text), len(_LATIN.findall(text))
    if han == latin == 0:
        return Language.UNKNOWN
    if han * characters.LATIN_WIDTH < latin:
        return Language.EN
    simplified, traditional = _script_characters()
    in_simplified = sum(character in simplified for character in text)
    in_traditional = sum(character in traditional for character in text)
    return Language.ZH_HANT if in_traditional > in_simplified else Language.ZH_HANS


@cache
def _script_characters() -> tuple[frozenset[str], frozenset[str]]:
    """Characters written in one script only: (Simplified, Traditional)."""
    import opencc

    all_han = [chr(code) for code in characters.HAN_CODES]
    text = "\n".join(all_han)
    to_simplified = opencc.OpenCC("t2s").convert(text).split("\n")
    to_traditional = opencc.OpenCC("s2t").convert(text).split("\n")
    rows = list(zip(all_han, to_simplified, to_traditional, strict=True))
    return (
        frozenset(c for c, simplified, traditional in rows if c == simplified and c != traditional),
        frozenset(c for c, simplified, traditional in rows if c != simplified and c == traditional),
    )
