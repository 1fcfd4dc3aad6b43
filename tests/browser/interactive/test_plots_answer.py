"""Plots that answer by mouse, touch and keyboard, each with the row of its data; the reader's own size on them."""

import re
from fractions import Fraction

import pytest
from accessible import violations
from playwright.sync_api import expect
from site_pages import address

MARKS = "svg => [...svg.querySelectorAll('[data-row]')].map(one => { const b = one.getBoundingClientRect(); return [+one.dataset.row, b.x + b.width / 2, b.y + b.height / 2]; })"


def plot(tab, name):
    figure = tab.locator(f"#p-{name}")
    figure.scroll_into_view_if_needed()
    figure.locator("tbody tr").first.wait_for(state="attached")
    return figure, next(one for one in figure.locator(".drawing svg").all() if one.is_visible())


def rows(figure):
    """The cells of every row of the figure's data."""
    return figure.locator("tbody tr").evaluate_all("all => all.map(row => [...row.cells].map(cell => cell.textContent.trim()))")


def reads(figure, cells):
    box = figure.locator(".readout")
    expect(box).to_be_visible()
    said = box.inner_text()
    assert all(cell in said for cell in cells), (said, cells)


def the_pointer_reads_what_it_is_over_and_nothing_far_from_all(tab):
    figure, drawing = plot(tab, "ratio-by-width")
    marks, told = drawing.evaluate(MARKS), rows(figure)
    assert len(marks) == len(told)
    alone = [one for one in marks if all(one is other or abs(one[1] - other[1]) + abs(one[2] - other[2]) > 12 for other in marks)]
    assert len(alone) > 10
    for number, x, y in alone[::3]:
        tab.mouse.move(x + 1, y + 1)
        reads(figure, told[number])
    box = drawing.bounding_box()
    tab.mouse.move(box["x"] + box["width"] - 3, box["y"] + 3)
    expect(figure.locator(".readout")).to_be_hidden()
    tab.mouse.move(-1, -1)


def a_finger_reads_the_nearest_mark_and_a_tap_beside_closes(tab):
    figure, drawing = plot(tab, "parameters-by-module")
    told = rows(figure)
    for number, x, y in drawing.evaluate(MARKS)[:3]:
        tab.touchscreen.tap(x, y)
        reads(figure, told[number])
        edges = figure.locator(".readout").bounding_box()
        assert edges["x"] >= 0 and edges["x"] + edges["width"] <= 391
    figure.locator("figcaption").tap()
    tab.evaluate("document.activeElement.blur()")
    expect(figure.locator(".readout")).to_be_hidden()


def a_plot_is_one_stop_and_the_arrows_lead_along_its_points(tab):
    figure, drawing = plot(tab, "rank-by-budget")
    assert drawing.locator("[tabindex='0']").count() == 1
    assert figure.locator(".drawing [data-row]").evaluate_all("all => all.every(one => one.role === 'img' || one.getAttribute('role') === 'img')")
    told = rows(figure)
    drawing.locator("[tabindex='0']").focus()
    reads(figure, told[0])
    for key, number in (("ArrowRight", 1), ("ArrowRight", 2), ("ArrowLeft", 1), ("End", 61), ("Home", 0)):
        tab.keyboard.press(key)
        reads(figure, told[number])
        name = tab.evaluate("document.activeElement.getAttribute('aria-label')")
        assert all(cell in name for cell in told[number])
    tab.keyboard.press("ArrowUp")
    assert tab.evaluate("+document.activeElement.dataset.row") not in {0, 1}
    assert drawing.locator("[tabindex='0']").count() == 1
    tab.keyboard.press("Escape")
    expect(figure.locator(".readout")).to_be_hidden()
    tab.keyboard.press("Tab")
    assert not tab.evaluate("document.activeElement.matches('.drawing *')")


