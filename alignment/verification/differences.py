"""Two results of one report -> where they differ, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

_LONGEST = 70
"""Characters of a value that are shown."""


def without(result: Mapping[str, Any], keys: Sequence[str]) -> dict[str, Any]:
    return {key: value for key, value in result.items() if key not in keys}


def differing(wanted: Any, given: Any, where: str) -> Iterator[str]:
    """Every place where plain data differs, a list of another length as one place."""
    if isinstance(wanted, dict) and isinstance(given, dict):
        yield from _of_objects(wanted, given, where)
    elif isinstance(wanted, list) and isinstance(given, list) and len(wanted) == len(given):
        for number, (first, second) in enumerate(zip(wanted, given, strict=True), 1):
            yield from differing(first, second, f"{where} {_named(first, number)}")
    elif isinstance(wanted, list) and isinstance(given, list):
        yield f"{where}: there are {len(wanted)}, the result has {len(given)}"
    elif type(wanted) is not type(given) or wanted != given:
        first, second = _from_where_they_differ(wanted, given)
        yield f"{where}: the source gives {short(first)}, the result has {short(second)}"


def _of_objects(wanted: Mapping[str, Any], given: Mapping[str, Any], where: str) -> Iterator[str]:
    for key, value in wanted.items():
        place = f"{where} {key}".strip()
        if key in given:
            yield from differing(value, given[key], place)
        else:
            yield f"{place}: the source gives {short(value)}, the result has none"
    for key in sorted(given.keys() - wanted.keys()):
        yield f"{where} {short(key)}: the result has {short(given[key])}, the source gives none".strip()


def _from_where_they_differ(wanted: Any, given: Any) -> tuple[Any, Any]:
    """Two long texts without most of what they begin with alike, so that what is shown of them is not the same."""
    if not isinstance(wanted, str) or not isinstance(given, str):
        return wanted, given
    pairs = enumerate(zip(wanted, given, strict=False))
    alike = next((place for place, (first, second) in pairs if first != second), min(len(wanted), len(given)))
    skipped = max(0, alike - _LONGEST // 3)
    return ("…" + wanted[skipped:], "…" + given[skipped:]) if skipped else (wanted, given)


def _named(item: Any, number: int) -> str:
    """An element by its code, an emphasis by its id, all else by its number."""
    name = (item.get("code") or item.get("id")) if isinstance(item, dict) else None
    return str(name or number)


def short(value: object) -> str:
    """A value for a message; lists and objects by their size, for a hostile one may be endless or deep."""
    if isinstance(value, list | dict):
        return f"{'a list' if isinstance(value, list) else 'an object'} of {len(value)}"
    text = repr(value)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
