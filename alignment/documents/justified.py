"""Lines of one column -> the same lines, those stretched to the column's width as one run of text each."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from alignment.documents import cells as looks
from alignment.documents.layout import Line, line_of
from alignment.documents.segments import Segment, Word

_EVEN = 1.3
"""The widest space of a stretched line over its narrowest; columns of a table stand less evenly."""
_WIDE = 0.45
"""Font sizes of white that can part two cells."""
_FLUSH = 2.0
"""Points by which a line may miss the edge of its column."""
_NEAR = 1.5
"""Lines of one paragraph stand closer than this, in font sizes."""
_SENTENCE = 4
"""So many different words are a part of a sentence if half of them are in small letters."""


def closed(region: Sequence[Line]) -> list[Line]:
    """The lines of a column, without the wide spaces that set a paragraph flush on both sides.

    Such spaces look like those between the cells of a table. They are told by being even, either in a line that
    reads like part of a sentence, or in one that fills the column next to a line of which that is known.
    """
    if not any(_begins_wide(line) for line in region):
        return list(region)
    words = [[word for cell in line.cells for word in cell.words] for line in region]
    even = [_is_even(some) for some in words]
    left, right = min(line.box[0] for line in region), max(line.box[2] for line in region)
    stretched = [fits and _reads_on(some) for fits, some in zip(even, words, strict=True)]
    order = range(len(region))
    for beside, index in (*pairwise(order), *pairwise(reversed(order))):
        line = region[index]
        flush = abs(line.box[0] - left) <= _FLUSH and abs(line.box[2] - right) <= _FLUSH
        if stretched[beside] and even[index] and flush and _is_next(region[beside], line):
            stretched[index] = stretched[index] or not _are_values(words[index])
    return [_as_one(line) if found else line for line, found in zip(region, stretched, strict=True)]


def _begins_wide(line: Line) -> bool:
    """Whether the first space is wide, as all are in a stretched line; most columns end here."""
    words = line.cells[0].words
    return len(line.cells) > 1 or (len(words) > 1 and words[1][1] - words[0][2] >= _WIDE * line.size)


def _is_even(words: Sequence[Word]) -> bool:
    spaces = [second[1] - first[2] for first, second in pairwise(words)]
    return bool(spaces) and 0 < max(spaces) <= _EVEN * min(spaces)


def _reads_on(words: Sequence[Word]) -> bool:
    texts = {text for text, _, _ in words if not looks.is_value(text)}
    return len(texts) >= _SENTENCE and 2 * sum(text[0].islower() for text in texts) >= len(texts)


def _are_values(words: Sequence[Word]) -> bool:
    return 2 * sum(looks.is_value(text) for text, _, _ in words) > len(words)


def _is_next(first: Line, second: Line) -> bool:
    upper, lower = sorted((first.box, second.box), key=lambda box: box[1])
    size = max(first.size, second.size)
    return lower[1] - upper[3] < _NEAR * size and abs(first.size - second.size) <= 0.1 * size


def _as_one(line: Line) -> Line:
    """One run of text that knows no words: nothing parts it again."""
    text = " ".join(cell.text for cell in line.cells)
    first = line.cells[0]
    return line_of([Segment(text, *line.box, line.size, line.bold, turn=first.turn)])
