"""A page that comes in pieces is first drawn whole; and what watches for movement sees it."""

import contextlib
import functools
import http.server
import threading
import time

import pytest
from site_pages import address
from still import MOVED


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
        assert open_page(root=root, url=root + address(page), phone=phone, first=True).evaluate(MOVED, 0.9) == []
        server.shutdown()


def test_what_moves_is_seen(open_page):
    tab = open_page("index")
    tab.evaluate("document.querySelector('h1').before(Object.assign(document.createElement('p'), {textContent: 'late', id: 'late'}))")
    tab.wait_for_timeout(100)
    assert tab.evaluate(MOVED, 0.9)
