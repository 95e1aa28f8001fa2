"""Folding serves matching only: same length, same result for both scripts."""

from __future__ import annotations

import opencc
from hypothesis import given
from hypothesis import strategies as st

from alignment.text.folding import fold


@given(st.text())
def test_folding_keeps_the_length_and_is_stable(text):
    assert len(fold(text)) == len(text)
    assert fold(fold(text)) == fold(text)


def test_both_scripts_fold_to_the_same(framework):
    convert = opencc.OpenCC("s2t").convert
    for element in framework.elements:
        for measure in element.measures:
            for exemplar in measure.exemplars:
                assert fold(convert(exemplar.text)) == fold(exemplar.text)


def test_width_and_case_are_folded():
    assert fold("ＩＳＯ　１４００１") == fold("iso 14001")
