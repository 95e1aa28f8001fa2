"""PDF page -> the paths and images that are drawn on it, listed once for all that look at them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pypdfium2 import PdfPage

_MOST_OBJECTS = 50_000


@dataclass(frozen=True, slots=True)
class Drawn:
    """pdfium's handles of what a page holds itself, not in forms on it; good until the page is closed."""

    paths: Sequence[Any]
    images: Sequence[Any]
    count: int
    """All that the page holds, its texts among them."""


def drawn_on(page: PdfPage) -> Drawn:
    """What is drawn on a page; of very many objects the first."""
    from pypdfium2 import raw

    kinds: dict[int, list[Any]] = {raw.FPDF_PAGEOBJ_PATH: [], raw.FPDF_PAGEOBJ_IMAGE: []}
    count = raw.FPDFPage_CountObjects(page.raw)
    for index in range(min(count, _MOST_OBJECTS)):
        item = raw.FPDFPage_GetObject(page.raw, index)
        if (kind := raw.FPDFPageObj_GetType(item)) in kinds:
            kinds[kind].append(item)
    return Drawn(kinds[raw.FPDF_PAGEOBJ_PATH], kinds[raw.FPDF_PAGEOBJ_IMAGE], count)
