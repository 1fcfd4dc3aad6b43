"""The figure that opens the course: by mouse, touch and keyboard, in both languages, without a script, and by its address."""

import re

import pytest
from accessible import violations
from playwright.sync_api import expect
from site_pages import switch

import derivations

ANYWHERE = pytest.mark.parametrize(("language", "phone"), [("en", False), ("es", True)])
RECTS = """() => Object.fromEntries([...document.querySelectorAll('.live [data-rect]')].map(one => {
    const { width, height } = one.getBoundingClientRect(); return [one.dataset.rect, [width, height]]; }))"""


def digits(text):
    return int(re.sub(r"\D", "", text))


def says(tab):
    """LoRA parameters, weights and ratio, as the figure shows them."""
    lora, full, ratio = tab.evaluate("['lora', 'full', 'ratio'].map(key => document.querySelector(`.live [data-live=${key}]`).innerText)")
    return digits(lora), digits(full), float(re.sub(r"[^\d.]", "", ratio.replace(",", "."))) / 100


def holds(tab, model, rank):
    """Whether the figure says what the command line counts, and is drawn to scale."""
    count = derivations.count(model, rank=rank)
    lora, full, ratio = says(tab)
    assert (lora, full) == (count.lora, count.full)
    assert abs(ratio - float(count.ratio)) < 0.0051 * float(count.ratio)
    first = count.modules[0]
    drawn = tab.evaluate(RECTS)
    (wide, high), (_, thick_a), (thick_b, _), (edge, _) = (drawn[key] for key in ("W", "A", "B", "together"))
    assert abs(high / wide - first.out / first.in_) < 0.01
    assert abs(thick_a / high - rank / first.out) < 0.01
    assert abs(thick_b / wide - rank / first.in_) < 0.01
    assert abs(edge**2 / (wide * high) - rank * (first.in_ + first.out) / (first.in_ * first.out)) < 0.01


@ANYWHERE
def test_the_slider_and_the_models_move_the_figure_and_its_numbers_open(open_page, language, phone):
    tab = open_page("index", language, phone=phone)
    slider = tab.locator("#live-rank")
    holds(tab, "llama-3-8b", 8)
    if not phone:
        the_mouse_drags_the_rank(tab)
    slider.focus()
    for _ in range(3):
        tab.keyboard.press("ArrowRight")
    assert slider.get_attribute("aria-valuetext").endswith("64")
    holds(tab, "llama-3-8b", 64)
    slider.scroll_into_view_if_needed()
    box = slider.bounding_box()
    at = (box["x"] + box["width"] - 3, box["y"] + box["height"] / 2)
    tab.touchscreen.tap(*at) if phone else tab.mouse.click(*at)
    holds(tab, "llama-3-8b", 128)
    for model in tab.locator("#live-model option").evaluate_all("all => all.map(one => one.value)"):
        tab.select_option("#live-model", model)
        holds(tab, model, 128)
    assert str(tab.locator(".live-spoken").text_content()).startswith("Mixtral")
    assert tab.evaluate("document.documentElement.scrollWidth") <= tab.viewport_size["width"]
    its_numbers_open_to_formula_inputs_and_exact_value(tab, phone)
    assert tab.complaints == []


def its_numbers_open_to_formula_inputs_and_exact_value(tab, phone):
    tab.select_option("#live-model", "gpt2")
    box, count = tab.locator("#where-box"), derivations.count("gpt2", rank=128)
    for key, exact in (("ratio", str(count.ratio)), ("lora", str(count.lora)), ("full", str(count.full))):
        number = tab.locator(f".live [data-live={key}]")
        number.tap() if phone else number.click()
        expect(box).to_contain_text("GPT-2")
        assert exact in re.sub(r"[\s,]", "", box.inner_text())
        tab.keyboard.press("Escape")
        expect(box).to_be_hidden()
    pair = tab.locator(".live-of button[data-live=pair]")
    pair.focus()
    tab.keyboard.press("Enter")
    expect(box).to_contain_text("r = 128")
    assert "din" in box.inner_text().replace("\n", "")
    assert not phone or box.bounding_box()["width"] <= tab.viewport_size["width"]


def the_mouse_drags_the_rank(tab):
    box = tab.locator("#live-rank").bounding_box()
    y, at = box["y"] + box["height"] / 2, lambda k: box["x"] + 8 + (box["width"] - 16) * k / 7
    tab.mouse.move(at(3), y)
    tab.mouse.down()
    tab.mouse.move(at(4), y, steps=3)
    holds(tab, "llama-3-8b", 16)
    tab.mouse.move(at(0), y, steps=3)
    holds(tab, "llama-3-8b", 1)
    tab.mouse.up()
    expect(tab).to_have_url(re.compile(r"\?model=llama-3-8b&r=1$"))
    tab.locator("#live-rank").fill("3")
    holds(tab, "llama-3-8b", 8)


def test_the_address_holds_model_and_rank_and_leads_to_the_calculator_and_the_other_language(open_page, home):
    tab = open_page(url=f"{home}?model=gpt2&r=32")
    holds(tab, "gpt2", 32)
    assert tab.locator("a.with-state").get_attribute("href").endswith("?model=gpt2&r=32")
    switch(tab)
    holds(tab, "gpt2", 32)
    tab.locator("a.with-state").click()
    tab.wait_for_url("**/calculator/**")
    assert str(derivations.count("gpt2", rank=32).lora) in re.sub(r"\D", "", tab.locator(".calculator .answer").inner_text())


@pytest.mark.parametrize("query", ["?model=zzz&r=3", "?model=__proto__&r=-1", "?r=<img src=x onerror=alert(1)>"])
def test_an_address_that_means_nothing_shows_the_first_figure(open_page, home, query):
    tab = open_page(url=f"{home}{query}")
    holds(tab, "llama-3-8b", 8)
    assert tab.complaints == []


@pytest.mark.parametrize(("language", "dark"), [("en", False), ("es", True)])
def test_without_a_script_the_figure_stands_and_nothing_moves_when_the_script_takes_over(open_page, language, dark):
    still = open_page("index", language, java_script_enabled=False)
    moving = open_page("index", language, dark=dark)
    assert not still.locator(".live-controls").is_visible()
    assert not still.locator(".scripted").filter(visible=True).count(), "what a page says of its scripts goes with them"
    assert moving.locator(".scripted").filter(visible=True).count() == moving.locator(".scripted").count() > 1
    drawing = ".live svg"
    attributes = "svg => [...svg.querySelectorAll('*')].map(one => [...one.attributes].map(a => [a.name, isNaN(a.value) ? a.value.replace(/\\d+\\.\\d+/g, n => (+n).toFixed(3)) : (+a.value).toFixed(2)]))"
    assert moving.locator(drawing).evaluate(attributes) == still.locator(drawing).evaluate(attributes)
    assert moving.locator(".live-says").inner_text() == still.locator(".live-says").inner_text()
    shift = moving.evaluate("""() => new Promise(done => { let sum = 0;
        new PerformanceObserver(list => { for (const e of list.getEntries()) sum += e.value; }).observe({type: "layout-shift", buffered: true});
        setTimeout(() => done(sum), 300); })""")
    assert shift < 0.002
    assert violations(moving, ".live") == []
