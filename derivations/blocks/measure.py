"""Numbers as blocks compare and draw them: what a formula comes to, and fractions, whatever the exact number is."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from derivations.exact import Exact, Formula, Value
from derivations.text.finding import WordFault

ENOUGH = 60
"""Digits of an irrational number: more than anybody types or draws."""


def rational(exact: Exact) -> Fraction:
    """Give a number as a fraction; an irrational one to enough digits."""
    if isinstance(exact, int | Fraction):
        return Fraction(exact)
    import sympy  # noqa: PLC0415 - the number is SymPy's own

    return Fraction(str(sympy.N(exact, ENOUGH)))


def value_of(formula: Formula, inputs: Mapping[str, Exact], kind: str, name: str) -> Value:
    """Give a formula's value for those of the inputs that it takes; what isn't given there is a fault."""
    value = formula(**{symbol.name: inputs[symbol.name] for symbol in formula.free if symbol.name in inputs})
    if not isinstance(value, Value):
        missing = ", ".join(symbol.name for symbol in value.free)
        raise WordFault(f"{kind} {name}: {formula.name} needs {missing}, which the {kind} doesn't give")
    return value
