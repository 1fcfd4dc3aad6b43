"""Derivations are proved step by step, and a wrong step is caught by either road alone."""

import pytest
import sympy

from derivations.exact import NUMBER, Formula, Held, Symbol, Unequal, prove
from derivations.exact.proof import equal_at_points, equal_by_cancelling

SIDE, DEPTH = Symbol("side"), Symbol("depth")
a, b = SIDE.sympy, DEPTH.sympy


def formula(*expressions, result):
    """Give a formula whose derivation is the expressions."""
    return Formula("box", result, (SIDE, DEPTH), NUMBER,
                   derive=lambda side, depth: tuple((f"step{i}", e) for i, e in enumerate(expressions)))


def test_a_right_derivation_counts_its_pairs():
    right = formula(Held(a * b) + a * b, 2 * a * b, result=lambda side, depth: 2 * side * depth)
    assert prove(right) == 2


def test_a_wrong_step_is_named():
    wrong = formula(Held(a * b) + a * b, 3 * a * b, result=lambda side, depth: 3 * side * depth)
    with pytest.raises(Unequal, match=r"box: step 'step1' turns .* which is not equal"):
        prove(wrong)


def test_a_derivation_that_ends_elsewhere_is_caught():
    with pytest.raises(Unequal, match="the formula itself"):
        prove(formula(a * b, result=lambda side, depth: side * depth + 1))


@pytest.mark.parametrize(("left", "right", "equal"), [
    ((a**2 - b**2) / (a - b), a + b, True),
    ((a**2 - b**2) / (a - b), a - b, False),
    (sympy.sqrt(2 * a) / sympy.sqrt(a), sympy.sqrt(2), True),
    (sympy.sqrt(2 * a) / sympy.sqrt(a), sympy.sqrt(3), False),
    (sympy.floor(a / b) * 0, sympy.Integer(0), True),
    (a / 10**9 + b, b, False),
])
def test_both_roads_decide_alike(left, right, equal):
    assert equal_by_cancelling(left, right) is equal
    assert equal_at_points(left, right, seed="here") is equal
