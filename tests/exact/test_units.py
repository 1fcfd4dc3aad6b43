"""Units: composed, converted and compared by the table of the SI, which is typed here; and sums that mean nothing."""

import re
from fractions import Fraction

import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from derivations.exact import NUMBER, RATIO, Formula, Symbol, Unit, UnitClash, UnitMismatch, check_units

METRE, SECOND, GRAM = Unit("metre"), Unit("second"), Unit("gram")
KILOMETRE, HOUR = (1000 * METRE).named("kilometre"), (3600 * SECOND).named("hour")
KILOGRAM = (1000 * GRAM).named("kilogram")
NEWTON = (KILOGRAM * METRE / SECOND**2).named("newton")
JOULE = (NEWTON * METRE).named("joule")


def value(number, unit):
    return Formula("given", lambda x: x, (Symbol("x", integer=False, unit=unit),), unit)(x=number)


@pytest.mark.parametrize(("unit", "base", "size", "name"), [
    (METRE, {"metre": 1}, 1, "metre"),
    (KILOMETRE / HOUR, {"metre": 1, "second": -1}, Fraction(5, 18), "kilometre*hour^-1"),
    (METRE / SECOND**2, {"metre": 1, "second": -2}, 1, "metre*second^-2"),
    (NEWTON, {"gram": 1, "metre": 1, "second": -2}, 1000, "newton"),
    (JOULE / NEWTON / METRE, {}, 1, "joule*newton^-1*metre^-1"),
    (SECOND * SECOND**-1, {}, 1, "number"),
    ((KILOMETRE**2).named("square_kilometre"), {"metre": 2}, 10**6, "square_kilometre"),
    (METRE * Fraction(1, 100), {"metre": 1}, Fraction(1, 100), "1/100 metre"), (METRE * 5, {"metre": 1}, 5, "5 metre"),
    ((Fraction(1, 100) * METRE) / SECOND, {"metre": 1, "second": -1}, Fraction(1, 100), "1/100 metre*second^-1"),
])
def test_what_a_unit_comes_to(unit, base, size, name):
    assert (dict(unit.base), unit.size, unit.name) == (base, size, name)


@given(kilometres=st.fractions(0, 10**6), metres=st.fractions(0, 10**9))
def test_values_of_one_kind_are_compared_by_what_they_come_to(kilometres, metres):
    if kilometres and metres:
        expected = (kilometres * 1000 > metres) - (kilometres * 1000 < metres)
        assert value(kilometres, KILOMETRE).compare(value(metres, METRE)) == expected


@pytest.mark.parametrize(("left", "right"), [(METRE, SECOND), (METRE, NUMBER), (METRE / SECOND, METRE), (JOULE, NEWTON)])
def test_other_kinds_are_not_compared(left, right):
    with pytest.raises(UnitMismatch):
        value(2, left).compare(value(1, right))
    assert value(1, NUMBER).compare(value(2, RATIO)) == -1


l, t, v = (Symbol(name, integer=False, unit=unit) for name, unit in (
    ("l", METRE), ("t", SECOND), ("v", METRE / SECOND)))
way = Symbol("way", integer=False, unit=KILOMETRE)
PLAIN = Symbol("k")


@pytest.mark.parametrize(("expression", "unit"), [
    (l.sympy + v.sympy * t.sympy, METRE), (l.sympy / t.sympy, METRE / SECOND), (sympy.sqrt(l.sympy**2), METRE),
    (2 * l.sympy + 3 * l.sympy, METRE), (way.sympy + 2 * way.sympy, KILOMETRE), (1000 * way.sympy + l.sympy, METRE),
    (sympy.sin(l.sympy / (v.sympy * t.sympy)), NUMBER), (PLAIN.sympy * l.sympy, METRE), (sympy.Max(l.sympy, v.sympy * t.sympy), METRE),
    (sympy.Rational(1, 2) * v.sympy**2 * t.sympy, METRE**2 / SECOND), (2**(l.sympy / l.sympy), NUMBER),
])
def test_sums_of_one_kind_are_right(expression, unit):
    check_units(expression, (l, t, v, way, PLAIN), unit)


