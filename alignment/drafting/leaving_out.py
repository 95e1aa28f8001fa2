"""A part of a policy document -> why it asks for nothing: background, goals or organisation."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import yaml

from alignment import resources
from alignment.text.folding import fold

BACKGROUND, GOALS, ORGANISATION = "background", "goals", "organisation"
PREAMBLE = "preamble"
"""What comes before the first part."""


@cache
def lexicon() -> dict[str, Any]:
    """The words of `corpus/lexicons/drafting.yaml`."""
    path = resources.shipped("corpus", "lexicons", "drafting.yaml")
    words: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return words


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple(
        (reason, re.compile("|".join(f"(?:{each})" for each in patterns)))
        for reason, patterns in lexicon()["left_out"].items()
    )


def reason_for(title: str) -> str | None:
    """Why a part with this title is left out; None where it is kept."""
    plain = re.sub(r"\s+(?=[\u4e00-\u9fff“])", "", fold(title).strip(" .。:"))
    return next((reason for reason, pattern in _patterns() if pattern.fullmatch(plain)), None)
