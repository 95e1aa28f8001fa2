"""Where the shipped data and the user's own folders are."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs


def shipped(*parts: str) -> Path:
    """A path below `corpus/`, `indexes/` or `templates/`, in a wheel or in a checkout."""
    package = Path(__file__).resolve().parent
    root = package / "_shipped"
    return (root if root.is_dir() else package.parent).joinpath(*parts)


def cache(*parts: str) -> Path:
    """A path below the user's cache; `ALIGNMENT_CACHE` overrides the place. Nothing is created."""
    override = os.environ.get("ALIGNMENT_CACHE")
    root = Path(override) if override else Path(platformdirs.user_cache_dir("plan-alignment", appauthor=False))
    return root.joinpath(*parts)
