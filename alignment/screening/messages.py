"""What the runner and its workers say to each other, as frozen data; JSON only on the pipe and in the state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter

from alignment import passages
from alignment.assessment import coverage as gaps
from alignment.documents import Limits
from alignment.portfolio.records import Claimed, Shown
from alignment.reports.rendering import Lang
from alignment.sandbox.pipe import Message
from alignment.settings import Settings
from alignment.types import Assessment, Coverage, Preset, Status, Vectors

CLAIMS = 8
"""Passages per element, the strongest, among which near-duplicates and boilerplate are sought."""
_PAGES = 5
"""How many pages of an element's evidence, or of what came nearest to it, are told in tables."""


@dataclass(frozen=True, slots=True)
class Request:
    """One filing to assess."""

    place: str
    """Path of the file, or of the archive that it is in."""
    member: int | None
    """Its place in the archive; None for a file of its own."""
    name: str
    """What the report is called."""
    industry: str
    """Id of a profile, or empty for that of the settings."""
    lang: Lang
    images: bool
    source: str | None
    """From its page to the file."""


@dataclass(frozen=True, slots=True)
class Element:
    """An element in one filing, as tables tell it."""

    code: str
    status: Status
    score: float
    substance: str
    """Of the strongest evidence; empty where there is none."""
    evidence: int
    """Number of passages that are evidence."""
    pages: tuple[int, ...]
    """1-based pages of the evidence, at most five, best first."""
    near: tuple[int, ...]
    """The same of the near misses."""


@dataclass(frozen=True, slots=True)
class Row:
    """What tables tell of an assessment."""

    sha256: str
    title: str
    pages: int
    languages: tuple[str, ...]
    readable_share: float
    elements: tuple[Element, ...]
    """All elements, in the framework's order."""
    outcome: Literal["assessed"] = "assessed"


@dataclass(frozen=True, slots=True)
class Failed:
    """Why a filing could not be assessed."""

    stage: str
    """Where it failed: reading or worker."""
    reason: str
    hint: str
    outcome: Literal["failed"] = "failed"


@dataclass(frozen=True, slots=True)
class Assessed:
    """A filing that was assessed."""

    row: Row
    claims: tuple[Claimed, ...]
    """All passages that are evidence for anything, for comparing filings."""
    html: str
    json: str
    outcome: Literal["assessed"] = "assessed"


@dataclass(frozen=True, slots=True)
class DiskFull:
    """Nothing can be written any more; the run ends."""

    outcome: Literal["disk full"] = "disk full"


Answer = Assessed | Failed | DiskFull
"""A worker's, to a `Request`."""
Finished = Row | Failed
"""What the state keeps of a filing."""


def to_message(data: Request | Answer | Finished) -> Message:
    """As JSON can say it."""
    kind: Any = type(data)
    message: Message = _adapter(kind).dump_python(data, mode="json")
    return message


def request_from(message: Message) -> Request:
    """What `to_message` made a message of."""
    found: Request = _adapter(Request).validate_python(message)
    return found


def answer_from(message: Message) -> Answer:
    """What `to_message` made a message of."""
    found: Answer = _adapter(Annotated[Answer, Field(discriminator="outcome")]).validate_python(message)
    return found


def finished_from(message: Message) -> Finished:
    """What `to_message` made a message of."""
    found: Finished = _adapter(Annotated[Finished, Field(discriminator="outcome")]).validate_python(message)
    return found


def claims_to(claims: tuple[Claimed, ...]) -> list[Message]:
    """As JSON can say it."""
    told: list[Message] = _adapter(tuple[Claimed, ...]).dump_python(claims, mode="json")
    return told


def claims_from(told: list[Message]) -> tuple[Claimed, ...]:
    """What `claims_to` made a list of."""
    found: tuple[Claimed, ...] = _adapter(tuple[Claimed, ...]).validate_python(told)
    return found


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def settings_to(settings: Settings) -> Message:
    """Settings as JSON can say them."""
    framework = settings.framework
    return {**asdict(settings), "framework": framework if isinstance(framework, str) else str(framework.resolve())}


def settings_from(message: Message) -> Settings:
    """What `settings_to` made a message of."""
    framework = message["framework"]
    return Settings(
        **{
            **message,
            "framework": Path(framework) if Path(framework).is_absolute() else framework,
            "preset": Preset(message["preset"]),
            "size": passages.Size(**message["size"]),
            "rules": gaps.Rules(**message["rules"]),
            "limits": Limits(**message["limits"]),
        }
    )


def row(assessment: Assessment) -> Row:
    """What tables tell of an assessment."""
    document = assessment.document
    return Row(
        sha256=document.sha256,
        title=document.title,
        pages=len(document.pages),
        languages=tuple(language.value for language in document.languages),
        readable_share=round(document.readable_share, 4),
        elements=tuple(_element(coverage) for coverage in assessment.coverage),
    )


def claims(assessment: Assessment, vectors: Mapping[str, Vectors]) -> tuple[Claimed, ...]:
    """All evidence for comparing filings; `vectors` are those of the passages, by id."""
    shown: dict[str, list[Shown]] = {}
    passage = {item.passage.id: item.passage for coverage in assessment.coverage for item in coverage.evidence}
    for coverage in assessment.coverage:
        for number, item in enumerate(coverage.evidence):
            shown.setdefault(item.passage.id, []).append(Shown(coverage.element, item.substance, number < CLAIMS))
    return tuple(
        Claimed(passage[each].page, passage[each].text, Claimed.packed(vectors[each]), tuple(told))
        for each, told in shown.items()
    )


def _element(coverage: Coverage) -> Element:
    return Element(
        code=coverage.element,
        status=coverage.status,
        score=coverage.score,
        substance=coverage.substance.value if coverage.substance else "",
        evidence=len({item.passage.id for item in coverage.evidence}),
        pages=tuple(dict.fromkeys(item.passage.page for item in coverage.evidence))[:_PAGES],
        near=tuple(dict.fromkeys(item.passage.page for item in coverage.near_misses))[:_PAGES],
    )
