"""How a derivation's lines are written: nothing worked out too early, nothing said twice, nothing new dropped."""

from fractions import Fraction

import pytest
import sympy

from derivations.exact import Declared, Held, ceiling, floor, known, largest, least, quotient, root
from derivations.exact.derivation import derivation, steps

a, b, c, d = sympy.symbols("a b c d", positive=True, integer=True)
A, B, C, D = map(Held, (a, b, c, d))


def lines(written, taught, **more):
    """Give a derivation as reasons and expressions."""
    return [(step.reason, step.expression) for step in derivation(written, taught, **more)]


def reasons(*expressions):
    """Number the expressions and say which of them are kept as lines of their own."""
    return [step.reason for step in steps(*((str(number), one) for number, one in enumerate(expressions)))]


def test_a_root_is_not_taken_apart_nor_a_product_combined():
    assert root(A / B).expression.args[1] == sympy.Rational(1, 2)
    assert root(A / B).expression.args[0].free_symbols == {a, b}
    assert (A * A).expression.args == (a, a)
    assert (A + A).expression.args == (a, a)
    assert sorted(map(str, (A / A).expression.args)) == ["1/a", "a"]


def test_powers_and_functions_wait_as_well():
    assert ((1 + A / B) ** D).expression.func is sympy.Pow
    assert str(floor(A / A).expression) == "floor(a/a)"
    assert (sympy.sqrt(2) * A * 3).expression.args == (sympy.sqrt(2), a, 3)   # SymPy's own numbers leave it to us


def test_a_sum_of_sums_is_a_sum_and_a_product_of_products_a_product():
    assert ((A + B) + (C + D)).expression.args == (a, b, c, d)
    assert ((A * B) * (C * D)).expression.args == (a, b, c, d)
    assert (A * (B + C)).expression.args == (a, b + c)
    assert sum([1 * (A + B), 1 * (A + C)]).expression.args == (a + b, a + c)   # a multiple keeps its brackets


def test_nothing_is_written_that_says_nothing():
    assert (0 + A).expression is a
    assert (1 * A).expression is a
    assert (A / 1).expression is a
    assert sum([A]).expression is a


def test_a_number_before_a_letter_is_its_coefficient():
    assert (4 * A).expression == 4 * a
    assert (Fraction(1, 3) * A).expression == a / 3
    assert (4 * A * A).expression.args == (4 * a, a)
    assert (0 * A).expression.args == (0, a)


def test_what_is_known_is_shown_as_its_result_and_numbers_pass():
    assert known(A * A + A * A).expression == 2 * a**2
    assert known(7) == 7
    assert known(a) is a


def test_numbers_count_where_operands_are_held_elsewhere():
    assert largest(3, 5, Fraction(9, 2)) == 5
    assert largest(A, B).expression.args
    assert least(A, least(B, C)).expression == sympy.Min(a, b, c)
    assert quotient(A, 2).expression.doit() == a / 2
    assert ceiling(A / B).expression.func is sympy.ceiling


@pytest.mark.parametrize(("one", "other"), [
    (A * B, B * A),
    (A * (B * C), a * b * c),
    (A * (B + C), a * (c + b)),
    ((1 / B) * (1 / C), (1 / C) * (1 / B)),
    (A / (C * B), a / (b * c)),
    (A / 2, sympy.Rational(1, 2) * a),
    (A / B**2, a * b**-2),
    (2, sympy.Integer(2)),
    (1 - A / B, 1 - a / b),
    (3 / (5 * root(A * B)), sympy.Rational(3, 5) / sympy.sqrt(a * b)),
    (C * root(A * B), c * sympy.sqrt(a) * sympy.sqrt(b)),
])
def test_lines_that_only_change_the_order_are_one(one, other):
    assert reasons(one, other) == ["0"]


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


def test_a_line_written_like_the_one_before_takes_its_place():
    kept = steps(("first", A * B), ("again", a * b), ("other", A + B), ("swapped", b + a))
    assert [(step.reason, step.expression) for step in kept] == [("first", a * b), ("other", a + b)]


def test_unlike_lines_are_kept_though_they_are_equal():
    kept = steps(("square", A * A), ("power", a**2), ("halved", 2 * A**2 / 2), ("back", a**2))
    assert [step.reason for step in kept] == ["square", "power", "halved", "back"]


def test_steps_cannot_be_added_to():
    assert isinstance(steps(("only", a)), tuple)


def test_a_sum_works_out_its_terms_groups_them_and_adds():
    found = lines(A * 2 * B + 3 * (A * B) + A * 2 * B, 7 * a * b)
    assert [reason for reason, _ in found] == ["definition", "group", "multiply", "collect"]
    assert sorted(map(str, dict(found)["group"].args)) == ["2*(2*a*b)", "3*a*b"]
    assert all(line.doit() == 7 * a * b for _, line in found)


def test_a_product_works_out_its_brackets_first():
    assert lines(D * (A + A), 2 * a * d) == [("definition", (D * (A + A)).expression), ("one_of_them", 2 * a * d)]


def test_a_quotient_works_out_its_sides_and_cancels_at_the_end():
    found = lines((A + A) / (B * B + B * B), a / b**2)
    assert [reason for reason, _ in found] == ["definition", "totals", "cancel"]
    assert found[1][1] == (known(2 * A) / known(2 * B**2)).expression


def test_a_sum_of_fractions_ends_over_one_denominator():
    assert lines(1 - A / (2 * B), (2 * b - a) / (2 * b))[-1][0] == "one_denominator"


def test_reasons_of_an_author_stand_before_those_of_the_shape():
    assert [one for one, _ in lines(A * A, a**2, reasons=("area",))] == ["area", "multiply"]


def test_lines_of_an_author_stand_as_they_are():
    assert lines((("turn", 2 * root(A)), ("invert", 2 * A / root(A))), 2 * sympy.sqrt(a)) == [
        ("turn", (2 * root(A)).expression), ("invert", (2 * A / root(A)).expression)]


def test_numbers_given_to_a_function_stand_in_its_definition_and_are_no_symbols():
    declared = Declared({})
    declared("fill", numbers=(6, 4))(lambda top, bottom: 1 + quotient(top, bottom))
    [formula] = declared.formulas
    assert formula.symbols == ()
    assert formula().exact == Fraction(5, 2)
    assert str(formula.steps[0].expression) == "1 + 6/4"