@pytest.mark.parametrize(("expression", "unit", "said"), [
    (l.sympy + t.sympy, METRE, "metre and second can't be added"),
    (l.sympy + v.sympy, METRE, "metre and metre*second^-1 can't be added"),
    (l.sympy + 1, METRE, "can't be added"),
    (sympy.Min(l.sympy, t.sympy), METRE, "can't be added"),
    (way.sympy + l.sympy, METRE, "differ by a factor of"),
    (l.sympy / t.sympy, METRE, "its unit is metre, and it comes to metre*second^-1"),
    (sympy.sqrt(l.sympy), METRE, "it comes to metre^1/2"),
    (way.sympy, METRE, "without a factor it comes to metre times 1000"),
    (sympy.log(l.sympy), NUMBER, "log is of plain numbers, and gets metre"),
    (sympy.log(way.sympy / t.sympy), NUMBER, "divide that by a symbol in the same unit"),
    (2**l.sympy, NUMBER, "a power is of plain numbers, and gets metre"),
])
def test_sums_that_mean_nothing_are_refused(expression, unit, said):
    with pytest.raises(UnitClash) as caught:
        check_units(expression, (l, t, v, way, PLAIN), unit)
    assert said in str(caught.value)


def test_counts_are_called_what_they_are_while_nothing_is_composed():
    rows, wells = Symbol("rows"), Symbol("wells", unit=Unit("well"))
    check_units(rows.sympy**2 + wells.sympy, (rows, wells), Unit("well"))
    with pytest.raises(UnitClash, match="second and well"):
        check_units(wells.sympy + t.sympy, (wells, t), Unit("well"))


def test_what_is_measured_is_added_to_its_like_and_what_is_counted_to_numbers_too():
    depth, rows = Symbol("depth", integer=False, unit=METRE), Symbol("rows", unit=Unit("row"))
    for wrong in (depth.sympy + 3, PLAIN.sympy - depth.sympy, sympy.Min(depth.sympy, 2), rows.sympy * (depth.sympy + 1)):
        with pytest.raises(UnitClash, match="can't be added"):
            check_units(wrong, (depth, rows, PLAIN), Unit("tile"))
    for right in (depth.sympy * sympy.sqrt(rows.sympy / (rows.sympy - 1)), sympy.Max(0, depth.sympy), 3 * depth.sympy):
        check_units(right, (depth, rows, PLAIN), Unit("tile"))


@pytest.mark.parametrize(("expression", "comes_to"), [
    (l.sympy**2, "metre^2"), (3 * l.sympy * way.sympy, "metre^2"), (PLAIN.sympy / l.sympy, "metre^-1"), (sympy.sqrt(l.sympy), "metre^1/2"),
])
def test_a_power_of_a_unit_is_not_that_unit_though_nothing_is_composed(expression, comes_to):
    plain = Symbol("way", integer=False, unit=METRE)
    with pytest.raises(UnitClash, match=re.escape(f"its unit is metre, and it comes to {comes_to}")):
        check_units(expression, (l, t, plain, PLAIN), METRE)
    check_units(expression, (l, t, plain, PLAIN), Unit("tile"))


@pytest.mark.parametrize("factor", [sympy.sqrt(2), sympy.pi / 180, sympy.E])
def test_a_unit_with_a_name_has_a_rational_factor(factor):
    with pytest.raises(TypeError, match="^unit degree: its factor must be rational, and is .*; convert in a formula$"):
        (factor * METRE).named("degree")
    assert (sympy.Rational(3, 7) * METRE).named("piece").size == Fraction(3, 7)


@pytest.mark.parametrize(("unit", "base", "size"), [
    (1 / SECOND, {"second": -1}, 1), (60 / KILOMETRE, {"metre": -1}, Fraction(60, 1000)),
    (1 / (METRE / SECOND), {"metre": -1, "second": 1}, 1), (Fraction(1, 3) / SECOND**2, {"second": -2}, Fraction(1, 3)),
])
def test_a_number_by_a_unit_is_a_unit(unit, base, size):
    assert (dict(unit.base), unit.size) == (base, size)
