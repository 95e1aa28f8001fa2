"""The public names: a sorted list, each from its module, and an import that costs and prints nothing."""

from __future__ import annotations

import ast
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

import alignment

HEAVY = {"faiss", "jinja2", "lxml", "numpy", "onnxruntime", "pydantic", "scipy", "sklearn", "spacy", "torch", "yaml"}


def run(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, encoding="utf-8", check=True)


def test_the_public_names_are_sorted_and_those_of_the_table():
    assert alignment.__all__ == sorted(alignment._MODULES)
    assert set(alignment.__all__) <= set(dir(alignment))


@pytest.mark.parametrize("name", alignment.__all__)
def test_a_public_name_is_what_its_module_defines_and_is_documented(name):
    module, _, own = alignment._MODULES[name].partition(":")
    value = getattr(alignment, name)
    assert value is getattr(import_module(f"alignment.{module}"), own or name)
    assert value.__doc__


def test_type_checkers_see_the_same_names_from_the_same_modules():
    tree = ast.parse(Path(alignment.__file__).read_text(encoding="utf-8"))
    block = next(node for node in tree.body if isinstance(node, ast.If))
    seen = {
        alias.asname or alias.name: f"{node.module}:{alias.name}"
        for node in block.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    table = {name: place.partition(":") for name, place in alignment._MODULES.items()}
    assert seen == {name: f"alignment.{module}:{own or name}" for name, (module, _, own) in table.items()}


def test_importing_the_package_loads_nothing_heavy_and_prints_nothing():
    done = run(f"import sys, alignment; heavy = {HEAVY!r} & set(sys.modules); print(*sorted(heavy), end='')")
    assert (done.stdout, done.stderr) == ("", "")


def test_one_public_name_loads_its_own_module_only():
    done = run("import sys; from alignment import Status; print(Status.GAP, 'alignment.pipeline' in sys.modules)")
    assert done.stdout.split() == ["gap", "False"]


def test_an_unknown_name_is_an_attribute_error_and_modules_can_still_be_imported():
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        getattr(alignment, "nothing")  # noqa: B009  (a name that type checkers refuse too)
    assert run("from alignment import errors; print(errors.AlignmentError.__name__)").stdout == "AlignmentError\n"
