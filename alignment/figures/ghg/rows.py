"""A row of a table as text, with the header above it -> its label and its numbers, each with the year that it is of."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from alignment.figures import quantities
from alignment.text.folding import fold

_YEAR = re.compile(r"(?<!\d)(20[0-3]\d)(?:\s?[/-]\s?(?:20)?\d\d(?!\d))?")
_MARKED_YEAR = re.compile(r"(20[0-3]\d)[\d*†‡]{1,2}")
"""A year with the mark of a footnote behind it, in a header."""
_SHORT_YEAR = re.compile(r"(?<![a-z\d])(?:fy|cy)\s?['’]?([0-3]\d)(?:\s?[/-]\s?\d\d)?(?!\d)")
"""FY22 is the year 2022."""
_ABSENT = re.compile(
    r"not reported|not available|not applicable|not disclosed|calculated \w+"
    r"|n/?\.?a\.?|n\.?d\.?|/|[-–—−－]{1,3}|未披露|不适用|无"
)
_NUMBER = r"(?:\(\d[\d,.'’]*\)|[-–−]?\d[\d,.'’]*)[*†‡]{0,2}"
_TRAILING = re.compile(rf"^(?P<label>.*?[^\d\s.,(–−-][^\s]*)(?P<numbers>(?:\s(?:{_NUMBER}|not reported|n/a|-|–|—))+)$")
"""A label and its numbers that one space parts, as where the columns are narrow."""
_MARKED = re.compile(r"(\d{1,3}(?:,\d{3})+)\d{1,2}")
"""A number with thousands and the mark of a footnote behind them: the last group has too many digits."""
_DOTTED = re.compile(r"[1-9]\d{0,2}\.\d{3}")
_NO_VALUE = re.compile(
    r"%|％|change|变化|同比|增减|\bvs\b|target|目标|goal|increase|decrease"
    r"|variation|share|proportion|占比|budget|plan"
)
"""Headers of columns that hold no amount of a year."""
_QUALIFIED = re.compile(r"pro rata|pro forma|restated|adjusted|like[- ]for[- ]like|重述|调整")
"""Headers of a second column for a year, beside the one that was reported."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A number at `start:end` of its row; the header of its column, where the row names it, and its year."""

    text: str
    start: int
    end: int
    header: str = ""
    year: int | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A row's label and its cells with a number; `notes` are its cells without one, as `Unit: tCO2e`."""

    label: str
    cells: tuple[Cell, ...]
    notes: str = ""


def years_of(text: str) -> tuple[int, ...] | None:
    """The years of a header row, in its order, or None where it is none: it may name its first columns, too.

    A year that stands twice, as beside a restated one, is 0 in both places: which is meant cannot be known.
    """
    years: list[int] = []
    for number, piece in enumerate(_pieces(fold(text))):
        words = piece[2].split(": ", 1)[-1]
        found = [year for word in re.split(r"\s+(?=(?:fy|cy)?\s?[0-3]\d)", words) if (year := header_year(word))]
        rest = _SHORT_YEAR.sub("", _YEAR.sub("", words))
        if number and not found and re.search(r"\d{2}", rest):
            return None
        if _QUALIFIED.search(words):
            found = [0 for _ in found]
        years += found
    return tuple(0 if years.count(year) > 1 else year for year in years) if years else None


def header_year(header: str) -> int | None:
    """The year that a column is of; None where it is of none, of two, or of something else in that year."""
    plain = fold(header)
    if _NO_VALUE.search(plain):
        return None
    if marked := _MARKED_YEAR.fullmatch(plain.strip()):
        return int(marked[1])
    found = {int(match[1]) for match in _YEAR.finditer(plain)}
    found |= {2000 + int(match[1]) for match in _SHORT_YEAR.finditer(plain)}
    return found.pop() if len(found) == 1 else None


def read(text: str, years: Sequence[int]) -> Row:
    """The row, read with the years of the header above it (none where there is no header)."""
    folded = fold(text)
    pieces = list(_pieces(folded))
    if not pieces:
        return Row("", ())
    start, end, first = pieces[0]
    labels, named, free, notes = [text[start:end]], [], [], []
    if (trailing := _TRAILING.match(first)) and not re.search(r"(?:scope|category|范围|范畴|gri)$", trailing["label"]):
        labels = [text[start : start + trailing.end("label")]]
        free += list(_words(folded, start + trailing.start("numbers"), end))
    for start, end, piece in pieces[1:]:
        header, colon, value = piece.rpartition(": ")
        if (
            colon
            and (re.search(r"\d", value) or _ABSENT.fullmatch(value.strip()))
            and not re.match(r"unit|单位", header)
        ):
            begin = end - len(value)
            named.append(Cell(text[begin:end], begin, end, text[start : start + len(header)], header_year(header)))
        elif re.fullmatch(rf"(?:{_NUMBER}|[a-z /.]+|[-–—−－])(?:\s(?:{_NUMBER}|[-–—−－]))*", piece) and (
            re.search(r"\d", piece) or _ABSENT.fullmatch(piece)
        ):
            free += list(_words(folded, start, end))
        elif re.match(_NUMBER, piece):
            free.append((start, end))
        elif not free and not named and not colon:
            labels.append(text[start:end])
        else:
            notes.append(text[start:end])
    taken = {cell.year for cell in named}
    spare = [year for year in years if year not in taken]
    return Row(" ".join(labels), (*named, *_placed(text, free, spare)), "  ".join(notes))


def _placed(text: str, free: Sequence[tuple[int, int]], years: Sequence[int]) -> Iterator[Cell]:
    """Numbers without a header in the order of the years that are left, where there are as many of both."""
    for places in (free, _joined(text, free)):
        if len(places) == len(years) and places:
            for (start, end), year in zip(places, years, strict=True):
                yield Cell(text[start:end], start, end, "", year or None)
            return
    if not years and len(_joined(text, free)) == 1:
        ((start, end),) = _joined(text, free)
        yield Cell(text[start:end], start, end)


def _joined(text: str, free: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Groups of three digits that a single space parts, as one number."""
    joined: list[tuple[int, int]] = []
    for start, end in free:
        if joined and start - joined[-1][1] == 1 and re.fullmatch(r"\d{3}", text[start:end]):
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined


def _pieces(text: str) -> Iterator[tuple[int, int, str]]:
    for match in re.finditer(r"\S+(?:\s\S+)*", text):
        yield match.start(), match.end(), match.group()


def _words(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    for match in re.finditer(r"not reported|n/a|\S+", text[start:end]):
        yield start + match.start(), start + match.end()


def amount(written: str, *, dotted: bool = False) -> float | None:
    """The number of a cell, without the mark of a footnote behind it; `dotted` where points part the thousands."""
    plain = fold(written).strip().rstrip("*†‡").strip("()")
    if marked := _MARKED.fullmatch(plain):
        plain = marked[1]
    if dotted and _DOTTED.fullmatch(plain):
        plain = plain.replace(".", "")
    return quantities.number(plain)


def dots_thousands(cells: Sequence[Cell]) -> bool:
    """Whether two or more cells, and all with a point, have three digits behind it: 1.234 is then 1,234."""
    pointed = [cell.text.strip() for cell in cells if "." in cell.text]
    return len(pointed) > 1 and all(re.fullmatch(r"[1-9]\d{0,2}(?:\.\d{3})+", text) for text in pointed)
