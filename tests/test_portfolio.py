"""The page of a portfolio: what it says, that it is escaped, self-contained and the same every time."""

from __future__ import annotations

import dataclasses
import io
import json
import re
from html.parser import HTMLParser
from typing import Any

import openpyxl
import portfolios
import pytest

from alignment.portfolio.naming import href, ranks
from alignment.portfolio.near_duplicates import Boilerplate
from alignment.portfolio.page import to_html
from alignment.portfolio.peers import compare
from alignment.portfolio.records import ElementRow, Filing, Lowered, NearDuplicate, Place, Portfolio, Screened
from alignment.portfolio.tables import summary, to_jsonl
from alignment.portfolio.workbook import to_xlsx
from alignment.types import Status


def filing(framework, path, statuses=None, *, industry="steel", same="", **facts) -> Screened:
    """A filing whose elements are gaps unless `statuses` says otherwise."""
    found = dict.fromkeys(framework.codes, Status.GAP) | (statuses or {})
    rows = tuple(ElementRow(code, status, 0.5, "", 0, ()) for code, status in found.items())
    made = Filing(path, company=path.split(".")[0], industry=industry, **facts)
    return Screened(made, "0" * 64, "", 10, ("zh-Hans",), 1.0, rows, f"reports/{path}.html", same)


def embedded(page: str) -> dict[str, Any]:
    return dict(json.loads(re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.S)[1]))


class Seen(HTMLParser):
    """Collects what a browser would run or follow."""

    def __init__(self, text):
        super().__init__()
        self.scripts, self.handlers, self.links, self.tags = 0, [], [], set()
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.scripts += tag == "script"
        self.handlers += [name for name, _ in attrs if name.startswith("on") or name == "style"]
        self.links += [value for name, value in attrs if name in ("href", "src", "action", "data", "poster")]


@pytest.fixture(scope="module")
def page(framework):
    return to_html(portfolios.portfolio(framework, 120), framework)


def test_hostile_names_stay_text(page):
    seen = Seen(page)
    assert seen.scripts == 2 and seen.handlers == []
    assert not seen.tags & {"img", "iframe", "object", "link", "base"}
    assert all(link.startswith(("./reports/", "#")) for link in seen.links)
    assert embedded(page)["rows"][0]["name"] == portfolios.HOSTILE[0]


def test_the_policy_lets_only_the_pages_own_script_run(page):
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]+)"', page)[1]
    assert "default-src &#39;none&#39;" in policy and "unsafe" not in policy
    assert "@import" not in page and "url(" not in page


def test_the_same_run_gives_the_same_bytes(framework, page):
    assert to_html(portfolios.portfolio(framework, 120), framework) == page


def test_both_languages_are_inside_and_the_chosen_one_shows_first(framework):
    run = portfolios.portfolio(framework, 60)
    for language in ("zh", "en"):
        made = to_html(run, framework, language=language)
        assert f'data-lang="{language}"' in made and "热力图与排名" in made and "Heat map and ranking" in made


def test_failures_show_with_stage_reason_and_hint(framework):
    run = portfolios.portfolio(framework, 60, failures=3)
    made = to_html(run, framework)
    for failure in run.failures:
        assert failure.hint in made
    assert "3 份未能评估" in made and 'href="#failures"' in made


def test_copies_show_both_quotes_and_both_pages(framework):
    run = portfolios.portfolio(framework, 60, near_duplicates=1)
    made = to_html(run, framework)
    shown = made[made.index('class="pair"') : made.index('<section aria-labelledby="failures"')]
    assert (
        f"第 {run.near_duplicates[0].first.page} 页" in shown and f"第 {run.near_duplicates[0].second.page} 页" in shown
    )
    assert "公司同时加强管网检漏" in shown


def test_quotes_of_several_lines_are_shown_as_they_are_read(framework):
    run = portfolios.portfolio(framework, 60, near_duplicates=1)
    quotes = ("公司建成中水\n回用系统。", "We reuse\nwater\x07.")
    first, second = (Place(item.filing.path, 1, text) for item, text in zip(run.screened, quotes, strict=False))
    run = dataclasses.replace(run, near_duplicates=(NearDuplicate("P5", first, second, 0.95),))
    made = to_html(run, framework, boilerplate=[Boilerplate("P5", 6, (second, first))])
    quoted = re.findall(r"<blockquote>(.*?)</blockquote>", made)
    assert quoted == ["公司建成中水回用系统。", "We reuse water\ufffd.", "We reuse water\ufffd."]
    book = openpyxl.load_workbook(io.BytesIO(to_xlsx(run, framework, language="en")))
    heads, row = book["Near-duplicates"].iter_rows(values_only=True)
    assert (row[heads.index("First quote")], row[heads.index("Second quote")]) == tuple(quoted[:2])


