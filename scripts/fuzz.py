"""Damaged files of every format -> a table: each is read or refused in one sentence, none breaks its reader."""

from __future__ import annotations

import argparse
import copy
import io
import random
import sys
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import docx
import openpyxl
import pptx
from lxml import etree
from reportlab.pdfgen.canvas import Canvas

from alignment import resources
from alignment.documents.isolated import Reader
from alignment.errors import AlignmentError, WorkerError

SECONDS = 20.0
MEGABYTES = 2_000.0
_SHARES = {"pdf": 40, "docx": 20, "html": 20, "xlsx": 10, "pptx": 5, "epub": 5}
"""Parts in a hundred."""
_TOKENS = {
    "pdf": (b"/Kids", b"/Count", b"/Length", b"/Parent", b"endobj", b"stream", b"xref", b"trailer", b"/Filter", b"0 R",
            b"<<", b">>", b"/MediaBox", b"/Type", b"/Contents", b"-1", b"4294967296", b"/FlateDecode"),
    "html": (b"<table>", b"</td>", b"<div>", b"<!--", b"]]>", b"&#0;", b"&#x110000;", b"<style>", b"\xff\xfe", b"<svg>",
             b"<plaintext>", b"<p hidden>", b"</body>", b"<base href=x>", b"\x00", b"<![CDATA[", b"<tr><tr>"),
    "xml": (b"<", b"/>", b"&", b"<!DOCTYPE x>", b"<w:tbl>", b"</w:p>", b"<row r='9999999'>", b"<c t='s'>", b"<v>-1</v>",
            b"r='XFD1048576'", b"<a:p>", b"\x00", b"99999999999999999999", b"<w:tc>", b"xmlns:w='x'"),
}  # fmt: skip
_VALUES = (
    "",
    "-1",
    "0",
    "9" * 20,
    "NaN",
    "x" * 5000,
    "rId999",
    "XFD1048576",
    "../../etc/passwd",
    "\u202e",
    "1e308",
    "true",
)


def seeds() -> dict[str, list[bytes]]:
    """Whole files of every format, to be damaged: the samples, and some made here."""
    samples = resources.shipped("corpus", "samples")
    files = {
        "pdf": [(samples / name).read_bytes() for name in ("northlight-batteries.pdf", "qingyun-steel.pdf")],
        "docx": [(samples / "northlight-batteries.docx").read_bytes()],
    }
    lines = (samples / "qingyun-steel.md").read_text(encoding="utf-8").splitlines()[:60]
    files["pdf"].append(_plain_pdf())
    files["docx"].append(_word(lines))
    files["html"] = [_html(lines).encode(), _html(lines).encode("gb18030", "replace")]
    files["xlsx"], files["pptx"], files["epub"] = [_workbook(lines)], [_deck(lines)], [_book(lines)]
    return files


def _plain_pdf() -> bytes:
    """Not compressed, so that damage reaches what is inside."""
    out = io.BytesIO()
    canvas = Canvas(out, pageCompression=0, invariant=1)
    for page in range(4):
        for line in range(20):
            canvas.drawString(72, 760 - 30 * line, f"Page {page}, line {line}: waste water is reused.")
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def _word(lines: list[str]) -> bytes:
    out, file = io.BytesIO(), docx.Document()
    for line in lines:
        file.add_paragraph(line)
    table = file.add_table(4, 3)
    for number, cell in enumerate(cell for row in table.rows for cell in row.cells):
        cell.text = str(number)
    file.save(out)
    return out.getvalue()


def _html(lines: list[str]) -> str:
    body = "".join(f"<h2>{line}</h2><ul><li>{line}</ul><table><tr><td>{line}<td>1</table>" for line in lines)
    return f"<!doctype html><html><head><title>Report</title></head><body>{body}</body></html>"


def _workbook(lines: list[str]) -> bytes:
    out, book = io.BytesIO(), openpyxl.Workbook()
    book.active.append(["Indicator", "Unit", 2022, 2023])
    for number, line in enumerate(lines):
        book.active.append([line, "t", number, 2.5 * number])
    book.save(out)
    return out.getvalue()


def _deck(lines: list[str]) -> bytes:
    out, deck = io.BytesIO(), pptx.Presentation()
    for line in lines[:10]:
        slide = deck.slides.add_slide(deck.slide_layouts[1])
        slide.shapes.title.text, slide.placeholders[1].text = line, f"{line}\n{line}"
    deck.save(out)
    return out.getvalue()


