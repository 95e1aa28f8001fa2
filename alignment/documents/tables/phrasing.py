"""What a row of a table says -> its text, in one form for all formats: `用水量（吨）  2021：1,234  2022：1,100`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from alignment.documents.tables import cells as looks
from alignment.text.characters import has_han

UNDER = " › "
"""Between the label of a section and the label of a row in it."""
_DECIMALS = re.compile(r"\.(0+)")


def row_text(label: str, unit: str, values: Sequence[tuple[str, str]], headers: Iterable[str] = ()) -> str:
    """`label（unit）  header：value  header：value`; each value comes with its header, "" for none.

    `headers` are all of the table's: with Han characters in them, the label or the unit, its marks are Chinese. A
    unit that the label gives itself, or that nothing measured has, is left out.
    """
    chinese = has_han(label + unit + "".join(headers))
    if unit and not _names(label, unit) and any(looks.is_measured(value) for _, value in values):
        label = f"{label}（{unit}）" if chinese else f"{label} ({unit})"
    colon = "：" if chinese else ": "
    stated = [f"{header}{colon}{value}" if header else value for header, value in values]
    return "  ".join(part for part in (label, *stated) if part)


def shown_number(value: float, pattern: str) -> str:
    """A number as its format in a workbook shows it: percent, thousands and decimals; all else in ten digits."""
    pattern = re.sub(r'"[^"]*"|\[[^\]]*\]|\\.', "", pattern.split(";")[0])
    decimals = _DECIMALS.search(pattern)
    digits = min(10, len(decimals[1])) if decimals else 0
    if "%" in pattern:
        return f"{100 * value:.{digits}f}%"
    if "#,##0" in pattern:
        return f"{value:,.{digits}f}"
    if decimals and pattern.startswith(("0", "#")) and "E" not in pattern.upper():
        return f"{value:.{digits}f}"
    return f"{value:.10g}" if isinstance(value, float) else str(value)


def _names(label: str, unit: str) -> bool:
    """Whether a label gives the unit itself, in brackets."""
    return any(f"{bracket}{unit}" in label for bracket in "(（")
