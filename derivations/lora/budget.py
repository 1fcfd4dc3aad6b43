"""The inverse question: which rank does a budget allow?

The cost of an adapter is proportional to the rank, so the largest affordable rank is a whole part; it never needs to
exceed min(in, out), beyond which BA reaches nothing new.
"""

from __future__ import annotations

from typing import Any

from derivations.counting.linear import Linear, lora
from derivations.counting.textbook import Linears, attention, layer, mlp, total_lora
from derivations.exact import NUMBER, Declared, Scalar, ceiling, floor, known, largest, least, quotient
from derivations.lora.layer import model_lora
from derivations.lora.linear import oblong, square
from derivations.lora.storage import BITS_PER_BYTE
from derivations.lora.symbols import PARAMETER, PARAMETERS

WHOLE_PART = "the inequality r · (cost of one rank) ≤ budget, solved for the largest integer r"


def cap(linears: Linears) -> Scalar:
    """Give the rank above which no Linear of the list gains anything: the largest min(in, out) among them."""
    return known(largest(*(least(one.in_, one.out) for one in linears)))


def affordable(budget: Scalar, one_rank: Scalar) -> Scalar:
    """Give the largest rank whose cost stays within the budget, without a cap; 0 where not even rank 1 fits."""
    return floor(quotient(budget, one_rank))


def rank_for(linears: Linears, budget: Scalar, layers: Scalar = 1) -> Scalar:
    """Give the largest useful rank within a budget of parameters, the same for all Linears of all layers."""
    return least(cap(linears), affordable(budget, known(layers * total_lora(linears, 1))))


def rank_needed(linears: Linears, at_least: Scalar, layers: Scalar = 1) -> Scalar:
    """Give the smallest rank that trains at least so many parameters; whether it's possible is `reachable`'s matter."""
    return ceiling(quotient(at_least, known(layers * total_lora(linears, 1))))


def reachable(linears: Linears, at_least: int, layers: int = 1) -> bool:
    """Whether a rank of at most min(in, out) trains at least so many parameters."""
    return bool(rank_needed(linears, at_least, layers) <= cap(linears))


formula = Declared(PARAMETER)
AFFORDABLE: dict[str, Any] = {"reasons": ("largest_affordable",)}
NO_RANK_REACHES = "a rank above min(d_in, d_out) would be needed, where BA reaches nothing new; lower M"
NO_RANK_REACHES_MODEL = "a rank above h would be needed, where BA reaches nothing new; lower M"

formula("model.rank_for_bytes", NUMBER, WHOLE_PART, **AFFORDABLE)(
    lambda h, L, S, bits: least(h, affordable(BITS_PER_BYTE * S, L * known(total_lora(layer(h), 1)) * bits)))


def _one(in_: Scalar, out: Scalar) -> tuple[Linear]:
    return (oblong(in_, out),)


@formula("square.rank_for", NUMBER, WHOLE_PART, **AFFORDABLE)
def square_rank(h: Scalar, M: Scalar) -> Scalar:
    """Give the largest useful rank of a square Linear within a budget."""
    return rank_for(_one(h, h), M)


@formula("model.rank_for", NUMBER, WHOLE_PART, **AFFORDABLE)
def model_rank(h: Scalar, L: Scalar, M: Scalar) -> Scalar:
    """Give the largest useful rank of L textbook layers within a budget."""
    return rank_for(layer(h), M, L)


formula("linear.rank_for", NUMBER, WHOLE_PART, **AFFORDABLE)(lambda d_in, d_out, M: rank_for(_one(d_in, d_out), M))
formula("attention.rank_for", NUMBER, WHOLE_PART, **AFFORDABLE)(lambda h, M: rank_for(attention(h), M))
formula("mlp.rank_for", NUMBER, WHOLE_PART, **AFFORDABLE)(lambda h, M: rank_for(mlp(h), M))
formula("layer.rank_for", NUMBER, WHOLE_PART, **AFFORDABLE)(lambda h, M: rank_for(layer(h), M))
formula("square.spent", PARAMETERS, WHOLE_PART)(lambda h, M: lora(square(h), square_rank(h, M)))
formula("square.left_over", PARAMETERS, WHOLE_PART)(lambda h, M: M - lora(square(h), square_rank(h, M)))
formula("model.spent", PARAMETERS, WHOLE_PART)(lambda h, L, M: known(model_lora(h, L, 1)) * model_rank(h, L, M))
formula("model.next", PARAMETERS, WHOLE_PART)(lambda h, L, M: known(model_lora(h, L, 1)) * (model_rank(h, L, M) + 1))
formula("linear.rank_needed", NUMBER, WHOLE_PART,
        requires=((lambda d_in, d_out, M: reachable(_one(d_in, d_out), M), NO_RANK_REACHES),))(
    lambda d_in, d_out, M: rank_needed(_one(d_in, d_out), M))
formula("model.rank_needed", NUMBER, WHOLE_PART,
        requires=((lambda h, L, M: reachable(layer(h), M, L), NO_RANK_REACHES_MODEL),))(
    lambda h, L, M: rank_needed(layer(h), M, L))

FORMULAS = formula.formulas
