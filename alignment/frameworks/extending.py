"""A framework file -> its whole content, where it `extends` another and says only what is different."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from alignment.errors import FrameworkError

DEEPEST = 5
"""How many files may extend each other; more is a mistake that nobody could follow."""
_NAMES = ("code", "id", "to")
"""What tells the entries of a list apart, in this order."""


def whole(path: Path, read: Callable[[Path], object], *, base_of: Callable[[str, Path], Path]) -> object:
    """The content of a file with that of the frameworks that it extends; as it is where it extends none.

    Of a mapping, keys that are given replace those of the base and `null` takes one away. Of a list whose entries
    have a code or an id, entries are changed one by one, new ones come last, and one with `remove: true` goes; every
    other list is replaced.

    Raises:
        FrameworkError: the files extend each other in a circle, or more than `DEEPEST` of them.
    """
    layers: list[dict[str, Any]] = []
    seen = [path]
    raw = read(path)
    while isinstance(raw, dict) and isinstance(raw.get("extends"), str):
        layers.append({name: value for name, value in raw.items() if name != "extends"})
        path = base_of(raw["extends"], path)
        if path in seen or len(seen) >= DEEPEST:
            names = " -> ".join(each.name for each in (*seen, path))
            raise FrameworkError(f"frameworks that extend each other: {names}", hint="name one that extends none")
        layers[-1].setdefault("id", _own_id(seen[-1], raw["extends"]))
        seen.append(path)
        raw = read(path)
    for layer in reversed(layers):
        raw = _merged(raw, layer)
    return raw


def _own_id(path: Path, base: str) -> str:
    """An id for a file that gives itself none, so that its results are never taken for those of its base."""
    name = re.sub(r"[^A-Za-z0-9_-]+", "-", path.stem).strip("-_")[:32]
    return name if name[:1].isalpha() and name != base else f"own-{Path(base).stem}"[:32]


def _merged(base: object, changed: object) -> object:
    if isinstance(base, dict) and isinstance(changed, dict):
        merged = dict(base)
        for name, value in changed.items():
            if value is None:
                merged.pop(name, None)
            else:
                merged[name] = _merged(base.get(name), value)
        return merged
    if isinstance(changed, list) and (name := _told_apart_by(base, changed)):
        return _by_name(base if isinstance(base, list) else [], changed, name)
    return changed


def _told_apart_by(base: object, changed: list[Any]) -> str | None:
    entries = [*(base if isinstance(base, list) else []), *changed]
    named = (name for name in _NAMES if all(isinstance(entry, dict) and name in entry for entry in entries))
    return next(named, None) if entries else None


def _by_name(base: list[dict[str, Any]], changed: list[dict[str, Any]], name: str) -> list[object]:
    merged: dict[object, object] = {str(entry[name]): entry for entry in base}
    twice: list[object] = []
    for entry in changed:
        key = str(entry[name])
        if entry.get("remove") is True:
            merged.pop(key, None)
        elif sum(str(other[name]) == key for other in changed) > 1:
            twice.append(entry)  # the schema names it as appearing twice
        else:
            merged[key] = _merged(merged.get(key), entry)
    return [*merged.values(), *twice]
