"""A policy document -> a draft framework in the schema, to be checked by a person."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml

from alignment import documents
from alignment.drafting import building, frames, indicators, leaving_out, lines, outline, sentences, units
from alignment.drafting.building import Drafted
from alignment.drafting.goals import Goal, are_alike, without_repetitions
from alignment.drafting.outline import Part
from alignment.drafting.terms import core
from alignment.drafting.units import Unit
from alignment.errors import DocumentError
from alignment.frameworks import schema
from alignment.types import Document

_PLANS = {"十三五": (2016, 2020), "十四五": (2021, 2025), "十五五": (2026, 2030), "十六五": (2031, 2035)}
_ORDINALS = {"13th": "十三五", "14th": "十四五", "15th": "十五五", "16th": "十六五"}
_SPAN = re.compile(r"(20\d\d)\s*年?\s*(?:[—–~～-]{1,2}|至|到|to)\s*(20\d\d)\s*年?")
_YEAR = re.compile(r"20[2-9]\d")
_USUAL = 5
"""Years that a plan covers where it says only when it ends."""
_OF_TABLES = 2
"""Elements at most that an indicator of a table is given to: those that speak of it most."""
_SPEAKS = 0.7
"""Share of an indicator's pairs of characters that stand in a text which speaks of it."""


def draft(path: Path, *, language: str | None = None) -> schema.FrameworkModel:
    """Draft a framework from a policy document; the same bytes always give the same draft.

    `language` is `zh` or `en`; None takes the document's. The other language is left open.

    Raises:
        DocumentError: the document cannot be read, or nothing in it asks for anything.
    """
    document = documents.read(path)
    root = outline.outline_of(units.units_of(lines.lines_of(document, frames.frames_of(path, document))))
    title = _title(root.head.text or document.title)
    language = language or ("en" if document.languages[:1] and not document.languages[0].is_chinese else "zh")
    made = building.drafted(root, language)
    if not made.elements:
        raise DocumentError(
            f"nothing in {document.name} asks for anything: it has no headings with text under them",
            hint="give the document with its headings, as the issuer published it",
        )
    period = period_of(title, document)
    goals = without_repetitions(list(_goals(root, period or _from_tables(root))))
    targets = [_target(goal, number, made, part) for number, (goal, part) in enumerate(_placed(goals, root), 1)]
    return schema.FrameworkModel.model_validate(
        {
            "schema": schema.SCHEMA,
            "id": _identifier(path, document),
            "version": "draft",
            "name": made.said(title),
            "elements": _with_targets(made.elements, targets),
            "targets": targets,
            "period": list(period) if period else None,
            "draft": True,
            "left_out": made.left_out,
        }
    )


def _title(heading: str) -> str:
    """The plan's own title where a notice announces it: `关于印发《…》的通知`."""
    announced = re.search(r"印发[《〈“]([^》〉”]{4,60})[》〉”]", heading) or re.search(r"印发(.{4,60}?)的通知", heading)
    return announced[1] if announced else heading


def to_yaml(model: schema.FrameworkModel, source: str) -> str:
    """The draft as the text of a file, with a note on what to do with it."""
    written: dict[str, Any] = model.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    written = {"schema": schema.SCHEMA, **{name: value for name, value in written.items() if name != "schema"}}
    head = (
        f"# Drafted by `alignment plan draft` from {source}. Look at it with `alignment plan preview`, mend it, and\n"
        "# take `draft: true` away once it is right. Descriptions of measures are the document's own wording.\n"
    )
    return head + yaml.safe_dump(written, allow_unicode=True, sort_keys=False, width=120)


def period_of(title: str, document: Document) -> tuple[int, int] | None:
    """First and last year of a plan, by its title or, failing that, by what its first page says."""
    first = document.pages[0].text[:600] if document.pages else ""
    for text in (title, first):
        for ordinal, name in _ORDINALS.items():
            text = re.sub(rf"{ordinal}\s+Five[- ]Year", name, text, flags=re.I)
        if named := next((years for name, years in _PLANS.items() if name in text), None):
            return named
        if (span := _SPAN.search(text)) and int(span[1]) <= int(span[2]):
            return int(span[1]), int(span[2])
    return None


