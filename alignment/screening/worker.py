"""What a worker does: a message that names a filing -> a message with its row, its page and its JSON, or why not."""

from __future__ import annotations

import errno
import hashlib
import json
import re
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from alignment import documents, encoders, resources
from alignment.documents import Limits, archives
from alignment.documents.isolated import Reader
from alignment.encoders.cached import CachedEncoder
from alignment.errors import AlignmentError, EncryptedError, StoreError
from alignment.mapping.model import Model
from alignment.pipeline import Pipeline
from alignment.reports.pictures import pictures
from alignment.sandbox.pipe import Job, Message
from alignment.screening.messages import (
    Answer,
    Assessed,
    DiskFull,
    Failed,
    Request,
    claims,
    request_from,
    row,
    settings_from,
    to_message,
)
from alignment.settings import Settings
from alignment.types import Assessment, Vectors

FACTORY = "alignment.screening.worker:build"
_PICTURE_MEGABYTES = 1_000.0
"""How much memory making pictures of pages may take, beside the worker's own."""
_ADDRESS = re.compile(r" (?:object )?at 0x[0-9a-fA-F]+")
"""What libraries tell of an object differs from run to run."""
_UNLOCK = "save a copy without the password, or use `alignment check --password`"


def build(settings: Message, *, prefilter: bool, cache: str | None) -> Job:
    """Load what the settings name and answer messages with it; an empty message asks what was loaded."""
    return Assessor(settings_from(settings), prefilter=prefilter, cache=Path(cache) if cache else None)


class Assessor:
    """One pipeline for all filings of a worker."""

    def __init__(self, settings: Settings, *, prefilter: bool, cache: Path | None) -> None:
        import threadpoolctl

        # The same sums in the same order on any number of processors.
        threadpoolctl.threadpool_limits(1)
        encoder = encoders.load(settings.encoder, threads=settings.threads)
        self.pipeline = Pipeline.open(settings, encoder=CachedEncoder(encoder, cache))
        self.prefilter = prefilter
        self.reader = Reader(megabytes=_PICTURE_MEGABYTES)
        """For pictures of pages: its process starts with the first of them, and one that ends it costs itself."""

    def __call__(self, message: Message) -> Message:
        """The message of an `Answer` to that of a `Request`; to an empty one, what was loaded."""
        return to_message(self._answer(request_from(message))) if message else self._identity()

    def _answer(self, request: Request) -> Answer:
        try:
            return self._assessed(request)
        except StoreError:
            raise  # the cache of vectors, without which no filing can be assessed
        except AlignmentError as error:
            reason = _ADDRESS.sub("", str(error))
            # One password cannot be that of a whole folder, so `screen` takes none.
            hint = _UNLOCK if isinstance(error, EncryptedError) and "--password" in error.hint else error.hint
            return Failed("reading", reason, hint)
        except OSError as error:
            if error.errno == errno.ENOSPC:
                return DiskFull()
            raise

    def _assessed(self, request: Request) -> Assessed:
        from alignment.reports.html import to_html
        from alignment.reports.json import to_json

        settings = self.pipeline.settings
        with _file(request, settings.limits) as path:
            assessment, vectors = self._judged(path, name=request.name, industry=request.industry)
            made = request.images
            crops = pictures(assessment, path, self.reader.crops, password=settings.password) if made else {}
        return Assessed(
            row=row(assessment),
            claims=claims(assessment, vectors),
            html=to_html(assessment, lang=request.lang, source=request.source, crops=crops),
            json=to_json(assessment),
        )

    def _judged(self, path: Path, *, name: str, industry: str) -> tuple[Assessment, Mapping[str, Vectors]]:
        """An assessment, and the vector of each passage that was mapped, by its id."""
        settings = self.pipeline.settings
        document = documents.read(path, name=name, password=settings.password, limits=settings.limits, ocr=settings.ocr)
        analysis = self.pipeline.analyse(document, prefilter=self.prefilter)
        whole = self.pipeline.with_profile(industry or settings.profile)
        return whole.judge(analysis), analysis.findings.vectors

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
def _file(request: Request, limits: Limits) -> Iterator[Path]:
    """The filing as a file: a member of an archive is unpacked into a private one, whose name is our own."""
    place = Path(request.place)
    if request.member is None:
        yield place
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "report"
        path.write_bytes(archives.content(place, request.member, limits))
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
