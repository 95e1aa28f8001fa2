"""Texts -> vectors through a cache on disk: a text that was encoded once, by whatever process, is not encoded again.

`check` and `index build` share one file in the user's cache (`ALIGNMENT_CACHE` names another folder); the workers of
a `screen` run share one in its `cache/`, and none with `--no-cache`. A file holds digests and vectors, no texts:
about 1.6 kB for each distinct text with the default encoder. It may be deleted at any time.
"""

from __future__ import annotations

import errno
import hashlib
import os
import sqlite3
import threading
import time
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from alignment import resources
from alignment.encoders import Encoder, Kind
from alignment.errors import StoreError
from alignment.progress import Progress
from alignment.types import Vectors

FORMAT = "alignment/vectors/1"
"""Raised when keys or what is kept under them change their meaning, so that older entries are not found."""
_PATIENCE = 60.0
"""Seconds to wait while another process writes."""
_CHECK = 4
"""Bytes of the checksum before each vector."""
_AT_ONCE = 500
"""Keys in one query; SQLite of old systems takes 999 at most."""


def users_file() -> Path:
    """Where the vectors of `check` and `index build` are kept."""
    return resources.cache("vectors", "vectors.sqlite")


class CachedEncoder:
    """An `Encoder` behind a cache; each distinct text goes to the encoder once.

    What is kept is found by a digest of the encoder's name and sha256 (the default encoder's changes with its
    weights, its adapter and its `FORMAT`), of the kind and of the text: encoders may share a file.
    """

    def __init__(self, encoder: Encoder, file: Path | None) -> None:
        """`file` is made where it does not exist; None keeps nothing beyond the call.

        Raises:
            StoreError: the file cannot be used.
        """
        self.encoder = encoder
        self._file = file
        # One connection for all threads: SQLite would refuse a second thread, and the lock is held for moments.
        self._lock = threading.Lock()
        self._database = self._opened(file) if file is not None else None
        self.encoded = 0
        """How many texts went to the encoder."""

    @property
    def name(self) -> str:
        """The encoder's."""
        return self.encoder.name

    @property
    def sha256(self) -> str:
        """The encoder's."""
        return self.encoder.sha256

    @property
    def dimension(self) -> int:
        """The encoder's."""
        return self.encoder.dimension

    def encode(self, texts: Sequence[str], *, kind: Kind = "passage", progress: Progress | None = None) -> Vectors:
        """Vectors in the order of the texts, shape (n, dimension); bit for bit those of the encoder.

        Progress is of the texts that are not known yet.

        Raises:
            StoreError: the cache cannot be read or written.
            OSError: the disk is full.
        """
        if not len(texts):
            return np.zeros((0, self.dimension), np.float32)
        keys = [self._key(text, kind) for text in texts]
        known = self._stored(list(dict.fromkeys(keys)))
        missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
        if missing:
            new = self.encoder.encode(list(missing.values()), kind=kind, progress=progress)
            self.encoded += len(missing)
            known |= dict(zip(missing, new, strict=True))
            self._store(list(missing), new)
        return np.stack([known[key] for key in keys])

    def _key(self, text: str, kind: Kind) -> bytes:
        parts = (FORMAT, self.name, self.sha256, kind, text)
        return hashlib.sha256("\0".join(parts).encode()).digest()

    def _stored(self, keys: list[bytes]) -> dict[bytes, Vectors]:
        found: dict[bytes, Vectors] = {}
        if self._database is None:
            return found
        with self._lock, self._clear_errors():
            for start in range(0, len(keys), _AT_ONCE):
                part = keys[start : start + _AT_ONCE]
                marks = ",".join("?" * len(part))
                query = f"SELECT key, vector FROM vectors WHERE key IN ({marks})"  # noqa: S608  (question marks only)
                for key, raw in self._database.execute(query, part):
                    # One that was damaged on disk counts as unknown, and is replaced.
                    if zlib.crc32(raw[_CHECK:]).to_bytes(_CHECK, "little") == raw[:_CHECK]:
                        found[key] = np.frombuffer(raw, "<f4", offset=_CHECK)
        return found

    def _store(self, keys: Sequence[bytes], vectors: Vectors) -> None:
        if self._database is None:
            return
        raw = [vector.astype("<f4").tobytes() for vector in vectors]
        rows = [(key, zlib.crc32(each).to_bytes(_CHECK, "little") + each) for key, each in zip(keys, raw, strict=True)]
        with self._lock, self._clear_errors(), self._database:
            self._database.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?)", rows)

    def _opened(self, file: Path) -> sqlite3.Connection:
        file.parent.mkdir(parents=True, exist_ok=True)
        with self._clear_errors():
            database = sqlite3.connect(file, timeout=_PATIENCE, check_same_thread=False)
            _write_ahead(database)
            database.execute("PRAGMA synchronous=NORMAL")
            database.execute(
                "CREATE TABLE IF NOT EXISTS vectors (key BLOB PRIMARY KEY, vector BLOB NOT NULL) WITHOUT ROWID"
            )
        return database

    @contextmanager
    def _clear_errors(self) -> Iterator[None]:
        """What SQLite raises, as what it means for the user."""
        try:
            yield
        except sqlite3.Error as error:
            if getattr(error, "sqlite_errorname", "").startswith("SQLITE_FULL"):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(self._file)) from error
            raise StoreError(f"the cache of vectors cannot be used ({error})", hint=f"delete {self._file}*") from error


def _write_ahead(database: sqlite3.Connection) -> None:
    """Turn write-ahead logging on. Processes that load side by side all do; SQLite does not wait for a lock here."""
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
