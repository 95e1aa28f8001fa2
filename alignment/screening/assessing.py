"""What a worker does: a message that names a filing -> a message with its row, its page and its JSON, or why not."""

from __future__ import annotations

import base64
import errno
import hashlib
import json
import re
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from alignment import documents, gaps, passages, resources
from alignment.documents import Limits, archives
from alignment.documents.isolated import Reader
from alignment.errors import AlignmentError, EncryptedError, StoreError
from alignment.mapping import echo, encoder_input
from alignment.mapping.model import Model, prepared
from alignment.pipeline import Pipeline, Settings, pictures
from alignment.sandbox import Job, Message
from alignment.screening import first_pass
from alignment.screening.vectors import CachedEncoder
from alignment.types import Assessment, Coverage, PassageRole, Preset, Vectors

FACTORY = "alignment.screening.assessing:build"
CLAIMS = 8
"""Passages per element, the strongest, among which copies and stock wording are sought."""
_PICTURE_MEGABYTES = 1_000.0
"""How much memory making pictures of pages may take, beside the worker's own."""
_ADDRESS = re.compile(r" (?:object )?at 0x[0-9a-fA-F]+")
"""What libraries tell of an object differs from run to run."""
_UNLOCK = "save a copy without the password, or use `alignment check --password`"
_PAGES = 5
"""How many pages of an element's evidence, or of what came nearest to it, are told in tables."""


def build(settings: Message, *, first_pass: bool, cache: str | None) -> Job:
    """Load what the settings name and answer messages with it; an empty message asks what was loaded."""
    return Assessor(settings_from(settings), first_pass=first_pass, cache=Path(cache) if cache else None)


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


class Assessor:
    """One pipeline for all filings of a worker."""

    def __init__(self, settings: Settings, *, first_pass: bool, cache: Path | None) -> None:
        import threadpoolctl

        # The same sums in the same order on any number of processors.
        threadpoolctl.threadpool_limits(1)
        self.pipeline = Pipeline.open(settings)
        self.first_pass = first_pass
        self.reader = Reader(megabytes=_PICTURE_MEGABYTES)
        """For pictures of pages: its process starts with the first of them, and one that ends it costs itself."""
        try:
            self.encoder = CachedEncoder(self.pipeline.encoder, cache)
        except sqlite3.DatabaseError as error:
            raise StoreError(f"the cache of vectors cannot be used ({error})", hint=f"delete {cache}*") from error

    def __call__(self, message: Message) -> Message:
        """The answer to a message: `{"outcome": "assessed" | "failed" | "disk full", ...}`."""
        if not message:
            return self._identity()
        try:
            return self._assess(message)
        except AlignmentError as error:
            reason = _ADDRESS.sub("", str(error))
            # One password cannot be that of a whole folder, so `screen` takes none.
            hint = _UNLOCK if isinstance(error, EncryptedError) and "--password" in error.hint else error.hint
            return {"outcome": "failed", "stage": "reading", "reason": reason, "hint": hint}
        except (OSError, sqlite3.OperationalError) as error:
            if getattr(error, "errno", None) == errno.ENOSPC or "is full" in str(error):
                return {"outcome": "disk full"}
            raise

    def _assess(self, message: Message) -> Message:
        from alignment.reports.html import to_html
        from alignment.reports.json import to_json

        settings = self.pipeline.settings
        with _file(message, settings.limits) as path:
            assessment, vectors = self._judge(path, name=message["name"], industry=message["industry"])
            made = message["images"]
            crops = pictures(assessment, path, self.reader.crops, password=settings.password) if made else {}
        return {
            "outcome": "assessed",
            "row": row(assessment),
            "claims": claims(assessment, vectors),
            "html": to_html(assessment, lang=message["lang"], source=message["source"], crops=crops),
            "json": to_json(assessment),
            "encoded": self.encoder.encoded,
        }

    def assess(self, path: Path, *, industry: str = "") -> Assessment:
        """As `Pipeline.check`, but only passages that can be evidence are encoded, and each text once for all.

        Raises:
            DocumentError: the report cannot be read.
        """
        return self._judge(path, name=path.name, industry=industry)[0]

    def _judge(self, path: Path, *, name: str, industry: str) -> tuple[Assessment, dict[str, Vectors]]:
        """An assessment, and the vector of each passage that was mapped, by its id."""
        whole = self.pipeline
        settings = whole.settings
        document = documents.read(path, name=name, password=settings.password, limits=settings.limits, ocr=settings.ocr)
        found = echo.mark(passages.split(document, size=settings.size), whole.mapper.wording)
        mapped = [passage for passage in found if passage.role is PassageRole.BODY]
        numbers = {}
        if self.first_pass:
            relevance = first_pass.relevance([encoder_input(passage) for passage in mapped], whole.mapper)
            mapped = [mapped[row] for row in np.flatnonzero(relevance >= first_pass.THRESHOLD)]
            numbers["first_pass"] = first_pass.THRESHOLD
        vectors = self.encoder.encode([prepared(encoder_input(passage)) for passage in mapped])
        judged = whole.with_profile(industry or settings.profile).assess(
            document, found, mapped, vectors, numbers=numbers
        )
        return judged, {passage.id: vector for passage, vector in zip(mapped, vectors, strict=True)}

    def _identity(self) -> Message:
        """Everything loaded that decides a result."""
        pipeline = self.pipeline
        return {
            "framework": pipeline.framework.sha256,
            "encoder": f"{pipeline.encoder.name} {pipeline.encoder.sha256}",
            "mapper": _digest_of_model(pipeline.mapper.model),
            "templates": _digest_of_templates(),
        }


@contextmanager
def _file(message: Message, limits: Limits) -> Iterator[Path]:
    """The filing as a file: a member of an archive is unpacked into a private one, whose name is our own."""
    place = Path(message["place"])
    if message["member"] is None:
        yield place
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "report"
        path.write_bytes(archives.content(place, message["member"], limits))
        yield path


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


def _digest_of_model(model: Model) -> str:
    digest = hashlib.sha256(json.dumps([model.codes, model.vocabulary]).encode())
    calibration = model.calibration
    for array in (
        model.exemplars.vectors, model.labels, model.centre, model.dense_weights, model.dense_bias,
        model.kernel_weights, model.idf, model.ngram_weights, model.ngram_bias, model.grader.weights,
        model.grader.bias, calibration.mean, calibration.weights, calibration.bias, calibration.relevance.mean,
        calibration.relevance.weights,
    ):  # fmt: skip
        digest.update(np.ascontiguousarray(array).tobytes())
    numbers = (calibration.relevance.bias, calibration.relevance.enough, calibration.review)
    digest.update(repr((numbers, sorted(calibration.evidence.items()))).encode())
    return digest.hexdigest()


def _digest_of_templates() -> str:
    digest = hashlib.sha256()
    for path in sorted(resources.shipped("templates").iterdir()):
        if path.is_file():
            digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()
