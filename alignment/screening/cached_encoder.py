"""Texts -> vectors through a cache on disk: what any worker has encoded is never encoded again."""

from __future__ import annotations

import hashlib
import sqlite3
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from alignment.encoders import Encoder
from alignment.types import Vectors

_PATIENCE = 60.0
"""Seconds to wait while another worker writes."""
_AT_ONCE = 500


class CachedEncoder:
    """An encoder behind a cache; each distinct text goes to the encoder once, in one batch sorted by its length."""

    def __init__(self, encoder: Encoder, file: Path | None) -> None:
        self.encoder = encoder
        self._database = _open(file, encoder) if file is not None else None
        self.encoded = 0
        """How many texts went to the encoder."""

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Vectors in the order of the texts, shape (n, dimension); bit for bit those of the encoder."""
        keys = [hashlib.sha256(text.encode()).digest() for text in texts]
        known = self._stored(list(dict.fromkeys(keys)))
        missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
        if missing:
            new = self.encoder.encode(list(missing.values()))
            self.encoded += len(missing)
            known |= dict(zip(missing, new, strict=True))
            self._store(list(missing), new)
        if not keys:
            return np.zeros((0, self.encoder.dimension), np.float32)
        return np.stack([known[key] for key in keys])

    def _stored(self, keys: list[bytes]) -> dict[bytes, Vectors]:
        if self._database is None:
            return {}
        found: dict[bytes, Vectors] = {}
        for start in range(0, len(keys), _AT_ONCE):
            part = keys[start : start + _AT_ONCE]
            marks = ",".join("?" * len(part))
            query = f"SELECT key, vector FROM vectors WHERE key IN ({marks})"  # noqa: S608  (question marks only)
            found |= {key: np.frombuffer(raw, "<f4") for key, raw in self._database.execute(query, part)}
        return found

    def _store(self, keys: Sequence[bytes], vectors: Vectors) -> None:
        if self._database is not None:
            rows = [(key, vector.astype("<f4").tobytes()) for key, vector in zip(keys, vectors, strict=True)]
            with self._database:
                self._database.executemany("INSERT OR IGNORE INTO vectors VALUES (?, ?)", rows)


def _open(file: Path, encoder: Encoder) -> sqlite3.Connection:
    """One file per encoder, so that vectors of two encoders never meet."""
    key = hashlib.sha256(encoder.sha256.encode()).hexdigest()[:8]
    file.parent.mkdir(parents=True, exist_ok=True)
    database = sqlite3.connect(file.with_name(f"{file.name}-{key}.sqlite"), timeout=_PATIENCE)
    _write_ahead(database)
    database.execute("PRAGMA synchronous=NORMAL")
    database.execute("CREATE TABLE IF NOT EXISTS vectors (key BLOB PRIMARY KEY, vector BLOB NOT NULL) WITHOUT ROWID")
    return database


def _write_ahead(database: sqlite3.Connection) -> None:
    """Turn write-ahead logging on. Workers that load side by side all do; SQLite does not wait for a lock here."""
    deadline = time.monotonic() + _PATIENCE
    while True:
        try:
            database.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(0.05)
        else:
            return