def _book(lines: list[str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        rootfile = "<container><rootfiles><rootfile full-path='b.opf'/></rootfiles></container>"
        archive.writestr("META-INF/container.xml", rootfile)
        item = "<item id='c' href='c.xhtml' media-type='application/xhtml+xml'/>"
        spine = "<spine><itemref idref='c'/></spine>"
        archive.writestr("b.opf", f"<package><manifest>{item}</manifest>{spine}</package>")
        archive.writestr("c.xhtml", _html(lines))
    return out.getvalue()


def damaged(data: bytes, kind: str, chance: random.Random) -> bytes:
    """A file with some damage: in its bytes, or in the parts inside an archive, which is whole again afterwards."""
    if kind in ("pdf", "html") or chance.random() < 0.25:
        return _damaged_bytes(data, _TOKENS.get(kind, _TOKENS["xml"]), chance)
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        names = old.namelist()
        hit = set(chance.sample(names, chance.randint(1, 3)))
        for name in names:
            part = old.read(name)
            if name not in hit:
                new.writestr(name, part)
            elif name.endswith((".xml", ".rels", ".opf")) and chance.random() < 0.7:
                new.writestr(name, _rearranged(part, chance))
            elif chance.random() < 0.9:
                new.writestr(name, _damaged_bytes(part, _TOKENS["xml"], chance))
    return out.getvalue()


def _rearranged(part: bytes, chance: random.Random) -> bytes:
    """XML that is still well formed, with elements lost, doubled or moved and values that make no sense."""
    root = etree.fromstring(part)
    for _ in range(chance.choice((1, 3, 10, 40))):
        elements = list(root.iter("*"))
        one, other = chance.choice(elements), chance.choice(elements)
        parent = one.getparent()
        what = chance.randrange(4)
        if what == 0 and one.attrib:
            one.set(chance.choice(sorted(one.attrib)), chance.choice(_VALUES))
        elif what == 1 and parent is not None:
            parent.remove(one)
        elif what == 2 and not one.text:
            one.text = chance.choice(_VALUES)
        elif len(elements) < 20_000 and other not in one.iterdescendants() and other is not one:
            other.append(copy.deepcopy(one))
    return bytes(etree.tostring(root))


def _damaged_bytes(data: bytes, tokens: tuple[bytes, ...], chance: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(chance.choice((1, 2, 5, 20, 100))):
        if not changed:
            break
        chance.choice((_flip, _cut, _repeat, _insert, _truncate, _swap))(changed, tokens, chance)
    return bytes(changed)


def _flip(data: bytearray, _: tuple[bytes, ...], chance: random.Random) -> None:
    data[chance.randrange(len(data))] = chance.randrange(256)


def _cut(data: bytearray, _: tuple[bytes, ...], chance: random.Random) -> None:
    start = chance.randrange(len(data))
    del data[start : start + chance.randint(1, 200)]


def _repeat(data: bytearray, _: tuple[bytes, ...], chance: random.Random) -> None:
    start = chance.randrange(len(data))
    data[start:start] = data[start : start + chance.randint(1, 400)] * chance.randint(1, 20)


def _insert(data: bytearray, tokens: tuple[bytes, ...], chance: random.Random) -> None:
    start = chance.randrange(len(data))
    data[start:start] = chance.choice(tokens) * chance.choice((1, 1, 1, 50))


def _truncate(data: bytearray, _: tuple[bytes, ...], chance: random.Random) -> None:
    if chance.random() < 0.1:
        del data[chance.randrange(len(data)) :]


def _swap(data: bytearray, tokens: tuple[bytes, ...], chance: random.Random) -> None:
    token = chance.choice(tokens)
    place = data.find(token, chance.randrange(len(data)))
    if place >= 0:
        data[place : place + len(token)] = chance.choice(tokens)


def run(count: int, seed: int, keep: Path | None = None) -> tuple[dict[str, Counter[str]], float]:
    """How many files of each format were read, refused, or broke their reader; and the longest time one took."""
    chance = random.Random(seed)  # noqa: S311  # the same files every time
    files, found, longest = seeds(), {kind: Counter[str]() for kind in _SHARES}, 0.0
    kinds = [kind for kind, share in _SHARES.items() for _ in range(share)]
    with tempfile.TemporaryDirectory() as folder, Reader(seconds=SECONDS, megabytes=MEGABYTES) as reader:
        for number in range(count):
            kind = kinds[number % len(kinds)]
            data = damaged(chance.choice(files[kind]), kind, chance)
            path = Path(folder) / f"file.{kind}"
            path.write_bytes(data)
            began = time.monotonic()
            outcome = _outcome(lambda path=path: reader.read(path))  # type: ignore[misc]
            longest = max(longest, time.monotonic() - began)
            found[kind][outcome.split(":")[0]] += 1
            if outcome not in ("read", "refused"):
                print(f"{number} {kind} {outcome}", file=sys.stderr)
                if keep:
                    (keep / f"{number}.{kind}").write_bytes(data)
    return found, longest


def _outcome(read: Callable[[], object]) -> str:
    try:
        read()
    except AlignmentError as error:
        if isinstance(error.__cause__, WorkerError):
            return f"broke: {error}"
        clear = error.hint and "\n" not in str(error) and len(str(error)) < 400
        return "refused" if clear else f"unclear: {error}"
    return "read"


def main() -> None:
    """Print the table; exit status 1 when a file broke its reader or was refused in unclear words."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--keep", type=Path, help="folder for the files that broke their reader")
    options = parser.parse_args()
    began = time.monotonic()
    found, longest = run(options.count, options.seed, options.keep)
    columns = ("read", "refused", "unclear", "broke")
    print("| format | files | " + " | ".join(columns) + " |\n|---|--:|" + "--:|" * len(columns))
    for kind, counts in [*found.items(), ("all", sum(found.values(), Counter[str]()))]:
        print(f"| {kind} | {counts.total()} | " + " | ".join(str(counts[column]) for column in columns) + " |")
    print(f"\nseed {options.seed}: {time.monotonic() - began:.0f} s in all, {longest:.1f} s for the slowest file")
    if any(counts["broke"] or counts["unclear"] for counts in found.values()):
        sys.exit(1)


if __name__ == "__main__":
    main()
