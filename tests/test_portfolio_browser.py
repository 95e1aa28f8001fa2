"""The page of 2,000 filings in a real browser: filters, order, languages, keyboard; no request, no console error."""

from __future__ import annotations

import portfolios
import pytest
from browsing import CONTRAST

from alignment.portfolio.page import to_html
from alignment.types import Status

COUNT = 2000
MOST = 200
"""Milliseconds that a filter of 2,000 filings may take."""


@pytest.fixture(scope="module")
def run(framework):
    return portfolios.portfolio(framework, COUNT)


@pytest.fixture(scope="module")
def file(framework, run, tmp_path_factory):
    path = tmp_path_factory.mktemp("portfolio") / "index.html"
    path.write_text(to_html(run, framework, language="zh"), encoding="utf-8")
    return path


@pytest.fixture
def page(browser, file):
    context = browser.new_context(viewport={"width": 1360, "height": 900})
    opened = context.new_page()
    problems: list[str] = []
    requests: list[str] = []
    opened.on("console", lambda message: problems.append(message.text))
    opened.on("pageerror", lambda error: problems.append(str(error)))

    def refuse(dialog):
        problems.append(dialog.message)
        dialog.dismiss()

    opened.on("dialog", refuse)
    opened.on("request", lambda request: requests.append(request.url))
    opened.goto(file.as_uri())
    yield opened
    assert problems == []
    assert requests == [file.as_uri()]
    context.close()


def shown(page) -> int:
    return int(page.inner_text("[data-shown]"))


def companies(page) -> list[str]:
    found = page.eval_on_selector_all(".heatmap tbody a[data-column='-1']", "all => all.map(one => one.textContent)")
    return list(found)


def test_every_filter_finds_what_the_records_hold(page, run, framework):
    assert shown(page) == COUNT
    page.select_option("select[name=industry]", "steel")
    assert shown(page) == sum(item.filing.industry == "steel" for item in run.screened)
    page.select_option("select[name=year]", "2022")
    steel = [item for item in run.screened if item.filing.industry == "steel" and item.filing.year == 2022]
    assert shown(page) == len(steel)
    place = framework.codes.index("P5")
    page.select_option("select[name=element]", str(place))
    page.select_option("select[name=status]", str(list(Status).index(Status.GAP)))
    gaps = [item for item in steel if item.elements[place].status is Status.GAP]
    assert 0 < len(gaps) < len(steel) and shown(page) == len(gaps)
    assert page.inner_text(f"[data-gap='{place}'] .count b") == "100%"
    page.click("button[type=reset]")
    page.fill("input[name=text]", "６00123 2023")
    assert shown(page) == 1
    page.fill("input[name=text]", "没有这样的公司")
    assert shown(page) == 0 and page.is_visible(".nothing") and not page.is_visible(".heatbox")


def test_a_filter_says_how_long_it_took_and_draws_only_what_is_in_sight(page):
    took = []
    for value in ("6", "60", "600", "6001", ""):
        page.fill("input[name=text]", value)
        took.append(float(page.get_attribute(".filter", "data-took")))
        assert page.eval_on_selector_all(".heatmap tbody tr", "all => all.length") < 60
    assert min(took) < MOST, "ten times what benchmarks/portfolio.py measures"


def test_hostile_names_are_shown_as_they_are(page):
    for name in (portfolios.HOSTILE[0], portfolios.HOSTILE[1], portfolios.HOSTILE[4]):
        page.fill("input[name=text]", name.lower())
        assert set(companies(page)) == {name}
    assert page.evaluate("document.querySelectorAll('main img, main script').length") == 0


def test_the_heat_map_scrolls_to_its_end(page, run):
    page.select_option("select[name=order]", "worst")
    page.eval_on_selector(".heatbox", "box => { box.scrollTop = box.scrollHeight; }")
    page.wait_for_selector(f".heatmap tr[aria-rowindex='{COUNT + 1}']")
    best = max(item.score for item in run.screened)
    cell = page.inner_text(f".heatmap tr[aria-rowindex='{COUNT + 1}'] .strong")
    assert cell == f"{round(100 * best)}%"
    heights = page.eval_on_selector_all(".heatmap tbody tr[data-index]", "all => all.map(one => one.offsetHeight)")
    assert set(heights) == {44}, "the script places rows by this height"


def test_orders(page):
    page.select_option("select[name=order]", "best")
    scores = page.eval_on_selector_all(".heatmap tbody .strong", "all => all.map(one => parseInt(one.textContent))")
    assert scores == sorted(scores, reverse=True) and page.inner_text(".heatmap tbody tr:nth-child(2) td.num") == "1"
    assert page.eval_on_selector_all(".heatmap .industry", "all => all.length") == 0
    page.select_option("select[name=order]", "industry")
    assert page.inner_text(".heatmap .industry .who b") == "钢铁"


def test_the_keyboard_walks_the_heat_map(page):
    page.locator(".heatmap a[data-column='-1']").first.focus()
    for _ in range(40):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    place = page.evaluate("[document.activeElement.closest('tr').dataset.index, document.activeElement.dataset.column]")
    assert place == ["41", "0"]
    assert page.evaluate("document.activeElement.getAttribute('href')").endswith("#A1")
    page.keyboard.press("End")
    assert page.evaluate("Number(document.activeElement.closest('tr').dataset.index)") > COUNT


def test_the_language_switches_in_place(page):
    page.click("button[data-set-lang=en]")
    assert page.is_visible("h2 >> text=Heat map and ranking") and not page.is_visible("h2 >> text=热力图与排名")
    assert page.inner_text(".heatmap .industry .who b") == "Steel"
    assert "Covered" in page.inner_html(".heatmap tbody")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_contrast_is_at_least_wcag_aa(browser, file, scheme):
    context = browser.new_context(color_scheme=scheme, viewport={"width": 1360, "height": 900})
    opened = context.new_page()
    opened.goto(file.as_uri())
    assert opened.evaluate(CONTRAST) == []
    context.close()


def test_a_phone_needs_no_sideways_scrolling(browser, file):
    context = browser.new_context(viewport={"width": 390, "height": 800})
    opened = context.new_page()
    opened.goto(file.as_uri())
    assert opened.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    context.close()


def test_without_a_script_every_filing_is_listed(browser, file):
    context = browser.new_context(java_script_enabled=False)
    plain = context.new_page()
    plain.goto(file.as_uri())
    assert plain.locator("noscript tbody tr").count() == COUNT
    assert not plain.is_visible(".filter") and plain.is_visible("#failures")
    context.close()


def test_a_print_holds_all_that_the_filter_left(page, run):
    page.select_option("select[name=industry]", "steel")
    steel = sum(item.filing.industry == "steel" for item in run.screened)
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert len(companies(page)) == steel
    assert page.eval_on_selector_all("details.unprinted[open]", "all => all.length") == 0, "hundreds of pages"
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert len(companies(page)) < steel
    page.emulate_media(media="print")
    assert not page.is_visible(".filter") and not page.is_visible(".tools")
