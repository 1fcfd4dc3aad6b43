"""An exact number with its unit, and where it came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from derivations.exact.unit import Unit

if TYPE_CHECKING:
    from derivations.exact.formula import Formula

Exact = Any
"""An `int`, a `Fraction`, or a SymPy number where a root can't be avoided (as in α/√r). Never a float."""


class UnitMismatch(TypeError):
    """Two values that count different things were compared."""


@dataclass(frozen=True, eq=False)
class Value:
    """An exact number, what it counts, and the formula and inputs it came from.

    `exact` is an int whenever it is whole. `inputs` maps each symbol's name to the exact number put in, in the
    formula's order; `origin` says where inputs were taken from (a model's name) where they weren't typed.
    """

    exact: Exact
    unit: Unit
    formula: Formula
    inputs: Mapping[str, Exact]
    origin: str = ""

    @property
    def is_rational(self) -> bool:
        """Whether the number is an integer or a fraction."""
        return isinstance(self.exact, int | Fraction)

    def compare(self, other: Value | int | Fraction) -> int:
        """Give -1, 0 or 1 as this value is below, at or above the other.

        Raises `UnitMismatch` if the two count different things; kilometres meet metres by their sizes. A plain number
        may only meet a pure value, and nought any.
        """
        if isinstance(other, Value):
            if other.unit.base != self.unit.base:
                raise UnitMismatch(f"{self.unit.name} can't be compared with {other.unit.name}")
            return sign(self.exact * self.unit.size, other.exact * other.unit.size)
        if not self.unit.is_pure and other != 0:
            raise UnitMismatch(f"{self.unit.name} can't be compared with the plain number {other}")
        return sign(self.exact, other)


def sign(left: Exact, right: Exact) -> int:
    """Give the sign of left - right, decided exactly (SymPy numbers included)."""
    if left == right:
        return 0
    if not (isinstance(left, int | Fraction) and isinstance(right, int | Fraction)) and (left - right).equals(0):
        return 0  # the same number, written in another way
    return 1 if bool(left > right) else -1
