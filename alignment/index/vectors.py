"""Vectors -> an exact nearest-neighbour index that is a folder: FAISS vectors, ids, and a manifest that must agree."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from alignment.errors import StoreError
from alignment.types import Hit, Vectors

FORMAT = "alignment/index/1"
_BLOCK = 1024
"""Queries at once: what they find is held in memory."""
_VECTORS, _IDS, _MANIFEST = "vectors.faiss", "ids.json", "manifest.json"


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

    def save(self, folder: Path) -> None:
        """Write the folder in one step: either all of it is there afterwards or nothing has changed."""
        import faiss

        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent) as temporary:
            target = Path(temporary) / "index"
            target.mkdir()
            (target / _VECTORS).write_bytes(faiss.serialize_index(self._index).tobytes())
            (target / _IDS).write_text(json.dumps(self.ids, ensure_ascii=False), encoding="utf-8")
            manifest = {
                **self.manifest,
                "format": FORMAT,
                "count": str(len(self.ids)),
                "dimension": str(self._index.d),
                **{f"sha256:{name}": _digest(target / name) for name in (_VECTORS, _IDS)},
            }
            text = json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True)
            (target / _MANIFEST).write_text(text + "\n", encoding="utf-8")
            if folder.exists():
                old = Path(temporary) / "old"
                folder.rename(old)
            target.rename(folder)

    @classmethod
    def load(cls, folder: Path, *, expect: Mapping[str, str] | None = None) -> VectorIndex:
        """Open an index folder.

        Raises:
            StoreError: files are missing (all are named), damaged, or a field of the manifest is not as expected.
        """
        import faiss

        missing = [name for name in (_MANIFEST, _VECTORS, _IDS) if not (folder / name).is_file()]
        if missing:
            raise StoreError(f"the index {folder.name} lacks {', '.join(missing)}", hint="build it again")
        manifest = read_manifest(folder)
        for field, value in {"format": FORMAT, **(expect or {})}.items():
            if manifest.get(field) != value:
                raise StoreError(
                    f"the index {folder.name} does not fit: its {field} is {manifest.get(field)!r}, not {value!r}",
                    hint="build it again with the plan, encoder and version in use",
                )
        for name in (_VECTORS, _IDS):
            if manifest.get(f"sha256:{name}") != _digest(folder / name):
                raise StoreError(f"the index {folder.name} is damaged: {name} has changed", hint="build it again")
        ids = json.loads((folder / _IDS).read_text("utf-8"))
        raw = np.frombuffer((folder / _VECTORS).read_bytes(), dtype=np.uint8)
        return cls(ids, faiss.deserialize_index(raw), manifest)


def read_manifest(folder: Path) -> dict[str, str]:
    """The manifest of an index folder.

    Raises:
        StoreError: there is none or it is not a JSON object.
    """
    try:
        manifest = json.loads((folder / _MANIFEST).read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise StoreError(f"{folder} is not an index", hint="give a folder that `alignment index build` made") from error
    if not isinstance(manifest, dict):
        raise StoreError(f"the manifest of {folder} is damaged", hint="build the index again")
    return manifest


def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def remove(folder: Path) -> None:
    """Delete an index folder if it is one."""
    if (folder / _MANIFEST).is_file():
        shutil.rmtree(folder, ignore_errors=os.name == "nt")
