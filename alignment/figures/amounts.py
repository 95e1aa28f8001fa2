"""An amount and the text around it -> the amount or the level of an intensity that it states."""

from __future__ import annotations

import re

from alignment.figures import units, words
from alignment.figures.quantities import Quantity
from alignment.figures.shares import Read
from alignment.figures.subjects import subject_of
from alignment.figures.words import Theme

_NEXT_CELL = re.compile(r"\d[^\d]*[a-z\u4e00-\u9fff]{4,}")
"""A number and another word after a name: what follows is no more of that name."""
_OF_BASE = {
    "tCO2e": (Theme.CARBON,),
    "GJ": (Theme.ENERGY,),
    "m3": (Theme.WATER, Theme.ENERGY, Theme.POLLUTANTS, Theme.CARBON, Theme.RECYCLED),
    "t": tuple(theme for theme in Theme if theme is not Theme.GREEN),
}


def of_amount(left: str, right: str, quantity: Quantity) -> Read | None:
    base, _, below = quantity.base.partition("/")
    timed = re.fullmatch(r"年|day|year|a|d|天|日|月|month|yr|h|小时|hour", below) is not None
    if below in ("h", "小时", "hour") or (
        timed and words.CAPACITY.search(left[-12:] + "|" + right[:12]) and "回用" not in right[:8]
    ):
        return None
    if re.search(r"^.{0,12}(?:处理能力|产能)", right) or left.endswith("日处理"):
        return None
    if base in units.currencies():
        named = words.NAMES[Theme.GREEN].search(left[-50:])
        earned = named and words.EARNED.search(left[-50:] + right[:12]) and not words.WAY_BEFORE.search(left[-20:])
        return Read(Theme.GREEN, "amount", quantity.value, same=True) if earned else None
    behind = re.match(r"\s*(?:of|的)\s", right) is not None
    subject = subject_of(left, right, _OF_BASE.get(base, ()), behind=behind)
    theme = {"tCO2e": Theme.CARBON, "GJ": Theme.ENERGY}.get(base) or (subject.theme if subject else None)
    if base == "t" and below in ("m3", "m³"):
        subject = subject_of(left, right, (Theme.POLLUTANTS,))
        theme = subject.theme if subject else None
    if theme is Theme.RECYCLED:
        theme = _recycled(left, right) if base == "t" or re.search(r"回收|recycl|reclaim", left[-12:]) else Theme.WATER
    if theme is None:
        return None
    near = subject.near if subject else left[-30:]
    level = (bool(below) and not timed) or re.search(
        r"强度|密[集度]|intensity|万元产值|万元营|单位产|每万元|吨[钢纸铝]|吨\w{1,4}纸|per (?:unit|ton)", near[-45:]
    ) is not None
    kind, value = "level" if level else "amount", quantity.value
    if words.DOWN.search(left[-4:]) and re.search(r"绝对|总.{0,6}减少$|较.{0,25}$", left[-30:]):
        kind, value = "change", -value
    used = (
        subject is not None and words.USED.search(subject.near) is not None and not _NEXT_CELL.search(subject.between)
    )
    return Read(theme, kind, value, theme is Theme.RECYCLED and kind == "amount" and used)


def _recycled(left: str, right: str) -> Theme:
    """What is recovered: water, heat and carbon dioxide are no secondary raw materials."""
    other = subject_of(left[-18:], right[:12], (Theme.CARBON, Theme.WATER, Theme.ENERGY))
    return other.theme if other else Theme.RECYCLED
