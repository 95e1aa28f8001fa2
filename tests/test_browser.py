"""The page in a real browser: filter, sort, language, page links; no request, no console error, contrast."""

from __future__ import annotations

import io
import shutil

import numpy as np
import pytest
from browsing import CONTRAST
from PIL import Image

from alignment.documents.isolated import Reader
from alignment.reports.html import to_html
from alignment.reports.pictures import pictures


@pytest.fixture(scope="module")
def report(pipeline, samples, tmp_path_factory):
    folder = tmp_path_factory.mktemp("page")
    shutil.copy(samples / "qingyun-steel.pdf", folder / "steel.pdf")
    assessment = pipeline.check(folder / "steel.pdf")
    with Reader() as reader:
        crops = pictures(assessment, folder / "steel.pdf", reader.crops)
    page = to_html(assessment, lang="zh", source="steel.pdf", crops=crops)
    (folder / "steel.html").write_text(page, encoding="utf-8")
    return folder / "steel.html"


@pytest.fixture
def page(browser, report):
    context = browser.new_context(viewport={"width": 1200, "height": 900})
    opened = context.new_page()
    problems, requests = [], []
    opened.on("console", lambda message: problems.append(message.text))
    opened.on("pageerror", lambda error: problems.append(str(error)))
    opened.on("request", lambda request: requests.append(request.url))
    opened.goto(report.as_uri())
    yield opened
    assert problems == []
    folder = report.as_uri().rsplit("/", 1)[0]
    assert all(url.startswith(folder) for url in requests)
    context.close()


def visible(page):
    return page.eval_on_selector_all(".finding:not([hidden])", "all => all.map(one => one.id)")


def test_filters_and_sorting(page):
    assert len(visible(page)) == 17
    assert visible(page)[0] == "T5"
    page.select_option("select[name=status]", "gap")
    assert set(visible(page)) == {"T5", "T6", "P2", "P7", "P8"}
    page.select_option("select[name=kind]", "project")
    assert visible(page) == ["P2", "P7", "P8"]
    page.fill("input[name=text]", "没有这样的话")
    assert visible(page) == [] and page.is_visible(".nothing")
    page.click("button[type=reset]")
    page.select_option("select[name=sort]", "plan")
    assert visible(page)[:4] == ["A1", "S1", "S2", "T1"]
    page.select_option("select[name=emphasis]", "E4")
    assert visible(page) == ["T6"]


def test_the_language_switches_in_place(page):
    assert page.is_visible("h2 >> text=要素覆盖一览")
    page.click("button[data-set-lang=en]")
    assert page.is_visible("h2 >> text=Coverage at a glance") and not page.is_visible("h2 >> text=要素覆盖一览")
    assert page.get_attribute("html", "lang") == "en"
    assert page.eval_on_selector("select[name=status] option", "one => one.textContent") == "All"


def test_a_page_link_leads_into_the_source(page, report):
    link = page.locator("#P5 a.page").first
    assert link.get_attribute("href") == "./steel.pdf#page=8"
    target = page.evaluate("href => new URL(href, location.href).pathname", link.get_attribute("href"))
    assert target == (report.parent / "steel.pdf").as_uri().removeprefix("file://")
    with page.context.expect_page() as opened:
        link.click(modifiers=["Control"])
    opened.value.wait_for_url("**/steel.pdf#page=8", wait_until="commit")


def test_everything_can_be_reached_and_read_without_a_script(browser, report):
    context = browser.new_context(java_script_enabled=False)
    plain = context.new_page()
    plain.goto(report.as_uri())
    assert plain.is_visible("#P5 blockquote") and not plain.is_visible(".filter") and not plain.is_visible(".tools")
    context.close()


def test_the_keyboard_reaches_every_control(page):
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    names = []
    for _ in range(5):
        page.keyboard.press("Tab")
        names.append(page.evaluate("document.activeElement.textContent.trim()"))
    assert names[:2] == ["中文", "English"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_contrast_is_at_least_wcag_aa(browser, report, scheme):
    context = browser.new_context(color_scheme=scheme)
    opened = context.new_page()
    opened.goto(report.as_uri())
    assert opened.evaluate(CONTRAST) == []
    context.close()


def test_a_phone_needs_no_sideways_scrolling(browser, report):
    context = browser.new_context(viewport={"width": 390, "height": 800})
    opened = context.new_page()
    opened.goto(report.as_uri())
    assert opened.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    context.close()


def test_print_is_paged_and_keeps_cards_whole(browser, report):
    context = browser.new_context()
    opened = context.new_page()
    opened.goto(report.as_uri())
    opened.emulate_media(media="print")
    assert not opened.is_visible(".filter") and not opened.is_visible(".tools")
    assert opened.eval_on_selector(".quote", "one => getComputedStyle(one).breakInside") == "avoid"
    assert opened.pdf(format="A4").startswith(b"%PDF")
    context.close()


def test_a_quotes_place_is_shown_when_it_is_asked_for_even_where_the_page_holds_it_hidden(page):
    assert not page.is_visible("#P5 .crop")
    page.click("#P5 .seen summary")
    assert page.is_visible("#P5 .crop")
    other = page.evaluate("""() => {
        const use = document.querySelector("svg.crop use");
        document.querySelector(use.getAttribute("href")).closest(".finding").hidden = true;
        use.closest("details").open = true;
        return use.closest(".finding").id;
    }""")
    shot = page.locator(f"#{other} svg.crop:has(use)").first.screenshot()
    pixels = np.asarray(Image.open(io.BytesIO(shot)).convert("RGB"))
    assert ((pixels[:, :, 0] > 200) & (pixels[:, :, 2] < 160)).mean() > 0.02


def test_places_are_printed_only_where_the_reader_opened_them(page):
    page.click("#P5 .seen summary")
    page.emulate_media(media="print")
    assert page.is_visible("#P5 .crop") and not page.is_visible("#P5 .seen summary")
    assert [each.is_visible() for each in page.locator(".seen").all()].count(True) == 1
