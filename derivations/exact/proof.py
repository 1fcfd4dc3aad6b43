"""Proof that the neighbouring steps of a derivation are equal, by two roads that share no code.

SymPy's `cancel` decides equality of rational functions. The second road never asks SymPy to simplify: both sides are
evaluated in plain rational arithmetic at more points than the degrees allow roots, which also decides it: a polynomial
of degree d in one variable that vanishes at d + 1 points is zero, and symbol by symbol on a grid (Schwartz–Zippel with
certainty) the same holds for several.
"""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from itertools import pairwise
from typing import Any

from derivations.exact.evaluate import compile_expression
from derivations.exact.formula import Formula

POINTS = 64
"""Random points a pair, each coordinate drawn from a million: far above any degree in the course."""


class Unequal(ValueError):
    """Two neighbouring steps aren't equal."""


def prove(formula: Formula) -> int:
    """Prove every neighbouring pair of steps, and the last one against the formula; give the number of pairs.

    Raises `Unequal`, naming the formula and the step.
    """
    lines = [(step.reason, step.expression) for step in formula.steps]
    lines.append(("the formula itself", Formula(formula.name, formula.function, formula.symbols).expression))
    for (_, before), (reason, after) in pairwise(lines):
        if not equal_by_cancelling(before, after):
            raise Unequal(f"{formula.name}: step '{reason}' turns {before} into {after}, which is not equal")
        if not equal_at_points(before, after, seed=f"{formula.name}/{reason}"):
            raise Unequal(f"{formula.name}: step '{reason}' fails in exact arithmetic: {before} and {after}")
    return len(lines) - 1


@lru_cache(maxsize=4096)
def equal_by_cancelling(left: Any, right: Any) -> bool:
    """Decide equality with SymPy: `cancel` for rational functions, `simplify` where a root or a floor is involved."""
    import sympy  # noqa: PLC0415 - only where something symbolic is needed

    difference = left.doit() - right.doit()
    if difference.is_rational_function(*difference.free_symbols):
        return bool(sympy.cancel(difference) == 0)
    return bool(sympy.simplify(difference) == 0)


@lru_cache(maxsize=4096)
def equal_at_points(left: Any, right: Any, *, seed: str, points: int = POINTS) -> bool:
    """Decide equality without SymPy's simplification: exact values at `points` random points."""
    import random  # noqa: PLC0415 - only where something is proved

    draw = random.Random(seed)
    first, second = compile_expression(left), compile_expression(right)
    symbols = sorted(left.free_symbols | right.free_symbols, key=lambda symbol: str(symbol.name))
    for _ in range(points):
        inputs = {symbol.name: draw.randint(2, 10**6) for symbol in symbols}
        a, b = first(inputs), second(inputs)
        both_rational = isinstance(a, int | Fraction) and isinstance(b, int | Fraction)
        if (a != b) if both_rational else (not (a - b).equals(0)):
            return False
    return True
