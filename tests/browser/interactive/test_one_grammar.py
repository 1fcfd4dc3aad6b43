"""Numbers, terms and links are told apart, reached in few stops, and say what they are."""

import re

import pytest
from accessible import violations
from playwright.sync_api import expect

ANYWHERE = pytest.mark.parametrize(("language", "phone"), [("en", False), ("es", True)])
STOPS = "[...document.querySelectorAll('.md-content__inner > :not(section, figure, details) :is(a.lv, abbr)')].filter(one => one.tabIndex === 0).length"


@ANYWHERE
def test_a_term_says_what_it_means_when_it_is_tapped_or_reached(open_page, language, phone):
    tab = open_page("chapter", language, phone=phone)
    term, box = tab.locator("abbr").first, tab.locator("#term-box")
    says = term.get_attribute("data-says")
    term.tap() if phone else term.click()
    expect(box).to_have_text(says)
    edges = box.bounding_box()
    assert edges["x"] >= 0 and edges["x"] + edges["width"] <= tab.viewport_size["width"] + 1
    tab.keyboard.press("Escape")
    expect(box).to_be_hidden()
    term.focus()
    tab.keyboard.press("Enter")
    expect(box).to_have_text(says)
    tab.keyboard.press("Tab")
    expect(box).to_be_hidden()
    assert tab.complaints == []


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_numbers_and_terms_of_a_section_are_one_stop_and_the_arrows_lead_on(open_page, language):
    tab = open_page("chapter", language)
    sections = tab.locator(".md-content h2").count()
    assert tab.evaluate(STOPS) <= sections + 1
    links = tab.locator(".md-content__inner > p :is(a.lv, abbr)")
    links.first.focus()
    for number in (1, 2, 3):
        tab.keyboard.press("ArrowRight")
        expect(links.nth(number)).to_be_focused()
    tab.keyboard.press("ArrowLeft")
    expect(links.nth(2)).to_be_focused()
    assert tab.evaluate(STOPS) <= sections + 1


@pytest.mark.parametrize("language", ["en", "es"])
def test_what_a_figure_offers_is_one_stop_and_headings_are_none(open_page, language):
    tab = open_page("chapter", language)
    assert tab.locator(".headerlink").count() > 20
    assert tab.locator(".headerlink:not([tabindex='-1'])").count() == 0
    offered = tab.locator("#p-ratio-by-width .download :is(a, button)")
    assert offered.count() == 4
    assert [one.get_attribute("tabindex") for one in offered.all()] == ["0", "-1", "-1", "-1"]
    offered.first.focus()
    tab.keyboard.press("ArrowLeft")
    expect(offered.first).to_be_focused()
    for number in (1, 2, 3):
        tab.keyboard.press("ArrowRight")
        expect(offered.nth(number)).to_be_focused()
    assert [one.get_attribute("tabindex") for one in offered.all()] == ["-1", "-1", "-1", "0"]
    assert violations(tab, "#p-ratio-by-width") == []


def test_the_numbers_of_the_live_figure_are_one_stop(open_page):
    tab = open_page("index")
    numbers = tab.locator(".live button.lv")
    assert numbers.count() == 6
    numbers.first.focus()
    tab.keyboard.press("Tab")
    assert not tab.evaluate("document.activeElement.matches('.live *')")


@pytest.mark.parametrize("language", ["en", "es"])
def test_a_number_is_heard_with_what_it_is(open_page, language):
    tab = open_page("chapter", language)
    names = tab.locator(".md-content__inner > p > a.lv").evaluate_all(
        "all => all.filter(one => !one.querySelector('math')).map(one => [one.textContent, one.getAttribute('aria-label')])")
    assert len(names) > 50
    for text, name in names:
        assert name.startswith(text) and re.search(r"[^\W\d_]{3}", name[len(text):]), (text, name)


def test_numbers_terms_and_links_differ_by_more_than_colour(open_page):
    tab = open_page("index")
    look = "one => { const s = getComputedStyle(one); return s.textDecorationLine + ' ' + s.textDecorationStyle; }"
    number, term, link = (tab.locator(f".md-content p {kind}").first.evaluate(look) for kind in ("a.lv:not(:has(math))", "abbr", "a:not(.lv)"))
    assert (number, term, link) == ("underline dotted", "underline dashed", "underline solid")


def test_the_way_to_the_top_keeps_off_an_opened_number(open_page):
    tab = open_page("chapter", phone=True)
    tab.evaluate("scrollTo(0, 3000)")
    tab.evaluate("scrollTo(0, 2800)")
    tab.locator(".md-content__inner > p > a.lv").nth(30).tap()
    expect(tab.locator("#where-box")).to_be_visible()
    assert not tab.locator(".md-top").is_visible()
