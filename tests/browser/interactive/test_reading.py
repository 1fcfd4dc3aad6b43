"""What a reader does: opens numbers, fails and solves drills, calculates, shares addresses, prints; both languages, and a phone."""

import json
import re

import pytest
from accessible import violations
from playwright.sync_api import expect
from site_pages import LANGUAGES, address, switch

import derivations

RIGHT = {"en": "✓ Right.", "es": "✓ Correcto."}
WRONG = {"en": "✗ Not yet.", "es": "✗ Todavía no."}
BOTH = pytest.mark.parametrize("language", LANGUAGES)
CLIPBOARD = {"permissions": ["clipboard-read", "clipboard-write"]}
ANYWHERE = pytest.mark.parametrize(("language", "phone"), [("en", False), ("es", True)])


def copied(tab, button):
    """What a button copies: it says so when it is done."""
    name = button.inner_text()
    button.click()
    expect(button).not_to_have_text(name)
    return tab.evaluate("navigator.clipboard.readText()")


# Numbers that open --------------------------------------------------------------------------------------------------

def a_number_opens_where_it_stands_and_closes_again(tab, phone):
    link, box = tab.locator("a.lv").first, tab.locator("#where-box")
    link.scroll_into_view_if_needed()
    before = tab.evaluate("scrollY")
    link.tap() if phone else link.click()
    expect(box).to_be_visible()
    expect(link).to_have_attribute("aria-expanded", "true")
    assert box.locator(".worked math").count() == 1
    assert abs(tab.evaluate("scrollY") - before) < 5
    assert tab.evaluate("document.querySelectorAll('#where-box [id]').length") == 0
    edges = box.bounding_box()
    assert edges["x"] >= 0 and edges["x"] + edges["width"] <= tab.viewport_size["width"] + 1
    assert not violations(tab, "#where-box")
    tab.keyboard.press("Escape")
    expect(box).to_be_hidden()
    expect(link).to_have_attribute("aria-expanded", "false")


def the_keyboard_opens_a_number_and_the_focus_comes_back(tab):
    for key, link in (("Enter", tab.locator("a.lv").nth(3)), (" ", tab.locator("a.lv").nth(4))):
        link.focus()
        tab.keyboard.press(key)
        expect(tab.locator("#where-box")).to_be_visible()
        tab.keyboard.press("Tab")
        assert tab.evaluate("document.querySelector('#where-box').contains(document.activeElement)"), key
        tab.keyboard.press("Escape")
        expect(link).to_be_focused()
        expect(tab.locator("#where-box")).to_be_hidden()


CUT = """async () => {
    const box = document.querySelector("#where-box"), cut = [];
    for (const link of document.querySelectorAll("a.lv")) {
        link.click();
        while (!box.matches(":popover-open")) await new Promise(requestAnimationFrame);
        const { left, right } = box.getBoundingClientRect();
        if (box.scrollWidth > box.clientWidth || left < 0 || right > innerWidth) cut.push(link.textContent);
        box.hidePopover();
    }
    return cut;
}"""


def every_formula_is_seen_whole_in_its_box(tab):
    assert tab.evaluate(CUT) == []


LATE = """() => {
    let over;
    addEventListener("pointerover", (event) => { if (event.target.closest("a.lv")) over ??= event.timeStamp; }, true);
    addEventListener("beforetoggle", (event) => { globalThis.late ??= event.timeStamp - over; }, true);
}"""


def the_pointer_opens_a_number_after_a_while_and_leaves_the_focus_alone(tab):
    tab.evaluate(LATE)
    tab.locator("a.lv").first.hover()
    expect(tab.locator("#where-box")).to_be_visible()
    assert tab.evaluate("late") > 300
    assert tab.evaluate("document.activeElement === document.body")
    tab.mouse.move(5, 700)
    expect(tab.locator("#where-box")).to_be_hidden()


def exact_value_and_formula_are_copied_in_four_spellings(tab):
    link = tab.locator("a.lv").first
    link.click()
    buttons = tab.locator("#where-box .copy button")
    expect(buttons).to_have_count(5)
    exact, tex, sympy, python = (copied(tab, buttons.nth(number)) for number in range(4))
    assert tex == tab.locator("#where-box .what .tex").get_attribute("data-tex")
    space = {}
    *lines, last = python.splitlines()
    exec("\n".join(lines), space)
    assert str(eval(last, space)) == exact
    assert sympy and "\\" not in sympy
    tab.keyboard.press("Escape")


