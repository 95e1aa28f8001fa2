"""A screening run -> the bytes of a workbook: summary, gaps, failures, near-duplicates; the same bytes every time."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from alignment import __version__
from alignment.portfolio.naming import clean, industry_name, label, ranks
from alignment.portfolio.peers import Peers, compare
from alignment.portfolio.records import Place, Portfolio, Screened
from alignment.reports.rendering import Lang, plain
from alignment.text.reading import reading_text
from alignment.types import Framework, Status

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

Near = Mapping[str, Mapping[str, Sequence[int]]]
"""Path of a filing, and code of an element, to the pages that came nearest to it, best first."""
NOWHERE = "–"
"""Stands for pages where no passage came near."""
CELL = 32_767
"""Characters that a cell may hold."""
LINKS = 60_000
"""Links on a sheet; beyond 65,530 a spreadsheet program refuses them."""
LINK = 600
"""Characters of a link, which may triple when they are escaped; a spreadsheet program takes 2,080."""
_CREATED = datetime(2020, 1, 1, tzinfo=UTC).replace(tzinfo=None)
_FILLS = {
    Status.COVERED: ("#CFEBDD", "#0B5A44"),
    Status.PARTIAL: ("#F8E3B8", "#6B4600"),
    Status.MENTIONED: ("#ECEBD2", "#4E4800"),
    Status.REVIEW: ("#D3E4F8", "#1B4F8C"),
    Status.GAP: ("#F8D0CC", "#9C1F18"),
    Status.NOT_APPLICABLE: ("#EEF0F1", "#555555"),
    Status.NOT_ASSESSABLE: ("#E3D6F5", "#5A3490"),
}


def to_xlsx(portfolio: Portfolio, framework: Framework, *, language: Lang = "zh", near: Near | None = None) -> bytes:
    """The workbook; text from reports is written as text, whatever it begins with."""
    import xlsxwriter

    target = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(target, options)
    book.set_properties({"title": plain("pf_title", language), "comments": f"alignment {__version__}",
                         "created": _CREATED})  # fmt: skip
    _summary(book, portfolio, framework, language)
    _gaps(book, portfolio, framework, language, near or {})
    _failures(book, portfolio, framework, language)
    _near_duplicates(book, portfolio, language)
    book.close()
    return target.getvalue()


def _summary(book: Workbook, portfolio: Portfolio, framework: Framework, language: Lang) -> None:
    facts = ("wb_company", "wb_code", "pf_year", "pf_industry", "wb_path", "wb_title", "wb_report", "wb_pages",
             "wb_read", "pf_score", "pf_rank", "wb_rank_in", "wb_of", "pf_percentile", "wb_gaps",
             "wb_same", "wb_boilerplate")  # fmt: skip
    widths = (22, 10, 7, 16, 28, 28, 8, 8, 9, 8, 8, 8, 8, 8, 8, 16, 16)
    heads = [plain(key, language) for key in facts]
    elements = [f"{element.code} {element.name.get(language)}" for element in framework.elements]
    sheet = _sheet(book, "Summary", [*heads, *elements], [*widths, *(13 for _ in elements)], len(portfolio.screened))
    sheet.freeze_panes(1, 1)
    peers, order = compare(portfolio.screened), ranks(portfolio)
    share = book.add_format({"num_format": "0%"})
    for number, item in enumerate(portfolio.screened, 1):
        _write(sheet, number, [*_facts(item, peers, order, framework, language), *_statuses(item, framework, language)])
        sheet.write_number(number, facts.index("wb_read"), item.readable_share, share)
        sheet.write_number(number, facts.index("pf_score"), item.score, share)
        link = clean(item.report).lstrip("/\\")
        # A colon could make it a drive or a scheme.
        if number <= LINKS and len(link) <= LINK and ":" not in link:
            sheet.write_url(number, facts.index("wb_report"), f"external:{link}", string=plain("wb_open", language))
    _colours(book, sheet, len(facts), len(portfolio.screened), len(elements), language)


def _facts(
    item: Screened, peers: Peers, order: Mapping[str, int], framework: Framework, language: Lang
) -> list[str | float | None]:
    peer_rank, filing = peers.ranks.get(item.filing.path), item.filing
    return [
        label(item),
        filing.code,
        filing.year,
        industry_name(filing.industry, framework).get(language),
        filing.path,
        item.title,
        item.report,
        item.pages,
        item.readable_share,
        item.score,
        order[item.filing.path],
        peer_rank.rank if peer_rank else None,
        peer_rank.of if peer_rank else None,
        peer_rank.percentile if peer_rank else None,
        sum(row.status is Status.GAP for row in item.elements),
        item.duplicate_of,
        ", ".join(f"{each.element} {plain(f'status.{each.alone}', language)}" for each in item.boilerplate),
    ]


def _statuses(item: Screened, framework: Framework, language: Lang) -> list[str | float | None]:
    found = {row.code: plain(f"status.{row.status}", language) for row in item.elements}
    return [found.get(code, "") for code in framework.codes]


def _gaps(book: Workbook, portfolio: Portfolio, framework: Framework, language: Lang, near: Near) -> None:
    keys = ("wb_company", "wb_code", "pf_year", "pf_industry", "pf_element", "wb_element_name", "wb_priority",
            "wb_near", "wb_path")  # fmt: skip
    priorities = {profile.id: profile.priority for profile in framework.profiles}
    rows: list[list[str | float | None]] = [
        [
            label(item),
            item.filing.code,
            item.filing.year,
            industry_name(item.filing.industry, framework).get(language),
            row.code,
            framework.element(row.code).name.get(language),
            plain("wb_yes", language) if row.code in priorities.get(item.filing.industry, ()) else "",
            _nearest(near, item.filing.path, row.code),
            item.filing.path,
        ]
        for item in portfolio.screened
        for row in item.elements
        if row.status is Status.GAP
    ]
    _table(book, "Gaps", keys, (22, 10, 7, 16, 9, 34, 11, 14, 34), rows, language)


def _nearest(near: Near, path: str, code: str) -> str:
    """The pages; a dash where it is known that nothing came near, and nothing where it is not known."""
    if path not in near:
        return ""
    return ", ".join(map(str, near[path].get(code, ()))) or NOWHERE


def _failures(book: Workbook, portfolio: Portfolio, framework: Framework, language: Lang) -> None:
    keys = ("wb_path", "wb_company", "wb_code", "pf_industry", "pf_year", "pf_failure_stage", "pf_failure_reason",
            "pf_failure_hint")  # fmt: skip
    rows: list[list[str | float | None]] = [
        [
            failure.filing.path,
            failure.filing.company,
            failure.filing.code,
            industry_name(failure.filing.industry, framework).get(language),
            failure.filing.year,
            failure.stage,
            failure.reason,
            failure.hint,
        ]
        for failure in portfolio.failures
    ]
    _table(book, "Failures", keys, (34, 22, 10, 16, 7, 11, 50, 50), rows, language)


def _near_duplicates(book: Workbook, portfolio: Portfolio, language: Lang) -> None:
    keys = ("pf_element", "pf_similarity", "wb_first", "wb_first_page", "wb_first_quote", "wb_second",
            "wb_second_page", "wb_second_quote")  # fmt: skip
    rows: list[list[str | float | None]] = [
        [pair.element, pair.similarity, *_place(pair.first), *_place(pair.second)] for pair in portfolio.near_duplicates
    ]
    _table(book, "Near-duplicates", keys, (9, 10, 30, 8, 60, 30, 8, 60), rows, language)


def _place(place: Place) -> tuple[str | float | None, ...]:
    return place.path, place.page, reading_text(place.quote)


def _table(
    book: Workbook,
    name: str,
    keys: Sequence[str],
    widths: Sequence[int],
    rows: Sequence[Sequence[str | float | None]],
    language: Lang,
) -> None:
    sheet = _sheet(book, name, [plain(key, language) for key in keys], widths, len(rows))
    sheet.freeze_panes(1, 0)
    for number, row in enumerate(rows, 1):
        _write(sheet, number, row)


def _sheet(book: Workbook, name: str, heads: Sequence[str], widths: Sequence[int], rows: int) -> Worksheet:
    """A sheet with its header; its filter covers all rows."""
    sheet = book.add_worksheet(name)
    bold = book.add_format(
        {"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#0B6B50", "font_color": "#FFFFFF"}
    )
    for column, (head, width) in enumerate(zip(heads, widths, strict=True)):
        sheet.write_string(0, column, head, bold)
        sheet.set_column(column, column, width)
    sheet.autofilter(0, 0, max(1, rows), len(heads) - 1)
    sheet.set_landscape()
    sheet.repeat_rows(0)
    return sheet


def _write(sheet: Worksheet, number: int, values: Sequence[str | float | None]) -> None:
    for column, value in enumerate(values):
        if isinstance(value, str):
            sheet.write_string(number, column, clean(value)[:CELL])
        elif value is not None:
            sheet.write_number(number, column, value)


def _colours(book: Workbook, sheet: Worksheet, first: int, rows: int, columns: int, language: Lang) -> None:
    """Colours follow the words in the cells, so that they stay right when a reader changes one."""
    for status, (fill, ink) in _FILLS.items():
        rule = {
            "type": "cell",
            "criteria": "==",
            "value": f'"{plain(f"status.{status}", language)}"',
            "format": book.add_format({"bg_color": fill, "font_color": ink}),
        }
        sheet.conditional_format(1, first, max(1, rows), first + columns - 1, rule)
