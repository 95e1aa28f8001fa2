"""What reading a page measures by, in points, shares of the type size or Han characters; each with its reason.

Type sizes and boxes scale with a page, so distances between lines and words are shares of the type size; points are
used for what drawing programs round or miss, whatever the size. Numbers that one module alone uses for one decision
stand beside that decision.
"""

from __future__ import annotations

# Edges, in points.
EDGE = 1.0
"""What ends this close to an edge ends at it: boxes of letters are rounded, and slanted letters lean over."""
OVERLAP = 2.0
"""Cells of one row may lie over each other by this, as a wide box around a narrow sign does."""
CLEAR = 4.0
"""White that parts headings in the margin from the text beside them."""

# Sizes of type, as shares of each other.
SAME_SIZE = 0.1
"""Lines of one kind differ by less: programs scale them to fit."""
SAME_PARAGRAPH = 0.12
"""The same within a paragraph, where a line of small capitals or figures can stand out more."""
NOT_LARGER = 1.05
"""The last line of a label is no larger than this share of its first one."""
HEADING = 1.15
"""From this share of the body's size on, letters are those of a heading."""
DISPLAY = 1.3
"""From this share of the other's size on, two texts on one height are no parts of one line: a large figure beside
its caption, a heading in the margin."""

# Heights, as shares of the lower of two.
ON_A_LINE = 0.5
"""From this much in common on, two runs of text stand on one line."""
ON_A_WORDS_LINE = 0.4
"""The same for the words of one run, among which raised and lowered signs are."""
BESIDE = 0.3
"""From this much in common on, something else stands on the height of a line."""

# White across, in font sizes.
BACKWARDS = 0.3
"""The next run of a line may begin this far before the end of the one before, as after a slanted letter."""
BACKWARDS_WORD = 0.5
"""The same for the next word."""
JOINED = 0.6
"""Runs that stand this close are one: it is the widest space that a justified line commonly has."""
SPACE = 0.12
"""From this white on, two runs are two words; a raised or lowered sign, as in CO2, stands closer."""
SAME_INDENT = 0.6
"""Lines that begin this close to each other begin at one edge."""
INDENT = 1.2
"""A line set in by more begins a paragraph: two letters in Chinese, one em in English."""
SHORT_OF_EDGE = 1.8
"""A line with a full stop that ends so far before the edge ends its paragraph."""
SAME_PARAGRAPH_LEFT = 2.5
"""The last line of a paragraph begins within this of the line before: as far as a first line can be set in."""
HEADER_ABOVE = 2.2
"""The header of a table without a frame stands within this over its first rule: one line and the white below it."""

# White down, in font sizes.
FAR = 3.2
"""Lines with more white between, in font sizes, are no rows of one table: one blank line can part rows, two cannot."""
NEXT_LINE = 0.6
"""Lines of a heading or paragraph stand closer than this."""
HALF_A_LINE = 0.5
"""Text in a column begins beside its heading in the margin if it does so this little above it."""
SAME_CELL = 0.25
"""Lines of one cell stand closer than this; rows of a table stand farther apart."""
SAME_LABEL = 0.1
"""Lines of one label stand closer than this where nothing but their distance tells it."""
WRAPPED = 0.3
"""Lines of one row stand closer than this in a table of which the distance of rows is not known."""
WRAPPED_STEP = 0.85
"""Lines that follow each other this much faster than rows, as a share of their distance, are one row."""
USUAL_PITCH = 1.5
"""Distance of the middles of two lines of a paragraph where a column shows none."""
PITCHES = (0.7, 2.6)
"""What is less is one line, what is more parts paragraphs: between them lies the distance of lines of a paragraph."""
NEW_PARAGRAPH, NEW_PARAGRAPH_LEAST = 1.22, 0.2
"""Lines that stand farther apart than the usual pitch, times the one and plus the other, are two paragraphs."""

# Across, in points: tables are set in like this whatever their size.
LABEL_INDENT = 40.0
"""Names of sections and parts of labels begin within this of the labels' edge."""
WRAPPED_INDENT = 20.0
"""The rest of a label begins within this of it."""
FLUSH = 1.5
"""Labels that begin within this of the leftmost are set flush with it."""
SHORTEST_UPRIGHT = 6.0
"""An upright rule that runs less far inside a table parts no columns in it."""

# Shares of the width of a page, a column or a table.
GUTTER_MARGIN = 0.12
"""No gutter is looked for so close to the edges of the text: that is where bullets and page numbers stand."""
SIDEBAR = 0.3
"""Headings in the margin take up no more."""
NARROWEST_COLUMN = 0.15
"""No column of running text is narrower."""
FULL_LINE = 0.15
"""A line ends this close to the edge of its column, at least, if it fills it."""
FILLED = 0.8
"""Labels that reach this far across their column are its running text."""
FRAMED_PROSE = 0.6
"""Lines of one run that fill this much of a frame are running text in it."""
OVER_COLUMN = 0.3
"""A cell stands over a column if they have this much of the narrower one in common."""

# How many.
FEWEST_RUNS_OF_COLUMNS, FEWEST_RUNS_OF_MARGIN, FEWEST_RUNS_OF_TEXT = 6, 4, 3
"""Runs of text in fewer lines are no two columns, no text with headings in the margin, no running text."""
CROSSING = 0.25
"""No gutter is crossed by more than this share of the runs of text."""
FEWEST_CELLS, FEWEST_RULES = 4, 3
"""Fewer runs of text, or without upright rules fewer level ones, are no table."""
LOOK_BACK = 7
"""So many runs before it, at least, a run can be joined to: raised and lowered signs come between."""

# Lengths, in Han characters.
RUNNING_TEXT, RUNNING_LINE = 40, 8
"""Running text has at least so much, and half of it in lines of at least this length; cells of tables are shorter."""
LONGEST_LABEL_BELOW = 12
"""A line below values that is no longer can be a label though it reaches under them."""
LONGEST_CAPTION = 60
LONGEST_SHORT_HEADING = 30
"""A line that only its weight or number marks as a heading is no longer."""
SHORTEST_BROKEN = 12
"""Shorter text at the end of a column is a label, which does not go on in the next column."""
SHORTEST_BESIDE_DISPLAY = 8
"""Text this long beside larger words is a sentence of its own."""

# Letters, of any script.
FEWEST_LETTERS = 20
"""Fewer letters beside a picture, headers and footers left out, are a page number or a mark: the page is a picture."""
SILENT = 100
"""Fewer letters than this beside a large picture leave open whether the page's text stands in the picture."""
HEADING_LETTERS = 0.4
"""Share of a heading that is letters, at least; what has fewer is a figure or a formula."""
SMALLEST_HEADING = 0.9
"""Share of the body's size below which a bold or numbered line is no heading."""

# Shares of a box that lies over another one.
MOSTLY_OVER = 0.5
"""Text or a picture with this much of it over another one belongs to it."""
ALREADY_READ = 0.3
"""What was recognised is left out where the page's own text covers this much of it."""