@ANYWHERE
def test_numbers_open_and_figures_have_one_drawing_by_mouse_touch_and_keyboard_and_in_print(open_page, home, site, language, phone):
    place = address("chapter", language)
    sixth = re.findall(r"<a [^>]*class=\"lv\"[^>]*>", (site / place / "index.html").read_text(encoding="utf-8"))[5]
    number = "#" + re.search(r'href="[^"#]*#([^"]+)"', sixth)[1] if phone else ""
    tab = open_page(url=home + place + number, phone=phone, **CLIPBOARD)
    if phone:
        a_number_of_the_address_is_open_where_it_stands(tab)
    else:
        the_pointer_opens_a_number_after_a_while_and_leaves_the_focus_alone(tab)
        exact_value_and_formula_are_copied_in_four_spellings(tab)
    a_number_opens_where_it_stands_and_closes_again(tab, phone)
    the_keyboard_opens_a_number_and_the_focus_comes_back(tab)
    a_figure_has_one_drawing_a_name_its_data_and_files(tab)
    if not phone:
        every_formula_is_seen_whole_in_its_box(tab)
        print_keeps_its_notes(tab)
    assert tab.complaints == []


@BOTH
def test_without_a_script_a_number_is_a_link_to_its_entry(open_page, language):
    tab = open_page("chapter", language, java_script_enabled=False)
    link = tab.locator("a.lv").first
    place, _, target = link.get_attribute("href").partition("#")
    link.click()
    assert tab.url.endswith(f"{place.removeprefix('../')}#{target}")
    assert tab.locator(f"li[id='{target}'] .worked math").is_visible()
    assert tab.locator("meta[name=robots][content=noindex]").count() == 1
    tab.locator(f"li[id='{target}'] .links a").click()
    assert tab.url.endswith("chapter/#" + link.get_attribute("id"))


def a_number_of_the_address_is_open_where_it_stands(tab):
    expect(tab.locator("#where-box")).to_be_visible()
    assert tab.evaluate("document.querySelector('.lv[aria-expanded=true]').hash === location.hash")
    tab.keyboard.press("Escape")


def print_keeps_its_notes(tab):
    count = tab.evaluate("new Set([...document.querySelectorAll('a.lv')].map(link => link.hash)).size")
    tab.evaluate("dispatchEvent(new Event('beforeprint'))")
    notes = tab.locator("ol.where > li")
    assert notes.count() >= count
    number = tab.locator("a.lv").nth(7).get_attribute("data-entry")
    printed = notes.nth(int(number) - 1).inner_text()
    tab.evaluate("dispatchEvent(new Event('afterprint'))")
    assert notes.count() == 0
    assert tab.locator(".where-all").is_visible()
    tab.locator("a.lv").nth(7).click()
    expect(tab.locator("#where-box .facts")).to_be_visible()
    assert tab.locator("#where-box .facts").inner_text() in printed


# Cells that open ----------------------------------------------------------------------------------------------------

def cell(tab, row, column):
    """The button in a cell of the table of real models; the first column is the model's name."""
    return tab.locator(f"#t-real-models-{row} > :nth-child({column + 1}) button.lv")


@ANYWHERE
def test_a_cell_opens_by_mouse_touch_and_keyboard_and_in_a_sorted_table(open_page, language, phone):
    tab = open_page("real-models", language, phone=phone, **CLIPBOARD)
    if not phone:
        a_table_is_one_stop_of_the_keyboard_and_the_arrows_lead_through_it(tab)
    a_cell_opens_from_its_formula_to_its_figure(tab, phone)
    what_columns_hold_comes_when_it_is_asked_for(tab)
    if not phone:
        a_sorted_table_opens_the_right_cells_and_copies_what_is_exact(tab)
    assert tab.complaints == []


