"""Small changes to the modules that decide -> those that no direct test of the module notices.

    .venv/bin/python scripts/mutate.py                 a sample of every module, always the same
    .venv/bin/python scripts/mutate.py gaps --all      every change to one module

Each change is tried in a process forked from one that has loaded the libraries, so a change costs the tests and
little else (mutmut and cosmic-ray start anew, or run every test that reaches a line; here only the direct tests
count). Words and patterns are left alone: they are data, and each has its own examples. Needs a system with fork.
"""

from __future__ import annotations

import argparse
import ast
import copy
import importlib
import importlib.abc
import importlib.util
import os
import random
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType

for _limit in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(_limit, "1")
ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from alignment import types  # noqa: E402

DECISIONS = {
    "coverage": ("alignment/assessment/coverage.py", ("test_gaps.py",)),
    "reasons": ("alignment/assessment/reasons.py", ("test_gaps.py", "test_judging.py")),
    "judging": ("alignment/assessment/__init__.py", ("test_judging.py",)),
    "substance": ("alignment/mapping/substance.py", ("test_substance.py",)),
    "figures": ("alignment/figures/__init__.py", ("test_figures.py",)),
    "calibration": ("alignment/mapping/calibration.py", ("test_calibration.py",)),
    "records": ("alignment/portfolio/records.py", ("test_records.py",)),
}
"""The module and its direct tests, by a short name."""
LIBRARIES = ("numpy", "spacy", "sklearn.linear_model", "onnxruntime", "faiss", "yaml", "pydantic", "lxml.etree",
             "jinja2", "hypothesis", "pytest", "opencc", "PIL.Image", "pypdfium2", "docx", "openpyxl")  # fmt: skip
SAMPLE = 40
"""Changes tried of each module."""
SLOWEST = 5
"""A change that makes the tests take this many times as long (and 20 s) has been noticed: it made a loop endless."""
_COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
}  # fmt: skip
_ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.Pow: ast.Mult,
}  # fmt: skip
_CALLS = {"min": "max", "max": "min", "any": "all", "all": "any"}


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change: the module with it, and how a reader finds it."""

    tree: ast.Module
    line: int
    what: str


def mutants(source: str) -> list[Mutant]:
    """Every change to a module, in the order of its lines."""
    original = ast.parse(source)
    nodes = list(ast.walk(original))
    skipped = {id(each) for node in nodes for part in _undecided(node) for each in ast.walk(part)}
    found = []
    for number, node in enumerate(nodes):
        for way in range(0 if id(node) in skipped else len(list(_changes(node)))):
            tree = copy.deepcopy(original)
            twin = list(ast.walk(tree))[number]
            before = _short(twin)
            list(_changes(twin))[way]()
            found.append(Mutant(ast.fix_missing_locations(tree), _line(node), f"{before}  =>  {_short(twin)}"))
    return sorted(found, key=lambda mutant: mutant.line)


def _undecided(node: ast.AST) -> Iterator[ast.AST]:
    """What decides nothing: annotations, decorators, imports, documentation."""
    if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
        yield from node.decorator_list
    if isinstance(node, ast.FunctionDef) and node.returns:
        yield node.returns
    if isinstance(node, (ast.arg, ast.AnnAssign)) and node.annotation:
        yield node.annotation
    if isinstance(node, (ast.Import, ast.ImportFrom, ast.JoinedStr)) or (
        isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    ):
        yield node


def _changes(node: ast.AST) -> Iterator[Callable[[], None]]:  # noqa: C901  (one case for each kind of node)
    """The ways in which a node may be changed in place."""

    def put(name: str, value: object, of: ast.AST = node) -> Callable[[], None]:
        return lambda: setattr(of, name, value)

    match node:
        case ast.Compare(ops=ops):
            for at, each in enumerate(ops):
                yield put("ops", [*ops[:at], _COMPARISONS[type(each)](), *ops[at + 1 :]])
        case ast.BinOp(op=op) if type(op) in _ARITHMETIC:
            yield put("op", _ARITHMETIC[type(op)]())
        case ast.BoolOp(op=op, values=values):
            yield put("op", ast.Or() if isinstance(op, ast.And) else ast.And())
            for at in range(len(values) if len(values) > 2 else 0):
                yield put("values", values[:at] + values[at + 1 :])
        case ast.UnaryOp(op=ast.USub()):
            yield put("op", ast.UAdd())
        case ast.UnaryOp(op=ast.Not() | ast.Invert() as op, operand=operand):
            yield put("operand", ast.UnaryOp(op, operand))
        case ast.If(test=test) | ast.IfExp(test=test) if not isinstance(test, (ast.Compare, ast.UnaryOp)):
            yield put("test", ast.UnaryOp(ast.Not(), test))
        case ast.comprehension(ifs=ifs):
            for at in range(len(ifs)):
                yield put("ifs", ifs[:at] + ifs[at + 1 :])
        case ast.Slice(lower=lower, upper=upper):
            if lower:
                yield put("lower", None)
            if upper:
                yield put("upper", None)
        case ast.Constant(value=bool() as value):
            yield put("value", not value)
        case ast.Constant(value=int() as number):
            yield put("value", number + 1)
        case ast.Constant(value=float() as number):
            yield put("value", number * 2 or 1.0)
        case ast.Name(id=name) if name in _CALLS:
            yield put("id", _CALLS[name])
        case ast.Return(value=ast.Tuple(elts=parts) as row) | ast.Lambda(body=ast.Tuple(elts=parts) as row):
            for at in range(len(parts)):
                # A sort key keeps its length; the part no longer tells anything apart.
                yield put("elts", [*parts[:at], ast.Constant(0), *parts[at + 1 :]], row)
        case ast.Attribute(value=ast.Name(id=kind), attr=member):
            members = list(getattr(getattr(types, kind, None), "__members__", ()))
            if member in members:
                yield put("attr", members[(members.index(member) + 1) % len(members)])


def _line(node: ast.AST) -> int:
    return getattr(node, "lineno", 0) or min((_line(each) or 10**6 for each in ast.iter_child_nodes(node)), default=0)


def _short(node: ast.AST) -> str:
    code = ast.unparse(node).split("\n", 1)[0]
    return code if len(code) <= 90 else f"{code[:87]}..."


class _Changed(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Imports one module from a changed tree."""

    def __init__(self, path: Path, tree: ast.Module) -> None:
        self._path, self._tree = path, tree
        self._name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")

    def find_spec(self, fullname: str, path: object = None, target: object = None) -> ModuleSpec | None:
        del path, target
        if fullname != self._name:
            return None
        inside = [str(self._path.parent)] if self._path.name == "__init__.py" else None
        return importlib.util.spec_from_file_location(
            fullname, self._path, loader=self, submodule_search_locations=inside
        )

    def exec_module(self, module: ModuleType) -> None:
        exec(compile(self._tree, str(self._path), "exec"), module.__dict__)  # noqa: S102  (our own module)


