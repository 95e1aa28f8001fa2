"""The documentation site is whole: it builds without a warning, names everything public, and fetches nothing."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote, urlsplit

import lxml.html
import pytest

import alignment

ROOT = Path(__file__).resolve().parent.parent
FETCHING = "//script/@src | //link/@href | //img/@src | //iframe/@src | //source/@src | //*/@srcset"
"""Attributes that make a browser load something; of links that a reader follows there may be others."""

IMPORTED = re.compile(r"""(?:url\(|@import)\s*["']?((?:https?:)?//[^\s"')]+)""")
"""The same in a style sheet."""


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The folder of the built site; building it fails on any warning."""
    place = tmp_path_factory.mktemp("site")
    done = subprocess.run(
        [ROOT / "scripts" / "build_site", place / "site", place / "doctrees"],
        capture_output=True, text=True, encoding="utf-8", check=False,
        env={**os.environ, "PYTHON": sys.executable, "http_proxy": "http://0.0.0.0:9", "https_proxy": "http://0.0.0.0:9"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return place / "site"


@pytest.fixture(scope="module")
def pages(site):
    """Path below the site -> its parsed page."""
    return {path: lxml.html.parse(str(path)).getroot() for path in sorted(site.rglob("*.html"))}


def test_every_page_of_the_repository_is_on_the_site_and_in_its_contents(site, pages):
    sources = {path.relative_to(ROOT).with_suffix(".html") for path in [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]}
    assert sources <= {path.relative_to(site) for path in pages}
    sidebar = pages[site / "README.html"].xpath('//*[contains(@class, "sidebar-tree")]//a/@href')
    listed = {(site / unquote(urlsplit(link).path)).relative_to(site) for link in sidebar if not link.startswith("#")}
    assert sources - {Path("README.html")} <= listed


def test_every_link_inside_the_site_leads_to_a_page_and_every_anchor_to_a_place_on_it(site, pages):
    anchors = {path: {*root.xpath("//@id"), *root.xpath("//a/@name")} for path, root in pages.items()}
    broken = []
    for path, root in pages.items():
        for link in root.xpath("//a/@href"):
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            known = anchors.get(target, set())
            if not target.exists() or (parts.fragment and unquote(parts.fragment) not in known):
                broken.append(f"{path.relative_to(site)}: {link}")
    assert broken == []


def test_no_page_and_no_style_sheet_loads_anything_from_elsewhere(site, pages):
    outside = [
        f"{path.relative_to(site)}: {link}"
        for path, root in pages.items()
        for link in root.xpath(FETCHING)
        if urlsplit(link).netloc
    ]
    for sheet in site.rglob("*.css"):
        outside += [f"{sheet.name}: {link}" for link in IMPORTED.findall(sheet.read_text(encoding="utf-8"))]
    assert outside == []


def test_every_public_name_is_in_the_reference_once(site, pages):
    found = pages[site / "docs" / "api.html"].xpath('//dt[contains(@class, "sig-object")]/@id')
    names = [name.removeprefix("alignment.") for name in found if name.count(".") == 1]
    assert sorted(names) == alignment.__all__


def test_every_public_member_of_a_public_class_is_in_the_reference_and_described(site, pages):
    terms = pages[site / "docs" / "api.html"].xpath('//dt[contains(@class, "sig-object")]')
    described = {term.get("id") for term in terms if term.getnext().text_content().strip()}
    members = set()
    for name in alignment.__all__:
        own = vars(getattr(alignment, name)) if isinstance(getattr(alignment, name), type) else {}
        members |= {
            f"alignment.{name}.{member}" for member in {*own, *own.get("__annotations__", {})} if member[0] != "_"
        }
    assert members - described == set()


def test_chinese_text_is_on_the_pages_and_in_the_search(site, pages):
    assert "“十四五”工业绿色发展规划" in pages[site / "README.html"].text_content()
    assert "披露" in pages[site / "docs" / "glossary.html"].text_content()


EXAMPLES = re.findall(
    r"```python\n(.*?)```\n(?:\n```text\n(.*?)```\n)?", (ROOT / "docs" / "python.md").read_text(encoding="utf-8"), re.S
)


def test_the_examples_of_the_python_page_print_what_the_page_shows(tmp_path, monkeypatch, capsys, samples):
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "samples").symlink_to(samples)
    monkeypatch.chdir(tmp_path)
    assert len(EXAMPLES) > 8
    names: dict[str, object] = {}
    for code, shown in EXAMPLES:
        exec(compile(code, "docs/python.md", "exec"), names)  # noqa: S102  (our own text)
        assert re.sub(r" +$", "", capsys.readouterr().out, flags=re.M) == shown, code


def test_every_name_in_the_glossary_is_one_that_results_commands_or_the_plan_use():
    rows = re.findall(r"^\|.*\| (.+?) \|$", (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8"), re.M)
    named = {name for cell in rows for name in re.findall(r"`([^`]+)`", cell)}
    commands = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
    sources = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "alignment").rglob("*.py"))
    options = {name for name in named if name.startswith(("--", "alignment "))}
    assert len(named) > 40
    assert {name for name in options if name not in commands} == set()
    assert {name for name in named - options if f'"{name.split(".")[-1]}"' not in sources} == set()


def test_the_page_on_the_method_explains_every_preset():
    page = (ROOT / "docs" / "method.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| `(\w+)` \| best F", page, re.M) == [preset.value for preset in alignment.Preset]
