"""The documentation site: `scripts/build_site` builds it from the pages as they are in the repository.

Sphinx reads the repository itself, not a copy of its pages, so that a link that works on the page works on the site
too; a link that leads nowhere, a missing heading and a name that cannot be imported are errors there. Nothing is
fetched, neither while it is built nor by the pages.
"""

from __future__ import annotations

import sys
from pathlib import Path

from sphinx.application import Sphinx

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from alignment import __version__  # noqa: E402  # the checkout's own package, not one that is installed elsewhere

project = "alignment"
author = "The alignment contributors"
project_copyright = "The alignment contributors, Apache-2.0"
version = release = __version__
language = "en"

root_doc = "README"
include_patterns = ["*.md", "docs/**.md"]
exclude_patterns = [".*", "**/.*", "build", "dist", "node_modules", "alignment-out", "tests", "corpus", "indexes"]
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]

myst_heading_anchors = 3
myst_enable_extensions = ["deflist"]

default_role = "literal"  # docstrings write `code` with single backticks, as Markdown does
autodoc_default_options = {"members": True, "undoc-members": True, "member-order": "bysource"}
autodoc_typehints = "signature"
autodoc_typehints_format = "short"
autodoc_preserve_defaults = True
python_maximum_signature_line_length = 90
python_use_unqualified_type_names = True
toc_object_entries_show_parents = "hide"

html_theme = "furo"
html_title = f"alignment {version}"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_copy_source = False
html_show_sourcelink = False
pygments_style = "friendly"
pygments_dark_style = "github-dark"

CONTENTS = """
```{toctree}
:hidden:
:caption: Use it

docs/python
docs/files
docs/screening
docs/portfolio
docs/own-plan
```

```{toctree}
:hidden:
:caption: Understand the result

docs/method
docs/reading
docs/glossary
docs/capacity
```

```{toctree}
:hidden:
:caption: Reference

docs/cli
docs/api
CHANGELOG
```

```{toctree}
:hidden:
:caption: Project

CONTRIBUTING
SECURITY
docs/decisions/README
```
"""
"""What the sidebar lists; the README itself stays free of it, because other places that show it would print it."""

DECISIONS = """
```{toctree}
:hidden:
:glob:

0*
```
"""

START = """<!doctype html>
<meta charset="utf-8">
<meta http-equiv="refresh" content="0; url=README.html">
<title>alignment</title>
<p><a href="README.html">alignment</a></p>
"""
"""A folder that is opened in a browser shows `index.html`; the first page is the README."""


def _add_contents(_app: Sphinx, page: str, source: list[str]) -> None:
    source[0] += {"README": CONTENTS, "docs/decisions/README": DECISIONS}.get(page, "")


def _add_start(app: Sphinx, failure: Exception | None) -> None:
    if failure is None and app.builder.name == "html":
        (app.outdir / "index.html").write_text(START, encoding="utf-8")


def setup(app: Sphinx) -> None:
    """Called by Sphinx."""
    app.connect("source-read", _add_contents)
    app.connect("build-finished", _add_start)
