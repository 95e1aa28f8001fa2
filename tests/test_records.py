"""What a filing is ranked by."""

from __future__ import annotations

import pytest

from alignment.portfolio.records import ElementRow, Filing, Portfolio, Screened
from alignment.types import Status


def screened(*statuses):
    rows = tuple(ElementRow(f"P{number}", status, 0.5, "", 0, ()) for number, status in enumerate(statuses))
    return Screened(Filing("a.pdf"), "0" * 64, "A", 10, ("en",), 1.0, rows, "reports/a.html")


@pytest.mark.parametrize(
    ("status", "worth"),
    [
        (Status.COVERED, 1.0),
        (Status.PARTIAL, 0.5),
        (Status.MENTIONED, 0.0),
        (Status.REVIEW, 0.0),
        (Status.GAP, 0.0),
        (Status.NOT_ASSESSABLE, 0.0),
    ],
)
def test_what_is_covered_counts_whole_what_is_partial_half_and_nothing_else_counts(status, worth):
    assert screened(status).score == worth


def test_the_score_is_the_share_of_the_elements_that_apply():
    assert screened(Status.COVERED, Status.PARTIAL, Status.GAP, Status.REVIEW).score == 0.375
    assert screened(Status.COVERED, Status.NOT_APPLICABLE, Status.GAP, Status.NOT_APPLICABLE).score == 0.5


def test_the_score_has_four_places_so_that_equal_shares_are_equal_numbers():
    assert screened(Status.COVERED, Status.GAP, Status.GAP).score == 0.3333


def test_where_no_element_applies_nothing_is_covered():
    assert screened(Status.NOT_APPLICABLE, Status.NOT_APPLICABLE).score == 0
    assert screened().score == 0


def test_what_nobody_said_of_a_filing_is_empty_and_not_a_guess():
    filing = Filing("a.pdf")
    assert (filing.company, filing.code, filing.industry, filing.year, filing.language) == ("", "", "", None, "")
    alone = screened(Status.COVERED)
    assert (alone.duplicate_of, alone.boilerplate) == ("", ())
    assert Portfolio("plan", (alone,), ()).near_duplicates == ()
