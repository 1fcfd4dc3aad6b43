"""Ways to write a derivation down: expressions that stay as written, chains that drop what says nothing new.

Everything here is called with SymPy expressions, when a derivation is really asked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from derivations.exact.formula import Step
from derivations.exact.simplest import simplest

Line = tuple[str, Any]
"""A reason's key and an expression."""


def as_sum(terms: Sequence[Any]) -> Any:
    """Give the sum of the terms as written: nothing collected, nothing reordered."""
    import sympy  # noqa: PLC0415 - only where something symbolic is needed

    return terms[0] if len(terms) == 1 else sympy.Add(*terms, evaluate=False)


def as_product(factors: Sequence[Any]) -> Any:
    """Give the product of the factors as written. A factor 1 is left out."""
    import sympy  # noqa: PLC0415 - as above

    kept = [sympy.sympify(factor) for factor in factors if factor != 1]
    if not kept:
        return sympy.Integer(1)
    return kept[0] if len(kept) == 1 else sympy.Mul(*kept, evaluate=False)


def as_quotient(dividend: Any, divisor: Any) -> Any:
    """Give dividend over divisor as written, without cancelling."""
    import sympy  # noqa: PLC0415 - as above

    inverse = sympy.Pow(sympy.sympify(divisor), -1, evaluate=False)
    return sympy.Mul(sympy.sympify(dividend), inverse, evaluate=False)


def steps(*lines: Line) -> tuple[Step, ...]:
    """Give the lines as steps; a line written like the one before says nothing new and takes its place."""
    kept: list[Step] = []
    for reason, expression in lines:
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
    import sympy  # noqa: PLC0415 - as above

    expression = sympy.sympify(expression)
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
        above, below = ([str(part)] if part != 1 else [] for part in (expression.p, expression.q))
        return above, below
    if expression.is_Pow and expression.exp.is_negative:
        above, below = _factors(expression.base ** -expression.exp if expression.exp != -1 else expression.base)
        return below, above
    if expression.is_Add:
        return [_written(expression)], []
    if not expression.args:
        return [str(expression)], []
    name = "^" if expression.is_Pow else expression.func.__name__
    return [f"{name}[{', '.join(_written(part) for part in expression.args)}]"], []


def grouped(terms: Sequence[Any]) -> list[tuple[int, Any]]:
    """Count equal terms: (how many, term), in the order in which each first appears."""
    groups: dict[Any, int] = {}
    for term in terms:
        groups[term] = groups.get(term, 0) + 1
    return [(count, term) for term, count in groups.items()]


def added(written: Sequence[Any], values: Sequence[Any]) -> list[Line]:
    """Give the lines that add up terms: as written, each worked out, equal ones grouped, groups, the sum.

    written  the terms as the definition gives them
    values   the same terms, worked out
    """
    groups = grouped(values)
    total = sum(values)
    return [
        ("definition", as_sum(written)),
        ("each_term", as_sum(values)),
        ("group", as_sum([as_product((count, term)) for count, term in groups])),
        ("multiply", as_sum([count * term for count, term in groups])),
        ("collect", total),
    ]


def times(factor: Any, lines: Sequence[Line]) -> list[Line]:
    """Give the lines of a multiple: the factor before the definition, before the total, multiplied out."""
    return [
        ("definition", as_product((factor, lines[0][1]))),
        ("one_of_them", as_product((factor, lines[-1][1]))),
        ("multiply", factor * lines[-1][1]),
    ]


def over(top: Sequence[Line], bottom: Sequence[Line]) -> tuple[Step, ...]:
    """Derive a quotient from the lines of its two sides: both definitions, both totals, cancelled."""
    dividend, divisor = top[-1][1], bottom[-1][1]
    return steps(
        ("definition", as_quotient(top[0][1], bottom[0][1])),
        ("totals", as_quotient(dividend, divisor)),
        ("cancel", simplest(as_quotient(dividend, divisor).doit())),
    )


def one_over(top: Any, bottom: Any) -> tuple[Step, ...]:
    """Derive a quotient of two amounts whose own derivations stand elsewhere."""
    return over([("definition", top)], [("definition", bottom)])


def lines_of(derived: Sequence[Step]) -> list[Line]:
    """Give the lines of a derivation, to go on from."""
    return [(step.reason, step.expression) for step in derived]
