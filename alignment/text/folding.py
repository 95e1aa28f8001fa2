"""Text -> the same text folded for matching: one script, one width, one case, and exactly the same length."""

from __future__ import annotations

import unicodedata
from functools import cache, lru_cache

from alignment.text.characters import HAN_CODES

_CONVERSIONS = ("t2s", "tw2s", "hk2s", "s2t", "s2tw", "s2hk")
_ONLY_IN_PHRASES = "复覆 借藉 背揹 链鍊 了瞭 夫伕 宁甯 苏甦 熏薰 仇讎 沈沉 坐座 周賙 画划 仿彷 酰醯 具俱 只祇 它牠 硷礆"
"""Pairs that a converter exchanges inside set phrases only (回覆 and 回复), so single characters do not show them."""


@lru_cache(maxsize=16)  # one text is asked for many times in a row
def fold(text: str) -> str:
    """Fold Traditional to Simplified, full width to half width and upper to lower case, one character for one.

    Because the length is kept, an offset in the folded text is an offset in the original. Folding a passage
    and folding its conversion to the other script give the same string. For matching only: never shown.
    """
    return text.translate(_table())


@cache
def _table() -> dict[int, str]:
    """The folding of every character that changes.

    Each Han character goes to the representative of its class, a class being everything that OpenCC's
    conversions connect (乾, 幹 and 干 are one class), so that both directions of a conversion agree.
    """
    table: dict[int, str] = {}
    for code in range(0x80, 0x10000):
        character = chr(code)
        if 0xD800 <= code <= 0xDFFF:
            continue
        normal = unicodedata.normalize("NFKC", character).lower()
        if len(normal) == 1 and normal != character:
            table[code] = normal
    for code in range(ord("A"), ord("Z") + 1):
        table[code] = chr(code).lower()
    for character, representative in _han_classes().items():
        table[ord(character)] = representative
    return {code: table.get(ord(target), target) for code, target in table.items()}


def _han_classes() -> dict[str, str]:
    import opencc

    characters = [chr(code) for code in HAN_CODES]
    text = "\n".join(characters)
    parent = {character: character for character in characters}

    def root(character: str) -> str:
        while parent.setdefault(character, character) != character:
            character = parent[character]
        return character

    conversions = {name: opencc.OpenCC(name).convert(text).split("\n") for name in _CONVERSIONS}
    simplified = dict(zip(characters, conversions["t2s"], strict=True))
    pairs = [(pair[0], pair[1]) for pair in _ONLY_IN_PHRASES.split()]
    for converted in conversions.values():
        pairs += [(source, target) for source, target in zip(characters, converted, strict=True) if source != target]
    for source, target in pairs:
        if len(target) == 1:
            first, second = sorted((root(source), root(target)))
            parent[second] = first
    classes: dict[str, list[str]] = {}
    for character in list(parent):
        classes.setdefault(root(character), []).append(character)
    return {
        member: min((simplified.get(each, each) for each in members), key=lambda each: (len(each), each))
        for members in classes.values()
        if len(members) > 1
        for member in members
    }
