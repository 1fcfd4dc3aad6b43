"""Rounding, comparing and roots for a number or an expression alike, so that one function has both readings."""

from __future__ import annotations

import math
from fractions import Fraction

from derivations.exact.quotient import Scalar


def floor(value: Scalar) -> Scalar:
    """Give the largest integer that isn't above the value."""
    if isinstance(value, int | Fraction):
        return math.floor(value)
    import sympy  # noqa: PLC0415 - only for an expression, which means that SymPy is there already

    return sympy.floor(value)


def ceiling(value: Scalar) -> Scalar:
    """Give the smallest integer that isn't below the value."""
    if isinstance(value, int | Fraction):
        return math.ceil(value)
    import sympy  # noqa: PLC0415 - as above

    return sympy.ceiling(value)


def least(*values: Scalar) -> Scalar:
    """Give the smallest of the values."""
    if all(isinstance(value, int | Fraction) for value in values):
        return min(values)
    import sympy  # noqa: PLC0415 - as above

    return sympy.Min(*values)


def root(value: Scalar) -> Scalar:
    """Give the square root: an int or a Fraction where it is one, else SymPy's exact number or an expression."""
    if isinstance(value, int | Fraction):
        exact = Fraction(value)
        parts = (math.isqrt(exact.numerator), math.isqrt(exact.denominator))
        if parts[0] ** 2 == exact.numerator and parts[1] ** 2 == exact.denominator:
            return parts[0] if parts[1] == 1 else Fraction(*parts)
    import sympy  # noqa: PLC0415 - as above

    return sympy.sqrt(sympy.Rational(value.numerator, value.denominator) if isinstance(value, Fraction) else value)
