"""Numbers, terms and links are told apart, reached in few stops, and say what they are."""

import re

import pytest
from accessible import violations
from playwright.sync_api import expect

ANYWHERE = pytest.mark.parametrize(("language", "phone"), [("en", False), ("es", True)])
STOPS = "[...document.querySelectorAll('.md-content__inner > :not(section, figure, details) :is(a.lv, abbr)')].filter(one => one.tabIndex === 0).length"


def a_term_says_what_it_means_when_it_is_tapped_or_reached(tab, phone):
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


def the_numbers_and_terms_of_a_section_are_one_stop_and_the_arrows_lead_on(tab):
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


def what_a_figure_offers_is_one_stop_and_headings_are_none(tab):
    assert tab.locator(".headerlink").count() > 20
    assert tab.locator(".headerlink:not([tabindex='-1'])").count() == 0
    offered = tab.locator("#p-ratio-by-width :is(.data > summary, .download :is(a, button))")
    assert offered.count() == 5
    assert [one.get_attribute("tabindex") for one in offered.all()] == ["0", *["-1"] * 4]
    offered.first.focus()
    tab.keyboard.press("ArrowLeft")
    expect(offered.first).to_be_focused()
    for number in (1, 2, 3, 4):
        tab.keyboard.press("ArrowRight")
        expect(offered.nth(number)).to_be_focused()
    assert [one.get_attribute("tabindex") for one in offered.all()] == [*["-1"] * 4, "0"]
    assert violations(tab, "#p-ratio-by-width") == []


def a_drill_is_a_box_its_buttons_and_its_folds_by_keyboard(tab):
    drill = tab.locator(".drill").nth(1)
    assert drill.locator(":is(input, button, summary)").evaluate_all("all => all.filter(one => one.tabIndex === 0 && one.checkVisibility()).length") == 3
    buttons, folds = drill.locator("form button"), drill.locator("summary")
    assert (buttons.count(), folds.count()) == (3, 3)
    drill.locator("input").focus()
    for key, reached in (("Tab", buttons.nth(0)), ("ArrowRight", buttons.nth(1)), ("ArrowRight", buttons.nth(2)), ("ArrowLeft", buttons.nth(1)),
                         ("Tab", folds.nth(0)), ("ArrowDown", folds.nth(1)), ("Shift+Tab", buttons.nth(1)), ("Tab", folds.nth(1))):
        tab.keyboard.press(key)
        expect(reached).to_be_focused()
    tab.keyboard.press("Enter")
    expect(drill.locator(".hint .text").nth(1)).not_to_be_empty()
    expect(drill.locator(".hint .text").nth(1)).to_be_visible()
    tab.keyboard.press("Tab")
    assert not tab.evaluate("document.activeElement.closest('.drill')?.id") or not drill.evaluate("one => one.contains(document.activeElement)")


def test_arrows_pass_over_rows_that_the_answer_leaves_out(open_page):
    tab = open_page("calculator")
    rows = tab.locator("[data-part=memory] summary")
    seen = rows.evaluate_all("all => all.map(one => one.checkVisibility())")
    assert not all(seen) and seen[0]
    rows.first.focus()
    for number in [i for i, isSeen in enumerate(seen) if isSeen][1:]:
        tab.keyboard.press("ArrowDown")
        expect(rows.nth(number)).to_be_focused()


STOPPED = """[...document.querySelectorAll('.md-content :is(a[href], button, input, select, textarea, summary, [tabindex])')].filter(
    one => one.tabIndex >= 0 && one.checkVisibility({visibilityProperty: true})).map(one => one.closest('.drill, figure, table')?.className ?? one.localName)"""


def a_page_is_few_stops(tab):
    """A drill three, a figure two and its own field, the numbers and terms of a section one, and the links of the text."""
    for figure in tab.locator("figure.plot").all():
        figure.scroll_into_view_if_needed()
        figure.locator("tbody tr").first.wait_for(state="attached")
    stops, count = tab.evaluate(STOPPED), lambda selector: tab.locator(selector).count()
    links, sections = count(".md-content :is(p, li) a[href]:not(.lv, .download a)"), count(".md-content h2") + 1
    assert len(stops) <= 3 * count(".drill") + 2 * count(".md-content figure") + count(".yours input") + links + sections + 2


def test_the_numbers_of_the_live_figure_are_one_stop_and_numbers_terms_and_links_differ_by_more_than_colour(open_page):
    tab = open_page("index")
    numbers_terms_and_links_differ_by_more_than_colour(tab)
    numbers = tab.locator(".live button.lv")
    assert numbers.count() == 6
    numbers.first.focus()
    tab.keyboard.press("Tab")
    assert not tab.evaluate("document.activeElement.matches('.live *')")


def a_number_is_heard_with_what_it_is(tab):
    names = tab.locator(".md-content__inner > p > a.lv").evaluate_all(
        "all => all.filter(one => !one.querySelector('math')).map(one => [one.textContent, one.getAttribute('aria-label')])")
    assert len(names) > 50
    for text, name in names:
        assert name.startswith(text) and re.search(r"[^\W\d_]{3}", name[len(text):]), (text, name)


def numbers_terms_and_links_differ_by_more_than_colour(tab):
    look = "one => { const s = getComputedStyle(one); return s.textDecorationLine + ' ' + s.textDecorationStyle; }"
    number, term, link = (tab.locator(f".md-content p {kind}").first.evaluate(look) for kind in ("a.lv:not(:has(math))", "abbr", "a:not(.lv)"))
    assert (number, term, link) == ("underline dotted", "underline dashed", "underline solid")


def the_way_to_the_top_keeps_off_an_opened_number(tab):
    tab.evaluate("scrollTo(0, 3000)")
    tab.evaluate("scrollTo(0, 2800)")
    tab.locator(".md-content__inner > p > a.lv").nth(30).tap()
    expect(tab.locator("#where-box")).to_be_visible()
    assert not tab.locator(".md-top").is_visible()


@ANYWHERE
def test_a_chapter_is_heard_and_walked_through_by_keyboard_and_its_terms_are_said(open_page, language, phone):
    tab = open_page("chapter", language, phone=phone)
    a_term_says_what_it_means_when_it_is_tapped_or_reached(tab, phone)
    a_number_is_heard_with_what_it_is(tab)
    a_page_is_few_stops(tab)
    the_numbers_and_terms_of_a_section_are_one_stop_and_the_arrows_lead_on(tab)
    what_a_figure_offers_is_one_stop_and_headings_are_none(tab)
    if phone:
        the_way_to_the_top_keeps_off_an_opened_number(tab)
    else:
        a_drill_is_a_box_its_buttons_and_its_folds_by_keyboard(tab)
    assert tab.complaints == []


def test_a_drill_is_a_box_its_buttons_and_its_folds_by_keyboard(open_page):
    a_drill_is_a_box_its_buttons_and_its_folds_by_keyboard(open_page("drills", "es"))
