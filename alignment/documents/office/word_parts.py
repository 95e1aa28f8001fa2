"""Word file -> its parts beside the text: footnotes and endnotes by reference, headers and footers of its sections."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from alignment.documents.office.word_text import NOTES, WORDS
from alignment.types import BlockKind

if TYPE_CHECKING:
    from docx.document import Document as WordDocument

_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_NOTE_PARTS = dict(zip(NOTES, ("footnotes", "endnotes"), strict=True))
_RUNNING = {f"{WORDS}headerReference": BlockKind.HEADER, f"{WORDS}footerReference": BlockKind.FOOTER}
_MARKS = ("separator", "continuationSeparator", "continuationNotice")
"""Lines above notes, which are kept as if they were notes."""

Notes = Mapping[tuple[str, str | None], Any]
"""Tag and id of a reference in the text, to the note."""


def notes_of(word: WordDocument) -> Notes:
    """All footnotes and endnotes."""
    found: dict[tuple[str, str | None], Any] = {}
    for reference, part in _NOTE_PARTS.items():
        for root in _related(word, part):
            for note in root.iterchildren(f"{WORDS}footnote", f"{WORDS}endnote"):
                if note.get(f"{WORDS}type") not in _MARKS:
                    found[reference, note.get(f"{WORDS}id")] = note
    return found


def running_of(word: WordDocument) -> list[tuple[BlockKind, Any]]:
    """Headers, then footers, each part once however many sections have it."""
    from docx.oxml import parse_xml

    found: dict[str, tuple[BlockKind, Any]] = {}
    for reference in word.element.body.iter(*_RUNNING):
        part = word.part.related_parts.get(reference.get(_RELATION))
        if part is not None and str(part.partname) not in found:
            found[str(part.partname)] = _RUNNING[reference.tag], parse_xml(part.blob)
    return sorted(found.values(), key=lambda each: each[0] is BlockKind.FOOTER)


def _related(word: WordDocument, kind: str) -> Iterator[Any]:
    from docx.oxml import parse_xml

    for relation in word.part.rels.values():
        if not relation.is_external and relation.reltype.endswith(f"/{kind}"):
            yield parse_xml(relation.target_part.blob)
