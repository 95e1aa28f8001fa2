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
_BLOCK_TAG = re.compile(rf"</?(?:{'|'.join(sorted(_DOCUMENT | _BLOCKS, key=len, reverse=True))})(?=[\s/>])", re.I)
_CLOSED = re.compile(r"</(?:html|head|body|title|script|style|template|noscript)\s*>", re.I)
"""Ends of parts that are not shown, or of the page: prose has none."""
_HIDING = re.compile(r"<[a-z][^<>]{0,2000}?(?:\shidden\b|display\s*:\s*none|visibility\s*:\s*hidden)", re.I)
_CODE = re.compile(r"^(?:```.*?^```|~~~.*?^~~~)", re.M | re.S)
_SUBSET = re.compile(r"<!doctype[^<>\[]*\[(?:[^\]\"'<]|\"[^\"]*\"|'[^']*'|<!--.*?-->|<(?!!--))*+\]\s*>", re.I | re.S)
_LEAD = re.compile(r"[\s\x00\ufeff\u200b\u2060]*")


def is_html(text: str, *, marked: int) -> bool:
    """Whether a text is HTML; `marked` of its lines are marked as Markdown marks them, 0 where it has no heading.

    It is when it begins with a tag, comments aside, when it holds parts that no page shows, or about as many tags as
    lines. Markdown may begin with a tag if it has fewer tags than marks and hides nothing; what stands in its blocks
    of code counts for nothing.
    """
    place = begin(text)
    if text.startswith("<!", place):
        return True  # a document type of any name, or a comment that never ends
    first = _TAG.match(text, place)
    if first and (not marked or first["name"].lower() in _DOCUMENT):
        return True
    shown = _CODE.sub("", text) if marked else text
    tags = sum(1 for _ in _BLOCK_TAG.finditer(shown))
    if _CLOSED.search(shown) or (marked and tags and _HIDING.search(shown)):
        return True
    if first:
        return tags >= marked
    least = sum(bool(line.strip()) for line in shown.splitlines()) / (1 if marked else 2)
    return tags >= max(2, least)


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
