"""Rounding, once, half to even, from the exact number to the digits that are printed.

Rational numbers are rounded in integers. An irrational one (SymPy's) is enclosed between two rationals, ever
closer, until both ends round to the same digits: these are then its digits, and no float was asked.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from derivations.exact import Exact
from derivations.exact.decimal import near
from derivations.exact.symbolic import sympy
from derivations.language.writing.forms import FormError

_PRECISIONS = (30, 80, 300, 1200)
"""Digits of the enclosures; each try is tighter, and few numbers need the second one."""

_LONGEST = 12_000
"""Bits of the longest number that is written out; Python refuses to print an int that is much longer."""

_TOO_LONG = "the number is too long to be written"


@dataclass(frozen=True, slots=True)
class Figure:
    """A number as it will be printed: ±digits · 10^(-places); `rounded` if it isn't the exact number."""

    negative: bool
    digits: int
    places: int
    rounded: bool

    @property
    def is_one(self) -> bool:
        """Whether what is printed is "1"; "1.0" is not."""
        return self.digits == 1 and self.places == 0

    @property
    def value(self) -> Fraction:
        """The number that is printed."""
        return Fraction(-self.digits if self.negative else self.digits, 10**self.places)

    def without_trailing_zeros(self) -> Figure:
        """Drop zeros at the end of the decimals: 18.0 is 18."""
        digits, places = self.digits, self.places
        while places and digits % 10 == 0:
            digits, places = digits // 10, places - 1
        return replace(self, digits=digits, places=places)

    def shifted(self, power: int) -> Figure:
        """Divide by 10^power, moving the decimal point only."""
        return replace(self, places=self.places + power)


def significant(exact: Exact, digits: int, factor: int | Fraction = 1) -> Figure:
    """Round exact · factor to so many significant digits. Zero is written as 0."""
    return _decide(exact, factor, _significant, digits)


def fixed(exact: Exact, places: int) -> Figure:
    """Round to so many decimals."""
    return _decide(exact, 1, _fixed, places)


def unrounded(number: int) -> Figure:
    """Give an integer as it is."""
    if number.bit_length() > _LONGEST:
        raise FormError(_TOO_LONG)
    return Figure(number < 0, abs(number), 0, False)


def _significant(top: int, bottom: int, digits: int) -> Figure:
    if top == 0:
        return Figure(False, 0, 0, False)
    places = digits - 1 - magnitude(abs(top), bottom)
    figure = _fixed(top, bottom, places)
    if places > 0 and figure.digits == 10**digits:  # 9.96 to two digits is 10, not 10.0
        return replace(figure, digits=figure.digits // 10, places=places - 1)
    return figure


def _fixed(top: int, bottom: int, places: int) -> Figure:
    """Round top / bottom to a multiple of 10^(-places); a negative `places` rounds to tens, hundreds …"""
    negative, top = top < 0, abs(top)
    if places >= 0:
        top *= 10**places
    else:
        bottom *= 10**-places
    kept, rest = divmod(top, bottom)
    twice = 2 * rest
    if twice > bottom or (twice == bottom and kept % 2):
        kept += 1
    if places < 0:
        kept, places = kept * 10**-places, 0
    return Figure(negative and kept > 0, kept, places, rest != 0)


def magnitude(top: int, bottom: int) -> int:
    """Give the e with 10^e <= top / bottom < 10^(e + 1), for positive numbers, by counting digits."""
    if max(top.bit_length(), bottom.bit_length()) > _LONGEST:
        raise FormError(_TOO_LONG)
    if top >= bottom:
        return len(str(top // bottom)) - 1
    return -len(str(-(-bottom // top) - 1))


def _decide(exact: Exact, factor: int | Fraction, rule: Callable[[int, int, int], Figure], asked: int) -> Figure:
    """Apply a rule for top, bottom and the digits asked for to exact · factor."""
    above, below = factor.numerator, factor.denominator
    if isinstance(exact, int | Fraction):
        return rule(exact.numerator * above, exact.denominator * below, asked)
    for precision in _PRECISIONS:
        low, high = _enclosure(exact, precision)
        figure, other = (rule(end.numerator * above, end.denominator * below, asked) for end in (low, high))
        alike = (figure.negative, figure.digits, figure.places) == (other.negative, other.digits, other.places)
        if alike and not low <= figure.value / factor <= high:
            return replace(figure, rounded=True)
        if (alike or precision == _PRECISIONS[1]) and (rational := _hidden_rational(exact)) is not None:
            return rule(rational.numerator * above, rational.denominator * below, asked)
        if alike:
            return replace(figure, rounded=True)
    raise FormError(f"the digits of {exact} can't be decided")


def _enclosure(exact: Any, precision: int) -> tuple[Fraction, Fraction]:
    """Give two rationals with the number between them: apart by more than what its last digit may be off."""
    try:
        middle = near(exact, precision, strict=True)
    except ValueError:
        raise FormError(f"{exact} isn't a real number that can be written in digits") from None
    except ArithmeticError:                                  # it may be nothing at all
        middle = Fraction(0)
    apart = Fraction(1, 10**(precision - 2)) * (abs(middle) or 1)
    return middle - apart, middle + apart


def _hidden_rational(exact: Any) -> Fraction | None:
    """Give the fraction that roots amount to, as in (√2 + 1)(√2 − 1); None for an irrational number."""
    if not exact.is_algebraic:
        return None
    unknown = sympy.Symbol("x")
    slope, *rest = sympy.Poly(sympy.minimal_polynomial(exact, unknown), unknown).all_coeffs()
    if len(rest) != 1:
        return None
    return -Fraction(int(rest[0])) / Fraction(int(slope))
