"""What the text of a table's cell is by its look: a value, a year, a unit, a running number."""

from __future__ import annotations

import re

from alignment.text.characters import BULLETS, LETTER, NUMERALS, YEAR

_NUMBER = re.compile(
    r"^[<>≤≥~≈约約+\-−–±(（]{0,2}\s*(?:[$¥￥€£]|US\$|RMB|CNY|USD)?\s*[+\-−–]?"
    r"\d[\d,， ]*(?:\.\d[\d ]*)?(?:[eE×x]\s?10?\^?-?\d+)?"
    r"\s*[^\d\s]{0,8}(?:/[^\d\s]{1,6})?\s*[)）]?\s*(?:[*#^†‡]+|[\[(（]\d[\])）]|\d)?$"
)
_NOTHING = re.compile(r"^(?:[-–—/\\√✓✔●○×]+|n\.?/?a\.?|nil|none|无|無|不适用|不適用|未披露|未統計|未统计)$", re.I)
_YEAR = re.compile(
    r"^(?:FY|CY|H[12]|Q[1-4]|1H|2H)?\s?['’]?(?:" + YEAR + r"(?:\s?[/\-–]\s?\d{2,4})?|(?<=[Y'’])\d\d)"
    r"\s*(?:年度?|财年|財年|F|E)?\s*(?:上半年|下半年|目标|目標|实际|實際|实绩|基准年?|基準年?|targets?|actual|base(?:line)?)?(?:\s?/\s?(?:FY|CY)\s?\d{2,4})?\s*(?:[*#^†‡]+|[\[(（][^)）\]]{1,8}[\])）])?$",
    re.I,
)
_UNIT_HEADER = re.compile(r"^(?:计量|計量)?(?:单位|單位)$|^units?(?: of measure(?:ment)?)?$|^uom$", re.I)
_UNIT_LINE = re.compile(
    r"^[（(]?\s*(?:计量)?(?:单位|單位|units?|in)\s*[:：]\s*(?P<unit>[^()（）]{1,30})[)）]?\s*$", re.I
)
_SCALE_LINE = re.compile(
    r"^(?:(?:million|thousand|billion)s?(?: of)?\s.{1,30}|(?:亿|万|百万|千)?(?:元|吨|噸|千瓦时|立方米))$", re.I
)
_TOTAL = re.compile(r"^(?:sub-?)?totals?\b|^(?:合计|合計|总计|總計|小计|小計|共计|共計)", re.I)
_BULLET = re.compile(
    rf"^(?:[{BULLETS}\uf0b7\uf06c\uf0d8]|-\s|[(（]?(?:\d{{1,2}}|[a-z]|[{NUMERALS}]{{1,3}})[)）]|\d{{1,2}}[.、．]\s?\D)"
)
_CAPTION = re.compile(r"^(?:图|圖|表|figure|fig\.|table|chart|exhibit)\s?\d+(?:[.\-–]\d+)*(?!\s+(?-i:[a-z]))", re.I)
_NAME = re.compile(f"{LETTER}|%")


def is_year(text: str) -> bool:
    """`2021`, `FY22`, `2021年`, `FY20 / CY20`: the header of a column rather than what was measured."""
    return _YEAR.match(text.strip()) is not None


def is_value(text: str) -> bool:
    """A number with at most a short unit, or a mark for none; a year counts too."""
    text = text.strip()
    return _NOTHING.match(text) is not None or is_year(text) or _NUMBER.match(text) is not None


def is_measured(text: str) -> bool:
    """A value that is not a year."""
    return is_value(text) and not is_year(text)


def is_unit_header(text: str) -> bool:
    """The header of the column that holds units."""
    return _UNIT_HEADER.match(text.strip()) is not None


def stated_unit(text: str) -> str:
    """The unit that a line above a table gives for all of it, as `单位：万吨`; "" for any other line."""
    text = text.strip()
    if found := _UNIT_LINE.match(text):
        return found["unit"].strip()
    return text if _SCALE_LINE.match(text) else ""


def is_total(text: str) -> bool:
    """The label of a row that sums up others."""
    return _TOTAL.match(text.strip()) is not None


def is_bullet(text: str) -> bool:
    """Begins like an item of a list."""
    return _BULLET.match(text) is not None


def is_caption(text: str) -> bool:
    """Begins like the name of a table or a figure, as `Table 3`."""
    return _CAPTION.match(text) is not None


def is_name(text: str) -> bool:
    """Can name a column: a year, a word or a percent sign, not mere dots or numbers."""
    return is_year(text) or _NAME.search(text) is not None
