"""Assessment -> what a page shows of it: counts, places, bars, rows; no markup and no words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from alignment.types import (
    Assessment,
    Coverage,
    Element,
    EmergingField,
    Emphasis,
    Evidence,
    Framework,
    Kind,
    Measure,
    PageState,
    Passage,
    PassageRole,
    Status,
    Substance,
)

SHOWN = 3
"""Quotes shown at once per element; the others are folded away."""
MOST = 200
"""Quotes of an element that stand on the page; of the rest, which only the JSON holds in full, the pages are named."""
QUEUE = 10
"""Passages of the review queue shown at once."""
_URGENCY = (
    Status.GAP,
    Status.REVIEW,
    Status.NOT_ASSESSABLE,
    Status.MENTIONED,
    Status.PARTIAL,
    Status.COVERED,
    Status.NOT_APPLICABLE,
)


@dataclass(frozen=True, slots=True)
class KindCount:
    """How many elements of a kind apply, and how many are covered."""

    kind: Kind
    covered: int
    partial: int
    applicable: int


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of an element's evidence bar: `x` and `width` in percent of the widest bar."""

    substance: Substance
    count: int
    x: float
    width: float


@dataclass(frozen=True, slots=True)
class Row:
    """An element with its coverage and everything that is derived from the two."""

    element: Element
    coverage: Coverage
    order: int
    urgency: int
    """0 for the status to look at first."""
    bar: tuple[Segment, ...]
    measures: tuple[tuple[Measure, int], ...]
    """Each measure with the number of passages that show it."""
    emphases: tuple[str, ...]
    """Ids of the emphases that the element carries."""

    @property
    def missing(self) -> tuple[Measure, ...]:
        """Measures without evidence."""
        return tuple(measure for measure, count in self.measures if not count)


@dataclass(frozen=True, slots=True)
class Emerging:
    """An emerging field, whether it concerns the report's industry, and what the report says on it."""

    field: EmergingField
    applies: bool
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Excluded:
    """Passages of one role that were read but cannot be evidence."""

    role: PassageRole
    count: int
    pages: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A box on a page, in percent of the page."""

    ratio: float
    """Height of the page by its width."""
    left: float
    top: float
    width: float
    height: float


class Pictures:
    """Pictures by passage, each given once: a page holds it at its first quote, and the others show that one."""

    def __init__(self, pictures: Mapping[str, tuple[str, int, int]]) -> None:
        self._pictures = pictures
        self._held: set[str] = set()

    def __contains__(self, passage: object) -> bool:
        return passage in self._pictures

    def size(self, passage: str) -> tuple[int, int]:
        """Width and height in pixels."""
        return self._pictures[passage][1:]

    def first(self, passage: str) -> str | None:
        """The picture's address the first time it is asked for, then None."""
        if passage in self._held:
            return None
        self._held.add(passage)
        return self._pictures[passage][0]


def rows(assessment: Assessment) -> tuple[Row, ...]:
    """One row per element, in the Plan's order."""
    most = max((len(coverage.evidence) for coverage in assessment.coverage), default=0)
    return tuple(
        Row(
            element=assessment.framework.element(coverage.element),
            coverage=coverage,
            order=order,
            urgency=_URGENCY.index(coverage.status),
            bar=tuple(_bar(coverage, most)),
            measures=_measures(assessment.framework.element(coverage.element), coverage),
            emphases=tuple(
                emphasis.id for emphasis in assessment.framework.emphases if coverage.element in emphasis.elements
            ),
        )
        for order, coverage in enumerate(assessment.coverage)
    )


def by_urgency(all_rows: tuple[Row, ...]) -> tuple[Row, ...]:
    """Gaps first, then what could not be judged, then ever stronger coverage; the Plan's order within each."""
    return tuple(sorted(all_rows, key=lambda row: (row.urgency, row.order)))


def kinds(framework: Framework, all_rows: tuple[Row, ...]) -> tuple[KindCount, ...]:
    """Counts per kind of element, in the Plan's order."""
    found = []
    for kind in framework.kinds:
        statuses = [row.coverage.status for row in all_rows if row.element.kind == kind.id]
        if statuses:
            found.append(
                KindCount(
                    kind=kind,
                    covered=statuses.count(Status.COVERED),
                    partial=statuses.count(Status.PARTIAL),
                    applicable=sum(status is not Status.NOT_APPLICABLE for status in statuses),
                )
            )
    return tuple(found)


