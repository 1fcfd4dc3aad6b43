"""Operations that take numbers and expressions alike, evaluation, and comparison."""

import math
from fractions import Fraction

import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from derivations.exact import (
    NUMBER,
    RATIO,
    Formula,
    Symbol,
    Unit,
    UnitMismatch,
    ceiling,
    evaluate,
    floor,
    least,
    quotient,
    root,
)
from derivations.exact.simplest import simplest

rationals = st.fractions(min_value=Fraction(1, 50), max_value=50, max_denominator=60)
X, Y = Symbol("x"), Symbol("y")


def sample(expression):
    """Put 7 and 3 into an expression by SymPy's own substitution."""
    return expression.subs({X.sympy: 7, Y.sympy: 3})


@given(rationals)
def test_numbers_and_expressions_round_alike(number):
    written = sympy.Rational(number.numerator, number.denominator)
    assert floor(number) == math.floor(number) == floor(written)
    assert ceiling(number) == math.ceil(number) == ceiling(written)
    assert least(number, 2) == min(number, 2) == least(written, sympy.Integer(2))


@given(rationals)
def test_a_root_squares_back(number):
    assert root(number * number) == number
    assert root(number) ** 2 == sympy.Rational(number.numerator, number.denominator)


def test_a_quotient_is_never_a_float():
    assert quotient(1, 3) == Fraction(1, 3)
    assert isinstance(quotient(6, 3), Fraction)
    assert quotient(X.sympy, 3) == X.sympy / 3


@pytest.mark.parametrize("expression", [
    (X.sympy + Y.sympy) / (X.sympy * Y.sympy), sympy.floor(X.sympy / Y.sympy), sympy.ceiling(X.sympy / Y.sympy),
    sympy.Min(X.sympy, Y.sympy) + sympy.Max(X.sympy, Y.sympy), sympy.sqrt(X.sympy * Y.sympy), X.sympy**-2,
    sympy.Abs(Y.sympy - X.sympy), sympy.sqrt(2 / sympy.pi) * X.sympy, (X.sympy - Y.sympy) ** 3,
])
def test_evaluation_agrees_with_substitution(expression):
    assert sympy.simplify(evaluate(expression, {"x": 7, "y": 3}) - sample(expression)) == 0


def test_evaluation_says_where_a_denominator_vanishes():
    with pytest.raises(ZeroDivisionError):
        evaluate(1 / (X.sympy - 7), {"x": 7})
    with pytest.raises(ZeroDivisionError):
        evaluate(1 / sympy.sqrt(X.sympy - 7), {"x": 7})


@pytest.mark.parametrize(("given_form", "wanted"), [
    (X.sympy * Y.sympy + X.sympy**2, "x*(x + y)"),
    (-X.sympy * (Y.sympy - 2 * X.sympy), "x*(2*x - y)"),
    ((4 * Y.sympy - 4 * X.sympy) / (Y.sympy - 2 * X.sympy), "4*(x - y)/(2*x - y)"),
    (sympy.Rational(7, 8) - X.sympy, "7/8 - x"),
    ((X.sympy**2 - 1) / (X.sympy - 1), "x + 1"),
    (18 * X.sympy * Y.sympy / (12 * X.sympy**2), "3*y/(2*x)"),
    (sympy.floor(X.sympy / 2), "floor(x/2)"),
    ((X.sympy**4 - X.sympy) / X.sympy, "x**3 - 1"),
    (Y.sympy - X.sympy / Y.sympy, "(-x + y**2)/y"),
    (1 / (Y.sympy - X.sympy), "1/(-x + y)"),
    (X.sympy**2 / (Y.sympy * (Y.sympy - X.sympy)), "x**2/(y*(-x + y))"),
    (-2 * X.sympy / (X.sympy + Y.sympy), "-2*x/(x + y)"),
    (X.sympy / 2 - 1, "x/2 - 1"),
    (X.sympy**2 / 4 + X.sympy, "x**2/4 + x"),
    (X.sympy * Y.sympy - 3 - 1 / X.sympy**2, "(x**3*y - 3*x**2 - 1)/x**2"),
    (X.sympy - X.sympy**3, "-x**3 + x"),
    (X.sympy + X.sympy**3 / Y.sympy, "(x**3 + x*y)/y"),
    ((1 - X.sympy) * Y.sympy / ((1 - X.sympy) * Y.sympy + X.sympy), "y*(1 - x)/(-x*y + x + y)"),
    (sympy.sqrt(X.sympy) * (sympy.sqrt(X.sympy) + 1), "sqrt(x)*(sqrt(x) + 1)"),
])
def test_the_simplest_form_is_the_one_that_is_taught(given_form, wanted):
    assert str(simplest(given_form)) == wanted
    assert sympy.simplify(given_form - simplest(given_form)) == 0


def value(number, unit):
    """Give a value of some unit."""
    return Formula("given", lambda x: x * Fraction(number), (X,), unit)(x=1)


def test_comparison_is_exact_and_minds_units():
    grams, metres = Unit("gram"), Unit("metre")
    assert value("1/3", NUMBER).compare(Fraction(333, 1000)) == 1
    assert value("1/3", NUMBER).compare(value("1/3", RATIO)) == 0
    assert value("2", grams).compare(value("3", grams)) == -1
    with pytest.raises(UnitMismatch, match="gram can't be compared with metre"):
        value("2", grams).compare(value("2", metres))
    with pytest.raises(UnitMismatch, match="plain number"):
        value("2", grams).compare(2)
    assert [value(one, grams).compare(0) for one in ("-2/3", "0", "5")] == [-1, 0, 1]


def test_irrational_values_compare_exactly():
    diagonal = Formula("diagonal", lambda x: x * root(2), (X,), NUMBER)(x=1)
    assert diagonal.compare(Fraction(141421356, 100000000)) == 1
    assert diagonal.compare(Fraction(141421357, 100000000)) == -1
    assert not diagonal.is_rational


ROOT, HALF = sympy.sqrt, sympy.Rational(1, 2)


@pytest.mark.parametrize(("made", "roots"), [
    (lambda p, n: ROOT(p * (1 - p) / n), 1), (lambda p, n: 2 * ROOT(p / n), 1), (lambda p, n: ROOT(n - p) / ROOT(p * n), 1),
    (lambda p, n: ROOT(p) * ROOT(n - 1) * ROOT(1 - p) / ROOT(n), 4), (lambda p, n: ROOT(p) / ROOT(n - 1), 2),
    (lambda p, n: n * ROOT(p) / ROOT(p + 1), 2),
])
def test_a_root_of_a_quotient_is_one_root_where_that_has_the_same_sign(made, roots):
    """Two roots of what may be negative have another sign than the root of their product: those stay apart."""
    p, n = sympy.symbols("p n", positive=True)
    expression = made(p, n)
    shown = simplest(expression)
    assert sum(part.is_Pow and abs(part.exp) == HALF for part in sympy.preorder_traversal(shown)) == roots
    for numbers in ({p: sympy.Rational(1, 3), n: 5}, {p: 7, n: 3}, {p: 3, n: HALF}):
        assert abs(sympy.N(shown.subs(numbers)) - sympy.N(expression.subs(numbers))) < 1e-12