def a_cell_opens_from_its_formula_to_its_figure(tab, phone):
    one, box = cell(tab, "gpt-j-6b", 5), tab.locator("#where-box")
    one.tap() if phone else one.click()
    said = box.inner_text().replace("\u202f", "").replace(",", "")
    assert "GPT-J 6B" in said and "18Lrh = 18 · 28 · 8 · 4096 = 16515072" in said
    expect(one).to_have_attribute("aria-expanded", "true")
    edges = box.bounding_box()
    assert edges["x"] >= 0 and edges["x"] + edges["width"] <= tab.viewport_size["width"] + 1
    ids = tab.evaluate("[...document.querySelectorAll('[id]')].map(e => e.id)")
    assert len(ids) == len(set(ids))
    assert not violations(tab, "#where-box")
    tab.keyboard.press("Escape")
    expect(box).to_be_hidden()


def what_columns_hold_comes_when_it_is_asked_for(tab):
    tab.locator("#t-real-models .columns summary").click()
    assert "18" in tab.locator("#t-real-models-c-lora_idealised math").text_content()
    assert tab.locator("#t-real-models .columns a").count() == 0


def a_table_is_one_stop_of_the_keyboard_and_the_arrows_lead_through_it(tab):
    focused = "document.activeElement.closest('tr')?.id + ' ' + document.activeElement.closest('td')?.cellIndex"
    stops = tab.locator("#t-real-models table [tabindex='0']")
    assert stops.count() == 1
    stops.focus()
    tab.keyboard.press("ArrowRight")
    tab.keyboard.press("ArrowDown")
    assert tab.evaluate(focused) == "t-real-models-llama-3-8b 1"
    cell(tab, "gpt2", 1).focus()
    for key in ("ArrowDown", "ArrowRight", "ArrowRight", "ArrowRight", "ArrowUp", "ArrowLeft"):
        tab.keyboard.press(key)
    assert tab.evaluate(focused) == "t-real-models-gpt2 3"
    tab.keyboard.press("Enter")
    expect(tab.locator("#where-box")).to_be_visible()
    assert "GPT-2" in tab.locator("#where-box").inner_text()
    tab.keyboard.press("Escape")
    assert tab.evaluate(focused) == "t-real-models-gpt2 3"
    tab.fill("#t-real-models input", "mixtral")
    assert tab.locator("#t-real-models tr:not([hidden]) [tabindex='0']").count() == stops.count() == 1
    tab.fill("#t-real-models input", "")


def a_sorted_table_opens_the_right_cells_and_copies_what_is_exact(tab):
    tab.locator("#t-real-models thead button").nth(4).click()
    cell(tab, "llama-2-7b", 7).click()
    assert "Llama 2 7B" in tab.locator("#where-box .row").inner_text()
    assert copied(tab, tab.locator("#where-box .copy button").first) == str(derivations.count("llama-2-7b", rank=8).ratio)
    assert copied(tab, tab.locator("#where-box .copy button").last).endswith("#t-real-models-llama-2-7b")


@BOTH
def test_without_a_script_a_table_leads_to_what_its_columns_hold(open_page, language):
    tab = open_page("real-models", language, java_script_enabled=False)
    assert tab.locator("#t-real-models button").count() == 0
    tab.locator("#t-real-models .columns summary").click()
    tab.locator("#t-real-models .columns a").click()
    assert "18" in tab.locator("#t-real-models-c-lora_idealised math").text_content()
    assert "#t-real-models" in tab.locator("#t-real-models-columns .links a").get_attribute("href")


# Drills -------------------------------------------------------------------------------------------------------------

def drill(tab, name):
    return tab.locator(f"#drill-{name}")


def answer(tab, name, typed):
    section = drill(tab, name)
    section.locator("input").fill(typed)
    section.locator("input").press("Enter")
    expect(section.locator("output")).not_to_be_empty()              # emptied as it is sent, and filled a moment later
    return section.locator("output").inner_text()


def data(tab, name):
    """Give what the drill's script is given: a file beside the page."""
    told = tab.evaluate("async path => (await fetch(path)).text()", drill(tab, name).get_attribute("data-from"))
    return json.loads(told.removeprefix("derivations.given=").rstrip().removesuffix(";"))


