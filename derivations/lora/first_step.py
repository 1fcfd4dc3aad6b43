"""The first update, whole: its part along the gradient and its norm, which do not change alike when the rank does.

From B = 0 a step of SGD gives ΔW = −ηs²·G·AᵀA, so the update lies in the span of A's r rows: AᵀA is, up to a factor
and unequal weights, the projection on them. Its mean over A is a multiple of G; the rest has mean 0 and is the larger
part. For independent entries of variance σ² and fourth moment m₄, over n inputs,

    E‖G·AᵀA‖² = r((n − 1)σ⁴ + m₄ + (r − 1)σ⁴)·‖G‖²

Adam's first step is B = −η·sign(G·Aᵀ). A row of ΔW is then a sum of r rows of A with the signs that point along the
gradient: E of its squared norm is rσ²(n + (r − 1)·2/π) for Gaussian A, in units of (ηs)².
"""

from __future__ import annotations

from derivations.exact import NUMBER, RATIO, Declared, Scalar, known, quotient, root
from derivations.exact.symbolic import sympy
from derivations.lora.initialization import bound_squared, variance
from derivations.lora.scaling import FIRST_STEP, Update, adam_step, sgd_step, standard
from derivations.lora.symbols import PARAMETER

SEEN = "rotations leave Gaussian A as it is: each of the n directions is seen alike"
UNIFORM = "A uniform on ±1/√in, as in loralib and PEFT"
GAUSSIAN = "A Gaussian, of the variance of the usual start"

formula = Declared(PARAMETER)


@formula("first_step.seen", RATIO, SEEN,
         requires=((lambda i, k: k <= i, "r must be at most d_in: there are no more directions"),))
def seen(d_in: Scalar, r: Scalar) -> Scalar:
    """Give the part of the gradient's square that its projection on A's rows keeps, on average: r of n directions."""
    return quotient(r, d_in)


@formula("first_step.pull", NUMBER, FIRST_STEP)
def pull(eta: Scalar, s: Scalar) -> Scalar:
    """Give the factor of −GAᵀA in the first update: the rate and the scale move B, and the scale acts on BA again."""
    return eta * s * s


def fourth_moment(d_in: Scalar) -> Scalar:
    """Give the mean fourth power of an entry of A at the usual start: a fifth of the bound's fourth power."""
    return quotient(bound_squared(d_in) * bound_squared(d_in), 5)


@formula("first_step.sgd_norm_squared", NUMBER, UNIFORM, reasons=("squares_fourths_and_pairs",))
def sgd_norm_squared(alpha: Scalar, d_in: Scalar, r: Scalar) -> Scalar:
    """Give the mean square of the first SGD step's norm over that of full fine-tuning's, at the usual start."""
    scale = standard(alpha, r)
    square = known(variance(d_in) * variance(d_in))
    return scale * scale * scale * scale * r * (
        (d_in - 1) * square + known(fourth_moment(d_in)) + (r - 1) * square)


formula("first_step.adam_part", NUMBER, f"{FIRST_STEP}; {GAUSSIAN}", reasons=("rows_along_gradient",))(
    lambda alpha, d_in, r: adam_step(1, standard(alpha, r), r, known(variance(d_in))))


@formula("first_step.adam_norm_squared", NUMBER, GAUSSIAN, reasons=("rows_and_pairs_of_rows",))
def adam_norm_squared(alpha: Scalar, d_in: Scalar, r: Scalar) -> Scalar:
    """Give the mean square of the norm of a row of Adam's first step, over the square of the learning rate."""
    scale = standard(alpha, r)
    return scale * scale * r * (known(variance(d_in)) * (d_in + (r - 1) * (2 / sympy.pi)))


formula("first_step.sgd_norm", NUMBER, UNIFORM)(lambda alpha, d_in, r: root(known(sgd_norm_squared(alpha, d_in, r))))
formula("first_step.adam_norm", NUMBER, GAUSSIAN)(lambda alpha, d_in, r: root(known(adam_norm_squared(alpha, d_in, r))))


def twice_the_rank(step: Update, rank: Scalar, rate: Scalar, variance_a: Scalar) -> Scalar:
    """Give the factor on the mean of the first step when the rank doubles and α with it, so that α/r stays at 2."""
    return quotient(*(step(rate, 2, one, variance_a) for one in (2 * rank, rank)))


formula("growth.sgd.alpha_2r.fixed", NUMBER, FIRST_STEP, reasons=("first_step_at_both_ranks",))(
    lambda r, eta=1, var_a=1: twice_the_rank(sgd_step, r, eta, var_a))
formula("growth.adam.alpha_2r.fixed", NUMBER, FIRST_STEP, reasons=("first_step_at_both_ranks",))(
    lambda r, eta=1, var_a=1: twice_the_rank(adam_step, r, eta, var_a))

FORMULAS = formula.formulas
