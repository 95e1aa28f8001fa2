"""What a run has finished, in SQLite: it outlives the process, whenever that is killed."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from alignment.errors import InputError

FILE = "state.sqlite"
_SCHEMA = """
CREATE TABLE IF NOT EXISTS outcomes (
    key TEXT PRIMARY KEY, path TEXT NOT NULL, outcome TEXT NOT NULL, sizes TEXT NOT NULL, answer TEXT NOT NULL
) WITHOUT ROWID
"""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one filing: its row of the tables, or stage, reason and hint."""

    answer: dict[str, Any]
    sizes: dict[str, int]
    """Size of each file written for it, by its path relative to the results."""

    @property
    def assessed(self) -> bool:
        """False for a failure."""
        return bool(self.answer["outcome"] == "assessed")


class State:
    """Outcomes by key; a key is the digest of everything that decides the outcome."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._database = sqlite3.connect(folder / FILE, timeout=0.5, isolation_level=None)
        try:
            # Held until the process ends, so that two runs never share a folder.
            self._database.execute("PRAGMA locking_mode=EXCLUSIVE")
            self._database.execute("PRAGMA journal_mode=WAL")
            self._database.execute("BEGIN IMMEDIATE")
            self._database.execute(_SCHEMA)
            self._database.execute("COMMIT")
        except sqlite3.DatabaseError as error:
            self._database.close()
            if "locked" in str(error):
                raise InputError(
                    f"another run is writing to {folder}", hint="wait for it, or choose another --out"
                ) from error
            if "is full" in str(error):
                raise
            raise InputError(
                f"{folder / FILE} is damaged ({error})", hint="delete it and run again: all files are read anew"
            ) from error

    def get(self, key: str) -> Outcome | None:
        """The outcome, if it is known and every file written for it is still there with its size."""
        row = self._database.execute("SELECT answer, sizes FROM outcomes WHERE key = ?", (key,)).fetchone()
        if row is None:
            return None
        outcome = Outcome(json.loads(row[0]), json.loads(row[1]))
        return outcome if all(_size(self.folder / name) == size for name, size in outcome.sizes.items()) else None

    def put(self, key: str, path: str, outcome: Outcome) -> None:
        """Keep an outcome; it is on disk when this returns."""
        self._database.execute(
            "INSERT OR REPLACE INTO outcomes VALUES (?, ?, ?, ?, ?)",
            (key, path, outcome.answer["outcome"], _json(outcome.sizes), _json(outcome.answer)),
        )

    def keys(self) -> Iterator[str]:
        """All keys, sorted."""
        for (key,) in self._database.execute("SELECT key FROM outcomes ORDER BY key"):
            yield key

    def forget(self, key: str) -> Outcome | None:
        """Take an outcome out, and give it back."""
        row = self._database.execute("SELECT answer, sizes FROM outcomes WHERE key = ?", (key,)).fetchone()
        self._database.execute("DELETE FROM outcomes WHERE key = ?", (key,))
        return Outcome(json.loads(row[0]), json.loads(row[1])) if row else None

    def close(self) -> None:
        """Let another run have the folder."""
        self._database.close()


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return -1