def a_slip_is_named_a_right_answer_praised_and_progress_kept(tab, language):
    first = data(tab, "llama-fc1")["versions"][0]
    said = answer(tab, "llama-fc1", first["slips"]["only_a"])
    assert said.startswith(WRONG[language])
    assert len(said) > 40
    assert tab.evaluate("document.activeElement.id") == "drill-llama-fc1-answer"
    spelled = f"{int(first['answer']):,}".replace(",", {"en": ",", "es": "."}[language])
    assert answer(tab, "llama-fc1", spelled).startswith(RIGHT[language])
    tab.reload()
    assert "solved" in drill(tab, "llama-fc1").get_attribute("class")
    with tab.expect_download() as download:
        tab.locator(".drill-progress button").first.click()
    kept = json.loads(download.value.path().read_text())
    assert [one["tries"] for one in kept["drills"].values()] == [2]
    tab.locator(".drill-progress button").nth(1).click()
    assert "solved" not in drill(tab, "llama-fc1").get_attribute("class")
    assert not violations(tab, "#drill-llama-fc1")


def another_version_has_an_address_that_both_languages_keep(tab, language):
    drill(tab, "llama-fc1").locator(".tools button").first.click()
    second = data(tab, "llama-fc1")["versions"][1]
    tab.wait_for_function("location.search.includes('drill=llama-fc1')")         # the versions are asked for, and come later
    question = drill(tab, "llama-fc1").locator(".question").inner_text()
    assert re.sub(r"\D", "", question).find(second["at"]["d_out"]) >= 0
    assert answer(tab, "llama-fc1", second["answer"]).startswith(RIGHT[language])
    tab.reload()                                                        # to go to the address of a place that is open loads nothing
    tab.wait_for_function("wanted => document.querySelector('#drill-llama-fc1 .question')?.innerText === wanted", arg=question)
    other = switch(tab)
    assert answer(tab, "llama-fc1", second["answer"]).startswith(RIGHT[other])


EVERY_VERSION = """async () => {
  const page = document.querySelector("article");
  page.hidden = true;                                                   // laid out hundreds of times it takes most of the time; what is read is its text
  const solve = async (section) => {
    const find = (selector) => section.querySelector(selector), { versions, unit } = await derivations.load(section.dataset.from), said = [];
    for (const { answer } of versions) {
      find("input").value = answer + (unit === "byte" ? " bytes" : "");
      find("form").requestSubmit();
      for (let i = 0; i < 400 && !find("output").textContent; i += 1) await new Promise((done) => setTimeout(done, 10));
      said.push([find(".question").textContent, find("output").textContent]);      // innerText would lay the page out each time
      find(".tools button").click();
    }
    return [section.dataset.drill, said];
  };
  const said = await Promise.all([...document.querySelectorAll("section.drill")].map(solve));
  page.hidden = false;
  return said;
}"""


def every_version_of_every_drill_shows_its_own_numbers(tab, language):
    drills = tab.evaluate(EVERY_VERSION)
    assert len(drills) >= 12
    for name, said in drills:
        assert len(said) >= 12, name
        assert all(reply.startswith(RIGHT[language]) for _, reply in said), (name, said)
        assert len({question for question, _ in said}) == len(said), name


def test_an_address_with_unknown_numbers_says_so_and_a_hostile_one_does_nothing(open_page, home):
    tab = open_page(url=f"{home}drills/?drill=llama-fc1&d_in=1&d_out=<img src=x onerror=alert(1)>&r=8")
    expect(drill(tab, "llama-fc1").locator("output")).to_contain_text("no version")
    assert tab.locator("img[src=x]").count() == 0
    tab.evaluate("localStorage.setItem('derivations.drills', '{\"llama-fc1?\": 7, \"__proto__\": {\"solved\": true}}')")
    tab.reload()
    assert tab.locator(".drill.solved").count() == 0
    assert tab.complaints == []


def what_cannot_be_read_is_not_counted(tab):
    for typed in ("", "1.2.3", "9^9^9", "h", "<b>8</b>"):
        answer(tab, "llama-fc1", typed)
        assert drill(tab, "llama-fc1").locator("input").get_attribute("aria-invalid") == "true"
    assert tab.evaluate("localStorage.getItem('derivations.drills')") is None


def a_rank_may_be_called_one(tab, language):
    for typed in {"en": ("rank 12",), "es": ("rango 12", "rango del adaptador: 12")}[language]:
        assert answer(tab, "rank-for-budget", typed).startswith(RIGHT[language]), typed


