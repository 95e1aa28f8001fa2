"""PNG, JPEG or TIFF -> one page a picture: scanned, or read by OCR as the pages of a PDF are."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from alignment.documents.building import build
from alignment.documents.limits import Limits
from alignment.errors import DocumentError
from alignment.progress import PageProgress
from alignment.types import Page, PageState

if TYPE_CHECKING:
    from pypdfium2 import PdfPage

_A4 = (595.0, 842.0)
_LIKELY = (60, 1300)
"""Resolutions, in dots per inch, that a scanner may have; others are taken for a mistake."""
_QUALITY = 92


def read_image(
    data: bytes, name: str, limits: Limits, *, ocr: bool = False, progress: PageProgress | None = None
) -> tuple[Page, ...]:
    """The pictures as pages; sizes in points follow from their resolution, or from A4 where they state none.

    Raises:
        DocumentError: damaged, or more or larger pictures than `limits` allow.
        MissingExtraError: `ocr` is asked for, and the extra is not installed.
    """
    with _opened(data, name, limits) as image:
        sizes = _sizes(image, name, limits)
        if ocr:
            return _recognised(image, sizes, name, limits, progress)
        image.seek(0)
        image.load()
    return tuple(build(number, [], state=PageState.SCANNED, size=size) for number, size in enumerate(sizes, 1))


def sheet_page(data: bytes, name: str, limits: Limits, number: int) -> PdfPage | None:
    """The picture with this number, from 1, as the page of a PDF as it is recognised; None when there is none.

    Raises:
        DocumentError: damaged, or more or larger pictures than `limits` allow.
    """
    import pypdfium2 as pdfium

    with _opened(data, name, limits) as image:
        sizes = _sizes(image, name, limits)
        return pdfium.PdfDocument(_sheet(image, number - 1, sizes[number - 1]))[0] if number <= len(sizes) else None


@contextmanager
def _opened(data: bytes, name: str, limits: Limits) -> Iterator[Any]:
    from PIL import Image, UnidentifiedImageError

    try:
        with warnings.catch_warnings(), Image.open(io.BytesIO(data), formats=("PNG", "JPEG", "TIFF")) as image:
            # Its own limit comes as a warning first; ours is below it.
            warnings.simplefilter("ignore")
            yield image
    except Image.DecompressionBombError as error:
        raise _too_large(name, limits) from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError, TypeError, KeyError) as error:
        # What Pillow says names an address in memory, which differs from run to run.
        raise DocumentError(
            f"{name} is a damaged image", hint="scan or export it again, as a PDF if you can"
        ) from error


def _sizes(image: Any, name: str, limits: Limits) -> list[tuple[float, float]]:
    """Sizes in points; pictures are measured here and not yet decoded."""
    frames = getattr(image, "n_frames", 1)
    if frames > limits.pages:
        raise DocumentError(f"{name} has {frames:,} pictures, more than the {limits.pages:,} allowed", hint="split it")
    sizes = []
    for frame in range(frames):
        image.seek(frame)
        if image.width * image.height > limits.pixels:
            raise _too_large(name, limits)
        scale = 72 / _resolution(image)
        sizes.append((round(image.width * scale, 2), round(image.height * scale, 2)))
    return sizes


def _resolution(image: Any) -> float:
    stated = image.info.get("dpi", (0, 0))[0]
    if _LIKELY[0] <= stated <= _LIKELY[1]:
        return float(stated)
    return float(72 * image.width / _A4[image.width > image.height])


def _too_large(name: str, limits: Limits) -> DocumentError:
    return DocumentError(
        f"{name} has more than the {limits.pixels / 1e6:,.0f} million pixels allowed",
        hint="scan it at 300 dots per inch or less",
    )


def _recognised(
    image: Any, sizes: list[tuple[float, float]], name: str, limits: Limits, progress: PageProgress | None
) -> tuple[Page, ...]:
    """Each picture becomes a PDF of one page, so that scans are read in one way only."""
    from alignment.documents.pdf import read_pdf

    pages: list[Page] = []
    for number, size in enumerate(sizes, 1):
        (page,), _ = read_pdf(_sheet(image, number - 1, size), name, limits, ocr=True)
        pages.append(replace(page, number=number, label=None))
        if progress:
            progress(number, len(sizes))
    return tuple(pages)


def _sheet(image: Any, frame: int, size: tuple[float, float]) -> bytes:
    from PIL import Image, ImageOps

    image.seek(frame)
    shown = ImageOps.exif_transpose(image)
    if shown.has_transparency_data:
        shown = Image.alpha_composite(Image.new("RGBA", shown.size, "white"), shown.convert("RGBA"))
    file = io.BytesIO()
    shown.convert("RGB").save(file, "PDF", resolution=72 * image.width / size[0], quality=_QUALITY)
    return file.getvalue()
