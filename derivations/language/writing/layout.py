"""From a SymPy expression to the tree that is set on the page: its parts in the order they're read.

SymPy sorts what it evaluates by rules of its own and writes a denominator as a power of -1; a reader wants
12Lh² and 3r/(2h). This module decides order and shape, and knows no character. The rules:

- what SymPy evaluated is ordered: in a product the number, then powers of symbols in the course's order,
  roots, sums and functions; in a sum positive terms before negative ones, higher degree first, then the
  course's order;
- 1 comes first beside a proportion, a symbol that needn't be whole: 1 + ρ, but h + 1;
- a tree built with `evaluate=False` is a line of a derivation: it's kept in its own order and grouping.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from derivations.exact import Exact
from derivations.exact.kinds import KINDS, constants, functions
from derivations.language.writing.forms import FormError
from derivations.language.writing.tree import (
    Call,
    Constant,
    Letter,
    Marked,
    Negated,
    Node,
    Number,
    Power,
    Quotient,
    Root,
    Sum,
    multiplied,
    number,
    rebuilt,
    signed,
)


def layout(expression: Any, order: Sequence[str] = (), mark: Collection[Any] = ()) -> Node:
    """Give the tree of a SymPy expression: `order` lists symbol names, `mark` the parts to be marked.

    Symbols that `order` doesn't list follow it, by name. Raises `FormError` for what a course can't write.
    """
    place = {name: position for position, name in enumerate(order)}
    names = sorted((symbol.name for symbol in expression.free_symbols), key=lambda n: (place.get(n, len(place)), n))
    return _Layout({name: position for position, name in enumerate(names)}, mark).node(expression)


class _Layout:
    """One walk over an expression."""

    def __init__(self, rank: Mapping[str, int], mark: Collection[Any]) -> None:
        self.rank = rank
        self.mark = frozenset(mark)

    def node(self, expression: Any) -> Node:
        node = self._bare(expression)
        return Marked(node) if expression in self.mark else node

    def _bare(self, expression: Any) -> Node:
        if expression.is_Rational:
            return constant(Fraction(int(expression.p), int(expression.q)))
        if expression.is_Symbol:
            return Letter(expression.name)
        if expression.is_Add:
            return self._sum(expression)
        if expression.is_Mul:
            based = _based(expression)
            return self._product(based) if based.is_Mul else self.node(based)
        if expression.is_Pow:
            return self._power(expression)
        if expression in constants():
            return Constant(constants()[expression])
        name = functions().get(expression.func)
        if name is None:
            raise FormError(
                f"{expression}: {expression.func.__name__} isn't among the things that can be written",
                f"{KINDS} are",
            )
        arguments = expression.args
        if name == "ln" and len(arguments) == 2:
            name = "log"
        if name in ("min", "max"):  # SymPy keeps a set; the course's order makes it a list
            arguments = sorted(arguments, key=self._term_key)
        return Call(name, tuple(self.node(argument) for argument in arguments))

    def _sum(self, expression: Any) -> Node:
        terms = list(expression.args)
        if _evaluated(expression):
            terms.sort(key=self._term_key)
            whole = [term for term in terms if term.is_number]
            rest = [term for term in terms if not term.is_number]
            if (
                whole
                and all(term > 0 for term in whole)
                and all(symbol.is_integer is not True for term in rest for symbol in term.free_symbols)
            ):
                terms = whole + rest
        return Sum(tuple(signed(self.node(term)) for term in terms))

    def _product(self, expression: Any) -> Node:
        if not _evaluated(expression):
            return self._product_as_given(expression)
        coefficient, rest = expression.as_coeff_Mul(rational=True)
        others = list(expression.make_args(rest))
        if coefficient < 0 and (turned := _turned(others)) is not None:
            coefficient, others = -coefficient, turned
        tops, bottoms = _sides(sorted(others, key=self._factor_key))
        if not bottoms and (under_one := _under_one(abs(coefficient), tops)):
            return _over([], [self.node(factor) for factor in under_one], coefficient < 0)
        top, bottom = self._factors(tops), self._factors(bottoms)
        factor, divisor = abs(int(coefficient.p)), int(coefficient.q)
        if factor != 1:
            node: Node = Number(factor)
            top.insert(0, Marked(node) if coefficient in self.mark else node)
        if divisor != 1:
            bottom.insert(0, Number(divisor))
        return _over(top, bottom, coefficient < 0)

    def _factors(self, factors: list[Any]) -> list[Node]:
        """Give the factors' trees; two square roots or more become one, at the place of the last: √(2r)."""
        roots = [factor for factor in factors if _is_square_root(factor)]
        if len(roots) < 2:
            return [self.node(factor) for factor in factors]
        joined = Root(multiplied([self.node(root.args[0]) for root in roots]), 2)
        return [
            joined if factor is roots[-1] else self.node(factor)
            for factor in factors
            if factor is roots[-1] or factor not in roots
        ]

    def _product_as_given(self, expression: Any) -> Node:
        factors = expression.args
        negative = len(factors) > 1 and factors[0] == -1
        tops, bottoms = _sides(factors[1:] if negative else factors)
        return _over([self.node(factor) for factor in tops], [self.node(factor) for factor in bottoms], negative)

    def _power(self, power: Any) -> Node:
        if (upside_down := _reciprocal(power)) is not None:
            return Quotient(Number(1), self.node(upside_down))
        base, exponent = power.args
        if exponent.is_Rational:
            if exponent == 1:
                return self.node(base)
            if exponent.p == 1:
                return Root(self.node(base), int(exponent.q))
        return Power(self.node(base), self.node(exponent))

    def _factor_key(self, factor: Any) -> tuple[int, int, Any]:
        base, exponent = factor.as_base_exp()
        if base.is_number and exponent.is_number:
            return (0, self._first(factor), _Spelled(factor))
        if base.is_Symbol:
            return (1 if exponent.is_Integer else 2, self.rank[base.name], base.name)
        if base.is_Add:
            return (3, self._first(base), _Spelled(base))
        return (4, self._first(base), _Spelled(base))

    def _first(self, expression: Any) -> int:
        return min((self.rank[symbol.name] for symbol in expression.free_symbols), default=0)

    def _term_key(self, term: Any) -> tuple[bool, Fraction, tuple[Fraction, ...], Any]:
        """Sort terms: positive first, then by falling degree, then by powers in the course's order."""
        coefficient, rest = term.as_coeff_Mul()
        powers = dict.fromkeys(self.rank, Fraction(0))
        for base, exponent in rest.as_powers_dict().items():
            if exponent.is_Rational:
                for symbol in base.free_symbols:
                    powers[symbol.name] += Fraction(int(exponent.p), int(exponent.q))
        falling = tuple(-powers[name] for name in self.rank)
        return (bool(coefficient < 0), sum(falling, Fraction(0)), falling, _Spelled(term))


