"""What the runner and its workers say comes out of the pipe as it went in, and ids say what they belong to."""

from __future__ import annotations

import json

import numpy as np
import pytest

from alignment.portfolio.records import Claimed, Shown
from alignment.screening import messages
from alignment.screening.messages import Assessed, DiskFull, Element, Failed, Request, Row
from alignment.types import ExemplarId, Status, Substance

VECTOR = np.array([0.6, 0.0, 0.8], np.float32)
ROW = Row(
    sha256="ab",
    title="报告",
    pages=3,
    languages=("zh-Hans", "en"),
    readable_share=0.5,
    elements=(
        Element("P5", Status.GAP, 0.03, "", 0, (), (2, 3)),
        Element("T1", Status.COVERED, 0.9, "action", 1, (1,), ()),
    ),
)
CLAIMS = (Claimed(1, "中水回用", Claimed.packed(VECTOR), (Shown("T1", Substance.ACTION, strongest=True),)),)


def through_the_pipe(message):
    return json.loads(json.dumps(message))


@pytest.mark.parametrize("answer", [Assessed(ROW, CLAIMS, "<p>", "{}"), Failed("reading", "why", "how"), DiskFull()])
def test_an_answer_comes_out_of_the_pipe_as_it_went_in(answer):
    assert messages.answer_from(through_the_pipe(messages.to_message(answer))) == answer


@pytest.mark.parametrize("member", [None, 0, 3])
def test_a_request_comes_out_of_the_pipe_as_it_went_in(member):
    request = Request("/in/a.zip", member, "a.pdf", "steel", "en", images=True, source="../a.pdf")
    assert messages.request_from(through_the_pipe(messages.to_message(request))) == request


@pytest.mark.parametrize("result", [ROW, Failed("worker", "why", "how")])
def test_the_state_gives_back_what_it_keeps(result):
    assert messages.finished_from(through_the_pipe(messages.to_message(result))) == result
    assert messages.claims_from(through_the_pipe(messages.claims_to(CLAIMS))) == CLAIMS


def test_a_kept_vector_has_length_one_again():
    unpacked = Claimed.unpacked([Claimed.packed(VECTOR), Claimed.packed(2 * VECTOR)])
    assert unpacked.shape == (2, 3) and np.allclose(unpacked, VECTOR, atol=1e-3)
    assert np.allclose(np.linalg.norm(unpacked, axis=1), 1, atol=1e-6)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("P5.2/3", ExemplarId("P5.2", 3)),
        ("P5.2/not-1", ExemplarId("P5.2", 1, hard_negative=True)),
        ("passages/12", ExemplarId(ExemplarId.FURTHER, 12)),
    ],
)
def test_an_id_of_an_exemplar_says_whose_it_is(text, wanted):
    assert ExemplarId.parse(text) == wanted and str(wanted) == text


@pytest.mark.parametrize("text", ["", "P5.2", "P5.2/", "/3", "P5.2/x", "P5.2/not-", "P5.2/-3"])
def test_what_is_no_id_of_an_exemplar_is_refused(text):
    with pytest.raises(ValueError, match="no id of an exemplar"):
        ExemplarId.parse(text)


def test_every_id_of_the_shipped_mapper_belongs_to_the_plan(framework, mapper):
    own = mapper.model.own(framework)
    for name, row in zip(mapper.model.exemplars.ids, own, strict=True):
        parsed = ExemplarId.parse(name)
        assert parsed.owner in framework.owners or parsed.owner == ExemplarId.FURTHER
        of = [code for code, belongs in zip(mapper.model.codes, row, strict=True) if belongs]
        whose = [] if parsed.hard_negative or parsed.owner == ExemplarId.FURTHER else [framework.owners[parsed.owner]]
        assert of == whose
