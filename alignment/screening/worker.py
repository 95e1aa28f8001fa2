"""What a worker does: a message that names a filing -> a message with its row, its page and its JSON, or why not."""

from __future__ import annotations

import errno
import hashlib
import json
import re
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from alignment import documents, passages, resources
from alignment.documents import Limits, archives
from alignment.documents.isolated import Reader
from alignment.errors import AlignmentError, EncryptedError, StoreError
from alignment.mapping import plan_restatement
from alignment.mapping.evidence import encoder_input
from alignment.mapping.model import Model
from alignment.pipeline import Pipeline
from alignment.reports.pictures import pictures
from alignment.sandbox.pipe import Job, Message
from alignment.screening import prefilter
from alignment.screening.cached_encoder import CachedEncoder
from alignment.screening.messages import claims, row, settings_from
from alignment.settings import Settings
from alignment.text.reading import prepared
from alignment.types import Assessment, PassageRole, Vectors

FACTORY = "alignment.screening.worker:build"
"""Passages per element, the strongest, among which copies and stock wording are sought."""
_PICTURE_MEGABYTES = 1_000.0
"""How much memory making pictures of pages may take, beside the worker's own."""
_ADDRESS = re.compile(r" (?:object )?at 0x[0-9a-fA-F]+")
"""What libraries tell of an object differs from run to run."""
_UNLOCK = "save a copy without the password, or use `alignment check --password`"
"""How many pages of an element's evidence, or of what came nearest to it, are told in tables."""


def build(settings: Message, *, first_pass: bool, cache: str | None) -> Job:
    """Load what the settings name and answer messages with it; an empty message asks what was loaded."""
    return Assessor(settings_from(settings), first_pass=first_pass, cache=Path(cache) if cache else None)


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
        found = plan_restatement.mark(passages.split(document, size=settings.size), whole.mapper.wording)
        mapped = [passage for passage in found if passage.role is PassageRole.BODY]
        numbers = {}
        if self.first_pass:
            relevance = prefilter.relevance([encoder_input(passage) for passage in mapped], whole.mapper)
            mapped = [mapped[row] for row in np.flatnonzero(relevance >= prefilter.THRESHOLD)]
            numbers["first_pass"] = prefilter.THRESHOLD
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
