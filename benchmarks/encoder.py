"""How fast and how faithful the default encoder is, beside sentence-transformers fp32 on the same passages.

    python benchmarks/encoder.py REPORT... [--rounds 3]

Both run in this process with the same number of threads, in turns, so that noise of the machine hits both alike.
Prints passages a second, the ratio of the best rounds, and the cosine between the two encoders' vectors.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from alignment import documents, encoders, passages
from alignment.encoders import Encoder
from alignment.text.reading import prepared


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("reports", nargs="+", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    texts = [prepared(each.text) for path in options.reports for each in passages.split(documents.read(path))]
    print(f"{len(texts)} passages, {sum(map(len, texts)) / len(texts):.0f} characters on average")
    fast, reference = encoders.load(), encoders.load(encoders.DEFAULT + encoders.TORCH_SUFFIX)
    seconds: dict[str, list[float]] = {"alignment": [], "sentence-transformers fp32": []}
    for _ in range(options.rounds):
        seconds["alignment"].append(_time(fast, texts))
        seconds["sentence-transformers fp32"].append(_time(reference, texts))
    for name, rounds in seconds.items():
        print(f"{name}: {len(texts) / min(rounds):.0f} passages/s (best of {len(rounds)})")
    print(f"ratio: {min(seconds['sentence-transformers fp32']) / min(seconds['alignment']):.2f}")
    cosines = np.sum(fast.encode(texts) * reference.encode(texts), axis=1)
    print(f"cosine: mean {cosines.mean():.4f}, least {cosines.min():.4f}")


def _time(encoder: Encoder, texts: Sequence[str]) -> float:
    begun = time.perf_counter()
    encoder.encode(texts)
    return time.perf_counter() - begun


if __name__ == "__main__":
    main()
