"""What a claim's condition decides: comparisons, orders of magnitude, nearness, laws; and what it says when it can't."""

import math
import operator
from decimal import Decimal, getcontext
from fractions import Fraction

import pytest
from fields import COURSE
from hypothesis import assume, given
from hypothesis import strategies as st

from derivations.exact import Value
from derivations.text.claims import Bound, Condition, Magnitude
from derivations.text.expression import ExpressionFault
from derivations.text.names import Names

NAMES = Names(COURSE, {})
SIGNS = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge, "==": operator.eq, "!=": operator.ne}
SIDES = st.integers(1, 10**6)


def show(side):
    if isinstance(side, Magnitude):
        return f"magnitude of {show(side.value)}"
    return str(side.exact) if isinstance(side, Value | Bound) else side.name


def decide(text):
    return Condition(text, NAMES).decide(show)


def fault(text):
    with pytest.raises(ExpressionFault) as caught:
        decide(text)
    return caught.value


# Comparisons ---------------------------------------------------------------------------------------------------------


@given(SIDES, SIDES, SIDES, SIDES, st.sampled_from(sorted(SIGNS)))
def test_two_values_are_compared_as_their_exact_numbers(a, b, c, d, sign):
    verdict = decide(f"field.squareness(w={a}, l={b}) {sign} field.squareness(w={c}, l={d})")
    left, right = Fraction(a, b), Fraction(c, d)
    assert verdict.holds is SIGNS[sign](left, right)
    assert verdict.failed == ([] if verdict.holds else [f"{left} {dict(zip(SIGNS, '≥>≤<≠=', strict=True))[sign]} {right}"])
    assert verdict.margin == (None if sign in ("==", "!=") else abs(left / right - 1))


@given(SIDES, SIDES, st.fractions(Fraction(1, 50), 100, max_denominator=50), st.sampled_from(sorted(SIGNS)))
def test_a_limit_may_stand_on_either_side(w, length, limit, sign):
    written = f"{limit.numerator}/{limit.denominator}"
    squareness = f"field.squareness(w={w}, l={length})"
    for text, holds in ((f"{squareness} {sign} {written}", SIGNS[sign](Fraction(w, length), limit)),
                        (f"{written} {sign} {squareness}", SIGNS[sign](limit, Fraction(w, length)))):
        verdict = decide(text)
        assert verdict.holds is holds
        assert verdict.bounds == [limit]
        assert verdict.binds == [f"field.squareness(w={w}, l={length})"]


@pytest.mark.parametrize(("text", "holds"), [
    ("field.squareness(w=1, l=4) < percent(25)", False),
    ("field.squareness(w=1, l=4) <= percent(25)", True),
    ("1/8 < field.squareness(w=1, l=4) < 1", True),
    ("1 > field.squareness(w=1, l=4) > 1/2", False),
    ("field.squareness(w=1, l=4) < 1 or field.squareness(w=1, l=4) > 1", True),
    ("field.squareness(w=1, l=4) < 1 and field.squareness(w=1, l=4) > 1", False),
    ("not field.squareness(w=1, l=4) < 1", False),
    ("field.area == field.area", True), ("field.area != field.area", False), ("field.area == field.fence", False),
    ("field.diagonal(w=3, l=4) < field.diagonal(w=4, l=4)", True),
])
def test_a_condition_holds_or_not(text, holds):
    assert decide(text).holds is holds


def test_the_margin_is_that_of_the_closest_comparison_whichever_comes_first():
    near, far = "field.squareness(w=9, l=10) < 1", "field.squareness(w=1, l=10) < 1"
    assert decide(f"{near} and {far}").margin == decide(f"{far} and {near}").margin == Fraction(1, 10)
    assert decide("field.squareness(w=1, l=2) > 0").margin is None
    assert decide("field.diagonal(w=1, l=1) < field.diagonal(w=2, l=2)").margin is None


def test_two_formulas_that_are_compared_are_both_bound():
    verdict = decide("field.area == field.fence")
    assert (verdict.binds, verdict.failed) == (["field.area", "field.fence"], ["field.area ≠ field.fence"])


# Orders of magnitude -------------------------------------------------------------------------------------------------


def logarithm(number):
    getcontext().prec = 60
    return (Decimal(number.numerator) / Decimal(number.denominator)).log10()


