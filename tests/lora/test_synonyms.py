"""What readers type leads somewhere: the pages say each word that a synonym stands for, and don't say the synonym."""

from pathlib import Path

import pytest

from derivations.lora.course import COURSE
from derivations.site.search import also

DOCS = Path(__file__).parents[2] / "docs"


@pytest.mark.parametrize("code", COURSE.languages)
def test_a_synonym_leads_to_a_page_that_does_not_say_it(code):
    synonyms = {typed: said.lower() for typed, said in COURSE.synonyms[code].items()}
    pages = [path.read_text("utf-8") for path in (DOCS / code).glob("*.md")]
    pages += [COURSE.glossary.text, *COURSE.words[code].values()]
    assert synonyms
    led = {typed for page in pages for typed in also(page, {}, synonyms) if typed in synonyms}
    assert led == synonyms.keys()


def test_the_languages_have_the_same_synonyms():
    assert len({frozenset(one) for one in COURSE.synonyms.values()}) == 1
