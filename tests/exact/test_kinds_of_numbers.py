"""Numbers keep their kind: an int stays an int, a root that comes out is no expression, and nothing is a float."""

import sys
from dataclasses import FrozenInstanceError
from fractions import Fraction

import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from derivations.exact import (
    NUMBER,
    RATIO,
    ByModel,
    Formula,
    Step,
    Symbol,
    Unit,
    UnitMismatch,
    Value,
    ceiling,
    evaluate,
    floor,
    least,
    root,
)
from derivations.exact.value import sign

X, Y = Symbol("x"), Symbol("y")
x, y = X.sympy, Y.sympy
SIZE = Formula("tile.size", lambda side: side + 1, (X,), Unit("metre"))


@given(st.fractions(0, 10**6))
def test_rounding_a_number_gives_an_int(number):
    assert type(floor(number)) is int
    assert type(ceiling(number)) is int


@given(st.fractions(0, 100), st.integers(0, 100))
def test_the_least_of_numbers_is_one_of_them(one, other):
    found = least(one, other)
    assert any(found is given_one for given_one in (one, other))
    assert least(Fraction(1, 2), x) == sympy.Min(sympy.Rational(1, 2), x)


@given(st.integers(0, 10**6), st.integers(1, 10**6))
def test_a_root_that_comes_out_is_a_plain_number(numerator, denominator):
    exact = Fraction(numerator, denominator)
    found = root(exact**2)
    assert type(found) is (int if exact.denominator == 1 else Fraction)
    assert found == exact
    assert type(root(numerator**2)) is int


@pytest.mark.parametrize("number", [2, 8, Fraction(1, 2), Fraction(4, 3), Fraction(3, 4), Fraction(2, 9)])
def test_a_root_that_does_not_come_out_stays_a_root(number):
    found = root(number)
    assert isinstance(found, sympy.Expr)
    assert not found.is_rational
    assert found**2 == sympy.Rational(number.numerator, number.denominator)


@pytest.mark.parametrize(("expression", "wanted"), [
    (sympy.Rational(3, 4) + x * 0, Fraction(3, 4)), (x * y / 3, Fraction(14, 3)), ((x + y) ** -2, Fraction(1, 81)),
    (3 * x**3 / (2 * y), Fraction(1029, 4)), (sympy.floor(x / y), 3), (sympy.ceiling(x / y), 4), (sympy.Min(x, y), 2),
    (sympy.Max(x, y, 9), 9), (sympy.Abs(y - x), 5), (sympy.Integer(4), 4),
])
def test_rational_arithmetic_never_asks_sympy(expression, wanted, monkeypatch):
    def refuse(*_):
        raise AssertionError("SymPy was asked")

    monkeypatch.setattr(sys.modules["derivations.exact.evaluation"], "_by_sympy", refuse)
    found = evaluate(expression, {"x": 7, "y": 2})
    assert found == wanted
    assert type(found) is type(wanted)


@pytest.mark.parametrize(("expression", "inputs", "wanted"), [
    (sympy.sqrt(x) * y, {"x": 4, "y": Fraction(1, 2)}, 1),
    (sympy.sqrt(x) / 3, {"x": 4, "y": 1}, Fraction(2, 3)),
    (sympy.log(x) * y, {"x": 1, "y": 5}, 0),
    (x * y / sympy.sqrt(2), {"x": sympy.sqrt(2), "y": 3}, 3),
    (sympy.Float("0.5") * sympy.sqrt(x), {"x": 9}, Fraction(3, 2)),
])
def test_where_a_root_comes_out_the_number_is_plain_again(expression, inputs, wanted):
    found = evaluate(expression, inputs)
    assert found == wanted
    assert type(found) is type(wanted)


def test_what_is_irrational_stays_exact():
    assert evaluate(sympy.pi * x, {"x": 3}) == 3 * sympy.pi
    assert evaluate(sympy.log(x), {"x": 2}) == sympy.log(2)
    assert evaluate(sympy.sqrt(x) + y, {"x": 2, "y": 1}) == 1 + sympy.sqrt(2)


