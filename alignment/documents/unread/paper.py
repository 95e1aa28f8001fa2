"""Bytes of a picture -> whether it may be a scanned page: as light as paper; most photographs are not."""

from __future__ import annotations

import io
import warnings
from functools import lru_cache

from alignment.documents.limits import Limits

PAPER, LIGHT = 0.5, 160
"""A scanned page is at least this light, of 255, on at least this share of it."""
_FORMATS = ("PNG", "JPEG", "TIFF", "GIF", "BMP")
_SIDE = 100
"""Pixels to which a picture is made smaller."""


@lru_cache(maxsize=8)
def may_be_paper(data: bytes | None, limits: Limits) -> bool:
    """Whether a picture is light; one that is linked (None), damaged, too large or of another format may be.

    The last ones are kept, for one background may lie on all slides.
    """
    from PIL import Image

    if data is None:
        return True
    try:
        with warnings.catch_warnings(), Image.open(io.BytesIO(data), formats=_FORMATS) as image:
            # Its own limit comes as a warning first; ours is below it.
            warnings.simplefilter("ignore")
            if image.width * image.height > limits.pixels:
                return True
            image.draft("L", (_SIDE, _SIDE))
            image.thumbnail((_SIDE, _SIDE))
            shown = image.convert("RGBA") if image.has_transparency_data else image.convert("L")
            if shown.mode == "RGBA":
                shown = Image.alpha_composite(Image.new("RGBA", shown.size, "white"), shown).convert("L")
            histogram = shown.histogram()
    except (Image.DecompressionBombError, OSError, SyntaxError, ValueError, EOFError, TypeError, KeyError):
        return True
    return sum(histogram[LIGHT:]) >= PAPER * sum(histogram)
