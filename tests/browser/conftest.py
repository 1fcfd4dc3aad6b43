"""The real site, served from here, and a real browser to read it with."""

import functools
import http.server
import threading
from collections import defaultdict

import chromium
import pytest
from playwright.sync_api import Error
from site_pages import PHONE, WIDE, address


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


@pytest.fixture(scope="session")
def home(site):
    """Address of the served site, with a slash at its end."""
    handler = functools.partial(_Quiet, directory=str(site))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@pytest.fixture(scope="session")
def browser():
    """A Chromium; without one the tests are skipped, and say what to do."""
    from playwright.sync_api import sync_playwright

    path = chromium.find()
    if path is None:
        pytest.skip(chromium.ADVICE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(chromium.ARGUMENTS))
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def tabs():
    """Tabs that earlier tests have left clean, by what they show: to open one costs more than to load a page in it."""
    return defaultdict(list)


def new_tab(browser, **options):
    """A tab in a context of its own, which gathers what the browser complains about, and what is asked of other hosts."""
    tab = browser.new_context(**options).new_page()
    tab.on("console", lambda m: m.type in {"error", "warning"} and tab.complaints.append(m.text))
    tab.on("pageerror", lambda error: tab.complaints.append(str(error)))
    tab.on("response", lambda r: r.status >= 400 and tab.complaints.append(f"{r.status} {r.url}"))
    tab.on("request", lambda r: r.url.startswith((tab.root, "data:", "blob:")) or tab.complaints.append(r.url))
    return tab


def clean(tab, viewport):
    """Leave a tab as if it were new: nothing stored, nothing emulated or caught, no pointer over the next page."""
    tab.evaluate("localStorage.clear(), sessionStorage.clear()")
    tab.unroute_all()
    tab.emulate_media(media="null")
    tab.set_viewport_size(viewport)
    tab.mouse.up()
    tab.mouse.move(-1, -1)
    tab.root = "about:"
    tab.goto("about:blank")


@pytest.fixture
def open_page(browser, home, tabs):
    """Open a page as a reader would: open_page("chapter", "es", phone=True, dark=True).

    What is complained about gathers in `page.complaints`. A `first` visit finds nothing that an earlier one has left in
    the browser's cache.
    """
    opened_here = []

    def opened(page="index", language="en", *, phone=False, dark=False, url=None, root=home, first=False, **options):
        options = {"viewport": PHONE if phone else WIDE, "has_touch": phone, "color_scheme": "dark" if dark else "light",
                   "reduced_motion": "reduce", **options}
        kept = tabs[repr(options)]
        tab = kept.pop() if kept else new_tab(browser, **options)
        opened_here.append((kept, tab, options["viewport"]))
        tab.complaints, tab.root = [], root
        if first:
            tab.context.new_cdp_session(tab).send("Network.clearBrowserCache")
        tab.goto(url or home + address(page, language))
        tab.evaluate("document.fonts.ready.then(() => 0)")
        return tab

    yield opened
    for kept, tab, viewport in opened_here:
        try:
            clean(tab, viewport)
            kept.append(tab)
        except Error:                                   # where nothing can be stored: the tab goes with its context
            tab.context.close()
