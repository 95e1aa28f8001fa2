"""Document -> its greenhouse-gas emissions by scope and year, as stated for the whole company, each with its quote."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from alignment.figures import units
from alignment.figures.ghg import choice, labels, prose, rows
from alignment.figures.ghg.choice import Claim, YearFrom
from alignment.text.folding import fold
from alignment.text.reading import reading_text
from alignment.types import Block, BlockKind, Document, Emission, Page

_ROWS = (BlockKind.TABLE_ROW, BlockKind.RECORD)
_ABOUT = re.compile(r"scope|范围|范畴|範圍|範疇|ghg|greenhouse|温室气体|溫室氣體|co.?2|carbon|碳排放", re.IGNORECASE)
"""A page without any of these is not looked at."""
_ABOVE = 3
"""Blocks above a table that may say its unit, its year or its scope."""
_SHORT = 20
_CONTENTS = re.compile(r"(?:gri|305-\d|p\.|page)[^a-z]*$|\.{4,}")


@dataclass(slots=True)
class _Table:
    """What is known above a row."""

    number: int = 0
    years: tuple[int, ...] = ()
    unit: labels.Unit | None = None
    section: str = ""
    header: str = ""
    above: list[str] = field(default_factory=list)
    """Blocks above the table, the nearest last. All texts are as written."""


def extract(document: Document) -> tuple[Emission, ...]:
    """One entry for each scope and year, ordered by scope and year.

    Scope is `1`, `2lb`, `2mb` or `3`; scope 2 without a word on its method is location-based, as the standard asks for
    that first. Nothing is added up: sites, segments, categories and intensities are left out, and so is a value that a
    page gives twice in two ways.
    """
    reported = _reported(document)
    claims: list[Claim] = []
    for page in document.pages:
        if page.readable and _ABOUT.search(page.text):
            claims += _of_page(page, reported, len(claims))
    return tuple(choice.chosen(claims, document))


def _reported(document: Document) -> int | None:
    """The year that the report is of, by its title, its name or its first pages."""
    for text in (document.title, document.name, *(page.text[:2000] for page in document.pages[:2])):
        found = {int(year) for year in re.findall(r"(?<!\d)(20[0-3]\d)(?!\d)", text)}
        if len(found) == 1:
            return found.pop()
    return None


def _of_page(page: Page, reported: int | None, before: int) -> Iterator[Claim]:
    table = _Table(number=before)
    last: Block | None = None
    for block in page.blocks:
        text = page.text[block.start : block.end]
        if block.kind in (BlockKind.FOOTER, BlockKind.HEADER) and not re.fullmatch(r"\s*20\d\d\s*", text):
            continue
        if block.kind in _ROWS:
            yield from _of_row(page, block, text, table, reported)
        else:
            if last is not None and last.kind in _ROWS:
                table.number, table.above, table.section, table.unit = table.number + 1, [], "", None
                # A short heading can be a cell of the header that the reader took for a line of its own.
                table.years = table.years if block.kind is BlockKind.HEADING and len(text) < _SHORT else ()
            table.above.append(reading_text(text))
            yield from _of_prose(page, block, text, reported)
        last = block


def _of_prose(page: Page, block: Block, text: str, reported: int | None) -> Iterator[Claim]:
    folded = fold(text)
    if not labels.scopes(folded) and not labels.method(folded):
        return
    for claim in prose.find(text):
        start, end = block.start + claim.start, block.start + claim.end
        year = claim.year or reported or 0
        source = YearFrom.PROSE if claim.year else YearFrom.DOCUMENT
        emission = Emission(claim.scope, year, claim.value, claim.unit, page.number, start, end, page.text[start:end])
        yield Claim(emission, claim.normalised, claim.whole, source, -1, claim.named)


def _of_row(page: Page, block: Block, text: str, table: _Table, reported: int | None) -> Iterator[Claim]:
    if years := rows.years_of(text):
        table.years = _with_stray(years, table.above)
        table.header, table.section = text, ""
        table.unit = labels.unit(text) or table.unit
        return
    row = rows.read(text, table.years)
    if not row.cells:
        table.header, unit = text, labels.unit(text)
        table.unit = unit or table.unit
        table.section = table.section if unit or re.search(r"\d{2}", re.sub(r"20\d\d", "", text)) else text
        return
    dotted = rows.dots_thousands(row.cells)
    for cell, scope, label in _subjects(row, table):
        value, unit = _value(cell, dotted), _unit(cell, row, table)
        year, source = _year(cell, row, table, reported)
        if value is None or year is None or unit is None or unit.factor is None:
            continue
        method = next(filter(None, map(_method, (cell.header, label, " ".join(table.above[-2:])))), None)
        code = (method or "2lb") if scope == "2" else scope
        emission = Emission(code, year, value, unit.text, page.number, block.start, block.end, text)
        whole = labels.is_total(fold(label)) or labels.is_group(fold(label))
        yield Claim(emission, value * unit.factor, whole, source, table.number, method is not None)


def _method(text: str) -> str | None:
    return labels.method(fold(text))


def _with_stray(years: tuple[int, ...], above: Sequence[str]) -> tuple[int, ...]:
    """The years with the one that the reader took for a line of its own, because it is printed higher."""
    for text in reversed(above[-4:]):
        if re.fullmatch(r"20\d\d", text.strip()) and len(years) > 1:
            stray, step = int(text), years[1] - years[0]
            if abs(step) == 1 and stray == years[-1] + step:
                return (*years, stray)
            if abs(step) == 1 and stray == years[0] - step:
                return (stray, *years)
    return years


def _subjects(row: rows.Row, table: _Table) -> Iterator[tuple[rows.Cell, str, str]]:
    """The cells of a row that are of one scope, each with the scope and the label that says so."""
    if subject := _subject(row, table):
        yield from ((cell, *subject) for cell in _amounts(row))
    elif _only_year(row.label) and not labels.rest(fold(row.label)):
        # Years below each other, scopes beside each other.
        for cell in row.cells:
            header = fold(cell.header)
            scope = labels.scope_of(header)
            if scope and not labels.rest(header) and not labels.NOT_AN_AMOUNT.search(header):
                yield cell, scope, cell.header


def _subject(row: rows.Row, table: _Table) -> tuple[str, str] | None:
    """The scope of a row and its label with what it says, or None where it is of none, of two or of a part."""
    *parents, own = fold(row.label).split(" › ")
    over = [*reversed(parents), fold(table.section)]
    if labels.NOT_AN_AMOUNT.search(own) or _CONTENTS.search(own) or any(map(labels.NOT_AN_AMOUNT.search, over)):
        return None
    if labels.rest(own) or _is_part(own, table):
        return None
    about = labels.scopes(own) or _ABOUT.search(" ".join((own, *over, *table.above[-_ABOVE:])))
    if about and (scope := labels.scope_of(own)):
        return scope, own
    if labels.scopes(own):
        return None
    # A total, or a method, of the scope that is named above it.
    for above in (*over, *map(fold, reversed(table.above[-_ABOVE:]))):
        if named := labels.scopes(above):
            return (next(iter(named)), f"{above} {own}" if above in parents else own) if len(named) == 1 else None
    return None


def _is_part(own: str, table: _Table) -> bool:
    return labels.OF_A_PART.search(re.sub(r"\([^)]*\)", "", own)) is not None or any(
        labels.OF_A_PART.search(above) and not labels.is_group(above) for above in map(fold, table.above[-1:])
    )


def _amounts(row: rows.Row) -> tuple[rows.Cell, ...]:
    """The cells that hold amounts of a year, or the one amount of a row without years."""
    cells = [cell for cell in row.cells if "%" not in cell.text]
    if dated := tuple(cell for cell in cells if cell.year is not None):
        return dated
    kept = [cell for cell in cells if _is_plain(cell.header)]
    free = [cell for cell in kept if not cell.header]
    return tuple(free if len(free) == 1 else kept if len(kept) == 1 else ())


def _is_plain(header: str) -> bool:
    """Whether a header without a year is one of amounts of the whole company."""
    folded = fold(header)
    return not labels.NOT_AN_AMOUNT.search(folded) and (not labels.rest(folded) or labels.unit(header) is not None)


def _value(cell: rows.Cell, dotted: bool) -> float | None:
    alone = re.match(r"([\d.,'’ ]*\d)\s?(?=[a-z吨万千])", fold(cell.text))
    return rows.amount(alone[1] if alone else cell.text, dotted=dotted)


def _year(cell: rows.Cell, row: rows.Row, table: _Table, reported: int | None) -> tuple[int | None, YearFrom]:
    if cell.year is not None:
        return cell.year, YearFrom.HEADER
    if found := _only_year(row.label):
        return found, YearFrom.HEADER
    for text in (table.header, table.section, *reversed(table.above[-_ABOVE:])):
        if found := _only_year(text):
            return found, YearFrom.CONTEXT
    return reported, YearFrom.DOCUMENT


def _only_year(text: str) -> int | None:
    found = {int(year) for year in re.findall(r"(?<!\d)(20[0-3]\d)(?!\d)", text)}
    return found.pop() if len(found) == 1 else None


def _unit(cell: rows.Cell, row: rows.Row, table: _Table) -> labels.Unit | None:
    """The unit at the number, in its header, at the row, above it, or above the table: the nearest that there is."""
    near = (cell.text, cell.header, row.notes, row.label)
    found = next(filter(None, map(labels.unit, near)), None) or table.unit or labels.unit(table.header)
    found = found or next(filter(None, map(labels.unit, reversed(table.above[-2 * _ABOVE :]))), None)
    if found is not None and found.factor is None and (rows.amount(cell.text) or 0) >= units.METRIC_TONS_FROM:
        return replace(found, factor=1.0)
    return found
