"""Numbers that somebody wrote down are read exactly or not at all."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from derivations.exact import read_exact
from derivations.exact.written import in_place_of, meant


@given(st.integers(-10**30, 10**30), st.integers(1, 10**30))
def test_a_fraction_is_read_back_and_a_whole_one_is_an_int(numerator, denominator):
    read = read_exact(f"{numerator}/{denominator}")
    assert read == Fraction(numerator, denominator)
    assert isinstance(read, int) is (numerator % denominator == 0)


@given(st.decimals(-(10**9), 10**9, places=6))
def test_a_decimal_is_not_rounded(number):
    assert read_exact(f"{number:f}") == Fraction(Decimal(number))


@pytest.mark.parametrize("text", ["", "x", "1/0", "1e9", "1E9", "1e999999999", "nan", "inf", "1/2/3", "2^10", "9" * 101])
def test_anything_else_is_not_read(text):
    assert read_exact(text) is None


def test_a_hundred_digits_are_read():
    assert read_exact("9" * 100) == 10**100 - 1


@pytest.mark.parametrize("number", [float("inf"), float("-inf"), float("nan")])
def test_what_is_no_number_is_meant_for_none(number):
    assert meant(number) is None
    assert in_place_of(number) == ""
