"""The pages of the site, and where they are."""

from pathlib import Path

ROOT = Path(__file__).parents[2]
LANGUAGES = ("en", "es")
PAGES = tuple(sorted(path.stem for path in (ROOT / "docs" / "en").glob("*.md")))


def address(page, language="en"):
    """The address of a page below the site's root."""
    return ("" if language == "en" else f"{language}/") + ("" if page == "index" else f"{page}/")
