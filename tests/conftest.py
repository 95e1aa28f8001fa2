"""What the tests share: real files built on the spot, one mapper per session, an own cache."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections import defaultdict
from pathlib import Path

import hypothesis
import pytest

from alignment import encoders, frameworks, resources
from alignment.mapping.mapper import Mapper
from alignment.pipeline import Pipeline
from alignment.settings import Settings

REPOSITORY = Path(__file__).resolve().parent.parent
BROWSER = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
SHARED = Path(os.environ.get("ALIGNMENT_SHARED", REPOSITORY.parent / "shared"))


# A busy machine is no fault of an example.
hypothesis.settings.register_profile("alignment", deadline=None)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "alignment"))


def pytest_configure(config):
    """Nothing of the user's cache is read or changed; a prepared one may be given to save time.

    The processes that pytest-xdist starts inherit it, so the encoder is prepared once.
    """
    if "ALIGNMENT_CACHE" not in os.environ:
        folder = tempfile.TemporaryDirectory(prefix="alignment-tests-", ignore_cleanup_errors=True)
        os.environ["ALIGNMENT_CACHE"] = folder.name
        config.add_cleanup(folder.cleanup)


def pytest_collection_modifyitems(config, items):
    """With several processes the longest files come first, or one process would end long after the other."""
    if hasattr(config, "workerinput"):
        took = json.loads((REPOSITORY / "tests" / "data" / "seconds.json").read_text(encoding="utf-8"))["tests"]
        files: dict[str, float] = defaultdict(float)
        for name, seconds in took.items():
            files[name.partition("::")[0]] += seconds
        items.sort(key=lambda item: (-files[item.path.name], item.path.name))


@pytest.fixture(scope="session")
def framework():
    return frameworks.load()


@pytest.fixture(scope="session")
def mapper(framework):
    return Mapper.open(framework, encoders.load())


@pytest.fixture(scope="session")
def pipeline():
    return Pipeline.open(Settings())


@pytest.fixture(scope="session")
def samples():
    return resources.shipped("corpus", "samples")


@pytest.fixture(scope="session")
def shared():
    if not SHARED.is_dir():
        pytest.skip(f"the shared data is not at {SHARED}")
    return SHARED


@pytest.fixture(scope="session")
def browser():
    if BROWSER is None:
        if os.environ.get("CI"):
            pytest.fail("no browser: set CHROMIUM to the path of one")
        pytest.skip("no browser: set CHROMIUM to the path of one")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        running = playwright.chromium.launch(
            executable_path=BROWSER,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
                  "--disable-sync", "--no-first-run"],
        )  # fmt: skip
        yield running
        running.close()


@pytest.fixture
def labels(mapper):
    """The labels of one text."""

    def label(text: str) -> set[str]:
        scores = mapper.score([text]).probabilities[0]
        threshold = mapper.thresholds().evidence
        return {code for code, score in zip(mapper.model.codes, scores, strict=True) if score >= threshold}

    return label
