"""How a definition becomes the form that is taught: line by line, each with the reason why it equals the one before.

The definition is what the formula's own function gives for held operands, so nothing here retypes a formula. Its shape
says which lines lead on: a sum works out and groups its terms, a quotient its two sides, a product what it multiplies.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import mul, truediv
from typing import Any

from derivations.exact.held import Held, bare, known
from derivations.exact.symbolic import sympy


@dataclass(frozen=True)
class Step:
    """One line of a derivation: an expression, and the key of the reason why it equals the line before."""

    reason: str
    expression: Any


Line = tuple[str, Any]
"""A reason's key and an expression, held or not."""


def derivation(written: Any, taught: Any, reasons: Sequence[str] = ()) -> tuple[Step, ...]:
    """Give the lines from a definition to the form that is taught.

    written  the definition, held; or (reason, expression) for each line that somebody wrote by hand
    reasons  what the first lines say in the place of the reasons that their shape suggests
    """
    lines = list(written) if isinstance(written, tuple | list) else _lines(written, taught)
    found = steps(*lines)
    return tuple(Step(reason, step.expression) for reason, step in zip(
        [*reasons, *(step.reason for step in found[len(reasons):])], found, strict=False))


def _lines(written: Any, taught: Any) -> list[Line]:
    """Give the lines that the shape of a definition asks for."""
    if not isinstance(written, Held):  # a plain number, or what SymPy made of functions of its own
        return [("definition", written), ("multiply", taught)]
    first = ("definition", written)
    if written.over:
        return [first, ("totals", truediv(*map(known, written.over))), ("cancel", taught)]
    if len(written.terms) > 1:
        values = [part for term in written.terms for part in sympy.Add.make_args(term.doit())]
        lines = _added(values) if any(value.free_symbols for value in values) else []
        return [first, *lines, (_last(written, taught), taught)]
    if len(written.factors) > 1:
        parts = reduce(mul, (known(Held(factor)) for factor in written.factors))
        return [first, ("one_of_them", parts), ("multiply", taught)]
    return [first, ("multiply", taught)]


def _added(values: Sequence[Any]) -> list[Line]:
    """Give the lines that add up terms: each worked out, equal ones grouped, groups, the sum."""
    groups = Counter(values)
    return [
        ("each_term", sum(map(Held, values))),
        ("group", sum(count * Held(term) for term, count in groups.items())),
        ("multiply", sum(Held(count * term) for term, count in groups.items())),
        ("collect", sum(values)),
    ]


def _last(written: Held, taught: Any) -> str:
    """Say what the last line of a sum does: collects terms, takes out a factor, or finds one denominator."""
    below = taught.as_numer_denom()[1]
    if below != 1 and any(term.doit().as_numer_denom()[1] != 1 for term in written.terms) and taught.free_symbols:
        return "one_denominator"
    return "common_factor" if taught.is_Mul and any(factor.is_Add for factor in taught.args) else "collect"


def steps(*lines: Line) -> tuple[Step, ...]:
    """Give the lines as steps; a line written like the one before says nothing new and takes its place."""
    kept: list[Step] = []
    for reason, line in lines:
        expression = bare(line)
        if kept and _same(kept[-1].expression, expression):
            kept[-1] = Step(kept[-1].reason, expression)
        else:
            kept.append(Step(reason, expression))
    return tuple(kept)


def _same(left: Any, right: Any) -> bool:
    """Whether two expressions are written alike, order and the nesting of products apart."""
    return _written(left) == _written(right)


def _written(expression: Any) -> str:
    """Describe how an expression is written: a sum by its terms, a product by what's above and below."""
    expression = sympy.sympify(expression, strict=True)
    if expression.is_Add:
        return f"({' + '.join(sorted(_written(term) for term in expression.args))})"
    above, below = _factors(expression)
    return f"{' '.join(sorted(above))} / {' '.join(sorted(below))}"


def _factors(expression: Any) -> tuple[list[str], list[str]]:
    """List the factors above and below the line, those of nested products included; 1 says nothing."""
    if expression.is_Mul:
        pairs = [_factors(part) for part in expression.args]
        return [one for above, _ in pairs for one in above], [one for _, below in pairs for one in below]
    if expression.is_Rational:
        above, below = ([str(part)] if part != 1 else [] for part in (abs(expression.p), expression.q))
        return ["-", *above] if expression < 0 else above, below
    if expression.is_Pow and (exponent := expression.exp.doit()).is_negative:
        above, below = _factors(expression.base if exponent == -1 else expression.base ** -exponent)
        return below, above
    if expression.is_Add:
        return [_written(expression)], []
    if expression.is_Pow and exponent == sympy.Rational(1, 2) and expression.base.is_Mul:   # SymPy parts √(LC)
        pairs = [_factors(sympy.Pow(part, exponent, evaluate=False)) for part in expression.base.args]
        return [one for above, _ in pairs for one in above], [one for _, below in pairs for one in below]
    if not expression.args:
        return [str(expression)], []
    name = "^" if expression.is_Pow else expression.func.__name__
    return [f"{name}[{', '.join(_written(part) for part in expression.args)}]"], []
