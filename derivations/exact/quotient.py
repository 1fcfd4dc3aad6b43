"""The one place where `/` is written: exact for integers, symbolic for expressions."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

Scalar = Any
"""A number or an expression: an int, a Fraction, or a SymPy expression. The same functions take all three."""


def quotient(dividend: Scalar, divisor: Scalar) -> Scalar:
    """Give dividend / divisor as a `Fraction` for numbers, as an expression for expressions; never a float."""
    if isinstance(dividend, int | Fraction) and isinstance(divisor, int | Fraction):
        return Fraction(dividend) / Fraction(divisor)
    return dividend / divisor
