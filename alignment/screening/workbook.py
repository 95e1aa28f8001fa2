"""Portfolio -> an Excel workbook: summary, gaps, failures, copied passages; the same portfolio gives the same bytes."""

from __future__ import annotations

import datetime
import io
from collections.abc import Sequence
from typing import Any

from alignment.screening.outputs import by_rank, ranking
from alignment.screening.records import Portfolio
from alignment.types import Framework, Status

COLOURS = {
    Status.COVERED: ("#c6e9d0", "#0b5a2a"),
    Status.PARTIAL: ("#dcefc4", "#3d5a0b"),
    Status.MENTIONED: ("#fff1c2", "#6b5200"),
    Status.REVIEW: ("#ffe0c2", "#7a3d00"),
    Status.GAP: ("#f9c9c9", "#8a1111"),
    Status.NOT_APPLICABLE: ("#ececec", "#666666"),
    Status.NOT_ASSESSABLE: ("#dcdcf0", "#3a3a78"),
}
"""Background and letters of a status."""
_MADE = datetime.datetime(2000, 1, 1)  # noqa: DTZ001  # a constant, so that the bytes do not change
_LONGEST = 32_000
"""Characters that a cell can hold, with a little to spare."""


def to_xlsx(portfolio: Portfolio, framework: Framework) -> bytes:
    """The workbook. Nothing in it is a formula or a link, whatever a filing is called."""
    import xlsxwriter

    sink = io.BytesIO()
    plain = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(sink, plain)
    book.set_properties({"title": f"alignment: {framework.name.en}", "created": _MADE})
    formats = {
        "head": book.add_format({"bold": True, "bg_color": "#1f3b4d", "font_color": "#ffffff", "text_wrap": True}),
        "share": book.add_format({"num_format": "0%"}),
        "wrap": book.add_format({"text_wrap": True, "valign": "top"}),
    }
    _summary(book, formats, portfolio, framework)
    _gaps(book, formats, portfolio, framework)
    failures = [[*_filing(each.filing), each.stage, each.reason, each.hint] for each in portfolio.failures]
    _sheet(book, formats, "Failures 失败", [*_FILING, ("stage", 12), ("reason", 60), ("hint", 50)], failures)
    copied = [
        [" ".join(c.elements), c.first.path, c.first.page, c.first.quote, c.second.path, c.second.page, c.second.quote,
         c.similarity, c.companies, "yes" if c.boilerplate else ""]
        for c in portfolio.copies
    ]  # fmt: skip
    columns = [("elements", 12), ("first", 32), ("page", 7), ("quote", 60), ("second", 32), ("page ", 7),
               ("quote ", 60), ("similarity", 10), ("companies", 10), ("boilerplate", 11)]  # fmt: skip
    _sheet(book, formats, "Copied 雷同", columns, copied)
    book.close()
    return sink.getvalue()


_FILING = [("path", 36), ("company", 20), ("code", 10), ("industry", 14), ("year", 7)]


def _filing(filing: Any) -> list[Any]:
    return [filing.path, filing.company, filing.code, filing.industry, filing.year]


def _summary(book: Any, formats: dict[str, Any], portfolio: Portfolio, framework: Framework) -> None:
    ranks = ranking(portfolio)
    rows = [
        [ranks[each.filing.path], *_filing(each.filing), each.title, each.pages, each.readable_share, each.score,
         *(row.status.value for row in each.elements),
         sum(row.status is Status.GAP for row in each.elements), each.report, each.duplicate_of]
        for each in by_rank(portfolio)
    ]  # fmt: skip
    elements = [(f"{element.code} {element.name.zh}", 13) for element in framework.elements]
    columns = [("rank", 6), *_FILING, ("title", 40), ("pages", 7), ("readable", 9), ("score", 7), *elements,
               ("gaps", 6), ("report", 40), ("duplicate of", 30)]  # fmt: skip
    sheet = _sheet(book, formats, "Summary 汇总", columns, rows, frozen=3)
    for number in (8, 9):
        sheet.set_column(number, number, 9, formats["share"])
    if rows:
        for status, (background, letters) in COLOURS.items():
            colour = book.add_format({"bg_color": background, "font_color": letters})
            rule = {"type": "cell", "criteria": "==", "value": f'"{status.value}"', "format": colour}
            sheet.conditional_format(1, 10, len(rows), 9 + len(elements), rule)


def _gaps(book: Any, formats: dict[str, Any], portfolio: Portfolio, framework: Framework) -> None:
    rows = [
        [*_filing(each.filing), row.code, framework.element(row.code).name.zh, framework.element(row.code).name.en,
         row.status.value, ", ".join(map(str, row.near_pages)), each.report]
        for each in by_rank(portfolio)
        for row in each.elements
        if row.status in (Status.GAP, Status.REVIEW)
    ]  # fmt: skip
    columns = [
        *_FILING,
        ("element", 9),
        ("名称", 30),
        ("name", 44),
        ("status", 10),
        ("nearest pages", 16),
        ("report", 40),
    ]
    _sheet(book, formats, "Gaps 缺口", columns, rows)


def _sheet(
    book: Any,
    formats: dict[str, Any],
    name: str,
    columns: Sequence[tuple[str, int]],
    rows: Sequence[Sequence[Any]],
    *,
    frozen: int = 1,
) -> Any:
    """A sheet with a frozen header and filters."""
    sheet = book.add_worksheet(name)
    for number, (head, width) in enumerate(columns):
        sheet.set_column(number, number, width)
        sheet.write_string(0, number, head.strip(), formats["head"])
    for number, row in enumerate(rows, start=1):
        for column, value in enumerate(row):
            if isinstance(value, str):
                sheet.write_string(number, column, value[:_LONGEST])
            elif value is not None:
                sheet.write_number(number, column, value)
    sheet.freeze_panes(1, frozen)
    sheet.autofilter(0, 0, max(1, len(rows)), len(columns) - 1)
    return sheet
