"""Verify: nothing of a result that follows from its source can be changed, left out or added unnoticed."""

from __future__ import annotations

import copy
import json
import random
from dataclasses import replace

import pytest
from builders import write_pdf

from alignment import documents, frameworks
from alignment.errors import InputError
from alignment.frameworks.terms import TermMatcher
from alignment.pipeline import Pipeline
from alignment.reports.aliases import with_old_names, without_old_names
from alignment.reports.json import to_json
from alignment.verification import load, verify

SENTENCES = (
    "In 2023 we built a system that reuses waste water and saved 120,000 tonnes of fresh water at the plant.",
    "We replaced old motors with efficient ones, and energy consumption per unit of output fell by 15.2% from 2020.",
    "We recycle batteries with partners and the comprehensive utilisation rate of solid waste reached 92%.",
    "The board met eight times and discussed the strategy for markets abroad at length with its advisers.",
)
ODD: tuple[object, ...] = (
    None, True, -1, 0, 1.5, 10**400, "", "3", "\x1b[31mred", "\ud800", [], [1], {}, {"a": 1}, [[[]]], float("nan"),
)  # fmt: skip
NEVER = {"quote", "page", "start", "end", "box", "heading", "sha256", "paragraph", "pages", "state", "status", "value"}
"""A result that was changed in one of these never agrees with its source."""
RENAMED = {"excluded": "demoted", "precision_filters": "guards"}
"""Fields that are written under both names, and today's name first; either is enough."""


@pytest.fixture(scope="module")
def made(pipeline, tmp_path_factory):
    """A small report of two pages, its result, and a reader that reads it once."""
    source = tmp_path_factory.mktemp("verify") / "report.pdf"
    lines = [(60, 100 + 40 * number, text, 7) for number, text in enumerate(SENTENCES)]
    write_pdf(source, [[(60, 60, title, 18), *lines] for title in ("Environment", "Energy and waste")])
    settings = replace(pipeline.settings, profile="steel", threshold=0.97)
    result = json.loads(
        to_json(Pipeline(settings, pipeline.framework, pipeline.encoder, pipeline.mapper).check(source))
    )
    document, matcher = documents.read(source), TermMatcher(pipeline.framework)
    with pytest.MonkeyPatch.context() as patch:
        # The same each time, and slow to make.
        patch.setattr("alignment.verification.claims.TermMatcher", lambda _: matcher)
        yield source, result, lambda *_, **__: document


def outcome(made, result):
    """`agrees`, the problems, or the sentence of the one error that there may be."""
    source, _, read = made
    try:
        found = verify(result, source, read=read)
    except InputError as error:
        assert error.hint and "\n" not in str(error) and "\x1b" not in str(error)
        return str(error)
    return found.problems or "agrees"


def places(value, path=()):
    """Every place of plain data, as the keys that lead to it."""
    if path:
        yield path
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in children:
        yield from places(child, (*path, key))


def changed(result, path, value):
    """A copy with another value at a place, or without it where `value` is the ellipsis."""
    copied = copy.deepcopy(result)
    holder = copied
    for key in path[:-1]:
        holder = holder[key]
    if value is ...:
        del holder[path[-1]]
    else:
        holder[path[-1]] = value
    return copied


def test_the_result_itself_agrees_and_holds_something_of_all(made):
    result = made[1]
    found = verify(result, made[0])
    assert found.problems == () and found.quotes > 10 and found.pages == 2
    assert result["figures"] and result["excluded"] and result["review"]
    assert any(element["evidence"] for element in result["elements"])


def test_nothing_can_be_taken_away_but_a_judgement(made):
    for path in places(made[1]):
        judgement = len(path) > 1 and path[-2] in ("evidence", "near_misses", "thresholds")
        if (
            not judgement
            and path[-1] not in {*RENAMED, *RENAMED.values()}
            and (NEVER & {*map(str, path)} or chosen(path))
        ):
            assert outcome(made, changed(made[1], path, ...)) != "agrees", path


def test_an_odd_value_ends_in_problems_or_one_sentence_and_never_passes_for_what_the_source_gives(made):
    chance = random.Random(14)  # noqa: S311  (repeatable, not secret)
    for path in places(made[1]):
        odd, source_gives = chance.choice(ODD), bool(NEVER & {*map(str, path)})
        if source_gives or chosen(path):
            told = outcome(made, changed(made[1], path, odd))
            unchanged = odd == listed(made[1], path) and type(odd) is type(listed(made[1], path))
            assert told != "agrees" or unchanged or not source_gives, (path, odd)


