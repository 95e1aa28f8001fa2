"""Elements of HTML -> what of them is shown, and the cells of a table among them."""

from __future__ import annotations

from typing import Any

from alignment.documents.tabular import GridCell

BLOCKS = frozenset(
    "address article aside blockquote body dd details div dl dt fieldset figcaption figure footer header "
    "hr li main ol p pre section summary table tbody thead tfoot tr ul br caption".split()
)
"""Elements that begin a line of their own."""
_SKIPPED = frozenset(
    "script style template noscript svg math iframe object embed head nav canvas select button form audio video".split()
)
_LAYOUT = frozenset("h1 h2 h3 h4 h5 h6 table form nav article section".split())
"""Elements that no cell of a table of values holds."""


def is_hidden(node: Any, tag: str) -> bool:
    """Whether an element and all that is in it is not shown."""
    return tag in _SKIPPED or node.get("hidden") is not None or _invisible(node.get("style"))


def tag_of(node: Any) -> str:
    """The name of an element in small letters, "" for comments and instructions."""
    return node.tag.lower() if isinstance(node.tag, str) else ""


def grid_of(table: Any) -> tuple[str, list[list[GridCell]]] | None:
    """The caption and the cells of a table; None where it lays out a page, or holds text outside of its cells."""
    if any(tag_of(node) in _LAYOUT for node in table.iterdescendants()):
        return None
    caption = " ".join(shown(each) for each in table.iterchildren("caption"))
    grid = [_cells(row) for row in table.iter("tr") if not _is_within_hidden(row, table)]
    told = sum(len("".join(text.split())) for text in (caption, *(cell.text for row in grid for cell in row)))
    return (caption, grid) if told == len("".join(shown(table).split())) else None


def _cells(row: Any) -> list[GridCell]:
    heads = tag_of(row.getparent()) == "thead"
    return [
        GridCell(shown(cell), _span(cell, "colspan"), _span(cell, "rowspan"), heads or cell.tag == "th")
        for cell in row.iterchildren("td", "th")
        if not is_hidden(cell, cell.tag)
    ]


def _span(cell: Any, name: str) -> int:
    text = (cell.get(name) or "").strip()
    # A span of 0 rows reaches down to the last one.
    return (int(text) or 1_000_000) if text.isascii() and text.isdigit() and len(text) < 7 else 1


def _is_within_hidden(row: Any, table: Any) -> bool:
    node = row
    while node is not table:
        if is_hidden(node, tag_of(node)):
            return True
        node = node.getparent()
    return False


def shown(root: Any) -> str:
    """The text of an element that is shown, on one line."""
    from lxml import etree

    gathered: list[str] = []
    skipping = 0
    for event, node in etree.iterwalk(root, events=("start", "end", "comment", "pi")):
        tag = tag_of(node)
        if tag in BLOCKS or tag in ("td", "th"):
            gathered.append(" ")
        if event == "start":
            skipping += is_hidden(node, tag)
        elif tag:
            skipping -= is_hidden(node, tag)
        text = node.text if event == "start" else node.tail if node is not root else None
        if text and not skipping:
            gathered.append(text)
    return " ".join("".join(gathered).split())


def _invisible(style: str | None) -> bool:
    compact = (style or "").replace(" ", "").lower()
    return "display:none" in compact or "visibility:hidden" in compact
