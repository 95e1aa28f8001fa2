"""Emissions as people read them in reports, beside those that the tool finds -> how many of both agree."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from alignment.documents import read as read_document
from alignment.errors import InputError
from alignment.evaluation.tally import Tally
from alignment.figures import ghg
from alignment.types import Document, Emission

_COLUMNS = ("report", "year", "scope", "page", "value")
_SCOPES = ("1", "2lb", "2mb", "3")

Key = tuple[str, int]
"""Scope and year."""
Truth = Mapping[Key, frozenset[tuple[float, int]]]
"""By scope and year, each value with the page that it is printed on; a report may print one on several pages."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What was found of all reports, together and by scope and year; what is wrong or missing, in words."""

    all: Tally
    scopes: Mapping[str, Tally]
    years: Mapping[int, Tally]
    whole: tuple[str, ...]
    """Reports in which every value was found and none is wrong."""
    reports: int
    faults: tuple[str, ...] = field(default=())


def gold(path: Path) -> dict[str, Truth]:
    """By report's file name, the values that people read, from a CSV with report, year, scope, page and value.

    Raises:
        InputError: the file cannot be read, a column is missing, or a line does not fit; the line is named.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"{path} cannot be read as CSV ({error})", hint="save it as UTF-8 CSV") from error
    found: dict[str, dict[Key, set[tuple[float, int]]]] = {}
    for number, row in enumerate(rows, 2):
        try:
            report, year, scope, page, value = (row[column] for column in _COLUMNS)
            if scope not in _SCOPES:
                raise ValueError(scope)
            place = float(value), int(page)
            found.setdefault(report, {}).setdefault((scope, int(year)), set()).add(place)
        except (KeyError, ValueError, TypeError) as error:
            hint = f"columns: {', '.join(_COLUMNS)}; scope is one of {', '.join(_SCOPES)}"
            raise InputError(f"{path.name}, line {number} does not fit", hint=hint) from error
    return {report: {key: frozenset(places) for key, places in truth.items()} for report, truth in found.items()}


def measure(truths: Mapping[str, Truth], folder: Path, *, read: Callable[[Path], Document] = read_document) -> Measured:
    """Read the PDFs of a folder and compare. A report without a line in the gold file is one that states none.

    A value is right where its scope, year, number and page are; one page of those that print it is enough.

    Raises:
        DocumentError: a report cannot be read.
        InputError: the folder lacks a report, or has none.
    """
    files = {path.name: path for path in sorted(folder.glob("*.pdf"))}
    if missing := sorted(set(truths) - set(files)):
        raise InputError(f"{folder} lacks {missing[0]}", hint="the folder has to hold every report of the gold file")
    if not files:
        raise InputError(f"{folder} holds no PDF", hint="give the folder of the reports")
    return compare({name: (truths.get(name, {}), ghg.extract(read(path))) for name, path in files.items()})


def compare(reports: Mapping[str, tuple[Truth, tuple[Emission, ...]]]) -> Measured:
    """What agrees, by report's name."""
    scopes, years = {scope: Tally() for scope in _SCOPES}, dict[int, Tally]()
    whole, faults = [], []
    for name, (truth, found) in sorted(reports.items()):
        right = [each for each in found if (each.value, each.page) in truth.get((each.scope, each.year), frozenset())]
        for each in found:
            one = Tally(found=1, right=int(each in right))
            scopes[each.scope] += one
            years[each.year] = years.get(each.year, Tally()) + one
            if each not in right:
                faults.append(
                    f"{name}: scope {each.scope}, {each.year}: {each.value:g} {each.unit} on page {each.page}"
                )
        for scope, year in truth:
            scopes[scope] += Tally(wanted=1)
            years[year] = years.get(year, Tally()) + Tally(wanted=1)
        got = {(each.scope, each.year) for each in found}
        faults += [
            f"{name}: scope {scope}, {year} is missing" for scope, year in sorted(truth) if (scope, year) not in got
        ]
        if len(right) == len(found) == len(truth):
            whole.append(name)
    total = sum(scopes.values(), Tally())
    return Measured(total, scopes, dict(sorted(years.items())), tuple(whole), len(reports), tuple(faults))
