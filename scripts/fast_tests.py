"""What changed -> the tests nearest to it that fit in two minutes on two cores: `scripts/test --fast`.

    scripts/test --fast                    what changed since the branch left main (on main: since the last commit)
    scripts/test --fast --since HEAD~3     since another commit
    scripts/test --fast --only-show        the choice, without running it
    scripts/test --fast -x -k water        other options go to pytest

The choice depends on the files and on `tests/data/seconds.json` alone, and is printed with its reasons:
1. tests marked `meaning`: they say in seconds whether results still mean the same;
2. changed tests, then tests by their distance from what changed along the imports (1: the test imports the changed
   module; 2: it imports something that does), data files counting as imported by the modules that name them;
3. at the same distance the cheapest first, until the budget is used up. What is left out is named, with its seconds.
"""

from __future__ import annotations

import argparse
import ast
import json
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import takewhile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TESTS = ROOT / "tests"
SECONDS = TESTS / "data" / "seconds.json"
BUDGET = 120
"""Seconds of processor time, on two cores about 75 s; starting, collecting and uneven halves take the rest."""
UNKNOWN = 3.0
"""Seconds of a test that was never measured."""
_CODE = ("alignment", "tests", "benchmarks", "scripts")
_COMMAND = "alignment/cli/__init__.py"
_THROUGH = "{} (a name of it)"


@dataclass(frozen=True, slots=True)
class Test:
    """A test function with all its cases."""

    file: str
    """Relative to the repository."""
    name: str
    always: bool
    """Whether it is marked `meaning`."""
    fixtures: frozenset[str]
    """Every fixture that it needs, directly or not: `conftest.py::mapper`."""

    @property
    def key(self) -> str:
        """As in `tests/data/seconds.json`."""
        return f"{Path(self.file).name}::{self.name}"


@dataclass(frozen=True, slots=True)
class Choice:
    """Tests to run, and those in reach that did not fit."""

    chosen: tuple[Test, ...]
    left: tuple[Test, ...]
    near: Mapping[Test, int | None]
    """Steps from what changed; None for those that it does not reach."""
    seconds: float


@cache
def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _file(module: str) -> Path | None:
    """The file of a dotted name: in the package, or a helper that lies beside the tests or benchmarks."""
    for place in (ROOT, TESTS, ROOT / "benchmarks"):
        base = place.joinpath(*module.split("."))
        for path in (base.with_suffix(".py"), base / "__init__.py"):
            if path.exists():
                return path
    return None


def _named(module: str, name: str) -> Iterator[str]:
    """What `from module import name` uses: a module, or the one that `__init__` has the name from."""
    whole, path = _file(f"{module}.{name}"), _file(module)
    if whole:
        yield _name(whole)
    elif path and path.name == "__init__.py":
        sources = [
            source for node in ast.walk(_tree(path)) if isinstance(node, ast.ImportFrom) and node.module != module
            for alias in node.names if name in (alias.name, alias.asname)
            for source in _named(node.module or "", alias.name)
        ]  # fmt: skip
        # Not the package as a whole, through which everything in it would be near.
        yield from (_THROUGH.format(_name(path)), *sources) if sources else (_name(path),)
    elif path:
        yield _name(path)


