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
     "quantities", "units", "languages", "lexicon", "nlp", "sandbox"},
    {"screening.records"},
    {"screening.companies"},
    {"screening.peers", "screening.years", "screening.copies", "screening.stock"},
    {"mapping", "gaps", "reports", "report_index"},
    {"numbers", "judging", "pipeline", "searching", "stated", "verification"},
    {"screening", "evaluation"},
    {"cli"},
    {"__main__"},
)  # fmt: skip
ROOT = Path(alignment.__file__).parent


def layer(module: str) -> int:
    """The layer of `package.module` where it has one of its own, else that of its package."""
    return next(
        number for name in (module, module.split(".")[0]) for number, names in enumerate(LAYERS) if name in names
    )


def imported(tree: ast.AST) -> set[str]:
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "alignment":
            found |= {alias.name for alias in node.names} - {"__version__"}
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("alignment."):
            found.add(node.module.removeprefix("alignment."))
        elif isinstance(node, ast.Import):
            found |= {
                alias.name.removeprefix("alignment.") for alias in node.names if alias.name.startswith("alignment.")
            }
    return found


def test_no_module_imports_a_later_layer():
    wrong = []
    for path in ROOT.rglob("*.py"):
        module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        if module in ("__init__", "screening.__init__"):
            continue
        names = imported(ast.parse(path.read_text(encoding="utf-8")))
        wrong += [f"{path.relative_to(ROOT)} imports {name}" for name in names if layer(name) > layer(module)]
    assert wrong == []


def test_importing_the_package_loads_neither_torch_nor_faiss():
    code = "import sys, alignment; print(sorted({'torch', 'faiss', 'spacy', 'sklearn'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"
