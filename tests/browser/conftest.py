"""The real site, built once and served from here, and a real browser to read it with."""

import functools
import http.server
import os
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path

import chromium
import pytest
from site_pages import ROOT, address


def _build(folder, **environment):
    """Build a copy of the tree, so that a test never writes into the tree that it tests."""
    copy = folder / "tree"
    for name in ("docs", "derivations", "tables"):
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "mkdocs.yml", copy)
    env = {**os.environ, "PYTHONPATH": str(copy), "NO_MKDOCS_2_WARNING": "1", **environment}
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(folder / "site")]
    result = subprocess.run(command, cwd=copy, env=env, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr[-4000:]


def _once(factory, name, **environment):
    """The built site's folder, one for all workers of a test run. SITE_BUILT may name one that is there already."""
    if "SITE_BUILT" in os.environ and name == "online":
        return Path(os.environ["SITE_BUILT"])
    base = factory.getbasetemp()
    shared = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / f"site-{name}"
    done, failed = shared / "done", shared / "failed"
    try:
        shared.mkdir()
    except FileExistsError:
        while not done.exists():
            assert not failed.exists(), "another worker couldn't build the site; its report says why"
            time.sleep(0.2)
    else:
        try:
            _build(shared, **environment)
        except BaseException:
            failed.touch()
            raise
        done.touch()
    return shared / "site"


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    """Folder of the site as it is served."""
    return _once(tmp_path_factory, "online")


@pytest.fixture(scope="session")
def offline(tmp_path_factory):
    """Folder of the site as `make offline` makes it."""
    return _once(tmp_path_factory, "offline", OFFLINE="true", DIRECTORY_URLS="false")


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


@pytest.fixture
def open_page(browser, home):
    """Open a page as a reader would: open_page("chapter", "es", phone=True, dark=True).

    What the browser complains about, and what is asked of other hosts, gathers in `page.complaints`.
    """
    contexts = []

    def opened(page="index", language="en", *, phone=False, dark=False, url=None, root=home, **options):
        options.setdefault("reduced_motion", "reduce")
        context = browser.new_context(
            viewport=PHONE if phone else WIDE, has_touch=phone, color_scheme="dark" if dark else "light", **options
        )
        contexts.append(context)
        tab = context.new_page()
        tab.complaints = []
        tab.on("console", lambda m: m.type in {"error", "warning"} and tab.complaints.append(m.text))
        tab.on("pageerror", lambda error: tab.complaints.append(str(error)))
        tab.on("response", lambda r: r.status >= 400 and tab.complaints.append(f"{r.status} {r.url}"))
        tab.on("request", lambda r: r.url.startswith((root, "data:", "blob:")) or tab.complaints.append(r.url))
        tab.goto(url or home + address(page, language))
        tab.evaluate("document.fonts.ready.then(() => 0)")
        return tab

    yield opened
    for context in contexts:
        context.close()
