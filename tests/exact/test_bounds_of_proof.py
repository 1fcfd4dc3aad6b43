"""A proof comes to an end: powers, roots and logarithms of other subjects, each within a breath."""

import time
from fractions import Fraction

import pytest
import sympy

from derivations.course import Course
from derivations.exact import Declared, DomainError, Formula, Held, Symbol, Unequal, Unproved, prove, quotient, root
from derivations.exact.kinds import functions
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


@formula("dose.middle")
def middle(P, m, n):
    high = quotient(P, 1 - 2 ** -quotient(m, n))
    return root(high * high * 2 ** -quotient(m, n))


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


@pytest.mark.parametrize("endless", [
    lambda n: sympy.Sum(sympy.Symbol("k") ** 2, (sympy.Symbol("k"), 1, n)),
    lambda n: 1 + sympy.Product(sympy.Symbol("k"), (sympy.Symbol("k"), 1, n)) / n,
    lambda n: sympy.binomial(2 * n, n), lambda n: sympy.factorial(n), lambda n: sympy.Piecewise((n, n > 3), (1, True)),
], ids=["Sum", "Product", "binomial", "factorial", "Piecewise"])
def test_what_may_take_for_ever_is_refused_where_it_is_declared(endless, request):
    declared = Declared(LETTERS)
    declared("series.sum")(endless)
    told = rf"^series\.sum: {request.node.callspec.id}\(…\) can't be worked out or written; give a closed form"
    for use in (prove, lambda one: one(n=3)):
        with pytest.raises(DomainError, match=told):
            use(declared.formulas[0])


def test_a_line_of_a_derivation_is_bounded_too():
    declared = Declared(LETTERS)
    k = sympy.Symbol("k")
    declared("series.sum", derive=lambda n: (("definition", sympy.Sum(k, (k, 1, n.expression))),))(lambda n: n * (n + 1) / 2)
    with pytest.raises(DomainError, match=r"Sum\(…\) can't be worked out"):
        prove(declared.formulas[0])


def test_all_that_may_be_worked_out_can_be_written():
    english = languages(Course("swings", LETTERS, (), {}, {"en": {}}))["en"]
    for function in functions():
        arguments = sympy.symbols("n m", positive=True)[:2 if function in (sympy.Min, sympy.Max) else 1]
        assert english.expression(function(*arguments)).text


@pytest.mark.parametrize("tower", [lambda n: n**n**n, lambda n: 2**(n**n / 2), lambda n: root(n) ** (n**n)])
def test_a_tower_of_powers_is_refused_before_anything_is_worked_out(tower):
    n = Symbol("n")
    with pytest.raises(DomainError, match="too many digits to be worked out at n = 11"):
        Formula("tower", tower, (n,))(n=11)


@pytest.mark.parametrize(("function", "lines"), [
    (lambda P, l, n: P * 2 ** (-n / l), ["P · 2^(−n/l)"]),               # no line for a sign that moves
    (lambda P, l, n: P / (1 - 3 ** (-n / l)), ["P/(1 − 3^(−n/l))"]),
    (lambda P, l, n: P * sympy.exp(-n / l) - P, ["Pe^(−n/l) − P"]),
])
def test_an_amount_stands_before_its_power_and_a_sign_before_its_fraction(function, lines):
    letters = {name: Symbol(name, integer=False) for name in ("P", "n", "l")}
    declared = Declared(letters)
    declared("decay.left")(function)
    prove(declared.formulas[0])
    english = languages(Course("decay", letters, (), {}, {"en": {}}))["en"]
    assert [english.expression(step.expression).text for step in declared.formulas[0].steps] == lines
