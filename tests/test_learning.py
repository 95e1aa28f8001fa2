"""What is learned from labelled passages of real reports, and that none of their sentences is kept."""

from __future__ import annotations

import json
import sys

import numpy as np
import pytest
from builders import write_small_plan

from alignment import cli, encoders, frameworks
from alignment.errors import InputError
from alignment.evaluation import labelled
from alignment.mapping import model as models
from alignment.mapping import signals
from alignment.mapping.mapper import Mapper
from alignment.text import reading

ELEMENTS = ("T3", "P5")
NEW = "本厂的玄铁滤塔今年投入使用。"
"""Means water reuse to nobody but those who read the passages below."""
PRIVATE = "鹭湾甲字九号"
"""Only one source uses these characters."""


@pytest.fixture
def plan(tmp_path):
    """A small plan of two elements, as a file, and loaded."""
    path = tmp_path / "mine.json"
    write_small_plan(path, ELEMENTS)
    return path, frameworks.load(path)


@pytest.fixture
def real(tmp_path):
    """Labelled passages as JSON lines: nine on a water tower of three companies, nine on a canteen."""
    lines = []
    for number in range(9):
        source = f"company {number % 3}"
        water = f"{PRIVATE if number % 3 == 0 else ''}第{number}车间的玄铁滤塔全年运行{300 + number}天。"
        canteen = f"第{number}食堂新增菜品{number + 2}种。"
        lines.append({"source": source, "text": water, "labels": ["T3", "P5"], "substance": "result"})
        lines.append({"source": source, "text": canteen, "labels": []})
    return _written(tmp_path / "real.jsonl", lines)


@pytest.fixture
def command(monkeypatch, capfd):
    """Runs `alignment train` with the small plan's encoder: its exit code, and what it printed on stderr."""

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["alignment", "train", "--encoder", encoders.HASHING, *map(str, arguments)])
        try:
            cli.main()
        except SystemExit as ended:
            return ended.code or 0, capfd.readouterr().err
        return 0, capfd.readouterr().err

    return run


def test_the_command_learns_what_only_the_further_passages_say(plan, real, command, tmp_path):
    path, framework = plan
    assert command("-f", path, "--out", tmp_path / "alone")[0] == 0
    assert command("-f", path, "--also", real, "--out", tmp_path / "more")[0] == 0
    encoder = encoders.load(encoders.HASHING)
    alone, more = (
        Mapper(framework, encoder, models.load(tmp_path / name, models.manifest(framework, encoder)))
        for name in ("alone", "more")
    )
    water = framework.codes.index("P5")
    assert more.ngram_odds([NEW])[0, water] > alone.ngram_odds([NEW])[0, water] + 1
    assert more.score([NEW]).probabilities[0, water] > alone.score([NEW]).probabilities[0, water]


def test_what_is_stored_holds_the_plans_own_passages_and_no_words_of_a_single_report(plan, real, command, tmp_path):
    path, framework = plan
    command("-f", path, "--also", real, "--out", tmp_path / "more")
    encoder = encoders.load(encoders.HASHING)
    model = models.load(tmp_path / "more", models.manifest(framework, encoder))
    own = signals.training_passages(framework)
    assert model.exemplars.ids == tuple(passage.id for passage in own)
    assert np.array_equal(model.exemplars.vectors, encoder.encode([reading.prepared(passage.text) for passage in own]))
    assert model.labels.shape[0] == model.kernel_weights.shape[0] == len(own)
    assert "玄铁滤塔" in model.vocabulary
    assert not {PRIVATE[at : at + 4] for at in range(len(PRIVATE) - 3)} & set(model.vocabulary)
    manifest = json.loads((tmp_path / "more" / "manifest.json").read_text("utf-8"))
    assert manifest["also"] == "18 passages, 3 sources"


def test_unsure_and_repeated_passages_and_those_that_are_measured_are_not_learned_from(plan, tmp_path):
    _, framework = plan
    water = "公司在北区建设中水回用装置，全年回用污水六十万吨，节约新鲜水。"
    canteen = "第三食堂新增菜品五种，员工满意度提高。"
    lines = [
        {"id": "a", "text": water, "labels": ["P5"]},
        {"id": "b", "text": canteen, "labels": []},
        {"id": "c", "text": canteen, "labels": []},
        {"id": "d", "text": "冷却塔改造后循环水率上升。", "labels": ["P5"], "unsure": True},
    ]
    gold = [{"id": "g", "text": f"此外，{water}", "labels": ["P5"]}]
    measured = labelled.read(_written(tmp_path / "gold.jsonl", gold))
    files = [_written(tmp_path / "real.jsonl", lines)]
    assert [each.text for each in labelled.further(files, framework, measured)] == [canteen]
    assert [each.text for each in labelled.further(files, framework, ())] == [water, canteen]
    assert labelled.further((), framework, measured) == ()
    alone = [_written(tmp_path / "alone.jsonl", lines[:1])]
    with pytest.raises(InputError, match="no passage is left"):
        labelled.further(alone, framework, measured)


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ('{"id": "2", "text": "a', "bad.jsonl, line 2"),
        ('{"id": "2", "text": 5}', "bad.jsonl, line 2"),
        ('{"id": "2", "text": "a", "substance": "much"}', "bad.jsonl, line 2"),
        ('{"id": "x9", "text": "a", "labels": ["Z9"]}', "bad.jsonl, x9: mine has no Z9"),
    ],
)
def test_a_line_that_does_not_fit_is_one_clear_error_before_anything_is_learned(
    plan, command, monkeypatch, tmp_path, line, says
):
    (tmp_path / "bad.jsonl").write_text(f'{{"id": "1", "text": "水", "labels": ["P5"]}}\n{line}\n', encoding="utf-8")
    monkeypatch.setattr(encoders, "load", lambda *_, **__: pytest.fail("the encoder was opened first"))
    code, printed = command("-f", plan[0], "--also", tmp_path / "bad.jsonl", "--out", tmp_path / "out")
    assert code == 1
    assert says in " ".join(printed.split())
    assert "Traceback" not in printed
    assert not (tmp_path / "out").exists()


def _written(path, lines):
    path.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), encoding="utf-8")
    return path
