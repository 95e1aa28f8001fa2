"""Text -> the language it is written in, by its characters alone."""

from __future__ import annotations

import re
from functools import cache

from alignment.types import Language

_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")
_LATIN = re.compile(r"[A-Za-z]")
_HAN_WEIGHT = 3
"""A Han character says about as much as three Latin letters."""


def detect(text: str) -> Language:
    """The main language of `text`; Chinese without a telling character counts as Simplified."""
    han, latin = len(_HAN.findall(text)), len(_LATIN.findall(text))
    if han == latin == 0:
        return Language.UNKNOWN
    if han * _HAN_WEIGHT < latin:
        return Language.EN
    simplified, traditional = _script_characters()
    in_simplified = sum(character in simplified for character in text)
    in_traditional = sum(character in traditional for character in text)
    return Language.ZH_HANT if in_traditional > in_simplified else Language.ZH_HANS


@cache
def _script_characters() -> tuple[frozenset[str], frozenset[str]]:
    """Characters written in one script only: (Simplified, Traditional)."""
    import opencc

    characters = [chr(code) for code in range(0x3400, 0xA000)]
    text = "\n".join(characters)
    to_simplified = opencc.OpenCC("t2s").convert(text).split("\n")
    to_traditional = opencc.OpenCC("s2t").convert(text).split("\n")
    rows = list(zip(characters, to_simplified, to_traditional, strict=True))
    return (
        frozenset(c for c, simplified, traditional in rows if c == simplified and c != traditional),
        frozenset(c for c, simplified, traditional in rows if c != simplified and c == traditional),
    )
