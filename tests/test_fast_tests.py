"""The quick loop chooses what a change needs: near before far, within its budget, the same every time."""

from __future__ import annotations

import importlib.util
import json
import sys

import pytest
from conftest import REPOSITORY

SCRIPT = REPOSITORY / "scripts" / "fast_tests.py"


@pytest.fixture(scope="module")
def fast():
    spec = importlib.util.spec_from_file_location("fast_tests", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    sys.modules["fast_tests"] = module
    spec.loader.exec_module(module)
    yield module
    del sys.modules["fast_tests"]


@pytest.fixture(scope="module")
def seconds(fast):
    return json.loads(fast.SECONDS.read_text(encoding="utf-8"))


def files(choice):
    return {test.file for test in choice.chosen}


def test_distance_counts_imports_and_a_folder_of_data_stands_for_what_is_in_it(fast):
    uses = {"b.py": ["a.py"], "c.py": ["b.py"], "d.py": ["words"], "e.py": ["x/__init__.py (a name of it)"], "f.py": []}
    assert fast.distances(["a.py"], uses) == {"a.py": 0, "b.py": 1, "c.py": 2}
    assert fast.distances(["words/zh/one.yaml"], uses) == {"words/zh/one.yaml": 0, "d.py": 1}
    assert fast.distances(["x/__init__.py"], uses) == {"x/__init__.py": 0, "e.py": 1}
    assert fast.distances(["y.py", "b.py"], uses) == {"y.py": 0, "b.py": 0, "c.py": 1}


def test_what_always_runs_runs_even_where_nothing_changed(fast, seconds):
    choice = fast.choose([], seconds)
    assert choice.chosen and all(test.always for test in choice.chosen)
    assert choice.left == () and 0 < choice.seconds <= fast.BUDGET


def test_the_tests_of_a_module_come_before_those_that_only_reach_it(fast, seconds):
    (source,) = (REPOSITORY / "alignment").rglob("substance.py")
    changed = [source.relative_to(REPOSITORY).as_posix()]
    free = fast.choose(changed, seconds, budget=10**6)
    near = [free.near[test] for test in free.chosen if not test.always]
    assert near == sorted(near) and near[0] == 1 and near[-1] > 1
    chosen = fast.choose(changed, seconds)
    assert {test.name for test in free.chosen if test.file == "tests/test_substance.py"} <= {
        test.name for test in chosen.chosen
    }


def test_a_changed_test_is_nearest_of_all(fast, seconds):
    choice = fast.choose(["tests/test_units.py", "tests/test_quantities.py"], seconds)
    mine = [test for test in choice.chosen if test.file == "tests/test_quantities.py"]
    assert mine and {choice.near[test] for test in mine} == {0}


def test_data_reaches_the_tests_of_the_modules_that_read_it(fast, seconds):
    lexicon = fast.choose(["corpus/lexicons/substance.yaml"], seconds, budget=10**6)
    assert "tests/test_substance.py" in files(lexicon)
    page = fast.choose(["docs/files.md"], seconds, budget=10**6)
    assert "tests/test_docs.py" in files(page) and "tests/test_tables.py" not in files(page)


def test_what_does_not_fit_is_named_and_the_budget_is_kept(fast, seconds):
    everything = fast.choose(["alignment/errors.py"], seconds, budget=10**6)
    some = fast.choose(["alignment/errors.py"], seconds)
    assert some.seconds <= fast.BUDGET < everything.seconds
    assert set(some.chosen) | set(some.left) == set(everything.chosen) and not set(some.chosen) & set(some.left)


def test_a_test_never_measured_is_neither_free_nor_left_out(fast):
    nothing: dict[str, dict[str, float]] = {"tests": {}, "fixtures": {}}
    choice = fast.choose(["tests/test_folding.py"], nothing)
    assert choice.seconds == pytest.approx(len(choice.chosen) * fast.UNKNOWN)
    assert "tests/test_folding.py" in files(choice)


def test_a_fixture_is_paid_for_once(fast):
    seconds = {"tests": {}, "fixtures": {"conftest.py::mapper": 7.0}}
    choice = fast.choose(["tests/test_substance.py"], seconds, budget=10**6)
    assert sum("conftest.py::mapper" in test.fixtures for test in choice.chosen) > 1
    assert choice.seconds == pytest.approx(len(choice.chosen) * fast.UNKNOWN + 7)


def test_the_choice_is_the_same_every_time(fast, seconds):
    first, second = (fast.choose(["alignment/errors.py"], seconds) for _ in range(2))
    assert first.chosen == second.chosen and first.left == second.left
