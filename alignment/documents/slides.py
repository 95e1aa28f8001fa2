"""PPTX -> one page a slide: titles, texts, tables, charts and diagrams, from the top down."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from typing import Any

from alignment.documents.building import Piece, build
from alignment.documents.limits import Limits
from alignment.documents.office.charts import chart_pieces
from alignment.documents.packages import UNREADABLE, open_package, reason, refuse_entities
from alignment.documents.tables.grids import GridCell, plain, row_pieces
from alignment.documents.unread import in_office
from alignment.errors import DocumentError
from alignment.types import BlockKind, Box, Page

_POINT = 12_700
"""Office's units in a point."""
_ROW = 12.0
"""Shapes whose tops differ by less than this many points stand beside each other."""
_MAXIMUM_DEPTH = 20
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_DIAGRAM = "{http://schemas.openxmlformats.org/drawingml/2006/diagram}"


def read_pptx(data: bytes, name: str, limits: Limits) -> tuple[tuple[Page, ...], str]:
    """The slides, and the title in the file's properties ("" when it has none); hidden slides are empty pages.

    Raises:
        DocumentError: damaged, or larger than `limits` allow.
    """
    import pptx
    from lxml.etree import LxmlError
    from pptx.exc import PythonPptxError

    with open_package(data, name, limits) as archive:
        refuse_entities(archive, name)
    try:
        deck = pptx.Presentation(io.BytesIO(data))
        size = (int(deck.slide_width or 0) / _POINT, int(deck.slide_height or 0) / _POINT)
        slides = list(deck.slides)
        if len(slides) > limits.pages:
            raise DocumentError(
                f"{name} has {len(slides):,} slides, more than the {limits.pages:,} allowed",
                hint="split the file and check the parts",
            )
        pages = tuple(_page(number, slide, size, limits) for number, slide in enumerate(slides, 1))
        title = deck.core_properties.title or ""
    except (
        PythonPptxError, LxmlError, KeyError, AttributeError, TypeError, IndexError, *UNREADABLE
    ) as error:  # fmt: skip
        raise DocumentError(
            f"{name} is a presentation that cannot be read ({reason(error)})",
            hint="open it in PowerPoint and save it again as .pptx",
        ) from error
    return pages, " ".join(title.split())


def _page(number: int, slide: Any, size: tuple[float, float], limits: Limits) -> Page:
    if slide._element.get("show") == "0":
        return build(number, [], size=size)
    shapes = list(_leaves(slide.shapes, 0))
    title = slide.shapes.title
    pieces = [
        piece
        for shape in sorted(shapes, key=lambda shape: _order(shape, title))
        for piece in _pieces(shape, slide, title is not None and shape.shape_id == title.shape_id)
    ]
    text = " ".join(piece.text for piece in pieces)
    unread = in_office.on_slide(_pictures(slide, shapes, size), size, text, limits)
    return build(number, pieces, state=in_office.state_beside(text, unread), size=size, unread=unread)


def _pictures(slide: Any, shapes: Iterable[Any], size: tuple[float, float]) -> list[in_office.Picture]:
    """The pictures on a slide, its background among them; one without a place may fill the slide."""
    parts = {key: relation.target_part for key, relation in slide.part.rels.items() if not relation.is_external}
    found = []
    if behind := tuple(in_office.blobs(slide._element.iterfind(f"{{*}}cSld/{{*}}bg//{in_office.BLIP}"), parts)):
        found.append(in_office.Picture(*size, behind))
    for shape in shapes:
        if data := tuple(in_office.blobs(shape._element.iter(in_office.BLIP), parts)):
            left, top, right, bottom = _box(shape) or (0.0, 0.0, *size)
            across, down = min(right, size[0]) - max(left, 0.0), min(bottom, size[1]) - max(top, 0.0)
            found.append(in_office.Picture(max(0.0, across), max(0.0, down), data))
    return found


def _leaves(shapes: Iterable[Any], depth: int) -> Iterator[Any]:
    """Shapes that are no groups; those within a group follow each other."""
    for shape in shapes:
        if not hasattr(shape, "shapes"):
            yield shape
        elif depth < _MAXIMUM_DEPTH:
            yield from _leaves(shape.shapes, depth + 1)


def _order(shape: Any, title: Any) -> tuple[bool, int, float]:
    box = _box(shape)
    first = title is not None and shape.shape_id == title.shape_id
    return not first, int(box[1] // _ROW) if box else 0, box[0] if box else 0.0


def _box(shape: Any) -> Box | None:
    """None for a placeholder that takes its place from a layout without one."""
    edges = (shape.left, shape.top, shape.width, shape.height)
    if any(edge is None for edge in edges):
        return None
    left, top, width, height = (int(edge) / _POINT for edge in edges)
    return round(left, 2), round(top, 2), round(left + width, 2), round(top + height, 2)


def _pieces(shape: Any, slide: Any, is_title: bool) -> Iterator[Piece]:
    box = _box(shape)
    if getattr(shape, "has_table", False):
        grid = _grid(shape.table)
        found = row_pieces(grid, box=box)
        yield from [Piece(plain(row), BlockKind.TABLE_ROW, box=box) for row in grid] if found is None else found
    elif getattr(shape, "has_text_frame", False):
        paragraphs = [(each.level, each.text.replace("\v", "\n")) for each in shape.text_frame.paragraphs]
        filled = [text for _, text in paragraphs if text.strip()]
        if is_title:
            yield Piece(" ".join(" ".join(filled).split()), BlockKind.HEADING, 1, box)
            return
        for level, text in paragraphs:
            listed = level > 0 or (len(filled) > 1 and max(map(len, filled)) <= 80)
            yield Piece(text, BlockKind.LIST_ITEM if listed else BlockKind.PARAGRAPH, box=box)
    elif getattr(shape, "has_chart", False):
        yield from chart_pieces(shape.chart_part._element, box)
    else:
        yield from (Piece(text, BlockKind.LIST_ITEM, box=box) for text in _diagram(shape, slide))


def _grid(table: Any) -> list[list[GridCell]]:
    return [
        [
            GridCell(" ".join(cell.text.split()), cell.span_width, cell.span_height, number == 0 and table.first_row)
            for cell in row.cells
            if not cell.is_spanned
        ]
        for number, row in enumerate(table.rows)
    ]


def _diagram(shape: Any, slide: Any) -> Iterator[str]:
    """Texts of a diagram (SmartArt), which stand in a part of their own."""
    from lxml import etree

    for relation in shape._element.iter(f"{_DIAGRAM}relIds"):
        part = slide.part.related_part(relation.get(f"{_RELATION}dm"))
        root = etree.fromstring(part.blob, etree.XMLParser(resolve_entities=False, no_network=True))
        for point in root.iter(f"{_DIAGRAM}t"):
            for paragraph in point.iter(f"{in_office.DRAWING}p"):
                yield "".join(run.text or "" for run in paragraph.iter(f"{in_office.DRAWING}t"))
