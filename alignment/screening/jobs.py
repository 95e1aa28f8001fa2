"""Filings -> their reports on disk and their records: what a worker process does."""

from __future__ import annotations

import base64
import errno
import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np

from alignment import __version__, frameworks
from alignment.errors import AlignmentError, DocumentError
from alignment.mapping import FLOOR
from alignment.mapping.model import manifest
from alignment.pipeline import Pipeline, Settings, encoded_texts
from alignment.screening.vectors import VectorCache
from alignment.types import Assessment, Document, Passage, Preset, Status, Vectors

Answer = Callable[[dict[str, Any]], None]
PAGES, QUOTES, QUOTE_LENGTH = 5, 5, 400
"""Pages and quotes kept per element, best first, and characters of a quote."""


@dataclass(frozen=True, slots=True)
class Options:
    """What a worker is told, as plain values that JSON can carry."""

    root: str
    out: str
    framework: str = frameworks.DEFAULT
    encoder: str = ""
    profile: str | None = None
    preset: str = Preset.STANDARD.value
    threshold: float | None = None
    ocr: bool = False
    password: str | None = None
    lang: str = "zh"
    threads: int = 1
    cache: bool = True
    first_pass: bool = False


def open_job(settings: dict[str, Any]) -> Callable[[dict[str, Any], Answer], None]:
    """The handler of a worker: a greeting is answered with a fingerprint, everything else is a group of filings."""
    return Job(Options(**settings))


class Job:
    """A pipeline that is loaded with the first job and kept."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self._pipeline: Pipeline | None = None
        self._vectors: VectorCache | None = None

    def __call__(self, job: dict[str, Any], answer: Answer) -> None:
        """Answer a greeting, or screen the job's filings: a sign of life before each step, then one answer for each."""
        try:
            pipeline = self.pipeline()
        except AlignmentError as error:
            answer({"error": str(error), "hint": error.hint})
            return
        if "filings" not in job:
            answer({"fingerprint": fingerprint(pipeline, self.options)})
            return
        read: list[tuple[dict[str, Any], Document, tuple[Passage, ...]]] = []
        for filing in job["filings"]:
            answer({"at": filing["key"]})
            try:
                read.append((filing, *self._read(pipeline, filing)))
            except AlignmentError as error:
                answer({"key": filing["key"], "failure": ["reading", str(error), error.hint]})
        if read:
            answer({"at": None})
            self._judge(pipeline, read, answer)
        answer({"finished": True})

    def pipeline(self) -> Pipeline:
        """Load the pipeline.

        Raises:
            AlignmentError: the framework, encoder or profile cannot be loaded.
        """
        if self._pipeline is None:
            options = self.options
            settings = Settings(
                framework=options.framework,
                encoder=options.encoder,
                profile=options.profile,
                preset=Preset(options.preset),
                threshold=options.threshold,
                ocr=options.ocr,
                password=options.password,
                threads=options.threads,
            )
            self._pipeline = Pipeline.open(settings)
            cache = Path(options.out) / "state" / "vectors.sqlite" if options.cache else None
            self._vectors = VectorCache(self._pipeline.encoder, cache)
        return self._pipeline

    def _read(self, pipeline: Pipeline, filing: dict[str, Any]) -> tuple[Document, tuple[Passage, ...]]:
        path = Path(self.options.root, filing["path"])
        if path.is_symlink():
            raise DocumentError(f"{filing['path']} is a symbolic link", hint="put the file itself into the folder")
        return pipeline.read(path)

    def _judge(
        self, pipeline: Pipeline, read: list[tuple[dict[str, Any], Document, tuple[Passage, ...]]], answer: Answer
    ) -> None:
        """Encode the passages of all filings together, then assess each."""
        texts = [encoded_texts(found) for _, _, found in read]
        kept = [self._kept(pipeline, each) for each in texts]
        wanted = [text for each, keep in zip(texts, kept, strict=True) for text, k in zip(each, keep, strict=True) if k]
        assert self._vectors is not None  # noqa: S101  # `pipeline` has made it.
        encoded = self._vectors.encode(wanted)
        at = 0
        for (filing, document, found), keep in zip(read, kept, strict=True):
            answer({"at": filing["key"]})
            vectors = np.zeros((len(found), encoded.shape[1]), np.float32)
            vectors[keep] = encoded[at : at + int(keep.sum())]
            at += int(keep.sum())
            profile = filing["industry"] or None
            assessment = pipeline.assess(
                document,
                found,
                vectors,
                profile=frameworks.find_profile(pipeline.framework, profile) if profile else None,
                skipped=frozenset(passage.id for passage, k in zip(found, keep, strict=True) if not k),
            )
            try:
                self._write(assessment, filing)
            except OSError as error:
                full = error.errno in (errno.ENOSPC, errno.EDQUOT)
                answer({"full": True} if full else {"key": filing["key"], "failure": _unwritten(error)})
                continue
            answer({"key": filing["key"], **_record(assessment, filing, found, vectors)})

    def _kept(self, pipeline: Pipeline, texts: list[str]) -> np.ndarray[Any, np.dtype[np.bool_]]:
        if not self.options.first_pass:
            return np.ones(len(texts), dtype=bool)
        return pipeline.mapper.promising(texts)

    def _write(self, assessment: Assessment, filing: dict[str, Any]) -> None:
        from alignment.reports.html import to_html
        from alignment.reports.json import to_json

        folder = Path(self.options.out) / "reports"
        lang: Literal["zh", "en"] = "en" if (filing["language"] or self.options.lang) == "en" else "zh"
        write(folder / f"{filing['name']}.json", to_json(assessment).encode())
        write(folder / f"{filing['name']}.html", to_html(assessment, lang=lang, source=None).encode())


