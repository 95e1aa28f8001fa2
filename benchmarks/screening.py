"""How fast screening is beside a plain script, what it costs per page, and what the prefilter loses.

    python benchmarks/screening.py REPORTS_DIR [--labelled GOLD.jsonl] [--reports 100] [--counts 10 100] [--rounds 1]

All contenders read the same reports in the same run, one after the other, each in processes of its own:
reports of ten pages each, recombined from the pages of the PDFs in REPORTS_DIR and of the shipped samples.

- `alignment screen`, and with `--prefilter`, and without its cache;
- the same on Ray, started here for the run, where the extra `ray` is installed;
- a plain script as one would write it in an afternoon: pypdf, pieces of 400 characters, the default encoder's
  weights in sentence-transformers (fp32), cosine with the elements' descriptions, a threshold, a CSV file.

Seconds of processor time are of the whole tree of processes, seen ten times a second; they hardly change when others
use the machine, as seconds by the clock do. Peak memory is of the whole tree of processes (resident). `--counts`
measures the cost of a page as runs grow.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import json
import random
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from alignment import encoders, frameworks, resources
from alignment.encoders import Encoder
from alignment.mapping import prefilter
from alignment.mapping.mapper import Mapper

PAGES = 10
_PIECE = 400
_THRESHOLD = 0.85
_SEED = 0
RAY = "alignment screen --engine ray"


@dataclass(frozen=True, slots=True)
class Run:
    """One contender on one folder."""

    name: str
    seconds: float
    processor: float
    """Seconds of processor time."""
    pages: int
    peak: float
    """Megabytes."""

    def beside(self, plain: Run) -> str:
        """A line of the table."""
        rates = f"{self.pages / self.seconds:>8.2f}{self.pages / self.processor:>10.2f}{self.peak:>9.0f}"
        ratios = f"{plain.seconds / self.seconds:>9.2f}{plain.processor / self.processor:>10.2f}"
        return f"{self.name:<42}{rates}{ratios}"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--labelled", type=Path)
    parser.add_argument("--reports", type=int, default=100, help="to compare by; 0: no comparison")
    parser.add_argument("--counts", type=int, nargs="*", default=[10, 100])
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--plain", nargs=2, type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.plain:
        plain_script(*options.plain)
        return
    if options.labelled:
        print_loss(options.labelled)
    with tempfile.TemporaryDirectory() as name:
        home = Path(name)
        if options.reports:
            compare(options.folder, home, options)
        if options.counts:
            grow(options.folder, home, options)


def compare(folder: Path, home: Path, options: argparse.Namespace) -> None:
    """All contenders on the same reports; the best of the rounds counts."""
    reports = recombine(folder, home / "reports", options.reports)
    count = options.reports * PAGES
    tool, script = [sys.executable, "-m", "alignment", "screen"], [sys.executable, __file__, "."]
    best: dict[str, Run] = {}
    for number in range(options.rounds):
        out = home / f"out-{number}"
        commands = {
            "alignment screen": [*tool, reports, "-o", out / "a"],
            "alignment screen --prefilter": [*tool, reports, "-o", out / "b", "--prefilter"],
            "alignment screen --no-cache": [*tool, reports, "-o", out / "c", "--no-cache"],
            "alignment screen --no-cache --prefilter": [*tool, reports, "-o", out / "d", "--no-cache", "--prefilter"],
            **({RAY: [*tool, reports, "-o", out / "e", "--engine", "ray"]} if find_spec("ray") else {}),
            "plain script (pypdf, fp32, cosine)": [*script, "--plain", reports, home / "plain.csv"],
        }
        for name, command in commands.items():
            extra = ["--workers", options.workers, "--quiet"] if "screen" in name else []
            run = measured(name, [*command, *extra], count)
            best[name] = min(best.get(name, run), run, key=lambda each: each.seconds)
    blank = home / "blank"
    blank.mkdir()
    (blank / "line.txt").write_text("董事会召开会议六次。", encoding="utf-8")
    loading = measured("loading", [*tool, blank, "-o", home / "loaded", "--workers", "1", "--quiet"], 1)
    print(f"\n{options.reports} reports of {PAGES} pages, {options.workers} workers, loading included")
    print(f"(loading and one line of text: {loading.processor:.1f} s of processor time for a worker and its parent)")
    print(f"{'':<42} pages/s per core-s  peak MB  x plain  x plain (processor)")
    for run in best.values():
        print(run.beside(best["plain script (pypdf, fp32, cosine)"]))
    if RAY in best:
        same = files_of(home / "out-0" / "a") == files_of(home / "out-0" / "e")
        print(f"both engines give the same bytes: {same}")
    whole, fewer = labels_of(home / "out-0" / "a"), labels_of(home / "out-0" / "b")
    lost = whole - fewer
    print(f"prefilter on these reports: {len(lost)} of {len(whole)} labels lost ({len(lost) / len(whole):.2%})")


def grow(folder: Path, home: Path, options: argparse.Namespace) -> None:
    """Seconds a page over runs of different size, with the cache of vectors and without."""
    for cache in ("cache on", "--no-cache"):
        print(f"\n{options.workers} workers, {cache}")
        print("reports      pages   pages/s   ms a page  core-ms a page   peak MB")
        for count in options.counts:
            reports = home / f"reports-{count}"
            if not reports.exists():
                recombine(folder, reports, count)
            out = home / f"grown-{count}-{cache}"
            command = [sys.executable, "-m", "alignment", "screen", reports, "-o", out, "--quiet"]
            extra = [cache] if cache.startswith("--") else []
            run = measured(str(count), [*command, "--workers", options.workers, *extra], count * PAGES)
            rate = run.pages / run.seconds
            costs = f"{1000 / rate:>12.1f}{1000 * run.processor / run.pages:>16.1f}"
            print(f"{count:>7}{run.pages:>11}{rate:>10.2f}{costs}{run.peak:>10.0f}", flush=True)


def measured(name: str, command: Sequence[object], pages: int) -> Run:
    """Run a command to its end; memory and processor time of it and its children, ten times a second."""
    import psutil

    began = time.perf_counter()
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    process = subprocess.Popen([str(word) for word in command])
    peak, ended = 0.0, threading.Event()
    used: dict[int, float] = {}

    def watch() -> None:
        nonlocal peak
        while not ended.wait(0.1):
            total = 0
            try:
                parent = psutil.Process(process.pid)
                for each in (parent, *parent.children(recursive=True)):
                    total += each.memory_info().rss
                    times = each.cpu_times()
                    used[each.pid] = times.user + times.system
            except psutil.Error:
                continue
            peak = max(peak, total / 1e6)

    watcher = threading.Thread(target=watch)
    watcher.start()
    code = process.wait()
    seconds = time.perf_counter() - began
    ended.set()
    watcher.join()
    if code != 0:
        raise SystemExit(f"{name} ended with code {code}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    # Ray's daemons are not waited for, so that the system does not add their time to ours.
    waited = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Run(name, seconds, max(waited, sum(used.values())), pages, peak)


def files_of(out: Path) -> dict[str, str]:
    """Digest of every result of a run: the tables, the page and the reports."""
    places = [*out.glob("*.*"), *(out / "reports").glob("*")]
    kept = (".csv", ".jsonl", ".html", ".json", ".xlsx", ".parquet")
    return {
        str(path.relative_to(out)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in places
        if path.suffix in kept and path.name != "run.json"
    }


def labels_of(out: Path) -> set[tuple[str, str, str]]:
    """Report, element and passage of all evidence in a folder of results; repeated pages count once."""
    found = set()
    for path in (out / "reports").glob("*.json"):
        for element in json.loads(path.read_text("utf-8"))["elements"]:
            found |= {(path.name, element["code"], item["quote"]) for item in element["evidence"]}
    return found


def recombine(folder: Path, target: Path, count: int) -> Path:
    """Reports of ten pages each, drawn from all pages of the PDFs; the same every time."""
    from pypdf import PdfReader, PdfWriter

    sources = sorted(folder.glob("*.pdf")) + sorted(resources.shipped("corpus", "samples").glob("*.pdf"))
    readers = [PdfReader(path) for path in sources if "scan" not in path.name]
    places = [(reader, number) for reader in readers for number in range(len(reader.pages))]
    dice = random.Random(_SEED)  # noqa: S311  (no secret)
    target.mkdir(parents=True)
    for report in range(count):
        writer = PdfWriter()
        for reader, number in dice.sample(places, PAGES):
            writer.add_page(reader.pages[number])
        writer.write(target / f"report-{report:04}.pdf")
    return target


def plain_script(folder: Path, target: Path) -> None:
    """What one writes without this project."""
    from pypdf import PdfReader

    model: Encoder = encoders.load(encoders.DEFAULT + encoders.TORCH_SUFFIX)
    elements = frameworks.load().elements
    topics = model.encode([f"{each.name.en} {each.description.zh} {each.description.en}" for each in elements])
    with target.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        for path in sorted(folder.glob("*.pdf")):
            pieces = []
            for number, page in enumerate(PdfReader(path).pages, 1):
                text = page.extract_text()
                pieces += [(number, text[at : at + _PIECE]) for at in range(0, len(text), _PIECE)]
            similarity = model.encode([text for _, text in pieces]) @ topics.T
            for row, column in zip(*np.nonzero(similarity >= _THRESHOLD), strict=True):
                writer.writerow([path.name, *pieces[row], elements[column].code, similarity[row, column]])


def print_loss(labelled: Path) -> None:
    """What the prefilter leaves out of labelled passages, and which labels are lost by that alone."""
    rows = [json.loads(line) for line in labelled.read_text("utf-8").splitlines() if line.strip()]
    texts = [row["text"] for row in rows]
    mapper = Mapper.open(frameworks.load(), encoders.load())
    found = mapper.score(texts).probabilities >= mapper.thresholds().evidence
    given = np.array([[code in row["labels"] for code in mapper.model.codes] for row in rows])
    left_out = prefilter.relevance(texts, mapper) < prefilter.THRESHOLD
    labels = int(given.sum())
    lost = int((given & found)[left_out].sum())
    out = int(given[left_out].sum())
    print(f"prefilter at {prefilter.THRESHOLD:g} on {labelled.name}: {len(rows)} passages, {labels} labels")
    print(f"  left out: {left_out.mean():.1%} of the passages")
    print(f"  right labels that the full run finds and the prefilter loses: {lost} ({lost / labels:.2%} of all labels)")
    print(f"  labels on passages left out, found or not: {out} ({out / labels:.2%})")


if __name__ == "__main__":
    main()
