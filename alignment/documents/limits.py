"""How much of a hostile file is read before it is refused."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Upper bounds; a file above one of them is refused with a clear error, never read in part in silence."""

    bytes: int = 500_000_000
    """Size of the file."""
    pages: int = 5_000
    """Pages of a PDF, slides, chapters, or pictures in one file."""
    page_characters: int = 200_000
    """Characters on one page of a PDF; a page with more is cut there, and marked garbled."""
    characters: int = 20_000_000
    """Characters of a whole document."""
    expansion: int = 200
    """How many times larger than the file the parts of a compressed document may be."""
    members: int = 20_000
    """Files inside an Office file, an EPUB or a ZIP."""
    paragraphs: int = 200_000
    """Paragraphs of a Word file, those in tables and empty ones included."""
    cells: int = 5_000_000
    """Cells of a workbook, empty ones between filled ones included."""
    pixels: int = 170_000_000
    """Pixels of one picture: a sheet of A0 at 300 dots per inch has 139 million."""