@given(SIDES, SIDES, st.fractions(-7, 7, max_denominator=4), st.sampled_from(["<", "<=", ">", ">="]))
def test_orders_of_magnitude_are_those_of_the_logarithm(w, length, limit, sign):
    exact = logarithm(Fraction(w, length))
    bound = Decimal(limit.numerator) / Decimal(limit.denominator)
    assume(abs(exact - bound) > Decimal("1e-40") or exact == bound)
    magnitude = f"orders_of_magnitude(field.squareness(w={w}, l={length}))"
    written = f"{limit.numerator}/{limit.denominator}" if limit >= 0 else f"-{-limit.numerator}/{limit.denominator}"
    assert decide(f"{magnitude} {sign} {written}").holds is SIGNS[sign](exact, bound)
    assert decide(f"{written} {sign} {magnitude}").holds is SIGNS[sign](bound, exact)


@given(SIDES, SIDES, st.integers(-7, 7))
def test_a_whole_order_of_magnitude_is_the_nearest_one(w, length, whole):
    exact = logarithm(Fraction(w, length))
    magnitude = f"orders_of_magnitude(field.squareness(w={w}, l={length}))"
    nearest = abs(exact - whole) < Decimal("0.5")      # a rational is never halfway: √10 isn't rational
    assert decide(f"{magnitude} == {whole}").holds is nearest
    assert decide(f"{magnitude} != {whole}").holds is not nearest


def test_a_power_of_ten_lies_at_its_order_exactly():
    magnitude = "orders_of_magnitude(field.squareness(w=1000, l=1))"
    assert [decide(f"{magnitude} {sign} 3").holds for sign in SIGNS] == [False, True, False, True, True, False]
    assert decide(f"{magnitude} == 5/2").holds is False
    assert decide(f"{magnitude} == 6/2").holds is True


@given(st.integers(1, 40), st.integers(-30, 30))
def test_magnitudes_of_large_and_small_numbers_need_no_logarithm(factor, power):
    value = COURSE.formulas["field.squareness"](w=factor * 10 ** max(power, 0), l=10 ** max(-power, 0))
    magnitude = Magnitude(value)
    assert magnitude.compare(power) == (factor > 1)
    assert magnitude.compare(power + 2) == -1
    assert magnitude.rounds_to(power + round(math.log10(factor)))
    assert not magnitude.rounds_to(power + round(math.log10(factor)) + 1)
    assert not magnitude.rounds_to(power + round(math.log10(factor)) - 1)


# Nearness ------------------------------------------------------------------------------------------------------------


@given(SIDES, SIDES, st.fractions(Fraction(1, 20), 50, max_denominator=20), st.integers(1, 60))
def test_near_is_within_the_tolerance_of_what_is_named(w, length, near, percent):
    value, named = Fraction(w, length), f"{near.numerator}/{near.denominator}"
    squareness = f"field.squareness(w={w}, l={length})"
    assert decide(f"about({squareness}, {named}, percent({percent}))").holds is \
        (near * (1 - Fraction(percent, 100)) <= value <= near * (1 + Fraction(percent, 100)))
    assert decide(f"about({squareness}, {named})").holds is (Fraction(19, 20) * near <= value <= Fraction(21, 20) * near)


def test_the_edge_of_the_tolerance_is_near_and_a_step_further_is_not():
    assert decide("about(field.squareness(w=105, l=100), 1)").holds
    assert decide("about(field.squareness(w=95, l=100), 1)").holds
    assert not decide("about(field.squareness(w=1051, l=1000), 1)").holds
    assert not decide("about(field.squareness(w=949, l=1000), 1)").holds
    assert decide("about(field.squareness(w=1, l=2), field.squareness(w=51, l=100))").holds


def test_what_is_not_near_is_shown_with_its_tolerance():
    assert decide("about(field.squareness(w=1, l=2), 2)").failed == ["1/2 ≉ 2 (± 1/20)"]
    assert decide("about(field.squareness(w=1, l=2), 2, percent(1))").failed == ["1/2 ≉ 2 (± 1/100)"]


