"""The start of a line -> the number of a part: 第X章, 一、, （一）, 1., ①, 专栏, 附件, and what English uses."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import IntEnum

from alignment.figures.quantities import han_number

LONGEST_TITLE = 60
"""Characters; what is longer is the text of a numbered paragraph, not its title."""


class Rank(IntEnum):
    """Depth of a part, outermost first."""

    ANNEX = 1
    PART = 2
    CHAPTER = 3
    SECTION = 4
    HAN = 5
    ARTICLE = 6
    HAN_BRACKETS = 7
    BOX = 8
    ARABIC = 9
    DECIMAL = 10
    ARABIC_BRACKETS = 11
    CIRCLED = 12
    PLAIN = 13
    """A heading without a number."""


_HAN = "[一二三四五六七八九十百零〇两]{1,5}"
_ROMAN = "[IVXivx]{1,6}"
_MARKS = tuple(
    (rank, re.compile(pattern))
    for rank, pattern in (
        (Rank.BOX, rf"(?:专栏|專欄|Box)\s*(?P<n>{_HAN}|\d{{1,2}})?(?:[\s:：.、—-]+|(?=[“《\u4e00-\u9fff]))"),
        (Rank.ANNEX, rf"(?:附件|附录|附錄|附表|Annex|Appendix)\s*(?P<n>{_HAN}|\d{{1,2}}|[A-Z]\b)?(?:[\s:：.、—-]+|$)"),
        (Rank.PART, rf"(?:第(?P<n>{_HAN}|\d{{1,2}})(?:部分|篇|编|編)|Part\s+(?P<m>\d{{1,2}}|{_ROMAN})\b)[\s:：.、—-]*"),
        (Rank.CHAPTER, rf"(?:第(?P<n>{_HAN}|\d{{1,2}})章|Chapter\s+(?P<m>\d{{1,2}}|{_ROMAN})\b)[\s:：.、—-]*"),
        (Rank.SECTION, rf"(?:第(?P<n>{_HAN}|\d{{1,2}})[节節]|Section\s+(?P<m>\d{{1,2}}|{_ROMAN})\b)[\s:：.、—-]*"),
        (Rank.ARTICLE, rf"(?:第(?P<n>{_HAN}|\d{{1,3}})[条條]|Article\s+(?P<m>\d{{1,3}})\b)[\s:：.、—-]*"),
        (Rank.HAN, rf"(?P<n>{_HAN})、\s*"),
        (Rank.HAN_BRACKETS, rf"[（(](?P<n>{_HAN})[）)]、?\s*"),
        (Rank.DECIMAL, r"(?P<n>\d{1,2})(?:[.．]\d{1,2}){1,3}[.．]?\s+(?=\S)"),
        (Rank.ARABIC, r"(?P<n>\d{1,2})\s*(?:[.．](?![\d%])|、)\s*"),
        (Rank.ARABIC_BRACKETS, r"[（(](?P<n>\d{1,2})[）)]\s*"),
        (Rank.CIRCLED, r"(?P<n>[①-⑳])\s*"),
    )
)


@dataclass(frozen=True, slots=True)
class Mark:
    """A number at the start of a line."""

    rank: Rank
    number: int | None
    """None where the part has no number, as a box that is the only one."""
    label: str
    """As it is printed."""
    rest: str


def mark_of(line: str) -> Mark | None:
    """The number that a line begins with; None where it begins with none, or with that of a sentence."""
    for rank, pattern in _MARKS:
        match = pattern.match(line)
        if match is None:
            continue
        groups = match.groupdict()
        written = groups.get("n") or groups.get("m")
        rest = line[match.end() :].strip()
        if rank in (Rank.BOX, Rank.ANNEX) and (len(rest) > LONGEST_TITLE or re.search(r"[。；;]", rest)):
            return None
        return Mark(rank, _value(written), match[0].strip(" :：.、—-"), rest)
    return None


def _value(written: str | None) -> int | None:
    if written is None:
        return None
    if written.isascii() and written.isdigit():
        return int(written)
    if "①" <= written <= "⑳":
        return ord(written) - ord("①") + 1
    if re.fullmatch(_ROMAN, written):
        values = [{"i": 1, "v": 5, "x": 10}[letter] for letter in written.lower()]
        return sum(-one if one < following else one for one, following in zip(values, [*values[1:], 0], strict=True))
    if re.fullmatch("[A-Z]", written):
        return ord(written) - ord("A") + 1
    return _han(written)


def _han(written: str) -> int | None:
    """`十四` as 14."""
    value = han_number(written)
    return int(value) if value is not None else None


def titled(rest: str) -> tuple[str, str]:
    """Title and the text that runs on after it, of what follows a number; either may be empty."""
    match = re.match(r"([^。：:；;！？]{1,60}?)[。：:]\s*(.*)$", rest, re.S) if re.search(r"[。：:]", rest) else None
    if match and match[2]:
        return match[1].strip(), match[2].strip()
    if len(rest.rstrip("。")) <= LONGEST_TITLE:
        return rest.rstrip("。：: ").strip(), ""
    english = re.match(r"([A-Z][^.!?]{2,80})\.\s+(.+)$", rest, re.S)
    return (english[1], english[2]) if english else ("", rest)
