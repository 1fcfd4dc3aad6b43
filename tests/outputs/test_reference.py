"""The reference pages: every formula that is shown has its entry, in each language, within the budget of a page."""

import re
from html import unescape
from pathlib import Path

import pytest

from derivations.outputs.data import derived, shown
from derivations.outputs.reference import reference
from derivations.site import math

ROOT = Path(__file__).parents[2]
BUDGET = 200_000


@pytest.fixture(scope="module")
def made():
    from derivations.project import Project

    book = Project(ROOT).book()
    return book, {path: page.decode() for path, page in reference(book, ROOT, math.fill).items()}


def entries(pages, code):
    """Read the entries of a language from its pages, by their ids."""
    return {name: body for path, page in pages.items() if path.startswith(f"reference/{code}/")
            for name, body in re.findall(r'<section id="([^"]+)">(.*?)</section>', page, re.DOTALL)}


def test_every_formula_that_is_shown_has_an_entry_in_each_language(made):
    book, pages = made
    for code in book.languages:
        found = entries(pages, code)
        assert set(found) == shown(book)
        for name, body in found.items():
            meaning = book.course.words[code].get(f"formula.{name}")
            assert meaning is None or meaning[1:] in unescape(body), name
        assert all("<ol>" in found[name] for name in derived(book))


def test_pages_are_light_and_typeset_and_ask_for_nothing_elsewhere(made):
    _, pages = made
    for path, page in pages.items():
        assert len(page.encode()) <= BUDGET, path
        assert "data-tex" not in page or "<math" in page, path
        assert not re.search(r'(?:src|href)="(?:https?:)?//', page), path
        assert "<script" not in page and 'content="noindex"' in page


def test_the_index_leads_to_every_entry_and_names_symbols_and_models(made):
    book, pages = made
    for code in book.languages:
        index = pages[f"reference/{code}/index.html"]
        for way in re.findall(r'href="([\w-]+\.html)#([\w.]+)"', index):
            assert f'<section id="{way[1]}">' in pages[f"reference/{code}/{way[0]}"]
        assert index.count("#") >= len(shown(book))
        for model in book.course.models.values():
            assert model.label in unescape(index)
        for name in book.course.symbols:
            assert f"<code>{name}</code>" in index


def test_the_tests_it_names_do_name_the_formula(made):
    _, pages = made
    seen = 0
    for name, body in entries(pages, "en").items():
        for path in re.findall(r"<code>(tests/[^<]+)</code>", body):
            assert name in (ROOT / path).read_text(encoding="utf-8"), (name, path)
            seen += 1
    assert seen > 100


def test_a_course_without_tests_has_its_pages(write_book, tmp_path):
    book = write_book(en="# T {#t}\n\n{{= field.fence(w=3, l=5) }}\n")
    pages = reference(book, tmp_path, lambda html: html)
    assert "field.fence" in pages["reference/en/field.html"].decode()
    assert b"tests/" not in pages["reference/es/field.html"]
