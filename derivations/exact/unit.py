"""Units: what a value counts. They are composed and converted as data, and a sum may only add what is alike.

    METRE, SECOND = Unit("metre"), Unit("second")
    KILOMETRE = (1000 * METRE).named("kilometre")
    ACCELERATION = METRE / SECOND**2                # needs no name of its own
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from numbers import Rational
from typing import TYPE_CHECKING, Any

from derivations.exact.written import in_place_of

if TYPE_CHECKING:
    from derivations.exact.formula import Symbol

Base = tuple[tuple[str, Fraction], ...]
"""What a unit comes to: units of their own, in order of their names, each with its exponent."""


@dataclass(frozen=True)
class Unit:
    """What a value counts. Values of different kinds are never compared.

    name    how words call it: `unit.NAME`, and its symbol `unit.NAME.symbol`; a composed one is spelled by its parts
    parts   the units that it is made of, each with its exponent; None for a unit of its own, none for a pure number
    factor  how many of those one of it is
    """

    name: str
    parts: tuple[tuple[Unit, Fraction], ...] | None = None
    factor: int | Fraction = 1

    @cached_property
    def base(self) -> Base:
        """What it comes to."""
        if self.parts is None:
            return ((self.name, Fraction(1)),)
        return _product((part.base, power) for part, power in self.parts)

    @cached_property
    def size(self) -> Any:
        """How many of its base one of it is."""
        size: Any = Fraction(self.factor)
        for part, power in self.parts or ():
            size = size * part.size**power
        return size.numerator if isinstance(size, Fraction) and size.denominator == 1 else size

    @property
    def is_pure(self) -> bool:
        """Whether it is a number and nothing else."""
        return not self.base

    def named(self, name: str) -> Unit:
        """Give it a name of its own."""
        if not isinstance(self.factor, Rational):
            better = in_place_of(self.factor) if isinstance(self.factor, float) else "; convert in a formula"
            raise TypeError(f"unit {name}: its factor must be rational, and is {self.factor}{better}")
        return Unit(name, self.parts, self.factor)

    def __mul__(self, other: Unit | int | Fraction) -> Unit:
        if not isinstance(other, Unit):
            return other * self
        return _composed([*self._written, *other._written], self._times * other._times)

    def __truediv__(self, other: Unit) -> Unit:
        return self * other**-1

    def __rtruediv__(self, factor: int | Fraction) -> Unit:
        return factor * self**-1

    def __rmul__(self, factor: int | Fraction) -> Unit:
        return _composed(self._written, self._times * factor)

    def __pow__(self, power: int | Fraction) -> Unit:
        written = [(part, exponent * power) for part, exponent in self._written]
        return _composed(written, Fraction(self._times) ** int(power))

    @property
    def is_composed(self) -> bool:
        """Whether it has no name of its own, and is spelled by its parts."""
        return self.parts is not None and bool(self.parts) and self.name == _spelled(self.parts, self.factor)

    @property
    def _written(self) -> tuple[tuple[Unit, Fraction], ...]:
        return (self.parts or ()) if self.is_composed or self.is_pure else ((self, Fraction(1)),)

    @property
    def _times(self) -> int | Fraction:
        """The factor that goes into a product with it: a unit with a name keeps its own."""
        return self.factor if self.is_composed else 1


NUMBER = Unit("number", ())
"""A pure number: a factor, a scale, a rank."""
RATIO = Unit("ratio", ())
"""A part of a whole, written as a percentage."""


class UnitClash(TypeError):
    """A formula adds what can't be added, or its unit isn't what its function comes to."""


def _composed(written: Sequence[tuple[Unit, Fraction]], factor: int | Fraction) -> Unit:
    powers: dict[Unit, Fraction] = {}
    for part, power in written:
        powers[part] = powers.get(part, Fraction(0)) + power
    parts = tuple((part, power) for part, power in powers.items() if power)
    return Unit(_spelled(parts, factor), parts, factor) if parts or factor != 1 else NUMBER


def _spelled(parts: Sequence[tuple[Unit, Fraction]], factor: int | Fraction) -> str:
    spelled = "*".join(part.name if power == 1 else f"{part.name}^{power}" for part, power in parts)
    return spelled if factor == 1 else f"{factor} {spelled}"


def _product(factors: Iterator[tuple[Base, Fraction]] | Sequence[tuple[Base, Fraction]]) -> Base:
    powers: dict[str, Fraction] = {}
    for base, power in factors:
        for name, exponent in base:
            powers[name] = powers.get(name, Fraction(0)) + exponent * power
    return tuple(sorted((name, power) for name, power in powers.items() if power))


def check_units(expression: Any, symbols: Sequence[Symbol], unit: Unit) -> None:
    """Raise `UnitClash` where an expression adds unlike units, or comes to another one than `unit`.

    Counts may be added to plain numbers, and be called what they are (h·h are parameters), as long as no unit is made
    of others; with the first that is, every sum and the result must agree. What a symbol measures, for it isn't whole,
    is added to its like only. A power of a unit is never that unit.
    """
    known = {symbol.name: symbol.unit for symbol in symbols}
    strict = any(one.parts for one in (unit, *known.values()))
    measures = {name for symbol in symbols if not symbol.integer for name, _ in symbol.unit.base}
    base, size = _measure(expression, known, strict, measures)
    if not strict and not _is_power(base, unit):
        return
    if base != unit.base:
        raise UnitClash(f"its unit is {unit.name}, and it comes to {_said(base)}")
    if size is not None and size != unit.size:
        raise UnitClash(f"its unit is {unit.name}, and without a factor it comes to {_said(base)} times {size}")


def _is_power(base: Base, unit: Unit) -> bool:
    """Whether something comes to a unit's square, or another power of it."""
    return len(base) == 1 and base[0][0] == unit.name and base[0][1] != 1


