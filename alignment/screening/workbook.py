"""A portfolio -> an Excel workbook: summary, gaps with the pages nearest to them, failures."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from alignment.screening import outputs
from alignment.screening.records import Portfolio
from alignment.types import Framework, Status

if TYPE_CHECKING:
    from xlsxwriter import Workbook

_CREATED = datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)
"""The same in every workbook, so that the same portfolio gives the same bytes."""
_COLOURS = {
    Status.COVERED: "#C6E7CF",
    Status.PARTIAL: "#DCEBC4",
    Status.MENTIONED: "#F6EBC0",
    Status.REVIEW: "#D6E2F5",
    Status.GAP: "#F5C9C4",
    Status.NOT_APPLICABLE: "#E8E8E8",
    Status.NOT_ASSESSABLE: "#DDD3E8",
}
_WIDTHS = {"path": 36, "company": 20, "title": 32, "report": 40, "reason": 60, "hint": 50, "element": 34}
_GAPS = ("path", "company", "industry", "year", "code", "element", "nearest pages", "score", "report")


def to_xlsx(portfolio: Portfolio, framework: Framework, near: outputs.Near) -> bytes:
    """The workbook; text of reports is only ever text, never a formula or a link."""
    import xlsxwriter

    sink = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(sink, options) as book:
        book.set_properties({"created": _CREATED})
        names = outputs.columns(framework)
        rows = [[row[name] for name in names] for row in map(outputs.summary, portfolio.screened)]
        sheet = _sheet(book, "Summary", names, rows)
        first, last = names.index(framework.codes[0]), names.index(framework.codes[-1])
        for status, colour in _COLOURS.items():
            look = book.add_format({"bg_color": colour})
            rule = {"type": "cell", "criteria": "==", "value": f'"{status.value}"', "format": look}
            sheet.conditional_format(1, first, max(1, len(rows)), last, rule)
        _sheet(book, "Gaps", _GAPS, _gaps(portfolio, framework, near))
        failures = [[row[name] for name in outputs.FAILURE_COLUMNS] for row in map(outputs.failure, portfolio.failures)]
        _sheet(book, "Failures", outputs.FAILURE_COLUMNS, failures)
    return sink.getvalue()


def _gaps(portfolio: Portfolio, framework: Framework, near: outputs.Near) -> list[list[Any]]:
    rows = []
    for item in portfolio.screened:
        filing = item.filing
        for row in item.elements:
            if row.status is Status.GAP:
                name = framework.element(row.code).name
                pages = ", ".join(map(str, near.get(filing.path, {}).get(row.code, ())))
                known = [filing.path, filing.company, filing.industry, filing.year]
                rows.append([*known, row.code, f"{name.zh} {name.en}", pages, row.score, item.report])
    return rows


def _sheet(book: Workbook, title: str, names: Sequence[str], rows: Sequence[Sequence[Any]]) -> Any:
    sheet = book.add_worksheet(title)
    bold = book.add_format({"bold": True, "bg_color": "#EEEEEE"})
    for column, name in enumerate(names):
        sheet.write_string(0, column, name, bold)
        sheet.set_column(column, column, _WIDTHS.get(name, 14))
    for number, row in enumerate(rows, 1):
        for column, value in enumerate(row):
            if isinstance(value, str):
                sheet.write_string(number, column, value[:32_767])
            elif value is not None:
                sheet.write_number(number, column, value)
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, max(1, len(rows)), len(names) - 1)
    return sheet
