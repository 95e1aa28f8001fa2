"""Raw pages -> pages: running lines told from the body, columns in order, text that stands turned set apart."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from alignment.documents.building import Piece, build, text_state
from alignment.documents.geometry import turned
from alignment.documents.layout.blocks import Style, goes_on_across, joined_text, pieces, step
from alignment.documents.layout.columns import columns, halves
from alignment.documents.layout.continued_tables import is_lead, last_of
from alignment.documents.layout.lines import Line, joined, lines
from alignment.documents.layout.ruled_grids import grids, placeholder
from alignment.documents.ocr.recognition import LEAST_CONFIDENCE
from alignment.documents.pdfium.rules import NO_RULES, Rules, between
from alignment.documents.pdfium.segments import HYPHENS, RawPage, Segment, letters_in
from alignment.documents.tables.linear import Row, Table
from alignment.documents.tolerances import FEWEST_LETTERS, HEADING
from alignment.text.characters import LETTER
from alignment.types import BlockKind, Page, PageState

_MARGIN = 0.085
"""Share of the page's height, at the top and at the bottom, in which running lines stand."""
_SIDE = 0.12
"""Share of the page's width, at the left and at the right, in which tabs that repeat in one place stand."""
_PAGE_NUMBER = re.compile(
    r"^\W*(?:page|p\.?|第)?\s*\d{1,4}\s*(?:页|頁)?(?:\s*(?:of|/|共)\s*\d{1,4}\s*(?:页|頁)?)?\W*$", re.I
)


@dataclass(frozen=True, slots=True)
class Running:
    """What repeats from page to page."""

    lines: frozenset[str]
    """Lines of the upper and lower margin, with their digits masked."""
    tabs: frozenset[tuple[str, int, int]]
    """Text of the side margins with its place."""


def arrange(raw: Sequence[RawPage]) -> tuple[Page, ...]:
    """All pages of a document, in reading order; what is usual is told from all of them."""
    style = _style(raw)
    running = _running(raw)
    found: list[Page] = []
    last: Table | None = None
    turn = 0
    for each in raw:
        page, last = _page(each, style, running, last if each.turn == turn else None)
        turn = each.turn
        found.append(page)
    return tuple(found)


def _style(pages: Sequence[RawPage]) -> Style:
    weights: Counter[float] = Counter()
    hyphens = False
    for page in pages:
        for segment in page.segments:
            weights[step(segment.size)] += len(segment.text)
            hyphens = hyphens or segment.text.endswith(HYPHENS)
    body = max(weights, key=lambda size: (weights[size], -size)) if weights else 10.0
    headings = sorted((size for size in weights if size >= HEADING * body), reverse=True)
    return Style(body, tuple(headings), _vocabulary(pages) if hyphens else frozenset())


def _vocabulary(pages: Sequence[RawPage]) -> frozenset[str]:
    """Words of the document in small letters, among them those with a hyphen inside a line."""
    words: set[str] = set()
    for page in pages:
        for segment in page.segments:
            text = segment.text.lower()
            words.update(re.findall(rf"{LETTER}+(?:-{LETTER}+)*(?![\w\x02\ufffe\xad])", text))
    return frozenset(words)


def _running(pages: Sequence[RawPage]) -> Running:
    """Lines in the margins that repeat on a tenth of the pages, at least three, or on both of two."""
    counts: Counter[str] = Counter()
    places: Counter[tuple[str, int, int]] = Counter()
    for page in pages:
        counts.update({_mask(segment.text) for segment in page.segments if _in_margin(segment, page)})
        places.update({_tab(segment) for segment in page.segments if _at_side(segment, page)})
    least = max(min(3, len(pages)), math.ceil(0.1 * len(pages)))
    return Running(
        frozenset(key for key, count in counts.items() if count >= max(2, least)),
        frozenset(key for key, count in places.items() if count >= max(3, least)),
    )


def _mask(text: str) -> str:
    return re.sub(r"\s+", "", re.sub(r"\d+", "#", text)).lower()


def _tab(segment: Segment) -> tuple[str, int, int]:
    return segment.text, round(segment.left), round(segment.top)


def _in_margin(segment: Segment, page: RawPage) -> bool:
    _, height = page.size_of(segment.turn)
    return segment.bottom <= _MARGIN * height or segment.top >= (1 - _MARGIN) * height


def _at_side(segment: Segment, page: RawPage) -> bool:
    width, _ = page.size_of(segment.turn)
    return segment.right <= _SIDE * width or segment.left >= (1 - _SIDE) * width


def _is_running(segment: Segment, page: RawPage, running: Running) -> bool:
    if _at_side(segment, page) and _tab(segment) in running.tabs:
        return True
    if not _in_margin(segment, page):
        return False
    return _mask(segment.text) in running.lines or bool(_PAGE_NUMBER.match(segment.text))


