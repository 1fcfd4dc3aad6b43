"""The reference pages: every formula has its entry with its derivation, in each language, within the budget of a page."""

import re
from html import unescape
from pathlib import Path

import pytest

from derivations.exact import Formula
from derivations.outputs.reference import PREFIX, reference
from derivations.outputs.written import written
from derivations.site import math
from derivations.whereabouts import mentions

ROOT = Path(__file__).parents[2]
BUDGET = 250_000


@pytest.fixture(scope="module")
def made(course_book):
    book = course_book
    ways = {src: f"{src.removesuffix('.md')}/" for src in book.pages}
    pages = reference(book, written(book), ROOT, math.fill, ways=ways, python=["derivations.exact"])
    return book, {path: page.decode() for path, page in pages.items()}


def entries(pages, code):
    """Read the entries of a language from its pages, by their ids."""
    return {name: body for path, page in pages.items() if path.startswith(f"reference/{code}/{PREFIX}")
            for name, body in re.findall(r'<section id="([^"]+)">(.*?)</section>', page, re.DOTALL)}


def test_every_formula_has_an_entry_with_its_derivation_in_each_language(made):
    book, pages = made
    for code in book.languages:
        found = entries(pages, code)
        assert set(found) == set(book.course.formulas)
        for name, body in found.items():
            meaning = book.course.words[code].get(f"formula.{name}")
            assert meaning is None or meaning[1:] in unescape(body), name
        for name, formula in book.course.formulas.items():
            if isinstance(formula, Formula):
                lines = re.search(r"<ol>(.*?)</ol>", found[name], re.DOTALL)
                assert lines and lines[1].count("<li>") == len(formula.steps), name
                assert all(f"<li>{one.text or one.name}: " in unescape(found[name]) for one in formula.symbols), name
            else:
                assert f'href="{PREFIX}llama.html"' in found[name], name


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
        for way in re.findall(rf'href="({PREFIX}[\w.-]+\.html)#([\w.]+)"', index):
            assert f'<section id="{way[1]}">' in pages[f"reference/{code}/{way[0]}"]
        assert index.count("#") >= len(book.course.formulas)
        for model in book.course.models.values():
            assert model.label in unescape(index)
        for name in book.course.symbols:
            assert f"<code>{name}</code>" in index


@pytest.mark.parametrize(("code", "vocabulary"), [("en", "50,257"), ("es", "50\u202f257")])
def test_a_models_inputs_are_written_as_each_language_writes_them(made, code, vocabulary):
    row = re.search(r'<tr id="model-gpt2">(.*?)</tr>', made[1][f"reference/{code}/index.html"])[1]
    assert f"V = {vocabulary}" in row and "h = 768, L = 12" in row


def test_the_tests_it_names_do_name_the_formula(made):
    _, pages = made
    seen = 0
    for name, body in entries(pages, "en").items():
        for path in re.findall(r"<code>(tests/[^<]+)</code>", body):
            text = (ROOT / path).read_text(encoding="utf-8")
            assert name in text or name.rpartition(".")[2] in text or "{" in text, (name, path)
            seen += 1
    assert seen > 100


def test_a_course_without_tests_has_its_pages(write_book, tmp_path):
    book = write_book(en="# T {#t}\n\n{{= field.fence(w=3, l=5) }}\n")
    pages = reference(book, written(book), tmp_path, lambda html: html, ways={"en/page.md": "page/"})
    page = pages["reference/en/formulas-field.html"].decode()
    assert "field.fence" in page and '<a href="../../page/"><code>docs/en/page.md</code></a>' in page
    assert b"tests/" not in pages["reference/es/formulas-field.html"]
    assert "reference/en/python.html" not in pages and b"python.html" not in pages["reference/en/index.html"]


def test_a_name_with_open_parts_names_what_it_may_stand_for(tmp_path):
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_a.py").write_text('F[f"memory.{name}.{kind}_share"], f"{a}", f"w{b}", "x.{y}"\n', encoding="utf-8")
    names = ["memory.peft.lora_share", "memory.peft.lora", "memory.peft", "x.z", "memory.a.b.c_share"]
    found = mentions(names, tmp_path, ("tests",))
    assert [name for name, places in found.items() if places] == ["memory.peft.lora_share", "x.z"]
