"""What a formula may be made of: real numbers, its symbols, and the functions that can be derived with and written."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache
from typing import Any

from derivations.exact.symbolic import sympy
from derivations.exact.written import in_place_of

KINDS = "sums, products, powers, roots, floor, ceiling, Min, Max, Abs, log, exp, sines and their like"
"""As a message lists them."""


@cache
def functions() -> dict[Any, str]:
    """Give the functions of SymPy that a formula may be made of, each with its name as it is written."""
    sines = {getattr(sympy, f"{arc}{name}"): f"{'arc' if arc else ''}{name}"
             for arc in ("", "a") for name in ("sin", "cos", "tan")}
    return {sympy.floor: "floor", sympy.ceiling: "ceiling", sympy.Abs: "abs", sympy.Min: "min", sympy.Max: "max",
            sympy.log: "ln", sympy.exp: "exp", **sines}


@cache
def constants() -> dict[Any, str]:
    """Give the irrational numbers that have a letter."""
    return {sympy.pi: "pi", sympy.E: "e"}


def unknown(expression: Any, symbols: Collection[str] | None = None) -> str:
    """Say what in an expression no formula is made of; "" where there is no such thing.

    A sum with a letter for an end, an integral or a binomial may take for ever at the first large number.
    """
    for node in sympy.preorder_traversal(expression):
        if node.is_Float:
            return f"{float(node)} is a float{in_place_of(float(node))}"
        if node.is_Symbol and symbols is not None and node.name not in symbols:
            return f"its function uses the symbol {node.name}, which is no parameter of it"
        if node in (sympy.oo, -sympy.oo, sympy.zoo, sympy.nan):
            return "its function divides by zero, or has no finite value"
        if not (node.is_Rational or node.is_Symbol or node.is_Add or node.is_Mul or node.is_Pow or node in constants()
                or node.func in functions()):
            what = "an imaginary number" if node == sympy.I else f"{node.func.__name__}(…)"
            return f"{what} can't be worked out or written; give a closed form, of {KINDS}"
    return ""
