"""A formula's calls: values, other formulas, and the errors that say what and why."""

from fractions import Fraction

import pytest
import sympy

from derivations.exact import NUMBER, RATIO, DomainError, Formula, Symbol, Unit, Value, quotient, root

SIDE, DEPTH, PART = Symbol("side"), Symbol("depth"), Symbol("part", integer=False, below=1)
AREA = Formula("tile.area", lambda side: side * side, (SIDE,), Unit("square"), spare=(DEPTH,))
SLOPE = Formula("ramp.slope", lambda side, depth: quotient(depth, side - 3), (SIDE, DEPTH), RATIO)


def test_all_numbers_give_a_value_with_its_origin():
    value = AREA(side=7, origin="a catalogue")
    assert isinstance(value, Value)
    assert (value.exact, value.unit.name, value.inputs, value.origin) == (49, "square", {"side": 7}, "a catalogue")
    assert AREA(side=7, origin="a catalogue") is value


def test_some_numbers_give_a_formula_that_the_rest_completes():
    part = SLOPE(side=5)
    assert isinstance(part, Formula)
    assert [symbol.name for symbol in part.free] == ["depth"]
    assert part.expression == DEPTH.sympy / 2
    assert part(depth=3).exact == SLOPE(side=5, depth=3).exact == Fraction(3, 2)


def test_whole_quotients_are_integers_and_never_floats():
    assert SLOPE(side=5, depth=4).exact == 2
    assert isinstance(SLOPE(side=5, depth=4).exact, int)
    assert isinstance(SLOPE(side=5, depth=3).exact, Fraction)


@pytest.mark.parametrize("number", [0, -1, 2.0, Fraction(5, 2), "7", None, True])
def test_what_is_no_positive_integer_is_refused_by_name(number):
    with pytest.raises(DomainError, match=r"tile\.area: side must be a positive integer, not"):
        AREA(side=number)


@pytest.mark.parametrize("number", [0, 1, Fraction(3, 2), -Fraction(1, 2), 0.5])
def test_a_rational_below_one_is_held_to_its_interval(number):
    formula = Formula("rest", lambda part: 1 - part, (PART,), RATIO)
    assert formula(part=Fraction(1, 4)).exact == Fraction(3, 4)
    with pytest.raises(DomainError, match="part must be a positive rational number below 1"):
        formula(part=number)


def test_an_unknown_symbol_is_named_with_the_nearest():
    with pytest.raises(DomainError, match="no symbol 'sid': it takes side; nearest: side"):
        AREA(sid=7)
    with pytest.raises(DomainError, match="it takes nothing more"):
        Formula("one", lambda: 1, ())(side=7)


def test_a_spare_symbol_may_be_named_but_is_still_checked():
    assert AREA(side=7, depth=2).exact == 49
    with pytest.raises(DomainError, match="depth must be a positive integer"):
        AREA(side=7, depth=0)


def test_a_vanishing_denominator_says_where():
    with pytest.raises(DomainError, match=r"ramp\.slope: division by zero at side = 3, depth = 4"):
        SLOPE(side=3, depth=4)


def test_a_further_condition_is_said_in_the_error():
    formula = Formula("gap", lambda side, depth: side - depth, (SIDE, DEPTH), NUMBER,
                      requires=((lambda side, depth: depth < side, "depth must be below side"),))
    assert formula(side=5, depth=2).exact == 3
    with pytest.raises(DomainError, match="gap: depth must be below side"):
        formula(side=2, depth=5)


def test_a_root_that_cannot_be_avoided_stays_exact():
    diagonal = Formula("tile.diagonal", lambda side: side * root(2), (SIDE,), NUMBER)
    assert diagonal(side=3).exact == 3 * sympy.sqrt(2)
    halving = Formula("halving", lambda side: quotient(1, root(side)), (SIDE,), NUMBER)
    assert halving(side=16).exact == Fraction(1, 4)


def test_a_formula_without_symbols_is_a_constant():
    assert Formula("dozen", lambda: 12, ())().exact == 12
