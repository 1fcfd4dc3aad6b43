"""The frame around the pages in a real browser: search, switcher, palette, keyboard, print, types."""

import re

import pytest
from accessible import luminance
from site_pages import LANGUAGES, address, switch


def test_code_that_scrolls_keeps_its_tab_stop_though_the_theme_takes_it_away(open_page):
    tab = open_page("authors", phone=True)
    stopped = tab.locator("pre > code[tabindex='0']")
    stopped.first.wait_for()
    before = stopped.count()
    tab.evaluate("document.querySelectorAll('pre > code').forEach(one => one.removeAttribute('tabindex'))")
    assert stopped.count() == before


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_plain_page_fits_the_narrowest_screen(open_page, home, site, language):
    """What is too wide for it scrolls in a box of its own."""
    tab = open_page(url="about:blank", phone=True)
    tab.set_viewport_size({"width": 320, "height": 844})
    beside = site / address("where", language)
    plain = [*(site / "reference" / language).glob("*.html"), *beside.glob("*/index.html")]
    assert len(plain) > 60
    for page in plain:
        tab.goto(home + page.relative_to(site).as_posix(), wait_until="load")
        assert tab.evaluate("document.documentElement.scrollWidth") <= 320, page
        [icon] = re.findall(r'<link rel="icon" href="([^"]+)"', page.read_text(encoding="utf-8"))
        assert (page.parent / icon).is_file(), page         # which a browser else asks the root for, in vain


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_switcher_keeps_page_section_and_state(open_page, language):
    tab = open_page("chapter", language)
    tab.goto(tab.url + "?note=x&h=old#ratio")
    other = switch(tab)
    assert tab.url.endswith(address("chapter", other) + "?note=x#ratio")
    assert tab.locator("#ratio").bounding_box()["y"] < 300


def test_the_palette_follows_the_reader_s_system_and_then_the_reader(open_page):
    dark = open_page("index", dark=True)
    assert luminance(dark) < 60
    light = open_page("index")
    assert luminance(light) > 200
    light.locator("[data-md-component=palette] label:visible").click()
    assert luminance(light) < 60
    light.goto(light.url + "chapter/")
    assert luminance(light) < 60, "the choice is kept from page to page"


def hits(tab, query):
    """Addresses that the search gives for what is typed."""
    box = tab.locator("input.md-search__input")
    if not box.evaluate("box => box === document.activeElement"):
        tab.keyboard.press("/")
    for text, shown in (("", "!list?.children.length"), (query, "list?.children.length || /^\\s*No /.test(meta.textContent)")):
        box.fill(text)
        box.press("End")                                   # Material asks when a key is let go: once, for the whole
        tab.wait_for_function(f"""() => {{
            const [list, meta] = ["list", "meta"].map(name => document.querySelector(`.md-search-result__${{name}}`));
            return {shown}; }}""")
    return tab.eval_on_selector_all(".md-search-result__link", "links => links.map(a => new URL(a.href).pathname)")


QUERIES = {
    "en": {"18874368": "chapter", "25001984": "real-models",               # which stands in a table only
           "parameters": "chapter", "alpha": "chapter", "12h2": "chapter", "initialisation": "chapter", "paramters": "chapter"},
    "es": {"18874368": "chapter", "25001984": "real-models", "parametros": "chapter", "parámetros": "chapter",
           "inicializacion": "chapter", "18.874.368": "chapter", "inicialisación": "chapter"},
}


def the_search_finds_digits_and_unaccented_words_in_the_language_being_read(tab, language):
    for query, where in QUERIES[language].items():
        found = hits(tab, query)
        assert any(where in path for path in found), query
        assert all(path.startswith("/es/") is (language == "es") for path in found), query
        assert query != "inicializacion" or query not in tab.locator(".md-search-result__list").inner_text()    # what helps isn't shown


FIRST = {
    "en": {"memory": "memory", "calculator": "calculator",
           **dict.fromkeys(("12h²", "18rh", "0.29", "qlora", "LoraConfig", "alpha", "rank"), "chapter")},
    "es": {"memoria": "memory", "ejercicios": "drills",
           **dict.fromkeys(("razon", "rango", "0,29", "18.874.368", "LoraConfig", "alfa"), "chapter")},
}


def the_page_comes_first_that_derives_what_is_asked_or_is_called_so(tab, language):
    assert {query: hits(tab, query)[0] for query in FIRST[language]} == {
        query: "/" + address(page, language) for query, page in FIRST[language].items()}


@pytest.mark.parametrize("language", LANGUAGES)
def test_from_the_first_page_everything_is_found_and_the_language_switched(open_page, language):
    tab = open_page("index", language)
    the_search_finds_digits_and_unaccented_words_in_the_language_being_read(tab, language)
    the_page_comes_first_that_derives_what_is_asked_or_is_called_so(tab, language)
    tab.keyboard.press("Escape")
    switch(tab)
    assert tab.complaints == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_boxes_that_scroll_can_be_reached_by_keyboard(open_page, language):
    tab = open_page("chapter", language, phone=True)
    unreachable = tab.evaluate("""() => [...document.querySelectorAll('.md-content *')].filter(e =>
        /auto|scroll/.test(getComputedStyle(e).overflowX) && e.scrollWidth > e.clientWidth + 1
        && ![e, ...e.querySelectorAll('thead button')].some(one => one.tabIndex >= 0)
        && !e.matches('.md-nav *, .md-nav, textarea')).map(e => e.outerHTML.slice(0, 100))""")
    assert unreachable == []


