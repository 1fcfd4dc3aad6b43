"""A derivation that shows the same line twice is a fault: a reader would look for what changed."""

import dataclasses

import pytest

from derivations.blocks.derivation import BLOCK
from derivations.language import languages
from derivations.lora.course import COURSE
from derivations.text.words import WordFault


def test_two_neighbouring_lines_that_print_alike_are_a_fault():
    square = COURSE.formulas["square.full"]
    twice = dataclasses.replace(square)
    twice.__dict__["steps"] = (square.steps[0], dataclasses.replace(square.steps[0], reason="again"), square.steps[-1])

    class Context:
        course = dataclasses.replace(COURSE, formulas={"square.full": twice})

    with pytest.raises(WordFault, match=r"square\.full: step 'again' prints what the line before it prints"):
        BLOCK.write(Context, "square.full", languages(COURSE)["en"])
