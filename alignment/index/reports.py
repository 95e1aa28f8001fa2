"""A report's body passages and their vectors in the user's cache: written once, searched by `alignment search`."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from alignment import resources
from alignment.encoders import Encoder
from alignment.errors import StoreError
from alignment.index.vectors import VectorIndex
from alignment.types import Document, Language, Passage, PassageRole

_LOG = logging.getLogger(__name__)
_PASSAGES = "passages.json"
FORMAT = "alignment/report-index/2"
"""Raised whenever reading or splitting changes, or what is kept, so that older entries are written anew."""


@dataclass(frozen=True, slots=True)
class ReportIndex:
    """The index of one report."""

    name: str
    sha256: str
    title: str
    passages: tuple[Passage, ...]
    vectors: VectorIndex

    def passage(self, identifier: str) -> Passage:
        """The passage with this id; KeyError when there is none."""
        for passage in self.passages:
            if passage.id == identifier:
                return passage
        raise KeyError(identifier)


def home() -> Path:
    """Where the indexes of reports are kept unless the user names another folder."""
    return resources.cache("reports")


def manifest(document: Document, encoder: Encoder) -> dict[str, str]:
    """What a stored index must agree with."""
    return {
        "report_index": FORMAT,
        "document_sha256": document.sha256,
        "encoder": encoder.name,
        "encoder_sha256": encoder.sha256,
    }


def folder_of(document: Document, encoder: Encoder, home_folder: Path | None = None) -> Path:
    """The folder of a report's index: named by the report's digest and the encoder's."""
    key = hashlib.sha256(encoder.sha256.encode()).hexdigest()[:8]
    return (home_folder or home()) / f"{document.sha256[:24]}-{key}"


def save(index: ReportIndex, folder: Path) -> None:
    """Write a report's index in one step."""
    document = {
        "name": index.name,
        "sha256": index.sha256,
        "title": index.title,
        "passages": [asdict(passage) for passage in index.passages],
    }
    index.vectors.save(folder, {_PASSAGES: json.dumps(document, ensure_ascii=False).encode()})


def load(folder: Path, expect: dict[str, str] | None = None) -> ReportIndex:
    """Open a report's index.

    Raises:
        StoreError: it is missing, incomplete or damaged, or differs from `expect`; the message names the field.
    """
    vectors = VectorIndex.load(folder, expect=expect)
    try:
        stored = json.loads((folder / _PASSAGES).read_text("utf-8"))
        passages = tuple(_passage(item) for item in stored["passages"])
        name, sha256, title = stored["name"], stored["sha256"], stored["title"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StoreError(f"the index {folder.name} is incomplete or damaged", hint="build it again") from error
    return ReportIndex(name, sha256, title, passages, vectors)


def load_all(folder: Path) -> Iterator[ReportIndex]:
    """The index in `folder`, or every index directly below it, by folder name.

    Of several, those that are damaged or of another version are named in the log and left out.

    Raises:
        StoreError: there is none, or none that can be used.
    """
    if (folder / _PASSAGES).is_file():
        yield load(folder)
        return
    below = sorted(path.parent for path in folder.glob(f"*/{_PASSAGES}"))
    if not below:
        raise StoreError(
            f"{folder} contains no index of a report", hint="make one with: alignment index build REPORT..."
        )
    unusable: StoreError | None = None
    found = False
    for each in below:
        try:
            entry = load(each)
        except StoreError as error:
            unusable = error
            _LOG.warning("%s; it is left out (%s)", error, error.hint)
        else:
            found = True
            yield entry
    if unusable and not found:
        raise unusable


def _passage(item: dict[str, Any]) -> Passage:
    box = item.pop("box")
    return Passage(
        **{**item, "language": Language(item["language"]), "role": PassageRole(item["role"])},
        box=tuple(box) if box else None,
    )


def as_index(document: Document, passages: Sequence[Passage], vectors: VectorIndex) -> ReportIndex:
    """An index of a document that has just been encoded."""
    return ReportIndex(document.name, document.sha256, document.title, tuple(passages), vectors)
