"""The inputs of an example, as formulas: what a page takes for h or r is printed through the same gate as what follows.

Each gives back what it's given. A page that says "at rank 8" binds the 8 with it.
"""

from __future__ import annotations

from derivations.exact import NUMBER, RATIO, Formula, Symbol, Unit
from derivations.lora.symbols import (
    BITS,
    BYTES,
    PARAMETERS,
    E,
    F,
    L,
    M,
    S,
    T,
    V,
    alpha,
    bits,
    d_in,
    d_out,
    f,
    h,
    h_kv,
    n,
    n_ctx,
    r,
    rho,
    t,
)


def _given(name: str, symbol: Symbol, unit: Unit = NUMBER) -> Formula:
    return Formula(f"given.{name}", lambda value: value, (symbol,), unit, source="an input of the example")


FORMULAS: tuple[Formula, ...] = (
    *(_given(symbol.name, symbol) for symbol in (h, r, L, d_in, d_out, h_kv, f, V, t, n_ctx, E, alpha)),
    _given("M", M, PARAMETERS),
    _given("S", S, BYTES),
    _given("F", F, PARAMETERS),
    _given("T", T, PARAMETERS),
    _given("named", n, PARAMETERS),
    _given("rho", rho, RATIO),
    _given("bits", bits, BITS),
)
