"""What scripts bring has its room from the first picture on, and a page that comes in pieces is first drawn whole."""

import contextlib
import functools
import http.server
import threading
import time

import pytest
from site_pages import LANGUAGES, PAGES, address
from still import MOVED

PLACES = """(() => {
    const all = [...document.querySelectorAll("article, article :is([id], p, table, tr, figure, details, section, h2, h3)")], seen = globalThis.seen ??= all;
    const says = one => `${one.localName} ${one.textContent.trim().slice(0, 40)}`, box = one => one.getBoundingClientRect();
    return seen.map(one => [says(one), ...(box(one).height && !one.matches(".to-key") ? [box(one).top, box(one).bottom] : [])]);
})()"""


@pytest.mark.parametrize(("language", "phone"), [(LANGUAGES[0], False), *((language, True) for language in LANGUAGES)])
@pytest.mark.parametrize("page", PAGES)
def test_scripts_find_their_room(open_page, home, page, language, phone):
    """In a page whose scripts haven't come yet, all stands where it will stand with them."""
    tab, held, free = open_page(url="about:blank", phone=phone, first=True), [], []
    tab.route("**/assets/**/*.js", lambda route: route.continue_() if free or "early" in route.request.url else held.append(route))
    tab.goto(home + address(page, language), wait_until="commit")
    tab.wait_for_selector("#frame-words", state="attached")
    tab.evaluate("document.fonts.ready.then(() => 0)")
    before = tab.evaluate(PLACES)
    free.append("all that are asked for from now on")
    for route in held:
        route.continue_()
    tab.wait_for_load_state()
    after = tab.evaluate(PLACES)
    moved = [(name, was, now) for (name, *was), (_, *now) in zip(before, after, strict=True) if any(abs(a - b) > 0.1 for a, b in zip(was, now, strict=False))]  # what a script replaces has no place after
    assert moved == []


class _Slow(http.server.SimpleHTTPRequestHandler):
    """A server whose pages come in pieces."""

    def log_message(self, *_):
        pass

    def copyfile(self, source, outputfile):
        with contextlib.suppress(ConnectionError):          # the page is closed
            while piece := source.read(2500 if self.path.endswith("/") else -1):
                outputfile.write(piece)
                outputfile.flush()
                time.sleep(0.01)


@pytest.mark.parametrize("phone", [False, True])
@pytest.mark.parametrize("page", ["chapter", "memory", "real-models"])
def test_a_page_that_comes_in_pieces_is_first_drawn_whole(open_page, site, page, phone):
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Slow, directory=str(site))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        root = f"http://127.0.0.1:{server.server_port}/"
        assert open_page(root=root, url=root + address(page), phone=phone, first=True).evaluate(MOVED) == []
        server.shutdown()


def test_what_moves_is_seen(open_page):
    tab = open_page("index")
    tab.evaluate("document.querySelector('h1').before(Object.assign(document.createElement('p'), {textContent: 'late', id: 'late'}))")
    tab.wait_for_timeout(100)
    assert tab.evaluate(MOVED)