def test_a_run_in_which_everything_failed_still_has_its_page(framework):
    run = Portfolio(framework.id, (), (portfolios.failure(0),))
    made = to_html(run, framework, language="en")
    assert "No filing was assessed" in made and "1 could not be assessed" in made and 'class="filter"' not in made


def test_gaps_are_ranked_by_their_share_where_the_element_applies(framework):
    found = (
        filing(framework, "a.pdf", {"P1": Status.NOT_APPLICABLE, "P5": Status.COVERED, "P6": Status.COVERED}),
        filing(framework, "b.pdf", {"P1": Status.GAP, "P5": Status.COVERED}),
    )
    made = to_html(Portfolio(framework.id, found, ()), framework)
    codes = [framework.codes[int(number)] for number in re.findall(r'data-gap="(\d+)"', made)]
    assert codes.index("P1") < codes.index("P6") < codes.index("P5")
    assert re.search(r'data-gap="9".*?<b>100%</b> <span class="note">1</span>', made, re.S)


def test_equal_scores_share_a_rank_and_equal_files_count_once(framework):
    best = dict.fromkeys(framework.codes, Status.COVERED)
    found = (
        filing(framework, "a.pdf", best),
        filing(framework, "a-again.pdf", best, same="a.pdf"),
        filing(framework, "b.pdf", {"P1": Status.COVERED}),
        filing(framework, "c.pdf", {"P2": Status.COVERED}),
        filing(framework, "d.pdf"),
        filing(framework, "bank.pdf", industry="finance"),
    )
    ranks = compare(found).ranks
    assert [ranks[f"{name}.pdf"].rank for name in ("a", "a-again", "b", "c", "d")] == [1, 1, 2, 2, 4]
    assert ranks["a.pdf"].of == 4
    assert [ranks[f"{name}.pdf"].percentile for name in ("a", "b", "c", "d")] == [100, 50, 50, 0]
    assert ranks["bank.pdf"].rank == 1 and ranks["bank.pdf"].percentile is None


def test_the_same_bytes_under_two_industries_count_in_each_and_once_over_all(framework):
    some = dict.fromkeys(framework.codes[:6], Status.COVERED)
    found = (
        filing(framework, "group.pdf", some | {framework.codes[6]: Status.COVERED}, industry="finance"),
        filing(framework, "bank.pdf", industry="finance"),
        filing(framework, "sub.pdf", some, same="group.pdf"),
        filing(framework, "sub-again.pdf", some, same="group.pdf"),
        *(filing(framework, f"{number}.pdf") for number in range(3)),
    )
    compared = compare(found)
    assert [(each.id, len(each.scores)) for each in compared.industries] == [("finance", 2), ("steel", 4)]
    for path in ("sub.pdf", "sub-again.pdf"):
        peer_rank = compared.ranks[path]
        assert (peer_rank.industry, peer_rank.rank, peer_rank.of, peer_rank.percentile) == ("steel", 1, 4, 100)
    assert compared.ranks["group.pdf"].of == 2
    overall = ranks(Portfolio(framework.id, found, ()))
    assert {overall[path] for path in ("group.pdf", "sub.pdf", "sub-again.pdf")} == {1}
    assert {overall[path] for path in ("bank.pdf", "0.pdf", "1.pdf", "2.pdf")} == {2}


def test_the_benchmark_leaves_out_what_does_not_apply_or_could_not_be_read(framework):
    found = [
        filing(framework, f"{number}.pdf", {"P1": status, "P2": Status.NOT_APPLICABLE})
        for number, status in enumerate((Status.COVERED, Status.COVERED, Status.NOT_ASSESSABLE, Status.GAP))
    ]
    benchmark = {each.code: each for each in compare(found).industries[0].elements}
    assert (benchmark["P1"].median, benchmark["P1"].covered, benchmark["P1"].judged) == (1.0, 2, 3)
    assert benchmark["P2"].median is None and benchmark["P2"].judged == 0


@pytest.mark.parametrize("name", ["//evil.example/x", "javascript:alert(1)", "c:/x.html", "a b/报告#1?.html"])
def test_no_name_of_a_report_leads_elsewhere(name):
    link = href(name)
    assert link.startswith("./") and not link.startswith(".//") and not set("#?: ") & set(link.replace("%", ""))


def test_an_industry_that_the_framework_does_not_know_shows_as_it_is(framework):
    made = to_html(Portfolio(framework.id, (filing(framework, "a.pdf", industry="shipping <x>"),), ()), framework)
    assert "shipping &lt;x&gt;" in made and embedded(made)["order"] == ["shipping <x>"]


def test_a_filing_with_an_unreadable_share_says_so(framework):
    poor = dataclasses.replace(filing(framework, "a.pdf"), readable_share=0.4)
    assert embedded(to_html(Portfolio(framework.id, (poor,), ()), framework))["rows"][0]["read"] == 0.4


