"""Text from outside -> text without control characters, safe to print and to name a file in a sentence."""

from __future__ import annotations

from pathlib import Path

_CONTROLS = dict.fromkeys((*range(32), 127, *range(128, 160), 65279, 173, 65534, 65535))
_CONTROLS |= {ord("\n"): "\n", ord("\t"): " ", 0x0B: "\n", 0x0C: "\n", 0x85: "\n", 0x2028: "\n", 0x2029: "\n"}
_CONTROLS |= dict.fromkeys((*range(8203, 8208), *range(8234, 8239), *range(8288, 8304)))
_CONTROLS |= dict.fromkeys(range(55296, 57344))
# Bullets of symbol fonts, which have no other code point.
_CONTROLS |= dict.fromkeys((0xF0B7, 0xF0A7, 0xF06C, 0xF06E, 0xF0D8, 0xF0FC, 0xF076, 0xF0A8, 0xF09F), "•")
_CONTROLS |= dict.fromkeys((160, 8199, 8239), " ")


def name_of(path: Path) -> str:
    """The file's name as it is shown: what a terminal would obey is left out."""
    return " ".join(clean(path.name).split()) or "report"


def shown(path: Path) -> str:
    """The whole path as it is shown, without what a terminal would obey."""
    return " ".join(clean(str(path)).split()) or "of that name"


def clean(text: str) -> str:
    """`text` without control, invisible and direction-changing characters; non-breaking spaces become spaces.

    Such characters cannot be read on the page, so no quote can need them; hidden ones are a way to break both.
    """
    return text.replace("\r\n", "\n").replace("\r", "\n").translate(_CONTROLS)