def hint_and_solution_open_by_keyboard(tab):
    for summary in drill(tab, "llama-fc1").locator("summary").all():
        summary.focus()
        tab.keyboard.press("Enter")
    assert tab.evaluate("[...document.querySelectorAll('#drill-llama-fc1 details')].every(one => one.open)")
    assert not violations(tab, "#drill-llama-fc1")


def in_print_the_answers_stand_at_the_end(tab):
    tab.emulate_media(media="print")
    assert tab.locator(".key").is_visible()
    assert not drill(tab, "llama-fc1").locator("form").is_visible()
    assert not drill(tab, "llama-fc1").locator("details").first.is_visible()
    first = data(tab, "llama-fc1")["versions"][0]["answer"]
    assert first in re.sub(r"\D", "", tab.locator("#key-llama-fc1 b").inner_text())
    assert len(tab.pdf()) > 20_000
    tab.emulate_media(media="null")


@ANYWHERE
def test_drills_are_opened_solved_printed_and_shared(open_page, language, phone):
    tab = open_page("drills", language, phone=phone, **CLIPBOARD)
    hint_and_solution_open_by_keyboard(tab)
    what_cannot_be_read_is_not_counted(tab)
    a_slip_is_named_a_right_answer_praised_and_progress_kept(tab, language)
    a_rank_may_be_called_one(tab, language)
    in_print_the_answers_stand_at_the_end(tab)
    every_version_of_every_drill_shows_its_own_numbers(tab, language)
    another_version_has_an_address_that_both_languages_keep(tab, language)
    assert tab.complaints == []


# The calculator -----------------------------------------------------------------------------------------------------

def asked(tab):
    """The address, of the page itself: the browser hears of a change a moment later."""
    return tab.evaluate("location.href")


def digits(text):
    return re.sub(r"\D", "", text)


@ANYWHERE
def test_the_calculator_answers_and_its_address_is_the_calculation(open_page, language, phone):
    tab = open_page("calculator", language, phone=phone, **CLIPBOARD)
    assert "19988480" in digits(tab.locator(".answer").inner_text())
    experts_are_counted_apart_or_fused_and_the_command_says_which(tab)
    tab.select_option("#calculator-model", "llama-3-8b")
    tab.fill("#calculator-rank", "16")
    tab.locator("#calculator-rank").blur()
    tab.select_option("#calculator-targets", "attention")
    assert tab.locator("[data-cell='lora.exact']").inner_text() in tab.locator(".answer").inner_text()
    assert digits(tab.locator("[data-cell='lora.exact']").inner_text()) == "13631488"
    there = asked(tab)
    assert "model=llama-3-8b" in there and "r=16" in there and "targets=attention" in there
    tab.goto(there)
    assert digits(tab.locator("[data-cell='lora.exact']").inner_text()) == "13631488"
    tab.uncheck("input[value=k_proj]")
    assert digits(tab.locator("[data-cell='lora.exact']").inner_text()) == "11010048"
    assert "targets=q_proj,v_proj,o_proj" in asked(tab)
    switch(tab)
    assert digits(tab.locator("[data-cell='lora.exact']").inner_text()) == "11010048"
    assert not violations(tab, ".calculator")
    assert tab.evaluate("document.documentElement.scrollWidth") <= tab.viewport_size["width"]
    assert tab.complaints == []


def experts_are_counted_apart_or_fused_and_the_command_says_which(tab):
    choice, cell = tab.locator("#calculator-experts"), lambda name: digits(tab.locator(f"[data-cell='{name}']").inner_text())
    assert not choice.is_visible()
    tab.select_option("#calculator-model", "mixtral-8x7b")
    for experts in ("apart", "fused"):
        choice.select_option(experts)
        count = derivations.count("mixtral-8x7b", rank=8, experts=experts)
        assert (cell("lora.exact"), cell("file.bytes")) == (str(count.lora), str(count.adapter_file_bytes))
    tab.uncheck("input[value=down_proj]")
    there = asked(tab)
    assert "experts=fused" in there and "targets=q_proj,k_proj,v_proj,o_proj,gate_up_proj" in there
    tab.goto(there)
    count = derivations.count("mixtral-8x7b", rank=8, experts="fused", targets="attention,w1,w3")
    assert (cell("lora.exact"), cell("file.bytes")) == (str(count.lora), str(count.adapter_file_bytes))
    assert copied(tab, tab.locator(".calculator [data-copy=command]")) == (
        "derive count mixtral-8x7b --rank 8 --targets q_proj,k_proj,v_proj,o_proj,w1,w3 --dtype float32 --experts fused")
    tab.select_option("#calculator-model", "gpt2")
    assert not choice.is_visible()


