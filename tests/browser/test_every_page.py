"""Every page in a real browser: quiet, self-contained, still, accessible, light and dark, wide, on a phone, and on paper."""

import pytest
from accessible import COLOURS, RULES, luminance, violations
from site_pages import LANGUAGES, PAGES, PHONE, WIDE, address
from still import MOVED, PLACES

A4 = {"width": 642, "height": 971}
"""What is left of a sheet of A4 between margins of two centimetres, in pixels."""


def beyond_the_edge(tab):
    """What sticks out of the screen at its right, and is in no box of its own that scrolls."""
    return tab.evaluate("""() => [...document.querySelectorAll('.md-content *:not(math *)')].filter(e => {
        const box = e.getBoundingClientRect();
        if (!box.width || box.right <= innerWidth + 1) return false;
        for (let up = e; up !== document.documentElement; up = up.parentElement)       // which the theme cuts off, whatever is beyond
          if (/auto|scroll|hidden|clip/.test(getComputedStyle(up).overflowX)) return false;
        return true;
      }).map(e => e.outerHTML.slice(0, 120))""")


def cut_on_paper(tab):
    """What runs over the sheet, is cut, or is a value that a screen shows and the sheet doesn't; the screen is as it was after."""
    screen = tab.viewport_size
    tab.evaluate("globalThis.shown = [...document.querySelectorAll('.md-content .lv')].filter(one => one.checkVisibility())")
    tab.evaluate("dispatchEvent(new Event('beforeprint'))")
    tab.emulate_media(media="print")
    tab.set_viewport_size(A4)
    lost = tab.evaluate("shown.filter(one => !one.checkVisibility()).map(one => one.outerHTML.slice(0, 100))")
    lost += tab.evaluate("""() => [...document.querySelectorAll('.md-content *')].filter(one => {
        const { right, width } = one.getBoundingClientRect(), hides = getComputedStyle(one).overflowX !== 'visible';
        return one.checkVisibility() && !one.matches('svg, svg *, input, select') && width > 1
            && (right > innerWidth + 1 || (hides && one.scrollWidth > one.clientWidth + 1)); }).map(one => one.outerHTML.slice(0, 100))""")
    tab.emulate_media(media="null")
    tab.set_viewport_size(screen)
    tab.evaluate("dispatchEvent(new Event('afterprint'))")
    return lost


def comes(tab, url):
    """What moves while scripts come late to a page, and while it is read."""
    held, free = [], []
    tab.route("**/assets/**/*.js", lambda route: route.continue_() if free or "early" in route.request.url else held.append(route))
    tab.goto(url, wait_until="commit")
    tab.wait_for_selector("#frame-words", state="attached")
    tab.evaluate("document.fonts.ready.then(() => 0)")
    before = tab.evaluate(PLACES)
    free.append("all that are asked for from now on")
    for route in held:
        route.continue_()
    tab.wait_for_load_state()
    after = tab.evaluate(PLACES)
    tab.unroute_all()
    return [(name, was, now) for (name, *was), (_, *now) in zip(before, after, strict=True)
            if any(abs(a - b) > 0.1 for a, b in zip(was, now, strict=False))            # what a script replaces has no place after
            ] + tab.evaluate(MOVED, 0.9)


def comes_again(tab):
    """What moves when a page comes again at its end, where it was left: whatever grows above would move it."""
    tab.evaluate("scrollTo({ top: document.documentElement.scrollHeight, behavior: 'instant' })")
    tab.reload()
    moved = tab.evaluate(MOVED, 4)
    tab.evaluate("scrollTo({ top: 0, behavior: 'instant' })")              # for what is asked of it next
    return moved


def is_whole_and_accessible(tab, rules):
    assert beyond_the_edge(tab) == []
    tab.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
    assert beyond_the_edge(tab) == []
    assert violations(tab, rules=rules) == []
    if tab.viewport_size == PHONE:
        assert tab.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        tab.set_viewport_size({"width": 320, "height": 844})                # the narrowest that anybody holds
        assert beyond_the_edge(tab) == []


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_is_quiet_self_contained_still_accessible_and_whole_on_screens_and_on_paper(open_page, home, page, language):
    """Each language in both widths; no colour knows a language, so the light is wide in one and narrow in the other, and so is the first visit.

    Of the rules, only those of colours know the dark, and none of the others knows a language in one width alone.
    """
    phone = language != LANGUAGES[0]
    tab = open_page(url="about:blank", phone=phone, first=True)
    assert comes(tab, home + address(page, language)) == []
    assert tab.evaluate("document.documentElement.lang") == language
    assert cut_on_paper(tab) == []          # as a reader prints: folds are opened by the print itself
    is_whole_and_accessible(tab, RULES)
    tab.locator("[data-md-component=palette] label:visible").evaluate("label => label.click()")     # the dark, which is kept
    tab.set_viewport_size(WIDE if phone else PHONE)
    assert comes_again(tab) == []
    assert luminance(tab) < 60
    is_whole_and_accessible(tab, COLOURS)
    tab.emulate_media(media="print")
    assert violations(tab, rules=COLOURS) == [], "paper is light, whatever the screen is"
    tab.emulate_media(media="null")
    assert tab.complaints == []
