"""What mapping costs beside encoding, on the same passages in one run: `python benchmarks/mapping.py REPORT...`."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import numpy as np

from alignment import documents, passages
from alignment.mapping.evidence import encoder_input
from alignment.pipeline import Pipeline
from alignment.text.reading import prepared

ROUNDS = 3


def main(paths: list[Path]) -> None:
    """Print, for each report and for all, seconds of encoding and of mapping, and their ratio; the best of rounds."""
    pipeline = Pipeline.open()
    found = [passages.split(documents.read(path)) for path in paths]
    texts = [[prepared(encoder_input(passage)) for passage in each] for each in found]
    pipeline.mapper.map(found[0], vectors=pipeline.encoder.encode(texts[0]))  # everything is loaded before it is timed
    encoding, mapping = np.full(len(paths), np.inf), np.full(len(paths), np.inf)
    for _ in range(ROUNDS):
        for number, (each, text) in enumerate(zip(found, texts, strict=True)):
            began = time.perf_counter()
            vectors = pipeline.encoder.encode(text)
            encoded = time.perf_counter()
            pipeline.mapper.map(each, vectors=vectors)
            mapped = time.perf_counter()
            encoding[number] = min(encoding[number], encoded - began)
            mapping[number] = min(mapping[number], mapped - encoded)
    print(f"{'report':44} passages  encoding  mapping  ratio")
    rows = [*zip((path.name for path in paths), map(len, found), encoding, mapping, strict=True)]
    for name, count, encode, map_ in [*rows, ("all", sum(map(len, found)), encoding.sum(), mapping.sum())]:
        print(f"{name[:44]:44} {count:8} {encode:8.2f}s {map_:7.2f}s {map_ / encode:6.1%}")


if __name__ == "__main__":
    main([Path(argument) for argument in sys.argv[1:]])
