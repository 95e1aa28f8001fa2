"""What the project says of itself agrees: version, changelog, links between its pages."""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from alignment import __version__

ROOT = Path(__file__).resolve().parent.parent
SECTIONS = re.findall(r"^## (.+)$", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.M)
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


def numbers(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))


def test_the_top_section_of_the_changelog_is_the_version_released_with_its_date_or_not_yet():
    assert re.fullmatch(rf"{re.escape(__version__)} \((unreleased|\d{{4}}-\d\d-\d\d)\)", SECTIONS[0])


def test_every_older_section_of_the_changelog_has_a_lower_version_and_a_date():
    older = [re.fullmatch(r"(\d+\.\d+\.\d+) \(\d{4}-\d\d-\d\d\)", section) for section in SECTIONS[1:]]
    assert all(older)
    versions = [numbers(__version__), *(numbers(section[1]) for section in older if section)]
    assert versions == sorted(set(versions), reverse=True)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_link_of_a_page_leads_to_a_file(page):
    links = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_every_decision_is_listed():
    folder = ROOT / "docs" / "decisions"
    listed = re.findall(r"\((\d{4}-[\w-]+\.md)\)", (folder / "README.md").read_text(encoding="utf-8"))
    assert listed == sorted(path.name for path in folder.glob("0*.md"))


@pytest.fixture(scope="module")
def packed():
    """The names in the source distribution, without its outermost folder."""
    if not (path := os.environ.get("ALIGNMENT_SDIST")):
        pytest.skip("scripts/test builds the source distribution and names it in ALIGNMENT_SDIST")
    with tarfile.open(path) as archive:
        names = [member.name for member in archive.getmembers() if member.isfile()]
    outermost = {name.split("/", 1)[0] for name in names}
    assert outermost == {f"plan_alignment-{__version__}"}
    return {name.split("/", 1)[1] for name in names}


def test_the_source_distribution_has_what_building_using_and_testing_need(packed):
    assert packed >= {"LICENSE", "README.md", "CHANGELOG.md", "pyproject.toml", "PKG-INFO", "scripts/test"}
    assert packed >= {"tests/conftest.py", "tests/data/seconds.json", "docs/files.md", "alignment/py.typed"}
    for folder in ("corpus", "indexes", "templates", "alignment"):
        there = {path.relative_to(ROOT).as_posix() for path in (ROOT / folder).rglob("*") if path.is_file()}
        assert {name for name in there if "__pycache__" not in name} <= packed, folder


def test_the_source_distribution_has_nothing_that_is_not_the_projects(packed):
    if shutil.which("git") is None or not (ROOT / ".git").exists():
        pytest.skip("only a checkout knows which files are the project's")
    command = ["git", "-c", "core.quotepath=off", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=True).stdout
    assert packed - {"PKG-INFO"} == set(listed.splitlines())


LONGEST_MODULE, LONGEST_FUNCTION = 300, 60
"""Lines. A function's are those of its body without its docstring: parameters of a command are its options."""
LONGER = {
    "figures/__init__.py": "patterns of years, bases and prices, and the rules that use them, are read together",
    "frameworks/building.py: convert": "one call for each field of the schema, in its order",
    "types/framework.py": "all that a framework is made of, in the order in which it refers to each other",
}
"""What may be longer, and why."""


def too_long(root: Path) -> Iterator[str]:
    """Modules and functions below a folder that are longer than they may be."""
    for path in sorted(root.rglob("*.py")):
        name, text = path.relative_to(root).as_posix(), path.read_text(encoding="utf-8")
        if len(text.splitlines()) > LONGEST_MODULE:
            yield name
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                body = node.body[1:] if ast.get_docstring(node) else node.body
                if body and (body[-1].end_lineno or 0) - body[0].lineno + 1 > LONGEST_FUNCTION:
                    yield f"{name}: {node.name}"


def test_no_module_and_no_function_is_longer_than_can_be_seen_at_once():
    assert set(too_long(ROOT / "alignment")) <= set(LONGER)


def test_a_long_module_and_a_long_function_are_named(tmp_path: Path):
    described = 'def short():\n    """Says\n    much."""\n' + "    pass\n" * 60
    (tmp_path / "short.py").write_text(described, encoding="utf-8")
    (tmp_path / "long.py").write_text("def long():\n" + "    pass\n" * 61, encoding="utf-8")
    (tmp_path / "module.py").write_text("\n" * 301, encoding="utf-8")
    assert list(too_long(tmp_path)) == ["long.py: long", "module.py"]