def write(path: Path, data: bytes) -> None:
    """Write a file in one step: whoever looks finds the old one, none, or all of the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(path.name + ".part")
    try:
        draft.write_bytes(data)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def fingerprint(pipeline: Pipeline, options: Options) -> str:
    """Digest of everything but the filings that decides the results."""
    settings = pipeline.settings
    decides = {
        "version": __version__,
        "mapper": manifest(pipeline.framework, pipeline.encoder),
        "profile": options.profile,
        "preset": options.preset,
        "threshold": options.threshold,
        "ocr": options.ocr,
        "password": options.password,
        "lang": options.lang,
        "first_pass": options.first_pass,
        "numbers": [asdict(settings.size), asdict(settings.rules), asdict(settings.limits)],
    }
    return hashlib.sha256(json.dumps(decides, sort_keys=True).encode()).hexdigest()


def _unwritten(error: OSError) -> list[str]:
    return ["writing", f"its report cannot be written ({error.strerror})", "check the folder's permissions"]


def _record(
    assessment: Assessment, filing: dict[str, Any], found: tuple[Passage, ...], vectors: Vectors
) -> dict[str, Any]:
    """What the run keeps of a filing: numbers per element, and its best evidence with vectors in half precision."""
    document = assessment.document
    place = {passage.id: number for number, passage in enumerate(found)}
    elements, quotes = [], []
    for coverage in assessment.coverage:
        pages = list(dict.fromkeys(item.passage.page for item in coverage.evidence))[:PAGES]
        near = list(dict.fromkeys(item.passage.page for item in coverage.near_misses if item.score >= FLOOR))[:PAGES]
        elements.append(
            {
                "code": coverage.element,
                "status": coverage.status.value,
                "score": coverage.score,
                "substance": coverage.substance.value if coverage.substance else "",
                "evidence": len(coverage.evidence),
                "pages": pages,
                "near_pages": near if coverage.status in (Status.GAP, Status.REVIEW) else [],
            }
        )
        for item in coverage.evidence[:QUOTES]:
            vector = vectors[place[item.passage.id]].astype(np.float16).tobytes()
            quotes.append(
                [
                    coverage.element,
                    item.passage.page,
                    item.passage.text[:QUOTE_LENGTH],
                    base64.b64encode(vector).decode(),
                ]
            )
    return {
        "record": {
            "sha256": document.sha256,
            "title": document.title,
            "pages": len(document.pages),
            "languages": [language.value for language in document.languages],
            "readable_share": round(document.readable_share, 4),
            "elements": elements,
            "report": f"reports/{filing['name']}.html",
        },
        "quotes": quotes,
    }
