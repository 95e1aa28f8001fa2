"""Markdown -> its text without the HTML in it, as a browser would show it, and the tables of HTML apart."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from alignment.documents.html import stylesheets, visible
from alignment.documents.html.sniffing import BLOCK_NAMES, CODE

_NAME = r"[a-z][a-z0-9-]*(?::[a-z0-9-]+)?"
_VALUES = r"""(?:[^<>"']++|"[^"]{0,2000}+"|'[^']{0,2000}+'){0,40}+"""
_HTML = re.compile(
    r"(?P<comment><!--)|(?P<aside><[!?][a-z\[][^<>]*>)"
    # Prose like `<b 95 %` begins no tag; after the name of a block a browser takes whatever follows.
    rf"|<(?P<end>/?)(?P<name>(?:{BLOCK_NAMES})(?=[\s/>])|{_NAME}(?=\s*/?>|\s+[a-z_:@]))(?P<values>{_VALUES})>",
    re.I | re.S | re.M,
)
_MARKDOWN = re.compile(rf"(?P<code>{CODE})|{_HTML.pattern}", re.I | re.S | re.M)
_ATTRIBUTE = re.compile(r"""([^\s"'<>/=]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'<>]+)))?""")
_STYLE = re.compile(r"<style(?P<values>(?:\s[^<>]*)?)>(?P<sheet>[^<]*+(?:<(?!/?style)[^<]*+)*+)</style", re.I)
_BLANK = re.compile(r"\n[ \t]*(?:\n|\Z)")
_RAW = ("script", "style", "textarea", "title", "iframe", "noscript")
"""Elements that hold no elements: they end where their name does."""
_VOID = frozenset("area base br col embed hr img input link meta source track wbr".split())
_HEADINGS = {f"h{level}": f"\n\n{'#' * level} " for level in range(1, 7)}
_MOST_OPEN = 10
"""Tables without an end that are looked for."""


@dataclass(frozen=True, slots=True)
class Part:
    """Text of Markdown, or the HTML of one table with the style sheets that hold for it."""

    text: str
    is_table: bool = False


def parts(text: str) -> list[Part]:
    """The parts in their order; code stays as it is, tags and what is not shown are left out."""
    sheets = list(_STYLE.finditer(re.sub(CODE, "", text, flags=re.S | re.M)))
    screens = [each["sheet"] for each in sheets if visible.is_for_screens(_attributes(each["values"]))]
    return list(_Reader(text, screens).parts())


class _Reader:
    """Goes through a text once, from token to token."""

    def __init__(self, text: str, sheets: list[str]) -> None:
        self._text = text
        self._sheets = sheets
        self._rules = stylesheets.rules_of(sheets)
        self._raw_until = 0
        """Up to here the text is a block of HTML, in which no mark makes code."""
        self._shown: list[str] = []
        self._line = ""
        """How the line begins: with the bar of a row or the mark of a heading, which tags do not break."""
        self._open = 0
        """Tables that have no end."""
        self._comments_end = True
        self._blank = -1
        """The blank line that was found last."""

    def parts(self) -> Iterator[Part]:
        place = 0
        while (found := self._next(place)) is not None:
            self._show(self._text[place : found.start()])
            place = self._past(found)
            name = (found["name"] or "").lower()
            if not name:
                self._show("" if found["aside"] or place > found.end() else found[0])
            elif name == "table" and (end := self._end_of_table(found)):
                yield from self._flush()
                sheets = "".join(f"<style>{sheet}</style>" for sheet in self._sheets)
                yield Part(sheets + self._text[found.start() : end], is_table=True)
                place = end
            elif not found["end"] and name not in _VOID and self._is_hidden(found, name):
                place = self._end_of(name, place)
                self._break(found, name)
            else:
                self._break(found, name)
        self._show(self._text[place:])
        yield from self._flush()

    def _next(self, place: int) -> re.Match[str] | None:
        """The next tag, comment or piece of code; a tag of a block that begins a line begins a block of HTML."""
        found = _HTML.search(self._text, place) if place < self._raw_until else None
        if found is None or found.start() >= self._raw_until:
            # What stands before the next token of HTML may be code once its block has ended.
            found = _MARKDOWN.search(self._text, max(place, self._raw_until))
        if found and found["name"] and found.start() >= self._raw_until and _is_block(found["name"].lower()):
            line = self._text.rfind("\n", 0, found.start()) + 1
            if not self._text[line : found.start()].strip():
                self._raw_until = self._blank_after(found.end())
        return found

    def _past(self, found: re.Match[str]) -> int:
        """Where a token ends; a comment that begins a line and never ends is the rest of the text."""
        if not found["comment"]:
            return found.end()
        after = self._text[found.end() : found.end() + 2]
        if after[:1] == ">" or after == "->":
            return found.end() + after.index(">") + 1
        end = self._text.find("-->", found.end()) if self._comments_end else -1
        if end >= 0:
            return end + 3
        self._comments_end = False
        line = self._text.rfind("\n", 0, found.start()) + 1
        return found.end() if self._text[line : found.start()].strip() else len(self._text)

    def _go_back(self, raw_until: int) -> None:
        self._raw_until, self._blank = raw_until, -1

    def _blank_after(self, place: int) -> int:
        """Where the next blank line begins, or the text ends; asked for places in their order, it looks once."""
        if self._blank < place:
            blank = _BLANK.search(self._text, place)
            self._blank = blank.start() if blank else len(self._text)
        return self._blank

    def _is_hidden(self, found: re.Match[str], name: str) -> bool:
        attributes = _attributes(found["values"])
        return visible.hides(name, attributes) or stylesheets.hides(self._rules, name, attributes)

    def _end_of_table(self, found: re.Match[str]) -> int:
        """Where a table ends that begins here and is shown; 0 for one that never ends, and for its end."""
        if found["end"] or self._open >= _MOST_OPEN or self._is_hidden(found, "table"):
            return 0
        raw = self._raw_until
        end = self._end_of("table", found.end())
        if end < len(self._text) or self._text.rstrip()[-8:].lower() == "</table>":
            return end
        self._open += 1
        self._go_back(raw)
        return 0

    def _end_of(self, name: str, place: int) -> int:
        """Where the element that began before `place` ends; the end of the text where nothing ends it."""
        if name in _RAW:
            end = re.compile(rf"</{name}(?=[\s/>])", re.I).search(self._text, place)
            # Where no mark closes the first of these ends, none closes a later one.
            closed = self._text.find(">", end.end()) if end else -1
            return closed + 1 or len(self._text)
        last = self._blank_after(place) if name == "p" else len(self._text)
        depth = 1
        while True:
            raw = self._raw_until
            found = self._next(place)
            if found is None or last <= found.start():
                self._go_back(raw)
                return last
            place = self._past(found)
            other = (found["name"] or "").lower()
            if name == "p" and _is_block(other) and not (other == name and found["end"]):
                return found.start()
            if other == name:
                depth += -1 if found["end"] else 1
            elif other in _RAW and not found["end"]:
                place = self._end_of(other, place)
            if depth == 0:
                return place

    def _break(self, found: re.Match[str], name: str) -> None:
        """What a tag that is left out leaves: a new line, a paragraph, a heading or a space."""
        if name in _HEADINGS and self._line != "|":
            self._show("\n\n" if found["end"] else _HEADINGS[name])
        elif name == "br":
            self._show(" " if self._line else "\n")
        elif _is_block(name):
            self._show(" " if self._line or name in ("td", "th") else "\n\n")

    def _show(self, text: str) -> None:
        if text:
            self._shown.append(text)
            if "\n" in text or len(self._shown) == 1:
                first = text.rpartition("\n")[2].lstrip()[:1]
                self._line = first if first in ("|", "#") else ""

    def _flush(self) -> Iterator[Part]:
        yield Part("".join(self._shown))
        self._shown.clear()
        self._line = ""


def _is_block(name: str) -> bool:
    return (
        name in visible.BLOCKS - {"br", "text"}
        or name in _HEADINGS
        or name in ("td", "th", "center", "nav", "style", "script")
    )


def _attributes(values: str) -> dict[str, str]:
    """Names in small letters to values; the first of a name counts."""
    found: dict[str, str] = {}
    for name, double, single, bare in _ATTRIBUTE.findall(values):
        found.setdefault(name.lower(), double or single or bare)
    return found
