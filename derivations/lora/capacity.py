"""What rank r can represent: which updates BA reaches, and how many of its parameters change nothing.

rank(BA) ≤ r. For an invertible g of size r the pairs (B, A) and (Bg⁻¹, gA) give the same product, so r² of the
r(in + out) parameters are redundant and the matrices of rank r form a set of dimension r(in + out − r). At
r = min(in, out) every matrix is reached.
"""

from __future__ import annotations

from typing import Any

from derivations.counting.linear import full, lora
from derivations.exact import NUMBER, RATIO, Declared, Scalar, known, quotient
from derivations.lora.linear import break_even, oblong, square
from derivations.lora.scaling import FIRST_STEP, sgd_share
from derivations.lora.symbols import PARAMETER, PARAMETERS

FIXED_RANK = "the manifold of matrices of fixed rank: Lee 2013, Introduction to Smooth Manifolds, chapter 5"
AT_FULL_RANK = "Hu et al. 2021 (arXiv 2106.09685), section 4.1: LoRA generalizes full fine-tuning"

WITHIN = "r must be at most min(d_in, d_out): no matrix of that shape has a higher rank"
WITHIN_SQUARE = "r must be at most h: no h × h matrix has a higher rank"
DOUBLE_WITHIN = "2r must be at most h: no h × h matrix has a higher rank"

formula = Declared(PARAMETER)
LESS_REDUNDANCY: dict[str, Any] = {"source": FIXED_RANK, "reasons": ("parameters_less_redundancy",)}


@formula("full_rank.redundancy", NUMBER, FIXED_RANK, symbols=(PARAMETER["h"],))
@formula("capacity.redundancy", NUMBER, FIXED_RANK)
def redundancy(r: Scalar) -> Scalar:
    """Count the parameters that an invertible matrix between B and A can change without changing BA."""
    return r * r


@formula("capacity.dimension", **LESS_REDUNDANCY, requires=((lambda i, o, k: k <= min(i, o), WITHIN),))
def dimension(d_in: Scalar, d_out: Scalar, r: Scalar) -> Scalar:
    """Give the dimension of the set of (out, in) matrices of rank r: parameters less redundancy."""
    return known(lora(oblong(d_in, d_out), r)) - known(redundancy(r))


@formula("capacity.square_dimension", **LESS_REDUNDANCY, requires=((lambda n, k: k <= n, WITHIN_SQUARE),))
def square_dimension(h: Scalar, r: Scalar) -> Scalar:
    """Give the dimension for a square matrix, r(2h − r)."""
    return dimension(h, h, r)


formula("capacity.square_dimension_share", RATIO, FIXED_RANK, requires=((lambda n, k: k <= n, WITHIN_SQUARE),))(
    lambda h, r: quotient(known(square_dimension(h, r)), known(full(square(h)))))
formula("capacity.gain_at_double_rank", NUMBER, FIXED_RANK, requires=((lambda n, k: 2 * k <= n, DOUBLE_WITHIN),))(
    lambda h, r: quotient(known(square_dimension(h, 2 * r)), known(square_dimension(h, r))))


@formula("capacity.at_break_even", NUMBER, FIXED_RANK, reasons=("dimension_at_half",))
def at_break_even(h: Scalar) -> Scalar:
    """Give the dimension at the rank at which the adapter costs as much as W itself: r(2h − r) there."""
    half = known(break_even(square(h)))
    return half * (2 * h - half)


formula("capacity.at_break_even_share", RATIO, FIXED_RANK, reasons=("part_of_whole",))(
    lambda h=1: quotient(known(at_break_even(h)), known(full(square(h)))))


@formula("full_rank.lora", PARAMETERS, AT_FULL_RANK, reasons=("rank_is_h",))
def full_rank(h: Scalar) -> Scalar:
    """Count the adapter's parameters at r = h."""
    return lora(square(h), h)


formula("full_rank.full", PARAMETERS, AT_FULL_RANK)(lambda h: full(square(h)))
formula("full_rank.factor", NUMBER, AT_FULL_RANK)(lambda h: quotient(known(full_rank(h)), known(full(square(h)))))
formula("full_rank.dimension", **LESS_REDUNDANCY)(lambda h: square_dimension(h, h))
formula("full_rank.sgd_share", NUMBER, FIRST_STEP)(lambda alpha, h: sgd_share(alpha, h, h))

FORMULAS = formula.formulas
