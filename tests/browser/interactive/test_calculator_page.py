"""The calculator by mouse, touch and keyboard: what fits, the slider, two settings side by side, what is kept and what breaks nothing."""

import random
import re
import sys

import pytest
from accessible import violations
from site_pages import ROOT
from trust import short_or_long

import derivations
from derivations.counting.catalogue import public_model
from derivations.counting.configuration import read
from derivations.counting.count import Question, count_configuration
from derivations.counting.memory import cards
from derivations.counting.refusal import Refusal
from derivations.counting.setup import CARDS, Setup

ANYWHERE = pytest.mark.parametrize(("language", "phone", "dark"), [("en", False, False), ("es", True, True)])


def digits(text):
    return re.sub(r"\D", "", text)


def cell(tab, name):
    return tab.locator(f"[data-cell='{name}']").first.inner_text()


def what_fits_is_what_derive_memory_says(tab, language):
    tab.select_option("#calculator-model", "llama-3-8b")
    tab.select_option("#calculator-base", "nf4-double")
    tab.select_option("#calculator-checkpointing", "yes")
    tab.fill("#calculator-batch", "4")
    tab.fill("#calculator-length", "1024")
    tab.locator("#calculator-length").blur()
    account = derivations.memory("llama-3-8b", rank=8, base="nf4-double", checkpointing=True, batch=4, length=1024)
    assert f"{account.total / 1e9:.3g}".replace(".", "," if language == "es" else ".") in cell(tab, "takes")
    setup = Setup(base="nf4-double", checkpointing=True, batch=4, length=1024)
    for card in cards(public_model("llama-3-8b").configuration, Question(8), setup, CARDS):
        assert digits(cell(tab, f"card.{card.gib}.batch")) == str(card.batch)
        assert digits(cell(tab, f"card.{card.gib}.length")) == str(card.length)
        assert tab.locator(".cards li.fits", has_text=f"{card.gib}\u00a0GiB").count() == card.fits
    shown = {row.get_attribute("data-term") for row in tab.locator("[data-term]").all() if row.is_visible()}
    assert {term.key for term in account.terms} <= shown
    assert tab.evaluate("""[...document.querySelectorAll("[data-part=cards] summary")].map(one =>
        one.offsetHeight < 2 * parseFloat(getComputedStyle(one).lineHeight))""") == [True] * len(CARDS), "each on one line"
    asked = tab.evaluate("location.href")
    assert all(part in asked for part in ("base=nf4-double", "checkpointing=yes", "batch=4", "length=1024"))
    tab.goto(asked)
    assert digits(cell(tab, "card.24.batch")) == str(cards(public_model("llama-3-8b").configuration, Question(8), setup, (24,))[0].batch)
    tab.locator("details.opens summary").first.click()
    assert tab.evaluate("document.documentElement.scrollWidth") <= tab.viewport_size["width"]
    assert violations(tab, ".calculator") == []


def the_slider_goes_by_powers_of_two_by_keyboard_mouse_and_touch(tab, phone):
    slider, rank = tab.locator("#calculator-slider"), tab.locator("#calculator-rank")
    slider.focus()
    tab.keyboard.press("ArrowRight")
    assert rank.input_value() == "16"
    assert digits(cell(tab, "lora.exact")) == str(derivations.count("llama-2-7b", rank=16).lora)
    box = slider.bounding_box()
    place = (box["x"] + box["width"] - 4, box["y"] + box["height"] / 2)
    tab.touchscreen.tap(*place) if phone else tab.mouse.click(*place)
    assert rank.input_value() == "1024"
    assert digits(slider.get_attribute("aria-valuetext")) == "1024"
    tab.fill("#calculator-rank", "12")
    assert slider.input_value() in ("3", "4")
    assert digits(cell(tab, "lora.exact")) == str(derivations.count("llama-2-7b", rank=12).lora)


def two_settings_stand_side_by_side_until_one_is_let_go(tab):
    tab.locator(".keep").click()
    tab.fill("#calculator-rank", "64")
    columns = [[one.inner_text() for one in row.locator("td").all()] for row in tab.locator(".compare tbody tr").all()]
    assert columns[1] == [f"{derivations.count('llama-2-7b', rank=rank).lora:,}" for rank in (8, 64)]
    assert columns[3][0] == "0.2958%"
    assert tab.locator(".bar[data-side=kept]").is_visible()
    tab.locator(".keep").click()
    assert not tab.locator(".compare").is_visible()
    assert not tab.locator(".bar[data-side=kept]").is_visible()


WRONG = [
    ("budget", "lots", [], [".answer", ".takes", ".inverse"]), ("batch", "0", [".takes", ".bars"], [".answer", ".inverse"]),
    ("rank", "x", [".answer", ".takes"], [".inverse"]), ("budget", "", [], [".answer", ".inverse"]),
]


def a_result_is_old_only_where_its_own_input_is_wrong(tab):
    for field, typed, old, new in WRONG:
        good = tab.input_value(f"#calculator-{field}")
        tab.fill(f"#calculator-{field}", typed)
        for selectors, is_old in ((old, True), (new, False)):
            for selector in selectors:
                assert ("old" in tab.locator(f".calculator {selector}").first.get_attribute("class").split()) is is_old, (field, typed, selector)
        tab.fill(f"#calculator-{field}", good)
        assert tab.locator(".calculator .old").count() == 0, field


