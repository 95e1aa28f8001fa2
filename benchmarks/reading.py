"""How fast PDFs are read with their structure, beside the bare text extraction of pypdfium2 on the same files.

    python benchmarks/reading.py REPORT... [--rounds 3]

Both run in this process in turns. Seconds are those that the processor spent on this process, so that other work on
the machine counts little; pages a second are those of the best round. The ratio is what order, headings, tables and
page health cost over the bare text. Scanned and blank pages cost next to nothing, so `text/s` counts the others alone,
over the same seconds.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import pypdfium2 as pdfium

from alignment import documents


def main() -> None:
    """Measure and print one row per report and one for all of them."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("reports", nargs="+", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    print(f"{'report':<44}{'pages':>6}{'text':>6}{'structure/s':>13}{'text/s':>8}{'bare/s':>9}{'ratio':>7}")
    totals = [0.0, 0.0, 0.0, 0.0]
    for path in options.reports:
        measured = _measure(path, options.rounds)
        totals = [before + now for before, now in zip(totals, measured, strict=True)]
        _print(path.name, *measured)
    _print("all", *totals)


def _measure(path: Path, rounds: int) -> tuple[float, float, float, float]:
    """Pages, those of them with text, and the seconds for structure and for bare text."""
    structured, bare = [], []
    pages = texts = 0
    for _ in range(rounds):
        begun = time.process_time()
        document = documents.read(path)
        texts = sum(page.readable for page in document.pages)
        structured.append(time.process_time() - begun)
        begun = time.process_time()
        pages = _bare(path)
        bare.append(time.process_time() - begun)
    return pages, texts, min(structured), min(bare)


def _bare(path: Path) -> int:
    with pdfium.PdfDocument(path) as pdf:
        for page in pdf:
            page.get_textpage().get_text_range()
        return len(pdf)


def _print(name: str, pages: float, texts: float, structured: float, bare: float) -> None:
    rates = f"{pages / structured:>13.0f}{texts / structured:>8.0f}{pages / bare:>9.0f}"
    print(f"{name[:43]:<44}{pages:>6.0f}{texts:>6.0f}{rates}{structured / bare:>7.2f}")


if __name__ == "__main__":
    main()
