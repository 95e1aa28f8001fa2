"""A run of pytest -> seconds of processor time of every test and every shared fixture, for `scripts/test --fast`.

A plugin: `python -m pytest -p seconds`, with `tests` on the path, adds what it measures to `tests/data/seconds.json`.
Processor time, with that of finished child processes, is the same on a busy machine; time on the clock is not.
"""

from __future__ import annotations

import json
import os
from collections import defaultdict
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

FILE = Path(__file__).resolve().parent / "data" / "seconds.json"
_tests: dict[str, float] = defaultdict(float)
_fixtures: dict[str, float] = {}
_now: list[float] = []
"""What the fixtures that are shared have cost within the test that is running."""


def _used() -> float:
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(fixturedef: pytest.FixtureDef[Any]) -> Generator[None, Any, Any]:
    began = _used()
    try:
        return (yield)
    finally:
        if fixturedef.scope in ("session", "module"):
            place = Path(fixturedef.baseid).name or "conftest.py"
            name = f"{place if place.endswith('.py') else 'conftest.py'}::{fixturedef.argname}"
            _fixtures[name] = max(_fixtures.get(name, 0.0), _used() - began)
            _now.append(_used() - began)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, Any, Any]:
    _now.clear()
    began = _used()
    try:
        return (yield)
    finally:
        name = f"{item.path.name}::{getattr(item, 'originalname', None) or item.name}"
        _tests[name] += max(0.0, _used() - began - sum(_now))


def pytest_sessionfinish() -> None:
    """Keep what was measured before of tests that did not run now."""
    before = json.loads(FILE.read_text(encoding="utf-8")) if FILE.exists() else {"tests": {}, "fixtures": {}}
    # Parametrized cases are one entry: a run of some of them must not lower it.
    for kind, found in (("tests", _tests), ("fixtures", _fixtures)):
        before[kind] = dict(sorted({**before[kind], **{name: round(took, 1) for name, took in found.items()}}.items()))
    FILE.write_text(json.dumps(before, indent=0) + "\n", encoding="utf-8")
