"""The page: self-contained, escaped, bilingual, and the same as the golden one."""

from __future__ import annotations

import dataclasses
import os
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from builders import document, passage

from alignment.assessment.coverage import assess, review_queue
from alignment.mapping import precision_filters
from alignment.reports import view
from alignment.reports.html import to_html
from alignment.reports.json import document as as_data
from alignment.reports.rendering import plain
from alignment.types import Assessment, Emission, Evidence, Page, PageState, Provenance, Signals, Substance, Thresholds

GOLDEN = Path(__file__).parent / "golden" / "report.html"
HOSTILE = (
    "<script>alert(1)</script> <img src=x onerror=alert(2)> {{ 7*7 }} {% raw %} \" ' onmouseover=alert(3) "
    "javascript:alert(4) </style></script><!--"
)


def assessment(framework, *, text="公司建设中水回用系统，全年回用水量八十万吨。", name="report.pdf", title="样例报告"):
    report = dataclasses.replace(document(text, "第二页。", name=name), title=title)
    quoted = dataclasses.replace(passage(text), heading=f"环境 › {title}")
    signals = Signals(
        0.91, "P5.2/1", 0.8, terms=("中水回用",), negative_terms=("循环水养殖",), precision_filters=("negated",)
    )
    found = [
        Evidence(quoted, "P5", ("P5.2",), 0.93, Substance.RESULT, signals),
        Evidence(quoted, "T3", ("T3.5",), 0.31, Substance.COMMITMENT, signals),
        Evidence(quoted, "P4", (), 0.12, Substance.MENTION, signals),
    ]
    thresholds = Thresholds(evidence=0.3, review=0.1, sure=0.6)
    coverage = assess(found, report, framework, thresholds=thresholds)
    made = Provenance("0.0.0", "hashing", "f" * 64, {"evidence": 0.3, "review": 0.1, "sure": 0.6})
    small = dataclasses.replace(framework, version="golden", sha256="a" * 64)
    return Assessment(report, small, None, coverage, review_queue(coverage, thresholds), (), (), 1, made)


class Parsed(HTMLParser):
    """Collects what a browser would run or fetch."""

    def __init__(self, text):
        super().__init__()
        self.scripts, self.handlers, self.links, self.open = 0, [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.scripts += tag == "script"
        self.handlers += [name for name, _ in attrs if name.startswith("on") or name == "style"]
        self.links += [value for name, value in attrs if name in ("href", "src", "action", "data", "poster")]


@pytest.mark.meaning
def test_the_page_is_the_golden_one(framework):
    made = to_html(assessment(framework), lang="zh", source="report.pdf")
    made = re.sub(r"(?s)<section aria-labelledby=\"matrix\">.*?</section>", "", made)
    made = re.sub(r"sha256-[A-Za-z0-9+/=]+", "sha256-", re.sub(r"(?s)<(style|script)>.*?</\1>", r"<\1></\1>", made))
    if os.environ.get("UPDATE_GOLDEN"):
        GOLDEN.write_text(made, encoding="utf-8", newline="\n")
    assert made == GOLDEN.read_text(encoding="utf-8"), "set UPDATE_GOLDEN=1 to accept the change"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_emissions_are_a_table_of_scopes_and_years_with_unit_and_page(framework, lang):
    rows = [
        ("1", 2021, 1234567.0, "tCO2e"),
        ("1", 2022, 12.5, "kt CO2e"),
        ("2lb", 2022, 40.0, HOSTILE),
        ("3", 2022, -7.0, "t"),
    ]
    emissions = tuple(Emission(*row, page=1, start=0, end=4, quote="公司建设") for row in rows)
    emissions += (Emission("2mb", 2022, 38.25, "kt CO2e", page=2, start=0, end=3, quote="第二页"),)
    page = to_html(dataclasses.replace(assessment(framework), ghg=emissions), lang=lang, source="report.pdf")
    table = page.split('<h2 id="ghg">')[1].split("</section>")[0]
    cells = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", table))
    for wanted in ("2021", "1,234,567 tCO2e", "12.5 kt CO2e", "−7 t", "38.25 kt CO2e"):
        assert wanted in cells
    assert table.count("<tr>") == 1 + 4
    parsed = Parsed(page)
    assert (parsed.scripts, parsed.handlers) == (1, [])


def test_hostile_text_shows_as_text(framework):
    page = to_html(assessment(framework, text=HOSTILE, name=f"{HOSTILE}.pdf", title=HOSTILE), source=f"{HOSTILE}.pdf")
    parsed = Parsed(page)
    assert parsed.scripts == 1
    assert parsed.handlers == []
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "{{ 7*7 }}" in page and "49" not in re.findall(r"<blockquote[^>]*>(.*?)</blockquote>", page, re.S)[0]
    assert not any(link.lower().startswith(("javascript:", "data:", "http", "//")) for link in parsed.links)


def test_nothing_is_fetched_and_nothing_else_may_run(framework):
    page = to_html(assessment(framework))
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]+)"', page)[1]
    assert "default-src &#39;none&#39;" in policy and "unsafe" not in policy
    assert not re.search(r"""(?:src|href)=["']?(?:https?:)?//""", page)
    assert "@import" not in page and "url(" not in page


