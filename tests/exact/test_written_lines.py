"""How a derivation's lines are written: nothing worked out too early, nothing said twice, nothing new dropped."""

from fractions import Fraction

import pytest
import sympy

from derivations.exact.derivation import as_product, as_quotient, as_sum, lines_of, one_over, over, steps, times

a, b, c, d = sympy.symbols("a b c d", positive=True, integer=True)


def reasons(*expressions):
    """Number the expressions and say which of them are kept as lines of their own."""
    return [step.reason for step in steps(*((str(number), one) for number, one in enumerate(expressions)))]


def test_a_sum_or_product_of_one_is_that_one():
    assert as_sum([a]) is a
    assert as_product([a]) is a
    assert isinstance(as_product([3]), sympy.Integer)
    assert as_product([3]).is_Integer


def test_a_quotient_of_numbers_waits_to_be_worked_out():
    written = as_quotient(6, 4)
    assert written != sympy.Rational(3, 2)
    assert written.doit() == sympy.Rational(3, 2)
    assert sympy.Pow(4, -1, evaluate=False) in written.args


@pytest.mark.parametrize(("one", "other"), [
    (as_product([a, b]), as_product([b, a])),
    (as_product([a, as_product([b, c])]), a * b * c),
    (as_product([a, as_sum([b, c])]), a * (c + b)),
    (as_product([1 / b, 1 / c]), as_product([1 / c, 1 / b])),
    (as_quotient(a, as_product([c, b])), a / (b * c)),
    (as_quotient(a, 2), sympy.Rational(1, 2) * a),
    (as_quotient(a, b**2), a * b**-2),
    (2, sympy.Integer(2)),
    (as_product([sympy.Pow(b, -1), sympy.Pow(a, -1)]), 1 / (a * b)),
])
def test_lines_that_only_change_the_order_are_one(one, other):
    kept = steps(("first", one), ("second", other))
    assert [(step.reason, step.expression) for step in kept] == [("first", other)]


@pytest.mark.parametrize(("one", "other"), [
    (a, b),
    (a * b, a * c),
    (a, 2 * a),
    (2 * a, 3 * a),
    (a / 2, a / 3),
    (a / 2, 2 * a),
    (a, 1 / a),
    (1 / a, 1 / a**2),
    (a**2, a**-2),
    (a**2, 2 * a),
    (b / a**2, b / a**3),
    (a**3, a**4),
    (a / b, b / a),
    (a + b, a + c),
    (a + b, a * b),
    (sympy.Min(a, b), sympy.Max(a, b)),
    (sympy.floor(a / 2), sympy.ceiling(a / 2)),
    (sympy.sqrt(a), sympy.floor(a / 2)),
    (a / (b + c), a * (b + c)),
    (-a, a),
])
def test_lines_that_say_something_else_are_both_kept(one, other):
    assert reasons(one, other) == ["0", "1"]


def test_steps_cannot_be_added_to():
    assert isinstance(steps(("only", a)), tuple)


def test_a_multiple_puts_the_factor_before_the_definition_and_before_the_total():
    lines = times(d, [("definition", a + a * b), ("middle", c), ("collect", b)])
    assert [reason for reason, _ in lines] == ["definition", "one_of_them", "multiply"]
    assert [expression for _, expression in lines] == [
        as_product([d, a + a * b]), as_product([d, b]), d * b]
    assert str(times(a, [("definition", b), ("collect", a)])[1][1]) == "a*a"


def test_a_quotient_is_derived_from_definitions_then_totals():
    derived = over([("definition", a + a), ("middle", c), ("collect", 2 * a)],
                   [("definition", as_sum([b, b, b])), ("middle", d), ("collect", 4 * a * b)])
    assert [step.reason for step in derived] == ["definition", "totals", "cancel"]
    assert [step.expression for step in derived] == [
        as_quotient(2 * a, as_sum([b, b, b])), as_quotient(2 * a, 4 * a * b), 1 / (2 * b)]
    assert str(derived[-1].expression) == "1/(2*b)"


def test_what_can_be_cancelled_is_cancelled_at_the_end():
    derived = one_over(a**2 - b**2, a - b)
    assert [step.reason for step in derived] == ["definition", "cancel"]
    assert derived[-1].expression == a + b
    assert lines_of(derived) == [(step.reason, step.expression) for step in derived]


def test_a_fraction_is_taken_as_written():
    assert as_product([Fraction(1, 3), a]) == sympy.Rational(1, 3) * a
