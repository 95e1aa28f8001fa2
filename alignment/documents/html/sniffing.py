"""Text -> whether it is HTML: what a browser would not show of it must not be read as if it were shown."""

from __future__ import annotations

import re

_DOCUMENT = frozenset("html head body title meta link base script style template noscript frameset".split())
"""Tags that only a page of HTML begins with."""
_BLOCKS = frozenset(
    "address article aside blockquote caption center dd details dir div dl dt fieldset figcaption figure footer form "
    "h1 h2 h3 h4 h5 h6 header hr iframe li main nav ol p pre section summary table tbody td tfoot th thead tr "
    "ul".split()
)
_INLINE = frozenset("a b big br button em font i img input label object small span strong svg u video".split())
_NAMES = "|".join(sorted(_DOCUMENT | _BLOCKS | _INLINE, key=len, reverse=True))
_TAG = re.compile(rf"</?(?P<name>{_NAMES})(?=[\s/>])", re.I)
BLOCK_NAMES = "|".join(sorted(_DOCUMENT | _BLOCKS, key=len, reverse=True))
_BLOCK_TAG = re.compile(rf"</?(?P<name>{BLOCK_NAMES})(?=[\s/>])", re.I)
_CLOSED = re.compile(r"</(?:html|head|body|title|script|style|template|noscript)\s*>", re.I)
"""Ends of parts that are not shown, or of the page: prose has none."""
_PAGE = frozenset("html head body frameset".split())
_ASIDE = frozenset("script style template noscript".split())
"""Parts that a text in Markdown may hold too."""
CODE = (
    r"^[ ]{0,3}(?:```[^\n`]*\n.*?(?:^[ ]{0,3}```|\Z)|~~~.*?(?:^[ ]{0,3}~~~|\Z))"
    r"|(?<![\\`])(?P<ticks>`{1,8}+)[^\n|]{1,1000}?(?<!`)(?P=ticks)(?!`)"
)
"""Blocks of code, and code within a line or a cell of one, of Markdown; with flags for many lines."""
_CODE = re.compile(CODE, re.M | re.S)
_SUBSET = re.compile(r"<!doctype[^<>\[]*\[(?:[^\]\"'<]|\"[^\"]*\"|'[^']*'|<!--.*?-->|<(?!!--))*+\]\s*>", re.I | re.S)
_LEAD = re.compile(r"[\s\x00\ufeff\u200b\u2060]*")


def is_html(text: str, *, marked: int) -> bool:
    """Whether a text is HTML; `marked` of its lines are marked as Markdown marks them, 0 where it has no heading.

    It is when it begins with a tag, comments aside, when it holds parts that no page shows, or about as many tags as
    lines. Markdown may hold all of that, except the frame of a page, if it has fewer tags than marks or lines; what
    stands in its code, its tables and its scripts and styles counts for nothing.
    """
    place = begin(text)
    if text.startswith("<!", place):
        return True  # a document type of any name, or a comment that never ends
    first = _TAG.match(text, place)
    if marked:
        return _is_page(text, marked, first["name"].lower() if first else "")
    lines = sum(bool(line.strip()) for line in text.splitlines())
    tags = sum(1 for _ in _BLOCK_TAG.finditer(text))
    return bool(first) or _CLOSED.search(text) is not None or tags >= max(2, lines / 2)


def _is_page(text: str, marked: int, first: str) -> bool:
    """Whether a text with marks of Markdown is HTML; `first` is the tag that it begins with, or ""."""
    shown = _CODE.sub("", text)
    tags = tables = 0
    for tag in _BLOCK_TAG.finditer(shown):
        name = tag["name"].lower()
        if name in _PAGE:
            return True
        if name == "table":
            tables = max(0, tables + (-1 if tag[0].startswith("</") else 1))
        elif name not in _ASIDE:
            tags += tables == 0
    if first:
        return first in _DOCUMENT - _ASIDE or tags >= marked
    return tags >= max(2, sum(bool(line.strip()) for line in shown.splitlines()))


def begin(text: str) -> int:
    """Where the first thing stands that is no white space, comment or processing instruction."""
    place = 0
    while True:
        place = _past(text, place)
        closing = "-->" if text.startswith("<!--", place) else ">" if text.startswith("<?", place) else ""
        end = text.find(closing, place + 2) if closing else -1
        if end < 0:
            return place
        place = end + len(closing)


def without_subset(text: str) -> str:
    """`text` without a document type that declares entities of its own, which readers of HTML take for text."""
    place = begin(text)
    found = _SUBSET.match(text, place)
    return text[:place] + text[found.end() :] if found else text


def _past(text: str, place: int) -> int:
    lead = _LEAD.match(text, place)
    return lead.end() if lead else place