def statuses(all_rows: tuple[Row, ...]) -> tuple[tuple[Status, int], ...]:
    """How many elements have each status; statuses that do not occur are left out."""
    counts = Counter(row.coverage.status for row in all_rows)
    return tuple((status, counts[status]) for status in Status if counts[status])


def families(all_rows: tuple[Row, ...]) -> tuple[tuple[Row, tuple[Row, ...]], ...]:
    """Each element without a parent, with all that belong to it, at any depth."""
    parents = {row.element.code: row.element.parent for row in all_rows}

    def root(code: str) -> str:
        while parent := parents[code]:
            code = parent
        return code

    return tuple(
        (
            row,
            tuple(child for child in all_rows if child is not row and root(child.element.code) == row.element.code),
        )
        for row in all_rows
        if row.element.parent is None
    )


def emphasised(assessment: Assessment, all_rows: tuple[Row, ...]) -> tuple[tuple[Emphasis, tuple[Row, ...]], ...]:
    """Each emphasis with the elements that carry it."""
    by_code = {row.element.code: row for row in all_rows}
    return tuple(
        (emphasis, tuple(by_code[code] for code in emphasis.elements)) for emphasis in assessment.framework.emphases
    )


def emerging(assessment: Assessment) -> tuple[Emerging, ...]:
    """The emerging fields, with the best evidence for their measures, each passage once."""
    found = []
    for field in assessment.framework.emerging:
        evidence: dict[str, Evidence] = {}
        for coverage in assessment.coverage:
            for item in coverage.evidence:
                if set(item.measures) & set(field.measures):
                    evidence.setdefault(item.passage.id, item)
        applies = assessment.profile is None or assessment.profile.id in (*field.industries, "general")
        found.append(Emerging(field, applies, tuple(evidence.values())[:SHOWN]))
    return tuple(found)


def excluded(assessment: Assessment) -> tuple[Excluded, ...]:
    """What was read but cannot be evidence, by role, with its pages."""
    return tuple(
        Excluded(role, len(passages), ranges(sorted({passage.page for passage in passages})))
        for role in PassageRole
        if (passages := [passage for passage in assessment.excluded if passage.role is role])
    )


def rest(coverage: Coverage) -> str:
    """Pages of the evidence that does not stand on the page, as ranges; empty where all does."""
    return ranges(sorted({item.passage.page for item in coverage.evidence[MOST:]}))


def unread(assessment: Assessment) -> str:
    """Pages that could not be read, as ranges."""
    return ranges([page.number for page in assessment.document.pages if _lost(page.state)])


def ranges(numbers: list[int]) -> str:
    """`[1, 2, 3, 7]` as `1–3, 7`."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return ", ".join(f"{first}–{last}" if last > first else str(first) for first, last in runs)


def place_on_page(assessment: Assessment, passage: Passage) -> Mark | None:
    """Where the passage stands on its page; None where pages have no size, or passages no box."""
    page = next((page for page in assessment.document.pages if page.number == passage.page), None)
    if page is None or not page.width or not page.height or passage.box is None:
        return None
    left, top, right, bottom = passage.box
    across, down = 100 / page.width, 100 / page.height
    width, height = max(4.0, (right - left) * across), max(5.0, (bottom - top) * down)
    return Mark(
        round(page.height / page.width, 3), *(round(each, 1) for each in (left * across, top * down, width, height))
    )


def label(assessment: Assessment, passage: Passage) -> str | None:
    """The number printed on the passage's page where it differs from the page's place in the file."""
    for page in assessment.document.pages:
        if page.number == passage.page:
            return page.label if page.label and page.label != str(page.number) else None
    return None


def _lost(state: PageState) -> bool:
    return state in (PageState.SCANNED, PageState.GARBLED, PageState.PARTIAL)


def _bar(coverage: Coverage, most: int) -> Iterator[Segment]:
    counts = Counter(item.substance for item in coverage.evidence)
    x = 0.0
    for substance in Substance:
        if count := counts[substance]:
            # The root keeps one overwhelming element from flattening all the others; counts are printed beside.
            total = len(coverage.evidence)
            width = round(100 * (total / most) ** 0.5 * count / total, 2)
            yield Segment(substance, count, round(x, 2), width)
            x += width


def _measures(element: Element, coverage: Coverage) -> tuple[tuple[Measure, int], ...]:
    counts = Counter(measure for item in coverage.evidence for measure in item.measures)
    return tuple((measure, counts[measure.id]) for measure in element.measures)
