"""A file -> a document, read in a process of its own: whatever the file does to its reader, the caller lives on."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Self

from alignment import documents
from alignment.documents.limits import Limits
from alignment.documents.quotes import crops as regions
from alignment.errors import DocumentError, WorkerDied, WorkerError, WorkerTimeout
from alignment.progress import PageProgress
from alignment.sandbox import child, pipe, worker
from alignment.text import cleaning
from alignment.types import Block, BlockKind, Crop, Document, Format, Language, Page, PageState, Quoted

SECONDS = 120.0
"""How long one page may take, or the whole of a file without pages."""
MEGABYTES = 4_000.0
"""How much memory reading may take."""
CROP_SECONDS = 20.0
"""How long a picture of one place may take."""
_MOST_LOST = 3
"""After so many pictures that crashed or hung, the rest of a file's are left out."""


class Reader:
    """Reads files one at a time, with limits of time and memory; its process starts with the first of them."""

    def __init__(self, *, seconds: float = SECONDS, megabytes: float = MEGABYTES) -> None:
        self.seconds = seconds
        self.megabytes = megabytes
        self._worker = worker.Worker("alignment.documents.isolated:job")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._worker.close()

    def read(
        self,
        path: Path,
        *,
        name: str | None = None,
        password: str | None = None,
        limits: Limits | None = None,
        ocr: bool = False,
        progress: PageProgress | None = None,
    ) -> Document:
        """As `documents.read`.

        Raises:
            DocumentError: as `documents.read`; or reading crashed, or took more time or memory than it may.
        """
        argument = {
            "do": "read",
            "path": str(path),
            "name": name,
            "password": password,
            "limits": asdict(limits or Limits()),
            "ocr": ocr,
        }
        try:
            answer = self._worker.call(
                argument,
                seconds=self.seconds,
                memory_mb=self.megabytes,
                progress=(lambda told: progress(told["done"], told["total"])) if progress else None,
            )
        except WorkerError as error:
            raise self._unreadable(cleaning.name_of(path), error) from error
        return _document(answer)

    def crops(
        self,
        path: Path,
        wanted: Sequence[Quoted],
        *,
        password: str | None = None,
        limits: Limits | None = None,
        ocr: bool = False,
    ) -> tuple[Crop | None, ...]:
        """A picture of each quote's place, None where there can be none; one that crashes or hangs costs itself alone.

        With `ocr`, text in pictures is looked for too, from the cache where it was read before.
        """
        found: dict[int, Crop | None] = {}
        for _ in range(_MOST_LOST):
            if not (left := [number for number in range(len(wanted)) if number not in found]):
                break
            argument = {
                "do": "crops",
                "path": str(path),
                "password": password,
                "limits": asdict(limits or Limits()),
                "ocr": ocr,
                "wanted": [asdict(wanted[number]) for number in left],
            }
            told: list[pipe.Message] = []
            try:
                self._worker.call(
                    argument,
                    seconds=min(CROP_SECONDS, self.seconds),
                    memory_mb=self.megabytes,
                    progress=told.append,
                )
            except WorkerError:
                # What was not told is what the process was at.
                told.append({})
            except DocumentError:
                break
            found |= dict(zip(left, map(_crop, told), strict=False))
        return tuple(found.get(number) for number in range(len(wanted)))

    def _unreadable(self, name: str, error: WorkerError) -> DocumentError:
        if isinstance(error, WorkerDied):
            return DocumentError(
                f"{name} cannot be read: {error}", hint="print it to a new PDF, or report this with the file"
            )
        if isinstance(error, WorkerTimeout):
            return DocumentError(
                f"{name} could not be read: a page took longer than {self.seconds:g} seconds",
                hint="allow more with --timeout, or print it to a new PDF",
            )
        return DocumentError(
            f"{name} could not be read: reading it took more than {self.megabytes:,.0f} MB of memory",
            hint="allow more with --memory, or print it to a new PDF",
        )


def job() -> pipe.Job:
    """What the process does with each file."""
    jobs = {"read": _read, "crops": _crops}
    return lambda argument: jobs[argument["do"]](argument)


def _read(argument: pipe.Message) -> pipe.Message:
    document = documents.read(
        Path(argument["path"]),
        name=argument["name"],
        password=argument["password"],
        limits=Limits(**argument["limits"]),
        ocr=argument["ocr"],
        progress=lambda done, total: child.tell({"done": done, "total": total}),
    )
    return asdict(document)


def _crops(argument: pipe.Message) -> pipe.Message:
    wanted = [Quoted(**{**each, "box": tuple(each["box"])}) for each in argument["wanted"]]
    for crop in regions.crops(
        Path(argument["path"]),
        wanted,
        password=argument["password"],
        limits=Limits(**argument["limits"]),
        ocr=argument["ocr"],
    ):
        child.tell({**asdict(crop), "image": base64.b64encode(crop.image).decode()} if crop else {})
    return {}


def _crop(told: pipe.Message) -> Crop | None:
    return Crop(**{**told, "image": base64.b64decode(told["image"])}) if told else None


def _document(answer: dict[str, Any]) -> Document:
    return Document(
        **{
            **answer,
            "format": Format(answer["format"]),
            "languages": tuple(map(Language, answer["languages"])),
            "pages": tuple(map(_page, answer["pages"])),
        }
    )


def _page(answer: dict[str, Any]) -> Page:
    return Page(**{**answer, "state": PageState(answer["state"]), "blocks": tuple(map(_block, answer["blocks"]))})


def _block(answer: dict[str, Any]) -> Block:
    box = answer["box"]
    return Block(**{**answer, "kind": BlockKind(answer["kind"]), "box": tuple(box) if box else None})
