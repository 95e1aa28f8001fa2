"""How many cells of tables are found with their row and their header, on typeset tables and on tables of reports.

    python benchmarks/tables.py [--labels tests/data/tables.jsonl --reports FOLDER] [--ocr] [--again] [--misses]

A cell is found when one table row of its page holds its label and reads `header: value` (or `header：value`).
With `--again` each labelled page is also read turned, on a spread beside itself, and as a picture of 200 dots per inch.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import typeset
from pypdf import PdfReader, PdfWriter

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

import variants

from alignment import documents
from alignment.types import BlockKind, Page


def main() -> None:
    """Measure and print one line per table and the share of all cells."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--labels", type=Path)
    parser.add_argument("--reports", type=Path)
    parser.add_argument("--ocr", action="store_true")
    parser.add_argument("--again", action="store_true", help="read the pages of the reports in other forms too")
    parser.add_argument("--misses", action="store_true", help="print every cell that was not found")
    options = parser.parse_args()
    counts = _typeset(misses=options.misses)
    if options.labels and options.reports:
        forms = FORMS if options.again else {"as published": FORMS["as published"]}
        counts += _labelled(options.labels, options.reports, forms, ocr=options.ocr, misses=options.misses)
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


def _labelled(
    labels: Path, reports: Path, forms: dict[str, Form], *, ocr: bool, misses: bool
) -> Iterator[tuple[str, int, int]]:
    tables: dict[tuple[str, int], dict[str, list[tuple[str, str, str]]]] = {}
    for line in map(json.loads, labels.read_text(encoding="utf-8").splitlines()):
        page = tables.setdefault((line["report"], line["page"]), {})
        page.setdefault(line["table"], []).append((line["label"], line["header"], line["value"]))
    with tempfile.TemporaryDirectory() as folder:
        alone, formed = Path(folder) / "alone.pdf", Path(folder) / "formed.pdf"
        for form, write in forms.items():
            for (name, number), found_there in sorted(tables.items()):
                variants.some_pages(reports / name, alone, first=number, last=number)
                read = documents.read(write(alone, formed), ocr=ocr).pages[0]
                for title, cells in sorted(found_there.items()):
                    counted = _count(f"{name} p. {number}, {title}, {form}", read, cells, misses=misses)
                    yield f"reports, {form}", *counted


def _turned(source: Path, path: Path) -> Path:
    writer = PdfWriter(clone_from=PdfReader(source))
    writer.pages[0].rotate(90)
    writer.write(path)
    return path


def _twice_on_a_spread(source: Path, path: Path) -> Path:
    twice = path.with_suffix(".twice.pdf")
    writer = PdfWriter()
    for _ in range(2):
        writer.append(source)
    writer.write(twice)
    return variants.spread(twice, path)


Form = Callable[[Path, Path], Path]
FORMS: dict[str, Form] = {
    "as published": lambda source, _: source,
    "turned": _turned,
    "on a spread": _twice_on_a_spread,
    "as a picture": variants.scanned,
}


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