def _measure(node: Any, known: dict[str, Unit], strict: bool, measures: Collection[str]) -> tuple[Base, Any]:
    """Give what an expression comes to, and the size of its unit; None where a number may be a factor of conversion."""
    if node.is_Symbol:
        unit = known[node.name]
        return unit.base, unit.size
    if not node.args:
        return (), 1 if node in (1, -1) else None
    parts = [_measure(argument, known, strict, measures) for argument in node.args]
    if node.is_Mul:
        size: Any = 1
        for _, one in parts:
            size = None if size is None or one is None else size * one
        return _product([(base, Fraction(1)) for base, _ in parts]), size
    if node.is_Pow and node.exp.is_Rational:
        base, size = parts[0]
        power = Fraction(int(node.exp.p), int(node.exp.q))
        return _product([(base, power)]), size**power if size is not None and power.denominator == 1 else None
    if node.is_Add or node.func.__name__ in ("Min", "Max"):
        return _alike([part for part, one in zip(parts, node.args, strict=True) if one != 0], strict, measures)
    if node.func.__name__ in ("floor", "ceiling", "Abs"):
        return parts[0]
    for base, _ in parts:       # an exponent, a logarithm, a sine: of numbers only
        if base and strict:
            what = "a power" if node.is_Pow else node.func.__name__.lower()
            raise UnitClash(f"{what} is of plain numbers, and gets {_said(base)}: "
                            "divide that by a symbol in the same unit, as by a level of reference")
    return (), None


def _alike(parts: Sequence[tuple[Base, Any]], strict: bool, measures: Collection[str]) -> tuple[Base, Any]:
    first, size = parts[0]
    for base, other in parts[1:]:
        measured = any(name in measures for name, _ in (*base, *first))
        if base != first and (strict or measured or (base and first)):
            raise UnitClash(f"{' and '.join(sorted((_said(first), _said(base))))} can't be added")
        if strict and None not in (size, other) and size != other:
            raise UnitClash(f"units of {_said(base)} are added that differ by a factor of {Fraction(other) / size}")
        first, size = first or base, other if size is None else size
    return first, size


def _said(base: Base) -> str:
    return "*".join(name if power == 1 else f"{name}^{power}" for name, power in base) or NUMBER.name
