"""PDF -> its pages, with what was filled in its forms and written over them as part of their text."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument, PdfPage

_MOST_ANNOTATIONS = 5_000
"""A page with more is looked at no further."""


def prepare(pdf: PdfDocument) -> None:
    """Have pdfium draw the fields whose look the file does not hold; before any page of it is opened."""
    import pypdfium2 as pdfium
    from pypdfium2 import raw

    # Forms in XML say in fields of the common kind what a page shows, if it shows them at all.
    if pdf.get_formtype() == raw.FORMTYPE_ACRO_FORM:
        try:
            pdf.init_forms()
        except pdfium.PdfiumError:
            return


def page_with_overlays(pdf: PdfDocument, index: int) -> PdfPage:
    """A page, counted from 0, as it is displayed: fields and notes that were typed on it are part of its content.

    Raises:
        PdfiumError: pdfium cannot open it.
    """
    import pypdfium2 as pdfium
    from pypdfium2 import raw

    page = pdf[index]
    if not _is_written_over(page):
        return page
    # In a copy, for it holds its size and its fonts itself: pdfium forgets those that stand in the page tree.
    copy = pdfium.PdfDocument.new()
    copy.import_pages(pdf, [index])
    page.close()
    fresh = copy[0]
    raw.FPDFPage_Flatten(fresh, raw.FLAT_NORMALDISPLAY)
    # pdfium reads what was added only when it opens the page anew.
    fresh.close()
    return copy[0]


def _is_written_over(page: PdfPage) -> bool:
    """Whether a page holds a field of a form, or text that was typed on it as a note."""
    from pypdfium2 import raw

    for index in range(min(raw.FPDFPage_GetAnnotCount(page), _MOST_ANNOTATIONS)):
        note = raw.FPDFPage_GetAnnot(page, index)
        kind = raw.FPDFAnnot_GetSubtype(note)
        raw.FPDFPage_CloseAnnot(note)
        if kind in (raw.FPDF_ANNOT_WIDGET, raw.FPDF_ANNOT_FREETEXT):
            return True
    return False
