"""Assessment -> one self-contained HTML page; everything from the report is escaped, nothing is fetched."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from typing import Any, Literal
from urllib.parse import quote

import yaml
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from alignment import resources
from alignment.figures import DISCLAIMER
from alignment.passages import reading_text
from alignment.reports import view
from alignment.types import Assessment, Bilingual, Evidence, Language, Passage

Lang = Literal["zh", "en"]
_WHY_LENGTH = 220


def to_html(assessment: Assessment, *, lang: Lang = "zh", source: str | None = None) -> str:
    """The page. `lang` is the language that shows first; `source` is a relative link to the report, for page links."""
    rows = view.rows(assessment)
    style, script = _asset("report.css"), _asset("report.js")
    return (
        _environment()
        .get_template("report.html")
        .render(
            a=assessment,
            lang=lang,
            source=_link(source),
            style=Markup(style),  # noqa: S704  (our own file)
            script=Markup(script),  # noqa: S704  (our own file)
            policy=_policy(style, script),
            rows=rows,
            urgent=view.by_urgency(rows),
            view=view,
            disclaimer=DISCLAIMER,
            place=lambda passage: _place(assessment, passage, _link(source)),
            nearest=lambda item: _exemplar(assessment, item),
        )
    )


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(resources.shipped("templates")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(t=_message, plain=_plain, tb=_both, reading=reading_text, mark=_mark)
    environment.filters["percent"] = lambda value: f"{100 * value:.0f}%"
    return environment


@cache
def _messages() -> dict[str, dict[str, str]]:
    messages: dict[str, dict[str, str]] = yaml.safe_load(
        resources.shipped("templates", "messages.yaml").read_text(encoding="utf-8")
    )
    return messages


def _message(key: str, **values: Any) -> Markup:
    """A message in both languages; the page's style shows one of them. Values are escaped."""
    message = _messages()[key]
    english = message["one"] if values.get("count") == 1 and "one" in message else message["en"]
    return _spans(escape(message["zh"].format(**values)), escape(english.format(**values)))


def _plain(key: str, lang: str) -> str:
    """A message in one language, for attributes."""
    return _messages()[key][lang]


def _both(text: Bilingual) -> Markup:
    return _spans(escape(text.zh), escape(text.en))


def _spans(chinese: Markup, english: Markup) -> Markup:
    return Markup('<span class="zh" lang="zh">{}</span><span class="en" lang="en">{}</span>').format(chinese, english)


def _asset(name: str) -> str:
    return resources.shipped("templates", name).read_text(encoding="utf-8").strip()


def _policy(style: str, script: str) -> str:
    """Nothing but this very style and script may run, and nothing may be fetched."""

    def digest(text: str) -> str:
        return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()

    return (
        f"default-src 'none'; style-src 'sha256-{digest(style)}'; script-src 'sha256-{digest(script)}'; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )


def _link(source: str | None) -> str | None:
    """A relative link: a path that begins with a letter and a colon would be taken for a scheme."""
    return "./" + quote(source) if source is not None and not source.startswith("/") else source and quote(source)


def _place(assessment: Assessment, passage: Passage, source: str | None) -> Markup:
    """`p. 12 (printed 10)`, linked into the source where it has pages."""
    if not assessment.document.has_pages:
        return _message("paragraph", number=passage.paragraph or "?")
    printed = view.label(assessment, passage)
    text = (
        _message("page_labelled", page=passage.page, label=printed) if printed else _message("page", page=passage.page)
    )
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
