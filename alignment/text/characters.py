"""Text -> what kinds of characters it is made of: Han, wide, letters, years, bullets; one definition for all rooms."""

from __future__ import annotations

import re

_HAN_BLOCKS = ((0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF))
"""Extension A, the unified ideographs, the compatibility ideographs. The hexagrams between the first two are no
writing; what lies beyond the basic plane does not occur in reports and would slow every pattern down."""
HAN_CODES = tuple(code for first, last in _HAN_BLOCKS for code in range(first, last + 1))
HAN = "".join(f"{chr(first)}-{chr(last)}" for first, last in _HAN_BLOCKS)
"""For use within the brackets of a pattern."""
UNIFIED = "\u4e00-\u9fff"
"""The unified ideographs alone, with which the shipped n-grams were learned. Folding turns 划 into a character of
Extension A, so it parts their runs; the n-grams of 规划 come in with `HAN` when the mapper is trained again."""
MARKS = "\u3000-\u303f\uff00-\uffef"
"""The marks that are set among Han, and full-width forms; likewise."""
WIDE = f"{HAN}{MARKS}\u3040-\u33ff"
"""These, kana, and units in one square, as ㎡: no space parts two of them."""
YEAR = r"(?:19|20)\d\d"
"""A year that a report can speak of."""
YEAR_SINCE_2000 = r"20\d\d"
"""The years of plans and of progress; the grader of substance has learned with these alone."""
BULLETS = "•·●○■□▪◆◇►▶➢➤✓✔–—*→"
"""What begins an item of a list; a hyphen does so only before a space."""
NUMERALS = "一二三四五六七八九十"
"""What chapters and items are numbered with."""
STOPS = tuple("。！？；.!?;")
"""What ends a sentence, and does not end a label, a header or a heading."""
LETTER = r"[^\W\d_]"
"""A letter of any script; with a sign behind it, a pattern of words."""
LATIN_WIDTH = 3
"""So many Latin letters say about as much, and are about as wide, as one Han character."""
_CHINESE_SHARE = 10
"""One Han character in so many makes a text Chinese: Chinese reports are full of English names and of figures."""

_HAN_CHARACTER = re.compile(f"[{HAN}]")
_LETTER = re.compile(LETTER)
_WIDE_END = re.compile(f"[{WIDE}]")


def han_in(text: str) -> int:
    """How many Han characters a text holds."""
    return len(_HAN_CHARACTER.findall(text))


def has_han(text: str) -> bool:
    """Whether a text holds any."""
    return _HAN_CHARACTER.search(text) is not None


def letters_in(text: str) -> int:
    """How many letters of any script a text holds; digits, marks and white space left out."""
    return len(_LETTER.findall(text))


def is_chinese(text: str) -> bool:
    """Whether at least a tenth of the characters are Han; an empty text counts as Chinese."""
    return _CHINESE_SHARE * han_in(text) >= len(text)


def width_of(text: str) -> float:
    """Length of a text as it is set, in Han characters, white space included."""
    han = han_in(text)
    return han + (len(text) - han) / LATIN_WIDTH


def joined(first: str, second: str) -> str:
    """Two lines of one cell or label as one: a space between them unless both meet in wide characters."""
    close = _WIDE_END.match(first[-1:]) and _WIDE_END.match(second[:1])
    return f"{first}{'' if close else ' '}{second}"
