"""How the course writes its derivations: from the shapes of the Linears to the form that is taught."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from derivations.counting.linear import Linear, full, lora
from derivations.exact.derivation import Line, added, as_product, as_sum, over, steps, times
from derivations.exact.formula import Step
from derivations.exact.simplest import simplest


def full_lines(linears: Sequence[Linear]) -> list[Line]:
    """Give the lines that count weights: out·in for each Linear, then the sum."""
    return _collect(added([as_product((one.out, one.in_)) for one in linears], [full(one) for one in linears]))


def lora_lines(linears: Sequence[Linear], rank: Any) -> list[Line]:
    """Give the lines that count an adapter: r(in + out) for each Linear, then the sum."""
    written = [as_product((rank, as_sum((one.in_, one.out)))) for one in linears]
    return _collect(added(written, [lora(one, rank) for one in linears]))


def _collect(lines: list[Line]) -> list[Line]:
    """Add the total in its simplest form, where adding up alone hasn't reached it."""
    return [*lines, ("common_factor", simplest(lines[-1][1]))]


def full_steps(linears: Sequence[Linear], layers: Any = 1) -> tuple[Step, ...]:
    """Derive the weights of the Linears, repeated in each of the layers."""
    return steps(*repeated(layers, full_lines(linears)))


def lora_steps(linears: Sequence[Linear], rank: Any, layers: Any = 1) -> tuple[Step, ...]:
    """Derive the adapter's parameters over the Linears, repeated in each of the layers."""
    return steps(*repeated(layers, lora_lines(linears, rank)))


def ratio_steps(linears: Sequence[Linear], rank: Any, layers: Any) -> tuple[Step, ...]:
    """Derive the adapter's parameters over the weights of the same Linears, both repeated in each layer."""
    return over(repeated(layers, lora_lines(linears, rank)), repeated(layers, full_lines(linears)))


def repeated(layers: Any, lines: list[Line]) -> list[Line]:
    """Give the lines of `layers` times the same; unchanged where there's one."""
    return lines if layers == 1 else times(layers, lines)
