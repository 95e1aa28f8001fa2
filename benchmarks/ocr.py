"""How many characters of scanned pages are wrong: pages of known text as pictures of 200 dots per inch, read again.

    python benchmarks/ocr.py REPORT... [--pages 4] [--dpi 200]

The truth is the text layer of the same page; pages with pictures are passed over, because text in a picture is not in
that layer. White space and dot leaders are left out. Every language is summed up on its own, and the cache is empty.
"""

from __future__ import annotations

import argparse
import os
import re
import tempfile
import time
from collections import defaultdict
from pathlib import Path

import numpy as np
import pypdfium2 as pdfium

from alignment import documents
from alignment.documents.pdfium.segments import pictures_as_displayed
from alignment.text import languages

LEAST = 200
"""Characters of a page that counts."""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("reports", nargs="+", type=Path)
    parser.add_argument("--pages", type=int, default=4, help="pages of each report")
    parser.add_argument("--dpi", type=int, default=200)
    options = parser.parse_args()
    counts: dict[str, list[tuple[float, int]]] = defaultdict(list)
    seconds = pages = 0.0
    with tempfile.TemporaryDirectory() as folder:
        os.environ["ALIGNMENT_CACHE"] = folder
        for path in options.reports:
            texts = {
                page.number: page.text
                for page in documents.read(path).pages
                if len(page.text) >= LEAST and not _has_pictures(path, page.number)
            }
            for number in list(texts)[: options.pages]:
                begun = time.process_time()
                read = documents.read(_scan(path, number, options.dpi, Path(folder) / "scan.pdf"), ocr=True).pages[0]
                seconds, pages = seconds + time.process_time() - begun, pages + 1
                rate = error_rate(texts[number], read.text)
                counts[languages.detect(texts[number]).value].append((rate, len(squeezed(texts[number]))))
                print(f"{path.name} p. {number}: {rate:.2%} of characters wrong, confidence {read.confidence}")
    for language, found in sorted(counts.items()):
        total = sum(length for _, length in found)
        print(f"{language}: {sum(rate * length for rate, length in found) / total:.2%} of {total:,} characters")
    print(f"{seconds / pages:.1f} processor seconds a page")


def _has_pictures(path: Path, number: int) -> bool:
    with pdfium.PdfDocument(path) as pdf:
        return bool(pictures_as_displayed(pdf[number - 1]).boxes)


def _scan(path: Path, number: int, dpi: int, target: Path) -> Path:
    with pdfium.PdfDocument(path) as pdf:
        picture = pdf[number - 1].render(scale=dpi / 72).to_pil().convert("L")
    picture.save(target, "PDF", resolution=dpi)
    return target


def squeezed(text: str) -> str:
    """Without white space and dot leaders."""
    return re.sub(r"[.…·]{2,}", "", "".join(text.split()))


def error_rate(truth: str, read: str) -> float:
    """Edit distance of the two texts without white space, as a share of the truth's length."""
    first, second = squeezed(truth), np.array([ord(character) for character in squeezed(read)])
    steps = np.arange(len(second) + 1)
    row = steps.copy()
    for character in first:
        changed = row[:-1] + (second != ord(character))
        row = np.concatenate(([row[0] + 1], np.minimum(changed, row[1:] + 1)))
        row = np.minimum.accumulate(row - steps) + steps
    return int(row[-1]) / max(1, len(first))


if __name__ == "__main__":
    main()
