"""PDF -> pages: reading order, headings, running lines, table rows, labels and page health."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from alignment.documents.building import Piece, build, clean, text_state
from alignment.documents.layout import Line, columns, lines, width_of
from alignment.documents.limits import Limits
from alignment.documents.segments import RawPage, Segment, raw_page
from alignment.errors import DocumentError, EncryptedError
from alignment.types import BlockKind, Page, PageState

Progress = Callable[[int, int], None]
"""Called with the pages done and the pages in all."""

_MARGIN = 0.085
"""Share of the page's height, at the top and at the bottom, in which running lines stand."""
_PAGE_NUMBER = re.compile(
    r"^\W*(?:page|p\.?|第)?\s*\d{1,4}\s*(?:页|頁)?(?:\s*(?:of|/|共)\s*\d{1,4}\s*(?:页|頁)?)?\W*$", re.I
)
_BULLET = re.compile(
    r"^(?:[•·●○■□▪◆◇►▶➢➤✓✔–—*→\uf0b7\uf06c\uf0d8]|-\s|[(（]?(?:\d{1,2}|[a-z]|[一二三四五六七八九十]{1,3})[)）]|\d{1,2}[.、．]\s?\D)"
)
_CAPTION = re.compile(r"^(?:图|圖|表|figure|fig\.|table|chart|exhibit)\s?\d", re.I)
_NOTE = re.compile(r"^(?:\d{1,2}|[*†‡]|注|註|notes?\b)[\s.:：、)]?", re.I)
_STOP = tuple("。！？；.!?;，,、：:")
_END = tuple("。！？!?.；;：:”」")
_LETTER = re.compile(r"[^\W\d_]")
_HYPHENS = ("\x02", "\ufffe", "\u00ad")


@dataclass(frozen=True, slots=True)
class _Style:
    """What is usual in a document."""

    body: float
    """Font size of most of the text, in points."""
    headings: tuple[float, ...]
    """Larger font sizes, largest first."""
    running: frozenset[str]
    """Lines that repeat in the margins, with their digits masked."""


def read_pdf(
    data: bytes,
    name: str,
    limits: Limits,
    *,
    password: str | None = None,
    ocr: bool = False,
    progress: Progress | None = None,
) -> tuple[tuple[Page, ...], str]:
    """The pages and the title in the file's properties ("" when it has none).

    With `ocr`, pages without text and pages whose text cannot be relied on are read as pictures.

    Raises:
        MissingExtraError: `ocr` is asked for and needed, and the extra is not installed.
        EncryptedError: a password is needed, or the one given is wrong.
        DocumentError: damaged, without pages, or more pages than `limits` allow.
    """
    raw, title = _raw_pages(data, name, limits, password, ocr, progress)
    style = _style(raw)
    return tuple(_page(each, style) for each in raw), title


def _raw_pages(
    data: bytes, name: str, limits: Limits, password: str | None, ocr: bool, progress: Progress | None
) -> tuple[list[RawPage], str]:
    import pypdfium2 as pdfium

    try:
        pdf = pdfium.PdfDocument(data, password=password)
    except pdfium.PdfiumError as error:
        raise _opening_error(name, error, password) from error
    try:
        count = len(pdf)
        if count == 0:
            raise DocumentError(f"{name} has no pages", hint="export or download the report again")
        if count > limits.pages:
            raise DocumentError(
                f"{name} has {count:,} pages, more than the {limits.pages:,} allowed",
                hint="split the file and check the parts",
            )
        pages: list[RawPage] = []
        characters = 0
        for index in range(count):
            pages.append(_raw_page(pdf, index, limits, ocr))
            characters += sum(len(segment.text) for segment in pages[-1].segments)
            if characters > limits.characters:
                raise DocumentError(
                    f"{name} holds more than the {limits.characters:,} characters allowed (by page {index + 1})",
                    hint="split the file and check the parts",
                )
            if progress:
                progress(index + 1, count)
        return pages, clean(str(pdf.get_metadata_dict().get("Title") or ""))
    finally:
        pdf.close()


