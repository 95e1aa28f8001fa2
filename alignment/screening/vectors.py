"""Texts -> vectors, each distinct text encoded once however many filings repeat it, kept in one SQLite file."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from alignment.encoders import Encoder
from alignment.types import Vectors

_AT_ONCE = 500
"""Keys in one question to SQLite, below its limit on variables."""


class VectorCache:
    """An encoder that remembers; processes may share a file. Without a path it remembers nothing after a call."""

    def __init__(self, encoder: Encoder, path: Path | None = None) -> None:
        self.encoder = encoder
        self.encoded = 0
        """Texts that had to be encoded so far."""
        self._store = _open(path) if path else None
        self._salt = encoder.sha256.encode()

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Encode texts in their order, shape (n, d); the same as the encoder's own, to the bit."""
        keys = [hashlib.blake2b(text.encode(), digest_size=16, key=self._salt[:64]).digest() for text in texts]
        known = self._load(sorted(set(keys)))
        missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
        if missing:
            fresh = self.encoder.encode(list(missing.values()))
            self.encoded += len(missing)
            self._save([(key, vector.tobytes()) for key, vector in zip(missing, fresh, strict=True)])
            known |= dict(zip(missing, fresh, strict=True))
        if not keys:
            return np.zeros((0, self.encoder.dimension), np.float32)
        return np.stack([known[key] for key in keys])

    def _load(self, keys: Sequence[bytes]) -> dict[bytes, Vectors]:
        found: dict[bytes, Vectors] = {}
        if self._store is None:
            return found
        for at in range(0, len(keys), _AT_ONCE):
            some = keys[at : at + _AT_ONCE]
            marks = ",".join("?" * len(some))
            rows = self._store.execute(f"SELECT key, vector FROM vectors WHERE key IN ({marks})", some)  # noqa: S608
            found |= {key: np.frombuffer(vector, np.float32) for key, vector in rows}
        return found

    def _save(self, rows: Sequence[tuple[bytes, bytes]]) -> None:
        if self._store is not None:
            with self._store:
                self._store.executemany("INSERT OR IGNORE INTO vectors VALUES (?, ?)", rows)


def _open(path: Path) -> sqlite3.Connection:
    path.parent.mkdir(parents=True, exist_ok=True)
    store = sqlite3.connect(path, timeout=60)
    store.execute("PRAGMA journal_mode=WAL")
    store.execute("PRAGMA synchronous=NORMAL")
    store.execute("CREATE TABLE IF NOT EXISTS vectors (key BLOB PRIMARY KEY, vector BLOB NOT NULL) WITHOUT ROWID")
    return store
