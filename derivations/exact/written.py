"""Exact numbers that somebody has written down: 4096, 7/1000 or 0.007, never rounded by a float."""

from __future__ import annotations

from fractions import Fraction

LONGEST = 100
"""The most characters of a number that are looked at."""


def read_exact(text: str) -> int | Fraction | None:
    """Read a whole number, a fraction or a decimal; None for anything else.

    Powers of ten such as 1e9 are not read: a short text could ask for more digits than there is memory for.

    >>> read_exact("0.007"), read_exact("12/4"), read_exact("1e9")
    (Fraction(7, 1000), 3, None)
    """
    if len(text) > LONGEST or "e" in text.lower():
        return None
    try:
        number = Fraction(text)
    except (ValueError, ZeroDivisionError):
        return None
    return number.numerator if number.denominator == 1 else number
