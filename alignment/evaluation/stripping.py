"""Framework -> the same framework with less to go on: no passages, no terms, no measures, one language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from alignment.types import Bilingual, Element, Framework, Measure, Terms

_SEPARATOR = " | "


def stripped(
    framework: Framework, *, measures: bool = True, terms: bool = False, language: str | None = None
) -> Framework:
    """The framework's names and descriptions alone, in both languages or one; parents stay."""

    def of(text: Bilingual) -> Bilingual:
        return text if language is None else Bilingual(**{language: getattr(text, language)})

    def bare(measure: Measure) -> Measure:
        return replace(
            measure,
            name=of(measure.name),
            description=of(measure.description),
            closing=Bilingual(),
            terms=measure.terms if terms else Terms(),
            negative_terms=measure.negative_terms if terms else Terms(),
            exemplars=(),
            counterexamples=(),
        )

    elements = tuple(
        replace(
            element,
            name=of(element.name),
            description=of(element.description),
            aliases=Terms(),
            measures=tuple(bare(measure) for measure in element.measures) if measures else (),
        )
        for element in framework.elements
    )
    return replace(framework, id=f"{framework.id}-stripped", elements=elements, passages=())


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic with passages that are evidence for it."""

    code: str
    name: Bilingual
    description: Bilingual
    passages: tuple[str, ...]


def read_topics(path: Path) -> tuple[Topic, ...]:
    """Topics from a text file: a line of code, names and descriptions, then a line that begins with "- " a passage."""
    topics: list[Topic] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("- "):
            last = topics[-1]
            topics[-1] = replace(last, passages=(*last.passages, line.removeprefix("- ")))
        elif line and not line.startswith("#"):
            code, zh, en, said_zh, said_en = line.split(_SEPARATOR)
            topics.append(Topic(code, Bilingual(zh, en), Bilingual(said_zh, said_en), ()))
    return tuple(topics)


def framework_of(topics: Sequence[Topic], *, language: str | None = None) -> Framework:
    """A framework of the topics' names and descriptions, in both languages or one."""
    elements = tuple(Element(topic.code, "topic", topic.name, topic.description, ()) for topic in topics)
    whole = Framework("topics", "1", "", Bilingual(en="Topics"), Bilingual(), elements)
    return stripped(whole, language=language)
