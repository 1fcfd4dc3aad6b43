"""Evaluation of a SymPy expression in plain rational arithmetic.

`lambdify` prints `3*r/(2*h)` as a product with a float, and `subs` builds a new tree for every value. This walk turns
an expression into nested Python functions once; after that a value costs microseconds and is an int or a Fraction.
Where a root is met, SymPy itself takes over and answers with its own exact number.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import reduce
from operator import add, mul
from typing import Any

from derivations.exact.kinds import functions
from derivations.exact.symbolic import sympy
from derivations.exact.value import Exact

Compiled = Callable[[Mapping[str, Any]], Any]
FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    "floor": math.floor, "ceiling": math.ceil, "min": min, "max": max, "abs": abs,
}
"""What a rational number has a rational value of, by the names of `kinds`."""

LONGEST = 2**20
"""The most bits of a power that are worked out: some 300,000 digits."""

LONGEST_ROOT = 1024
"""The most bits of a number whose root is looked for."""


class TooLong(ArithmeticError):
    """A power has more digits than anybody waits for."""


class _Irrational(Exception):
    """The expression leaves the rational numbers at this point."""


def evaluate(expression: Any, inputs: Mapping[str, Exact]) -> Exact:
    """Give the expression's exact value with the symbols named in `inputs` replaced.

    Raises `ZeroDivisionError` where a denominator vanishes.
    """
    return compile_expression(expression)(inputs)


def compile_expression(
    expression: Any, irrational: Callable[[Any, Mapping[str, Exact]], Exact] | None = None,
) -> Callable[[Mapping[str, Exact]], Exact]:
    """Turn an expression into a function from inputs (symbol name → exact number) to its exact value.

    irrational  finds a value that leaves the rational numbers; by default SymPy does, exactly
    """
    walk, beyond = _compile(expression), irrational or _by_sympy

    def value(inputs: Mapping[str, Exact]) -> Exact:
        try:
            return whole(walk(inputs))
        except _Irrational:
            return beyond(expression, inputs)

    return value


def whole(number: Exact) -> Exact:
    """Give an int for a Fraction without a fractional part; anything else unchanged."""
    return number.numerator if isinstance(number, Fraction) and number.denominator == 1 else number


def _compile(node: Any) -> Compiled:
    if node.is_Rational:
        constant = whole(Fraction(int(node.p), int(node.q)))
        return lambda inputs: constant
    if node.is_Symbol:
        name = node.name
        return lambda inputs: inputs[name]
    parts = [_compile(argument) for argument in node.args]
    if node.is_Add:
        return lambda inputs: reduce(add, (part(inputs) for part in parts))
    if node.is_Mul:
        return lambda inputs: reduce(mul, (part(inputs) for part in parts))
    if node.is_Pow:
        base, exponent = parts
        return lambda inputs: _power(base(inputs), exponent(inputs))
    function = FUNCTIONS.get(functions().get(node.func, ""))
    if function is None:
        return _refuse
    return lambda inputs: function(*(part(inputs) for part in parts))


def _power(base: Exact, exponent: Exact) -> Exact:
    if isinstance(exponent, int | Fraction) and isinstance(base, int | Fraction):
        exponent = exponent.numerator if exponent.denominator == 1 else exponent
        if abs(exponent) * max(abs(base.numerator).bit_length(), base.denominator.bit_length()) > LONGEST:
            raise TooLong
        if isinstance(exponent, int):
            return Fraction(base) ** exponent
    raise _Irrational


def _refuse(inputs: Mapping[str, Any]) -> Any:
    raise _Irrational


def _of_root(logarithm: Any) -> Any:
    """Give 3 ln 10 for ln 1000: over ln 10 that is 3, which SymPy leaves as it is."""
    number = logarithm.args[0]
    if number <= 0 or max(number.p, number.q).bit_length() > LONGEST_ROOT:
        return logarithm
    roots = [(1, 0) if part == 1 else sympy.perfect_power(part) or (part, 1) for part in (int(number.p), int(number.q))]
    power = math.gcd(*(exponent for _, exponent in roots))
    above, below = (root ** (exponent // power) for root, exponent in roots) if power else (1, 1)
    root = sympy.Rational(above, below)
    return power * sympy.log(root) if root >= 1 else -power * sympy.log(1 / root)


def _by_sympy(expression: Any, inputs: Mapping[str, Exact]) -> Exact:
    replaced = {
        symbol: sympy.Rational(number.numerator, number.denominator)
        if isinstance(number := inputs[symbol.name], int | Fraction) else number
        for symbol in expression.free_symbols
    }
    for power in expression.atoms(sympy.Pow):              # of a root: SymPy would write all of its digits down
        exponent = power.exp.subs(replaced)
        if exponent.is_Rational and abs(exponent) > LONGEST:
            raise TooLong
    result = sympy.nsimplify(expression.subs(replaced)) if expression.has(sympy.Float) else expression.subs(replaced)
    if result.is_finite is False:
        raise ZeroDivisionError
    if any(power.exp.is_negative and power.base.has(sympy.log) for power in result.atoms(sympy.Pow)):
        result = result.replace(lambda part: part.func == sympy.log and part.args[0].is_Rational, _of_root)
    if result.is_Rational:
        return whole(Fraction(int(result.p), int(result.q)))
    return result
