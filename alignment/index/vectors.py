"""Vectors -> an exact nearest-neighbour index that is a folder: FAISS vectors, ids, and a manifest that must agree."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from alignment.errors import DamagedError, StoreError
from alignment.resources import digest
from alignment.types import Hit, Vectors

FORMAT = "alignment/index/2"
_BLOCK = 1024
"""Queries at once: what they find is held in memory."""
_VECTORS, _IDS, _MANIFEST = "vectors.faiss", "ids.json", "manifest.json"
_FILE, _SEAL = "sha256:", "sha256"


class VectorIndex:
    """Knows ids and vectors, never texts; searches by cosine, exactly, with ties broken by id."""

    def __init__(self, ids: Sequence[str], index: Any, manifest: Mapping[str, str] | None = None) -> None:
        self.ids = tuple(ids)
        self.manifest = dict(manifest or {})
        self._index = index

    def __len__(self) -> int:
        return len(self.ids)

    @classmethod
    def build(cls, ids: Sequence[str], vectors: Vectors, manifest: Mapping[str, str] | None = None) -> VectorIndex:
        """An index of unit vectors, shape (len(ids), d).

        Raises:
            ValueError: ids and vectors differ in number, or an id appears twice.
        """
        import faiss

        if len(ids) != len(vectors):
            raise ValueError(f"{len(ids)} ids for {len(vectors)} vectors")
        if len(set(ids)) != len(ids):
            raise ValueError("an id appears twice")
        index = faiss.IndexFlatIP(vectors.shape[1])
        index.add(np.ascontiguousarray(vectors, dtype=np.float32))
        return cls(ids, index, manifest)

    @property
    def vectors(self) -> Vectors:
        """All vectors in the order of `ids`, shape (n, d)."""
        if not self.ids:
            return np.zeros((0, self._index.d), dtype=np.float32)
        vectors: Vectors = self._index.reconstruct_n(0, len(self.ids))
        return vectors

    def search(self, queries: Vectors, k: int) -> tuple[tuple[Hit, ...], ...]:
        """For each query the `k` nearest entries (fewer when there are fewer), most similar first, then by id."""
        if not self.ids or not len(queries):
            return tuple(() for _ in range(len(queries)))
        found, places = self._index.search(np.ascontiguousarray(queries, dtype=np.float32), min(k, len(self.ids)))
        return tuple(
            tuple(
                sorted(
                    (Hit(self.ids[place], float(value)) for value, place in zip(row, numbers, strict=True)),
                    key=lambda hit: (-hit.similarity, hit.id),
                )
            )
            for row, numbers in zip(found, places, strict=True)
        )

    def pairs(self, similarity: float) -> Iterator[tuple[int, int]]:
        """Places of every two entries that are at least this similar, the lesser first, each pair once."""
        vectors = self.vectors
        for start in range(0, len(self.ids), _BLOCK):
            # FAISS keeps what is above the radius; the nearest number below makes it "at least".
            radius = float(np.nextafter(np.float32(similarity), np.float32(-2)))
            limits, _, places = self._index.range_search(vectors[start : start + _BLOCK], radius)
            for row in range(len(limits) - 1):
                for place in sorted(places[limits[row] : limits[row + 1]]):
                    if place > start + row:
                        yield start + row, int(place)

    def save(self, folder: Path, also: Mapping[str, bytes] | None = None) -> None:
        """Write the folder in one step, with further files of its owner: all of it is there afterwards or none."""
        import faiss

        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent) as temporary:
            target = Path(temporary) / "index"
            target.mkdir()
            files = {
                _VECTORS: faiss.serialize_index(self._index).tobytes(),
                _IDS: json.dumps(self.ids, ensure_ascii=False).encode(),
                **(also or {}),
            }
            for name, content in files.items():
                (target / name).write_bytes(content)
            manifest = {
                **self.manifest,
                "format": FORMAT,
                "count": str(len(self.ids)),
                "dimension": str(self._index.d),
                **{f"{_FILE}{name}": hashlib.sha256(content).hexdigest() for name, content in files.items()},
            }
            text = json.dumps({**manifest, _SEAL: seal(manifest)}, ensure_ascii=False, indent=1, sort_keys=True)
            (target / _MANIFEST).write_text(text + "\n", encoding="utf-8")
            if folder.exists():
                old = Path(temporary) / "old"
                folder.rename(old)
            target.rename(folder)

    @classmethod
    def load(cls, folder: Path, *, expect: Mapping[str, str] | None = None) -> VectorIndex:
        """Open an index folder.

        Raises:
            StoreError: a field of the manifest is not as expected.
            DamagedError: files are missing (all are named), or are not as they were written.
        """
        import faiss

        missing = [name for name in (_MANIFEST, _VECTORS, _IDS) if not (folder / name).is_file()]
        if missing:
            raise DamagedError(f"the index {folder.name} lacks {', '.join(missing)}", hint="build it again")
        manifest = read_manifest(folder)
        for field, value in {"format": FORMAT, **(expect or {})}.items():
            if manifest.get(field) != value:
                raise StoreError(
                    f"the index {folder.name} does not fit: its {field} is {manifest.get(field)!r}, not {value!r}",
                    hint="build it again with the plan, encoder and version in use",
                )
        for field, value in manifest.items():
            if field.startswith(_FILE):
                file = folder / field.removeprefix(_FILE)
                if not file.is_file() or digest(file) != value:
                    raise DamagedError(
                        f"the index {folder.name} is damaged: {file.name} is missing or has changed",
                        hint="build it again",
                    )
        ids = json.loads((folder / _IDS).read_text("utf-8"))
        raw = np.frombuffer((folder / _VECTORS).read_bytes(), dtype=np.uint8)
        return cls(ids, faiss.deserialize_index(raw), manifest)


def read_manifest(folder: Path) -> dict[str, str]:
    """The manifest of an index folder.

    Raises:
        StoreError: there is none.
        DamagedError: it is not as it was written.
    """
    try:
        manifest = json.loads((folder / _MANIFEST).read_text("utf-8"))
    except OSError as error:
        raise StoreError(f"{folder} is not an index", hint="give a folder that `alignment index build` made") from error
    except ValueError as error:
        raise DamagedError(f"the manifest of {folder} is damaged", hint="build the index again") from error
    # Indexes of the first format have no seal; that they do not fit is said by their format.
    sealed = isinstance(manifest, dict) and (_SEAL in manifest or manifest.get("format") == FORMAT)
    if not isinstance(manifest, dict) or (sealed and manifest.get(_SEAL) != seal(manifest)):
        raise DamagedError(f"the manifest of {folder} is damaged", hint="build the index again")
    return manifest


def seal(manifest: Mapping[str, str]) -> str:
    """SHA-256 of all other fields of a manifest, so that a changed field is known from one that never fitted."""
    rest = {field: value for field, value in manifest.items() if field != _SEAL}
    return hashlib.sha256(json.dumps(rest, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