@pytest.mark.parametrize(
    ("lang", "root"), [("zh", 'lang="zh-Hans" data-lang="zh"'), ("en", 'lang="en" data-lang="en"')]
)
def test_both_languages_are_inside_and_the_chosen_one_shows_first(framework, lang, root):
    page = to_html(assessment(framework), lang=lang)
    assert root in page and "工业节水增效工程" in page and "Industrial water saving and efficiency" in page


def test_quotes_link_to_their_page_and_gaps_say_how_to_close_them(framework):
    page = to_html(assessment(framework), source="a folder/报告.pdf")
    assert 'href="./a%20folder/%E6%8A%A5%E5%91%8A.pdf#page=1"' in page
    assert framework.element("P6").measures[0].closing.zh in page
    assert "<mark>中水回用</mark>" in page


def test_gaps_come_first(framework):
    page = to_html(assessment(framework))
    assert page.index('<article class="finding f-gap"') < page.index('<article class="finding f-covered"')


def test_of_thousands_of_quotes_the_page_shows_the_strongest_and_names_the_pages_of_the_rest(framework):
    base = assessment(framework)
    (item,) = next(coverage.evidence for coverage in base.coverage if coverage.element == "P5")
    many = [
        dataclasses.replace(item, passage=dataclasses.replace(item.passage, id=f"p{page}-0", page=page), score=0.9)
        for page in range(1, 5_001)
    ]
    coverage = tuple(
        dataclasses.replace(each, evidence=tuple(many)) if each.element == "P5" else each for each in base.coverage
    )
    big = dataclasses.replace(base, coverage=coverage)
    page = to_html(big)
    assert len(page) < 2_000_000
    assert "4800 weaker passages are on pages 201–5000" in page
    assert len(next(each for each in as_data(big)["elements"] if each["code"] == "P5")["evidence"]) == 5_000


def test_every_unread_page_of_thousands_is_named_and_the_page_stays_small(framework):
    pages = tuple(
        Page(number, "", PageState.SCANNED if number % 2 else PageState.GARBLED) for number in range(1, 5_001)
    )
    base = assessment(framework)
    report = dataclasses.replace(base.document, pages=pages)
    coverage = assess([], report, framework, thresholds=Thresholds(0.3, 0.1, 0.6))
    made = to_html(dataclasses.replace(base, document=report, coverage=coverage, review=()))
    assert len(made) < 2_500_000
    reason = coverage[0].reason
    for text in (reason.en, reason.zh):
        assert {int(number) for number in re.findall(r"\d+", text)} >= set(range(1, 5_001))


@pytest.mark.parametrize(("numbers", "text"), [([1, 2, 3, 7], "1–3, 7"), ([], ""), ([4], "4"), ([1, 3], "1, 3")])
def test_pages_are_named_as_ranges(numbers, text):
    assert view.ranges(numbers) == text


def test_how_sure_the_recogniser_is_of_a_page_is_told_where_it_read_one(framework):
    base = assessment(framework)
    assert all("confidence" not in page for page in as_data(base)["document"]["health"]["pages"])
    assert "置信度" not in to_html(base)
    first, second = base.document.pages
    read = dataclasses.replace(second, state=PageState.OCR, confidence=0.69876)
    recognised = dataclasses.replace(base, document=dataclasses.replace(base.document, pages=(first, read)))
    told = as_data(recognised)["document"]["health"]["pages"]
    assert ["confidence" in page for page in told] == [False, True] and told[1]["confidence"] == 0.6988
    page = to_html(recognised)
    assert "<small>69%</small>" in page, "a page just below the limit is not shown at it"
    assert "低于 70% 的页面视为乱码" in page and "a page below 70% counts as garbled" in page


def test_unread_pages_are_said(framework):
    base = assessment(framework)
    lost = dataclasses.replace(base.document.pages[1], state=PageState.SCANNED)
    report = dataclasses.replace(base.document, pages=(base.document.pages[0], lost))
    page = to_html(dataclasses.replace(base, document=report))
    assert "第 2 页" in page and 'class="p-scanned"' in page and "50%" in page


def test_every_precision_filter_has_its_reason_in_both_languages():
    for name in precision_filters.FACTORS:
        assert all(plain(f"precision_filter.{name}", lang) for lang in ("zh", "en"))
