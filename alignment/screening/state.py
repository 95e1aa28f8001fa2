"""What a run has finished, in SQLite: it outlives the process, whenever that is killed."""

from __future__ import annotations

import errno
import json
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from alignment.errors import InputError
from alignment.portfolio.records import Claimed
from alignment.screening.messages import Finished, Row, claims_from, claims_to, finished_from, to_message
from alignment.text import cleaning

FILE = "state.sqlite"
_LOCKED = ("SQLITE_BUSY", "SQLITE_LOCKED")
_DAMAGED = ("SQLITE_NOTADB", "SQLITE_CORRUPT")
_NOT_WRITABLE = ("SQLITE_READONLY", "SQLITE_IOERR", "SQLITE_CANTOPEN", "SQLITE_PERM", "SQLITE_AUTH")
_SCHEMA = """
CREATE TABLE IF NOT EXISTS outcomes (
    key TEXT PRIMARY KEY, path TEXT NOT NULL, outcome TEXT NOT NULL, sizes TEXT NOT NULL, answer TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS claims (key TEXT PRIMARY KEY, claims TEXT NOT NULL)
"""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one filing: its row of the tables, or stage, reason and hint."""

    result: Finished
    sizes: dict[str, int]
    """Size of each file written for it, by its path relative to the results."""

    @property
    def assessed(self) -> bool:
        """False for a failure."""
        return isinstance(self.result, Row)


class State:
    """Outcomes by key; a key is the digest of everything that decides the outcome."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        with _clear_errors(folder):
            self._database = sqlite3.connect(folder / FILE, timeout=0.5, isolation_level=None)
            try:
                # Held until the process ends, so that two runs never share a folder.
                self._database.execute("PRAGMA locking_mode=EXCLUSIVE")
                self._database.execute("PRAGMA journal_mode=WAL")
                self._database.execute("BEGIN IMMEDIATE")
                for statement in _SCHEMA.split(";"):
                    self._database.execute(statement)
                self._database.execute("COMMIT")
            except sqlite3.Error:
                self._database.close()
                raise

    def get(self, key: str) -> Outcome | None:
        """The outcome, if it is known and every file written for it is still there with its size."""
        row = self._one("SELECT answer, sizes FROM outcomes WHERE key = ?", key)
        if row is None:
            return None
        outcome = Outcome(finished_from(json.loads(row[0])), json.loads(row[1]))
        return outcome if all(_size(self.folder / name) == size for name, size in outcome.sizes.items()) else None

    def put(self, key: str, path: str, outcome: Outcome, claims: tuple[Claimed, ...] = ()) -> None:
        """Keep an outcome, and its claims for comparing filings; both are on disk when this returns."""
        values = (key, path, outcome.result.outcome, _json(outcome.sizes), _json(to_message(outcome.result)))
        with _clear_errors(self.folder):
            self._database.execute("BEGIN IMMEDIATE")
            self._database.execute("INSERT OR REPLACE INTO claims VALUES (?, ?)", (key, _json(claims_to(claims))))
            self._database.execute("INSERT OR REPLACE INTO outcomes VALUES (?, ?, ?, ?, ?)", values)
            self._database.execute("COMMIT")

    def claims(self, key: str) -> tuple[Claimed, ...]:
        """The claims of an outcome, none where it is not known."""
        row = self._one("SELECT claims FROM claims WHERE key = ?", key)
        return claims_from(json.loads(row[0])) if row else ()

    def keys(self) -> list[str]:
        """All keys, sorted."""
        with _clear_errors(self.folder):
            return [key for (key,) in self._database.execute("SELECT key FROM outcomes ORDER BY key")]

    def forget(self, key: str) -> None:
        """Take an outcome out."""
        with _clear_errors(self.folder):
            self._database.execute("DELETE FROM outcomes WHERE key = ?", (key,))
            self._database.execute("DELETE FROM claims WHERE key = ?", (key,))

    def close(self) -> None:
        """Let another run have the folder."""
        self._database.close()

    def _one(self, query: str, key: str) -> Any:
        with _clear_errors(self.folder):
            return self._database.execute(query, (key,)).fetchone()


@contextmanager
def _clear_errors(folder: Path) -> Iterator[None]:
    """What SQLite raises, as what it means for the user.

    Raises:
        InputError: another run has the folder, it cannot be written, or the state is damaged.
        OSError: the disk is full.
    """
    try:
        yield
    except sqlite3.Error as error:
        kind = getattr(error, "sqlite_errorname", "")
        file = cleaning.shown(folder / FILE)
        if kind.startswith(_LOCKED):
            sentence, hint = (
                f"another run is writing to {cleaning.shown(folder)}",
                "wait for it, or choose another --out",
            )
        elif kind.startswith("SQLITE_FULL"):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(folder)) from error
        elif kind.startswith(_DAMAGED):
            sentence, hint = f"{file} is damaged ({error})", "delete it and run again: all files are read anew"
        elif kind.startswith(_NOT_WRITABLE):
            sentence, hint = f"{file} cannot be written ({error})", "check the permissions of the folder, and its disk"
        else:
            sentence, hint = f"{file} is not a run's ({error})", "choose another --out, or delete it and run again"
        raise InputError(sentence, hint=hint) from error


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return -1
