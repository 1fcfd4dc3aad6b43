"""Sines and their inverses: every digit by mpmath, which shares no code with the intervals; names as each language has them."""

from fractions import Fraction

import mpmath
import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from derivations.language import Form, FormError, language

PARTS = st.fractions(Fraction(-99, 100), Fraction(99, 100), max_denominator=1000)


@pytest.mark.parametrize("name", ["sin", "cos", "tan", "asin", "acos", "atan"])
@given(number=PARTS, digits=st.integers(1, 30))
def test_every_digit_is_mpmath_s(name, number, digits):
    exact = getattr(sympy, name)(sympy.Rational(number.numerator, number.denominator))
    written = language("en").number(exact, (Form("digits", (digits,)),)).text.replace("\u2212", "-")
    with mpmath.workdps(60):
        expected = getattr(mpmath, name)(mpmath.mpf(number.numerator) / number.denominator)
        unit = mpmath.mpf(10) ** (mpmath.floor(mpmath.log10(abs(expected))) - digits + 1) if expected else 1
        assert abs(mpmath.mpf(written) - expected) <= unit * mpmath.mpf("0.5000000001")


@pytest.mark.parametrize(("code", "sine", "arc"), [("en", "sin(x)", "arcsin(x)"), ("es", "sen(x)", "arcsen(x)")])
def test_the_sine_has_its_name_in_each_language(code, sine, arc):
    x = sympy.Symbol("x", positive=True)
    assert language(code).expression(sympy.sin(x)).text == sine
    written = language(code).expression(sympy.asin(x))
    assert written.text == arc
    assert written.tex in (r"\arcsin(x)", r"\operatorname{arcsen}(x)")


def test_what_is_no_real_number_is_not_written():
    with pytest.raises(FormError, match="real number"):
        language("en").number(sympy.asin(sympy.Rational(3, 2)), (Form("digits", (3,)),))
