"""Imports point one way, and importing the package is light."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import alignment

LAYERS = (
    {"types", "errors", "resources"},
    {"documents", "passages", "encoders", "index", "frameworks", "schema", "substance", "figures", "folding",
     "languages", "lexicon", "nlp", "sandbox"},
    {"mapping", "gaps", "reports", "report_index"},
    {"pipeline", "searching", "verification"},
    {"screening", "evaluation"},
    {"cli"},
    {"__main__"},
)  # fmt: skip
ROOT = Path(alignment.__file__).parent


def layer(module: str) -> int:
    return next(number for number, names in enumerate(LAYERS) if module in names)


def imported(tree: ast.AST) -> set[str]:
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "alignment":
            found |= {alias.name for alias in node.names} - {"__version__"}
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("alignment."):
            found.add(node.module.split(".")[1])
        elif isinstance(node, ast.Import):
            found |= {alias.name.split(".")[1] for alias in node.names if alias.name.startswith("alignment.")}
    return found


def test_no_module_imports_a_later_layer():
    wrong = []
    for path in ROOT.rglob("*.py"):
        module = path.relative_to(ROOT).parts[0].removesuffix(".py")
        if module == "__init__":
            continue
        names = imported(ast.parse(path.read_text(encoding="utf-8")))
        wrong += [f"{path.relative_to(ROOT)} imports {name}" for name in names if layer(name) > layer(module)]
    assert wrong == []


def test_importing_the_package_loads_neither_torch_nor_faiss():
    code = "import sys, alignment; print(sorted({'torch', 'faiss', 'spacy', 'sklearn'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"
