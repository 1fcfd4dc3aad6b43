"""Every derivation as a reader meets it: line by line, each line different, the last one in the simplest form.

That the lines are equal is proved elsewhere. How they are written is a choice, kept in `data/derivations.txt`: review
its diff. Run as a script, this file rewrites it.
"""

from functools import cache
from pathlib import Path

import sympy

from derivations.exact import Formula
from derivations.exact.simplest import simplest
from derivations.language import language
from derivations.lora.course import COURSE

KEPT = Path(__file__).parent / "data" / "derivations.txt"


@cache
def derived():
    """Give the course's own derivations, by name."""
    return {name: formula for name, formula in COURSE.formulas.items()
            if isinstance(formula, Formula) and not name.startswith(("slip.", "given."))
            and "families" not in formula.function.__module__ and (len(formula.steps) > 1 or formula.reasons)}


def written(formula):
    """Write a derivation as plain text, a line a step, with the reason's key before it."""
    english = language("en").with_course(COURSE)
    lines = [f"    {step.reason}: {english.expression(step.expression, symbols=formula.symbols).text}"
             for step in formula.steps]
    return "\n".join([formula.name, *lines])


@cache
def kept():
    """Read the derivations that were reviewed, by name."""
    return {block.split("\n")[0]: block for block in KEPT.read_text(encoding="utf-8").rstrip("\n").split("\n\n")}


def test_derivations_are_written_as_they_were_reviewed():
    assert {name: written(formula) for name, formula in derived().items()} == kept()
    assert list(kept()) == list(derived())


def test_a_derivation_ends_in_the_simplest_form_and_says_something_new_in_each_line():
    for name, text in kept().items():
        formula, lines = derived()[name], [line.split(": ", 1)[1] for line in text.split("\n")[1:]]
        assert sympy.sympify(formula.steps[-1].expression) == simplest(formula.expression), name
        assert len(set(lines)) == len(lines) == len(formula.steps), name


if __name__ == "__main__":
    KEPT.write_text("\n\n".join(written(formula) for formula in derived().values()) + "\n", encoding="utf-8")
