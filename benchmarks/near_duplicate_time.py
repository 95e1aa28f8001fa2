"""How long near-duplicates take: `near_duplicate_time.py [FILINGS] [PASSAGES]` (default 2000 and 40)."""

from __future__ import annotations

import random
import sys
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

import portfolios

from alignment import frameworks
from alignment.portfolio.near_duplicates import Claim, find
from alignment.portfolio.records import Place
from alignment.types import Substance

DIMENSION = 384
COPIED = 500


def main() -> None:
    """Print the figures: made-up passages with random vectors, some of them taken over by another company."""
    filings, each = (int(value) for value in (sys.argv[1:3] if len(sys.argv) > 2 else ("2000", "40")))
    chance, numbers = random.Random(0), np.random.default_rng(0)  # noqa: S311  (made-up data, not secrets)
    screened = portfolios.filings(frameworks.load(), filings, hostile=False)
    letters = [chr(code) for code in range(0x4E00, 0x5E00)]
    texts = ["".join(chance.choices(letters, k=90)) for _ in range(filings * each)]
    vectors = numbers.normal(size=(len(texts), DIMENSION)).astype(np.float32)
    for copied in range(COPIED):
        texts[-1 - copied], vectors[-1 - copied] = texts[copied][:80] + texts[copied][:10], vectors[copied]
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    claims = [
        Claim(Place(screened[number // each].filing.path, number % each + 1, text), "P5", Substance.ACTION)
        for number, text in enumerate(texts)
    ]
    started = time.perf_counter()
    found = find(screened, claims, vectors)
    took = time.perf_counter() - started
    print(f"{filings} filings, {len(claims)} passages: {len(found.near_duplicates)} of {COPIED} found in {took:.1f} s")


if __name__ == "__main__":
    main()
