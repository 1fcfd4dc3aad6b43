"""Derivations are proved step by step, and a wrong step is caught by either road alone."""

import pytest
import sympy

from derivations.exact import NUMBER, Formula, Step, Symbol, Unequal, prove
from derivations.exact.derivation import added, as_product, as_quotient, as_sum, grouped, over, steps, times
from derivations.exact.proof import equal_at_points, equal_by_cancelling

SIDE, DEPTH = Symbol("side"), Symbol("depth")
a, b = SIDE.sympy, DEPTH.sympy


def formula(*expressions, result):
    """Give a formula whose derivation is the expressions."""
    return Formula("box", result, (SIDE, DEPTH), NUMBER,
                   derive=lambda side, depth: tuple(Step(f"step{i}", e) for i, e in enumerate(expressions)))


def test_a_right_derivation_counts_its_pairs():
    right = formula(as_sum([a * b, a * b]), 2 * a * b, result=lambda side, depth: 2 * side * depth)
    assert prove(right) == 2


def test_a_wrong_step_is_named():
    wrong = formula(as_sum([a * b, a * b]), 3 * a * b, result=lambda side, depth: 3 * side * depth)
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


def test_expressions_stay_as_written():
    assert str(as_product((a, a))) == "side*side"
    assert as_quotient(4 * a, 2 * b) != 2 * a / b
    assert as_quotient(4 * a, 2 * b).doit() == 2 * a / b
    assert as_product((1, a)) == a
    assert as_product((1, 1)) == 1


def test_a_line_written_like_the_one_before_takes_its_place():
    kept = steps(("first", as_product((a, b))), ("again", a * b), ("other", as_sum([a, b])), ("swapped", b + a))
    assert [(step.reason, step.expression) for step in kept] == [("first", a * b), ("other", a + b)]


def test_unlike_lines_are_kept_though_they_are_equal():
    kept = steps(("square", as_product((a, a))), ("power", a**2), ("halved", as_quotient(2 * a**2, 2)), ("back", a**2))
    assert [step.reason for step in kept] == ["square", "power", "halved", "back"]


def test_adding_up_shows_terms_groups_and_total():
    values = [2 * a, 3 * a, 2 * a]
    assert grouped(values) == [(2, 2 * a), (1, 3 * a)]
    lines = added([as_product((2, a)), as_product((3, a)), as_product((2, a))], values)
    assert [reason for reason, _ in lines] == ["definition", "each_term", "group", "multiply", "collect"]
    assert lines[-1][1] == 7 * a
    assert all(line.doit() == 7 * a for _, line in lines)


def test_quotients_and_multiples_go_on_from_the_lines():
    top, bottom = added([a, a], [a, a]), added([b], [b])
    derived = over(times(b, top), bottom)
    assert [step.reason for step in derived] == ["definition", "totals", "cancel"]
    assert derived[-1].expression == 2 * a