def test_nearness_binds_its_value_and_has_a_margin():
    verdict = decide("about(field.squareness(w=1, l=2), 2)")
    assert (verdict.binds, verdict.margin) == (["field.squareness(w=1, l=2)"], Fraction(3, 4))
    verdict = decide("about(field.squareness(w=1, l=2))")
    assert [value.exact for value in verdict.wants_numeral] == [Fraction(1, 2)]
    assert (verdict.holds, verdict.binds) == (True, ["field.squareness(w=1, l=2)"])


# Laws ----------------------------------------------------------------------------------------------------------------


LAWS = [
    ('doubles(field.area, "w")', True), ('doubles(field.fence, "w")', False), ('halves(field.squareness, "l")', True),
    ('halves(field.squareness, "w")', False), ('doubles(field.squareness, "w")', True),
    ('quadruples(field.area, "w")', False), ('increases_in(field.fence, "w")', True),
    ('decreases_in(field.fence, "w")', False), ('increases_in(field.squareness, "l")', False),
    ('decreases_in(field.squareness, "l")', True), ('increases_in(field.diagonal, "w")', True),
    ('independent_of(field.area, "w")', False), ('increases_in(field.area(w=3), "l")', True),
]


@pytest.mark.parametrize(("text", "holds"), LAWS)
def test_a_law_is_proved_or_refuted(text, holds):
    verdict = decide(text)
    assert verdict.holds is holds
    assert bool(verdict.failed) is not holds


def test_a_formula_without_a_symbol_is_independent_of_it():
    from derivations.exact import RATIO, Formula

    names = Names(COURSE, {})
    w, length = COURSE.symbols["w"], COURSE.symbols["l"]
    names.local = {"field.quarter": Formula("field.quarter", lambda w, l: 25 * w / w, (w, length), RATIO)}
    verdict = Condition('independent_of(field.quarter, "l")', names).decide(show)
    assert (verdict.holds, verdict.failed, verdict.binds) == (True, [], ["field.quarter/l"])


@pytest.mark.parametrize(("text", "says"), [
    ('doubles(field.fence, "w")', "field.fence(2w) ≠ 2 · field.fence(w)"),
    ('halves(field.area, "w")', "field.area(2w) ≠ 1/2 · field.area(w)"),
    ('increases_in(field.squareness, "l")', "d/dl field.squareness < 0"),
    ('decreases_in(field.area, "w")', "d/dw field.area > 0"), ('independent_of(field.area, "w")', "w is in field.area"),
    ('not increases_in(field.area, "w")', "increases_in(field.area, 'w')"),
    ('(independent_of(field.area, "w") or doubles(field.area, "w")) and not independent_of(field.fence, "w") '
     'and field.squareness(w=1, l=2) > 1', "1/2 ≤ 1"),
])
def test_a_law_that_fails_says_which(text, says):
    assert decide(text).failed == [says]


def test_a_law_binds_the_formula_and_the_symbol_and_what_is_fixed():
    assert decide('doubles(field.area, "w")').binds == ["field.area/w"]
    assert decide('doubles(field.area(l=3), "w")').binds == ["field.area{'l': 3}/w"]


