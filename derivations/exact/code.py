"""How an expression is written as code: Python to copy, and a tree of plain data for the browser. Both are exact.

SymPy's own printers would put floats in (`3*r/(2*h)` is a float division in Python and in JavaScript alike), so a
quotient is written as a fraction of integers, and the browser gets the tree itself, which it walks with big integers.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from fractions import Fraction
from functools import lru_cache
from typing import Any

from derivations.exact import Exact, Value
from derivations.exact.evaluation import FUNCTIONS
from derivations.exact.kinds import functions
from derivations.exact.symbolic import sympy

Tree = str | list[Any]
"""An integer or a symbol's name as text, or [operation, part, part …] with + * / ^ floor ceiling min max abs sqrt."""
_WRITTEN = frozenset({"Fraction", "Rational", "sqrt", "floor", "ceil", "min", "max", "abs"})
"""What lines of Python are written with."""


class NoCode(ValueError):
    """An expression holds something that has no exact counterpart in code."""


def tree(expression: Any) -> Tree:
    """Give an expression as plain data; raises `NoCode` for a function that isn't known here."""
    if expression.is_Rational:
        whole = str(int(expression.p))
        return whole if expression.q == 1 else ["/", whole, str(int(expression.q))]
    if expression.is_Symbol:
        return str(expression.name)
    parts = [tree(part) for part in expression.args]
    if expression.is_Add:
        return ["+", *parts]
    if expression.is_Mul:
        return ["*", *parts]
    if expression.is_Pow:
        exponent = expression.exp
        if exponent.is_Integer:
            return ["^", parts[0], str(int(exponent))]
        if exponent.is_Rational and exponent.q == 2:
            return ["^", ["sqrt", parts[0]], str(int(exponent.p))]
    name = functions().get(expression.func, "")
    if name not in FUNCTIONS:
        raise NoCode(f"{expression.func.__name__} can't be written as exact code")
    return [name, *parts]


def python(value: Value) -> str:
    """Give lines of Python that compute a value exactly; SymPy's are used where a root makes it irrational."""
    names, body, by_sympy = _named(value.formula.expression)
    inputs = {names[name]: number for name, number in value.inputs.items() if name in names}
    if not body or not value.is_rational:
        return _assigned(inputs, "from sympy import *\n", lambda one: f"Rational({one.numerator}, {one.denominator})") \
            + by_sympy
    imports = "from fractions import Fraction\n" if "Fraction(" in body or any(
        isinstance(number, Fraction) for number in inputs.values()) else ""
    if "floor(" in body or "ceil(" in body:
        imports += "from math import ceil, floor\n"
    return _assigned(inputs, imports, lambda one: f"Fraction({one.numerator}, {one.denominator})") + body


@lru_cache(maxsize=4096)
def sympy_text(expression: Any) -> str:
    """Give an expression as SymPy prints it; printed once, however many values come from it."""
    return str(expression)


@lru_cache(maxsize=4096)
def _named(expression: Any) -> tuple[Mapping[str, str], str, str]:
    """Give the symbols in an expression and what code calls them, its lines of Python ("" for what has none), and
    SymPy's.
    """
    names = called((symbol.name for symbol in expression.free_symbols), [expression], _WRITTEN)
    own = renamed(expression, names)
    try:
        return names, _python(own), sympy_text(own)
    except NoCode:
        return names, "", sympy_text(own)


def called(names: Iterable[str], expressions: Iterable[Any], taken: Collection[str]) -> dict[str, str]:
    """Give what code calls each symbol: by a name of its own where it has E, say, for a constant or a function."""
    used = {str(node) if node.is_NumberSymbol else node.func.__name__ for expression in expressions
            for node in sympy.preorder_traversal(expression) if not node.is_Symbol}
    return {name: f"{name}_" if name in used or name in taken else name for name in names}


def renamed(expression: Any, names: Mapping[str, str]) -> Any:
    """Give an expression with its symbols as code calls them."""
    return expression.xreplace({one: sympy.Symbol(names[one.name], **one.assumptions0)
                                for one in expression.free_symbols if names[one.name] != one.name})


def _assigned(inputs: Mapping[str, Exact], imports: str, fraction: Any) -> str:
    if not inputs:
        return imports
    numbers = [str(number) if isinstance(number, int) else fraction(number) for number in inputs.values()]
    return f"{imports}{', '.join(inputs)} = {', '.join(numbers)}\n"


def _python(node: Any) -> str:
    """Write an expression with one Fraction around each quotient, integers inside."""
    if node.is_Rational:
        return str(int(node.p)) if node.q == 1 else f"Fraction({int(node.p)}, {int(node.q)})"
    if node.is_Symbol:
        return str(node.name)
    if node.is_Add:
        return " + ".join(_python(term) for term in node.args).replace("+ -", "- ")
    if node.is_Mul:
        return _product(node)
    if node.is_Pow:
        if node.exp.is_Integer:
            base = _python(node.base)
            base = base if node.base.is_Symbol or (node.base.is_Integer and node.base >= 0) else f"({base})"
            return f"{base}**{int(node.exp)}" if node.exp > 0 else f"Fraction(1, {_python(node ** -1)})"
        raise NoCode("a root")
    name = functions().get(node.func, "")
    if name not in FUNCTIONS:
        raise NoCode(node.func.__name__)
    return f"{FUNCTIONS[name].__name__}({', '.join(_python(part) for part in node.args)})"


def _product(node: Any) -> str:
    above: list[str] = []
    below: list[str] = []
    for factor in node.args:
        if factor.is_Rational and not factor.is_Integer:
            above += [str(int(factor.p))] if factor.p != 1 else []
            below.append(str(int(factor.q)))
        elif factor.is_Pow and factor.exp.is_Integer and factor.exp < 0:
            below.append(_factor(factor ** -1))
        else:
            above.append(_factor(factor))
    sign = "-" if above and above[0] == "-1" else ""
    top = sign + ("*".join(above[1:] if sign else above) or "1")
    return f"Fraction({top}, {'*'.join(below)})" if below else top


def _factor(node: Any) -> str:
    text = _python(node)
    loose = node.is_Add or (node.is_Rational and node < -1) or (node.is_Mul and "Fraction" not in text)
    return f"({text})" if loose else text
