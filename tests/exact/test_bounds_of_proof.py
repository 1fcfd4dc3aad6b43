"""A proof comes to an end: powers, roots and logarithms of other subjects, each within a breath."""

import time
from fractions import Fraction

import pytest
import sympy

from derivations.course import Course
from derivations.exact import Declared, DomainError, Held, Symbol, Unequal, Unproved, prove, quotient, root
from derivations.language import languages

LETTERS = {name: Symbol(name, integer=name in "mn") for name in ("i", "m", "n", "l", "g", "P")}
formula = Declared(LETTERS)


@formula("interest.growth")
def growth(i, n):
    return (1 + i) ** n


@formula("interest.effective")
def effective(i, m):
    return (1 + quotient(i, m)) ** m - 1


@formula("interest.sum", derive=lambda P, i, m: (
    ("definition", P + P * ((1 + i / m) ** m - 1)), ("all", P * (1 + i / m) ** m)))
def total(P, i, m):
    return P * (1 + quotient(i, m)) ** m


@formula("interest.doubling", derive=lambda i: (("both", Held(sympy.log(4)) / (2 * Held(sympy.log(1 + i.expression)))),))
def doubling(i):
    return sympy.log(2) / sympy.log(1 + i)


@formula("pendulum.period", derive=lambda l, g: (
    ("turn", 2 * Held(sympy.pi) / root(g / l)), ("invert", 2 * Held(sympy.pi) * root(l / g))))
def period(l, g):
    return 2 * sympy.pi * root(quotient(l, g))


BY_NAME = {one.name: one for one in formula.formulas}


@pytest.mark.parametrize("name", BY_NAME)
def test_each_is_proved_in_a_breath(name):
    started = time.process_time()
    assert prove(BY_NAME[name]) >= 1
    assert time.process_time() - started < 10


def test_a_wrong_power_is_still_caught():
    wrong = Declared(LETTERS)
    wrong("wrong", derive=lambda i, n: (("definition", (1 + i) ** (n + 1)),))(growth)
    with pytest.raises(Unequal, match="wrong"):
        prove(wrong.formulas[0])


def test_what_is_too_large_to_simplify_is_said():
    large = Declared(LETTERS)
    large("large", derive=lambda g: (("definition", sum(sympy.sqrt(1 + 1 / (k + g.expression)) * sympy.sqrt(k + g.expression)
                                                        for k in range(20))),))(
        lambda g: sum(sympy.sqrt(k + 1 + g) for k in range(20)))
    with pytest.raises(Unproved, match="step 'the formula itself' can't be proved"):
        prove(large.formulas[0])


def test_a_value_with_too_many_digits_is_refused_and_a_long_one_is_not():
    assert BY_NAME["interest.growth"](i=Fraction(1, 20), n=360).exact == Fraction(21, 20) ** 360
    with pytest.raises(DomainError, match="too many digits"):
        BY_NAME["interest.growth"](i=Fraction(1, 20), n=10**9)


def test_a_root_is_written_as_one_root():
    course = Course("swings", LETTERS, (), {}, {"en": {}})
    english = languages(course)["en"]
    assert [english.expression(step.expression).text for step in BY_NAME["pendulum.period"].steps] == [
        "2π/√(g/l)", "2π√(l/g)"]
    assert english.expression(BY_NAME["pendulum.period"].expression).text == "2π√(l/g)"