def the_reader_s_own_size_stands_on_the_lines_with_exact_values(tab, language):
    figure, drawing = plot(tab, "ratio-by-width")
    figure.locator(".yours input").fill("5,000" if language == "en" else "5.000")
    said = figure.locator("output").inner_text()
    exact = [Fraction(3 * rank, 2 * 5000) for rank in (2, 8, 32)]
    written = [Fraction(text.replace(",", ".")) / 100 for text in re.findall(r"(\d+[.,]\d+)\s?%", said)]
    assert len(written) == 3
    assert all(abs(one - other) <= other / 1000 for one, other in zip(written, exact, strict=True))
    assert drawing.locator(".mine-point").count() == 3
    figure.locator(".yours input").fill("99999999")
    assert drawing.locator(".mine-point").count() == 0
    figure.locator(".yours input").fill("<b>")
    assert figure.locator("output").inner_text() == ""
    figure.locator(".yours input").fill("1000")
    tab.reload()
    assert figure.locator(".yours input").input_value() == "1000"


def running_examples_are_named_and_labels_far_from_their_points_have_leaders(tab):
    _, drawing = plot(tab, "ratio-by-width")
    bold = drawing.locator(".strong text").all_text_contents()
    assert {"MiniGPT", "LLaMA-7B"} <= set(bold)
    assert drawing.locator(".marked").count() == 2
    assert drawing.locator(".leader").get_attribute("d").count("M") >= 5
    boxes = drawing.locator(".small text").evaluate_all("all => all.map(one => { const b = one.getBoundingClientRect(); return [b.x, b.y + 3, b.right, b.bottom - 3]; })")
    for i, a in enumerate(boxes):
        for b in boxes[i + 1:]:
            assert not (a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]), (a, b)


def axe_finds_nothing_while_a_plot_answers(tab):
    figure, drawing = plot(tab, "ratio-by-width")
    drawing.locator("[tabindex='0']").focus()
    expect(figure.locator(".readout")).to_be_visible()
    assert violations(tab, "#p-ratio-by-width") == []


@pytest.mark.parametrize(("language", "dark"), [("en", False), ("es", True)])
def test_a_plot_answers(open_page, language, dark):
    tab = open_page("chapter", language, dark=dark)
    running_examples_are_named_and_labels_far_from_their_points_have_leaders(tab)
    the_pointer_reads_what_it_is_over_and_nothing_far_from_all(tab)
    a_plot_is_one_stop_and_the_arrows_lead_along_its_points(tab)
    axe_finds_nothing_while_a_plot_answers(tab)
    the_reader_s_own_size_stands_on_the_lines_with_exact_values(tab, language)
    assert tab.complaints == []


def a_model_stands_on_the_plot(tab, ratio):
    figure, drawing = plot(tab, "ratio-by-width")
    assert figure.locator(".yours input").input_value() == "1024"
    expect(figure.locator("output")).to_contain_text(f"GPT-2 Medium, r\u00a0=\u00a012: {ratio}")
    assert drawing.locator(".mine-point").count() == 4
    assert drawing.locator(".mine-name").text_content() == "GPT-2 Medium, r\u00a0=\u00a012"
    at = {name: drawing.locator(name).bounding_box() for name in (".mine-model", ".mine-name")}
    around = drawing.bounding_box()
    assert all(around["x"] <= one["x"] and one["x"] + one["width"] <= around["x"] + around["width"] + 1 for one in at.values())
    figure.locator(".yours input").fill("2048")
    assert drawing.locator(".mine-name").count() == 0


