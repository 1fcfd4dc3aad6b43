"""The inverse question: which rank does a budget allow?

The cost of an adapter is proportional to the rank, so the largest affordable rank is a whole part; it never needs to
exceed min(in, out), beyond which BA reaches nothing new.
"""

from __future__ import annotations

from typing import Any

from derivations.counting.linear import Linear, lora
from derivations.counting.textbook import Linears, attention, layer, mlp, total_lora
from derivations.exact import NUMBER, Formula, Scalar, Step, ceiling, floor, least, quotient
from derivations.exact.derivation import as_product, as_quotient, steps
from derivations.lora.layer import model_lora
from derivations.lora.linear import oblong, square
from derivations.lora.storage import BITS_PER_BYTE
from derivations.lora.symbols import PARAMETERS, L, M, S, bits, d_in, d_out, h

WHOLE_PART = "the inequality r · (cost of one rank) ≤ budget, solved for the largest integer r"


def cap(linears: Linears) -> Scalar:
    """Give the rank above which no Linear of the list gains anything: the largest min(in, out) among them."""
    sides = [least(one.in_, one.out) for one in linears]
    return max(sides) if all(isinstance(side, int) for side in sides) else _largest(sides)


def _largest(sides: list[Any]) -> Any:
    import sympy  # noqa: PLC0415 - only for expressions, which means that SymPy is there already

    return sympy.Max(*sides)


def affordable(budget: Scalar, one_rank: Scalar) -> Scalar:
    """Give the largest rank whose cost stays within the budget, without a cap; 0 where not even rank 1 fits."""
    return floor(quotient(budget, one_rank))


def rank_for(linears: Linears, budget: Scalar, layers: Scalar = 1) -> Scalar:
    """Give the largest useful rank within a budget of parameters, the same for all Linears of all layers."""
    return least(cap(linears), affordable(budget, layers * total_lora(linears, 1)))


def rank_needed(linears: Linears, at_least: Scalar, layers: Scalar = 1) -> Scalar:
    """Give the smallest rank that trains at least so many parameters; whether it's possible is `reachable`'s matter."""
    return ceiling(quotient(at_least, layers * total_lora(linears, 1)))


def reachable(linears: Linears, at_least: int, layers: int = 1) -> bool:
    """Whether a rank of at most min(in, out) trains at least so many parameters."""
    return bool(rank_needed(linears, at_least, layers) <= cap(linears))


def rank_for_bytes(hidden_size: Scalar, layers: Scalar, size: Scalar, bits_each: Scalar) -> Scalar:
    """Give the largest rank whose adapter over L textbook layers takes at most `size` bytes."""
    cost = layers * total_lora(layer(hidden_size), 1) * bits_each
    return least(hidden_size, affordable(BITS_PER_BYTE * size, cost))


def _one(linear: Linear) -> Linears:
    return (linear,)


def _square(hidden_size: Scalar) -> Linears:
    return _one(square(hidden_size))


def _oblong(in_: Scalar, out: Scalar) -> Linears:
    return _one(oblong(in_, out))


def _rank_steps(linears: Linears, budget: Any, layers: Any = 1) -> tuple[Step, ...]:
    """Derive the affordable rank: the budget over what one rank costs, its whole part, at most the cap."""
    return _whole_part(cap(linears), as_quotient(budget, as_product((layers, total_lora(linears, 1)))),
                       rank_for(linears, budget, layers))


def _whole_part(most: Any, exactly: Any, result: Any) -> tuple[Step, ...]:
    import sympy  # noqa: PLC0415 - only where a derivation is asked for

    return steps(
        ("largest_affordable", sympy.Min(most, sympy.floor(exactly), evaluate=False)),
        ("multiply", result),
    )


NO_RANK_REACHES = "a rank above min(d_in, d_out) would be needed, where BA reaches nothing new; lower M"
NO_RANK_REACHES_MODEL = "a rank above h would be needed, where BA reaches nothing new; lower M"


def spent(hidden_size: Scalar, layers: Scalar, budget: Scalar) -> Scalar:
    """Give what the largest affordable rank costs over L textbook layers."""
    return model_lora(hidden_size, layers, rank_for(layer(hidden_size), budget, layers))


FORMULAS: tuple[Formula, ...] = (
    Formula("linear.rank_for", lambda i, o, m: rank_for(_oblong(i, o), m), (d_in, d_out, M), NUMBER,
            derive=lambda i, o, m: _rank_steps(_oblong(i, o), m), source=WHOLE_PART),
    Formula("square.rank_for", lambda k, m: rank_for(_square(k), m), (h, M), NUMBER,
            derive=lambda k, m: _rank_steps(_square(k), m), source=WHOLE_PART),
    Formula("attention.rank_for", lambda k, m: rank_for(attention(k), m), (h, M), NUMBER,
            derive=lambda k, m: _rank_steps(attention(k), m), source=WHOLE_PART),
    Formula("mlp.rank_for", lambda k, m: rank_for(mlp(k), m), (h, M), NUMBER,
            derive=lambda k, m: _rank_steps(mlp(k), m), source=WHOLE_PART),
    Formula("layer.rank_for", lambda k, m: rank_for(layer(k), m), (h, M), NUMBER,
            derive=lambda k, m: _rank_steps(layer(k), m), source=WHOLE_PART),
    Formula("model.rank_for", lambda k, n, m: rank_for(layer(k), m, n), (h, L, M), NUMBER,
            derive=lambda k, n, m: _rank_steps(layer(k), m, n), source=WHOLE_PART),
    Formula("square.spent", lambda k, m: lora(square(k), rank_for(_square(k), m)), (h, M), PARAMETERS,
            source=WHOLE_PART),
    Formula("square.left_over", lambda k, m: m - lora(square(k), rank_for(_square(k), m)), (h, M), PARAMETERS,
            source=WHOLE_PART),
    Formula("model.spent", spent, (h, L, M), PARAMETERS, source=WHOLE_PART),
    Formula("model.next", lambda k, n, m: model_lora(k, n, rank_for(layer(k), m, n) + 1), (h, L, M), PARAMETERS,
            source=WHOLE_PART),
    Formula("linear.rank_needed", lambda i, o, m: rank_needed(_oblong(i, o), m), (d_in, d_out, M), NUMBER,
            source=WHOLE_PART, requires=((lambda i, o, m: reachable(_oblong(i, o), m), NO_RANK_REACHES),)),
    Formula("model.rank_needed", lambda k, n, m: rank_needed(layer(k), m, n), (h, L, M), NUMBER,
            source=WHOLE_PART, requires=((lambda k, n, m: reachable(layer(k), m, n), NO_RANK_REACHES_MODEL),)),
    Formula("model.rank_for_bytes", rank_for_bytes, (h, L, S, bits), NUMBER,
            derive=lambda k, n, size, q: _whole_part(
                k, as_quotient(BITS_PER_BYTE * size, as_product((n, total_lora(layer(k), 1), q))),
                rank_for_bytes(k, n, size, q)), source=WHOLE_PART),
)
