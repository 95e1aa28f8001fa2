"""Every number that decides a result is in its provenance, and `verify` judges by it."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from typing import Any

import pytest
from builders import write_pdf

from alignment.assessment.coverage import Rules
from alignment.assessment.provenance import from_numbers, to_numbers
from alignment.passages import Size
from alignment.pipeline import Pipeline
from alignment.reports.json import to_json
from alignment.types import Thresholds
from alignment.verification import verify

WHOLE: tuple[Any, ...] = (Thresholds(evidence=0.3, review=0.1, sure=0.6), Rules(), Size())
FIELDS = [(place, field.name) for place, holder in enumerate(WHOLE) for field in fields(holder)]


@pytest.mark.parametrize(("place", "name"), FIELDS)
def test_each_field_is_a_number_of_its_own_and_is_read_back(place, name):
    changed = list(WHOLE)
    changed[place] = replace(WHOLE[place], **{name: getattr(WHOLE[place], name) + 1})
    before, after = to_numbers(*WHOLE), to_numbers(*changed)
    assert len(after) == len(FIELDS)
    assert sum(before[key] != after[key] for key in before) == 1
    assert from_numbers(after) == tuple(changed)


def test_numbers_that_an_earlier_version_did_not_state_have_their_default():
    numbers = to_numbers(*WHOLE)
    del numbers["uncertain"]
    assert from_numbers(numbers) == WHOLE


@pytest.mark.parametrize("rules", [Rules(uncertain=1), Rules(near_misses=1), Rules(near_miss_floor=0.2)])
def test_a_result_made_by_other_rules_agrees_with_its_source(pipeline, tmp_path, rules):
    source = tmp_path / "report.pdf"
    texts = (
        "We plan to look at how our motors use energy and whether more efficient ones could be bought.",
        "Waste water may be used again at the plant where that makes sense for the workshop in question.",
        "Our suppliers are asked about their use of energy and materials in a survey every other year.",
        "Batteries that come back are stored and handed to a partner that takes care of what is in them.",
    )
    write_pdf(
        source, [[(60, 60, "Environment", 18), *((60, 100 + 40 * row, text, 7) for row, text in enumerate(texts))]]
    )
    settings = replace(pipeline.settings, rules=rules, size=Size(minimum=10, target=20))
    made = Pipeline(settings, pipeline.framework, pipeline.encoder, pipeline.mapper).check(source)
    assert verify(json.loads(to_json(made)), source).problems == ()
