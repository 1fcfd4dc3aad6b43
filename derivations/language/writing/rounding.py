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
from derivations.language.writing.forms import FormError

_PRECISIONS = (96, 256, 1024, 4096)
"""Bits of the enclosures; each try is tighter, and few numbers need the second one."""

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


def fixed(exact: Exact, places: int, factor: int | Fraction = 1) -> Figure:
    """Round exact · factor to so many decimals."""
    return _decide(exact, factor, _fixed, places)


def unrounded(number: int) -> Figure:
    """Give an integer as it is."""
    if number.bit_length() > _LONGEST:
        raise FormError(_TOO_LONG)
    return Figure(number < 0, abs(number), 0, False)


def _significant(top: int, bottom: int, digits: int) -> Figure:
    if top == 0:
        return Figure(False, 0, 0, False)
    places = digits - 1 - _magnitude(abs(top), bottom)
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


def _magnitude(top: int, bottom: int) -> int:
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
    for bits in _PRECISIONS:
        low, high = _enclosure(exact, bits)
        figure, other = (rule(end.numerator * above, end.denominator * below, asked) for end in (low, high))
        alike = (figure.negative, figure.digits, figure.places) == (other.negative, other.digits, other.places)
        if alike and not low <= figure.value / factor <= high:
            return replace(figure, rounded=True)
        if (alike or bits == _PRECISIONS[1]) and (rational := _hidden_rational(exact)) is not None:
            return rule(rational.numerator * above, rational.denominator * below, asked)
        if alike:
            return replace(figure, rounded=True)
    raise FormError(f"the digits of {exact} can't be decided")


def _enclosure(exact: Any, bits: int) -> tuple[Fraction, Fraction]:
    """Give two rationals with the number between them, by interval arithmetic with outward rounding."""
    from mpmath.ctx_iv import MPIntervalContext  # type: ignore[import-untyped]  # noqa: PLC0415 - rarely met

    context = MPIntervalContext()
    context.prec = bits
    interval = _interval(exact, context)
    low, high = (_fraction(end) for end in interval._mpi_)
    return low, high


def _fraction(end: tuple[int, int, int, int]) -> Fraction:
    sign, mantissa, exponent, _ = end
    magnitude = Fraction(int(mantissa)) * Fraction(2) ** int(exponent)
    return -magnitude if sign else magnitude


def _interval(node: Any, context: Any) -> Any:
    import sympy  # noqa: PLC0415 - the number is SymPy's own

    if node.is_Rational:
        return context.mpf(int(node.p)) / context.mpf(int(node.q))
    if node is sympy.pi:
        return context.pi
    if node is sympy.E:
        return context.e
    if node.is_Add or node.is_Mul:
        parts = [_interval(argument, context) for argument in node.args]
        total = parts[0]
        for part in parts[1:]:
            total = total + part if node.is_Add else total * part
        return total
    if node.is_Pow and node.args[1].is_Rational:
        base, exponent = _interval(node.args[0], context), node.args[1]
        if exponent.is_Integer:
            return base ** int(exponent)
        if base.a >= 0:
            root = context.sqrt(base) if exponent.q == 2 else context.exp(context.log(base) / int(exponent.q))
            return root ** int(exponent.p)
    if node.func in (sympy.exp, sympy.log):
        function = context.exp if node.func is sympy.exp else context.log
        value, *base = (function(_interval(argument, context)) for argument in node.args)
        return value / base[0] if base else value
    if node.func in (sympy.sin, sympy.cos, sympy.tan):
        return getattr(context, node.func.__name__)(_interval(node.args[0], context))
    if node.func in (sympy.asin, sympy.acos, sympy.atan):
        return _arc(node.func.__name__, _interval(node.args[0], context), context)
    raise FormError(f"{node} isn't a real number that can be written in digits")


def _hidden_rational(exact: Any) -> Fraction | None:
    """Give the fraction that roots amount to, as in (√2 + 1)(√2 − 1); None for an irrational number."""
    import sympy  # noqa: PLC0415 - the number is SymPy's own

    if not exact.is_algebraic:
        return None
    unknown = sympy.Symbol("x")
    slope, *rest = sympy.Poly(sympy.minimal_polynomial(exact, unknown), unknown).all_coeffs()
    if len(rest) != 1:
        return None
    return -Fraction(int(rest[0])) / Fraction(int(slope))


def _arc(name: str, interval: Any, context: Any) -> Any:
    """Give an inverse function of an interval: it only rises or falls, so its ends are enough, each a little wider."""
    import mpmath  # type: ignore[import-untyped]  # noqa: PLC0415 - as above

    with mpmath.workprec(context.prec + 20):
        ends = [getattr(mpmath, name)(mpmath.mpf(end)) for end in (interval.a, interval.b)]
        if any(not isinstance(end, mpmath.mpf) for end in ends):      # beyond ±1, where no real number is
            raise FormError(f"{name} of this isn't a real number")
        wider = mpmath.ldexp(1, -context.prec)
        return context.mpf([min(ends) - wider, max(ends) + wider])
