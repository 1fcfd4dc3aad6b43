"""What the shape of a matrix does to its ratio, against arrays of equal area and against laws of embeddings counted by hand."""

from fractions import Fraction

import numpy as np
import pytest

from derivations.lora.course import COURSE


def share(out, in_, rank):
    """Count the entries of a real pair over those of the matrix it is added to."""
    b, a = np.zeros((out, rank)), np.zeros((rank, in_))
    return Fraction(b.size + a.size, (b @ a).size)


@pytest.mark.parametrize("factor", [2, 3, 4, 8, 16])
def test_a_stretched_matrix_gets_more_than_the_square_of_its_area(factor):
    side = 48
    measured = share(side * factor, side // factor, 3) / share(side, side, 3)
    assert measured > 1
    assert COURSE.formulas["stretched.ratio_over_square"](x=factor - 1).exact == measured
    assert COURSE.formulas["stretched.above"](x=factor - 1).exact == measured - 1


# Tables outside the layers, from the published configurations: (tokens, width, tables), and the published total.
TABLES = {
    "llama-7b": (32000, 4096, 2, 6_738_415_616), "llama-3-8b": (128256, 4096, 2, 8_030_261_248),
    "llama-3.2-1b": (128256, 2048, 1, 1_235_814_400), "gemma-2b": (256000, 2048, 1, 2_506_172_416),
}


@pytest.mark.parametrize("model", TABLES)
def test_embeddings_share_is_that_of_the_published_tables(model):
    tokens, width, tables, total = TABLES[model]
    formula = COURSE.formulas["exact.embeddings_share"].formula_of(model)
    inputs = COURSE.models[model].inputs
    value = formula(**{symbol.name: inputs[symbol.name] for symbol in formula.symbols})
    assert value.exact == Fraction(tokens * width * tables, total)
