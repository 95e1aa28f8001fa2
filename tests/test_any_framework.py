"""Any framework that the schema accepts works in every command, whatever it leaves out."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest
import yaml

from alignment import evaluation, frameworks
from alignment.encoders.hashing import HashingEncoder
from alignment.frameworks.schema import SCHEMA
from alignment.index.searching import search_plan
from alignment.mapping.mapper import Mapper
from alignment.pipeline import Pipeline
from alignment.reports.html import to_html
from alignment.reports.json import to_json
from alignment.settings import Settings
from alignment.types import Substance

SAMPLE = """# 环境

公司在两个厂区建成中水回用系统，全年节约新水12万吨。
我们为职工开展安全培训，覆盖率达到100%。

# People

The company trained 320 suppliers on labour rights and closed 14 findings.
Rooftop solar panels supplied 8% of the electricity in 2024.
"""
WORDS = {
    "zh": "节水 用电 培训 供应商 安全 碳排放 回收 治理 董事会 社区 公益 光伏 储能 能效 标准 采购 隐私 健康".split(),
    "en": "water energy training suppliers safety emissions recycling governance community solar storage".split(),
}


def a_framework(seed: int) -> dict[str, Any]:
    """A valid framework of a random shape; the first seeds are the hard ones."""
    chance = random.Random(seed)  # noqa: S311  (shapes, not secrets)
    count = {0: 1, 1: 200, 2: 1}.get(seed, chance.randint(2, 12))
    languages = [["zh"], ["en"], ["zh", "en"]][seed % 3]
    grades = [[], ["action"], ["result", "action", "commitment"]][chance.randrange(3) if seed > 2 else seed % 2]

    def text(length: int) -> dict[str, str]:
        return {language: " ".join(chance.choices(WORDS[language], k=length)) for language in languages}

    def maybe(**fields: object) -> dict[str, Any]:
        return {name: value for name, value in fields.items() if chance.random() < 0.5}

    def measure(code: str, number: int) -> dict[str, Any]:
        exemplars = [
            {"language": {"zh": "zh-Hans", "en": "en"}[languages[0]], "substance": chance.choice(grades), "text": each}
            for each in (text(6)[languages[0]] for _ in range(chance.randint(0, 3) if grades else 0))
        ]
        return {
            "id": f"{code}.{number}",
            "name": text(2),
            **maybe(description=text(8), closing=text(5), terms={languages[0]: chance.sample(WORDS[languages[0]], 2)}),
            **({"exemplars": exemplars} if exemplars else {}),
        }

    def element(number: int) -> dict[str, Any]:
        code = f"E{number}"
        return {
            "code": code,
            "kind": chance.choice(["topic", "议题", "kind-2", "project"]),
            "name": text(2),
            **maybe(
                description=text(9), measures=[measure(code, each + 1) for each in range(chance.randint(1, 3))],
                **({"parent": f"E{chance.randrange(number)}"} if number else {}),
            ),
        }  # fmt: skip

    elements = [element(number) for number in range(count)]
    target = {
        "id": "Q1",
        "metric": text(2),
        "value": chance.choice([-18, 0, 12.5, 100000]),
        "unit": chance.choice(["%", "亿千瓦", "t", "CNY"]),
    }
    return {
        "schema": SCHEMA,
        "id": f"any-{seed}",
        "version": "1",
        "name": text(3),
        **maybe(description=text(10), targets=[target], kinds=[{"id": "topic", "name": text(1)}], period=[2026, 2030],
                profiles=[{"id": "p", "name": text(1), "description": text(3), "not_applicable": {"E0": text(3)}}],
                emphases=[{"id": "X", "name": text(1), "description": text(3), "elements": ["E0"]}], draft=True),
        "elements": elements,
    }  # fmt: skip


@pytest.mark.parametrize("seed", range(9))
def test_a_random_valid_framework_checks_labels_and_searches_a_sample(seed, tmp_path, monkeypatch):
    monkeypatch.setenv("ALIGNMENT_CACHE", str(tmp_path / "cache"))
    made = a_framework(seed)
    file, report = tmp_path / "plan.yaml", tmp_path / "report.md"
    file.write_text(yaml.safe_dump(made, allow_unicode=True), encoding="utf-8")
    report.write_text(SAMPLE, encoding="utf-8")
    plan, encoder = frameworks.load(file), HashingEncoder()
    assert len(plan.codes) == len(made["elements"])

    pipeline = Pipeline(Settings(framework=file), plan, encoder, Mapper.open(plan, encoder))
    assessment = pipeline.check(report)
    assert [each.element for each in assessment.coverage] == list(plan.codes)
    for lang in ("zh", "en"):
        page = to_html(assessment, lang=lang)
        assert all(f'id="{code}"' in page for code in plan.codes)
    result = json.loads(to_json(assessment))
    assert [each["code"] for each in result["elements"]] == list(plan.codes)
    assert {each["name"]["zh"] is None for each in result["elements"]} == {"zh" not in made["name"]}

    lines = [line for line in SAMPLE.split("\n") if line]
    assert len(evaluation.label(pipeline.mapper, lines)) == len(lines)
    assert search_plan("节水 water", plan, encoder, count=3)


def test_equal_substances_are_the_only_grade_that_is_given(tmp_path, monkeypatch):
    monkeypatch.setenv("ALIGNMENT_CACHE", str(tmp_path))
    element = {"code": "W", "kind": "topic", "name": {"en": "Water"}, "measures": [
        {"id": "W.1", "name": {"en": "Water saved"}, "exemplars": [
            {"language": "en", "substance": "action", "text": f"We installed {n} nozzles to save water."}
            for n in range(4)
        ]}]}  # fmt: skip
    file = tmp_path / "plan.json"
    file.write_text(
        json.dumps({"schema": SCHEMA, "id": "w", "version": "1", "name": {"en": "W"}, "elements": [element]})
    )
    mapper = Mapper.open(frameworks.load(file), HashingEncoder())
    assert set(mapper.score(["We installed 3 nozzles.", "Water matters."]).substances) == {Substance.ACTION}
