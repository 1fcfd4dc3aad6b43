"""Reads the quantities of facts.json ("2*r/h at h=768,r=8") by a road of its own, that shares nothing with the engine.

Python's grammar, walked over exact fractions: no SymPy, no float, nothing executed.
"""

from __future__ import annotations

import ast
import json
import math
import operator
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

UNITS = {
    "": Fraction(1), "%": Fraction(1, 100), "K": Fraction(1000), "M": Fraction(1000**2), "B": Fraction(1000**3),
    "MiB": Fraction(1024**2), "GiB": Fraction(1024**3), "bytes": Fraction(1), "Linears": Fraction(1),
    "r/h": Fraction(1), "×": Fraction(1),
}
"""How many plain units one unit of a record is; the Linears and times of a record are plain numbers."""

_BINARY = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv,
    ast.Pow: operator.pow,
}


def _root(number: Fraction) -> Fraction:
    """Give the square root where it is rational; else one that is exact enough for the floor that is taken of it."""
    return Fraction(math.isqrt(number.numerator * number.denominator), number.denominator)


_FUNCTIONS = {
    "floor": math.floor, "ceiling": math.ceil, "Min": min, "sqrt": _root, "Rational": Fraction,
}


@dataclass(frozen=True)
class Quantity:
    """An expression and the point it is taken at."""

    expression: ast.expr
    point: Mapping[str, Fraction]

    def value(self, point: Mapping[str, Any] | None = None) -> Fraction:
        """Give the exact value at a point (by default the record's own)."""
        return _value(self.expression, self.point if point is None else point)


def quantity(text: str) -> Quantity:
    """Read "EXPRESSION at NAME=EXPRESSION,…"."""
    expression, _, point = text.partition(" at ")
    inputs = {}
    for one in filter(None, point.split(",")):
        name, _, number = one.partition("=")
        inputs[name] = _value(ast.parse(number, mode="eval").body, {})
    return Quantity(ast.parse(expression, mode="eval").body, inputs)


def _value(node: ast.expr, point: Mapping[str, Any]) -> Fraction:
    match node:
        case ast.Constant(value=int(number)):
            return Fraction(number)
        case ast.Name(id=name):
            return Fraction(point[name])
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_value(operand, point)
        case ast.BinOp(left=left, op=op, right=right):
            return Fraction(_BINARY[type(op)](_value(left, point), _value(right, point)))
        case ast.Call(func=ast.Name(id=name), args=arguments):
            return Fraction(_FUNCTIONS[name](*(_value(argument, point) for argument in arguments)))
    raise ValueError(f"a quantity doesn't hold {ast.dump(node)}")


@cache
def records() -> tuple[Mapping[str, Any], ...]:
    """Give the records of the fact check."""
    return tuple(json.loads(Path(__file__).with_name("facts.json").read_text(encoding="utf-8")))
