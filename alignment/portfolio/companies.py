"""Filings -> which of them are one company's, by stock code or by name."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from alignment.portfolio.records import Filing
from alignment.text.folding import fold


def companies(filings: Iterable[Filing]) -> dict[str, str]:
    """Path to a key that filings of one company share: the least path among them.

    Filings belong together when they have the same code or the same name, also through a third filing. A filing
    with neither is a company of its own.
    """
    ordered = sorted(filings, key=lambda filing: filing.path)
    parent = {filing.path: filing.path for filing in ordered}

    def root(path: str) -> str:
        while parent[path] != path:
            path = parent[path]
        return path

    first: dict[tuple[str, str], str] = {}
    for filing in ordered:
        for kind, value in (("code", _plain(filing.code)), ("name", _plain(filing.company))):
            if value:
                one, other = sorted((root(filing.path), root(first.setdefault((kind, value), filing.path))))
                parent[other] = one
    return {filing.path: root(filing.path) for filing in ordered}


def _plain(text: str) -> str:
    """Letters and digits in one script, width and case, so that spaces and points do not make two of one."""
    return "".join(character for character in fold(unicodedata.normalize("NFKC", text)) if character.isalnum())
