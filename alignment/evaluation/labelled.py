"""JSON lines -> passages with what people said about them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from alignment.errors import InputError
from alignment.types import Substance

_MOST_TEXT = 20_000
_HINT = 'each line is {"id": "...", "text": "...", "labels": ["T2"], "substance": "action"}'


@dataclass(frozen=True, slots=True)
class Labelled:
    """A passage with what people said about it."""

    id: str
    text: str
    labels: frozenset[str]
    substance: Substance | None
    source: str
    language: str


def read(path: Path) -> tuple[Labelled, ...]:
    """Passages from JSON lines: `id` and `text`, and where they are labelled `labels`, `substance`, `source`, `lang`.

    Raises:
        InputError: the file cannot be read, is empty, or a line does not fit; the line is named.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}", hint="check the path") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{path} is not UTF-8 text", hint="save it as UTF-8 JSON lines") from error
    found = tuple(_passage(line, number, path) for number, line in enumerate(lines, 1) if line.strip())
    if not found:
        raise InputError(f"{path} holds no passages", hint='each line is {"id": "...", "text": "..."}')
    return found


def _passage(line: str, number: int, path: Path) -> Labelled:
    try:
        item = json.loads(line)
        text = item["text"]
        grade = item.get("substance")
        if not isinstance(text, str) or not isinstance(item.get("labels", []), list):
            raise TypeError("text must be a string and labels a list")
        return Labelled(
            id=str(item.get("id", number)),
            text=text[:_MOST_TEXT],
            labels=frozenset(str(each["code"] if isinstance(each, dict) else each) for each in item.get("labels", [])),
            substance=None if grade in (None, "none") else Substance(grade),
            source=str(item.get("source", "")),
            language=str(item.get("lang", "")),
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise InputError(f"{path.name}, line {number}: {error}", hint=_HINT) from error
