"""The call by which long work says how far it is."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[str, int, int], None]
"""Called with what is done (a word), how many of it are finished, and how many there are."""
