"""What a run has done so far: one SQLite file that survives a kill at any moment."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from alignment.errors import StoreError

FORMAT = "alignment/screening/1"
_TABLES = """
CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS results (key TEXT PRIMARY KEY, fingerprint TEXT NOT NULL, record TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS failures (
    key TEXT PRIMARY KEY, fingerprint TEXT NOT NULL, stage TEXT NOT NULL, reason TEXT NOT NULL, hint TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS quotes (
    key TEXT NOT NULL, element TEXT NOT NULL, page INTEGER NOT NULL, quote TEXT NOT NULL, vector BLOB NOT NULL);
CREATE INDEX IF NOT EXISTS quotes_of ON quotes (key);
"""


class Ledger:
    """Results, failures and quotes by key (a filing's content and industry); what a write returns from is on disk."""

    def __init__(self, path: Path) -> None:
        """Open or make the file.

        Raises:
            StoreError: it is no ledger, or one of another version.
        """
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            self._store = sqlite3.connect(path, timeout=60)
            self._store.execute("PRAGMA journal_mode=WAL")
            self._store.execute("PRAGMA synchronous=FULL")
            self._store.executescript(_TABLES)
            with self._store:
                self._store.execute("INSERT OR IGNORE INTO meta VALUES ('format', ?)", (FORMAT,))
            (found,) = self._store.execute("SELECT value FROM meta WHERE name = 'format'").fetchone()
        except sqlite3.DatabaseError as error:
            raise StoreError(
                f"{path} is damaged ({error})", hint="choose another --out, or delete the folder"
            ) from error
        if found != FORMAT:
            raise StoreError(f"{path} is of another version ({found})", hint="choose another --out")

    def done(self, fingerprint: str) -> set[str]:
        """Keys with a result or a failure under these options."""
        rows = self._store.execute(
            "SELECT key FROM results WHERE fingerprint = ? UNION SELECT key FROM failures WHERE fingerprint = ?",
            (fingerprint, fingerprint),
        )
        return {key for (key,) in rows}

    def succeed(
        self, key: str, fingerprint: str, record: dict[str, Any], quotes: Sequence[tuple[str, int, str, bytes]]
    ) -> None:
        """Keep a result, in place of whatever was known of the key."""
        with self._store:
            self._forget(key)
            text = json.dumps(record, ensure_ascii=False)
            self._store.execute("INSERT INTO results VALUES (?, ?, ?)", (key, fingerprint, text))
            self._store.executemany("INSERT INTO quotes VALUES (?, ?, ?, ?, ?)", [(key, *quote) for quote in quotes])

    def fail(self, key: str, fingerprint: str, *, stage: str, reason: str, hint: str) -> None:
        """Keep a failure, in place of whatever was known of the key."""
        with self._store:
            self._forget(key)
            self._store.execute("INSERT INTO failures VALUES (?, ?, ?, ?, ?)", (key, fingerprint, stage, reason, hint))

    def forget_failures(self) -> None:
        """Let what failed be tried again."""
        with self._store:
            self._store.execute("DELETE FROM failures")

    def result(self, key: str) -> dict[str, Any] | None:
        """The record of a key, if there is one."""
        row = self._store.execute("SELECT record FROM results WHERE key = ?", (key,)).fetchone()
        return json.loads(row[0]) if row else None

    def failure(self, key: str) -> tuple[str, str, str] | None:
        """Stage, reason and hint of a key's failure, if there is one."""
        row = self._store.execute("SELECT stage, reason, hint FROM failures WHERE key = ?", (key,)).fetchone()
        return tuple(row) if row else None

    def quotes(self, key: str) -> Iterator[tuple[str, int, str, bytes]]:
        """Element, page, quote and vector (half precision) of a key's best evidence, as they were kept."""
        yield from self._store.execute(
            "SELECT element, page, quote, vector FROM quotes WHERE key = ? ORDER BY rowid", (key,)
        )

    def close(self) -> None:
        """Leave one file behind."""
        self._store.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self._store.close()

    def _forget(self, key: str) -> None:
        for table in ("results", "failures", "quotes"):
            self._store.execute(f"DELETE FROM {table} WHERE key = ?", (key,))  # noqa: S608  # our own names
