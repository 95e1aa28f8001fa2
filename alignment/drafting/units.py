"""Lines -> headings, paragraphs and table rows: what was wrapped is one text again."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from alignment.drafting.lines import Line, ems
from alignment.drafting.numbering import LONGEST_TITLE, Mark, Rank, mark_of, titled
from alignment.text.reading import reading_text
from alignment.types import BlockKind

_ENDS = re.compile(r"[。！？!?；;：:][”’」』）)\"]*$|(?<=[a-z0-9)])\.$")
_TITLE_END = re.compile(r"[。，,；;：:]$")
_CAPTION = re.compile(r"^(?:表|图|圖|Table|Figure)\s*\d+")
_CONTENTS = re.compile(r"^(?:目录|目次|目錄|Contents|Table of contents)$", re.I)
_NOTE = re.compile(r"^(?:注|註|备注|資料來源|资料来源|Notes?|Source)[:：]|^[①-⑳*]\s*[^。]{2,80}(?:为|指|是|包括)")
_WIDE = "\u3001-\u303f\u4e00-\u9fff\uff00-\uffef—…“”‘’"
_HEADS = ("序号", "指标", "指标名称", "单位", "属性", "目标值", "基期值", "Indicator", "Unit")
_YEAR = re.compile(r"20\d\d")
_ARTICLE = 16
"""Characters; what follows the number of an article and is longer is its text."""
_STEP = 3
"""How many numbers of a list may be missing before a number is taken for one of the text."""
_LEVELS = (Rank.CHAPTER, Rank.CHAPTER, Rank.HAN, Rank.HAN_BRACKETS, Rank.ARABIC, Rank.ARABIC_BRACKETS, Rank.PLAIN)
"""Rank of a heading without a number by its level, from 0."""


class UnitKind(StrEnum):
    """What a unit is."""

    TITLE = "title"
    HEADING = "heading"
    PARAGRAPH = "paragraph"
    ROW = "row"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Unit:
    """A heading, with the text that runs on in its line, a paragraph, or a row of a table."""

    kind: UnitKind
    text: str
    """Of a heading, what runs on after its title."""
    page: int | None
    paragraph: int | None
    framed: bool
    rank: Rank = Rank.PLAIN
    number: int | None = None
    label: str = ""
    title: str = ""
    turns: tuple[tuple[int, int], ...] = ()
    """Of a text that goes on over pages: characters, spaces not counted, before each further page, and that page."""

    def page_at(self, place: int) -> int | None:
        """The page on which the character at this place of `text` is."""
        before = len(re.sub(r"\s", "", self.text[:place]))
        return max((page for start, page in self.turns if start <= before), default=self.page)


def units_of(lines: Sequence[Line]) -> tuple[Unit, ...]:
    """Every line is part of exactly one unit; a heading that a table of contents repeats is given once."""
    found: list[Unit] = []
    counts: dict[Rank, int] = {}
    has_title = any(_is_heading(line) and line.level <= 1 for line in lines)
    for group in _groups(tuple(_with_tables(lines))):
        found += list(
            _unit(group, counts, started=any(unit.rank is not Rank.PLAIN for unit in found), has_title=has_title)
        )
    return tuple(_without_contents(found))


def _with_tables(lines: Sequence[Line]) -> Iterator[Line]:
    """The same lines; in plain text, those of a table become rows in the form of the readers of tables."""
    headers: list[str] = []
    for line in lines:
        cells = line.text.split()
        if line.page is None and line.kind is not BlockKind.TABLE_ROW and _is_table_head(cells):
            headers = cells
            yield replace(line, kind=BlockKind.TABLE_ROW, text="  ".join(cells))
        elif headers and len(cells) == len(headers) and any(re.search(r"\d", cell) for cell in cells):
            text = "  ".join(f"{header}：{cell}" for header, cell in zip(headers, cells, strict=True))
            yield replace(line, kind=BlockKind.TABLE_ROW, text=text)
        else:
            headers = []
            yield line


def _is_table_head(cells: Sequence[str]) -> bool:
    named = sum(cell in _HEADS for cell in cells)
    return len(cells) > 2 and named >= 1 and named + sum(bool(_YEAR.search(cell)) for cell in cells) >= 2


def _groups(lines: Sequence[Line]) -> Iterator[list[Line]]:
    """Lines that are one text."""
    group: list[Line] = []
    for line in lines:
        if group and _goes_on(group, line):
            group.append(line)
        else:
            if group:
                yield group
            group = [line]
    if group:
        yield group


def _goes_on(group: Sequence[Line], line: Line) -> bool:
    last = group[-1]
    if _is_cell_row(line) or _is_cell_row(last) or line.framed is not last.framed:
        return False
    if _is_marked(line, last) or line.indented:
        return False
    begins = mark_of(group[0].text)
    if begins and len(group) == 1 and not _ENDS.search(last.text) and not last.full:
        # A title that does not fill its line is complete; a numbered sentence goes on.
        return not _is_title(begins)
    if _is_heading(line) or _is_heading(last):
        return line.kind is last.kind and not line.first
    if line.page is None:
        return not line.first and last.full and not _ENDS.search(last.text)
    if line.first and line.alone is False:
        return not _ENDS.search(last.text)
    return not (_ENDS.search(last.text) and not last.full)


def _is_heading(line: Line) -> bool:
    """Whether the reader took a line for a heading that contains no sentence."""
    return line.kind is BlockKind.HEADING and not re.search(r"[。；]", line.text)


def _is_title(mark: Mark) -> bool:
    return 0 < len(mark.rest) <= LONGEST_TITLE and not re.search(r"[。；;]", mark.rest)


def _is_marked(line: Line, last: Line) -> bool:
    """Whether a line begins with a number of its own and not with one of the sentence it is in."""
    mark = mark_of(line.text)
    if mark is None:
        return _CAPTION.match(line.text) is not None and line.first
    return line.first or (not last.full) or (bool(_ENDS.search(last.text)) and mark.rank is not Rank.CIRCLED)


def _is_cell_row(line: Line) -> bool:
    """Whether a line is a row of several cells; a table of one cell is a box."""
    return line.kind in (BlockKind.TABLE_ROW, BlockKind.RECORD) and len(re.split(r"\s{2,}|\t", line.text)) > 1


def _unit(group: Sequence[Line], counts: dict[Rank, int], *, started: bool, has_title: bool) -> Iterator[Unit]:
    first = group[0]
    text = _tight(reading_text("\n".join(line.text for line in group)))
    place = (first.page, first.paragraph, first.framed)
    if _is_cell_row(first):
        yield Unit(UnitKind.ROW, first.text, *place)
        return
    mark = mark_of(text)
    if mark is not None and _is_next(mark, counts, first):
        title, rest = titled(mark.rest)
        if mark.rank is Rank.ARTICLE and len(title) > _ARTICLE:
            title, rest = "", mark.rest
        counts[mark.rank] = mark.number or 0
        for deeper in Rank:
            if deeper > mark.rank and deeper is not Rank.HAN_BRACKETS and deeper is not Rank.BOX:
                counts.pop(deeper, None)
        turns = _turns(group, skipped=len(re.sub(r"\s", "", text)) - len(re.sub(r"\s", "", rest)))
        yield Unit(UnitKind.HEADING, rest, *place, mark.rank, mark.number, mark.label, title, turns)
    elif _NOTE.match(text) or _CAPTION.match(text) or _CONTENTS.match(text):
        yield Unit(UnitKind.NOTE, text, *place)
    elif _is_heading(first) and len(text) <= LONGEST_TITLE and not _TITLE_END.search(text):
        if first.level <= 1 and not started:
            yield Unit(UnitKind.TITLE, text, *place)
        else:
            rank = Rank.PLAIN if first.page is not None and started else _LEVELS[min(first.level, 6)]
            yield Unit(UnitKind.HEADING, "", *place, rank, None, "", text)
    elif not (started or has_title) and first.page is None and not counts and _is_opening(first, text):
        yield Unit(UnitKind.TITLE, text, *place)
    else:
        yield Unit(UnitKind.PARAGRAPH, text, *place, turns=_turns(group, skipped=0))


def _is_opening(line: Line, text: str) -> bool:
    """Whether the first paragraph of a plain text is its title."""
    return line.paragraph in (None, 1) and len(text) <= LONGEST_TITLE and not _ENDS.search(text)


def _tight(text: str) -> str:
    """Without the spaces that a page puts between Chinese and figures or Latin letters, and before a wrapped line."""
    return re.sub(rf"(?<=[{_WIDE}])\s+(?=\S)|(?<=\S)\s+(?=[{_WIDE}])", "", text)


def _turns(group: Sequence[Line], *, skipped: int) -> tuple[tuple[int, int], ...]:
    found, count = [], -skipped
    for last, line in zip([None, *group], group, strict=False):
        if last is not None and line.page is not None and line.page != last.page:
            found.append((count, line.page))
        count += len(re.sub(r"\s", "", line.text))
    return tuple(found)


def _is_next(mark: Mark, counts: dict[Rank, int], line: Line) -> bool:
    """Whether a number goes on from the last of its rank, or begins anew."""
    if mark.rank in (Rank.BOX, Rank.ANNEX, Rank.CHAPTER, Rank.SECTION, Rank.PART, Rank.ARTICLE) or mark.number is None:
        return True
    last = counts.get(mark.rank, 0)
    if mark.number == 1 or 0 < mark.number - last <= _STEP:
        return True
    return line.first and mark.rank in (Rank.HAN, Rank.HAN_BRACKETS, Rank.DECIMAL)


def _without_contents(units: Sequence[Unit]) -> Iterator[Unit]:
    """Without headings that are followed by no text and come again later with the same number and title."""
    later: dict[tuple[Rank, int | None, str], int] = {}
    for place, unit in enumerate(units):
        if unit.kind is UnitKind.HEADING:
            later[unit.rank, unit.number, _key(unit.title)] = place
    for place, unit in enumerate(units):
        again = unit.kind is UnitKind.HEADING and later[unit.rank, unit.number, _key(unit.title)] > place
        bare = not unit.text and place + 1 < len(units) and units[place + 1].kind is UnitKind.HEADING
        if not (again and bare and unit.title):
            yield unit


def _key(title: str) -> str:
    return re.sub(r"[\s\d.…·]+$", "", title)


def is_short(text: str) -> bool:
    """Whether a text is no longer than a title."""
    return ems(text) <= LONGEST_TITLE
