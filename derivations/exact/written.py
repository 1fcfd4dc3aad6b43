"""Exact numbers that somebody has written down: 4096, 7/1000 or 0.007, never rounded by a float."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from math import isfinite

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


def meant(given: float | str) -> int | Fraction | None:
    """Give the exact number that a float or a text was meant for; None where it says no number.

    >>> meant(1.22), meant(1 / 3), meant("20"), meant("many")
    (Fraction(61, 50), Fraction(1, 3), 20, None)
    """
    if isinstance(given, str):
        return read_exact(given)
    if not isfinite(given):
        return None
    near = Fraction(given).limit_denominator(1000)
    return near if float(near) == given else read_exact(format(Decimal(repr(float(given))), "f"))


def in_place_of(given: float | str) -> str:
    """Say how to write exactly what was given as a float or as text; "" where it says no number.

    >>> in_place_of(1.22), in_place_of("1/20"), in_place_of("20"), in_place_of("many")
    ('; write Fraction(61, 50)', '; write Fraction(1, 20)', '; write 20', '')
    """
    number = meant(given)
    if isinstance(number, Fraction):
        return f"; write Fraction({number.numerator}, {number.denominator})"
    return "" if number is None else f"; write {number}"
