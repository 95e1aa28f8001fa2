"""A portfolio -> its files: JSON lines, CSV, Parquet, workbook; the same portfolio always gives the same bytes."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from alignment.portfolio.records import Failure, Portfolio, Screened
from alignment.types import Framework, Status

Near = dict[str, dict[str, tuple[int, ...]]]
"""Path of a filing and element code to the pages of what came nearest to being evidence."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""A cell of CSV that begins so would be run by a spreadsheet."""
_COUNTED = (Status.COVERED, Status.PARTIAL, Status.MENTIONED, Status.REVIEW, Status.GAP, Status.NOT_ASSESSABLE)
_OLD_NAMES = ("stock_wording",)
"""What `boilerplate` was called; written beside it until version 0.2 is released."""
FAILURE_COLUMNS = ("path", "company", "stage", "reason", "hint")


def columns(framework: Framework) -> tuple[str, ...]:
    """Columns of the summary: one for each element between what is known of the filing and where its page is."""
    before = ("path", "company", "code", "industry", "year", "language", "title", "pages", "languages")
    counts = tuple(status.value for status in _COUNTED)
    return (
        *before,
        "readable_share",
        "score",
        *counts,
        *framework.codes,
        "report",
        "sha256",
        "duplicate_of",
        "boilerplate",
        *_OLD_NAMES,
    )


def summary(item: Screened) -> dict[str, Any]:
    """One row of the summary."""
    statuses = [row.status for row in item.elements]
    return {
        **asdict(item.filing),
        "title": item.title,
        "pages": item.pages,
        "languages": " ".join(item.languages),
        "readable_share": item.readable_share,
        "score": item.score,
        **{status.value: statuses.count(status) for status in _COUNTED},
        **{row.code: row.status.value for row in item.elements},
        "report": item.report,
        "sha256": item.sha256,
        "duplicate_of": item.duplicate_of,
        **dict.fromkeys(("boilerplate", *_OLD_NAMES), _lowered(item)),
    }


def _lowered(item: Screened) -> str:
    """The elements whose status boilerplate lowered, each with the status in the filing's own report."""
    return " ".join(f"{each.element}={each.alone.value}" for each in item.boilerplate)


def failure(item: Failure) -> dict[str, Any]:
    """One row of the failures."""
    return {
        "path": item.filing.path,
        "company": item.filing.company,
        "stage": item.stage,
        "reason": item.reason,
        "hint": item.hint,
    }


def to_jsonl(portfolio: Portfolio) -> str:
    """One line for each filing assessed, elements with their scores and pages."""
    lines = []
    for item in portfolio.screened:
        lowered = [
            {"element": each.element, "alone": each.alone.value, "here": each.here.value} for each in item.boilerplate
        ]
        record = {
            **asdict(item.filing),
            "sha256": item.sha256,
            "title": item.title,
            "pages": item.pages,
            "languages": list(item.languages),
            "readable_share": item.readable_share,
            "score": item.score,
            "elements": [
                {
                    "code": row.code,
                    "status": row.status.value,
                    "score": row.score,
                    "substance": row.substance,
                    "evidence": row.evidence,
                    "pages": list(row.pages),
                }
                for row in item.elements
            ],
            "report": item.report,
            "duplicate_of": item.duplicate_of,
            **dict.fromkeys(("boilerplate", *_OLD_NAMES), lowered),
        }
        lines.append(json.dumps(record, ensure_ascii=False) + "\n")
    return "".join(lines)


def to_csv(names: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> bytes:
    """A table that spreadsheets open with the right characters, and in which nothing is a formula."""
    text = io.StringIO()
    writer = csv.DictWriter(text, names, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows({name: _plain(row[name]) for name in names} for row in rows)
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def _plain(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def to_parquet(names: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> bytes:
    """The same table with types."""
    import pyarrow
    from pyarrow import parquet

    numbers = {"readable_share": pyarrow.float64(), "score": pyarrow.float64()}
    numbers |= {name: pyarrow.int32() for name in ("year", "pages", *(status.value for status in _COUNTED))}
    schema = pyarrow.schema([(name, numbers.get(name, pyarrow.string())) for name in names])
    sink = io.BytesIO()
    parquet.write_table(pyarrow.Table.from_pylist([dict(row) for row in rows], schema=schema), sink)
    return sink.getvalue()
