"""A result and its source -> every place where the two do not agree.

What the models judged of a passage (its probability, its substance, the nearest exemplar) is taken from the result.
All the rest of it is made anew from the source and compared: text, places, pages, figures, statuses, reasons.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from alignment import documents, frameworks
from alignment.analysis import Criteria, analyse
from alignment.documents import Read
from alignment.errors import InputError
from alignment.mapping import plan_restatement
from alignment.reports.aliases import SCHEMA, without_old_names
from alignment.reports.json import to_json
from alignment.text import cleaning
from alignment.types import Document, Framework
from alignment.verification.claims import Claims, quotes_of
from alignment.verification.differences import differing, short, without
from alignment.verification.stated import Stated, load, of

__all__ = ["Verification", "load", "verify"]

_READ_ANEW = ("figures", "ghg")
"""What schema 1 has otherwise or not at all: its figures were read by other rules."""
_JUDGED = ("elements", "emphases", "emerging", "review")
"""What follows from evidence, so that it cannot be made anew where some of that has no passage."""


@dataclass(frozen=True, slots=True)
class Verification:
    """How many quotes and pages were checked, and what does not agree."""

    quotes: int
    """How many quotes were compared with the source."""
    pages: int
    """How many pages the source has."""
    problems: tuple[str, ...]
    """One sentence for each difference; empty when the result agrees with its source."""
    not_compared: tuple[str, ...] = ()
    """Fields of a result in an older schema that cannot be compared with what is read today."""


def verify(
    result: dict[str, Any],
    source: Path,
    *,
    framework: str | Path | None = None,
    password: str | None = None,
    read: Read = documents.read,
) -> Verification:
    """Read and split the source again, and compare all that follows from it with the result.

    `framework` is the file of a plan that is not shipped.

    Raises:
        DocumentError: the source cannot be read.
        FrameworkError: the framework cannot be read.
        InputError: a field of the result is missing or of another kind, or its framework or profile is unknown.
    """
    is_older = result.get("schema") != SCHEMA
    result = without_old_names(result)
    stated = of(result)
    plan = _framework(stated, framework)
    profile = frameworks.find_profile(plan, stated.profile) if stated.profile is not None else None
    # Under the name that it had: a document without a title is called by it.
    name = cleaning.name_of(Path(stated.document.name))
    document = read(source, name=name, password=password, ocr=stated.document.recognised)
    if others := tuple(_others(stated, document, plan)):
        # Nothing else can agree then, and a list of it would hide why.
        return Verification(0, len(document.pages), others)
    claims = Claims(stated, plan)
    analysis = analyse(document, size=stated.size, wording=plan_restatement.known(plan), find=claims)
    rebuilt = analysis.judged(Criteria(plan, profile, stated.thresholds, stated.rules, stated.made))
    wanted = without_old_names(json.loads(to_json(rebuilt)))
    not_compared = _READ_ANEW if is_older else ()
    left_out = (*not_compared, *(_JUDGED if claims.problems else ()))
    differences = differing(without(wanted, left_out), without(result, left_out), "")
    return Verification(
        quotes_of(rebuilt, not_compared), len(document.pages), (*claims.problems, *differences), not_compared
    )


def _framework(stated: Stated, given: str | Path | None) -> Framework:
    """The plan that the user gives, else the shipped one that the result names."""
    named = stated.framework.id
    if given is None and named not in frameworks.shipped_ids():
        raise InputError(
            f"the result was made with the framework {short(named)}, which is not shipped",
            hint="give its file with --framework FILE",
        )
    return frameworks.load(given if given is not None else named)


def _others(stated: Stated, document: Document, plan: Framework) -> Iterator[str]:
    """Whether the result was made from another file or with another plan."""
    if document.sha256 != stated.document.sha256:
        yield f"document sha256: the source has {short(document.sha256)}, the result {short(stated.document.sha256)}"
    named = stated.framework
    if (plan.id, plan.version, plan.sha256) != (named.id, named.version, named.sha256):
        yield (
            f"framework: the result was made with {short(named.id)} {short(named.version)}, digest "
            f"{short(named.sha256)}; here it is {plan.id!r} {plan.version!r}, digest {plan.sha256!r}"
        )
