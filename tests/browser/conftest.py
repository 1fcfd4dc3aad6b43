"""The real site, served from here, and a real browser to read it with."""

import contextlib
import functools
import http.server
import threading
from collections import defaultdict

import chromium
import pytest
from playwright.sync_api import Error
from site_pages import address


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


WIDE, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}


@pytest.fixture(scope="session")
def contexts():
    """Contexts that earlier tests have left clean, by what they show: to make one costs more than to load a page in it."""
    return defaultdict(list)


@pytest.fixture
def open_page(browser, home, contexts):
    """Open a page as a reader would: open_page("chapter", "es", phone=True, dark=True).

    What the browser complains about, and what is asked of other hosts, gathers in `page.complaints`. A `first` visit finds
    nothing that an earlier one has left in the browser's cache; whatever else a test leaves goes with it.
    """
    opened_here = []

    def opened(page="index", language="en", *, phone=False, dark=False, url=None, root=home, first=False, **options):
        kept = None if first or options else contexts[phone, dark]
        context = kept.pop() if kept else browser.new_context(**{
            "viewport": PHONE if phone else WIDE, "has_touch": phone, "color_scheme": "dark" if dark else "light",
            "reduced_motion": "reduce", **options})
        tab = context.new_page()
        opened_here.append((kept, context, tab))
        tab.complaints = []
        tab.on("console", lambda m: m.type in {"error", "warning"} and tab.complaints.append(m.text))
        tab.on("pageerror", lambda error: tab.complaints.append(str(error)))
        tab.on("response", lambda r: r.status >= 400 and tab.complaints.append(f"{r.status} {r.url}"))
        tab.on("request", lambda r: r.url.startswith((root, "data:", "blob:")) or tab.complaints.append(r.url))
        tab.goto(url or home + address(page, language))
        tab.evaluate("document.fonts.ready.then(() => 0)")
        return tab

    yield opened
    for kept, context, tab in opened_here:
        with contextlib.suppress(Error):            # a tab that was closed, or is where no site is: its context goes with it
            if kept is not None:
                tab.evaluate("localStorage.clear()")
                tab.close()
                kept.append(context)
                continue
        context.close()
