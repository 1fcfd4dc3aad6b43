"""The tree that is set on the page: what its parts are, and what can be done to them without SymPy.

A tree is kept as it's read, 8 · (4096 + 11008) until somebody adds it up. `layout` makes one from a SymPy expression,
and puts numbers in for its letters; here its sums are added, its sides multiplied, its exact value read off.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from derivations.exact.evaluation import FUNCTIONS


@dataclass(frozen=True)
class Number:
    """A whole number, not negative."""

    value: int


@dataclass(frozen=True)
class Letter:
    """A symbol of the course, by name."""

    name: str


@dataclass(frozen=True)
class Constant:
    """A number with a letter of its own: "pi", "e"."""

    name: str


@dataclass(frozen=True)
class Negated:
    """The opposite of a node that isn't a sum's term: there the sign belongs to the sum."""

    node: Node


@dataclass(frozen=True)
class Sum:
    """Terms with their signs: (True, node) is subtracted."""

    terms: tuple[tuple[bool, Node], ...]


@dataclass(frozen=True)
class Product:
    """Factors, two or more."""

    factors: tuple[Node, ...]


@dataclass(frozen=True)
class Quotient:
    """Top over bottom."""

    top: Node
    bottom: Node


@dataclass(frozen=True)
class Power:
    """A base and its exponent."""

    base: Node
    exponent: Node


@dataclass(frozen=True)
class Root:
    """A square root, or one of a higher degree."""

    radicand: Node
    degree: int


@dataclass(frozen=True)
class Call:
    """floor, ceiling, abs, min, max, ln, exp, sin … of its arguments; log of a number and its base."""

    name: str
    arguments: tuple[Node, ...]


@dataclass(frozen=True)
class Marked:
    """A node that the page points at: what the next step of a derivation touches."""

    node: Node


Node = Number | Letter | Constant | Negated | Sum | Product | Quotient | Power | Root | Call | Marked


class NotRational(Exception):
    """A tree has no rational value: a letter without a number, a root, a function."""


def number(value: int | Fraction) -> Node:
    """Give the tree of a rational number: whole, or whole numbers over one another."""
    node: Node = Number(abs(value.numerator))
    if value.denominator != 1:
        node = Quotient(node, Number(value.denominator))
    return Negated(node) if value < 0 else node


def with_sums_added(node: Node) -> Node:
    """Add up the sums of numbers inside a tree: 8 · (4096 + 11008) becomes 8 · 15104."""

    def add(part: Node) -> Node:
        if isinstance(part, Sum):
            try:
                return number(rational(part))
            except NotRational:
                return part
        return part

    return rebuilt(node, add)


def with_sides_multiplied(node: Node) -> Node:
    """Work out a quotient's top and bottom, the inside of a rounding or a minimum, and nothing else."""
    if isinstance(node, Negated):
        return Negated(with_sides_multiplied(node.node))
    if isinstance(node, Call) and node.name in ("floor", "ceiling", "abs"):
        return Call(node.name, (with_sides_multiplied(node.arguments[0]),))
    try:
        if isinstance(node, Call):
            return Call(node.name, tuple(number(rational(argument)) for argument in node.arguments))
        if isinstance(node, Quotient):
            top, bottom = rational(node.top), rational(node.bottom)
            if isinstance(top, int) and isinstance(bottom, int):
                return Quotient(number(top), number(bottom))
    except NotRational:
        pass
    return node


def rational(node: Node) -> int | Fraction:
    """Give the tree's exact value. Raises `NotRational` where it has none."""
    value = _value(node)
    return value.numerator if isinstance(value, Fraction) and value.denominator == 1 else value


def rebuilt(node: Node, change: Callable[[Node], Node]) -> Node:
    """Give the tree with `change` applied to each part, inner parts first."""
    match node:
        case Negated(inner):
            node = _signed_node(rebuilt(inner, change))
        case Sum(terms):
            parts = [(minus, signed(rebuilt(term, change))) for minus, term in terms]
            node = Sum(tuple((minus != more, term) for minus, (more, term) in parts))
        case Product(factors):
            node = Product(tuple(rebuilt(factor, change) for factor in factors))
        case Quotient(top, bottom):
            node = Quotient(rebuilt(top, change), rebuilt(bottom, change))
        case Power(base, exponent):
            node = Power(rebuilt(base, change), rebuilt(exponent, change))
        case Root(radicand, degree):
            node = Root(rebuilt(radicand, change), degree)
        case Call(name, arguments):
            node = Call(name, tuple(rebuilt(argument, change) for argument in arguments))
        case Marked(inner):
            node = Marked(rebuilt(inner, change))
    return change(node)


def _value(node: Node) -> int | Fraction:
    match node:
        case Number(value):
            return value
        case Negated(inner):
            return -_value(inner)
        case Marked(inner):
            return _value(inner)
        case Sum(terms):
            return sum(-_value(term) if minus else _value(term) for minus, term in terms)
        case Product(factors):
            return math.prod(_value(factor) for factor in factors)
        case Quotient(top, bottom):
            divisor = _value(bottom)
            if divisor:
                return Fraction(_value(top)) / divisor
        case Power(base, exponent):
            power = Fraction(_value(exponent))
            if power.denominator == 1 and abs(power) < 1000:
                raised = _value(base)
                return raised ** int(power) if power >= 0 else Fraction(raised) ** int(power)
        case Call(name, arguments):
            if name in FUNCTIONS:
                return FUNCTIONS[name](*map(_value, arguments))  # type: ignore[no-any-return]
    raise NotRational


def multiplied(factors: list[Node]) -> Node:
    if not factors:
        return Number(1)
    return factors[0] if len(factors) == 1 else Product(tuple(factors))


def signed(node: Node) -> tuple[bool, Node]:
    """Take the sign off a term, looking through a mark."""
    if isinstance(node, Negated):
        return True, node.node
    if isinstance(node, Marked) and isinstance(node.node, Negated):
        return True, Marked(node.node.node)
    return False, node


def _signed_node(node: Node) -> Node:
    minus, inner = signed(node)
    return inner if minus else Negated(inner)
