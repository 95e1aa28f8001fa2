"""What the runner and its workers say to each other."""

from __future__ import annotations

import base64
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from alignment import passages
from alignment.assessment import coverage as gaps
from alignment.documents import Limits
from alignment.sandbox.pipe import Message
from alignment.settings import Settings
from alignment.types import Assessment, Coverage, Preset, Vectors

CLAIMS = 8
_PAGES = 5


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


def row(assessment: Assessment) -> Message:
    """What tables tell of an assessment."""
    document = assessment.document
    return {
        "sha256": document.sha256,
        "title": document.title,
        "pages": len(document.pages),
        "languages": [language.value for language in document.languages],
        "readable_share": round(document.readable_share, 4),
        "elements": [_element(coverage) for coverage in assessment.coverage],
    }


def claims(assessment: Assessment, vectors: dict[str, Vectors]) -> list[list[Any]]:
    """All evidence for comparing filings: page, quote, vector in half precision, what it shows.

    The last is a list of code and substance, with whether the passage is among the strongest of the element.
    """
    found: dict[str, list[Any]] = {}
    for coverage in assessment.coverage:
        for number, item in enumerate(coverage.evidence):
            passage = item.passage
            if passage.id not in found:
                vector = base64.b64encode(vectors[passage.id].astype(np.float16).tobytes()).decode()
                found[passage.id] = [passage.page, passage.text, vector, []]
            found[passage.id][3].append([coverage.element, item.substance.value, number < CLAIMS])
    return list(found.values())


def _element(coverage: Coverage) -> Message:
    return {
        "code": coverage.element,
        "status": coverage.status.value,
        "score": coverage.score,
        "substance": coverage.substance.value if coverage.substance else "",
        "evidence": len({item.passage.id for item in coverage.evidence}),
        "pages": list(dict.fromkeys(item.passage.page for item in coverage.evidence))[:_PAGES],
        "near": list(dict.fromkeys(item.passage.page for item in coverage.near_misses))[:_PAGES],
    }
