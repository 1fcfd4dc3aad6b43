"""What a formula rests on and what it is, in the language of the page: each piece of a source, each line's capital."""

import dataclasses
import re

import pytest
from fields import COURSE

from derivations.explanation import explanation
from derivations.lora.course import COURSE as LORA

PAGE = "# T {#t}\n\nWords {{= field.fence(w=2, l=3) }}.\n\n{{= derivation(\"field.fence\") }}\n"
SOURCES = {"en": "Euclid, book I", "es": "Euclides, libro I"}


def html_of(book, code):
    """Give the HTML of a page, and of what says where its numbers come from."""
    src = f"{code}/page.md"
    return "".join(one.html for one in (*book.render(src).parts, *book.where(src)))


@pytest.mark.parametrize("code", ["en", "es"])
def test_list_and_derivation_name_the_source_in_the_pages_language(write_book, code):
    html = html_of(write_book(PAGE), code)
    word = {"en": "source", "es": "fuente"}[code]
    assert re.findall(rf"{word}: ([^<]*)</(?:p|span)>", html) == [SOURCES[code]] * 2


@pytest.mark.parametrize(("code", "said"), [("en", "The fence"), ("es", "Fence (es)")])
def test_what_a_formula_is_begins_with_a_capital(write_book, code, said):
    html = html_of(write_book(PAGE), code)
    assert f'id="d-field-fence-title">{said}</p>' in html
    assert f'<p class="what">{said}: ' in html


def test_the_pieces_of_a_source_are_said_one_by_one_and_one_without_words_is_named(write_book):
    fence = COURSE.formulas["field.fence"]
    twice = dataclasses.replace(fence, source="Euclid, book I; a survey")
    course = dataclasses.replace(COURSE, formulas={**COURSE.formulas, fence.name: twice})
    book = write_book(PAGE, course=course)
    assert 'class="source">fuente: Euclides, libro I; a survey</span>' in html_of(book, "es")
    assert [(one.path, one.message) for one in book.findings] == [
        ("fields/words/es.toml", "there are no words for 'source.a survey'")]


def test_the_terminal_says_the_source_in_the_language_asked_for():
    for code in ("en", "es"):
        assert explanation(COURSE, "field.fence", code, {}).rstrip().endswith(f": {SOURCES[code]}")


def test_every_source_of_the_real_course_is_said_in_spanish():
    texts = LORA.words["es"]
    assert texts["source.the modules of gpt2 in the transformers library"] == \
        "los módulos de gpt2 en la biblioteca transformers"
    english = re.compile(r"\b(the|and|section|chapter|equation|without|with)\b")
    said = [text for key, text in texts.items() if key.startswith("source.")]
    assert said
    assert [text for text in said if english.search(re.sub("«[^»]*»", "", text))] == []
