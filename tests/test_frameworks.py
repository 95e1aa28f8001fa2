"""The Plan as data: complete, consistent, and bad files refused with all their problems."""

from __future__ import annotations

import copy
import json
from collections import Counter

import pytest
import yaml

from alignment import frameworks
from alignment.errors import FrameworkError, InputError
from alignment.types import Language

CODES = ("A1", "S1", "S2", "T1", "T2", "T3", "T4", "T5", "T6", "P1", "P2", "P3", "P4", "P5", "P6", "P7", "P8")


def test_the_plan_has_one_action_two_systems_six_transformations_and_eight_projects(framework):
    assert framework.codes == CODES
    assert Counter(element.kind for element in framework.elements) == {
        "action": 1, "system": 2, "transformation": 6, "project": 8,
    }  # fmt: skip
    assert [kind.name.zh for kind in framework.kinds] == ["一个行动", "两大体系", "六大转型", "八大工程"]
    parents = {element.code: element.parent for element in framework.elements if element.parent}
    assert parents == {"P1": "A1", "P2": "T1", "P3": "T2", "P4": "T3", "P5": "T3", "P6": "T4", "P7": "T5", "P8": "S1"}


def test_names_targets_and_emphases_are_those_of_the_plan(framework):
    assert framework.element("T6").name.zh == "生产方式数字化"
    assert framework.element("P5").name.zh == "工业节水增效工程"
    values = {target.id: (target.value, target.elements) for target in framework.targets}
    assert values["Q1"] == (-18, ("A1", "P1"))
    assert values["Q7"] == (11, ("T5", "P7"))
    assert [emphasis.id for emphasis in framework.emphases] == ["E1", "E2", "E3", "E4", "E5"]
    for target in framework.targets:
        assert {element.code for element in framework.elements if target.id in element.targets} == set(target.elements)


def test_every_measure_is_complete(framework):
    for element in framework.elements:
        assert 4 <= len(element.measures) <= 7
        for measure in element.measures:
            languages = Counter(exemplar.language for exemplar in measure.exemplars)
            assert languages[Language.ZH_HANS] >= 3 and languages[Language.EN] >= 3, measure.id
            assert measure.terms.zh and measure.terms.en, measure.id
            assert measure.negative_terms.zh and measure.negative_terms.en, measure.id
            assert measure.counterexamples, measure.id


def test_exemplars_are_varied_and_none_appears_twice(framework):
    exemplars = [one for element in framework.elements for measure in element.measures for one in measure.exemplars]
    assert len({exemplar.industry for exemplar in exemplars}) >= 12
    assert len({exemplar.text for exemplar in exemplars}) == len(exemplars)
    assert {exemplar.substance for exemplar in exemplars} >= {"result", "action", "commitment", "mention"}


def test_projects_carry_their_parent_where_the_guide_says_so(framework):
    for project, parent in (("P4", "T3"), ("P5", "T3"), ("P6", "T4"), ("P3", "T2"), ("P7", "T5")):
        for measure in framework.element(project).measures:
            assert all({project, parent} <= set(exemplar.labels) for exemplar in measure.exemplars)


def test_every_profile_gives_its_reasons(framework):
    assert len(framework.profiles) >= 14
    for profile in framework.profiles:
        assert not set(profile.priority) & set(profile.not_applicable)
        assert set(profile.priority) == set(profile.why)
    assert "P6" in frameworks.find_profile(framework, "finance").not_applicable


def test_an_exported_plan_can_be_loaded_again(framework, tmp_path):
    exported = frameworks.export()
    path = tmp_path / "plan.yaml"
    path.write_text(yaml.safe_dump(exported, allow_unicode=True, sort_keys=False), encoding="utf-8")
    again = frameworks.load(path)
    assert again.sha256 == framework.sha256
    assert again == framework


def test_all_problems_of_a_bad_file_are_reported_at_once_with_their_places(tmp_path):
    broken = copy.deepcopy(frameworks.export())
    broken["elements"][0]["measures"][0]["id"] = "X9.1"
    broken["elements"][1]["parent"] = "ZZ"
    broken["targets"][0]["elements"] = ["Q9"]
    path = tmp_path / "plan.json"
    path.write_text(json.dumps(broken), encoding="utf-8")
    with pytest.raises(FrameworkError) as caught:
        frameworks.load(path)
    assert "elements[A1].measures[X9.1].id" in str(caught.value)
    assert "'ZZ'" in str(caught.value) and "'Q9'" in str(caught.value)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a: [1", "not valid YAML"),
        ("just words", "framework schema"),
        ("a: &x 1\nb: *x\n", "aliases"),
        ("a: 1\na: 2\n", "twice"),
        ("!!python/object/apply:os.system ['true']", "not valid YAML"),
    ],
)
def test_a_file_that_is_no_framework_is_refused(tmp_path, text, says):
    path = tmp_path / "plan.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(FrameworkError, match=says):
        frameworks.load(path)


