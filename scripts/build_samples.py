"""Typeset the sample reports: Markdown in `corpus/samples/` -> PDF by a browser, and DOCX.

Run it after a change to a sample's text: `python scripts/build_samples.py`. It needs Chromium (its path in
`CHROMIUM`, by default what Playwright finds) and a font with Chinese characters.
"""

from __future__ import annotations

import html
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

SAMPLES = Path(__file__).resolve().parent.parent / "corpus" / "samples"
STYLE = """
@page { size: A4; margin: 24mm 20mm 20mm; }
body { font: 10.5pt/1.75 "Noto Sans CJK SC", "Noto Sans SC", "DejaVu Sans", sans-serif; color: #1c2b26; margin: 0; }
h1 { font-size: 26pt; line-height: 1.35; margin: 75mm 0 12mm; color: #0b5a44; }
h2 { font-size: 17pt; color: #0b5a44; break-before: page; margin: 0 0 7mm; border-bottom: 1.5pt solid #0b5a44; }
h3 { font-size: 12.5pt; color: #0b5a44; margin: 6mm 0 2mm; } p { margin: 0 0 3.2mm; text-align: justify; }
.columns { columns: 2; column-gap: 9mm; } table { border-collapse: collapse; width: 100%; font-size: 9.5pt; }
th, td { border-bottom: .5pt solid #9db3aa; padding: 1.6mm 1.5mm; text-align: left; }
td:nth-child(n+3) { text-align: right; }
.contents { list-style: none; padding: 0; } .contents li { display: flex; }
.contents i { flex: 1; overflow: hidden; white-space: nowrap; }
"""
MARGIN = (
    '<div style="font-size:8px;color:#667;width:100%;padding:0 20mm;display:flex;justify-content:space-between;'
    'font-family:Noto Sans CJK SC,DejaVu Sans"><span>{left}</span><span>{right}</span></div>'
)


@dataclass(frozen=True)
class Part:
    """A piece of a sample: its kind (`#`, `##`, `###`, `p`, `table`, `columns`, `end`) and content."""

    kind: str
    text: str = ""
    rows: tuple[tuple[str, ...], ...] = ()


def parse(markdown: str) -> Iterator[Part]:
    """The few kinds of Markdown that the samples use."""
    for block in re.split(r"\n\s*\n", markdown.strip()):
        for chunk in re.split(r"\n(?=:::)|(?<=columns)\n", block):
            if chunk.startswith(":::"):
                yield Part("columns" if "columns" in chunk else "end")
            elif found := re.match(r"(#{1,3}) (.*)", chunk):
                yield Part(found[1], found[2])
            elif chunk.startswith("|"):
                rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in chunk.splitlines()]
                yield Part("table", rows=tuple(tuple(row) for row in rows if not set(row[0]) <= {"-"}))
            elif chunk.strip():
                yield Part("p", chunk.strip())


def as_html(parts: list[Part], lang: str) -> str:
    """One page per chapter; the contents page is filled from the chapters."""
    chapters = [part.text for part in parts if part.kind == "##"]
    body = []
    for part in parts:
        text = html.escape(part.text)
        if part.kind.startswith("#"):
            body.append(f"<h{len(part.kind)}>{text}</h{len(part.kind)}>")
            if part.text in ("目录", "Contents"):
                entries = [
                    f"<li>{html.escape(name)}<i>{'.' * 200}</i>{page}</li>"
                    for page, name in enumerate(chapters, 2)
                    if page > 2
                ]
                body.append(f'<ul class="contents">{"".join(entries)}</ul>')
        elif part.kind == "table":
            head, *rows = part.rows
            cells = "".join(f"<th>{html.escape(cell)}</th>" for cell in head)
            lines = "".join("<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
            body.append(f"<table><thead><tr>{cells}</tr></thead><tbody>{lines}</tbody></table>")
        else:
            body.append({"columns": '<div class="columns">', "end": "</div>"}.get(part.kind, f"<p>{text}</p>"))
    title = html.escape(parts[0].text)
    meta = f'<meta charset="utf-8"><title>{title}</title><style>{STYLE}</style>'
    return f'<!doctype html><html lang="{lang}">{meta}{"".join(body)}'


def write_pdf(parts: list[Part], lang: str, path: Path) -> None:
    """Print to A4 with a running header and page numbers."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=os.environ.get("CHROMIUM"), args=["--no-sandbox"])
        page = browser.new_page()
        page.set_content(as_html(parts, lang))
        page.pdf(
            path=path,
            prefer_css_page_size=True,
            display_header_footer=True,
            header_template=MARGIN.format(left=html.escape(parts[0].text), right=""),
            footer_template=MARGIN.format(left="", right='<span class="pageNumber"></span>'),
            print_background=True,
        )
        browser.close()


def write_docx(parts: list[Part], path: Path) -> None:
    """The same content with Word's own heading and table styles."""
    from docx import Document

    document = Document()
    document.core_properties.title = parts[0].text
    for part in parts:
        if part.kind == "#":
            document.add_heading(part.text, 0)
        elif part.kind.startswith("#"):
            document.add_heading(part.text, len(part.kind) - 1)
        elif part.kind == "table":
            table = document.add_table(len(part.rows), len(part.rows[0]))
            for row, cells in zip(table.rows, part.rows, strict=True):
                for cell, text in zip(row.cells, cells, strict=True):
                    cell.text = text
        elif part.kind == "p":
            document.add_paragraph(part.text)
    document.save(str(path))


def main() -> None:
    """Build all samples."""
    for stem, lang in (("qingyun-steel", "zh"), ("northlight-batteries", "en")):
        parts = list(parse((SAMPLES / f"{stem}.md").read_text(encoding="utf-8")))
        write_pdf(parts, lang, SAMPLES / f"{stem}.pdf")
        if lang == "en":
            write_docx(parts, SAMPLES / f"{stem}.docx")


if __name__ == "__main__":
    main()
