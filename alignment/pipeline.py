"""A report file -> its assessment: read, split, encode, map, grade, judge."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from alignment import __version__, documents, encoders, frameworks, passages
from alignment import assessment as judging
from alignment.assessment.provenance import to_numbers
from alignment.encoders import Encoder
from alignment.errors import StoreError
from alignment.index import reports
from alignment.index.vectors import VectorIndex
from alignment.mapping import plan_restatement
from alignment.mapping.evidence import encoder_input
from alignment.mapping.mapper import Mapper
from alignment.progress import Progress
from alignment.settings import Settings, plan_of
from alignment.text.reading import prepared
from alignment.types import (
    Assessment,
    Document,
    Framework,
    Passage,
    PassageRole,
    Preset,
    Profile,
    Provenance,
    Thresholds,
    Vectors,
)

Read = Callable[..., Document]
"""Called as `documents.read` is."""

NEAR = 3
"""How many passages per element are looked at as near misses however low their probability is."""


def read_report(
    path: Path, settings: Settings, *, read: Read = documents.read, progress: Progress | None = None
) -> Document:
    """Read a report as the settings say; `read` is `documents.read`, or a `documents.isolated.Reader`'s.

    Raises:
        DocumentError: the report cannot be read.
    """

    def pages(done: int, total: int) -> None:
        if progress:
            progress("reading", done, total)

    return read(path, password=settings.password, limits=settings.limits, ocr=settings.ocr, progress=pages)


class Pipeline:
    """A framework, an encoder and a mapper, loaded once and used for any number of reports."""

    def __init__(self, settings: Settings, framework: Framework, encoder: Encoder, mapper: Mapper) -> None:
        self.settings = settings
        self.framework = framework
        self.encoder = encoder
        self.mapper = mapper
        self.profile: Profile | None = (
            frameworks.find_profile(framework, settings.profile) if settings.profile is not None else None
        )

    @classmethod
    def open(cls, settings: Settings | None = None, *, progress: Progress | None = None) -> Pipeline:
        """Load what the settings name.

        Raises:
            AlignmentError: the framework, encoder or profile cannot be loaded.
        """
        settings = settings or Settings()
        framework = plan_of(settings)
        encoder = encoders.load(settings.encoder, threads=settings.threads, progress=progress)
        return cls(settings, framework, encoder, Mapper.open(framework, encoder, progress=progress))

    def with_preset(self, preset: Preset) -> Pipeline:
        """The same pipeline with another preset; nothing is loaded again."""
        return Pipeline(replace(self.settings, preset=preset), self.framework, self.encoder, self.mapper)

    def with_profile(self, profile: str | None) -> Pipeline:
        """The same pipeline for another industry; nothing is loaded again.

        Raises:
            FrameworkError: there is no such profile.
        """
        if profile == self.settings.profile:
            return self
        return Pipeline(replace(self.settings, profile=profile), self.framework, self.encoder, self.mapper)

    @property
    def thresholds(self) -> Thresholds:
        """The preset's, or around the user's own."""
        preset, own = self.mapper.thresholds(self.settings.preset), self.settings.threshold
        return preset if own is None else Thresholds(own, min(preset.review, own), max(preset.sure, own))

    def check(self, path: Path, *, read: Read = documents.read, progress: Progress | None = None) -> Assessment:
        """Assess one report. Same bytes, version and settings give the same assessment.

        `read` reads the file: `documents.read`, or a `documents.isolated.Reader`'s.

        Raises:
            DocumentError: the report cannot be read.
        """
        return self.check_document(read_report(path, self.settings, read=read, progress=progress), progress=progress)

    def check_document(self, document: Document, *, progress: Progress | None = None) -> Assessment:
        """Assess a report that has been read."""
        split, index = self.index_document(document, progress=progress)
        found = plan_restatement.mark(split, self.mapper.wording)
        rows = [row for row, passage in enumerate(found) if passage.role is PassageRole.BODY]
        return self.assess(document, found, [found[row] for row in rows], index.vectors[rows])

    def assess(
        self,
        document: Document,
        found: Sequence[Passage],
        mapped: Sequence[Passage],
        vectors: Vectors,
        *,
        numbers: Mapping[str, float] | None = None,
    ) -> Assessment:
        """Judge a document by those of its passages that are mapped, and the vectors of their `encoder_input`.

        `numbers` are further ones that a user could argue with, for the provenance.
        """
        provenance = self._provenance()
        return judging.judge(
            document,
            found,
            self.mapper.map(mapped, vectors=vectors, keep=self._nearest(mapped, vectors)),
            self.framework,
            self.profile,
            mapped=len(mapped),
            thresholds=self.thresholds,
            rules=self.settings.rules,
            provenance=replace(provenance, thresholds={**provenance.thresholds, **(numbers or {})}),
        )

    def index(
        self, path: Path, *, home: Path | None = None, read: Read = documents.read, progress: Progress | None = None
    ) -> tuple[Document, tuple[Passage, ...], VectorIndex]:
        """Read, split and encode a report; the passages of one already in the user's cache are not encoded again.

        Raises:
            DocumentError: the report cannot be read.
        """
        document = read_report(path, self.settings, read=read, progress=progress)
        return document, *self.index_document(document, home=home, progress=progress)

    def index_document(
        self, document: Document, *, home: Path | None = None, progress: Progress | None = None
    ) -> tuple[tuple[Passage, ...], VectorIndex]:
        """Split a report that has been read and encode its passages, unless they are in the user's cache already."""
        found = passages.split(document, size=self.settings.size)
        folder = reports.folder_of(document, self.encoder, home)
        agree = reports.manifest(document, self.encoder)
        try:
            stored = reports.load(folder, agree)
            if stored.passages == found:
                return found, stored.vectors
        except StoreError:
            pass
        texts = [prepared(encoder_input(passage)) for passage in found]
        vectors = self.encoder.encode(texts, progress=_named(progress, "encoding"))
        index = VectorIndex.build([passage.id for passage in found], vectors, agree)
        reports.save(reports.as_index(document, found, index), folder)
        return found, index

    def _nearest(self, mapped: Sequence[Passage], vectors: Vectors) -> dict[str, frozenset[str]]:
        """Ids of the passages nearest to each element's exemplars."""
        model = self.mapper.model
        nearest: dict[str, frozenset[str]] = {}
        for number, code in enumerate(model.codes):
            mean = model.exemplars.vectors[model.labels[:, number]].mean(axis=0)
            similarity = vectors @ (mean / max(float(np.linalg.norm(mean)), 1e-9)).astype(np.float32)
            order = sorted(range(len(mapped)), key=lambda row: (-float(similarity[row]), mapped[row].id))
            nearest[code] = frozenset(mapped[row].id for row in order[:NEAR])
        return nearest

    def _provenance(self) -> Provenance:
        return Provenance(
            version=__version__,
            encoder=self.encoder.name,
            encoder_sha256=self.encoder.sha256,
            thresholds=to_numbers(self.thresholds, self.settings.rules, self.settings.size),
        )


def _named(progress: Progress | None, step: str) -> Progress | None:
    return (lambda _, done, total: progress(step, done, total)) if progress else None
