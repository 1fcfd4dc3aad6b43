"""The form in which the course writes an expression: collected, cancelled, the shorter of sum and product."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from derivations.exact.symbolic import sympy


@lru_cache(maxsize=8192)
def simplest(expression: Any) -> Any:
    """Cancel common factors and collect sums; factor where that is shorter, as in r(in + out), or takes apart a
    difference, as in r(2h − r).

    Only rational functions are touched: floors and minima are left as they were made, and of a quotient of square roots
    one is made again, √(ℓ/g), which SymPy takes apart. An expression met again is not worked on again.
    """
    expression = sympy.sympify(expression, strict=True)
    if expression.is_Rational or not expression.is_rational_function(*expression.free_symbols):
        return _one_root(expression)
    cancelled = sympy.cancel(expression)
    if not cancelled.has(sympy.Add):  # powers of symbols over one another: nothing to factor
        return cancelled
    collected, factored = _positive(cancelled), _positive(sympy.factor(cancelled))
    shorter = sympy.count_ops(factored) - sympy.count_ops(collected)
    return factored if shorter < 0 or (shorter == 0 and _has_difference(collected)) else collected


def _one_root(expression: Any) -> Any:
    """Put √(ℓ/g) together where √ℓ stands above a √g, beside numbers alone.

    Of what may be negative, one root at most, above the line: two have another sign than that of their product.
    """
    half = sympy.Rational(1, 2)
    above, below = ([factor for factor in sympy.Mul.make_args(expression)
                     if factor.is_Pow and factor.exp == sign * half and factor.base.free_symbols] for sign in (1, -1))
    rest = expression / sympy.Mul(*above, *below)
    unsure = [factor for factor in above if not factor.base.is_positive]
    if len(unsure) > 1 or not all(factor.base.is_positive for factor in below):
        return expression
    if not above or not below or rest.free_symbols or any(factor.exp == half for factor in rest.atoms(sympy.Pow)):
        return expression
    root = sympy.Pow(sympy.Mul(*(factor**2 for factor in above + below)), half, evaluate=False)
    return root if rest == 1 else sympy.Mul(*sympy.Mul.make_args(rest), root, evaluate=False)


def _positive(expression: Any) -> Any:
    """Write r(in + out − r), not −r(r − in − out): a sum within a product starts with a positive term; and 1/(μ − λ),
    not −1/(λ − μ): a difference takes up the sign of the whole, above the line if there is one.
    """
    if not expression.is_Mul:
        return expression
    sign, factors = 1, []
    for factor in expression.args:
        base, exponent = factor.as_base_exp()
        if base.is_Add and exponent.is_Integer and _starts_negative(base):
            sign *= -1 if exponent % 2 else 1
            factor = sympy.Pow(-base, exponent)  # noqa: PLW2901 - the same factor with its sign turned
        factors.append(factor)
    product = sign * sympy.Mul(*factors)
    if not product.could_extract_minus_sign() or product.as_coeff_Mul()[0] > 0:
        return product
    for number, factor in sorted(enumerate(factors), key=lambda one: one[1].as_base_exp()[1].is_negative is True):
        base, exponent = factor.as_base_exp()
        if base.is_Add and exponent.is_Integer and exponent % 2 and _has_difference(base):
            return -sign * sympy.Mul(*factors[:number], sympy.Pow(-base, exponent), *factors[number + 1:])
    return product


def _starts_negative(total: Any) -> bool:
    """Whether the term with the alphabetically first symbols has a negative coefficient."""
    first = min(total.args, key=lambda term: sorted(symbol.name for symbol in term.free_symbols) or ["~"])
    return bool(first.as_coeff_Mul()[0] < 0)


def _has_difference(expression: Any) -> bool:
    """Whether some sum in the expression has a term with a minus sign."""
    return any(term.could_extract_minus_sign() for part in _sums(expression) for term in part.args)


def _sums(expression: Any) -> list[Any]:
    return [part for part in (expression, *expression.args, *(base for arg in expression.args for base in arg.args))
            if part.is_Add]
