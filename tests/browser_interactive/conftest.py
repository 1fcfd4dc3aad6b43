"""The browser and the built site of tests/browser, and beside them a bare page with our scripts, to ask them directly."""

import importlib.util
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BROWSER = ROOT / "tests" / "browser"
ASSETS = ROOT / "derivations" / "site" / "assets"

sys.path.insert(0, str(BROWSER))
_spec = importlib.util.spec_from_file_location("browser_fixtures", BROWSER / "conftest.py")
_fixtures = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(_fixtures)

browser, site, offline, home, open_page = (
    getattr(_fixtures, name) for name in ("browser", "site", "offline", "home", "open_page")
)


@pytest.fixture(scope="session")
def book():
    """The real course and its pages, for what the build hands to the scripts."""
    from derivations.lora.course import COURSE
    from derivations.prose import Book

    return Book(ROOT, COURSE)


@pytest.fixture(scope="session")
def scripts(browser):
    """A blank page with our scripts on it."""
    page = browser.new_page()
    page.set_content("<!doctype html><html lang=en><title>scripts</title><body></body></html>")
    for name in ("arithmetic", "answers", "drills", "calculator"):
        page.add_script_tag(path=str(ASSETS / f"{name}.js"))
    yield page
    page.close()
