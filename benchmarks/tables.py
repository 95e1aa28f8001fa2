"""How many cells of tables are found with their row and their header, on typeset tables and on tables of reports.

    python benchmarks/tables.py [--labels tests/data/tables.jsonl --reports FOLDER] [--ocr] [--misses]

A cell is found when one table row of its page holds its label and reads `header: value` (or `header：value`).
"""

from __future__ import annotations

import argparse
import json
import re
import tempfile
from collections.abc import Sequence
from pathlib import Path

import typeset

from alignment import documents
from alignment.types import BlockKind, Page


def main() -> None:
    """Measure and print one line per table and the share of all cells."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--labels", type=Path)
    parser.add_argument("--reports", type=Path)
    parser.add_argument("--ocr", action="store_true")
    parser.add_argument("--misses", action="store_true", help="print every cell that was not found")
    options = parser.parse_args()
    counts = _typeset(misses=options.misses)
    if options.labels and options.reports:
        counts += _labelled(options.labels, options.reports, ocr=options.ocr, misses=options.misses)
    for kind in dict.fromkeys(kind for kind, _, _ in counts):
        hits = sum(found for name, found, _ in counts if name == kind)
        cells = sum(every for name, _, every in counts if name == kind)
        tables = sum(name == kind for name, _, _ in counts)
        print(f"{kind}: {hits} of {cells} cells ({hits / cells:.1%}) in {tables} tables")


def _typeset(*, misses: bool) -> list[tuple[str, int, int]]:
    counts = []
    with tempfile.TemporaryDirectory() as folder:
        for number, table in enumerate(typeset.tables()):
            page = documents.read(typeset.write(Path(folder) / f"{number}.pdf", table)).pages[table.page - 1]
            counts.append(("typeset", *_count(table.name, page, table.cells, misses=misses)))
    return counts


def _labelled(labels: Path, reports: Path, *, ocr: bool, misses: bool) -> list[tuple[str, int, int]]:
    lines = [json.loads(line) for line in labels.read_text(encoding="utf-8").splitlines()]
    pages = {name: documents.read(reports / name, ocr=ocr).pages for name in sorted({line["report"] for line in lines})}
    tables: dict[tuple[str, int, str], list[tuple[str, str, str]]] = {}
    for line in lines:
        key = (line["report"], line["page"], line["table"])
        tables.setdefault(key, []).append((line["label"], line["header"], line["value"]))
    return [
        ("reports", *_count(f"{name} p. {number}, {title}", pages[name][number - 1], cells, misses=misses))
        for (name, number, title), cells in sorted(tables.items())
    ]


def _count(name: str, page: Page, cells: Sequence[tuple[str, str, str]], *, misses: bool) -> tuple[int, int]:
    lost = [cell for cell in cells if not found(page, *cell)]
    print(f"  {name}: {len(cells) - len(lost)} of {len(cells)}")
    for cell in lost if misses else ():
        print(f"    not found: {' | '.join(cell)}")
    return len(cells) - len(lost), len(cells)


def found(page: Page, label: str, header: str, value: str) -> bool:
    """Whether one row of a table on the page has the label and gives the value under the header."""
    rows = [page.text[block.start : block.end] for block in page.blocks if block.kind is BlockKind.TABLE_ROW]
    stated = re.compile(rf"{re.escape(_even(header))}[:：]{re.escape(_even(value))}(?![\d,.])")
    return any(
        _even(label) in _even(row) and any(stated.match(_even(part)) for part in row.split("  ")) for row in rows
    )


def _even(text: str) -> str:
    return re.sub(r"\s+", "", text)


if __name__ == "__main__":
    main()
