"""Names and official wording -> draft terms: what a plan lists, sets in quotation marks or names things by."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import cache

from alignment.drafting.leaving_out import lexicon

MOST = 8
"""Terms of a measure; a person adds and strikes out."""
COMMON = 0.2
"""Share of the measures from which a term tells none apart."""
_QUOTED = re.compile(r"[“「《]([^”」》]{2,14})[”」》]")
_LATIN = re.compile(r"(?<![A-Za-z])([A-Z][A-Za-z0-9-]{1,9})(?![A-Za-z])")
_LISTED = re.compile(r"[\u4e00-\u9fffA-Za-z0-9+]{2,10}(?:、[\u4e00-\u9fffA-Za-z0-9+]{2,10})+")
_ENGLISH = re.compile(r"[a-z][a-z-]+(?: [a-z][a-z-]+){1,3}")
_OFFICE = re.compile(r"[厅局委部办]$|政府$|部门$")
_JOINED = re.compile(r"[和与及、，,]|以及")


def terms_of(names: Sequence[str], texts: Sequence[str], language: str) -> list[list[str]]:
    """Draft terms of each measure, best first: those that few other measures have too."""
    drawn = [_candidates(name, text, language) for name, text in zip(names, texts, strict=True)]
    held = Counter(term for found in drawn for term in found)
    most = max(1, int(COMMON * len(drawn)))
    return [[term for term in found if held[term] <= most][:MOST] for found in drawn]


def core(name: str, language: str) -> str:
    """A name without the verbs that it begins with: `持续扩大非化石能源供给规模` as `非化石能源供给规模`."""
    words = _verbs(language)
    found = name.strip(" “”.。")
    while True:
        shorter = next((found[len(word) :].lstrip() for word in words if found.lower().startswith(word)), None)
        if shorter is None or len(shorter) < (3 if language == "zh" else 5):
            return found
        found = shorter


@cache
def _verbs(language: str) -> tuple[str, ...]:
    words = lexicon()["verbs"][language]
    return tuple(
        sorted((f"{word} " if language == "en" else word for word in words), key=lambda word: (-len(word), word))
    )


def _candidates(name: str, text: str, language: str) -> list[str]:
    if language == "en":
        found = [core(name, language).lower(), *_LATIN.findall(text)]
        return list(dict.fromkeys(term for term in found if 3 <= len(term) <= 40))
    found = [core(part, language) for part in (*_JOINED.split(name), name)]
    found += _QUOTED.findall(text)
    found += [core(item, language) for run in _LISTED.findall(text) for item in run.split("、")[:-1]]
    found += _LATIN.findall(text)
    common = set(lexicon()["common"])
    kept = (re.sub(r"^(?:的|等|和|与)|(?:等|的)$", "", term) for term in found)
    return list(
        dict.fromkeys(term for term in kept if 2 <= len(term) <= 14 and term not in common and not _OFFICE.search(term))
    )
