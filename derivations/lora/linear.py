"""What the course derives of one weight matrix and the low-rank pair that LoRA trains beside it."""

from __future__ import annotations

from derivations.counting.linear import Linear, full, lora
from derivations.exact import NUMBER, RATIO, Declared, Scalar, ceiling, known, quotient
from derivations.lora.symbols import PARAMETER, PARAMETERS

HU = "Hu et al. 2021 (arXiv 2106.09685), section 4.1, equation 3"
BIAS = "torch.nn.Linear, weight and bias"

formula = Declared(PARAMETER)


def oblong(in_: Scalar, out: Scalar) -> Linear:
    """Give a Linear that maps `in_` numbers to `out`, with a bias that is counted only on request."""
    return Linear("linear", out, in_, bias=True)


def square(size: Scalar) -> Linear:
    """Give a Linear that maps `size` numbers to `size`."""
    return oblong(size, size)


def both(linear: Linear, rank: Scalar) -> Scalar:
    """Count the entries of A, then those of B."""
    return rank * linear.in_ + linear.out * rank


def ratio(linear: Linear, rank: Scalar, *, bias: bool = False) -> Scalar:
    """Give the adapter's parameters over the weights they adapt; with `bias`, over weights and bias."""
    return quotient(lora(linear, rank), full(linear, bias=bias))


def factor(linear: Linear, rank: Scalar) -> Scalar:
    """Give how many times the adapter's parameters W has."""
    return quotient(full(linear), lora(linear, rank))


def coefficient(linear: Linear, rank: Scalar) -> Scalar:
    """Give the ratio in units of r/in: 2 for a square Linear."""
    return quotient(known(ratio(linear, rank)), quotient(rank, linear.in_))


def break_even(linear: Linear, rank: Scalar = 1) -> Scalar:
    """Give the break-even rank: weights over what one rank costs, which is an adapter's cost over its rank."""
    return quotient(full(linear), quotient(lora(linear, rank), rank))


def double_width(h: Scalar, r: Scalar) -> tuple[Scalar, Scalar]:
    """Give the ratio of a square Linear at twice the width, and at the width itself."""
    return known(ratio(square(2 * h), r)), known(ratio(square(h), r))


BREAK_EVEN = ("break_even", "one_rank", "cancel")

formula("linear.full", PARAMETERS, HU, spare=(PARAMETER["r"],))(lambda d_in, d_out: full(oblong(d_in, d_out)))
formula("linear.bias", PARAMETERS, "torch.nn.Linear, the bias vector")(lambda d_out: d_out)
formula("linear.full_with_bias", PARAMETERS, BIAS)(lambda d_in, d_out: full(oblong(d_in, d_out), bias=True))
formula("linear.lora_a", PARAMETERS, HU)(lambda d_in, r: r * d_in)
formula("linear.lora_b", PARAMETERS, HU, spare=(PARAMETER["d_in"],))(lambda d_out, r: d_out * r)
formula("linear.lora", PARAMETERS, HU, reasons=("two_factors",))(lambda d_in, d_out, r: both(oblong(d_in, d_out), r))
formula("linear.ratio", RATIO, HU)(lambda d_in, d_out, r: ratio(oblong(d_in, d_out), r))
formula("linear.ratio_with_bias", RATIO, HU)(lambda d_in, d_out, r: ratio(oblong(d_in, d_out), r, bias=True))
formula("linear.factor", NUMBER, HU)(lambda d_in, d_out, r: factor(oblong(d_in, d_out), r))
formula("linear.break_even", NUMBER, HU, reasons=BREAK_EVEN)(
    lambda d_in, d_out, r=1: break_even(oblong(d_in, d_out), r))
formula("linear.break_even_rank", NUMBER, HU, reasons=("smallest_whole",))(
    lambda d_in, d_out: ceiling(break_even(oblong(d_in, d_out))))
formula("square.full", PARAMETERS, HU)(lambda h: full(square(h)))
formula("square.lora", PARAMETERS, "Hu et al. 2021, section 5.1", reasons=("two_factors",))(
    lambda h, r: both(square(h), r))
formula("square.ratio", RATIO, HU)(lambda h, r: ratio(square(h), r))
formula("square.ratio_with_bias", RATIO, HU)(lambda h, r: ratio(square(h), r, bias=True))
formula("square.factor", NUMBER, HU)(lambda h, r: factor(square(h), r))
formula("square.break_even", NUMBER, HU, reasons=BREAK_EVEN)(lambda h, r=1: break_even(square(h), r))
formula("square.coefficient", NUMBER, HU)(lambda h, r: coefficient(square(h), r))
formula("square.ratio_at_double_width", NUMBER, HU)(lambda h, r: quotient(*double_width(h, r)))
formula("square.gain_at_double_width", NUMBER, HU)(lambda h, r: quotient(*reversed(double_width(h, r))))

FORMULAS = formula.formulas
