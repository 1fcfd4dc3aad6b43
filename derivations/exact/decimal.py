"""An exact number as a decimal, for programs that read no fractions: a spreadsheet takes 1/12 for a day in January."""

from __future__ import annotations

import decimal
from fractions import Fraction
from typing import Any

from derivations.exact.value import Exact

DIGITS = 12
"""Significant digits, the last one rounded, exact halves to the even digit."""
_ENOUGH = 60
"""Digits of an irrational number that are looked at before it is rounded."""


def decimal_text(exact: Exact) -> str:
    """Write a number in digits with a point, without a power of ten; rounded once, from the exact number."""
    context = decimal.Context(prec=DIGITS, rounding=decimal.ROUND_HALF_EVEN)
    if isinstance(exact, int | Fraction):
        number = context.divide(decimal.Decimal(exact.numerator), decimal.Decimal(exact.denominator))
    else:
        number = context.create_decimal(_digits(exact))
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _digits(exact: Any) -> str:
    import sympy  # noqa: PLC0415 - the number is SymPy's own

    return str(sympy.N(exact, _ENOUGH))
