"""Assessment -> one self-contained HTML page; everything from the report is escaped, nothing is fetched."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from urllib.parse import quote

from markupsafe import Markup, escape

from alignment.documents.ocr.recognition import LEAST_CONFIDENCE
from alignment.figures import DISCLAIMER
from alignment.reports import view
from alignment.reports.rendering import Lang, environment, message, page_parts
from alignment.text.reading import reading_text
from alignment.types import Assessment, Crop, Evidence, Format, Language, Passage

_WHY_LENGTH = 220


def to_html(
    assessment: Assessment,
    *,
    lang: Lang = "zh",
    source: str | None = None,
    crops: Mapping[str, Crop] | None = None,
) -> str:
    """The page. `lang` is the language that shows first; `source` is a relative link to the report, for page links.

    `crops` are pictures of the places of `view.quoted`, by passage.
    """
    rows = view.rows(assessment)
    return (
        environment()
        .get_template("report.html")
        .render(
            a=assessment,
            lang=lang,
            source=_link(source),
            **page_parts("report.css", "page.js", "report.js"),
            mark=_mark,
            rows=rows,
            urgent=view.by_urgency(rows),
            view=view,
            disclaimer=DISCLAIMER,
            least_confidence=LEAST_CONFIDENCE,
            place=lambda passage: _place(assessment, passage, _link(source)),
            on_page=lambda passage: view.place_on_page(assessment, passage),
            crops=view.Pictures({passage: _picture(crop) for passage, crop in (crops or {}).items()}),
            nearest=lambda item: _exemplar(assessment, item),
        )
    )


def _link(source: str | None) -> str | None:
    """A relative link: a path that begins with a letter and a colon would be taken for a scheme."""
    if source is None:
        return None
    link = quote(source, errors="surrogateescape")
    return link if link.startswith("/") else f"./{link}"


def _place(assessment: Assessment, passage: Passage, source: str | None) -> Markup:
    """`p. 12 (printed 10)`, linked into the source where it has pages; else a paragraph, or a row of a sheet."""
    printed = view.label(assessment, passage)
    if assessment.document.format is Format.XLSX:
        return message("row", sheet=printed or passage.page, number=passage.paragraph or 1)
    if not assessment.document.has_pages:
        return message("paragraph", number=passage.paragraph or "?")
    text = message("page_labelled", page=passage.page, label=printed) if printed else message("page", page=passage.page)
    if source is None:
        return Markup('<span class="page">{}</span>').format(text)
    return Markup('<a class="page" href="{}#page={}">{}</a>').format(source, passage.page, text)


def _mark(item: Evidence) -> Markup:
    """The quote as a person reads it, its terms marked."""
    text = reading_text(item.passage.text)
    spans: list[tuple[int, int]] = []
    for term in item.signals.terms:
        start = text.casefold().find(reading_text(term).casefold())
        if start >= 0:
            spans.append((start, start + len(reading_text(term))))
    marked, last = Markup(""), 0
    for start, end in sorted(spans):
        if start >= last:
            marked += escape(text[last:start]) + Markup("<mark>{}</mark>").format(text[start:end])
            last = end
    return marked + escape(text[last:])


def _picture(crop: Crop) -> tuple[str, int, int]:
    """Data URI, and width and height as shown: rendered for sharp screens, so smaller than its pixels."""
    uri = f"data:image/webp;base64,{base64.b64encode(crop.image).decode()}"
    return uri, crop.width, crop.height


def _exemplar(assessment: Assessment, item: Evidence) -> tuple[str, str]:
    """Language and shortened text of the exemplar that a passage resembles most."""
    wanted = item.signals.nearest
    for element in assessment.framework.elements:
        for measure in element.measures:
            for exemplar in measure.exemplars:
                if exemplar.id == wanted:
                    return exemplar.language.value, _short(exemplar.text)
    return Language.UNKNOWN.value, ""


def _short(text: str) -> str:
    return text if len(text) <= _WHY_LENGTH else text[:_WHY_LENGTH].rstrip() + "…"
