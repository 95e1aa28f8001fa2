"""Templates, messages in both languages and the page's safety policy: what every page of ours is made with."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from typing import Any, Literal

import yaml
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from alignment import resources
from alignment.text.reading import reading_text
from alignment.types import Bilingual

Lang = Literal["zh", "en"]


@cache
def environment() -> Environment:
    """Jinja with autoescape on, and `t` (message), `tb` (bilingual text) and `plain` for attributes."""
    made = Environment(
        loader=FileSystemLoader(resources.shipped("templates")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals.update(t=message, plain=plain, tb=both, reading=reading_text)
    made.filters["percent"] = lambda value: f"{100 * value:.0f}%"
    return made


@cache
def _messages() -> dict[str, dict[str, str]]:
    messages: dict[str, dict[str, str]] = {}
    for name in ("messages.yaml", "messages-portfolio.yaml", "messages-plan.yaml"):
        messages |= yaml.safe_load(resources.shipped("templates", name).read_text(encoding="utf-8"))
    return messages


def message(key: str, **values: Any) -> Markup:
    """A message in both languages; the page's style shows one of them. Values are escaped."""
    found = _messages()[key]
    english = found["one"] if values.get("count") == 1 and "one" in found else found["en"]
    return _spans(escape(found["zh"].format(**values)), escape(english.format(**values)))


def has_message(key: str) -> bool:
    """Whether there are words for it."""
    return key in _messages()


def plain(key: str, lang: str) -> str:
    """A message in one language, for attributes."""
    return _messages()[key][lang]


def both(text: Bilingual) -> Markup:
    """A text in both languages; one that is written in one language only says so where the other is shown."""
    if text.zh and text.en:
        return _spans(escape(text.zh), escape(text.en))
    written, other = ("zh", "en") if text.zh else ("en", "zh")
    if not text:
        return Markup("")
    return Markup(
        '<span class="{0}" lang="{0}">{2}</span><span class="{1}" lang="{0}">{2}<small class="only">{3}</small></span>'
    ).format(written, other, text.get(written), plain(f"only_{written}", other))


def _spans(chinese: Markup, english: Markup) -> Markup:
    return Markup('<span class="zh" lang="zh">{}</span><span class="en" lang="en">{}</span>').format(chinese, english)


def page_parts(*names: str) -> dict[str, object]:
    """Style and script joined from these files, and the policy that lets only these run and fetches nothing."""
    styles, script = (
        "\n".join(
            resources.shipped("templates", name).read_text(encoding="utf-8").strip()
            for name in names
            if name.endswith(suffix)
        )
        for suffix in (".css", ".js")
    )

    def digest(text: str) -> str:
        return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()

    return {
        "style": Markup(styles),  # noqa: S704  (our own file)
        "script": Markup(script),  # noqa: S704  (our own file)
        "policy": f"default-src 'none'; style-src 'sha256-{digest(styles)}'; script-src 'sha256-{digest(script)}'; "
        "img-src data:; base-uri 'none'; form-action 'none'",
    }