def test_a_box_that_scrolls_has_one_shade_and_nothing_over_it(open_page):
    tab = open_page("real-models", "en", phone=True)
    shades = tab.evaluate("""() => [...document.querySelectorAll('.derived-table .scroll')].map(box =>
        [box, ...box.querySelectorAll('*')].filter(e => getComputedStyle(e).backgroundImage !== 'none').length)""")
    assert shades
    assert set(shades) == {1}


def the_keyboard_sees_where_it_is(tab):
    tab.keyboard.press("Tab")
    assert "md-skip" in tab.evaluate("document.activeElement.className"), "the first stop skips to the content"
    for _ in range(12):
        tab.keyboard.press("Tab")
        outline = tab.evaluate("""() => { const e = document.activeElement, s = getComputedStyle(e);
            return e === document.body ? 'nothing' : s.outlineStyle + ' ' + s.outlineWidth; }""")
        where = tab.evaluate("document.activeElement.outerHTML.slice(0, 200)")
        assert not outline.startswith(("none", "nothing")), where


def the_page_is_set_in_its_own_types(tab):
    loaded = tab.evaluate("""document.fonts.ready.then(faces =>
        [...faces].filter(face => face.status === 'loaded').map(face => face.family))""")
    assert {"Source Serif 4", "Source Sans 3", "Derivations Math"} <= {family.strip('"') for family in loaded}
    width = tab.evaluate("""() => { const p = document.querySelector('.md-content__inner > h2 ~ p');
        return p.getBoundingClientRect().width / (parseFloat(getComputedStyle(p).fontSize)); }""")
    assert width < 36, "some 60 to 75 characters a line"


def a_printed_chapter_is_a_document(tab):
    pdf = tab.pdf(format="A4")
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) > 3
    tab.emulate_media(media="print")
    assert not tab.locator(".md-header").is_visible()
    assert not tab.locator(".md-sidebar--primary").is_visible()
    assert tab.locator("#where").is_visible(), "where the numbers come from is printed too"
    assert not any(one.is_visible() for one in tab.locator(".scripted").all()), "nothing opens on paper"
    tab.emulate_media(media="null")


@pytest.mark.parametrize("page", ["memory", "real-models"])
def test_a_printed_table_keeps_what_its_cells_and_headings_say(open_page, page):
    a_printed_table_keeps_what_its_cells_and_headings_say(open_page(page))


def a_printed_table_keeps_what_its_cells_and_headings_say(tab):
    cells = """() => [...document.querySelectorAll('.derived-table :is(th, td)')].map(cell => cell.innerText.replace(/\\s*[↕↑↓]/, ''))"""
    shown = tab.evaluate(cells)
    tab.emulate_media(media="print")
    assert len(shown) > 10 and all(shown)
    assert tab.evaluate(cells) == shown
    tab.emulate_media(media="null")


def a_formula_is_copied_as_its_tex_and_whole(tab):
    copied = tab.evaluate("""() => {
        const formula = document.querySelector("p > math[data-tex]:has(mfrac)"), data = new DataTransfer();
        const inside = formula.querySelector("mfrac").firstElementChild;
        getSelection().setBaseAndExtent(formula.parentElement, 0, inside, inside.childNodes.length);
        document.dispatchEvent(new ClipboardEvent("copy", {clipboardData: data, cancelable: true}));
        return [data.getData("text/plain"), formula.dataset.tex]; }""")
    assert copied[0].endswith(f"${copied[1]}$")
    assert "frac" in copied[1]


def assistive_tools_hear_a_formula_s_parts_once(tab, language):
    client = tab.context.new_cdp_session(tab)
    nodes = client.send("Accessibility.getFullAXTree")["nodes"]
    roles = [node["role"]["value"] for node in nodes if not node["ignored"]]
    formulas = tab.evaluate("[...document.querySelectorAll('math')].filter(m => m.checkVisibility() && !m.closest('[role=button]')).length")
    assert roles.count("MathMLMath") >= formulas > 20
    assert roles.count("MathMLFraction")
    named = {node.get("name", {}).get("value") for node in nodes if node["role"]["value"] in ("link", "button")}
    assert "math" not in named
    opening = tab.evaluate("[...document.querySelectorAll('a.lv:has(math)')].map(link => link.ariaLabel)")
    assert set(opening) <= named                               # a formula that opens is called what it says
    sign = {"en": ".", "es": ","}[language]
    assert {found for name in opening for found in re.findall(r"\d([.,])\d+\s?%", name)} == {sign}


def drawn_with(tab):
    """Families that the first formula's letters are drawn with, as the browser tells."""
    client = tab.context.new_cdp_session(tab)
    client.send("DOM.enable")
    client.send("CSS.enable")
    root = client.send("DOM.getDocument")["root"]["nodeId"]
    node = client.send("DOM.querySelector", {"nodeId": root, "selector": "math mi"})["nodeId"]
    return {font["familyName"] for font in client.send("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"]}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_chapter_is_seen_heard_copied_and_printed(open_page, language):
    tab = open_page("chapter", language)
    the_keyboard_sees_where_it_is(tab)
    the_page_is_set_in_its_own_types(tab)
    assert drawn_with(tab) == {"Derivations Math"}
    assistive_tools_hear_a_formula_s_parts_once(tab, language)
    a_formula_is_copied_as_its_tex_and_whole(tab)
    a_printed_table_keeps_what_its_cells_and_headings_say(tab)
    a_printed_chapter_is_a_document(tab)