def a_kind_of_layer_that_is_not_modelled_says_so(tab):
    tab.select_option("#calculator-model", "deepseek-v2-lite")
    assert "aren’t modelled" in cell(tab, "takes")
    assert cell(tab, "card.24.batch") == ""
    assert not tab.locator("[data-term=logits]").is_visible()


def print_keeps_the_inputs(tab):
    tab.emulate_media(media="print")
    assert tab.locator("#calculator-rank").is_visible()
    assert tab.locator(".answer").is_visible()
    tab.emulate_media(media="null")


DAMAGED = [                                              # each of a key that is read apart from the others
    {"__palette": "{", "derivations.drills": "\x00" * 10_000, "/.__palette": "{"}, {"__palette": "null", "derivations.drills": '{"a":' * 2000},
    {"__palette": '{"index":"x","color":7}', "/.__palette": '{"color":null}'}, {"__palette": "[" * 50_000, "/.__palette": '{"index":99,"color":{"scheme":[]}}'},
]


def test_a_damaged_entry_of_the_browsers_store_breaks_and_slows_nothing(open_page, home):
    tab = open_page("calculator")
    for store in DAMAGED:
        tab.evaluate("store => { localStorage.clear(); Object.assign(localStorage, store); }", store)
        tab.goto(home + "calculator/")
        said = {key: junk[:40] for key, junk in store.items()}
        tab.fill("#calculator-rank", "16")
        assert digits(cell(tab, "lora.exact")) == "39976960", said
        assert tab.evaluate("performance.timing.loadEventEnd - performance.timing.navigationStart") < 20_000, said
        assert tab.complaints == [], said


READ = """texts => {
    const field = document.querySelector('#calculator-config');
    return texts.map(text => {
        field.value = text;
        field.dispatchEvent(new InputEvent('input', { bubbles: true }));
        return [field.getAttribute('aria-invalid') === 'true', document.querySelector("[data-cell='lora.exact']").textContent];
    });
}"""


def test_odd_configurations_mean_to_the_browser_what_they_mean_to_the_command_line(open_page):
    sys.path.append(str(ROOT / "tests" / "lora" / "blocks"))
    from test_two_answers import draws

    tab, draw, seen, texts = open_page("calculator"), random.Random(23), {True: 0, False: 0}, []
    tab.select_option("#calculator-model", "config")
    while len(texts) < short_or_long(24, 300):
        text = draws(draw)
        if len(text) <= 3000 and text.replace("\n", "").replace("\t", "").isprintable():        # else a field of text can't hold it as it is
            texts.append(text)
    for text, (is_refused, shown) in zip(texts, tab.evaluate(READ, texts), strict=True):
        try:
            lora = count_configuration(read(text), Question(8)).lora
            assert not is_refused, text
            assert digits(shown) == str(lora), text
        except Refusal:
            assert is_refused, text
        seen[is_refused] += 1
    assert min(seen.values()) > 3
    assert tab.complaints == []


def nothing_moves_when_the_script_takes_over(tab):
    shift = tab.evaluate("""() => new Promise((done) => { let sum = 0;
        new PerformanceObserver((list) => { for (const one of list.getEntries()) sum += one.value; }).observe({ type: "layout-shift", buffered: true });
        setTimeout(() => done(sum), 400); })""")
    assert shift < 0.001


def the_answer_stays_in_sight_beside_the_inputs_and_covers_no_result(tab):
    inside = "(one) => { const box = document.querySelector(one).getBoundingClientRect(); return box.top >= 0 && box.bottom <= innerHeight + 1; }"
    assert tab.evaluate(inside, ".answer")
    tab.locator(".keep").click()
    tab.locator("#calculator-length").scroll_into_view_if_needed()
    assert tab.evaluate(inside, ".answer")
    tab.evaluate("scrollBy(0, 500)")
    edges = "() => [document.querySelector('.beside > .compare').getBoundingClientRect().bottom, document.querySelector('.results').getBoundingClientRect().top]"
    lower, upper = tab.evaluate(edges)
    assert lower <= upper + 1
    tab.locator(".keep").click()
    tab.evaluate("scrollTo({ top: 0, behavior: 'instant' })")


@ANYWHERE
def test_the_calculator_s_answers_keep_their_place_stand_fall_and_are_compared(open_page, language, phone, dark):
    tab = open_page("calculator", language, phone=phone, dark=dark)
    nothing_moves_when_the_script_takes_over(tab)
    the_answer_stays_in_sight_beside_the_inputs_and_covers_no_result(tab)
    if language == "en":
        print_keeps_the_inputs(tab)
        a_result_is_old_only_where_its_own_input_is_wrong(tab)
        two_settings_stand_side_by_side_until_one_is_let_go(tab)
    tab.fill("#calculator-rank", "8")
    the_slider_goes_by_powers_of_two_by_keyboard_mouse_and_touch(tab, phone)
    tab.fill("#calculator-rank", "8")
    what_fits_is_what_derive_memory_says(tab, language)
    if language == "en":
        a_kind_of_layer_that_is_not_modelled_says_so(tab)
    assert tab.complaints == []
