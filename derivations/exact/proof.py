"""Proof that the neighbouring steps of a derivation are equal, by two roads that share no code.

SymPy's `cancel` decides equality of rational functions. The second road never asks SymPy to simplify: both sides are
evaluated in plain rational arithmetic at more points than the degrees allow roots, which also decides it: a polynomial
of degree d in one variable that vanishes at d + 1 points is zero, and symbol by symbol on a grid (Schwartz–Zippel with
certainty) the same holds for several.

Neither road goes on for ever: exponents are drawn small, where roots or logarithms come out values are compared to
`DIGITS` digits, and what has more than `LARGEST` operations isn't simplified. What can't be decided so is said.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise
from typing import Any

from derivations.exact.evaluation import compile_expression
from derivations.exact.formula import Formula
from derivations.exact.symbolic import sympy
from derivations.exact.value import Exact

POINTS = 64
"""Random points a pair, each coordinate drawn from a million: far above any degree in the course."""

EXPONENTS = 12
"""The largest number drawn for a symbol that stands in an exponent."""

DIGITS = 60
"""How many digits two irrational values must share."""

LARGEST = 150
"""The most operations of a difference, not a rational function, that SymPy is asked to simplify."""


class Unequal(ValueError):
    """Two neighbouring steps aren't equal."""


class Unproved(Unequal):
    """Whether two neighbouring steps are equal couldn't be decided within the bounds."""


def prove(formula: Formula) -> int:
    """Prove every neighbouring pair of steps, and the last one against the formula; give the number of pairs.

    Raises `Unequal`, naming the formula and the step.
    """
    lines = [(step.reason, step.expression) for step in formula.steps]
    lines.append(("the formula itself", Formula(formula.name, formula.function, formula.symbols).expression))
    for (_, before), (reason, after) in pairwise(lines):
        cancelled = equal_by_cancelling(before, after)
        if cancelled is None and equal_at_points(before, after, seed=formula.name):
            raise Unproved(f"{formula.name}: step '{reason}' can't be proved: its difference from the line before is "
                           "too large to simplify, though both have the same value wherever they were tried")
        if not cancelled:
            raise Unequal(f"{formula.name}: step '{reason}' turns {before} into {after}, which is not equal")
        if not equal_at_points(before, after, seed=f"{formula.name}/{reason}"):
            raise Unequal(f"{formula.name}: step '{reason}' fails in exact arithmetic: {before} and {after}")
    return len(lines) - 1


@lru_cache(maxsize=4096)
def equal_by_cancelling(left: Any, right: Any) -> bool | None:
    """Decide equality with SymPy: `cancel` for rational functions, `simplify` where a root, a logarithm or a floor is
    involved; None where that would take too long.
    """
    difference = left.doit() - right.doit()
    if difference.is_rational_function(*difference.free_symbols):
        return bool(sympy.cancel(difference) == 0)
    if difference == 0:
        return True
    return bool(sympy.simplify(difference) == 0) if sympy.count_ops(difference) <= LARGEST else None


@lru_cache(maxsize=4096)
def equal_at_points(left: Any, right: Any, *, seed: str) -> bool:
    """Decide equality without SymPy's simplification: exact values at random points."""
    import random  # noqa: PLC0415 - only where something is proved

    draw = random.Random(seed)
    first, second = compile_expression(left, _in_digits), compile_expression(right, _in_digits)
    symbols = sorted(left.free_symbols | right.free_symbols, key=lambda symbol: str(symbol.name))
    small = _in_exponents(left) | _in_exponents(right)
    for _ in range(POINTS):
        inputs = {symbol.name: draw.randint(2, EXPONENTS if symbol in small else 10**6) for symbol in symbols}
        a, b = first(inputs), second(inputs)
        both_rational = isinstance(a, int | Fraction) and isinstance(b, int | Fraction)
        if (a != b) if both_rational else not _alike(a, b):
            return False
    return True


def _in_digits(expression: Any, inputs: Mapping[str, Exact]) -> Exact:
    """Give an irrational value in digits: SymPy may take minutes to keep numbers in nested roots exact."""
    numbers = {symbol: inputs[symbol.name] for symbol in expression.free_symbols}
    return expression.doit().evalf(2 * DIGITS, subs=numbers)     # a held expression has its own ways with numbers


def _in_exponents(expression: Any) -> set[Any]:
    """Give the symbols that stand in an exponent; under exp as well."""
    return {symbol for part in sympy.preorder_traversal(expression) if part.is_Pow or part.func.__name__ == "exp"
            for symbol in part.args[-1].free_symbols}


def _alike(left: Exact, right: Exact) -> bool:
    """Whether two exact numbers, one of them irrational, share `DIGITS` digits."""
    one, other = (sympy.sympify(number, strict=True).evalf(2 * DIGITS) for number in (left, right))
    return bool(abs(one - other) <= max(abs(one), 1) / sympy.Integer(10)**DIGITS)
