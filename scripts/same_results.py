"""Two folders of results of the same reports -> what differs in them.

    alignment check REPORT... --out before/checked              in the state before
    alignment screen FOLDER --out before/screened --no-cache
    python scripts/same_results.py before after                 once both are there

Prints every difference in JSON and HTML that is not the program's version, and exits with 1 where there is one.
Fields that were renamed on purpose are given as `--renamed old=new`.
"""

from __future__ import annotations

import argparse
import difflib
import json
import sys
from collections.abc import Iterator
from pathlib import Path

KINDS = (".json", ".jsonl", ".html", ".csv")
SHOWN = 20  # differences printed for a file; more say nothing new


def differences(before: object, after: object, renamed: dict[str, str], at: str = "") -> Iterator[str]:
    """Every place where two JSON values differ; a renamed field counts as the one it was."""
    if isinstance(before, dict) and isinstance(after, dict):
        known = {renamed.get(key, key): value for key, value in before.items()}
        for key in {**known, **after}:
            if key == "version":
                continue
            if key not in known or key not in after:
                yield f"{at}/{key}: only {'before' if key in known else 'after'}"
            else:
                yield from differences(known[key], after[key], renamed, f"{at}/{key}")
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for number, (one, other) in enumerate(zip(before, after, strict=True)):
            yield from differences(one, other, renamed, f"{at}/{number}")
    elif before != after:
        yield f"{at}: {before!r:.120} -> {after!r:.120}"


def compared(before: Path, after: Path, renamed: dict[str, str]) -> Iterator[str]:
    """Every difference between two files of results: by field for JSON, by line for anything else."""
    texts = [path.read_text(encoding="utf-8", errors="replace") for path in (before, after)]
    if before.suffix == ".json":
        yield from differences(json.loads(texts[0]), json.loads(texts[1]), renamed)
    else:
        lines = [text.splitlines() for text in texts]
        yield from (
            line[:200]
            for line in difflib.unified_diff(lines[0], lines[1], lineterm="", n=0)
            if not line.startswith(("---", "+++"))
        )


def compare(before: Path, after: Path, renamed: dict[str, str]) -> int:
    """Print what differs between two folders of results; the exit code."""
    wrong = 0
    for name in sorted({path.relative_to(folder) for folder in (before, after) for path in results(folder)}):
        pair = before / name, after / name
        found = list(compared(*pair, renamed)) if all(path.exists() for path in pair) else ["is in one folder only"]
        wrong += len(found)
        for line in found[:SHOWN]:
            print(f"{name}: {line}")
        print(f"{name}: {len(found)} differences")
    return 1 if wrong else 0


def results(folder: Path) -> Iterator[Path]:
    """The results below a folder, without what is said of the run itself (when, how long)."""
    return (path for path in folder.rglob("*") if path.suffix in KINDS and not path.name.endswith(".run.json"))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("before", type=Path)
    parser.add_argument("after", type=Path)
    parser.add_argument("--renamed", action="append", default=[], metavar="OLD=NEW")
    given = parser.parse_args()
    return compare(given.before, given.after, dict(pair.split("=", 1) for pair in given.renamed))


if __name__ == "__main__":
    sys.exit(main())
