"""A file -> a document, read in a process of its own: whatever the file does to its reader, the caller lives on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any, Self

from alignment import documents, sandbox
from alignment.documents.limits import Limits
from alignment.errors import DocumentError, WorkerDied, WorkerError, WorkerTimeout
from alignment.types import Block, BlockKind, Document, Format, Language, Page, PageState

SECONDS = 120.0
"""How long one page may take, or the whole of a file without pages."""
MEGABYTES = 4_000.0
"""How much memory reading may take."""


class Reader:
    """Reads files one at a time, with limits of time and memory; its process starts with the first of them."""

    def __init__(self, *, seconds: float = SECONDS, megabytes: float = MEGABYTES) -> None:
        self.seconds = seconds
        self.megabytes = megabytes
        self._worker = sandbox.Worker("alignment.documents.isolated:job")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._worker.close()

    def read(
        self,
        path: Path,
        *,
        password: str | None = None,
        limits: Limits | None = None,
        ocr: bool = False,
        progress: Callable[[int, int], None] | None = None,
    ) -> Document:
        """As `documents.read`.

        Raises:
            DocumentError: as `documents.read`; or reading crashed, or took more time or memory than it may.
        """
        argument = {
            "path": str(path),
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
            raise self._unreadable(documents.name_of(path), error) from error
        return _document(answer)

    def _unreadable(self, name: str, error: WorkerError) -> DocumentError:
        if isinstance(error, WorkerDied):
            return DocumentError(
                f"{name} cannot be read: {error}", hint="print it to a new PDF, or report this with the file"
            )
        if isinstance(error, WorkerTimeout):
            return DocumentError(
                f"{name} was given up: a page took longer than {self.seconds:g} seconds",
                hint="allow more with --timeout, or print it to a new PDF",
            )
        return DocumentError(
            f"{name} was given up: reading it took more than {self.megabytes:,.0f} MB of memory",
            hint="allow more with --memory, or print it to a new PDF",
        )


def job() -> sandbox.Job:
    """What the process does with each file."""

    def read(argument: sandbox.Answer) -> sandbox.Answer:
        document = documents.read(
            Path(argument["path"]),
            password=argument["password"],
            limits=Limits(**argument["limits"]),
            ocr=argument["ocr"],
            progress=lambda done, total: sandbox.tell({"done": done, "total": total}),
        )
        return asdict(document)

    return read


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
