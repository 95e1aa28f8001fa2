"""Nothing that is printed in a drawn table is lost, and nothing is read twice, whatever else is drawn in its cells."""

from __future__ import annotations

from itertools import pairwise

import pytest
from reportlab.lib.colors import HexColor, black, lightgrey, white
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from alignment import documents

ROWS = [
    ("Project", "Investment", "Progress"),
    ("Reuse of waste water\nat the north works", "15,590.39", "104.42%"),
    ("Rooftop solar", "7,178.57", "92.51%"),
    ("New sinter plant\nfilters", "22,136.04", "81.73%"),
]
LEFTS = (60.0, 240.0, 360.0, 480.0)
HEIGHT = 40.0
LINE = 13.0


def draw(path, *, inside=None, columns=(0, 1, 2)):
    """A table with uprights; level rules part the rows in these columns, `inside` draws beneath each line of text."""
    canvas = Canvas(str(path), pagesize=A4, invariant=1)
    canvas.setFont("Helvetica", 10)
    for number, row in enumerate(ROWS):
        top = A4[1] - 100 - HEIGHT * number
        for column, cell in enumerate(row):
            for line, text in enumerate(cell.split("\n")):
                base = top - 14 - LINE * line
                if inside:
                    inside(canvas, LEFTS[column], base, canvas.stringWidth(text, "Helvetica", 10), LEFTS[column + 1])
                canvas.setFillColor(black)
                canvas.drawString(LEFTS[column] + 6, base, text)
    canvas.setStrokeColor(black)
    bottom = A4[1] - 100 - HEIGHT * len(ROWS)
    for x in LEFTS:
        canvas.line(x, A4[1] - 100, x, bottom)
    for number in range(len(ROWS) + 1):
        y = A4[1] - 100 - HEIGHT * number
        whole = number in (0, 1, len(ROWS))
        for column in (0, 1, 2) if whole else columns:
            canvas.line(LEFTS[column], y, LEFTS[column + 1], y)
    canvas.save()
    return documents.read(path).pages[0].text


def underline(canvas, left, base, width, _):
    canvas.line(left + 6, base - 1.5, left + 6 + width, base - 1.5)


def marker(canvas, left, base, width, _):
    canvas.setFillColor(HexColor("#ffff00"))
    canvas.rect(left + 6, base - 3, width, LINE, stroke=0, fill=1)


def shade(canvas, left, base, _, right, colour=white):
    canvas.setFillColor(colour)
    canvas.rect(left + 0.5, base - 3, right - left - 1, LINE, stroke=0, fill=1)


def grey_shade(canvas, left, base, width, right):
    shade(canvas, left, base, width, right, colour=lightgrey)


def button(canvas, left, base, width, _):
    canvas.setStrokeColor(HexColor("#0055aa"))
    canvas.rect(left + 5, base - 3, width + 8, LINE, stroke=1, fill=0)


STATED = [
    "Reuse of waste water at the north works  Investment: 15,590.39  Progress: 104.42%",
    "Rooftop solar  Investment: 7,178.57  Progress: 92.51%",
    "New sinter plant filters  Investment: 22,136.04  Progress: 81.73%",
]


@pytest.mark.parametrize("inside", [None, underline, marker, shade, grey_shade, button])
def test_what_is_drawn_within_a_cell_parts_no_row(inside, tmp_path):
    text = draw(tmp_path / "a.pdf", inside=inside)
    assert text.split("\n")[1:] == STATED


@pytest.mark.parametrize("columns", [(0,), (1,), (2,), (0, 1), (1, 2)])
def test_a_table_with_rules_in_some_columns_says_each_value_once_in_its_row(columns, tmp_path):
    text = draw(tmp_path / "a.pdf", columns=columns)
    for label, *values in (row for row in ROWS[1:]):
        line = next(line for line in text.split("\n") if values[0] in line)
        assert values[1] in line
        assert label.split("\n")[0] in line
        assert [text.count(value) for value in values] == [1, 1]


def test_no_cell_is_lost_where_rules_of_neighbours_stand_at_other_heights(tmp_path):
    """Two columns whose cells overlap like bricks: no band of the table holds a cell of its own but the header's."""
    path = tmp_path / "a.pdf"
    canvas = Canvas(str(path), pagesize=A4, invariant=1)
    x, top = (60, 220, 400), 700
    texts = [(70, 686, "Site"), (230, 686, "Measure taken")]
    texts += [(70, 640 - 60 * n, f"Works {name}") for n, name in enumerate(("north", "south"))]
    texts += [(230, 655 - 60 * n, f"Measure {name}") for n, name in enumerate(("one", "two", "three"))]
    for left, y, text in texts:
        canvas.drawString(left, y, text)
    for left in x:
        canvas.line(left, top, left, 500)
    for y in (top, 680, 500):
        canvas.line(x[0], y, x[2], y)
    canvas.line(x[0], 610, x[1], 610)
    for y in (630, 570):
        canvas.line(x[1], y, x[2], y)
    canvas.save()
    text = documents.read(path).pages[0].text
    for _, _, word in texts:
        assert text.count(word) >= 1, text


@pytest.mark.parametrize("per_cell", [True, False])
def test_stripes_in_colour_and_white_still_part_rows(per_cell, tmp_path):
    path = tmp_path / "a.pdf"
    canvas = Canvas(str(path), pagesize=A4, invariant=1)
    for number, row in enumerate(ROWS):
        top = A4[1] - 100 - HEIGHT * number
        canvas.setFillColor(white if number % 2 else lightgrey)
        boxes = pairwise(LEFTS) if per_cell else [(LEFTS[0], LEFTS[-1])]
        for left, right in boxes:
            canvas.rect(left, top - HEIGHT, right - left, HEIGHT, stroke=0, fill=1)
        canvas.setFillColor(black)
        for column, cell in enumerate(row):
            for line, text in enumerate(cell.split("\n")):
                canvas.drawString(LEFTS[column] + 6, top - 14 - LINE * line, text)
    canvas.save()
    assert documents.read(path).pages[0].text.split("\n")[1:] == STATED
