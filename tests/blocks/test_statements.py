"""The listing of a document's figures, on a course about fields: what stands beside each, in both languages."""

from __future__ import annotations

import re
import sys
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from derivations.blocks.statements import BLOCK, derived, forms_beside
from derivations.book import Book
from derivations.course import VERDICTS, Statement
from derivations.language import language
from derivations.text.finding import WordFault

sys.path.insert(0, str(Path(__file__).parents[1] / "toy"))
from fields import COURSE


def stated(**changes: object) -> Statement:
    """Give a statement about a field, with changes."""
    given = {
        "id": "size", "section": "fields", "stated": "1.3 K & more", "number": Fraction(13, 10), "unit_text": "K",
        "scale": Fraction(1000), "verdict": "rounds correctly", "formula": "field.area", "inputs": {"w": 20, "l": 65},
    }
    return Statement(**{**given, **changes})  # type: ignore[arg-type]


def listing(code: str, *statements: Statement) -> str:
    course = replace(COURSE, statements={one.id: one for one in statements})
    book = Book(Path("nowhere"), course)
    return BLOCK.html(book.context, "fields", book.languages[code])


def test_a_row_holds_words_value_and_verdict() -> None:
    html = listing("en", stated())
    assert '<tr id="s-size"><th scope="row"><q class="stated" lang="en">1.3 K &amp; more</q></th>' in html
    assert '<td data-exact="1300"><span class="value">1,300</span>' in html
    assert re.search(r'<div class="from">[Tt]he area: <span class="tex"[^>]*>[lw]{2}</span><br>', html)
    assert "<br>w\u00a0=\u00a020, l\u00a0=\u00a065</div>" in html
    assert '<td class="verdict rounds-correctly">rounds correctly</td>' in html
    spanish = listing("es", stated(language="es"))
    assert '<q class="stated" lang="es">' in spanish
    assert '<span class="value">1300</span>' in spanish
    assert ">bien redondeado</td>" in spanish


def test_only_the_section_s_figures_are_listed() -> None:
    html = listing("en", stated(), stated(id="other", section="elsewhere"), stated(id="third"))
    assert re.findall(r'<tr id="s-(\w+)"', html) == ["size", "third"]
    assert "(2)" in html


def test_a_sentence_without_a_count_says_so() -> None:
    assert "nothing to count" in listing("en", stated(formula="", inputs={}))


@pytest.mark.parametrize(("changes", "text"), [
    ({"unit_text": "%", "formula": "field.squareness", "inputs": {"w": 1, "l": 3}}, "33.3%"),
    ({"unit_text": "", "number": None, "formula": "field.squareness", "inputs": {"w": 1, "l": 3}}, "33.3%"),
    ({"unit_text": "", "formula": "field.squareness", "inputs": {"w": 1, "l": 3}}, "1/3"),
    ({"unit_text": "", "number": None, "formula": "field.inverse", "inputs": {"w": 9, "l": 2}}, "0.143"),
    ({"unit_text": "", "number": None, "formula": "field.diagonal", "inputs": {"w": 1, "l": 1}}, "1.41"),
])
def test_a_value_stands_in_the_document_s_manner(changes: dict[str, object], text: str) -> None:
    statement = stated(**changes)
    value = derived(statement, COURSE.formulas)
    assert value is not None
    assert language("en").write(value, forms_beside(statement, value)).text == text


@pytest.mark.parametrize(("changes", "says"), [
    ({"formula": "field.areas"}, "names no formula: 'field.areas'; nearest: field.area"),
    ({"inputs": {"w": 20}}, "field.area needs l as well"),
    ({"inputs": {"w": 0, "l": 2}}, "w must be a positive integer"),
    ({"inputs": {"h": 2}}, "no symbol 'h'"),
])
def test_a_figure_that_can_t_be_derived_is_a_fault(changes: dict[str, object], says: str) -> None:
    with pytest.raises(WordFault, match=re.escape(says)):
        listing("en", stated(**changes))


@pytest.mark.parametrize("code", ["en", "es"])
def test_every_verdict_has_a_word(code: str) -> None:
    words = {language(code).word(f"verdict.{verdict}") for verdict in VERDICTS}
    assert len(words) == len(VERDICTS)