def _imports(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (_name(path) for alias in node.names if (path := _file(alias.name)))
    elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
        yield from (used for alias in node.names for used in _named(node.module, alias.name))


@cache
def _places() -> frozenset[str]:
    """Files and folders of the repository."""
    files = _git("ls-files", "--cached", "--others", "--exclude-standard")
    return frozenset(files) | {folder.as_posix() for name in files for folder in Path(name).parents if folder.name}


def _data(node: ast.AST) -> Iterator[str]:
    """What of the repository an expression names: `ROOT / "docs" / "files.md"`, `shipped("corpus", "samples")`."""
    words: list[object] = []
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
        left: ast.expr = node
        while isinstance(left, ast.BinOp):
            words.insert(0, getattr(left.right, "value", None))
            left = left.left
    elif isinstance(node, (ast.Call, ast.Tuple)):
        words = [getattr(part, "value", None) for part in (node.args if isinstance(node, ast.Call) else node.elts)]
    known = list(takewhile(lambda word: isinstance(word, str) and word, words))
    place = "/".join(map(str, known)).strip("/")
    if place in _places() and not place.endswith(".py"):
        yield place


def _runs_command(node: ast.AST) -> bool:
    """Whether a list of words is `[sys.executable, "-m", "alignment", ...]`."""
    return isinstance(node, ast.List) and {"-m", "alignment"} <= {getattr(each, "value", None) for each in node.elts}


def used_by(tree: ast.AST) -> frozenset[str]:
    """Files, and files and folders of data, that a piece of code names, relative to the repository."""
    found = set()
    for node in ast.walk(tree):
        found |= {*_imports(node), *_data(node)}
        if _runs_command(node):
            found.add(_COMMAND)
    return frozenset(found)


def distances(changed: Iterable[str], uses: Mapping[str, Iterable[str]]) -> dict[str, int]:
    """How many steps lie between each file and the nearest changed one that it uses; others are left out."""
    users: dict[str, set[str]] = defaultdict(set)
    for user, used in uses.items():
        for each in used:
            users[each].add(user)
    far = dict.fromkeys(changed, 0)
    ring = list(far)
    while ring:
        following = []
        for name in ring:
            ways = {name, *(folder.as_posix() for folder in Path(name).parents if not name.endswith(".py"))}
            if far[name] == 0:
                ways.add(_THROUGH.format(name))
            for user in sorted({user for way in ways for user in users[way]} - far.keys()):
                far[user] = far[name] + 1
                following.append(user)
        ring = following
    return far


def _is(decorators: Iterable[ast.expr], word: str) -> bool:
    return any(word in ast.unparse(each) for each in decorators)


def _fixtures(path: Path) -> dict[str, ast.FunctionDef]:
    functions = (node for node in _tree(path).body if isinstance(node, ast.FunctionDef))
    return {node.name: node for node in functions if _is(node.decorator_list, "pytest.fixture")}


def _asked(node: ast.FunctionDef) -> set[str]:
    marks = [each for each in node.decorator_list if isinstance(each, ast.Call) and "usefixtures" in ast.unparse(each)]
    named = {getattr(word, "value", "") for mark in marks for word in mark.args}
    return named | {argument.arg for argument in node.args.args}


def tests_of(path: Path) -> list[Test]:
    """The tests of a file, with the fixtures that they need."""
    places = {"conftest.py": _fixtures(TESTS / "conftest.py"), path.name: _fixtures(path)}
    known = {name: (place, node) for place, found in places.items() for name, node in found.items()}
    tests = []
    for node in _tree(path).body:
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            needed: dict[str, str] = {}
            asked = _asked(node)
            while asked:
                name = asked.pop()
                if name in known and name not in needed:
                    needed[name] = f"{known[name][0]}::{name}"
                    asked |= _asked(known[name][1])
            always = _is(node.decorator_list, "mark.meaning")
            tests.append(Test(_name(path), node.name, always, frozenset(needed.values())))
    return tests


def _of_fixtures() -> dict[str, frozenset[str]]:
    """What each fixture of conftest uses, by the names in it."""
    path = TESTS / "conftest.py"
    bound = {
        alias.asname or alias.name: frozenset(_named(node.module, alias.name))
        for node in _tree(path).body if isinstance(node, ast.ImportFrom) and node.module for alias in node.names
    }  # fmt: skip
    found = {}
    for name, node in _fixtures(path).items():
        names = {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}
        found[f"conftest.py::{name}"] = used_by(node).union(*(bound.get(each, frozenset()) for each in names))
    return found


@cache
def _uses() -> dict[str, frozenset[str]]:
    """What every file of the project, and every fixture of conftest, uses."""
    files = sorted(path for folder in _CODE for path in (ROOT / folder).rglob("*.py"))
    # Every test shares conftest, so it leads to nothing by itself; each of its fixtures does.
    return {_name(path): used_by(_tree(path)) for path in files if path.name != "conftest.py"} | _of_fixtures()


def choose(changed: Iterable[str], seconds: Mapping[str, Mapping[str, float]], budget: float = BUDGET) -> Choice:
    """The tests to run after a change, nearest and cheapest first within the budget."""
    far = distances(changed, _uses())
    tests = [test for path in sorted(TESTS.glob("test_*.py")) for test in tests_of(path)]
    near = {
        test: min((far[each] for each in (test.file, *test.fixtures) if each in far), default=None) for test in tests
    }
    cost = {test: seconds["tests"].get(test.key, UNKNOWN) for test in tests}
    reached = [test for test in tests if test.always or near[test] is not None]
    reached.sort(key=lambda test: (not test.always, near[test] or 0, cost[test], test.key))
    chosen, left, paid = [], [], set[str]()
    total = 0.0
    for test in reached:
        more = cost[test] + sum(seconds["fixtures"].get(name, 0.0) for name in test.fixtures - paid)
        if total + more <= budget:
            chosen.append(test)
            paid |= test.fixtures
            total += more
        else:
            left.append(test)
    return Choice(tuple(chosen), tuple(left), near, total)


def _git(*words: str) -> list[str]:
    done = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout.splitlines() if done.returncode == 0 else []


def changes(since: str | None) -> tuple[str, list[str]]:
    """The commit compared with, and the files that differ from it, new ones among them."""
    new = _git("ls-files", "--others", "--exclude-standard")
    head = _git("rev-parse", "HEAD")
    bases = [since] if since else [*_git("merge-base", "HEAD", "origin/main"), *_git("merge-base", "HEAD", "main")]
    base = next((each for each in bases if since or [each] != head), None)
    if base is None:
        clean = not new and not _git("diff", "--name-only", "HEAD")
        base = "HEAD~1" if clean else "HEAD"
    return base, sorted({*_git("diff", "--name-only", base), *new})


def _show(choice: Choice, base: str, changed: list[str]) -> None:
    print(f"{len(changed)} file(s) differ from {base}: {', '.join(changed[:12])}{' ...' * (len(changed) > 12)}")
    reasons: dict[tuple[str, str], int] = defaultdict(int)
    for test in choice.chosen:
        far = choice.near[test]
        why = "marked meaning" if test.always else "changed" if far == 0 else f"{far} step(s) away"
        reasons[test.file, why] += 1
    for (file, why), count in sorted(reasons.items()):
        print(f"  {file}: {count} test(s), {why}")
    print(f"{len(choice.chosen)} test(s), about {choice.seconds:.0f} s of processor time")
    if choice.left:
        files = sorted({test.file for test in choice.left})
        print(f"left to the full run, as they do not fit: {len(choice.left)} test(s) of {', '.join(files)}")


def main() -> int:
    """Choose, explain, run."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--since", help="the commit to compare with")
    parser.add_argument("--only-show", action="store_true", help="do not run")
    options, rest = parser.parse_known_args()
    base, changed = changes(options.since)
    choice = choose(changed, json.loads(SECONDS.read_text(encoding="utf-8")))
    _show(choice, base, changed)
    if options.only_show or not choice.chosen:
        return 0
    names = [f"{test.file}::{test.name}" for test in choice.chosen]
    command = [sys.executable, "-m", "pytest", "-q", "-n", "2", "--dist", "loadfile", *rest, *names]
    return subprocess.run(command, cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
