"""Digits of irrational numbers by integer square roots, digits at the edges, and what is refused."""

from fractions import Fraction
from math import isqrt

import pytest
import sympy
from fields import COURSE
from hypothesis import given
from hypothesis import strategies as st

from derivations.exact import NUMBER, Unit
from derivations.language import Form, FormError, language
from derivations.language.profile import About, Numerals, Profile, Scale
from derivations.language.writing.forms import FormKind, Plan
from derivations.language.writing.numerals import Written
from derivations.language.writing.rounding import Figure, fixed, significant, unrounded
from derivations.language.writing.writer import Language, Noun, _Shown

s = sympy.sqrt


@given(st.integers(2, 10**6).filter(lambda n: isqrt(n) ** 2 != n), st.integers(1, 12),
       st.fractions(Fraction(1, 10**6), 10**6, max_denominator=10**6))
def test_digits_of_a_root_are_those_of_an_integer_root(number, digits, factor):
    far = isqrt(number * factor.numerator**2 * 10**120 // factor.denominator**2)       # √number · factor · 10^60
    close = Fraction(far, 10**60)
    found = significant(s(number), digits, factor)
    wanted = significant(close, digits)
    assert (found.negative, found.digits, found.places) == (False, wanted.digits, wanted.places)
    assert found.rounded is True
    assert significant(-s(number), digits, factor) == Figure(True, wanted.digits, wanted.places, True)


@pytest.mark.parametrize(("number", "digits", "figure"), [
    (sympy.pi**2, 6, (986960, 5)), (1 / sympy.pi, 5, (31831, 5)), (sympy.E, 5, (27183, 4)), (sympy.exp(2), 5, (73891, 4)),
    (sympy.log(2), 4, (6931, 4)), (sympy.log(3, 10, evaluate=False), 4, (4771, 4)), (sympy.pi**3 * s(2), 4, (4385, 2)), (sympy.cbrt(2), 5, (12599, 4)),
    (2 ** sympy.Rational(2, 3), 5, (15874, 4)), (s(s(2) - 1), 5, (64359, 5)), (sympy.pi * sympy.Rational(1, 7), 4, (4488, 4)),
])
def test_known_constants(number, digits, figure):
    assert significant(number, digits) == Figure(False, *figure, True)


@pytest.mark.parametrize(("number", "value"), [
    ((s(2) + 1) * (s(2) - 1), Fraction(1)),
    ((s(2) + 1) * (s(2) - 1) * sympy.Rational(3, 7), Fraction(3, 7)),
    (-(s(3) + 1) * (s(3) - 1) / 5, Fraction(-2, 5)),
    (s(3 + 2 * s(2)) - s(2), Fraction(1)),
])
def test_roots_that_amount_to_a_fraction_are_written_as_one(number, value):
    assert fixed(number, 1) == fixed(value, 1)
    assert significant(number, 3) == significant(value, 3)
    for factor in (Fraction(1, 1024), 100):
        assert significant(number, 3, factor) == significant(value, 3, factor)


def test_an_irrational_number_beside_a_round_one_is_still_rounded():
    beside = 1 + s(2) * sympy.Rational(1, 10**40)
    assert significant(beside, 3) == Figure(False, 100, 2, True)
    assert fixed(-beside, 0) == Figure(True, 1, 0, True)


def test_what_cannot_be_decided_is_refused_and_not_guessed():
    with pytest.raises(FormError, match="can't be decided"):
        significant(sympy.log(6) - sympy.log(2) - sympy.log(3), 3)


@pytest.mark.parametrize(("number", "digits", "figure"), [
    (Fraction(996, 100), 2, Figure(False, 10, 0, True)),
    (Fraction(996, 1000), 2, Figure(False, 10, 1, True)),
    (Fraction(1, 11), 1, Figure(False, 9, 2, True)),
    (Fraction(1, 101), 2, Figure(False, 99, 4, True)),
    (Fraction(1, 1001), 1, Figure(False, 1, 3, True)),
    (1, 1, Figure(False, 1, 0, False)),
    (1, 3, Figure(False, 100, 2, False)),
    (0, 3, Figure(False, 0, 0, False)),
    (Fraction(-1, 2), 1, Figure(True, 5, 1, False)),
    (12345, 2, Figure(False, 12000, 0, True)),
])
def test_significant_digits_at_the_edges(number, digits, figure):
    assert significant(number, digits) == figure


def test_numbers_are_written_up_to_a_length():
    longest = 2**12_000 - 1
    assert unrounded(longest).digits == longest
    assert significant(longest, 1).rounded
    assert significant(Fraction(1, longest), 1).rounded
    for number in (longest + 1, -longest - 1):
        with pytest.raises(FormError, match="too long"):
            unrounded(number)
        with pytest.raises(FormError, match="too long"):
            significant(number, 1)


def test_a_form_is_shown_as_a_page_writes_it():
    assert [str(form) for form in (Form("short"), Form("percent", (3,)), Form("of", ("parameter",)))] == [
        "short", "percent(3)", 'of("parameter")']


def test_whole_sizes_are_written_in_full_up_to_four_digits():
    mega = Fraction(1, 10**6)
    assert Language._size(9_999 * 10**6, mega, None) == Figure(False, 9_999, 0, False)
    assert Language._size(-9_999 * 10**6, mega, None) == Figure(True, 9_999, 0, False)
    assert Language._size(20_001 * 10**6, mega, None) == Figure(False, 20_000, 0, True)
    assert Language._size(-20_001 * 10**6, mega, None) == Figure(True, 20_000, 0, True)


def test_the_sign_of_a_fraction_is_shown_when_it_is_asked_for():
    english = language("en").with_course(COURSE)
    share = COURSE.formulas["share"]
    assert english.write(share(p=2), (Form("exact"), Form("signed"))).text == "+1/2"
    assert english.noun("metre").plural == "metres"
    assert english.noun("unit.metre").singular == english.noun("metre").singular == "metre"
    root = COURSE.formulas["field.diagonal"](w=1, l=1)
    assert english.number(root.exact / 2, (Form("percent"),)).text == "71%"


def test_an_error_reads_as_its_message_and_keeps_the_hint_beside_it():
    error = FormError("it can't be", "write it so")
    assert (str(error), error.message, error.hint) == ("it can't be", "it can't be", "write it so")


def test_what_is_counted_is_named_and_a_bare_number_counts_nothing():
    english = language("en").with_course(COURSE)
    assert english.counted(NUMBER) is None
    assert english.counted(Unit("metre")).plural == "metres"
    assert english.counted(Unit("furlong")) is None
    assert english.number(Fraction(1, 2), (Form("exact"), Form("of", ("metre",)))).text == "1/2 metres"


@pytest.mark.parametrize("kind", [
    About, Figure, FormKind, Noun, Numerals, Plan, Profile, Scale, Written, _Shown,
])
def test_what_a_language_knows_cannot_be_changed(kind):
    assert kind.__dataclass_params__.frozen
