"""Pictures of pages -> segments, by RapidOCR (extra `ocr`) with the models of its package, kept in the user's cache."""

from __future__ import annotations

import hashlib
import json
import logging
import os
import re
import threading
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from alignment import resources
from alignment.documents.geometry import turned
from alignment.documents.pdfium.segments import Segment
from alignment.errors import MissingExtraError
from alignment.text.characters import HAN, MARKS
from alignment.types import Box

if TYPE_CHECKING:
    from pypdfium2 import PdfPage

RESOLUTION = 150
"""Dots per inch at which pages are rendered; body text of 8 points is then 17 pixels high."""
LEAST_LINE_CONFIDENCE = 0.5
"""Lines that the recogniser is less sure of are left out."""
SURE = 0.8
"""Below this mean confidence a picture is also tried upside down, or sideways where its lines stand upright."""
FORMAT = 1
"""Changes when the same picture would give other segments."""
_MOST_PIXELS = 40_000_000
_LETTER_SHARE = 0.72
"""Font size as a share of the height of a line's box."""
_MOST_WORKERS = 4
_STRAY = re.compile(rf"(?<=[{HAN}{MARKS}])\s+(?=[{HAN}{MARKS}])")
_own = threading.local()


@dataclass(frozen=True, slots=True)
class Picture:
    """A rendered part of a page."""

    pixels: NDArray[np.uint8]
    scale: float
    """Pixels per point."""
    left: float
    top: float
    """Where it lies on the page, in points, in the frame in which it is upright."""
    whole: bool
    """Whether it is the whole page, which may have been scanned sideways or upside down."""
    turn: int = 0
    """Degrees by which it stands turned clockwise on the page as displayed; the pixels are upright."""


@dataclass(frozen=True, slots=True)
class Recognition:
    """What was read in a picture, and how sure the recogniser is, from 0 to 1; 0 when nothing was read."""

    segments: tuple[Segment, ...]
    confidence: float


