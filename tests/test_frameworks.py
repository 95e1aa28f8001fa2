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
