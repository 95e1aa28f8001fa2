"""Elements of HTML -> what of them is shown, and the cells of a table among them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from alignment.documents.html import stylesheets
from alignment.documents.html.stylesheets import Rules
from alignment.documents.tables.grids import GridCell

BLOCKS = frozenset(
    "address article aside blockquote body dd details div dl dt fieldset figcaption figure footer form header "
    "hr li main ol p pre section summary table tbody thead tfoot tr ul br caption text".split()
)
"""Elements that begin a line of their own; `text` is one of a drawing."""
SKIPPED = frozenset(
    "script style template noscript math iframe object embed head title nav canvas select textarea datalist audio "
    "video defs desc metadata symbol clippath mask pattern marker".split()
)
"""Elements whose content is no text of the page: programs, controls, other media, parts of drawings for later use."""
_LAYOUT = frozenset("h1 h2 h3 h4 h5 h6 table form nav article section".split())
"""Elements that no cell of a table of values holds."""


def hides(tag: str, attributes: Mapping[str, str]) -> bool:
    """Whether an element and all that is in it is not shown, by its name and its own attributes."""
    return (
        tag in SKIPPED
        or "hidden" in attributes
        or attributes.get("display") == "none"
        or stylesheets.hides_itself(attributes.get("style") or "")
    )


def is_hidden(node: Any, tag: str) -> bool:
    """Whether an element and all that is in it is not shown."""
    return hides(tag, node.attrib)


def hide_by_rules(root: Any) -> None:
    """Mark as hidden what the page's own style sheets hide."""
    sheets = [
        "".join(node.itertext())
        for node in root.iter("style")
        if is_for_screens(node.attrib) and next(node.iterancestors("noscript", "template"), None) is None
    ]
    rules: Rules = stylesheets.rules_of(sheets)
    for node in root.iter() if rules else ():
        if stylesheets.hides(rules, tag_of(node), node.attrib):
            node.set("hidden", "")


def is_for_screens(attributes: Mapping[str, str]) -> bool:
    """Whether a `style` element holds where a page is read on a screen of any size."""
    return (attributes.get("media") or "all").strip().lower() in ("all", "screen")


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
