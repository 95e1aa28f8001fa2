"""PDF -> pages: opens the file, reads page by page within limits, and has them arranged."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from alignment.documents.layout.arranging import arrange
from alignment.documents.limits import Limits
from alignment.documents.ocr.recognition import Pending, begin, settle
from alignment.documents.pdfium.overlays import page_with_overlays, prepare
from alignment.documents.pdfium.segments import RawPage, raw_page
from alignment.errors import DocumentError, EncryptedError
from alignment.progress import PageProgress
from alignment.text.cleaning import clean
from alignment.types import Page

_MOST_WAITING = 8
"""Pictures that wait to be read at once."""


def read_pdf(
    data: bytes,
    name: str,
    limits: Limits,
    *,
    password: str | None = None,
    ocr: bool = False,
    progress: PageProgress | None = None,
) -> tuple[tuple[Page, ...], str]:
    """The pages and the title in the file's properties ("" when it has none).

    With `ocr`, pages without text, pages whose text cannot be relied on, and pictures on other pages are recognised.

    Raises:
        MissingExtraError: `ocr` is asked for and needed, and the extra is not installed.
        EncryptedError: a password is needed, or the one given is wrong.
        DocumentError: damaged, without pages, or more pages than `limits` allow.
    """
    raw, title = _raw_pages(data, name, limits, password, ocr, progress)
    return arrange(raw), title


def _raw_pages(
    data: bytes, name: str, limits: Limits, password: str | None, ocr: bool, progress: PageProgress | None
) -> tuple[list[RawPage], str]:
    with opened(data, name, password) as pdf:
        count = len(pdf)
        if count == 0:
            raise DocumentError(f"{name} has no pages", hint="export or download the report again")
        if count > limits.pages:
            raise DocumentError(
                f"{name} has {count:,} pages, more than the {limits.pages:,} allowed",
                hint="split the file and check the parts",
            )
        return _all_pages(pdf, name, limits, ocr, progress), clean(str(pdf.get_metadata_dict().get("Title") or ""))


@contextmanager
def opened(data: bytes, name: str, password: str | None) -> Iterator[Any]:
    """An open PDF of pdfium's.

    Raises:
        EncryptedError: a password is needed, or the one given is wrong.
        DocumentError: damaged.
    """
    import pypdfium2 as pdfium

    try:
        pdf = pdfium.PdfDocument(data, password=password)
    except pdfium.PdfiumError as error:
        raise _opening_error(name, error, password) from error
    try:
        prepare(pdf)
        yield pdf
    finally:
        pdf.close()


def _all_pages(pdf: Any, name: str, limits: Limits, ocr: bool, progress: PageProgress | None) -> list[RawPage]:
    """Pages in their order; pictures are read beside, a few at a time, so that a long scan needs no more memory."""
    pages: list[RawPage] = []
    waiting: deque[Pending] = deque()
    characters = done = 0
    count = len(pdf)
    for index in range(count):
        page, pending = _raw_page(pdf, index, limits, ocr)
        pages.append(page)
        waiting.extend(pending)
        characters += sum(len(segment.text) for segment in page.segments)
        if characters > limits.characters:
            raise DocumentError(
                f"{name} contains more than the {limits.characters:,} characters allowed (by page {index + 1})",
                hint="split the file and check the parts",
            )
        while waiting and (len(waiting) > _MOST_WAITING or index + 1 == count):
            settle(pages, waiting.popleft())
        settled = waiting[0].index if waiting else index + 1
        if progress and settled > done:
            progress(settled, count)
            done = settled
    return pages


def _raw_page(pdf: Any, index: int, limits: Limits, ocr: bool) -> tuple[RawPage, list[Pending]]:
    """One page; a page that pdfium cannot open counts as unreadable and does not end the run."""
    import pypdfium2 as pdfium

    try:
        page = page_with_overlays(pdf, index)
    except pdfium.PdfiumError:
        return RawPage(index + 1, None, 0.0, 0.0, (), pictured=True), []
    try:
        label = pdf.get_page_label(index)
        read = raw_page(page, index + 1, clean(label).strip() or None, limits.page_characters)
        return read, begin(page, read) if ocr else []
    finally:
        page.close()


def _opening_error(name: str, error: Exception, password: str | None) -> DocumentError:
    if "assword" in str(error):
        if password is None:
            return EncryptedError(f"{name} is encrypted", hint="give its password with --password")
        return EncryptedError(f"the password given does not open {name}", hint="check the password")
    return DocumentError(f"{name} is a damaged or truncated PDF ({error})", hint="download or export the file again")