def _raw_page(pdf: object, index: int, limits: Limits, ocr: bool) -> RawPage:
    """One page; a page that pdfium cannot open counts as unreadable and does not end the run."""
    import pypdfium2 as pdfium

    try:
        page = pdf[index]  # type: ignore[index]
    except pdfium.PdfiumError:
        return RawPage(index + 1, None, 0.0, 0.0, (), pictured=True)
    try:
        label = pdf.get_page_label(index)  # type: ignore[attr-defined]
        read = raw_page(page, index + 1, clean(label).strip() or None, limits.page_characters)
        return _recognised(page, read) if ocr and _unreadable(read) else read
    finally:
        page.close()


def _unreadable(read: RawPage) -> bool:
    state = text_state(clean("\n".join(segment.text for segment in read.segments)))
    return read.pictured or state is PageState.GARBLED


def _recognised(page: Any, read: RawPage) -> RawPage:
    from alignment.documents.ocr import recognise

    segments = recognise(page)
    return replace(read, segments=segments, recognised=True) if segments else read


def _opening_error(name: str, error: Exception, password: str | None) -> DocumentError:
    if "assword" in str(error):
        if password is None:
            return EncryptedError(f"{name} is encrypted", hint="give its password with --password")
        return EncryptedError(f"the password given does not open {name}", hint="check the password")
    return DocumentError(f"{name} is a damaged or truncated PDF ({error})", hint="download or export the file again")


def _style(pages: list[RawPage]) -> _Style:
    weights: Counter[float] = Counter()
    for page in pages:
        for segment in page.segments:
            weights[_step(segment.size)] += len(segment.text)
    body = weights.most_common(1)[0][0] if weights else 10.0
    headings = sorted((size for size in weights if size >= 1.15 * body), reverse=True)
    return _Style(body, tuple(headings), _running(pages))


def _step(size: float) -> float:
    return round(size * 2) / 2


def _running(pages: list[RawPage]) -> frozenset[str]:
    """Lines in the margins that repeat: on three pages at least, or on both of two."""
    counts: Counter[str] = Counter()
    for page in pages:
        counts.update({_mask(segment.text) for segment in page.segments if _in_margin(segment, page)})
    enough = max(min(3, len(pages)), math.ceil(0.1 * len(pages)))
    return frozenset(key for key, count in counts.items() if count >= max(2, enough))


def _mask(text: str) -> str:
    return re.sub(r"\s+", "", re.sub(r"\d+", "#", text)).lower()


def _in_margin(segment: Segment, page: RawPage) -> bool:
    return segment.bottom <= _MARGIN * page.height or segment.top >= (1 - _MARGIN) * page.height


def _is_running(segment: Segment, page: RawPage, style: _Style) -> bool:
    if not _in_margin(segment, page):
        return False
    return _mask(segment.text) in style.running or bool(_PAGE_NUMBER.match(segment.text))


def _page(raw: RawPage, style: _Style) -> Page:
    running = [segment for segment in raw.segments if _is_running(segment, raw, style)]
    body = [segment for segment in raw.segments if not _is_running(segment, raw, style)]
    top = [segment for segment in running if segment.top < raw.height / 2]
    bottom = [segment for segment in running if segment.top >= raw.height / 2]
    pieces = [Piece(line.text, BlockKind.HEADER, box=line.box) for line in lines(top)]
    for region in columns(body, raw.width):
        pieces += _pieces(region, style)
    pieces += [Piece(line.text, BlockKind.FOOTER, box=line.box) for line in lines(bottom)]
    state = PageState.GARBLED if raw.cut else None
    if not raw.segments and raw.pictured:
        state = PageState.SCANNED
    if raw.recognised:
        state = PageState.OCR
    return build(raw.number, pieces, state=state, label=raw.label, size=(raw.width, raw.height))


def _pieces(region: list[Line], style: _Style) -> Iterator[Piece]:
    """Lines of one column to headings, table rows, list items, captions, footnotes and paragraphs."""
    left = min(line.box[0] for line in region)
    right = max(line.box[2] for line in region)
    pitch = _pitch(region)
    group: list[Line] = []
    for index, line in enumerate(region):
        if group and not _goes_on(group, line, left, right, pitch, style):
            yield _piece(group, style)
            group = []
        group.append(line)
        if _is_row(region, index):
            yield _row(line)
            group = []
    if group:
        yield _piece(group, style)


