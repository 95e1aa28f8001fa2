"""Terms are found in both scripts and in inflected English, and negative terms shadow them."""

from __future__ import annotations

import pytest

from alignment.frameworks.terms import TermMatcher


@pytest.fixture(scope="module")
def matcher(framework):
    return TermMatcher(framework)


def found(matcher, text, *, negative=False):
    return {hit.measure for hit in matcher.find(text) if hit.negative is negative}


def test_terms_are_found_in_both_scripts_and_across_line_breaks(matcher):
    assert "P5.2" in found(matcher, "建设中水回用系统")
    assert "P5.2" in found(matcher, "建設中水回用系統")
    assert "P5.2" in found(matcher, "建设中水\n回用系统")


def test_english_terms_are_found_in_any_number_and_case(matcher):
    assert "T2.1" in found(matcher, "Rooftop solar and microgrids were installed.")
    assert "T2.2" in found(matcher, "Several POWER PURCHASE AGREEMENTS")


def test_a_hit_gives_the_text_as_it_stands(matcher):
    text = "全年建設中水回用系統"
    hit = next(hit for hit in matcher.find(text) if hit.measure == "P5.2")
    assert text[hit.start : hit.end] == "中水回用"


def test_negative_terms_shadow_the_terms_inside_them(matcher):
    assert "P5.2" not in found(matcher, "采用循环水养殖模式")
    assert "P5.2" in found(matcher, "采用循环水养殖模式", negative=True)


def test_no_text_has_no_hits(matcher):
    assert matcher.find("") == matcher.find(" \n ") == ()