def test_unknown_names_are_answered_with_the_known_ones(framework):
    with pytest.raises(InputError) as caught:
        frameworks.load("no-such-plan")
    assert "miit-14fyp-green" in caught.value.hint
    with pytest.raises(InputError) as caught:
        frameworks.find_profile(framework, "bakery")
    assert "steel" in caught.value.hint


MINIMAL = """schema: alignment/framework/2
id: mine
version: "1"
name: {zh: 我的议题}
elements:
- {code: W, kind: 议题, name: {zh: 用水}}
- {code: W2, kind: 议题, parent: W, name: {zh: 中水回用}, description: {zh: 污水处理后再用。}}
"""


def written(path, text):
    path.write_text(text, encoding="utf-8")
    return path


def test_one_language_and_a_name_are_enough_and_nothing_is_made_up(tmp_path):
    plan = frameworks.load(written(tmp_path / "mine.yaml", MINIMAL))
    element = plan.element("W2")
    assert (element.name.zh, element.name.en, element.name.get("en")) == ("中水回用", "", "中水回用")
    assert not element.measures[0].closing and element.measures[0].id == "W2.1"
    assert [(kind.id, kind.name.zh, kind.name.en) for kind in plan.kinds] == [("议题", "议题", "")]
    assert frameworks.export(tmp_path / "mine.yaml")["elements"][0]["name"] == {"zh": "用水"}


def test_a_text_in_no_language_is_refused_with_its_place(tmp_path):
    with pytest.raises(FrameworkError, match=r"elements\[W\]\.name: .*needs a text"):
        frameworks.load(written(tmp_path / "mine.yaml", MINIMAL.replace("{zh: 用水}", "{}")))


def test_parents_in_a_circle_are_refused(tmp_path):
    with pytest.raises(FrameworkError, match="its own parent"):
        frameworks.load(written(tmp_path / "mine.yaml", MINIMAL.replace("code: W,", "code: W, parent: W2,")))


def test_files_in_the_first_schema_still_load(framework, tmp_path):
    old = {**frameworks.export(), "schema": "alignment/framework/1"}
    old.pop("kinds")
    again = frameworks.load(written(tmp_path / "old.json", json.dumps(old)))
    assert again.sha256 == framework.sha256 and [kind.id for kind in again.kinds] == [
        "action", "system", "transformation", "project"
    ]  # fmt: skip


OVERLAY = """schema: alignment/framework/2
extends: miit-14fyp-green
profiles: [{id: steel, not_applicable: {P2: {en: The mill stands in no key region.}}, priority: [P5]}]
elements: [{code: P5, measures: [{id: P5.90, name: {en: Rain gardens}}]}, {code: A1, name: {en: Peak carbon}}]
"""


def test_an_overlay_of_five_lines_changes_only_what_it_says(framework, tmp_path):
    plan = frameworks.load(written(tmp_path / "our-mill.yaml", OVERLAY))
    assert plan.id == "our-mill" and plan.sha256 != framework.sha256 and plan.codes == framework.codes
    assert plan.element("P5").measures[:-1] == framework.element("P5").measures
    assert plan.element("P5").measures[-1].name.en == "Rain gardens"
    assert (plan.element("A1").name.en, plan.element("A1").name.zh) == (
        "Peak carbon", framework.element("A1").name.zh
    )  # fmt: skip
    steel = frameworks.find_profile(plan, "steel")
    assert list(steel.not_applicable) == ["P2"] and steel.priority == ("P5",)
    assert [each.id for each in plan.profiles] == [each.id for each in framework.profiles]
    assert plan.element("P6") == framework.element("P6")


def test_an_overlay_takes_away_with_remove_and_null(tmp_path):
    base = written(tmp_path / "mine.yaml", MINIMAL)
    overlay = "extends: mine.yaml\nversion: '2'\nelements: [{code: W2, remove: true}, {code: W, name: {zh: 取水}}]\n"
    plan = frameworks.load(written(tmp_path / "ours.yaml", overlay))
    assert plan.codes == ("W",) and plan.version == "2" and plan.id == "ours"
    again = written(tmp_path / "deeper.yaml", "extends: ours.yaml\nid: deeper\nelements: [{code: W, parent: null}]\n")
    assert frameworks.load(again).element("W").name.zh == "取水"
    assert frameworks.load(base).codes == ("W", "W2")


def test_overlays_in_a_circle_are_refused(tmp_path):
    written(tmp_path / "a.yaml", "extends: b.yaml\n")
    with pytest.raises(FrameworkError, match="extend each other"):
        frameworks.load(written(tmp_path / "b.yaml", "extends: a.yaml\n"))


def test_a_problem_that_an_overlay_brings_is_named(tmp_path):
    wrong = OVERLAY.replace("id: P5.90", "id: P6.90")
    with pytest.raises(FrameworkError, match=r"elements\[P5\]\.measures\[P6\.90\]"):
        frameworks.load(written(tmp_path / "wrong.yaml", wrong))
