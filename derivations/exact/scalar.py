"""Rounding, comparing and roots for a number or an expression alike, so that one function has both readings."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from typing import Any

from derivations.exact.held import Held, bare
from derivations.exact.quotient import Scalar
from derivations.exact.symbolic import sympy


def floor(value: Scalar) -> Scalar:
    """Give the largest integer that isn't above the value."""
    return _either(math.floor, "floor", value)


def ceiling(value: Scalar) -> Scalar:
    """Give the smallest integer that isn't below the value."""
    return _either(math.ceil, "ceiling", value)


def least(*values: Scalar) -> Scalar:
    """Give the smallest of the values."""
    return _either(lambda *each: min(each), "Min", *values)


def largest(*values: Scalar) -> Scalar:
    """Give the largest of the values."""
    return _either(lambda *each: max(each), "Max", *values)


def _either(count: Callable[..., Scalar], name: str, *values: Scalar) -> Scalar:
    """Count numbers; of expressions give the function of SymPy's that has this name."""
    if all(isinstance(value, int | Fraction) for value in values):
        return count(*values)
    return _of(getattr(sympy, name), *values)


def root(value: Scalar) -> Scalar:
    """Give the square root: an int or a Fraction where it is one, else SymPy's exact number or an expression."""
    if isinstance(value, int | Fraction):
        exact = Fraction(value)
        parts = (math.isqrt(exact.numerator), math.isqrt(exact.denominator))
        if parts[0] ** 2 == exact.numerator and parts[1] ** 2 == exact.denominator:
            return parts[0] if parts[1] == 1 else Fraction(*parts)
    if isinstance(value, Held):
        return value ** sympy.Rational(1, 2)
    return sympy.sqrt(sympy.Rational(value.numerator, value.denominator) if isinstance(value, Fraction) else value)


def logarithm(value: Scalar) -> Scalar:
    """Give the natural logarithm: SymPy's exact number, or an expression."""
    return _of(sympy.log, value if isinstance(value, Held) else sympy.sympify(value, strict=True))


def _of(function: Any, *values: Scalar) -> Scalar:
    """Give a function of expressions, as written where one of them is held; a minimum has no minimum within it."""
    if any(isinstance(value, Held) for value in values):
        bares = [bare(value) for value in values]
        parts = [part for one in bares for part in (one.args if len(bares) > 1 and one.func == function else (one,))]
        return Held(function(*parts, evaluate=False))
    return function(*values)