def chosen(path):
    """A fourth of the places, told by their names so that it is the same each time."""
    return sum(map(ord, "/".join(map(str, path)))) % 4 == 0


@pytest.mark.parametrize("key", ["page", "start", "end", "quote", "heading", "box", "passage", "page_label"])
def test_a_small_lie_about_a_quote_is_found(made, key):
    lies = {
        "page": lambda page: 3 - page,
        "start": lambda start: start + 1,
        "end": lambda end: end - 1,
        "quote": lambda quote: f"{quote}?",
        "heading": lambda heading: f"{heading} › Water",
        "box": lambda _: [0, 0, 1, 1],
        "passage": lambda _: "p9-0",
        "page_label": lambda _: "iv",
    }
    quoted = set()
    for path in places(made[1]):
        if len(path) > 1 and path[-2] in ("evidence", "near_misses", "figures", "excluded", "demoted", "review"):
            item = listed(made[1], path)
            if isinstance(item, dict) and (key in item or key == "page_label"):
                assert outcome(made, changed(made[1], (*path, key), lies[key](item.get(key)))) != "agrees", path
                quoted.add(path[-2])
    assert "evidence" in quoted


def listed(result, path):
    for key in path:
        result = result[key]
    return result


def test_a_quote_without_its_passage_and_with_any_box_is_found(made):
    where = next(path for path in places(made[1]) if path[-1] == "evidence" and listed(made[1], path))
    forged = changed(changed(made[1], (*where, 0, "passage"), ...), (*where, 0, "box"), [0, 0, 1, 1])
    assert "passage: Field required" in outcome(made, forged)


def test_a_field_of_another_kind_is_named_in_words_of_the_result(made):
    assert outcome(made, {**made[1], "document": []}).endswith("document: Input should be an object")
    assert outcome(made, {**made[1], "elements": [1]}).endswith("elements 0: Input should be an object")


@pytest.mark.parametrize("key", ["elements", "figures", "excluded", "demoted", "review", "emphases", "emerging"])
def test_a_result_that_is_not_whole_is_found(made, key):
    assert made[1][key], "where there is nothing, nothing can be missing"
    assert outcome(made, {**made[1], key: []}) != "agrees"


def test_a_warning_that_was_taken_away_is_found(pipeline, samples):
    source = samples / "northlight-batteries.docx"
    result = json.loads(to_json(pipeline.check(source)))
    assert result["warnings"] and verify(result, source).problems == ()
    assert verify({**result, "warnings": []}, source).problems != ()


def test_a_lie_late_in_a_quote_is_shown_and_not_only_how_the_quote_begins(made):
    where = next(path for path in places(made[1]) if path[-1] == "evidence" and listed(made[1], path))
    quote = listed(made[1], where)[0]["quote"]
    (problem,) = outcome(made, changed(made[1], (*where, 0, "quote"), quote[:-2] + "!!"))
    assert len(quote) > 80 and "!!'" in problem and f"{quote[-2:]}'" in problem


def test_an_element_that_stands_twice_and_one_that_the_plan_does_not_have_are_found(made):
    elements = made[1]["elements"]
    (twice,) = outcome(made, {**made[1], "elements": [*elements, elements[0]]})[:1]
    assert "twice" in twice or "there are 17" in twice
    assert "no 'X1'" in outcome(made, {**made[1], "elements": [{**elements[0], "code": "X1"}, *elements[1:]]})[0]


def test_a_status_that_its_evidence_does_not_bear_is_found(made):
    for number, element in enumerate(made[1]["elements"]):
        status = "covered" if element["status"] != "covered" else "gap"
        (problem,) = outcome(made, changed(made[1], ("elements", number, "status"), status))[:1]
        assert problem.startswith(f"elements {element['code']} status: the source gives ")


def test_a_passage_that_can_be_no_evidence_is_found(made):
    where = next(path for path in places(made[1]) if path[-1] == "evidence" and listed(made[1], path))
    excluded = made[1]["excluded"][0]
    (problem,) = outcome(made, changed(made[1], (*where, 0, "passage"), excluded["passage"]))
    assert problem.endswith(f"is no evidence, its role is {excluded['role']}")


def renamed(value, old: bool):
    """The result with one of the two names of every renamed field only."""
    if isinstance(value, list):
        return [renamed(each, old) for each in value]
    if not isinstance(value, dict):
        return value
    left_out = RENAMED if old else RENAMED.values()
    return {key: renamed(each, old) for key, each in value.items() if key not in left_out}


