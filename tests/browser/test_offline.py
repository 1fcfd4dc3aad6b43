"""The folder that `make offline` makes, opened from the file system."""

import pytest
from site_pages import LANGUAGES, switch
from test_frame import drawn_with, hits


@pytest.mark.parametrize("language", LANGUAGES)
def test_math_search_and_switcher_work_from_a_folder(open_page, offline, language):
    start = offline / ("index.html" if language == "en" else f"{language}/index.html")
    tab = open_page(url=start.as_uri(), root=offline.as_uri())
    assert tab.locator("math").count()
    found = hits(tab, "18874368")
    assert any("chapter.html" in path for path in found)
    tab.keyboard.press("Escape")
    switch(tab)
    assert tab.complaints == []


def test_formulas_are_drawn_with_our_font_from_a_folder_too(open_page, offline):
    tab = open_page(url=(offline / "chapter.html").as_uri(), root=offline.as_uri())
    assert drawn_with(tab) == {"Derivations Math"}
