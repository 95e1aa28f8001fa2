"""Imports point down, from room to room and inside `documents/` too, and importing the package is light."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

import alignment

FLOORS = (
    {"types", "errors", "progress"},
    {"resources"},
    {"text", "sandbox"},
    {"storage", "passages", "frameworks", "encoders", "figures"},
    {"index", "documents"},
    {"mapping", "drafting"},
    {"assessment"},
    {"settings", "reports", "analysis"},
    {"pipeline", "verification"},
    {"portfolio", "evaluation"},
    {"screening"},
    {"cli"},
    {"__main__"},
)
"""The rooms of the package, the ground first: a module imports from its own room and from lower floors only."""

DOCUMENTS = (
    {"limits", "encodings", "geometry", "tolerances"},
    {"files", "packages", "building"},
    {"tables", "unread", "archives"},
    {"html", "office", "pdfium"},
    {"detection", "ocr", "slides", "spreadsheet", "web", "word"},
    {"epub", "layout", "plain"},
    {"pdf"},
    {"images"},
    {"", "quotes"},
    {"isolated"},
)
"""The same inside `documents/`; "" is its entry, which calls the reader of each format."""

ROOT = Path(alignment.__file__).parent


def modules(root: Path) -> dict[str, Path]:
    """Every module of the package by its dotted name without the package's own; "" is the package's entry."""
    return {
        ".".join(path.relative_to(root).with_suffix("").parts).removesuffix("__init__").removesuffix("."): path
        for path in root.rglob("*.py")
    }


def imported(path: Path, known: set[str]) -> Iterator[str]:
    """Modules of the package that a file imports, anywhere in it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "alignment":
            base = node.module.removeprefix("alignment").removeprefix(".")
            for alias in node.names:
                name = f"{base}.{alias.name}".removeprefix(".")
                yield name if name in known else base
        elif isinstance(node, ast.Import):
            yield from (a.name.removeprefix("alignment.") for a in node.names if a.name.startswith("alignment."))


def floor(room: str, floors: tuple[set[str], ...]) -> int:
    found = [number for number, rooms in enumerate(floors) if room in rooms]
    assert len(found) == 1, f"{room or 'the entry'} needs one floor in tests/test_layers.py"
    return found[0]


def wrong(root: Path) -> list[str]:
    """Every import that does not point down to a lower floor, or stay in its room."""
    found = []
    known = modules(root)
    for name, path in known.items():
        if not name:
            continue  # the public names, which come from everywhere
        for target in sorted(set(imported(path, set(known))) - {""}):
            rooms: list[str] = [each.split(".")[0] for each in (name, target)]
            floors: tuple[set[str], ...] = FLOORS
            if rooms == ["documents", "documents"]:
                rooms, floors = [[*each.split("."), ""][1] for each in (name, target)], DOCUMENTS
            if rooms[0] != rooms[1] and floor(rooms[0], floors) <= floor(rooms[1], floors):
                found.append(f"{name} imports {target}")
    return found


@pytest.mark.meaning
def test_no_import_points_up_or_across():
    assert wrong(ROOT) == []


def test_every_room_has_its_floor():
    rooms = {name.split(".")[0] for name in modules(ROOT)} - {""}
    inside = {[*name.split("."), ""][1] for name in modules(ROOT) if name.split(".")[0] == "documents"}
    assert rooms == set().union(*FLOORS)
    assert inside == set().union(*DOCUMENTS)


def test_an_import_that_points_up_or_across_is_named(tmp_path: Path):
    for name, text in {
        "text/words.py": "from alignment.mapping import model",
        "mapping/model.py": "import alignment.pipeline",
        "pipeline.py": "def late():\n    from alignment import verification",
        "verification.py": "from alignment.mapping import model",
        "documents/html/tags.py": "from alignment.documents.office import charts",
        "documents/office/charts.py": "from alignment.documents import read",
        "documents/__init__.py": "from alignment.documents.html import tags",
    }.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    (tmp_path / "__init__.py").touch()
    assert sorted(wrong(tmp_path)) == [
        "documents.html.tags imports documents.office.charts",
        "documents.office.charts imports documents",
        "mapping.model imports pipeline",
        "pipeline imports verification",
        "text.words imports mapping.model",
    ]


def test_importing_the_package_loads_neither_torch_nor_faiss():
    code = "import sys, alignment; print(sorted({'torch', 'faiss', 'spacy', 'sklearn'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_what_is_said_of_a_constant_is_said_below_it():
    """A text between statements that is below no constant has lost what it describes."""
    lost = []
    for name, path in modules(ROOT).items():
        body = ast.parse(path.read_text(encoding="utf-8")).body
        for before, node in pairwise(body):
            is_text = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
            if is_text and not isinstance(before, ast.Assign | ast.AnnAssign):
                lost.append(f"{name}:{node.lineno}")
    assert lost == []
