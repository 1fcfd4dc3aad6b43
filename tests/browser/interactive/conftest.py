"""Beside the browser and the built site: a bare page with our scripts, to ask them directly."""

import pytest
from site_pages import ROOT

BLOCKS = ROOT / "derivations" / "blocks" / "assets"
SCRIPTS = [*(BLOCKS / f"{name}.js" for name in ("elements", "arithmetic", "answers", "drills")),
           ROOT / "derivations" / "lora" / "blocks" / "calculator.js"]


@pytest.fixture(scope="session")
def book():
    """The real course and its pages, for what the build hands to the scripts."""
    from derivations.book import Book
    from derivations.lora.course import COURSE

    return Book(ROOT, COURSE)


@pytest.fixture(scope="session")
def scripts(browser):
    """A blank page with our scripts on it."""
    page = browser.new_page()
    page.set_content("<!doctype html><html lang=en><title>scripts</title><body></body></html>")
    for script in SCRIPTS:
        page.add_script_tag(path=str(script))
    yield page
    page.close()
