"""What rank r can represent: which updates BA reaches, and how many of its parameters change nothing.

rank(BA) ≤ r. For an invertible g of size r the pairs (B, A) and (Bg⁻¹, gA) give the same product, so r² of the
r(in + out) parameters are redundant and the matrices of rank r form a set of dimension r(in + out − r). At
r = min(in, out) every matrix is reached.
"""

from __future__ import annotations

from typing import Any

from derivations.counting.linear import break_even, full, lora
from derivations.exact import NUMBER, RATIO, Formula, Scalar, Step, quotient
from derivations.exact.derivation import as_product, as_quotient, as_sum, one_over, steps
from derivations.exact.simplest import simplest
from derivations.lora.linear import oblong, square
from derivations.lora.scaling import FIRST_STEP, sgd_share
from derivations.lora.symbols import PARAMETERS, alpha, d_in, d_out, h, r

FIXED_RANK = "the manifold of matrices of fixed rank: Lee 2013, Introduction to Smooth Manifolds, chapter 5"
AT_FULL_RANK = "Hu et al. 2021 (arXiv 2106.09685), section 4.1: LoRA generalizes full fine-tuning"

WITHIN = "r must be at most min(d_in, d_out): no matrix of that shape has a higher rank"
WITHIN_SQUARE = "r must be at most h: no h × h matrix has a higher rank"
DOUBLE_WITHIN = "2r must be at most h: no h × h matrix has a higher rank"


def redundancy(rank: Scalar) -> Scalar:
    """Count the parameters that an invertible matrix between B and A can change without changing BA."""
    return rank * rank


def dimension(in_: Scalar, out: Scalar, rank: Scalar) -> Scalar:
    """Give the dimension of the set of (out, in) matrices of rank r: parameters less redundancy."""
    return lora(oblong(in_, out), rank) - redundancy(rank)


def square_dimension(size: Scalar, rank: Scalar) -> Scalar:
    """Give the dimension for a square matrix, r(2h − r)."""
    return dimension(size, size, rank)


def full_rank(size: Scalar) -> Scalar:
    """Count the adapter's parameters at r = h."""
    return lora(square(size), size)


def gain_at_double_rank(size: Scalar, rank: Scalar) -> Scalar:
    """Give how many times the dimension grows when the rank doubles: not quite two."""
    return quotient(square_dimension(size, 2 * rank), square_dimension(size, rank))


def at_break_even(size: Scalar) -> Scalar:
    """Give the dimension at the rank at which the adapter costs as much as W itself."""
    return square_dimension(size, break_even(square(size)))


def _dimension_steps(in_: Any, out: Any, rank: Any) -> tuple[Step, ...]:
    return steps(
        ("parameters_less_redundancy", as_sum([lora(oblong(in_, out), rank), as_product((-1, redundancy(rank)))])),
        ("common_factor", simplest(dimension(in_, out, rank))),
    )


def _at_break_even_steps(size: Any) -> tuple[Step, ...]:
    half = break_even(square(size))
    return steps(
        ("dimension_at_half", as_product((half, as_sum([2 * size, -half])))),
        ("collect", at_break_even(size)),
    )


def _full_rank_steps(size: Any) -> tuple[Step, ...]:
    return steps(("rank_is_h", as_product((size, as_sum([size, size])))), ("collect", full_rank(size)))


def _full_dimension_steps(size: Any) -> tuple[Step, ...]:
    return steps(
        ("parameters_less_redundancy", as_sum([full_rank(size), as_product((-1, redundancy(size)))])),
        ("collect", square_dimension(size, size)),
    )


def _share_at_break_even() -> tuple[Step, ...]:
    """Derive the share for any h: the size cancels, which is why the formula takes none."""
    size = h.sympy
    return steps(
        ("part_of_whole", as_quotient(at_break_even(size), full(square(size)))),
        ("cancel", quotient(at_break_even(size), full(square(size)))),
    )


FORMULAS: tuple[Formula, ...] = (
    Formula("capacity.dimension", dimension, (d_in, d_out, r), NUMBER, derive=_dimension_steps, source=FIXED_RANK,
            requires=((lambda i, o, k: k <= min(i, o), WITHIN),)),
    Formula("capacity.redundancy", redundancy, (r,), NUMBER, source=FIXED_RANK),
    Formula("capacity.square_dimension", square_dimension, (h, r), NUMBER,
            derive=lambda n, k: _dimension_steps(n, n, k), source=FIXED_RANK,
            requires=((lambda n, k: k <= n, WITHIN_SQUARE),)),
    Formula("capacity.square_dimension_share", lambda n, k: quotient(square_dimension(n, k), full(square(n))), (h, r),
            RATIO, derive=lambda n, k: one_over(simplest(square_dimension(n, k)), full(square(n))),
            source=FIXED_RANK, requires=((lambda n, k: k <= n, WITHIN_SQUARE),)),
    Formula("capacity.gain_at_double_rank", gain_at_double_rank, (h, r), NUMBER,
            derive=lambda n, k: one_over(simplest(square_dimension(n, 2 * k)), simplest(square_dimension(n, k))),
            source=FIXED_RANK, requires=((lambda n, k: 2 * k <= n, DOUBLE_WITHIN),)),
    Formula("capacity.at_break_even", at_break_even, (h,), NUMBER, derive=_at_break_even_steps, source=FIXED_RANK),
    Formula("capacity.at_break_even_share", lambda: quotient(at_break_even(1), full(square(1))), (), RATIO,
            derive=_share_at_break_even, source=FIXED_RANK),
    Formula("full_rank.lora", full_rank, (h,), PARAMETERS, derive=_full_rank_steps, source=AT_FULL_RANK),
    Formula("full_rank.full", lambda n: full(square(n)), (h,), PARAMETERS, source=AT_FULL_RANK),
    Formula("full_rank.factor", lambda n: quotient(full_rank(n), full(square(n))), (h,), NUMBER,
            derive=lambda n: one_over(full_rank(n), full(square(n))), source=AT_FULL_RANK),
    Formula("full_rank.dimension", lambda n: square_dimension(n, n), (h,), NUMBER, derive=_full_dimension_steps,
            source=FIXED_RANK),
    Formula("full_rank.redundancy", redundancy, (h,), NUMBER, source=FIXED_RANK),
    Formula("full_rank.sgd_share", lambda a, n: sgd_share(a, n, n), (alpha, h), NUMBER, source=FIRST_STEP),
)
