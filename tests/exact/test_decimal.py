"""Decimals for programs: correctly rounded, by another road than the division of the decimal module."""

from fractions import Fraction

import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from derivations.exact import decimal_text
from derivations.exact.decimal import DIGITS


@given(st.fractions(min_value=-10**9, max_value=10**9, max_denominator=10**9).filter(bool))
def test_a_decimal_is_the_nearest_of_its_length(exact):
    text = decimal_text(exact)
    assert "e" not in text.lower()
    digits = text.lstrip("-").replace(".", "").lstrip("0")
    assert len(digits.rstrip("0")) <= DIGITS
    power = len(str(abs(exact.numerator))) - len(str(exact.denominator))
    step = Fraction(10) ** (power + 1 - DIGITS)                                    # at least one of the last digit
    assert abs(Fraction(text) - exact) <= step / 2


@pytest.mark.parametrize(("exact", "text"), [
    (Fraction(1, 12), "0.0833333333333"), (Fraction(3, 1024), "0.0029296875"), (7, "7"), (120, "120"),
    (Fraction(-1, 3), "-0.333333333333"), (Fraction(2 * 10**11 + 1, 2), "100000000000"), (0, "0"),
    (sympy.sqrt(2), "1.41421356237"), (sympy.sqrt(10**30 + 1), "1000000000000000"),
    (sympy.Rational(3, 2) + sympy.sqrt(2) / 10**30, "1.5"), (30 + sympy.sqrt(2) / 10**30, "30"),
])
def test_some_by_hand(exact, text):
    assert decimal_text(exact) == text
