"""Held operands: a plain function called with them gives the line that defines it, and SymPy combines nothing in it.

`h·h + h·h` stays two products, √(ℓ/g) stays one root. A sum has no brackets within it but for a multiple, nor has a
product; a number before a letter is its coefficient, 4h; what adds nothing (0) or multiplies by nothing (1) isn't
written.
"""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from fractions import Fraction
from typing import Any

from derivations.exact.simplest import simplest
from derivations.exact.symbolic import sympy


class Held:
    """An expression that stays as written. `terms` and `factors` are those of a held sum and of a held product."""

    __slots__ = ("expression", "factors", "over", "terms")
    _op_priority = 100.0  # SymPy's own expressions leave an operation with one of these to it

    def __init__(
        self, expression: Any, *, terms: tuple[Any, ...] = (), factors: tuple[Any, ...] = (),
        over: tuple[Held, Held] | None = None,
    ) -> None:
        """Hold an expression; `over` are the dividend and the divisor of a held quotient."""
        self.expression = bare(expression)
        self.terms, self.factors, self.over = terms or (self.expression,), factors or (self.expression,), over

    def __repr__(self) -> str:
        return f"Held({self.expression})"

    def _sympy_(self) -> Any:
        return self.expression

    def __add__(self, other: Any) -> Held:
        """Add, without brackets within a sum; 0 isn't written."""
        other = held(other)
        if self.expression == 0 or other.expression == 0:
            return other if self.expression == 0 else self
        terms = (*self.terms, *other.terms)
        return Held(sympy.Add(*terms, evaluate=False), terms=terms)

    def __radd__(self, other: Any) -> Held:
        return Held(other) + self

    def __sub__(self, other: Any) -> Held:
        return self + -Held(other)

    def __rsub__(self, other: Any) -> Held:
        return Held(other) - self

    def __neg__(self) -> Held:
        if self.expression.is_Rational:
            return Held(-self.expression)
        return Held(sympy.Mul(-1, self.expression, evaluate=False))

    def __mul__(self, other: Any) -> Held:
        """Multiply, without brackets within a product; 1 isn't written, and a number before a letter belongs to it."""
        other = held(other)
        if self.expression == 1 or other.expression == 1:  # what is multiplied by 1 is one term from here on
            return Held((other if self.expression == 1 else self).expression)
        if self.expression.is_Rational and other.expression.is_Symbol and self.expression != 0:
            return Held(self.expression * other.expression)
        factors = (*self.factors, *other.factors)
        return Held(sympy.Mul(*factors, evaluate=False), factors=factors)

    def __rmul__(self, other: Any) -> Held:
        return Held(other) * self

    def __truediv__(self, other: Any) -> Held:
        """Divide, without cancelling."""
        other = held(other)
        if other.expression == 1:
            return self
        inverse = sympy.Pow(other.expression, -1, evaluate=False)
        return Held(sympy.Mul(self.expression, inverse, evaluate=False), over=(self, other))

    def __rtruediv__(self, other: Any) -> Held:
        return Held(other) / self

    def __pow__(self, exponent: Any) -> Held:
        return Held(sympy.Pow(self.expression, bare(exponent), evaluate=False))

    def __rpow__(self, base: Any) -> Held:
        return Held(base) ** self


def bare(value: Any) -> Any:
    """Give the SymPy expression of a number, an expression or a held operand."""
    return value.expression if isinstance(value, Held) else sympy.sympify(value, strict=True)


def held(value: Any) -> Any:
    """Hold a number or an expression, and the numbers of a record; anything else is given back."""
    if isinstance(value, Held) or value is None or isinstance(value, str | bool):
        return value
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{one.name: held(getattr(value, one.name)) for one in fields(value)})
    if isinstance(value, int | Fraction) or hasattr(value, "free_symbols"):
        return Held(value)
    return value


def known(value: Any) -> Any:
    """Mark an amount whose own derivation stands elsewhere: a definition shows what it comes to, 12Lh².

    A number or an expression is given back as it is.
    """
    return Held(simplest(value.expression.doit())) if isinstance(value, Held) else value