# What a condition can't mean -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("text", "message", "at"), [
    ("1 < 2", "a condition compares derived values: none is named here", "2"),
    ("field.squareness(w=1, l=2) < 1 < 2", "a condition compares derived values: none is named here", "2"),
    ("field.area < 3", "a formula has no size until its symbols have numbers", "3"),
    ("3 > field.area", "a formula has no size until its symbols have numbers", "field.area"),
    ("field.squareness(w=1, l=2) in 3", "a condition compares with <, <=, >, >=, == or !=", "3"),
    ("orders_of_magnitude(field.squareness(w=1, l=2)) < field.squareness(w=1, l=2)",
     "orders of magnitude are compared with a plain number", "field.squareness(w=1, l=2)"),
    ("orders_of_magnitude(field.area) < 3", "field.area has no value until its symbols have numbers", "field.area"),
    ("orders_of_magnitude(field.diagonal(w=1, l=1)) < 3",
     "orders of magnitude are those of a positive rational value", "orders"),
    ("orders_of_magnitude(field.inverse(w=1, l=2)) < 3",
     "orders of magnitude are those of a positive rational value", "orders"),
    ("orders_of_magnitude() < 3", "orders_of_magnitude takes 1 argument", "orders"),
    ("orders_of_magnitude(field.squareness(w=1, l=2), 3) < 3", "orders_of_magnitude takes 1 argument", "orders"),
    ("orders_of_magnitude(field.squareness(w=1, l=2), of=3) < 3", "orders_of_magnitude takes 1 argument", "orders"),
    ("field.squareness(w=1, l=2) < percent(1, 2)", "percent takes one number, as in percent(1)", "percent"),
    ("field.squareness(w=1, l=2) < percent(1, of=2)", "percent takes one number, as in percent(1)", "percent"),
    ("doubles(field.area)", "doubles takes 2 arguments", "doubles"),
    ('doubles(field.area, "w", 2, 3)', "doubles takes 2 arguments", "doubles"),
    ('doubles(field.area, "w", "l")', "an input is a number", '"l"'),
    ('doubles(field.area, "w", 0)', "a symbol grows by a positive factor", "0)"),
    ("0*field.fence(w=1, l=2) < field.fence(w=1, l=2)", "a value is compared with none of itself", "0*"),
    ('doubles(field.area(w=1, l=2), "w")', "this test is about a formula: leave its symbols free", "field.area"),
    ('doubles(field.area, "v")', "field.area has no free symbol 'v': it has w, l", '"v"'),
    ('doubles(field.area(w=3), "w")', "field.area has no free symbol 'w': it has l", '"w"'),
    ("doubles(field.area, w)", "field.area has no free symbol None: it has w, l", "w)"),
    ("about()", "about takes a value, then what it is near to, then a tolerance", "about"),
    ("about(field.squareness(w=1, l=2), 1, percent(1), 2)", "about takes a value", "about"),
    ("about(field.squareness(w=1, l=2), to=1)", "about takes a value", "about"),
    ("about(field.squareness(w=1, l=2), field.area)", "about compares with a value or a number", "field.area"),
    ("about(field.squareness(w=1, l=2), 1, field.squareness(w=1, l=2))", "a tolerance is a number, as in percent(5)",
     "field.squareness(w=1, l=2))"),
    ("about(field.area(w=1, l=2), 2)", "units differ", "2)"),
    ("about(field.area)", "field.area has no value until its symbols have numbers", "field.area"),
    ('increases_in(field.inverse, "w") and decreases_in(field.wave, "w")', "field.wave", "field.wave"),
    ("field.area(w=1, l=2)", "a claim needs a condition: compare derived values, as in a < b", "field.area"),
])
def test_what_means_nothing_is_named_where_it_stands(text, message, at):
    found = fault(text)
    assert message in found.message
    assert not found.message.startswith(f"{message}s")
    assert text[found.offset :].startswith(at)


@given(SIDES, SIDES, st.integers(2, 9), st.sampled_from(["{k} * {a} == {b}", "{b} == {a} * {k}", "{a} == {b} / {k}", "{b} / {k} == {a}"]))
def test_a_multiple_of_a_value_keeps_its_unit(w, length, k, shape):
    small, large = f"field.fence(w={w}, l={length})", f"field.fence(w={k * w}, l={k * length})"
    verdict = decide(shape.format(k=k, a=small, b=large))
    assert verdict.holds and {k, Fraction(1, k)} == set(verdict.bounds)
    assert set(verdict.binds) == {small, large}
    assert not decide(shape.format(k=k + 1, a=small, b=large)).holds
    assert fault(f"{large}/{k} < field.area(w={w}, l={length})").message.startswith("units differ")


@pytest.mark.parametrize(("law", "holds"), [
    ('doubles(field.area, "w", 2)', True), ('quadruples(field.area, "w", 4)', True), ('doubles(field.area, "w", 4)', False),
    ('halves(field.squareness, "l", 2)', True), ('halves(field.squareness, "l", 3)', False), ('halves(field.area, "w", 1/2)', True),
])
def test_a_law_may_say_by_how_much_its_symbol_grows(law, holds):
    assert decide(law).holds is holds


def test_a_slope_whose_sign_depends_on_the_numbers_is_not_decided():
    from derivations.exact import NUMBER, Formula

    names = Names(COURSE, {})
    names.local = {"field.hill": Formula(
        "field.hill", lambda w, l: w * (l - w), (COURSE.symbols["w"], COURSE.symbols["l"]), NUMBER)}
    with pytest.raises(ExpressionFault, match=r"the sign of the slope of field.hill in w can't be decided"):
        Condition('increases_in(field.hill, "w")', names).decide(show)