def the_textbook_takes_its_own_h_and_l_and_keeps_h_in_the_address(tab):
    tab.select_option("#calculator-model", "textbook")
    tab.fill("#calculator-h", "768")
    tab.fill("#calculator-L", "12")
    tab.locator("#calculator-L").blur()
    assert tab.locator("[data-cell='lora.exact']").inner_text() == "1,327,104"
    assert tab.locator("[data-cell='lora.error']").inner_text() in ("0%", "0.00%")
    tab.goto(asked(tab))
    assert tab.locator("[data-cell='lora.exact']").inner_text() == "1,327,104"
    assert "h=768" in asked(tab)
    tab.wait_for_timeout(500)
    assert tab.locator("mark").count() == 0


def a_pasted_configuration_is_counted_and_shared_by_its_integers(tab):
    config = {"model_type": "llama", "hidden_size": 4096, "num_hidden_layers": 32, "num_attention_heads": 32,
              "num_key_value_heads": 8, "intermediate_size": 14336, "vocab_size": 128256, "secret": "my own words"}
    tab.select_option("#calculator-model", "config")
    tab.fill("#calculator-config", json.dumps(config))
    tab.locator("#calculator-config").blur()
    assert tab.locator("[data-cell='lora.exact']").inner_text() == "20,971,520"
    there = asked(tab)
    assert "secret" not in there and "hidden_size=4096" in there
    tab.goto(there)
    assert tab.locator("[data-cell='lora.exact']").inner_text() == "20,971,520"


def a_wrong_field_is_named_and_the_last_result_is_labelled_old(tab):
    before = tab.locator("[data-cell='lora.exact']").inner_text()
    for field, typed, names in (
        ("rank", "0", "Rank"), ("rank", "-8", "Rank"), ("rank", "8.5", "Rank"), ("rank", "1e3", "Rank"), ("rank", "9" * 40, "Rank"),
        ("budget", "lots", "Budget"), ("budget", "0", "Budget"), ("budget", "10MB; drop", "Budget"),
    ):
        good = tab.input_value(f"#calculator-{field}")
        tab.fill(f"#calculator-{field}", typed)
        assert names in tab.locator(f"#calculator-{field}-wrong").inner_text(), typed
        assert tab.locator(f"#calculator-{field}").get_attribute("aria-invalid") == "true", typed
        assert tab.locator("[data-cell='lora.exact']").inner_text() == before, typed
        assert "last inputs" in tab.locator(".about-inputs").inner_text(), typed
        tab.fill(f"#calculator-{field}", good)


HOSTILE = (
    "model=__proto__&targets=__proto__,<b>x</b>&layout=__proto__&dtype=eval(1)&account=toString", "r=99999999999999999999&h=" + "9" * 5000, "%E0%A4%A=1",
)
HOSTILE_TO_THE_CALCULATOR = (
    "model=constructor&r=toString", "r=-1&budget=%00%00", "model=<script>alert(1)</script>&a=" + "&a=" * 500,
    "model=config&model_type=constructor&hidden_size=8", "model=config&model_type=llama&hidden_size=[[[[", "model=textbook&h=0&L=-3",
)
ANEW = """async query => {
    history.replaceState(null, '', query);
    const written = new DOMParser().parseFromString(globalThis.page ??= await (await fetch(location.pathname)).text(), 'text/html');
    document.querySelector('section.calculator').replaceWith(written.querySelector('section.calculator'));
    const script = document.createElement('script');
    script.src = document.querySelector('script[src$="/calculator.js"]').src;
    document.addEventListener = (name, then) => then();                       // the page is loaded: what waits for it is due
    await new Promise(done => { script.onload = done; document.body.append(script); });
    delete document.addEventListener;
    script.remove();
}"""


