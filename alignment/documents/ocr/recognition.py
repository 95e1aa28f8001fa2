"""What of a page has to be read as a picture, and the page with what was read in it."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from alignment.documents.building import text_state
from alignment.documents.geometry import overlap
from alignment.documents.pdfium.rules import NO_RULES
from alignment.documents.pdfium.segments import RawPage, Segment, displayed, pictures_as_displayed
from alignment.documents.tolerances import ALREADY_READ, FEWEST_LETTERS, MOSTLY_OVER
from alignment.text.cleaning import clean
from alignment.types import Box, PageState

if TYPE_CHECKING:
    from pypdfium2 import PdfPage

    from alignment.documents.ocr.engine import Recognition

LEAST_CONFIDENCE = 0.7
"""What is read in a photograph with less confidence than this is no text."""


@dataclass(frozen=True, slots=True)
class Pending:
    """A picture of a page that is being read."""

    index: int
    """The page's place in the document, from 0."""
    garbled: bool
    """Whether what is read takes the place of the page's own text."""
    box: Box | None
    """Where it lies on the page as displayed; None when it is all of it."""
    future: Future[Recognition]


def begin(page: PdfPage, read: RawPage) -> list[Pending]:
    """Start to read the whole page if its text is missing or garbled, else the pictures on it.

    Raises:
        MissingExtraError: something has to be read, and the extra `ocr` is not installed.
    """
    from alignment.documents.ocr import engine

    garbled = text_state(clean("\n".join(segment.text for segment in read.segments))) is PageState.GARBLED
    if garbled or read.pictured:
        return [Pending(read.number - 1, garbled, None, engine.submit(engine.render(page)))]
    others = [box for box in pictures_as_displayed(page).boxes if _characters_in(box, read) < FEWEST_LETTERS]
    boxes = [*read.scans, *(box for box in others if not any(overlap(box, scan) > MOSTLY_OVER for scan in read.scans))]
    turn = read.turn if read.turn % 90 == 0 else 0
    return [Pending(read.number - 1, False, box, engine.submit(engine.render(page, box, turn))) for box in boxes]


def settle(pages: list[RawPage], pending: Pending) -> None:
    """Put what was read into its page."""
    page = pages[pending.index]
    recognition = pending.future.result()
    own = () if pending.garbled else page.segments
    fresh = [segment for segment in recognition.segments if pending.garbled or not _is_covered(segment, page)]
    if fresh and own and recognition.confidence < LEAST_CONFIDENCE:
        return
    # Read, or a photograph: nothing is left unread in it.
    left = () if pending.box is None else tuple(box for box in page.scans if box != pending.box)
    page = replace(page, scans=left)
    if not fresh and pending.box is None and not pending.garbled:
        page = replace(page, pictured=False, textless=True)
    pages[pending.index] = page
    if not fresh:
        return
    turn = page.turn if own else max({segment.turn for segment in fresh}, key=lambda each: _letters(fresh, each))
    confidence = min(recognition.confidence, 1.0 if page.confidence is None else page.confidence)
    rules = page.rules if turn == page.turn else NO_RULES
    pages[pending.index] = replace(page, segments=(*own, *fresh), turn=turn, confidence=confidence, rules=rules)


def _letters(segments: Sequence[Segment], turn: int) -> int:
    return sum(len(segment.text) for segment in segments if segment.turn == turn)


def _characters_in(box: Box, read: RawPage) -> int:
    return sum(len(segment.text) for segment in read.segments if overlap(box, displayed(segment, read)) > MOSTLY_OVER)


def _is_covered(segment: Segment, page: RawPage) -> bool:
    """Whether the page has text of its own where this was read."""
    place = displayed(segment, page)
    return any(overlap(place, displayed(own, page)) > ALREADY_READ for own in page.segments)
