"""A portfolio -> its files: JSON lines, CSV, Parquet, workbook; the same portfolio always gives the same bytes."""

from __future__ import annotations

import csv
import errno
import io
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, NoReturn

from alignment.reports.rendering import Lang
from alignment.screening.copies import Stock
from alignment.screening.records import ElementRow, Failure, Filing, Portfolio, Screened
from alignment.types import Framework, Status

Near = dict[str, dict[str, tuple[int, ...]]]
"""Path of a filing and element code to the pages of what came nearest to being evidence."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""A cell of CSV that begins so would be run by a spreadsheet."""
_COUNTED = (Status.COVERED, Status.PARTIAL, Status.MENTIONED, Status.REVIEW, Status.GAP, Status.NOT_ASSESSABLE)
FAILURE_COLUMNS = ("path", "company", "stage", "reason", "hint")


def screened(filing: Filing, row: Mapping[str, Any], report: str, duplicate_of: str) -> Screened:
    """A record out of what a worker told."""
    return Screened(
        filing=filing,
        sha256=row["sha256"],
        title=row["title"],
        pages=row["pages"],
        languages=tuple(row["languages"]),
        readable_share=row["readable_share"],
        elements=tuple(
            ElementRow(
                code=each["code"],
                status=Status(each["status"]),
                score=each["score"],
                substance=each["substance"],
                evidence=each["evidence"],
                pages=tuple(each["pages"]),
            )
            for each in row["elements"]
        ),
        report=report,
        duplicate_of=duplicate_of,
    )


def write_all(
    portfolio: Portfolio, framework: Framework, near: Near, out: Path, *, lang: Lang, stock: Sequence[Stock] = ()
) -> None:
    """Write every file that sums up a run; `lang` is the language that the page and the workbook show first."""
    from alignment.reports.portfolio import to_html
    from alignment.reports.workbook import to_xlsx

    rows = [summary(item) for item in portfolio.screened]
    write(out / "results.jsonl", to_jsonl(portfolio).encode())
    write(out / "summary.csv", to_csv(columns(framework), rows))
    write(out / "summary.parquet", to_parquet(columns(framework), rows))
    write(out / "failures.csv", to_csv(FAILURE_COLUMNS, [failure(item) for item in portfolio.failures]))
    write(out / "summary.xlsx", to_xlsx(portfolio, framework, language=lang, near=near))
    write(out / "index.html", to_html(portfolio, framework, language=lang, stock=stock).encode())


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
        "stock_wording",
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
        "stock_wording": " ".join(f"{each.element}={each.alone.value}" for each in item.stock_wording),
    }


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
            "stock_wording": [
                {"element": each.element, "alone": each.alone.value, "here": each.here.value}
                for each in item.stock_wording
            ],
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


def write(path: Path, data: bytes) -> int:
    """Write a file in one step, on disk when this returns; its size."""
    draft = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        with draft.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    return len(data)


def relative(path: Path, folder: Path) -> str:
    """A file as seen from a folder, with forward slashes."""
    try:
        return Path(os.path.relpath(path.resolve(), folder.resolve())).as_posix()
    except ValueError:  # another drive on Windows
        return path.resolve().as_posix()


def disk_full(folder: Path) -> NoReturn:
    """Raises:
    OSError: always, as the system does when a disk is full.
    """
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(folder))
