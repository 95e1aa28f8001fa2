"""A report file -> its assessment: what the settings name, loaded once; reading, analysing, judging, indexing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from alignment import __version__, documents, encoders, frameworks, passages
from alignment.analysis import Analysis, ByModels, Criteria, analyse
from alignment.assessment.provenance import to_numbers
from alignment.documents import Read
from alignment.encoders import Encoder
from alignment.encoders.cached import CachedEncoder, users_file
from alignment.errors import StoreError
from alignment.index import reports
from alignment.index.vectors import VectorIndex
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
)


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
    def open(
        cls, settings: Settings | None = None, *, encoder: Encoder | None = None, progress: Progress | None = None
    ) -> Pipeline:
        """Load what the settings name.

        Without an `encoder` the one of the settings is loaded, and the vectors of all passages that it encodes are
        kept in the user's cache (`encoders.cached`): a text is encoded once. Hand in one to keep them elsewhere, or
        nowhere: `Pipeline.open(settings, encoder=encoders.load(settings.encoder))`.

        Raises:
            AlignmentError: the framework, encoder or profile cannot be loaded, or the cache cannot be used.
        """
        settings = settings or Settings()
        framework = plan_of(settings)
        if encoder is None:
            loaded = encoders.load(settings.encoder, threads=settings.threads, progress=progress)
            encoder = CachedEncoder(loaded, users_file())
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
        """Assess one report. Same bytes, version and settings give the same assessment; nothing is indexed.

        `read` reads the file: `documents.read`, or a `documents.isolated.Reader`'s.

        Raises:
            DocumentError: the report cannot be read.
        """
        return self.check_document(read_report(path, self.settings, read=read, progress=progress), progress=progress)

    def check_document(self, document: Document, *, progress: Progress | None = None) -> Assessment:
        """Assess a report that has been read. Only what can be evidence is encoded, and kept as in `open`."""
        return self.judge(self.analyse(document, progress=progress))

    def analyse(self, document: Document, *, prefilter: bool = False, progress: Progress | None = None) -> Analysis:
        """Look for evidence in a report that has been read; preset, threshold and profile have no part in it."""
        find = ByModels(self.mapper, self.encoder, prefilter=prefilter, progress=progress)
        return analyse(document, size=self.settings.size, wording=self.mapper.wording, find=find)

    def judge(self, analysis: Analysis) -> Assessment:
        """The assessment by the preset, threshold, rules and profile of the settings."""
        return analysis.judged(
            Criteria(self.framework, self.profile, self.thresholds, self.settings.rules, self._provenance())
        )

    def index(
        self, path: Path, *, home: Path | None = None, read: Read = documents.read, progress: Progress | None = None
    ) -> tuple[Document, tuple[Passage, ...], VectorIndex]:
        """Read, split and encode a report for searching, and keep its index; see `index_document`.

        Raises:
            DocumentError: the report cannot be read.
        """
        document = read_report(path, self.settings, read=read, progress=progress)
        return document, *self.index_document(document, home=home, progress=progress)

    def index_document(
        self, document: Document, *, home: Path | None = None, progress: Progress | None = None
    ) -> tuple[tuple[Passage, ...], VectorIndex]:
        """Encode the body passages of a report that has been read, also those that repeat the plan, for searching.

        The index is written to its folder below `home`, by default in the user's cache, where `alignment search
        --reports` looks; one that agrees is not written again.
        """
        found = tuple(
            passage for passage in passages.split(document, size=self.settings.size) if passage.role is PassageRole.BODY
        )
        folder = reports.folder_of(document, self.encoder, home)
        agree = reports.manifest(document, self.encoder)
        try:
            stored = reports.load(folder, agree)
            if stored.passages == found:
                return found, stored.vectors
        except StoreError:
            pass
        vectors = self.encoder.encode([prepared(encoder_input(passage)) for passage in found], progress=progress)
        index = VectorIndex.build([passage.id for passage in found], vectors, agree)
        reports.save(reports.as_index(document, found, index), folder)
        return found, index

    def _provenance(self) -> Provenance:
        return Provenance(
            version=__version__,
            encoder=self.encoder.name,
            encoder_sha256=self.encoder.sha256,
            thresholds=to_numbers(self.thresholds, self.settings.rules, self.settings.size),
        )