class _Spelled:
    """Decides by their spelling between two that all else leaves equal: few are, and to spell one takes SymPy long."""

    def __init__(self, expression: Any) -> None:
        self.expression = expression

    def __eq__(self, other: object) -> bool:
        return str(self) == str(other)

    def __lt__(self, other: _Spelled) -> bool:
        return str(self) < str(other)

    def __hash__(self) -> int:
        return hash(str(self))

    def __str__(self) -> str:
        return str(self.expression)


def _based(product: Any) -> Any:
    """Give log₁₀ x for ln x over the ln of a whole number; another product as it is."""
    above = [factor for factor in product.args if _is_ln(factor)]
    below = [factor for factor in product.args
             if factor.is_Pow and factor.exp == -1 and _is_ln(factor.base) and factor.base.args[0].is_Integer]
    if len(above) != 1 or len(below) != 1:
        return product
    log = above[0].func(above[0].args[0], below[0].base.args[0], evaluate=False)
    return product.func(*(log if factor is above[0] else factor for factor in product.args if factor is not below[0]),
                        evaluate=_evaluated(product))


def _is_ln(expression: Any) -> bool:
    return functions().get(expression.func) == "ln" and len(expression.args) == 1


def constant(value: Exact) -> Node:
    """Give the tree of a number: whole, a fraction, or SymPy's exact irrational one."""
    return number(value) if isinstance(value, int | Fraction) else layout(value)


def substituted(node: Node, inputs: Mapping[str, Exact]) -> Node:
    """Put numbers in for letters and change nothing else."""

    def put(part: Node) -> Node:
        return constant(inputs[part.name]) if isinstance(part, Letter) and part.name in inputs else part

    return rebuilt(node, put)


def _evaluated(expression: Any) -> bool:
    """Whether SymPy would give these very arguments again; if not, somebody built the tree as it is."""
    again = expression.func(*expression.args)
    return bool(again.func == expression.func and again.args == expression.args)


def _turned(factors: list[Any]) -> list[Any] | None:
    """Turn the signs of a sum among the factors if that takes no more minus signs: -r(r - n) is r(n - r)."""
    for position, factor in enumerate(factors):
        if factor.is_Add:
            negative = sum(bool(term.as_coeff_Mul()[0] < 0) for term in factor.args)
            if 2 * negative >= len(factor.args):
                return [*factors[:position], -factor, *factors[position + 1 :]]
    return None


def _under_one(coefficient: Any, factors: list[Any]) -> list[Any]:
    """Give what 1 is divided by in √2/2 = 1/√2, √2/4 = 1/(2√2): what readers expect; nothing for any other product."""
    if len(factors) != 1 or not _is_square_root(factors[0]) or not factors[0].args[0].is_Integer or coefficient.p != 1:
        return []
    times, rest = divmod(coefficient.q, factors[0].args[0])
    if rest:
        return []
    return [factors[0]] if times == 1 else [times, factors[0]]


def _is_square_root(factor: Any) -> bool:
    return bool(factor.is_Pow and factor.args[1].is_Rational and factor.args[1].p == 1 and factor.args[1].q == 2)


def _sides(factors: Iterable[Any]) -> tuple[list[Any], list[Any]]:
    """Part factors into those above the line and, turned upside down, those below it."""
    both = [(factor, _reciprocal(factor)) for factor in factors]
    return [factor for factor, below in both if below is None], [below for _, below in both if below is not None]


def _reciprocal(factor: Any) -> Any:
    """Give the denominator that a factor is, or None: h for 1/h, √r for r^(-1/2)."""
    if factor.is_Pow and factor.args[1].is_Rational and factor.args[1] < 0:
        base, exponent = factor.args
        return base if exponent == -1 else factor.func(base, -exponent, evaluate=False)
    return None


def _over(top: list[Node], bottom: list[Node], negative: bool) -> Node:
    node = multiplied(top)
    if bottom:
        minus, node = signed(node)                         # -t over T is -(t over T)
        node, negative = Quotient(node, multiplied(bottom)), bool(negative) != minus
    return Negated(node) if negative else node
