"""The site under the policy that the README gives: used, and nothing is refused; and what a page may weigh."""

import functools
import gzip
import http.server
import re
import threading
from contextlib import contextmanager

import pytest
from playwright.sync_api import expect
from site_pages import LANGUAGES, PAGES, ROOT, address

POLICY = re.search(r"^Content-Security-Policy: (.*)$", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE)[1]


class _Strict(http.server.SimpleHTTPRequestHandler):
    def end_headers(self):
        self.send_header("Content-Security-Policy", POLICY)
        super().end_headers()

    def log_message(self, *_):
        pass


@contextmanager
def served(site):
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Strict, directory=str(site))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@pytest.fixture(scope="module")
def strict(site):
    with served(site) as address:
        yield address


def test_a_number_the_search_and_the_palette_work_under_the_policy(open_page, strict):
    tab = open_page(url=f"{strict}es/chapter/", root=strict)
    tab.locator("a.lv").first.click()
    expect(tab.locator("#where-box .worked math")).to_be_visible()
    tab.keyboard.press("Escape")
    tab.evaluate("document.querySelector('.md-header__option label:not([hidden])').click()")
    expect(tab.locator("body")).to_have_attribute("data-md-color-scheme", "slate")
    tab.locator("[data-md-component=search-query]").focus()
    tab.keyboard.type("parametros")
    expect(tab.locator(".md-search-result__link").first).to_be_attached()
    assert tab.complaints == []


@pytest.mark.parametrize("page", ["drills", "calculator"])
def test_drills_and_the_calculator_work_under_the_policy(open_page, strict, page):
    tab = open_page(url=f"{strict}{page}/", root=strict)
    box = tab.locator("section.drill input, .calculator input:visible").first
    box.fill("12")
    box.press("Enter")
    if page == "drills":
        expect(tab.locator("section.drill output").first).not_to_have_text("")
    assert tab.complaints == []


def test_what_the_policy_allows_is_what_the_theme_needs_and_no_more():
    parts = dict(part.strip().split(" ", 1) for part in POLICY.split(";"))
    assert parts.pop("default-src") == "'self'"
    assert {name: set(said.split()) - {"'self'"} for name, said in parts.items()} == {
        "script-src": {"'unsafe-inline'"}, "img-src": {"data:"}, "object-src": {"'none'"}, "base-uri": set(), "form-action": set(),
        "frame-ancestors": {"'none'"}}


@pytest.mark.parametrize("language", LANGUAGES)
def test_print_works_under_the_policy(open_page, strict, language):
    tab = open_page(url=strict + address("chapter", language), root=strict)
    tab.emulate_media(media="print")
    assert len(tab.pdf()) > 100_000
    assert tab.evaluate("getComputedStyle(document.querySelector('.md-header')).display") == "none"
    assert tab.complaints == []


def test_the_folder_for_a_file_system_works_under_the_policy_too(open_page, offline):
    with served(offline) as strict:
        tab = open_page(url=f"{strict}es/chapter.html", root=strict)
        tab.locator("a.lv").first.click()
        expect(tab.locator("#where-box .worked math")).to_be_visible()
        tab.goto(f"{strict}calculator.html")
        tab.fill("#calculator-rank", "16")
        expect(tab.locator("[data-cell='lora.exact']").first).to_have_text("39,976,960")
        assert tab.complaints == []


def test_no_page_holds_a_style_or_a_picture_of_its_own(site):
    for file in site.rglob("*.html"):
        html = file.read_text(encoding="utf-8")
        assert not re.search(r"""<[^>]*\sstyle=|<style|(?:src|href)=["']?data:""", html), file


# What a page weighs -------------------------------------------------------------------------------------------------

RAW, ELEMENTS, SCRIPTS, FIRST = 160_000, 4_000, 60_000, 120_000
ADDRESS = 400
"""What a page weighs more where SITE_URL gives the site an address: canonical, social and other languages' links."""
BESIDE = 200_000
"""What a page may weigh that stands beside another: where numbers come from, the reference."""


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("page", PAGES)
def test_a_page_is_light_and_asks_only_for_what_it_uses(site, page, language):
    file = site / address(page, language) / "index.html"
    html = file.read_text(encoding="utf-8")
    assert len(html.encode()) <= RAW - ADDRESS
    assert len(re.findall(r"<[a-zA-Z]", html)) <= ELEMENTS
    named = re.findall(r'<(?:script src|link rel="stylesheet" href)="([^"]+)"', html)
    later = set(re.findall(r'<script src="([^"]+)" defer', html))         # than the first screen
    asked = [(file.parent / found).resolve() for found in named]
    first = [html.encode(), *((file.parent / found).resolve().read_bytes() for found in named if found not in later)]
    assert sum(map(len, map(gzip.compress, first))) <= FIRST
    ours = {one.name: one for one in asked if one.suffix == ".js" and one.parent.name == "derivations"}
    assert sum(one.stat().st_size for one in ours.values()) <= SCRIPTS
    for name, used in (("plots.js", 'class="plot"'), ("drills.js", 'class="drill"'), ("tables.js", "<figure[^>]* data-sort"),
                       ("calculator.js", "data-calculator|calculator-controls")):
        assert (name in ours) is bool(re.search(used, html)), name


def test_pages_beside_the_pages_and_all_scripts_together_are_light(site):
    for file in site.rglob("*.html"):
        assert file.stat().st_size <= BESIDE, file
    frame = {path.name for path in (ROOT / "derivations" / "site" / "assets").glob("*.js")}
    ours = [one for one in (site / "assets" / "derivations").glob("*.js") if one.name not in frame]
    assert len(ours) > 8 and sum(one.stat().st_size for one in ours) <= SCRIPTS
