"""Portfolio -> the tables of a run as bytes: JSON lines, CSV, Parquet; the same portfolio gives the same bytes."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import asdict
from typing import Any

from alignment.screening.records import Portfolio, Screened
from alignment.types import Status

FAILURE_COLUMNS = ("path", "company", "code", "industry", "year", "stage", "reason", "hint")
COLUMNS = (
    "path",
    "company",
    "code",
    "industry",
    "year",
    "title",
    "language",
    "pages",
    "readable_share",
    "score",
    "rank",
)


def results_jsonl(portfolio: Portfolio) -> bytes:
    """One line for each filing that was assessed, in the order of the filings."""
    lines = []
    for screened in portfolio.screened:
        row = asdict(screened)
        filing = row.pop("filing")
        lines.append(json.dumps({**filing, "score": screened.score, **row}, ensure_ascii=False))
    return "".join(f"{line}\n" for line in lines).encode()


def summary_rows(portfolio: Portfolio, codes: tuple[str, ...]) -> list[dict[str, Any]]:
    """What the summaries hold: a row for each filing, with a column for each element's status."""
    ranks = ranking(portfolio)
    return [
        {
            "path": screened.filing.path,
            "company": screened.filing.company,
            "code": screened.filing.code,
            "industry": screened.filing.industry,
            "year": screened.filing.year,
            "title": screened.title,
            "language": " ".join(screened.languages),
            "pages": screened.pages,
            "readable_share": screened.readable_share,
            "score": screened.score,
            "rank": ranks[screened.filing.path],
            **{code: row.status.value for code, row in zip(codes, screened.elements, strict=True)},
            "gaps": sum(row.status is Status.GAP for row in screened.elements),
            "report": screened.report,
            "duplicate_of": screened.duplicate_of,
        }
        for screened in portfolio.screened
    ]


def ranking(portfolio: Portfolio) -> dict[str, int]:
    """Path to rank by score, from 1; equal scores share the better rank."""
    scores = sorted((screened.score for screened in portfolio.screened), reverse=True)
    return {screened.filing.path: scores.index(screened.score) + 1 for screened in portfolio.screened}


def summary_csv(portfolio: Portfolio, codes: tuple[str, ...]) -> bytes:
    """The summary with a byte order mark, without which spreadsheets take Chinese for something else."""
    names = [*COLUMNS, *codes, "gaps", "report", "duplicate_of"]
    return _csv(names, [[row[name] for name in names] for row in summary_rows(portfolio, codes)])


def summary_parquet(portfolio: Portfolio, codes: tuple[str, ...]) -> bytes:
    """The summary with a type for each column."""
    import pyarrow as pa
    from pyarrow import parquet

    numbers = {"year": pa.int32(), "pages": pa.int32(), "rank": pa.int32(), "gaps": pa.int32()}
    shares = {"readable_share": pa.float64(), "score": pa.float64()}
    names = [*COLUMNS, *codes, "gaps", "report", "duplicate_of"]
    schema = pa.schema([(name, {**numbers, **shares}.get(name, pa.string())) for name in names])
    table = pa.Table.from_pylist(summary_rows(portfolio, codes), schema=schema)
    sink = pa.BufferOutputStream()
    parquet.write_table(table, sink, compression="zstd")
    return bytes(sink.getvalue())


def failures_csv(portfolio: Portfolio) -> bytes:
    """What could not be assessed, where it failed and why, and what to do."""
    rows = [[*_named(failure.filing), failure.stage, failure.reason, failure.hint] for failure in portfolio.failures]
    return _csv(FAILURE_COLUMNS, rows)


def _named(filing: Any) -> list[Any]:
    return [filing.path, filing.company, filing.code, filing.industry, filing.year]


def _csv(names: Any, rows: list[list[Any]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(names)
    writer.writerows([["" if cell is None else _harmless(cell) for cell in row] for row in rows])
    return text.getvalue().encode("utf-8-sig")


def _harmless(cell: Any) -> Any:
    """A cell that no spreadsheet takes for a formula, whatever a file or a company is called (OWASP, CSV injection)."""
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell


def by_rank(portfolio: Portfolio) -> list[Screened]:
    """Filings by rank, then path."""
    ranks = ranking(portfolio)
    return sorted(portfolio.screened, key=lambda each: (ranks[each.filing.path], each.filing.path))