def test_gains_and_losses_over_years_are_named(framework):
    found = (
        filing(framework, "a.pdf", {"P5": Status.COVERED}, year=2021, code="1"),
        filing(framework, "b.pdf", {"P6": Status.COVERED, "T2": Status.COVERED}, year=2022, code="1"),
    )
    made = to_html(Portfolio(framework.id, found, ()), framework)
    shown = made[
        made.index('<section aria-labelledby="years"') : made.index('<section aria-labelledby="near-duplicates"')
    ]
    assert "2021–2022" in shown and "+ T2 P6" in shown and "− P5" in shown
    assert '<section aria-labelledby="years"' not in to_html(Portfolio(framework.id, found[:1], ()), framework)


def test_a_year_with_two_filings_is_named_once_and_links_to_both(framework):
    found = (
        filing(framework, "en.pdf", {"P5": Status.COVERED}, year=2021, code="1"),
        filing(framework, "zh.pdf", year=2021, code="1"),
        filing(framework, "zh2.pdf", same="zh.pdf", year=2021, code="1"),
        filing(framework, "later.pdf", year=2022, code="1"),
    )
    made = to_html(Portfolio(framework.id, found, ()), framework)
    line = re.search(r'<p class="note">(<a href="\./reports/en.*?)</p>', made)[1]
    assert re.sub(r"<[^>]+>", "", line).split() == ["2021", "(2)", "6%", "2022", "0%"]
    assert re.findall(r'href="([^"]+)"', line) == [f"./reports/{name}.pdf.html" for name in ("en", "zh", "later")]


def test_a_company_counts_once_whether_its_filings_give_its_code_or_its_name(framework):
    found = (
        dataclasses.replace(filing(framework, "a.pdf"), filing=Filing("a.pdf", "Blue Steel", "600001")),
        dataclasses.replace(filing(framework, "b.pdf"), filing=Filing("b.pdf", "BLUE STEEL")),
        dataclasses.replace(filing(framework, "c.pdf"), filing=Filing("c.pdf", "", "600001")),
        dataclasses.replace(filing(framework, "d.pdf"), filing=Filing("d.pdf")),
    )
    made = to_html(Portfolio(framework.id, found, ()), framework, language="en")
    assert re.search(r">Companies</span>.{0,120}?<strong>(\d+)</strong>", made, re.S)[1] == "2"


def test_boilerplate_names_how_many_use_it_and_where(framework):
    found = tuple(filing(framework, f"{number}.pdf") for number in range(9))
    boilerplate = Boilerplate("S2", 9, tuple(Place(item.filing.path, 41, "坚持<绿色>发展。") for item in found))
    made = to_html(Portfolio(framework.id, found, ()), framework, boilerplate=[boilerplate])
    shown = made[made.index("套话") :]
    assert "9 家公司使用" in shown and "坚持&lt;绿色&gt;发展。" in shown and "第 41 页" in shown
    assert 'href="./reports/0.pdf.html"' in shown and "另有 3 项" in shown


def test_a_status_lowered_for_boilerplate_is_told_beside_the_one_in_the_filings_own_report(framework):
    lowered = (Lowered("P5", Status.COVERED, Status.MENTIONED),)
    found = dataclasses.replace(filing(framework, "a.pdf", {"P5": Status.MENTIONED}), boilerplate=lowered)
    run = Portfolio(framework.id, (found, filing(framework, "b.pdf")), ())
    made = to_html(run, framework, language="en")
    data = embedded(made)
    assert [row["alone"] for row in data["rows"]] == [{"P5": data["statuses"].index("covered")}, {}]
    plainly = re.sub(r"<[^>]+>", "", re.search(r"<noscript>.*?</noscript>", made, re.S)[0])
    assert re.search(r"P5 \(.*?in its own report: .*?Covered\)", plainly)
    line = json.loads(to_jsonl(run).splitlines()[0])
    assert line["boilerplate"] == [{"element": "P5", "alone": "covered", "here": "mentioned"}]
    assert [summary(item)["boilerplate"] for item in run.screened] == ["P5=covered", ""]
    book = openpyxl.load_workbook(io.BytesIO(to_xlsx(run, framework, language="en")))
    heads, first, second = book["Summary"].iter_rows(values_only=True)
    column = heads.index("Lowered as boilerplate (status in its own report)")
    assert (first[column], second[column]) == ("P5 Covered", "")


def test_a_name_cannot_turn_the_direction_of_the_page(framework):
    made = to_html(Portfolio(framework.id, (filing(framework, "\u202egpj.exe.pdf"),), ()), framework)
    assert "\u202e" not in made and "\ufffdgpj.exe" in made
