"""What the thresholds of near-duplicates keep: `near_duplicate_thresholds.py GOLD.jsonl`, with rewritten doubles."""

from __future__ import annotations

import json
import random
import sys
from itertools import combinations
from pathlib import Path

import numpy as np

from alignment import encoders
from alignment.portfolio.near_duplicates import Rules, overlap
from alignment.text.languages import detect
from alignment.text.reading import prepared


def rewritten(text: str, other: str, share: float, chance: random.Random) -> str:
    """The text with a run of its characters or words replaced by the beginning of another text."""
    chinese = detect(text).is_chinese
    units, others = (list(text), list(other)) if chinese else (text.split(), other.split())
    count = max(1, int(len(units) * share))
    start = chance.randrange(max(1, len(units) - count))
    return ("" if chinese else " ").join([*units[:start], *others[:count], *units[start + count :]])


def main() -> None:
    """Print the figures."""
    lines = [json.loads(line) for line in Path(sys.argv[1]).read_text("utf-8").splitlines()]
    lines = [line for line in lines if line["labels"]]
    texts, rules, encoder = [line["text"] for line in lines], Rules(), encoders.load()
    vectors = encoder.encode([prepared(text) for text in texts])
    near = [
        pair for pair in combinations(range(len(texts)), 2) if vectors[pair[0]] @ vectors[pair[1]] >= rules.similarity
    ]
    kept = [pair for pair in near if overlap(texts[pair[0]], texts[pair[1]]) >= rules.overlap]
    print(
        f"{len(texts) * (len(texts) - 1) // 2} pairs of different passages: {len(near)} similar, {len(kept)} duplicates"
    )
    for one, other in kept:
        print(f"  {lines[one].get('source')} / {lines[other].get('source')}")
    pools = {chinese: [text for text in texts if detect(text).is_chinese is chinese] for chinese in (True, False)}
    chance = random.Random(0)  # noqa: S311  (made-up data, not secrets)
    for share in (0.05, 0.1, 0.2, 0.3):
        doubles = [rewritten(text, chance.choice(pools[detect(text).is_chinese]), share, chance) for text in texts]
        again = encoder.encode([prepared(text) for text in doubles])
        alike = np.einsum("ij,ij->i", vectors, again) >= rules.similarity
        words = [overlap(text, double) >= rules.overlap for text, double in zip(texts, doubles, strict=True)]
        print(f"{share:.0%} rewritten: {np.mean(alike & np.array(words)):.0%} are found")


if __name__ == "__main__":
    main()
