"""Elements of a Word file -> what Word shows of them: content controls, insertions, text boxes, and no deletions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

WORDS = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
PARAGRAPH, TABLE, ROW, CELL = (f"{WORDS}{name}" for name in ("p", "tbl", "tr", "tc"))
NOTES = (f"{WORDS}footnoteReference", f"{WORDS}endnoteReference")
_COMPATIBLE = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_MATHS = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_BOX = f"{WORDS}txbxContent"
_CHOICES = f"{_COMPATIBLE}AlternateContent"
_DRAWN = (f"{WORDS}drawing", f"{WORDS}pict", f"{WORDS}object")
_UNSHOWN = frozenset(
    f"{WORDS}{name}"
    for name in (
        "del", "moveFrom", "pPr", "rPr", "tblPr", "tblGrid", "trPr", "tcPr", "sdtPr", "sdtEndPr", "sectPr", "rt"
    )
)  # fmt: skip
"""Properties, what was deleted or moved away, and the reading aids above characters."""
_TEXTS = frozenset((f"{WORDS}t", f"{_MATHS}t", f"{_DRAWING}t"))
_SIGNS = {
    f"{WORDS}tab": "\t",
    f"{WORDS}ptab": "\t",
    f"{WORDS}cr": "\n",
    f"{WORDS}noBreakHyphen": "-",
}
_BREAK = f"{WORDS}br"
OFF = ("0", "false", "off")


def within(node: Any, *tags: str) -> Iterator[Any]:
    """The nearest elements below `node` with one of these tags, in their order; none stands in another one."""
    for child in _shown(node):
        if child.tag in tags:
            yield child
        else:
            yield from within(child, *tags)


def text_of(paragraph: Any) -> str:
    """The text of a paragraph, that of its text boxes left out."""
    return "".join(_texts(paragraph))


def boxes_of(paragraph: Any) -> Iterator[Any]:
    """What holds text in the drawings of a paragraph: text boxes, and shapes of diagrams with texts of their own."""
    for drawing in within(paragraph, *_DRAWN):
        yield from within(drawing, _BOX, f"{_DRAWING}p")


def references_in(paragraph: Any) -> Iterator[tuple[str, str | None]]:
    """Tag and id of the references to notes in a paragraph, those in its text boxes left out."""
    for reference in within(paragraph, *NOTES, *_DRAWN):
        if reference.tag in NOTES:
            yield reference.tag, reference.get(f"{WORDS}id")


def value_of(node: Any, path: str) -> str | None:
    """The value of a property; "" for one without, None where there is none."""
    found = node.find("/".join(f"{WORDS}{part}" for part in path.split("/")))
    return None if found is None else found.get(f"{WORDS}val", "")


def is_set(node: Any, path: str) -> bool:
    """Whether a property that is on or off is on."""
    value = value_of(node, path)
    return value is not None and value not in OFF


def _texts(node: Any) -> Iterator[str]:
    for child in _shown(node):
        tag = child.tag
        if tag in _TEXTS:
            yield child.text or ""
        elif tag in _SIGNS:
            yield _SIGNS[tag]
        elif tag == _BREAK:
            yield "\n" if child.get(f"{WORDS}type", "textWrapping") == "textWrapping" else ""
        elif tag not in _DRAWN:
            yield from _texts(child)


def _shown(node: Any) -> Iterator[Any]:
    """The children that are shown; of what is written in two ways for new and old programs, the new one."""
    for child in node:
        if child.tag == _CHOICES:
            branch = child.find(f"{_COMPATIBLE}Choice")
            branch = child.find(f"{_COMPATIBLE}Fallback") if branch is None else branch
            if branch is not None:
                yield branch
        elif isinstance(child.tag, str) and child.tag not in _UNSHOWN and not _is_left_out(child):
            yield child


def _is_left_out(node: Any) -> bool:
    """Whether a run or a row is hidden or deleted, or a content control only prompts for its text."""
    if node.tag == f"{WORDS}r":
        return is_set(node, "rPr/vanish")
    if node.tag == ROW:
        return value_of(node, "trPr/del") is not None or is_set(node, "trPr/hidden")
    return node.tag == f"{WORDS}sdt" and is_set(node, "sdtPr/showingPlcHdr")
