"""Exact numbers in digits: the fraction beside an irrational one, and decimals for programs that read no fractions."""

from __future__ import annotations

import decimal
from fractions import Fraction

from derivations.exact.value import Exact

DIGITS = 12
"""Significant digits of a decimal, the last one rounded, exact halves to the even digit."""
ENOUGH = 60
"""Digits of an irrational number: more than anybody types or draws."""
MOST = 4_000
"""Digits that are worked with at least, where large terms cancel: none that is longer is ever written."""


def near(exact: Exact, digits: int = ENOUGH, *, strict: bool = False) -> Fraction:
    """Give a number as a fraction: a rational one as it is, an irrational one to so many digits.

    strict  raises `ArithmeticError` where these digits can't be told; `ValueError` for what is no real number
    """
    if isinstance(exact, int | Fraction):
        return Fraction(exact)
    return Fraction(str(exact.evalf(digits, maxn=max(MOST, 10 * digits), strict=strict)))


def decimal_text(exact: Exact) -> str:
    """Write a number in digits with a point, without a power of ten: a spreadsheet takes 1/12 for a day in January."""
    context = decimal.Context(prec=DIGITS, rounding=decimal.ROUND_HALF_EVEN)
    number = near(exact)
    text = f"{context.divide(decimal.Decimal(number.numerator), decimal.Decimal(number.denominator)):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