def _is_row(region: list[Line], index: int) -> bool:
    """A line with several cells is a table row when a neighbour has several cells too, or when it has three."""
    count = len(region[index].cells)
    if count < 2 or _BULLET.match(region[index].text):
        return False
    neighbours = region[max(0, index - 1) : index] + region[index + 1 : index + 2]
    return count >= 3 or any(len(each.cells) >= 2 for each in neighbours)


def _row(line: Line) -> Piece:
    return Piece(line.text, BlockKind.TABLE_ROW, box=line.box)


def _pitch(region: list[Line]) -> float:
    """Distance between the middles of two lines of one paragraph, in font sizes: the lower quartile of the region."""
    steps = sorted(step for first, second in pairwise(region) if 0.7 < (step := _middle_step(first, second)) < 2.6)
    return steps[len(steps) // 4] if steps else 1.5


def _middle_step(first: Line, second: Line) -> float:
    middles = [(line.box[1] + line.box[3]) / 2 for line in (first, second)]
    return (middles[1] - middles[0]) / max(first.size, second.size, 1.0)


def _goes_on(group: list[Line], line: Line, left: float, right: float, pitch: float, style: _Style) -> bool:
    """Whether a line goes on the paragraph, heading or list item before it."""
    last = group[-1]
    size = max(last.size, line.size, 1.0)
    same = abs(last.size - line.size) <= 0.12 * size and last.bold == line.bold
    far = _middle_step(last, line) > max(1.22 * pitch, pitch + 0.2)
    if len(line.cells) > 1 or not same or far or _BULLET.match(line.text):
        return False
    if _heading_level(group, style):
        return _step(line.size) == _step(last.size)
    indent = line.box[0] - left
    indented = indent > 1.2 * size and last.box[0] - left < 0.6 * size and not _BULLET.match(group[0].text)
    ended = last.text.rstrip().endswith(_END) and last.box[2] < right - 1.8 * size
    return not indented and not ended


def _piece(group: list[Line], style: _Style) -> Piece:
    text = _text(group)
    box = _union(group)
    if _CAPTION.match(text) and width_of(text) <= 60:
        return Piece(text, BlockKind.CAPTION, box=box)
    if level := _heading_level(group, style):
        return Piece(text, BlockKind.HEADING, level, box)
    if _BULLET.match(text):
        return Piece(text, BlockKind.LIST_ITEM, box=box)
    if group[0].size <= 0.86 * style.body and _NOTE.match(text):
        return Piece(text, BlockKind.FOOTNOTE, box=box)
    return Piece(text, BlockKind.PARAGRAPH, box=box)


def _heading_level(group: list[Line], style: _Style) -> int:
    """1 to 6 for a heading, 0 for anything else: by font size first, then bold and short."""
    text = " ".join(line.text for line in group)
    letters = len(_LETTER.findall(text))
    if width_of(text) > 50 or letters < 2 or letters < 0.4 * len(text.replace(" ", "")):
        return 0
    size = _step(group[0].size)
    if size in style.headings and not text.rstrip().endswith(_STOP[:1] + _STOP[4:5] + _STOP[7:]):
        return min(5, style.headings.index(size) + 1)
    short = len(group) == 1 and width_of(text) <= 30
    return 6 if group[0].bold and short and not text.rstrip().endswith(_STOP) and size >= 0.9 * style.body else 0


def _text(group: list[Line]) -> str:
    """Lines joined by line breaks; a word that was hyphenated at the end of a line is whole again."""
    text = group[0].text
    for line in group[1:]:
        text = text[:-1] + line.text if text.endswith(_HYPHENS) else f"{text}\n{line.text}"
    return text


def _union(group: list[Line]) -> tuple[float, float, float, float]:
    lefts, tops, rights, bottoms = zip(*(line.box for line in group), strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)