def render(page: PdfPage, box: Box | None = None, turn: int = 0) -> Picture:
    """A page, or a box of it, as a picture; `turn` is that of the text on the page, which the box shares."""
    width, height = page.get_size()
    left, top, right, bottom = box or (0.0, 0.0, width, height)
    scale = RESOLUTION / 72
    area = max(1.0, (right - left) * (bottom - top))
    scale = min(scale, (_MOST_PIXELS / area) ** 0.5)
    crop = (max(0.0, left), max(0.0, height - bottom), max(0.0, width - right), max(0.0, top))
    pixels = page.render(scale=scale, crop=crop).to_numpy()
    upright = np.ascontiguousarray(np.rot90(pixels[:, :, :3], turn // 90))
    left, top, _, _ = turned((left, top, right, bottom), -turn, (width, height))
    return Picture(upright, scale, max(0.0, left), max(0.0, top), box is None, turn)


def submit(picture: Picture) -> Future[Recognition]:
    """Have a picture read on a thread of its own.

    Raises:
        MissingExtraError: the extra `ocr` is not installed.
    """
    _package()
    return _pool().submit(recognise, picture)


def workers() -> int:
    """So many pictures are read at once."""
    return max(1, min(_MOST_WORKERS, os.cpu_count() or 1))


def recognise(picture: Picture) -> Recognition:
    """Lines of a picture in points from the page's top left corner; from the cache where it was read before."""
    path = resources.cache("ocr", f"{_key(picture)}.json")
    lines = _kept(path)
    if lines is None:
        lines = _read(picture)
        _keep(path, lines)
    segments = tuple(_segment(line, picture) for line in lines)
    letters = sum(len(segment.text) for segment in segments)
    weighted = sum(len(segment.text) * line[5] for segment, line in zip(segments, lines, strict=True))
    return Recognition(segments, round(weighted / letters, 4) if letters else 0.0)


Found = tuple[str, float, float, float, float, float, int]
"""Text, left, top, right, bottom in pixels of the upright picture, confidence, and the turn that sets it upright."""


@cache
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(workers(), thread_name_prefix="ocr")


def _package() -> Any:
    try:
        import rapidocr
    except ImportError as error:
        raise MissingExtraError("reading scanned pages", extra="ocr") from error
    return rapidocr


def _engine() -> Any:
    """One recogniser per thread, on one core, so that the cores of a machine never change what is read."""
    if not hasattr(_own, "engine"):
        logging.getLogger("RapidOCR").setLevel(logging.ERROR)
        # Its classifier of upside-down lines turns some upright ones; whole pages are turned here instead.
        settings = {
            "EngineConfig.onnxruntime.intra_op_num_threads": 1,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
            "Global.use_cls": False,
            "Global.text_score": 0.0,
            "Global.max_side_len": 4000,
            "Global.log_level": "error",
        }
        _own.engine = _package().RapidOCR(params=settings)
    return _own.engine


def _key(picture: Picture) -> str:
    """Names what a picture's text depends on: its pixels, the recogniser and this module's format."""
    try:
        release = version("rapidocr")
    except PackageNotFoundError:
        release = "unknown"
    header = f"{FORMAT} {release} {LEAST_LINE_CONFIDENCE} {SURE} {picture.whole} {picture.turn} {picture.pixels.shape}"
    return hashlib.sha256(header.encode() + picture.pixels.tobytes()).hexdigest()


def _kept(path: Path) -> list[Found] | None:
    """What is in the cache, unless it is damaged."""
    try:
        lines = json.loads(path.read_text(encoding="utf-8"))
        return [(str(text), *map(float, numbers), int(turn)) for text, *numbers, turn in lines]  # type: ignore[misc]
    except (OSError, ValueError, TypeError):
        return None


def _keep(path: Path, lines: Sequence[Found]) -> None:
    """Write to the cache, whole or not at all; a cache that cannot be written only costs time."""
    partial = path.with_suffix(f".{os.getpid()}-{threading.get_ident()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        partial.write_text(json.dumps(lines, ensure_ascii=False), encoding="utf-8")
        partial.replace(path)
    except OSError:
        partial.unlink(missing_ok=True)


def _read(picture: Picture) -> list[Found]:
    """The better of the picture as it is and, where a whole page is doubtful, turned."""
    best, seen, tall = _lines(picture.pixels, picture.turn)
    level = 2 * tall <= seen
    if not picture.whole or not seen or (level and best and _mean(best) >= SURE):
        return best
    for turn in (180,) if level else (90, 270):
        found, _, _ = _lines(np.rot90(picture.pixels, turn // 90), turn)
        if _weight(found) > _weight(best):
            best = found
    return best


def _mean(lines: Sequence[Found]) -> float:
    return sum(line[5] * len(line[0]) for line in lines) / max(1, sum(len(line[0]) for line in lines))


def _weight(lines: Sequence[Found]) -> float:
    """Characters, counted by how sure they are; doubtful ones hardly count."""
    return sum(len(line[0]) * max(0.0, line[5] - 0.5) for line in lines)


def _lines(pixels: NDArray[np.uint8], turn: int) -> tuple[list[Found], int, int]:
    """Lines of a picture set upright by `turn`; how many were seen, sure or not, and how many of them stand tall."""
    answer = _engine()(np.ascontiguousarray(pixels))
    if answer.boxes is None or answer.txts is None:
        return [], 0, 0
    found: list[Found] = []
    tall = 0
    for text, corners, score in zip(answer.txts, answer.boxes, answer.scores, strict=True):
        across, down = [float(x) for x, _ in corners], [float(y) for _, y in corners]
        box = (min(across), min(down), max(across), max(down))
        tall += box[3] - box[1] > 1.5 * (box[2] - box[0]) and len(text) > 1
        if score >= LEAST_LINE_CONFIDENCE and text.strip():
            found.append((_STRAY.sub("", text.strip()), *box, round(float(score), 4), turn))
    return found, len(answer.txts), tall


def _segment(line: Found, picture: Picture) -> Segment:
    """A line in points; of a turned picture in the frame in which it stands upright, from that frame's corner."""
    text, *edges, _, turn = line
    scale = picture.scale
    shift = (picture.left, picture.top) if turn == picture.turn else (0.0, 0.0)
    left, top, right, bottom = (round(edge / scale + shift[n % 2], 2) for n, edge in enumerate(edges))
    size = round((bottom - top) * _LETTER_SHARE * 2) / 2
    return Segment(text, left, top, right, bottom, size, turn=turn)
