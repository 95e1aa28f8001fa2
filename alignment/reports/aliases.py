"""A result's data -> the same with the names that fields had before, or without them: both are read for one release."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

SCHEMA = "alignment/assessment/2"
"""Raised whenever a field is renamed or dropped."""
SCHEMAS = (SCHEMA, "alignment/assessment/1")
"""Those that are read."""
_FIELDS = {"excluded": "demoted", "precision_filters": "guards", "prefilter": "first_pass"}
"""Today's name of a field -> its name in schema 1, which is still written beside it until version 0.2 is released."""
_VALUES = {"plan_restatement": "policy_echo", "header_footer": "running"}
"""Today's name of a role or precision filter -> its name in the fields of schema 1."""
_TODAY = {old: new for new, old in _VALUES.items()}

_Object = dict[str, Any]
_Change = Callable[[_Object, str], _Object]
"""An object, and today's name of a field that it may have -> the object with that field under other names."""


def with_old_names(result: _Object) -> _Object:
    """The same data, and every renamed field a second time under its old name, with old names in it."""
    return _everywhere(result, _with_old)


def without_old_names(result: _Object) -> _Object:
    """The same data in today's schema; an old name that says something else than the new one stays, as a difference.

    Any data is taken, however malformed, and left as it is.
    """
    schema = {"schema": SCHEMA} if result.get("schema") in SCHEMAS else {}
    return _everywhere({**result, **schema}, _without_old)


def _with_old(holder: _Object, name: str) -> _Object:
    return {**holder, _FIELDS[name]: _worded(holder[name], _VALUES)} if name in holder else holder


def _without_old(holder: _Object, name: str) -> _Object:
    old = _FIELDS[name]
    if old not in holder:
        return holder
    stated = _worded(holder[old], _TODAY)
    if name in holder and holder[name] != stated:
        return holder
    return {**{key: value for key, value in holder.items() if key != old}, name: stated}


def _everywhere(result: _Object, change: _Change) -> _Object:
    """The data after the change of each object that may have a renamed field; nothing that was given is changed."""
    result = change(result, "excluded")
    made, elements = result.get("provenance"), result.get("elements")
    if isinstance(made, dict) and isinstance(made.get("thresholds"), dict):
        result = {**result, "provenance": {**made, "thresholds": change(made["thresholds"], "prefilter")}}
    if isinstance(elements, list):
        result = {**result, "elements": [_in_element(each, change) for each in elements]}
    return result


def _in_element(element: Any, change: _Change) -> Any:
    if not isinstance(element, dict):
        return element
    lists = {kind: element[kind] for kind in ("evidence", "near_misses") if isinstance(element.get(kind), list)}
    return {**element, **{kind: [_in_evidence(each, change) for each in items] for kind, items in lists.items()}}


def _in_evidence(item: Any, change: _Change) -> Any:
    if not isinstance(item, dict) or not isinstance(item.get("signals"), dict):
        return item
    return {**item, "signals": change(item["signals"], "precision_filters")}


def _worded(value: Any, names: Mapping[str, str]) -> Any:
    """A field's value with other names for roles and filters: a list of names, or of objects with a role."""
    if isinstance(value, str):
        return names.get(value, value)
    if isinstance(value, dict) and isinstance(value.get("role"), str):
        return {**value, "role": names.get(value["role"], value["role"])}
    return [_worded(each, names) for each in value] if isinstance(value, list) else value
