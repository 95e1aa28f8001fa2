"""A result and its source -> every place where the two do not agree."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from alignment import documents, passages
from alignment.errors import InputError
from alignment.reports.json import SCHEMA
from alignment.types import Document, Page

_NEAR = 1.0
"""Points that a box may be off: results hold tenths."""


@dataclass(frozen=True, slots=True)
class Verification:
    """How many quotes were checked, and what does not agree."""

    quotes: int
    problems: tuple[str, ...]


def load(path: Path) -> dict[str, Any]:
    """A result of `alignment check`.

    Raises:
        InputError: there is no such file, or it is not such a result.
    """
    try:
        result = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(
            f"{path} cannot be read: {error.strerror}", hint="give the .json that `check` wrote"
        ) from error
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path} is not JSON: {error}", hint="give the .json that `alignment check` wrote") from error
    if not isinstance(result, dict) or result.get("schema") != SCHEMA:
        found = result.get("schema") if isinstance(result, dict) else type(result).__name__
        raise InputError(
            f"{path} is not a result in the schema {SCHEMA} but {found!r}", hint="run `alignment check` again"
        )
    return result


def verify(
    result: dict[str, Any],
    source: Path,
    *,
    password: str | None = None,
    read: Callable[..., Document] = documents.read,
) -> Verification:
    """Re-open the source and compare its digest, and every quote at its page, offsets and box.

    Raises:
        DocumentError: the source cannot be read.
        InputError: the result lacks a field that a result has.
    """
    document = read(source, password=password, ocr=_was_recognised(result))
    try:
        problems = [] if document.sha256 == result["document"]["sha256"] else [_digests(result, document)]
        places = list(_places(result))
        problems += [problem for where, place in places if (problem := _compare(where, place, document))]
    except (KeyError, TypeError, AttributeError) as error:
        raise InputError(f"the result is incomplete: {error!r}", hint="run `alignment check` again") from error
    return Verification(len(places), tuple(problems))


def _was_recognised(result: dict[str, Any]) -> bool:
    """Whether pages were read as pictures; then they have to be again."""
    health = result.get("document", {}).get("health", {})
    return any(page.get("state") == "ocr" for page in health.get("pages", []))


def _digests(result: dict[str, Any], document: Document) -> str:
    return (
        f"the source's digest is {document.sha256[:16]}…, the result was made from {result['document']['sha256'][:16]}…"
    )


def _places(result: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for element in result["elements"]:
        for kind in ("evidence", "near_misses"):
            for number, item in enumerate(element[kind], 1):
                yield f"{element['code']} {kind} {number}", item
    for kind in ("figures", "demoted"):
        for number, item in enumerate(result[kind], 1):
            yield f"{kind} {number}", item


def _compare(where: str, place: dict[str, Any], document: Document) -> str | None:
    number, start, end = place["page"], place["start"], place["end"]
    page = next((page for page in document.pages if page.number == number), None)
    if page is None:
        return f"{where}: the source has no page {number}"
    if not 0 <= start < end <= len(page.text):
        return f"{where}: page {number} has no characters {start}–{end}"
    if page.text[start:end] != place["quote"]:
        return f"{where}: page {number} reads {page.text[start:end][:60]!r}, the result quotes {place['quote'][:60]!r}"
    return _compare_boxes(where, place, page) if "passage" in place else None  # a figure is a part of one, without box


def _compare_boxes(where: str, place: dict[str, Any], page: Page) -> str | None:
    there = passages.box([block for block in page.blocks if block.start < place["end"] and block.end > place["start"]])
    given = place.get("box")
    if there is None or given is None:
        if there is given:
            return None
        return f"{where}: on page {page.number} the quote has {_named(there)}, the result gives {_named(given)}"
    if len(given) == len(there) and all(abs(a - b) <= _NEAR for a, b in zip(given, there, strict=True)):
        return None
    return f"{where}: on page {page.number} the quote stands in {_named(there)}, the result gives {_named(given)}"


def _named(box: Sequence[float] | None) -> str:
    return "no box" if box is None else "the box " + ", ".join(f"{value:g}" for value in box)
