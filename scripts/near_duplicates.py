"""Print how like the labelled passages the training passages are: `python scripts/near_duplicates.py GOLD.jsonl`."""

from __future__ import annotations

import sys
from pathlib import Path

from alignment import encoders, frameworks
from alignment.encoders import packed
from alignment.evaluation import labelled, leakage
from alignment.mapping import signals
from alignment.text import reading


def main(gold: Path) -> int:
    """Print both measures and the closest pairs; 1 where a pair shares whole clauses."""
    framework, passages = frameworks.load(), labelled.read(gold)
    words = leakage.by_words(framework, passages)
    untuned = encoders.load(str(packed.export_folder(adapted=False)))
    own = untuned.encode([reading.prepared(one.text) for one in signals.training_passages(framework)])
    meaning = leakage.by_meaning(
        framework, passages, own, untuned.encode([reading.prepared(passage.text) for passage in passages])
    )
    for name, pairs in (("words (TF-IDF of character n-grams)", words), ("meaning (cosine, untuned)", meaning)):
        median, high, most = leakage.spread(pairs)
        print(f"{name}: median {median:.2f}, 99th percentile {high:.2f}, maximum {most:.2f}, of {len(pairs)}")
        for pair in pairs[:5]:
            print(f"  {pair.similarity:.2f}  {pair.training}  {pair.labelled}")
    return int(words[0].similarity > leakage.NEAR_DUPLICATE)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