def _start(path: Path, tree: ast.Module, tests: Sequence[str], *, quiet: bool = True) -> int:
    """The id of a new process in which the tests run with the module so; it ends with the exit code of pytest."""
    if process := os.fork():
        return process
    code = 3
    try:
        os.setsid()
        if quiet:
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, 1)
            os.dup2(nowhere, 2)
        import hypothesis
        import pytest

        sys.meta_path.insert(0, _Changed(path, tree))
        repeatable = hypothesis.settings(deadline=None, derandomize=True, database=None, max_examples=25)
        hypothesis.settings.register_profile("mutate", repeatable)
        os.environ["HYPOTHESIS_PROFILE"] = "mutate"
        names = [str(ROOT / "tests" / name) for name in tests]
        # The libraries are loaded already, among them what pytest would have rewritten the asserts of.
        options = [
            "-x",
            "-q",
            "-p",
            "no:cacheprovider",
            "--tb=short",
            "-W",
            "ignore::pytest.PytestAssertRewriteWarning",
        ]
        code = int(pytest.main([*names, *options]))
    finally:
        sys.stdout.flush()
        os._exit(code)


def survivors(path: Path, chosen: Sequence[Mutant], tests: Sequence[str], *, jobs: int) -> list[Mutant]:
    """The changes with which the tests pass; they have to pass without any, which also tells how long they take."""
    began = time.monotonic()
    _, status = os.waitpid(_start(path, ast.parse(path.read_text(encoding="utf-8")), tests, quiet=False), 0)
    if status:
        raise SystemExit(f"error: the tests of {path.name} fail as it is")
    patience = SLOWEST * (time.monotonic() - began) + 20
    left, running, found = list(reversed(chosen)), dict[int, tuple[Mutant, float]](), []
    while left or running:
        while left and len(running) < jobs:
            mutant = left.pop()
            running[_start(path, mutant.tree, tests)] = mutant, time.monotonic() + patience
        for process, (mutant, deadline) in list(running.items()):
            ended, status = os.waitpid(process, os.WNOHANG)
            if ended:
                del running[process]
                if status == 0:
                    found.append(mutant)
            elif time.monotonic() > deadline:
                os.killpg(process, signal.SIGKILL)
        time.sleep(0.02)
    return sorted(found, key=lambda mutant: (mutant.line, mutant.what))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("module", nargs="*", choices=[[], *DECISIONS], help="all by default")
    parser.add_argument("--all", action="store_true", help=f"every change, not a sample of {SAMPLE} of each module")
    parser.add_argument("--seed", type=int, default=0, help="of the sample")
    parser.add_argument("--jobs", type=int, default=2, help="processes at a time")
    chosen = parser.parse_args()
    for library in LIBRARIES:
        importlib.import_module(library)
    total, missed = 0, 0
    for name in chosen.module or DECISIONS:
        place, tests = DECISIONS[name]
        path = ROOT / place
        every = mutants(path.read_text(encoding="utf-8"))
        dice = random.Random(f"{chosen.seed} {name}")  # noqa: S311  (no secret)
        tried = every if chosen.all or len(every) <= SAMPLE else dice.sample(every, SAMPLE)
        found = survivors(path, tried, tests, jobs=chosen.jobs)
        print(
            f"{place}: {len(tried) - len(found)} of {len(tried)} changes noticed (of {len(every)} possible)", flush=True
        )
        for mutant in found:
            print(f"  {place}:{mutant.line}: {mutant.what}", flush=True)
        total, missed = total + len(tried), missed + len(found)
    print(f"all: {total - missed} of {total} changes noticed")


if __name__ == "__main__":
    main()