def test_a_hostile_address_is_ignored_by_name(open_page, home):
    """What the head of the page reads, and what is no address at all, is loaded; what the calculator alone reads, its script reads anew."""
    tab = open_page("calculator")
    lora = tab.locator("[data-cell='lora.exact']")

    def nothing_happened(query):
        assert tab.locator(".content script script, .md-content b b, script:has-text('alert(1)')").count() == 0, query
        assert re.fullmatch(r"[\d,]+", lora.inner_text()), query
        assert tab.complaints == [], query

    for query in HOSTILE:
        tab.goto(f"{home}calculator/?{query}")
        nothing_happened(query)
    for query in HOSTILE_TO_THE_CALCULATOR:
        tab.evaluate(ANEW, "?model=gpt2")
        assert lora.inner_text() == "1,179,648"
        tab.evaluate(ANEW, f"?{query}")
        nothing_happened(query)


def test_a_wrong_field_is_named_sizes_of_one_s_own_are_shared_and_what_is_copied_is_the_calculation(open_page):
    tab = open_page("calculator", **CLIPBOARD)
    a_wrong_field_is_named_and_the_last_result_is_labelled_old(tab)
    what_is_copied_is_the_value_the_sentence_the_link_and_the_command(tab)
    the_textbook_takes_its_own_h_and_l_and_keeps_h_in_the_address(tab)
    a_pasted_configuration_is_counted_and_shared_by_its_integers(tab)


def what_is_copied_is_the_value_the_sentence_the_link_and_the_command(tab):
    tab.select_option("#calculator-model", "gpt2")
    texts = [copied(tab, tab.locator(f".calculator [data-copy={name}]")) for name in ("value", "sentence", "link", "command", "config", "memory")]
    assert texts[0] == "1179648"
    assert "1,179,648" in texts[1]
    assert texts[2].endswith("?model=gpt2")
    assert texts[3] == "derive count gpt2 --rank 8 --dtype float32"
    assert texts[4] == 'LoraConfig(r=8, target_modules=["c_attn", "attn.c_proj", "c_fc", "mlp.c_proj"], task_type="CAUSAL_LM")'
    assert texts[5] == "derive memory gpt2 --rank 8"


@BOTH
def test_without_a_script_the_calculator_still_holds_an_answer(open_page, language):
    tab = open_page("calculator", language, java_script_enabled=False)
    assert "19988480" in digits(tab.locator(".answer").inner_text())
    assert not tab.locator(".calculator-controls").is_visible()


# Figures ------------------------------------------------------------------------------------------------------------

DRAWN = """figure => [[...figure.querySelectorAll('svg')].filter(one => one.checkVisibility()).map(svg => [svg.getBoundingClientRect().width,
    ...[...svg.querySelectorAll('text')].map(t => parseFloat(getComputedStyle(t).fontSize) * svg.getBoundingClientRect().width / svg.viewBox.baseVal.width)]),
    figure.querySelectorAll('tbody tr').length, [...figure.querySelectorAll('.download a')].map(a => a.href)]"""


def a_figure_has_one_drawing_a_name_its_data_and_files(tab):
    figures = tab.locator("figure.plot")
    assert figures.count() >= 5
    for figure in figures.all():
        figure.scroll_into_view_if_needed()
        figure.locator("tbody tr").first.wait_for(state="attached")
        shown, rows, files = figure.evaluate(DRAWN)
        assert len(shown) == 1
        [[width, *sizes]] = shown
        assert width <= tab.viewport_size["width"]
        assert min(sizes) >= 11.4, sizes
        assert rows >= 3
        for file in files:
            got = tab.request.get(file)
            assert got.ok and len(got.body()) > 50, file
    ids = tab.evaluate("[...document.querySelectorAll('[id]')].map(e => e.id)")
    assert len(ids) == len(set(ids))


# Budgets ------------------------------------------------------------------------------------------------------------

def test_the_scripts_of_ours_that_a_page_loads_stay_under_sixty_kilobytes(site):
    """No page has every block: what counts is what one reader's browser is asked to run."""
    sizes = {path.name: path.stat().st_size for path in (site / "assets" / "derivations").glob("*.js")}
    assert {"answers.js", "arithmetic.js", "calculator.js", "drills.js", "numbers.js"} <= set(sizes)
    for page in site.rglob("index.html"):
        loaded = set(re.findall(r"assets/derivations/([\w-]+\.js)", page.read_text(encoding="utf-8")))
        assert sum(sizes[name] for name in loaded) < 60_000, (page, loaded)
