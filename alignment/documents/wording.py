"""What a row of a table says -> its text, in one form for all formats: `用水量（吨）  2021：1,234  2022：1,100`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from alignment.documents import cells as looks

UNDER = " › "
"""Between the label of a section and the label of a row in it."""
_HAN = re.compile(r"[\u3400-\u9fff]")


def row_text(label: str, unit: str, values: Sequence[tuple[str, str]], headers: Iterable[str] = ()) -> str:
    """`label（unit）  header：value  header：value`; each value comes with its header, "" for none.

    `headers` are all of the table's: with Han characters in them, the label or the unit, its marks are Chinese. A
    unit that the label gives itself, or that nothing measured has, is left out.
    """
    chinese = _HAN.search(label + unit + "".join(headers)) is not None
    if unit and not _names(label, unit) and any(looks.is_measured(value) for _, value in values):
        label = f"{label}（{unit}）" if chinese else f"{label} ({unit})"
    colon = "：" if chinese else ": "
    stated = [f"{header}{colon}{value}" if header else value for header, value in values]
    return "  ".join(part for part in (label, *stated) if part)


def _names(label: str, unit: str) -> bool:
    """Whether a label gives the unit itself, in brackets."""
    return any(f"{bracket}{unit}" in label for bracket in "(（")
