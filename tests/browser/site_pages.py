"""The pages of the site, where they are, and the screens that they are read on."""

from pathlib import Path

from playwright.sync_api import expect

ROOT = Path(__file__).parents[2]
LANGUAGES = ("en", "es")
PAGES = tuple(sorted(path.stem for path in (ROOT / "docs" / "en").glob("*.md")))
WIDE, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}


def address(page, language="en"):
    """The address of a page below the site's root."""
    return ("" if language == "en" else f"{language}/") + ("" if page == "index" else f"{page}/")


def switch(tab):
    """Go to the page's other language, as a reader does; give which it is when it is there."""
    page, [language] = tab.locator("html"), {*LANGUAGES} - {tab.locator("html").get_attribute("lang")}
    tab.locator("a.language-switch").click()
    expect(page).to_have_attribute("lang", language)
    tab.wait_for_load_state()
    return language
