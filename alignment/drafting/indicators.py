"""Rows of a table of indicators -> what the plan aims at: unit, base and target years, 约束性 or 预期性."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from alignment.drafting.goals import BINDING, Amount, Goal, amount_of
from alignment.drafting.units import Unit

_CELLS = re.compile(r"\s{2,}|\t")
_PAIR = re.compile(r"^(?P<header>[^：:]{1,40}?)\s*[：:]\s*(?P<value>.*)$")
_METRIC = re.compile(
    r"^(?:主要|核心|具体|三级|二级)?(?:指标|指標)(?:名称|名稱|内容)?$|^(?:项目|項目|名称|内容|indicators?|metrics?|targets?)$",
    re.I,
)
_UNIT = re.compile(r"^(?:计量|計量)?(?:单位|單位)$|^units?$", re.I)
_KIND = re.compile(r"^(?:指标|指標)?(?:属性|屬性|性质|性質|类型|類型)$|^(?:nature|kind|type)$", re.I)
_NUMBER = re.compile(r"^(?:序号|序號|编号|編號|no\.?|#)$", re.I)
_YEAR = re.compile(r"(20\d\d)\s*年?")
_BASE = re.compile(r"实际|實際|基期|基准|基準|现状|現狀|基数|baseline|base|actual|current", re.I)
_AIM = re.compile(r"目标|目標|规划值|規劃值|target|goal", re.I)
_IN_BRACKETS = re.compile(r"[（(]([^（）()]{1,14})[）)]\s*$")
_FOOTNOTE = re.compile(r"[①-⑳*＊]+\s*$")
_SPACED = re.compile(r"(?<=[\u4e00-\u9fff])\s+(?=[\u4e00-\u9fff（(])")


@dataclass(slots=True)
class _Row:
    """What a row says so far."""

    metric: str = ""
    unit: str = ""
    binding: str = ""
    base: tuple[int | None, Amount] | None = None
    aims: list[tuple[int | None, Amount]] = field(default_factory=list)
    spanning: list[Amount] = field(default_factory=list)
    """Amounts under no single header: in a cell that spans the years, of what changes from the first to the last."""


def goals_of(rows: Sequence[Unit], section: str, period: tuple[int, int] | None) -> Iterator[Goal]:
    """Every aim of the rows; a row without a number or a metric gives none."""
    years: tuple[int, ...] = ()
    headers: list[str] = []
    for row in rows:
        cells = [cell.strip() for cell in _CELLS.split(row.text) if cell.strip()]
        if _is_header(cells):
            headers = cells
            years = tuple(sorted({int(year) for cell in cells for year in _YEAR.findall(cell)}))
            continue
        read = _read(_with_headers(cells, headers), period)
        if read.metric:
            yield from _goals(read, row, section, years, period)


def _with_headers(cells: list[str], headers: Sequence[str]) -> list[str]:
    """Cells that do not name their headers, with those of the row of headers; label and unit may share a cell."""
    names = [*headers[0].split(), *headers[1:]] if headers else []
    if len(names) > len(headers) and (split := cells[0].rsplit(None, len(names) - len(headers)))[1:]:
        cells = [*split, *cells[1:]]
    if len(cells) != len(names) or any(_PAIR.match(cell) for cell in cells):
        return cells
    return [f"{name}：{cell}" for name, cell in zip(names, cells, strict=True)]


def _is_header(cells: Sequence[str]) -> bool:
    plain = [re.sub(r"\s", "", part) for cell in cells for part in (cell, *cell.split())]
    named = sum(bool(pattern.match(cell)) for cell in plain for pattern in (_METRIC, _UNIT, _KIND, _NUMBER))
    return named >= 1 and all(amount_of(cell) is None or _YEAR.search(cell) for cell in cells)


def _read(cells: Sequence[str], period: tuple[int, int] | None) -> _Row:
    row = _Row()
    for place, cell in enumerate(cells):
        pair = _PAIR.match(cell)
        header = re.sub(r"\s", "", pair["header"]) if pair else ""
        value = pair["value"].strip() if pair else cell
        if pair and _METRIC.match(header):
            row.metric = value
        elif pair and _UNIT.match(header):
            row.unit = value
        elif cell in BINDING or value in BINDING:
            row.binding = value
        elif (
            pair
            and (amount := amount_of(value))
            and (_YEAR.search(header) or _BASE.search(header) or _AIM.search(header))
        ):
            _place(row, header, amount, period)
        elif pair is None and (amount := amount_of(cell)) and place:
            row.spanning.append(amount)
        elif place == 0 and (pair is None or amount_of(value) is None):
            row.metric, row.unit = _label(value if pair and _NUMBER.match(header) else cell, row)
    return row


def _label(cell: str, row: _Row) -> tuple[str, str]:
    """Metric and unit of a first cell: `利用率（%）`, or `3（公里）` where the metric has a column of its own."""
    unit = match[1] if (match := _IN_BRACKETS.search(cell)) else row.unit
    name = _IN_BRACKETS.sub("", cell).strip()
    name = re.sub(r"^\d{1,3}\s*[.、．]?\s*", "", name.rsplit(" › ", 1)[-1])
    return name, unit


def _place(row: _Row, header: str, amount: Amount, period: tuple[int, int] | None) -> None:
    match = _YEAR.search(header)
    year = int(match[1]) if match else None
    before = year is not None and period is not None and year < period[0]
    if _BASE.search(header) or (before and not _AIM.search(header)):
        row.base = (year if year is not None else period[0] - 1 if period else None, amount)
    else:
        row.aims.append((year if year is not None else period[1] if period else None, amount))


def _goals(row: _Row, unit: Unit, section: str, years: Sequence[int], period: tuple[int, int] | None) -> Iterator[Goal]:
    aims = sorted(row.aims, key=lambda aim: aim[0] or 0)
    base = row.base
    if base is None and period is None and len(aims) > 1:
        base, aims = aims[0], aims[1:]
    first = base[0] if base else None
    if not aims and row.spanning:
        last = years[-1] if years else period[1] if period else None
        first = years[0] if len(years) > 1 else first
        aims = [(last, row.spanning[-1])]
    metric = _SPACED.sub("", _FOOTNOTE.sub("", row.metric)).strip()
    for year, amount in aims:
        yield Goal(
            metric=metric,
            value=amount.value,
            unit=row.unit or amount.unit or "1",
            year=year,
            quote=unit.text,
            page=unit.page,
            paragraph=unit.paragraph,
            section=section,
            base_value=base[1].value if base else None,
            base_year=first,
            comparator=amount.comparator,
            binding=BINDING.get(row.binding),
        )
