"""The inputs of an example, as formulas: what a page takes for h or r is printed through the same gate as what follows.

Each gives back what it's given. A page that says "at rank 8" binds the 8 with it.
"""

from __future__ import annotations

from derivations.exact import RATIO, Formula, Unit
from derivations.lora.symbols import PARAMETER


def _given(letter: str, name: str = "", unit: Unit | None = None) -> Formula:
    symbol = PARAMETER[letter]
    return Formula(f"given.{name or letter}", lambda value: value, (symbol,), unit or symbol.unit,
                   source="an input of the example")


FORMULAS: tuple[Formula, ...] = (
    *map(_given, ("h", "r", "L", "d_in", "d_out", "h_kv", "f", "V", "t", "n_ctx", "E", "alpha", "M", "S", "F", "T")),
    _given("n", "named"),
    _given("rho", unit=RATIO),
    _given("bits"),
)
