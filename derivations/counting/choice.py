"""Choices among sizes, for numbers and for symbols alike: a size that isn't a number yet keeps both ends.

Some sizes need operations beyond sums and products. Where an operand has a method `keep`, the operation
becomes part of an expression, as `rules` exports them; else it is carried out.
"""

from __future__ import annotations

from typing import Any

from derivations.exact.quotient import Scalar


def choose(flag: Any, then: Scalar, otherwise: Scalar = 0) -> Scalar:
    """Give one size where a flag is set (isn't 0), another where it isn't."""
    keep = getattr(flag, "keep", None)
    if keep is not None:
        return keep("?", flag, then, otherwise)
    return then if flag else otherwise


def larger(one: Scalar, other: Scalar) -> Scalar:
    """Give the larger of two sizes."""
    return choose(below(one, other), other, one)


def smaller(one: Scalar, other: Scalar) -> Scalar:
    """Give the smaller of two sizes."""
    return choose(below(one, other), one, other)


def divided(size: Scalar, by: Scalar) -> Scalar:
    """Give the quotient of two sizes of which one is a multiple of the other."""
    kept = _kept("/", size, by)
    return size // by if kept is None else kept


def pieces(size: Scalar, piece: Scalar) -> Scalar:
    """Give how many pieces hold so much, the last one filled or not."""
    kept = _kept("pieces", size, piece)
    return -(-size // piece) if kept is None else kept


def below(one: Scalar, other: Scalar) -> Any:
    """Give whether a size is below another."""
    kept = _kept("<", one, other)
    return one < other if kept is None else kept


def _kept(operation: str, *operands: Any) -> Any:
    for one in operands:
        if hasattr(one, "keep"):
            return one.keep(operation, *operands)
    return None
