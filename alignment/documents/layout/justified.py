"""Lines of one column -> the same lines, those stretched to the column's width as one run of text each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from alignment.documents.layout.lines import Line, line_of
from alignment.documents.pdfium.segments import Segment, Word
from alignment.documents.tables import cells as looks
from alignment.documents.tolerances import SAME_SIZE, SPACE

_EVEN = 1.3
"""The widest space of a stretched line over its narrowest; columns of a table stand less evenly."""
_WIDE = 0.45
"""Font sizes of white that can part two cells."""
_BRACKET = 0.3
"""The same where a bracket stands before a value."""
_FLUSH = 2.0
"""Points by which lines may miss the edges of their paragraph."""
_INDENT = 3.0
"""Font sizes by which the first line of a paragraph can be set in."""
_NEAR = 1.5
"""Lines of one paragraph stand closer than this, in font sizes."""
_SENTENCE = 4
"""So many different words are a part of a sentence if half of them are in small letters."""

_Space = tuple[float, float]
"""From where to where a line is white."""


def closed(region: Sequence[Line]) -> list[Line]:
    """The lines of a column, without the wide spaces that set a paragraph flush on both sides.

    Such spaces look like those between the cells of a table. They are told by being even in their line and by not
    standing below each other, in lines that begin and end together or in one that reads like part of a sentence.
    """
    if not any(_begins_wide(line) for line in region):
        return list(region)
    words = [_words(line) for line in region]
    spaces = [_spaces(line, some) for line, some in zip(region, words, strict=True)]
    even = [_is_even(some) for some in spaces]
    below = [_stand_below(*pair) for pair in pairwise(spaces)]
    stretched = [
        fits and _reads_on(some) and not (before or after)
        for fits, some, before, after in zip(even, words, [False, *below], [*below, False], strict=True)
    ]
    for start, end in _paragraphs(region, words, even):
        if 2 * sum(below[start : end - 1]) < end - start:
            stretched[start:end] = [True] * (end - start)
    return [
        _as_one(line) if found and _is_parted(line, some) else line
        for line, found, some in zip(region, stretched, spaces, strict=True)
    ]


def _paragraphs(
    region: Sequence[Line], words: Sequence[Sequence[Word]], even: Sequence[bool]
) -> Iterator[tuple[int, int]]:
    """Where two or more even lines begin and end together."""
    start = 0
    for end in range(1, len(region) + 1):
        if end < len(region) and even[end - 1] and even[end] and _go_together(words, region, end):
            continue
        if end - start >= 2:
            yield start, end
        start = end


def _begins_wide(line: Line) -> bool:
    """Whether the first space is wide, as all are in a stretched line; most columns end here."""
    words = line.cells[0].words
    return len(line.cells) > 1 or (len(words) > 1 and words[1][1] - words[0][2] >= _WIDE * line.size)


def _is_parted(line: Line, spaces: Sequence[_Space]) -> bool:
    return any(end - start >= _BRACKET * line.size for start, end in spaces)


def _words(line: Line) -> list[Word]:
    """The words of a line after its bullet or number, which has a space of its own."""
    words = [word for cell in line.cells for word in cell.words]
    return words[1:] if looks.is_bullet(" ".join(text for text, _, _ in words[:2])) else words


def _spaces(line: Line, words: Sequence[Word]) -> list[_Space]:
    return [(first[2], second[1]) for first, second in pairwise(words) if second[1] - first[2] > SPACE * line.size]


def _is_even(spaces: Sequence[_Space]) -> bool:
    widths = [end - start for start, end in spaces]
    return bool(widths) and max(widths) <= _EVEN * min(widths)


def _stand_below(upper: Sequence[_Space], lower: Sequence[_Space]) -> bool:
    """Whether all spaces of two lines stand below each other, as between the columns of a table."""
    return len(upper) == len(lower) > 0 and all(
        min(first[1], second[1]) > max(first[0], second[0]) for first, second in zip(upper, lower, strict=True)
    )


def _go_together(words: Sequence[Sequence[Word]], region: Sequence[Line], index: int) -> bool:
    """Whether a line and the one before it begin and end together; the first of a paragraph can be set in."""
    upper, lower = region[index - 1], region[index]
    size = max(upper.size, lower.size)
    inset = words[index - 1][0][1] - words[index][0][1]
    return (
        -_FLUSH <= inset <= _INDENT * size
        and abs(upper.box[2] - lower.box[2]) <= _FLUSH
        and lower.box[1] - upper.box[3] < _NEAR * size
        and abs(upper.size - lower.size) <= SAME_SIZE * size
    )


def _reads_on(words: Sequence[Word]) -> bool:
    texts = {text for text, _, _ in words if not looks.is_value(text)}
    return len(texts) >= _SENTENCE and 2 * sum(text[0].islower() for text in texts) >= len(texts)


def _as_one(line: Line) -> Line:
    """One run of text that knows no words: nothing parts it again."""
    text = " ".join(cell.text for cell in line.cells)
    first = line.cells[0]
    return line_of([Segment(text, *line.box, line.size, line.bold, turn=first.turn)])
