"""Operations of a training step, counted by walking the products that it really takes."""

from fractions import Fraction

import pytest

from derivations.lora.course import COURSE

F = COURSE.formulas


def product(*sides):
    """Count multiplications and additions of a product of an (a, b) and a (b, c) matrix."""
    a, b, c = sides
    return 2 * a * b * c


def step(tokens, out, in_, rank=None):
    """Count a training step through one Linear, with or without a pair beside it: y, then every gradient needed."""
    forward, of_input, of_weight = product(tokens, in_, out), product(tokens, out, in_), product(out, tokens, in_)
    if rank is None:
        return forward + of_input + of_weight
    a, b = (in_, rank), (rank, out)
    pair = sum(product(tokens, one, two) for one, two in (a, b)) * 2              # forward and gradient of its input
    own = sum(product(one, tokens, two) for one, two in (a, b))
    return forward + of_input + pair + own


@pytest.mark.parametrize(("out", "in_", "rank"), [(768, 768, 8), (1024, 4096, 16), (64, 32, 4)])
def test_operations_are_those_of_the_products(out, in_, rank):
    tokens, frozen, trained = 7, out * in_, rank * (out + in_)
    assert F["compute.full"](F=frozen).exact * tokens == step(tokens, out, in_)
    assert F["compute.lora"](F=frozen, T=trained).exact * tokens == step(tokens, out, in_, rank)
    assert F["compute.ratio"](rho=Fraction(trained, frozen)).exact == Fraction(
        step(tokens, out, in_, rank), step(tokens, out, in_))


def test_two_thirds_remain():
    """Schulman et al. 2025: slightly more than two thirds of the operations, (2N² + 6NR) over 3N² for a square."""
    n, r = 4096, 8
    assert F["compute.ratio"](rho=Fraction(2 * r, n)).exact == Fraction(2 * n * n + 6 * n * r, 3 * n * n)
    assert F["compute.limit"]().exact * F["compute.fastest"]().exact == 1