def a_model_has_stairs_of_its_own(tab, paid, phone):
    figure, drawing = plot(tab, "rank-by-budget")
    mark = drawing.locator(".mine-point")
    mark.tap() if phone else mark.hover()
    said = figure.locator(".readout").inner_text().split("\n")
    assert said[0] == "GPT-2 Medium, r\u00a0=\u00a012" and said[1].endswith(": 12") and said[2].endswith(f": {paid}")
    mark.focus()
    tab.keyboard.press("ArrowLeft")
    reads(figure, rows(figure)[-1])
    tab.keyboard.press("ArrowRight")
    expect(mark).to_be_focused()
    _, high, *pixels = (drawing.get_attribute("data-x") or "").split()
    at = float(pixels[0]) + 24 * 1024 * 16 * 12 / float(high) * (float(pixels[1]) - float(pixels[0]))    # GPT-2 has query, key and value in one: 4h + 2h + 5h + 5h
    assert float(mark.get_attribute("cx")) == pytest.approx(at)
    across = re.findall(r"H([\d.]+)V", drawing.locator(".mine-line").get_attribute("d"))
    assert len(across) > 12
    assert float(across[11]) == pytest.approx(at) and float(across[0]) - float(pixels[0]) == pytest.approx((at - float(pixels[0])) / 12)
    assert violations(tab, "#p-rank-by-budget") == []


@pytest.mark.parametrize(("language", "phone"), [("en", False), ("es", True)])
def test_a_model_chosen_in_the_calculator_stands_on_the_plots(open_page, home, language, phone):
    tab = open_page("calculator", language, phone=phone)
    tab.select_option("#calculator-model", "gpt2-medium")
    tab.locator("#calculator-rank").fill("12")
    tab.locator("#calculator-rank").blur()
    ratio, paid = (tab.locator(f"[data-cell='{cell}']").first.inner_text() for cell in ("ratio.exact", "lora.exact"))
    tab.goto(home + address("chapter", language))
    a_model_has_stairs_of_its_own(tab, paid, phone)
    a_model_stands_on_the_plot(tab, ratio)
    if phone:
        a_finger_reads_the_nearest_mark_and_a_tap_beside_closes(tab)
    assert tab.complaints == []


KEPT = ("[", "7", "null", '{"h": "1024", "exact.ratio": "1/0", "label": "<b>x</b>"}', '{"h": "1024", "label": "x"}',
        '{"r": "0", "exact.lora": "5"}', '{"r": "8", "exact.lora": "0"}', '{"r": "x", "exact.lora": "5"}', '{"r": "8", "exact.lora": "-5"}')
RIGHT = '{"h": "1024", "exact.ratio": "1/100", "r": "8", "exact.lora": "5", "label": "x"}'
ANEW = """async text => {
    localStorage['derivations.h'] = '1024';
    localStorage['derivations.mine'] = text;
    const written = new DOMParser().parseFromString(globalThis.page ??= await (await fetch(location)).text(), 'text/html');
    for (const one of document.querySelectorAll('figure.plot')) one.replaceWith(written.getElementById(one.id));
    const script = document.createElement('script');
    script.src = document.querySelector('script[src$="/plots.js"]').src;
    await new Promise(done => { script.onload = done; document.body.append(script); });
    script.remove();
    const [size, stairs] = ['p-ratio-by-width', 'p-rank-by-budget'].map(name => document.getElementById(name));
    await Promise.all([size, stairs].map(derivations.table));
    const count = (figure, what) => [...figure.querySelectorAll('.drawing svg')].map(svg => svg.querySelectorAll(what).length);
    return [...count(size, '.mine-point'), ...count(size, '.mine-name'), ...count(stairs, '.mine-line')];       // on the wide drawing and on the narrow
}"""


def test_what_else_is_kept_under_the_model_s_name_puts_nothing_on_a_plot(open_page):
    """The figures as the build wrote them are put back, and their script is run on them again: a page's load takes ten times as long."""
    tab = open_page("chapter")
    assert tab.evaluate(ANEW, RIGHT) == [4, 4, 1, 1, 1, 1]
    for kept in KEPT:
        assert tab.evaluate(ANEW, kept) == [3, 3, 0, 0, 0, 0], kept
        assert tab.complaints == [], kept


def test_without_a_script_a_plot_is_a_picture_with_a_name(open_page):
    tab = open_page("chapter", java_script_enabled=False)
    figure = tab.locator("#p-ratio-by-width")
    drawing = next(one for one in figure.locator(".drawing svg").all() if one.is_visible())
    assert drawing.get_attribute("role") == "img"
    assert not figure.locator(".yours").is_visible()
