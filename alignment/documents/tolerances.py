"""What more than one stage of reading measures by: letters of a page of text, distances, shares; with reasons."""

from __future__ import annotations

FEWEST_LETTERS = 20
"""Fewer letters beside a picture, headers and footers left out, are a page number or a mark: the page is a picture."""
SILENT = 100
"""Fewer letters than this beside a large picture leave open whether the page's text stands in the picture."""
FAR = 3.2
"""Lines with more white between, in font sizes, are no rows of one table: one blank line can part rows, two cannot."""
