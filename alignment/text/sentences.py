"""Text -> spaCy tokens and sentences that are right for Chinese, English and the two mixed."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, cast

import numpy as np

from alignment.text.characters import BULLETS, HAN, NUMERALS

if TYPE_CHECKING:
    from spacy.language import Language as Pipeline
    from spacy.tokens import Doc, Token
    from thinc.types import Ints2d

_TOKEN = re.compile(rf"[{HAN}]|[^\W\d_{HAN}]+(?:['’][^\W\d_{HAN}]+)?|\d+(?:[.,]\d+)*|\s+|\S")
_ENDS = frozenset("。！？；!?;…")
_CLOSERS = frozenset("”’」』）)]】》\"'")
_BULLETS = frozenset(f"-{BULLETS}")
_NUMBERING = re.compile(rf"[(（]?(?:\d{{1,2}}|[{NUMERALS}]{{1,3}}|[a-zA-Z])[)）.、．](?!\d)")
_ABBREVIATIONS = frozenset(
    "e.g i.e etc no nos fig vol approx inc ltd co corp dr mr mrs ms st vs u.s u.k p pp al jan "
    "feb mar apr jun jul aug sep sept oct nov dec".split()
)


@contextmanager
def _unseen(module: str) -> Iterator[None]:
    """Hide a module that is not loaded yet from what is imported inside.

    spaCy loads torch wherever it is installed: a second of processor time and 190 MB in every worker for nothing,
    as no pipeline here has a network.
    """
    if module in sys.modules:
        yield
        return
    sys.modules[module] = None  # type: ignore[assignment]  # how Python says that there is no such module
    try:
        yield
    finally:
        del sys.modules[module]


@cache
def pipeline() -> Pipeline:
    """A blank spaCy pipeline with one token per Han character, word or number, and a sentence segmenter.

    One tokenizer serves both languages because Chinese reports are full of English and of figures.
    """
    with _unseen("torch"):
        import spacy
    from spacy.language import Language as Pipeline
    from spacy.tokens import Doc

    Pipeline.component("report_sentences", func=_mark_sentences)
    nlp = spacy.blank("zh")

    def tokenize(text: str) -> Doc:
        words, spaces = _words_and_spaces(text)
        return Doc(nlp.vocab, words=words, spaces=spaces)

    nlp.tokenizer = tokenize
    nlp.max_length = 50_000_000
    nlp.add_pipe("report_sentences")
    return nlp


def _words_and_spaces(text: str) -> tuple[list[str], list[bool]]:
    """Tokens and whether a single space follows each; other white space is a token, so that nothing is lost.

    spaCy's own helper for this slices the text once a word, which takes minutes on a long report.
    """
    words: list[str] = []
    spaces: list[bool] = []
    for word in _TOKEN.findall(text):
        if word[0] == " " and words and not spaces[-1]:
            spaces[-1] = True
            word = word[1:]
        if word:
            words.append(word)
            spaces.append(False)
    return words, spaces


def sentences(text: str) -> Iterator[tuple[int, int]]:
    """Character spans of the sentences of `text`, in order, without the white space around them.

    A sentence ends after 。！？；!?;… and their closing quotes, after a full stop that neither abbreviates nor
    sits inside a number, at a blank line, and before a bullet or list number that begins a line. A single line
    break inside a sentence does not end it.
    """
    for span in pipeline()(text).sents:
        stripped = span.text.rstrip()
        if lead := len(stripped) - len(stripped.lstrip()):
            stripped = stripped.lstrip()
        if stripped:
            yield span.start_char + lead, span.start_char + lead + len(stripped)


def _mark_sentences(document: Doc) -> Doc:
    """spaCy component: mark every token as starting a sentence or not, in one array (token by token is quadratic)."""
    text = document.text
    last: Token | None = None
    breaks, opened = 0, 0
    marks = np.full((len(document), 1), -1, dtype=np.int64).view(np.uint64)
    for token in document:
        if token.is_space:
            breaks += token.text.count("\n")
            continue
        if last is None or _starts(text, opened, last, token, breaks):
            marks[token.i] = 1
            opened = token.idx
        last, breaks = token, 0
    return document.from_array(["SENT_START"], cast("Ints2d", marks))


def _starts(text: str, opened: int, last: Token, token: Token, breaks: int) -> bool:
    """Whether a sentence begins at `token`, `last` being the token before it and `opened` the open sentence's start."""
    if breaks > 1 or (breaks and _begins_item(text[token.idx : token.idx + 8])):
        return True
    if token.text[0] in _CLOSERS or token.text[0] in _ENDS:
        return False
    end = last.idx + len(last)
    while end > opened and text[end - 1] in _CLOSERS:
        end -= 1
    if end == opened:
        return False
    if text[end - 1] in _ENDS:
        return True
    spaced = token.idx > last.idx + len(last)
    return text[end - 1] == "." and spaced and _full_stop(text[max(opened, end - 13) : end - 1], token.text)


def _begins_item(line: str) -> bool:
    return line[:1] in _BULLETS or _NUMBERING.match(line) is not None


def _full_stop(before: str, following: str) -> bool:
    """Whether a full stop after `before` ends a sentence: not in an abbreviation, an initial or a list number."""
    word = before[before.rfind(" ") + 1 :].lstrip("(（").lower()
    if word in _ABBREVIATIONS or (len(word) == 1 and word.isalpha()) or (word == before.strip() and word.isdigit()):
        return False
    return not following[0].islower()
