"""JSON lines -> passages with what people said about them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from alignment.errors import InputError
from alignment.mapping.further import Further, apart
from alignment.text.reading import prepared
from alignment.types import Framework, Substance

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
    unsure: bool = False
    """Whoever labelled it was not sure."""


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
        raise InputError(f"{path} contains no passages", hint='each line is {"id": "...", "text": "..."}')
    return found


def further(files: Sequence[Path], framework: Framework, measured: Sequence[Labelled]) -> tuple[Further, ...]:
    """Passages to learn from: neither unsure, nor repeated, nor near-duplicates of those that will be `measured`.

    Raises:
        InputError: a file does not fit, a label is not an element of the framework, or nothing is left.
    """
    read_ones = [(path, passage) for path in files for passage in read(path)]
    for path, passage in read_ones:
        if unknown := sorted(passage.labels - set(framework.codes)):
            raise InputError(
                f"{path.name}, {passage.id}: {framework.id} has no {', '.join(unknown)}",
                hint=f"codes: {', '.join(framework.codes)}",
            )
    sure = {prepared(passage.text): passage for _, passage in read_ones if not passage.unsure}
    kept = apart(list(sure), [prepared(passage.text) for passage in measured])
    found = tuple(
        Further(passage.text, passage.labels, passage.substance, passage.source)
        for passage, other in zip(sure.values(), kept, strict=True)
        if other
    )
    if files and not found:
        raise InputError("no passage is left to learn from", hint="all are unsure or repeat passages of --labelled")
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
            unsure=bool(item.get("unsure", False)),
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise InputError(f"{path.name}, line {number}: {error}", hint=_HINT) from error
