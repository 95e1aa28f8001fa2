"""Headings, paragraphs and rows -> the document's parts, each inside the one that it belongs to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from alignment.drafting.numbering import Rank
from alignment.drafting.units import Unit, UnitKind


@dataclass(frozen=True, slots=True)
class Part:
    """A numbered part of the document with all that is in it, in reading order."""

    head: Unit
    paragraphs: tuple[Unit, ...]
    """Those before its first part; the text that runs on after its title comes first."""
    rows: tuple[Unit, ...]
    parts: tuple[Part, ...]

    @property
    def is_box(self) -> bool:
        """A 专栏: a frame with a title, set apart from the text."""
        return self.head.rank is Rank.BOX

    def walk(self) -> Iterator[Part]:
        """The part and all parts in it, in reading order."""
        yield self
        for part in self.parts:
            yield from part.walk()


@dataclass(slots=True)
class _Open:
    """A part that is still being filled."""

    head: Unit
    paragraphs: list[Unit] = field(default_factory=list)
    rows: list[Unit] = field(default_factory=list)
    parts: list[_Open] = field(default_factory=list)

    def closed(self) -> Part:
        return Part(self.head, tuple(self.paragraphs), tuple(self.rows), tuple(part.closed() for part in self.parts))


def outline_of(units: Sequence[Unit]) -> Part:
    """The whole document as one part, whose head is its title."""
    title = next((unit for unit in units if unit.kind is UnitKind.TITLE), None)
    root = _Open(title or Unit(UnitKind.TITLE, "", None, None, framed=False))
    stack = [root]
    for unit in units:
        if unit is title or unit.kind is UnitKind.NOTE:
            continue
        _leave_box(stack, unit)
        if unit.kind is UnitKind.HEADING:
            _enter(stack, unit)
        elif unit.kind is UnitKind.ROW:
            stack[-1].rows.append(unit)
        else:
            stack[-1].paragraphs.append(unit)
    return root.closed()


def _leave_box(stack: list[_Open], unit: Unit) -> None:
    """Close a box where its frame ends, or where a heading of the text around it begins."""
    box = next((place for place, part in enumerate(stack) if part.head.rank is Rank.BOX), None)
    if box is None:
        return
    ended = stack[box].head.framed and not unit.framed
    outside = unit.kind is UnitKind.HEADING and not unit.framed and unit.rank <= Rank.BOX
    if ended or outside:
        del stack[box:]


def _enter(stack: list[_Open], unit: Unit) -> None:
    while len(stack) > 1 and _depth(stack[-1].head, stack) >= _depth(unit, stack):
        stack.pop()
    part = _Open(unit)
    if unit.text:
        part.paragraphs.append(
            Unit(UnitKind.PARAGRAPH, unit.text, unit.page, unit.paragraph, unit.framed, turns=unit.turns)
        )
    stack[-1].parts.append(part)
    stack.append(part)


def _depth(unit: Unit, stack: Sequence[_Open]) -> int:
    """Rank; inside a box, numbers of the text outside come after it."""
    boxed = any(part.head.rank is Rank.BOX for part in stack) and unit.framed and unit.rank is not Rank.BOX
    return unit.rank + (20 if boxed and unit.rank < Rank.BOX else 0)
