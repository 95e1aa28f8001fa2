"""Answers of a batch -> the portfolio: filings, failures, near-duplicates, and the files that show it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from alignment.portfolio import tables
from alignment.portfolio.near_duplicates import Boilerplate
from alignment.portfolio.records import Claimed, ElementRow, Failure, Filing, Portfolio, Screened
from alignment.portfolio.tables import FAILURE_COLUMNS, Near, columns, failure, summary, to_csv, to_jsonl, to_parquet
from alignment.reports.rendering import Lang
from alignment.screening.discovery import Found
from alignment.screening.jobs import Job
from alignment.screening.messages import Failed, Row
from alignment.screening.state import Outcome, State
from alignment.storage import write_text
from alignment.types import Framework


def screened(filing: Filing, row: Row, report: str, duplicate_of: str) -> Screened:
    """A record out of what a worker told."""
    return Screened(
        filing=filing,
        sha256=row.sha256,
        title=row.title,
        pages=row.pages,
        languages=row.languages,
        readable_share=row.readable_share,
        elements=tuple(
            ElementRow(each.code, each.status, each.score, each.substance, each.evidence, each.pages)
            for each in row.elements
        ),
        report=report,
        duplicate_of=duplicate_of,
    )


def write_all(
    portfolio: Portfolio,
    framework: Framework,
    near: Near,
    out: Path,
    *,
    lang: Lang,
    boilerplate: Sequence[Boilerplate] = (),
) -> None:
    """Write every file that sums up a run; `lang` is the language that the page and the workbook show first."""
    from alignment.portfolio.page import to_html
    from alignment.portfolio.workbook import to_xlsx

    rows = [summary(item) for item in portfolio.screened]
    write_text(out / "results.jsonl", to_jsonl(portfolio).encode())
    write_text(out / "summary.csv", to_csv(columns(framework), rows))
    write_text(out / "summary.parquet", to_parquet(columns(framework), rows))
    write_text(out / "failures.csv", to_csv(FAILURE_COLUMNS, [failure(item) for item in portfolio.failures]))
    write_text(out / "summary.xlsx", to_xlsx(portfolio, framework, language=lang, near=near))
    write_text(out / "index.html", to_html(portfolio, framework, language=lang, boilerplate=boilerplate).encode())


def summed(
    framework: Framework, found: Sequence[Found], jobs: Sequence[Job], outcomes: dict[str, Outcome]
) -> tuple[Portfolio, tables.Near]:
    """Everything in the order of the filings' paths."""
    filings: list[Screened] = []
    failures = [unread(each) for each in found if not each.sha256]
    near: tables.Near = {}
    first_of: dict[str, str] = {}
    for each in found:
        first_of.setdefault(each.sha256, each.filing.path)
    for job in jobs:
        result = outcomes[job.key].result
        for each in job.found:
            if isinstance(result, Failed):
                failures.append(Failure(each.filing, result.stage, job.reason(each, result), result.hint))
                continue
            original = first_of[each.sha256]
            duplicate_of = original if original != each.filing.path else ""
            filings.append(screened(each.filing, result, f"{job.name}.html", duplicate_of))
            near[each.filing.path] = {item.code: item.near for item in result.elements}
    filings.sort(key=lambda item: item.filing.path)
    failures.sort(key=lambda item: item.filing.path)
    return Portfolio(framework.id, tuple(filings), tuple(failures)), near


def claims_of(state: State, jobs: Sequence[Job]) -> Iterator[tuple[str, tuple[Claimed, ...]]]:
    """Path of each filing, and what it claims."""
    for job in jobs:
        told = state.claims(job.key)
        yield from ((each.filing.path, told) for each in job.found)


def unread(found: Found) -> Failure:
    error = found.problem
    return Failure(found.filing, "reading", str(error), error.hint if error else "")
