"""The calls by which long work says how far it is."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Called as `progress(step, done, total)`."""

    def __call__(self, step: str, done: int, total: int, /) -> None:
        """`step` is what is done, in a word or two; `done` of `total` are finished, 0 <= done <= total."""


class PageProgress(Protocol):
    """Called as `progress(done, total)` while a file is read."""

    def __call__(self, done: int, total: int, /) -> None:
        """`done` of `total` pages are read, 1 <= done <= total; formats without pages never call it."""
