"""Thresholds, rules and sizes -> the numbers of the provenance by name, and back: every field of each is there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from alignment.assessment.coverage import Rules
from alignment.passages import Size
from alignment.types import Thresholds

_NAMES = {
    "near_miss_floor": "near_miss",
    "minimum": "passage_minimum",
    "target": "passage_target",
    "maximum": "passage_maximum",
}
"""Names in the result of those fields whose own name says too little, or that users rely on; all others keep theirs."""


def to_numbers(thresholds: Thresholds, rules: Rules, size: Size) -> dict[str, float]:
    """Every number that decides passages and statuses, by its name in the result."""
    return {
        _NAMES.get(field.name, field.name): getattr(holder, field.name)
        for holder in (thresholds, rules, size)
        for field in fields(holder)
    }


def from_numbers(numbers: Mapping[str, Any]) -> tuple[Thresholds, Rules, Size]:
    """What `to_numbers` was made of; other numbers may stand beside them.

    A number that is missing has its default: results of earlier versions do not state all of them.

    Raises:
        TypeError: one is missing that has no default.
    """

    def given(kind: type[Thresholds | Rules | Size]) -> dict[str, Any]:
        names = {field.name: _NAMES.get(field.name, field.name) for field in fields(kind)}
        return {field: numbers[name] for field, name in names.items() if name in numbers}

    return Thresholds(**given(Thresholds)), Rules(**given(Rules)), Size(**given(Size))
