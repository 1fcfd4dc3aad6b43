"""The textbook layer, as data: four square attention Linears and an MLP that widens to 4h.

12h² weights, 18rh adapter parameters and their ratio 3r/(2h) are results: nothing here states them.
"""

from __future__ import annotations

from collections.abc import Iterable

from derivations.counting.linear import Linear, full, lora
from derivations.exact.quotient import Scalar

Linears = tuple[Linear, ...]


def attention(hidden_size: Scalar) -> Linears:
    """Give the four attention Linears, each (h, h)."""
    return tuple(Linear(name, hidden_size, hidden_size, True) for name in ("q_proj", "k_proj", "v_proj", "o_proj"))


def mlp(hidden_size: Scalar) -> Linears:
    """Give the two MLP Linears: fc1 (4h, h) and fc2 (h, 4h)."""
    return Linear("fc1", 4 * hidden_size, hidden_size, True), Linear("fc2", hidden_size, 4 * hidden_size, True)


def layer(hidden_size: Scalar) -> Linears:
    """Give the six Linears of one layer."""
    return attention(hidden_size) + mlp(hidden_size)


def total_full(linears: Iterable[Linear]) -> Scalar:
    """Count the weights of all the Linears."""
    return sum(full(linear) for linear in linears)


def total_lora(linears: Iterable[Linear], rank: Scalar) -> Scalar:
    """Count the adapter parameters of all the Linears at one rank."""
    return sum(lora(linear, rank) for linear in linears)
