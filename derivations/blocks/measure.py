"""Numbers as blocks compare and draw them: fractions, whatever the exact number is."""

from __future__ import annotations

from fractions import Fraction

from derivations.exact import Exact

ENOUGH = 60
"""Digits of an irrational number: more than anybody types or draws."""


def rational(exact: Exact) -> Fraction:
    """Give a number as a fraction; an irrational one to enough digits."""
    if isinstance(exact, int | Fraction):
        return Fraction(exact)
    import sympy  # noqa: PLC0415 - the number is SymPy's own

    return Fraction(str(sympy.N(exact, ENOUGH)))