def _page(raw: RawPage, style: Style, running: Running, before: Table | None) -> tuple[Page, Table | None]:
    """A page, and the table at its end; `before` is the one at the end of the page before."""
    upright = [segment for segment in raw.segments if segment.turn == raw.turn]
    aside = [segment for segment in raw.segments if segment.turn != raw.turn]
    repeated = [segment for segment in upright if _is_running(segment, raw, running)]
    body = [segment for segment in upright if not _is_running(segment, raw, running)]
    width, height = raw.size_of(raw.turn)
    top = [segment for segment in repeated if segment.top < height / 2]
    bottom = [segment for segment in repeated if segment.top >= height / 2]
    found = [Piece(line.text, BlockKind.HEADER, box=line.box) for line in lines(top)]
    flow, last = _flow(body, width, height, style, raw.rules, before)
    found += flow
    found += [Piece(line.text, BlockKind.FOOTER, box=line.box) for line in lines(bottom)]
    placed = [_placed(piece, raw, raw.turn) for piece in found]
    placed += _turned_pieces(aside, raw, style, running)
    size = (raw.width, raw.height)
    state = _state(raw, body)
    page = build(raw.number, placed, state=state, label=raw.label, size=size, confidence=raw.confidence)
    return page, last


def _flow(
    body: Sequence[Segment], width: float, height: float, style: Style, rules: Rules, before: Table | None
) -> tuple[list[Piece], Table | None]:
    """Pieces of all columns, footnotes last, and the table that ends them.

    A sentence that a column's end broke off is one piece, and a table at the top can be the rest of `before`.
    """
    found: list[Piece] = []
    notes: list[Piece] = []
    table: Table | None = None
    for region, rows in _regions(joined(body), width, height, rules):
        fresh, table = pieces(region, style, rows, before if is_lead(found) else None)
        last = max((place for place, piece in enumerate(fresh, 1) if piece.kind is not BlockKind.FOOTNOTE), default=0)
        fresh, tail = fresh[:last], fresh[last:]
        notes += tail
        if found and fresh and goes_on_across(found[-1], fresh[0]):
            fresh[0] = joined_text(found.pop(), fresh[0], style)
        found += fresh
    return found + notes, last_of(found, table, height)


def _regions(
    body: Sequence[Segment], width: float, height: float, rules: Rules
) -> Iterator[tuple[list[Line], dict[Segment, tuple[Row, ...]]]]:
    """Lines of a column each, of a spread those of the left page first, and the rows of drawn tables among them."""
    sheet = halves(body, width, height)
    share = width / len(sheet)
    for number, half in enumerate(sheet):
        drawn = {placeholder(grid): grid for grid in grids(half, between(rules, number * share, (number + 1) * share))}
        taken = {segment for grid in drawn.values() for segment in grid.segments}
        rows = {segment: grid.rows for segment, grid in drawn.items()}
        for region in columns([*(segment for segment in half if segment not in taken), *drawn], share):
            yield region, rows


def _turned_pieces(aside: list[Segment], raw: RawPage, style: Style, running: Running) -> Iterator[Piece]:
    """Text that stands turned against most of the page: tabs and watermarks run along, the rest is read last."""
    for turn in sorted({segment.turn for segment in aside}):
        group = [segment for segment in aside if segment.turn == turn]
        body = [segment for segment in group if not _is_running(segment, raw, running) and turn % 90 == 0]
        for piece in _flow(body, *raw.size_of(turn), style, NO_RULES, None)[0]:
            yield _placed(piece, raw, turn)
        for line in lines([segment for segment in group if segment not in body]):
            yield _placed(Piece(line.text, BlockKind.FOOTER, box=line.box), raw, turn)


def _placed(piece: Piece, raw: RawPage, turn: int) -> Piece:
    """A piece with its box on the page as displayed."""
    if piece.box is None or turn % 360 == 0 or turn % 90:
        return piece
    return replace(piece, box=turned(piece.box, turn, raw.size_of(turn)))


def _state(raw: RawPage, body: Sequence[Segment]) -> PageState | None:
    silent = raw.pictured and letters_in(body) < FEWEST_LETTERS
    if raw.scans and not silent and text_state("\n".join(segment.text for segment in body)) is PageState.OK:
        return PageState.PARTIAL
    if raw.confidence is not None:
        return PageState.OCR if raw.confidence >= LEAST_CONFIDENCE else PageState.GARBLED
    if raw.textless:
        return PageState.OCR
    if silent:
        return PageState.SCANNED
    if not body:
        return PageState.EMPTY
    return PageState.GARBLED if raw.cut else None