@given(base=st.fractions(Fraction(1, 90), 90).filter(lambda one: one != 1), power=st.integers(-9, 9), divisor=st.integers(1, 4))
def test_the_logarithm_of_a_power_to_a_power_is_rational(base, power, divisor):
    found = evaluate(sympy.log(x) / sympy.log(y), {"x": base**power, "y": base**divisor})
    assert found == Fraction(power, divisor)


def test_a_logarithm_that_is_none_stays_as_it_is():
    assert evaluate(sympy.log(x) / sympy.log(10), {"x": 50}) == sympy.log(50) / sympy.log(10)
    assert evaluate(3 * sympy.log(x), {"x": 8}) == 3 * sympy.log(8)
    assert evaluate(1 / sympy.log(x), {"x": 2**5000}) == 1 / sympy.log(2**5000)



def test_the_sign_of_a_difference_is_exact_however_the_two_are_written():
    nested = sympy.sqrt(3 + 2 * sympy.sqrt(2))
    assert sign(nested, 1 + sympy.sqrt(2)) == 0
    assert sign(nested - sympy.sqrt(2), 1) == 0
    assert sign(nested, Fraction(241421356, 10**8)) == 1
    assert sign(Fraction(241421357, 10**8), nested) == 1
    assert sign(nested, Fraction(241421357, 10**8)) == -1


@pytest.mark.parametrize("pure", [NUMBER, RATIO])
def test_a_pure_number_is_no_amount(pure):
    plain = Formula("plain", lambda side: side + 1, (X,), pure)(x=1)
    with pytest.raises(UnitMismatch):
        plain.compare(SIZE(x=1))
    with pytest.raises(UnitMismatch):
        SIZE(x=1).compare(plain)


def test_a_value_knows_whether_it_is_rational():
    assert SIZE(x=1).is_rational is True
    assert Formula("half", lambda side: side / 2, (X,))(x=1).is_rational is True
    assert Formula("root", sympy.sqrt, (X,))(x=2).is_rational is False


@pytest.mark.parametrize(("symbol", "integer"), [(Symbol("k"), True), (Symbol("t", integer=False), None)])
def test_a_symbol_is_positive_and_whole_only_where_it_says_so(symbol, integer):
    assert symbol.sympy.is_positive is True
    assert symbol.sympy.is_integer is integer


@pytest.mark.parametrize(("thing", "field"), [
    (X, "name"), (Step("why", x), "reason"), (SIZE, "name"), (SIZE(x=1), "exact"), (Unit("metre"), "name"),
    (ByModel("all", NUMBER, {"any": SIZE}.get), "name"),
])
def test_what_a_derivation_gives_cannot_be_changed(thing, field):
    with pytest.raises(FrozenInstanceError):
        setattr(thing, field, "other")


def test_formulas_and_values_are_told_apart_by_identity():
    one, other = (Formula("tile", SIZE.function, (X,)) for _ in range(2))
    assert one != other
    assert len({one, other, SIZE(x=1)}) == 3
    first, second = (Value(1, NUMBER, SIZE, {"x": 1}) for _ in range(2))
    assert first != second
    models = [ByModel("all", NUMBER, dict) for _ in range(2)]
    assert models[0] != models[1]


def test_a_formula_is_shown_by_its_name():
    assert repr(SIZE) == "<Formula tile.size>"


def test_a_formula_without_a_derivation_has_its_own_line():
    assert SIZE.steps == (Step("definition", x + 1),)


def test_an_expression_is_shown_in_its_simplest_form():
    assert str(Formula("fold", lambda side: (side**2 - 1) / (side - 1), (X,)).expression) == "x + 1"


def test_where_inputs_came_from_is_kept_while_others_are_put_in():
    area = Formula("area", lambda side, other: side * other, (X, Y))
    assert area(x=2, origin="a catalogue")(y=3).origin == "a catalogue"
    assert area(x=2, origin="a catalogue")(y=3, origin="by hand").origin == "by hand"
    assert area(x=2)(y=3, origin="by hand").origin == "by hand"
