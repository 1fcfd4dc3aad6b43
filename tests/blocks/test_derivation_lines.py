"""A derivation that shows the same line twice is a fault: a reader would look for what changed."""

import dataclasses

import pytest

from derivations.blocks.derivation import BLOCK
from derivations.language import languages
from derivations.lora.course import COURSE
from derivations.text.finding import WordFault


def test_two_neighbouring_lines_that_print_alike_are_a_fault():
    square = COURSE.formulas["square.full"]
    twice = dataclasses.replace(square)
    twice.__dict__["steps"] = (square.steps[0], dataclasses.replace(square.steps[0], reason="again"), square.steps[-1])

    class Context:
        course = dataclasses.replace(COURSE, formulas={"square.full": twice})

    with pytest.raises(WordFault, match=r"square\.full: step 'again' prints what the line before it prints"):
        BLOCK.write(Context, "square.full", languages(COURSE)["en"])


def test_a_quantity_that_each_family_counts_by_a_formula_of_its_own_has_no_derivation():
    class Context:
        course = COURSE

    with pytest.raises(WordFault, match=r"exact\.ratio depends on the model: it has no derivation of its own"):
        BLOCK.write(Context, "exact.ratio", languages(COURSE)["en"])


def test_all_reasons_without_words_are_named_at_once(write_book):
    from fields import COURSE as FIELDS

    words = {code: {key: text for key, text in texts.items() if not key.startswith("reason.")}
             for code, texts in FIELDS.words.items()}
    name, formula = next((name, one) for name, one in FIELDS.formulas.items() if len({step.reason for step in one.steps}) > 1)
    book = write_book(en=f'# T {{#t}}\n\n{{{{= derivation("{name}") }}}}\n', course=dataclasses.replace(FIELDS, words=words))
    said = "".join(str(finding) for finding in book.findings)
    assert all(f"'reason.{step.reason}'" in said for step in formula.steps), said


def test_a_formula_that_no_page_derives_needs_no_words_for_its_reasons(write_book):
    from fields import COURSE as FIELDS

    from derivations.outputs.written import written

    words = {code: {key: text for key, text in texts.items() if not key.startswith("reason.")}
             for code, texts in FIELDS.words.items()}
    made = written(write_book(course=dataclasses.replace(FIELDS, words=words)))
    assert set(made) and {step["reason"] for one in made.values() for step in one["said"]["en"]["steps"]} == {""}
