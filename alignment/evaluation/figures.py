"""Figures as people read them in passages, beside those that the tool finds -> what agrees, and in which fields."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from alignment import figures
from alignment.errors import InputError
from alignment.evaluation.tally import Tally
from alignment.figures import words
from alignment.types import Figure, Framework, Relation

_HINT = 'each line is {"id": "...", "text": "...", "figures": [{"target": "Q5", "value": -18, "unit": "%", …}]}'
_CLOSE = 1e-6
"""Relative difference below which two values are the same number."""
_FIELDS = ("relation", "kind", "future", "year", "base_year")


@dataclass(frozen=True, slots=True)
class Wanted:
    """A figure as a person read it; `base_year` is `yoy` where the year before is meant and not known."""

    target: str
    relation: str
    kind: str
    value: float
    year: int | None
    base_year: int | str | None
    future: bool


@dataclass(frozen=True, slots=True)
class Read:
    """A passage with its figures."""

    id: str
    text: str
    language: str
    figures: tuple[Wanted, ...]


@dataclass(frozen=True, slots=True)
class Measured:
    """How many figures agree in target and value, by what they are; and how many of these agree in the other fields."""

    passages: int
    all: Tally
    same: Tally
    """Those of the same kind of quantity as their target."""
    targets: Mapping[str, Tally]
    kinds: Mapping[str, Tally]
    languages: Mapping[str, Tally]
    fields: Mapping[str, tuple[int, int]]
    """By field, how many are right and of how many: a base year of those that have one."""


def gold(path: Path) -> tuple[Read, ...]:
    """Passages with their figures, from JSON lines.

    Raises:
        InputError: the file cannot be read, is empty, or a line does not fit; the line is named.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path} cannot be read as UTF-8 text ({error})", hint="check the path") from error
    found = tuple(_read(line, number, path) for number, line in enumerate(lines, 1) if line.strip())
    if not found:
        raise InputError(f"{path} holds no passages", hint=_HINT)
    return found


def _read(line: str, number: int, path: Path) -> Read:
    try:
        item = json.loads(line)
        wanted = tuple(_wanted(each) for each in item["figures"])
        return Read(str(item["id"]), str(item["text"]), str(item.get("lang", "")), wanted)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError(f"{path.name}, line {number} does not fit", hint=_HINT) from error


def _wanted(item: Mapping[str, Any]) -> Wanted:
    return Wanted(
        target=str(item["target"]),
        relation=str(item["relation"]),
        kind=str(item["kind"]),
        value=float(item["value"]),
        year=item.get("year"),
        base_year=item.get("base_year"),
        future=bool(item["future"]),
    )


def measure(read: Sequence[Read], framework: Framework) -> Measured:
    """Find the figures of each passage and compare; a figure is right where target and value are."""
    named = words.targets(framework)
    total, same = Tally(), Tally()
    groups: dict[str, dict[str, Tally]] = {"targets": {}, "kinds": {}, "languages": {}}
    fields = dict.fromkeys(_FIELDS, (0, 0))
    for passage in read:
        found = list(figures.of_text(figures.lone(passage.text), named))
        pairs = _pairs(found, passage.figures)
        total += Tally(len(found), len(pairs), len(passage.figures))
        same += Tally(
            found=sum(each.relation is Relation.SAME for each in found),
            right=sum(ours.relation is Relation.SAME and theirs.relation == "same" for ours, theirs in pairs),
            wanted=sum(each.relation == "same" for each in passage.figures),
        )
        for ours in found:
            _add(groups, ours.target, ours.kind, passage.language, Tally(found=1))
        for theirs in passage.figures:
            _add(groups, theirs.target, theirs.kind, passage.language, Tally(wanted=1))
        for ours, theirs in pairs:
            _add(groups, theirs.target, theirs.kind, passage.language, Tally(right=1))
            for field, (right, of) in fields.items():
                agreed = _agrees(field, ours, theirs)
                fields[field] = (right + bool(agreed), of + (agreed is not None))
    by = {name: dict(sorted(group.items())) for name, group in groups.items()}
    return Measured(len(read), total, same, by["targets"], by["kinds"], by["languages"], fields)


def _add(groups: dict[str, dict[str, Tally]], target: str, kind: str, language: str, one: Tally) -> None:
    for group, name in (("targets", target), ("kinds", kind), ("languages", language)):
        groups[group][name] = groups[group].get(name, Tally()) + one


def _pairs(found: Sequence[Figure], wanted: Sequence[Wanted]) -> list[tuple[Figure, Wanted]]:
    left = list(wanted)
    pairs: list[tuple[Figure, Wanted]] = []
    for figure in found:
        match = next((each for each in left if each.target == figure.target and _close(each.value, figure.value)), None)
        if match is not None:
            left.remove(match)
            pairs.append((figure, match))
    return pairs


def _close(first: float, second: float) -> bool:
    return abs(first - second) <= _CLOSE * max(1.0, abs(first))


def _agrees(field: str, ours: Figure, theirs: Wanted) -> bool | None:
    """None where the field is not asked for."""
    if field == "base_year":
        if theirs.base_year is None:
            return None
        yearly = theirs.base_year == "yoy" and (ours.base_year is None or ours.base_year == (ours.year or 0) - 1)
        return yearly or ours.base_year == theirs.base_year
    wanted = getattr(theirs, field)
    return bool(getattr(ours, field) == wanted)
