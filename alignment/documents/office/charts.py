"""Chart of a slide -> its titles, and a row for each series that says its value in each category."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from alignment.documents.building import Piece
from alignment.documents.tables.phrasing import row_text, shown_number
from alignment.types import BlockKind, Box

_NAMES = ("{*}cat", "{*}xVal")
_VALUES = ("{*}val", "{*}yVal")
_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"


def chart_pieces(space: Any, box: Box | None) -> Iterator[Piece]:
    """What a chart says, by the values that the presentation keeps of it; `space` is its part's root element.

    The titles of the chart and of its axes come first, then a row for each series, as those of tables.
    """
    for title in space.iter("{*}title"):
        yield Piece(_title(title), BlockKind.CAPTION, box=box)
    for series in space.iter("{*}ser"):
        names, values = _points(series, _NAMES), _points(series, _VALUES)
        stated = [(names.get(index, ""), value) for index, value in sorted(values.items())]
        label = " ".join((series.findtext("{*}tx//{*}v") or "").split())
        if stated:
            yield Piece(row_text(label, "", stated, names.values()), BlockKind.RECORD, box=box)


def _title(title: Any) -> str:
    """Its own text, or that of the cell which it shows."""
    paragraphs = ["".join(run.text or "" for run in each.iter(f"{_DRAWING}t")) for each in title.iter(f"{_DRAWING}p")]
    return " ".join(" ".join([*paragraphs, title.findtext("{*}tx//{*}v") or ""]).split())


def _points(series: Any, tags: tuple[str, ...]) -> dict[int, str]:
    """The texts of a series' points by their number; of categories in groups, the group's name first."""
    parts = [part for tag in tags for part in series.iterfind(tag)]
    levels = [level for part in parts for level in part.iter("{*}lvl")] or parts
    found: dict[int, str] = {}
    for level in levels:
        pattern = level.findtext(".//{*}formatCode") or ""
        own = {int(point.get("idx")): _shown(point, pattern) for point in level.iter("{*}pt")}
        if not found:
            found = own
            continue
        # The name of a group stands once, at the first of its points.
        group = ""
        for index in sorted({*found, *own}):
            group = own.get(index, group)
            found[index] = f"{group} {found.get(index, '')}".strip()
    return {index: text for index, text in found.items() if text}


def _shown(point: Any, pattern: str) -> str:
    """The text of a point, numbers and days as their format shows them; errors of a formula say nothing."""
    from openpyxl.styles.numbers import is_date_format
    from openpyxl.utils.datetime import from_excel

    text = " ".join((point.findtext("{*}v") or "").split())
    pattern = point.get("formatCode") or pattern
    if not pattern:
        return text
    try:
        number = float(text)
        return str(from_excel(number).date()) if is_date_format(pattern) else shown_number(number, pattern)
    except (ValueError, OverflowError, AttributeError):
        return "" if text.startswith("#") else text
