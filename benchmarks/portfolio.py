"""How fast the page of a portfolio opens, filters and scrolls: `portfolio.py [FILINGS]` (default 2000)."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

import portfolios
from playwright.sync_api import Page, sync_playwright

from alignment import frameworks
from alignment.portfolio.page import to_html

STEPS = (
    *(("text", word) for word in ("6", "60", "600", "6001", "")),
    *(("industry", value) for value in ("steel", "*")),
    *(("year", value) for value in ("2022", "*")),
    *(("status", value) for value in ("4", "*")),
    *(("element", value) for value in ("9", "*")),
    *(("order", value) for value in ("best", "worst", "gaps", "company", "industry")),
)


def measure(page: Page) -> list[float]:
    """Milliseconds of each filter with the layout it causes, as `performance.now` reports them."""
    took = []
    for name, value in STEPS:
        if name == "text":
            page.fill("input[name=text]", value)
        else:
            page.select_option(f"select[name={name}]", value)
        took.append(float(page.get_attribute(".filter", "data-took") or "nan"))
    return took


def main() -> None:
    """Print the figures."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    framework = frameworks.load()
    run = portfolios.portfolio(framework, count)
    started = time.perf_counter()
    text = to_html(run, framework)
    print(f"{count} filings: page of {len(text.encode()) / 1e6:.1f} MB made in {time.perf_counter() - started:.2f} s")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        path = Path(folder) / "index.html"
        path.write_text(text, encoding="utf-8")
        binary = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
        browser = playwright.chromium.launch(executable_path=binary, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": 1360, "height": 900})
        started = time.perf_counter()
        page.goto(path.as_uri())
        opened = time.perf_counter() - started
        took = measure(page)
        browser.close()
    print(f"opened in {opened:.2f} s; filter: median {median(took):.0f} ms, longest {max(took):.0f} ms of {len(took)}")


if __name__ == "__main__":
    main()
