"""Where the shipped data and the user's own folders are; what was shipped is checked before it is used."""

from __future__ import annotations

import hashlib
import json
import os
from functools import lru_cache
from pathlib import Path

import platformdirs

from alignment.errors import DamagedError

SEALED = ("corpus", "indexes")
"""Folders whose files decide results: each file's digest is in the seal."""
SEAL = ("corpus", "digests.json")
_REINSTALL = "reinstall plan-alignment; after a change of your own in a checkout, run scripts/seal.py"


def root() -> Path:
    """The folder of `corpus/`, `indexes/` and `templates/`, in a wheel or in a checkout."""
    package = Path(__file__).resolve().parent
    return package / "_shipped" if (package / "_shipped").is_dir() else package.parent


def shipped(*parts: str) -> Path:
    """A path below `corpus/`, `indexes/` or `templates/`.

    Raises:
        DamagedError: it is a file of `corpus/` or `indexes/`, or a folder with one, that is not as it was shipped.
    """
    _check(parts)
    return root().joinpath(*parts)


def sealed() -> dict[str, str]:
    """Path of each sealed file, with slashes, and its SHA-256 as it is now."""
    found = sorted(path for folder in SEALED for path in (root() / folder).rglob("*") if path.is_file())
    names = [path.relative_to(root()).as_posix() for path in found]
    return {name: digest(root() / name) for name in names if name != "/".join(SEAL)}


def write_seal() -> None:
    """Make the seal of what is there now: after a deliberate change."""
    text = json.dumps(sealed(), indent=1)
    root().joinpath(*SEAL).write_text(text + "\n", encoding="utf-8")


def digest(file: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


@lru_cache
def _check(parts: tuple[str, ...]) -> None:
    """Compare each shipped file at or below a path with the seal; once for each path and process."""
    if not parts or parts[0] not in SEALED:
        return
    seal = root().joinpath(*SEAL)
    try:
        expected: dict[str, str] = json.loads(seal.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise DamagedError(f"the shipped file {'/'.join(SEAL)} is missing or damaged", hint=_REINSTALL) from error
    wanted = "/".join(parts)
    for name, value in expected.items():
        if name == wanted or name.startswith(f"{wanted}/"):
            file = root() / name
            if not file.is_file():
                raise DamagedError(f"the shipped file {name} is missing", hint=_REINSTALL)
            if digest(file) != value:
                raise DamagedError(f"the shipped file {name} is damaged or was changed", hint=_REINSTALL)


def cache(*parts: str) -> Path:
    """A path below the user's cache; `ALIGNMENT_CACHE` overrides the place. Nothing is created."""
    override = os.environ.get("ALIGNMENT_CACHE")
    base = Path(override) if override else Path(platformdirs.user_cache_dir("plan-alignment", appauthor=False))
    return base.joinpath(*parts)