def _from_tables(root: Part) -> tuple[int, int] | None:
    """The years that tables of indicators compare, or that the text aims at, where no title says them."""
    rows = [int(year) for part in root.walk() for row in part.rows for year in _YEAR.findall(row.text)]
    if len(set(rows)) > 1:
        return min(rows) + 1, max(rows)
    said = " ".join(unit.text for part in root.walk() for unit in part.paragraphs)
    aimed = re.findall(r"(?:到|至|by)\s*(20[2-9]\d)", said)
    last = max((int(year) for year in aimed), default=None)
    return (last - _USUAL + 1, last) if last is not None else None


def _goals(root: Part, period: tuple[int, int] | None) -> list[Goal]:
    """Those of tables first, so that sentences which repeat them are left out."""
    parts, paths = list(root.walk()), building.paths_of(root)
    found = [goal for part in parts for goal in indicators.goals_of(part.rows, paths[id(part)], period)]
    for part in parts:
        if leaving_out.reason_for(part.head.title) != leaving_out.ORGANISATION:
            found += [goal for unit in _said(part) for goal in sentences.goals_in(unit, paths[id(part)], period)]
    return found


def _said(part: Part) -> list[Unit]:
    """The title of a part and its paragraphs; a title may be the sentence that asks."""
    return [replace(part.head, text=part.head.title, turns=()), *part.paragraphs]


def _placed(goals: Sequence[Goal], root: Part) -> list[tuple[Goal, Part | None]]:
    """Each goal with the part that a sentence of it is in; None for rows of tables."""
    paths = building.paths_of(root)
    owners = {
        (paths[id(part)], sentence.strip()): part
        for part in root.walk()
        for unit in _said(part)
        for _, sentence in sentences.sentences_of(unit)
    }
    return [(goal, owners.get((goal.section, goal.quote))) for goal in goals]


def _target(goal: Goal, number: int, made: Drafted, part: Part | None) -> schema.TargetModel:
    code = made.codes.get(id(part.head)) if part else None
    codes = [code] if code is not None else _speaking_of(goal.metric, made)
    short = core(goal.metric, made.language)
    return schema.TargetModel(
        id=f"Q{number}",
        metric=made.said(goal.metric),
        value=goal.value,
        unit=goal.unit,
        base_year=goal.base_year,
        year=goal.year,
        elements=codes,
        terms=made.listed([short] if short != goal.metric else []),
        base_value=goal.base_value,
        comparator=goal.comparator,
        binding=goal.binding,
        origin=schema.OriginModel(page=goal.page, paragraph=goal.paragraph, section=goal.section, quote=goal.quote),
    )


def _speaking_of(metric: str, made: Drafted) -> list[str]:
    """The elements whose measures name the metric, the first ones where several do."""
    found = [
        element.code
        for element in made.elements
        if any(
            are_alike(metric, clause, share=_SPEAKS)
            for measure in element.measures
            if measure.description
            for clause in re.split(r"[，。；、,.;]", measure.description.zh or measure.description.en or "")
            if len(clause) >= len(metric) // 2
        )
    ]
    return found[:_OF_TABLES]


def _with_targets(
    elements: Sequence[schema.ElementModel], targets: Sequence[schema.TargetModel]
) -> list[schema.ElementModel]:
    return [
        element.model_copy(update={"targets": [target.id for target in targets if element.code in target.elements]})
        for element in elements
    ]


def _identifier(path: Path, document: Document) -> str:
    name = re.sub(r"[^A-Za-z0-9]+", "-", path.stem).strip("-").lower()[:32].strip("-")
    return name if name[:1].isalpha() else f"plan-{document.sha256[:8]}"