def test_a_result_of_the_schema_before_agrees_as_one_with_todays_names_alone_does(made):
    before = {**renamed(made[1], old=True), "schema": "alignment/assessment/1"}
    assert "excluded" not in before and before["demoted"]
    assert outcome(made, before) == "agrees"
    after = renamed(made[1], old=False)
    assert "demoted" not in after and "guards" not in json.dumps(after)
    assert outcome(made, after) == "agrees"
    assert outcome(made, changed(before, ("demoted", 0, "role"), "contents")) != "agrees"


def test_figures_are_compared_in_todays_schema_only_and_that_is_said(made):
    source, result, read = made
    without_figures = {**result, "figures": []}
    assert verify(without_figures, source, read=read).problems and not verify(result, source, read=read).not_compared
    before = verify({**renamed(without_figures, old=True), "schema": "alignment/assessment/1"}, source, read=read)
    assert (before.problems, before.not_compared) == ((), ("figures", "ghg"))


def test_roles_and_filters_have_their_old_names_in_fields_of_the_old_name():
    signals = {"precision_filters": ["plan_restatement", "negated"]}
    result = {
        "schema": "alignment/assessment/2",
        "elements": [{"evidence": [{"signals": signals}], "near_misses": []}],
        "excluded": [{"role": "header_footer"}, {"role": "index"}],
        "provenance": {"thresholds": {"prefilter": -1.0}},
    }
    both = with_old_names(result)
    assert both["demoted"] == [{"role": "running"}, {"role": "index"}]
    assert both["elements"][0]["evidence"][0]["signals"]["guards"] == ["policy_echo", "negated"]
    assert both["provenance"]["thresholds"] == {"prefilter": -1.0, "first_pass": -1.0}
    assert without_old_names(both) == result
    assert without_old_names({**renamed(both, old=True), "schema": "alignment/assessment/1"}) == result


def test_the_old_name_of_a_field_may_not_say_something_else_than_the_new_one(made):
    (problem,) = outcome(made, changed(made[1], ("demoted", 0, "role"), "contents"))
    assert "'demoted': the result has a list of" in problem


def test_another_file_and_another_plan_are_named_alone(made, tmp_path):
    other = write_pdf(tmp_path / "report.pdf", [[(60, 60, SENTENCES[0], 7)]])
    (problem,) = verify(made[1], other).problems
    assert problem.startswith("document sha256: ")
    (problem,) = outcome(made, changed(made[1], ("framework", "version"), "9"))
    assert problem.startswith("framework: ")


def test_a_plan_of_ones_own_has_to_be_given(made, tmp_path):
    source, result, read = made
    own = tmp_path / "mine.json"
    own.write_text(json.dumps({**frameworks.export(), "id": "mine"}), encoding="utf-8")
    plan = frameworks.load(own)
    result = {**result, "framework": {**result["framework"], "id": plan.id, "sha256": plan.sha256}}
    with pytest.raises(InputError, match="'mine', which is not shipped"):
        verify(result, source, read=read)
    assert verify(result, source, framework=own, read=read).problems == ()


def test_a_file_that_was_renamed_is_the_same_file(made, tmp_path):
    renamed = tmp_path / "other.pdf"
    renamed.write_bytes(made[0].read_bytes())
    assert verify(made[1], renamed).problems == ()


def test_a_box_where_the_source_has_none_is_found(pipeline, samples):
    source = samples / "northlight-batteries.docx"
    result = json.loads(to_json(pipeline.check(source)))
    assert verify(result, source).problems == ()
    quote = next(item for element in result["elements"] for item in element["evidence"])
    quote["box"] = [10, 10, 100, 20]
    (problem,) = verify(result, source).problems
    assert "'box': the result has a list of 4, the source gives none" in problem


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[]", "not a result"),
        ('{"schema": "alignment/assessment/0"}', "alignment/assessment/0"),
        ('{"schema": [1]}', "something else"),
        ('{"schema": "alignment/assessment/1", "a": NaN}', "NaN is no number"),
        ('{"a": 1, "a": 2}', "a key occurs twice"),
        ("[" * 200_000, "not JSON"),
        ('{"a": ' + "9" * 5_000 + "}", "not JSON"),
        ("\x1b[31m", "not JSON"),
    ],
)
def test_what_is_no_result_is_one_clear_sentence(tmp_path, text, says):
    path = tmp_path / "re\x1b[31m\nsult.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=says) as caught:
        load(path)
    assert "\x1b" not in str(caught.value) and "\n" not in str(caught.value)
