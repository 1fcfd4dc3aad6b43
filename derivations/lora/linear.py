"""What the course derives of one weight matrix and the low-rank pair that LoRA trains beside it."""

from __future__ import annotations

from typing import Any

from derivations.counting.linear import (
    Linear,
    break_even,
    break_even_rank,
    factor,
    full,
    lora,
    lora_a,
    lora_b,
    ratio,
)
from derivations.exact import NUMBER, RATIO, Formula, Scalar, Step, ceiling, quotient
from derivations.exact.derivation import (
    as_product,
    as_quotient,
    as_sum,
    lines_of,
    one_over,
    over,
    steps,
)
from derivations.lora.symbols import PARAMETERS, d_in, d_out, h, r

HU = "Hu et al. 2021 (arXiv 2106.09685), section 4.1, equation 3"


def oblong(in_: Scalar, out: Scalar) -> Linear:
    """Give a Linear that maps `in_` numbers to `out`, with a bias that is counted only on request."""
    return Linear("linear", out, in_, bias=True)


def square(size: Scalar) -> Linear:
    """Give a Linear that maps `size` numbers to `size`."""
    return oblong(size, size)


def _lora_steps(linear: Linear, rank: Any) -> tuple[Step, ...]:
    """Derive r(in + out) from the shapes of the two factors."""
    return steps(
        ("two_factors", as_sum((as_product((rank, linear.in_)), as_product((linear.out, rank))))),
        ("common_factor", as_product((rank, as_sum((linear.in_, linear.out))))),
        ("collect", lora(linear, rank)),
    )


def _full_steps(linear: Linear, *, bias: bool = False) -> tuple[Step, ...]:
    weights = as_product((linear.out, linear.in_))
    written = as_sum((weights, linear.out)) if bias else weights
    return steps(("definition", written), ("collect", full(linear, bias=bias)))


def _ratio_steps(linear: Linear, rank: Any, *, bias: bool = False) -> tuple[Step, ...]:
    return over(lines_of(_lora_steps(linear, rank)), lines_of(_full_steps(linear, bias=bias)))


def _factor_steps(linear: Linear, rank: Any) -> tuple[Step, ...]:
    return over(lines_of(_full_steps(linear)), lines_of(_lora_steps(linear, rank)))


def _break_even_steps(linear: Linear, rank: Any) -> tuple[Step, ...]:
    """Derive the break-even rank: weights over what one rank costs, which is the adapter's cost over its rank."""
    one_rank = as_quotient(as_product((rank, lora(linear, 1))), rank)
    weights = as_product((linear.out, linear.in_))
    return steps(
        ("break_even", as_quotient(weights, one_rank)),
        ("one_rank", as_quotient(weights, lora(linear, 1))),
        ("cancel", break_even(linear)),
    )


def _break_even_rank_steps(linear: Linear) -> tuple[Step, ...]:
    written = as_quotient(as_product((linear.out, linear.in_)), as_sum((linear.in_, linear.out)))
    return steps(("smallest_whole", ceiling(written)), ("cancel", break_even_rank(linear)))


def coefficient(linear: Linear, rank: Scalar) -> Scalar:
    """Give the ratio in units of r/in: 2 for a square Linear."""
    return quotient(ratio(linear, rank), quotient(rank, linear.in_))


def _coefficient_steps(linear: Linear, rank: Any) -> tuple[Step, ...]:
    return steps(
        ("definition", as_quotient(ratio(linear, rank), as_quotient(rank, linear.in_))),
        ("cancel", coefficient(linear, rank)),
    )


FORMULAS: tuple[Formula, ...] = (
    Formula("linear.full", lambda i, o: full(oblong(i, o)), (d_in, d_out), PARAMETERS,
            derive=lambda i, o: _full_steps(oblong(i, o)), source=HU, spare=(r,)),
    Formula("linear.bias", lambda o: o, (d_out,), PARAMETERS, source="torch.nn.Linear, the bias vector"),
    Formula("linear.full_with_bias", lambda i, o: full(oblong(i, o), bias=True), (d_in, d_out), PARAMETERS,
            derive=lambda i, o: _full_steps(oblong(i, o), bias=True), source="torch.nn.Linear, weight and bias"),
    Formula("linear.lora_a", lambda i, k: lora_a(oblong(i, i), k), (d_in, r), PARAMETERS, source=HU),
    Formula("linear.lora_b", lambda o, k: lora_b(oblong(o, o), k), (d_out, r), PARAMETERS, source=HU),
    Formula("linear.lora", lambda i, o, k: lora(oblong(i, o), k), (d_in, d_out, r), PARAMETERS,
            derive=lambda i, o, k: _lora_steps(oblong(i, o), k), source=HU),
    Formula("linear.ratio", lambda i, o, k: ratio(oblong(i, o), k), (d_in, d_out, r), RATIO,
            derive=lambda i, o, k: _ratio_steps(oblong(i, o), k), source=HU),
    Formula("linear.ratio_with_bias", lambda i, o, k: ratio(oblong(i, o), k, bias=True), (d_in, d_out, r), RATIO,
            derive=lambda i, o, k: _ratio_steps(oblong(i, o), k, bias=True), source=HU),
    Formula("linear.factor", lambda i, o, k: factor(oblong(i, o), k), (d_in, d_out, r), NUMBER,
            derive=lambda i, o, k: _factor_steps(oblong(i, o), k), source=HU),
    Formula("linear.break_even", lambda i, o: break_even(oblong(i, o)), (d_in, d_out), NUMBER,
            derive=lambda i, o: _break_even_steps(oblong(i, o), r.sympy), source=HU, spare=(r,)),
    Formula("linear.break_even_rank", lambda i, o: break_even_rank(oblong(i, o)), (d_in, d_out), NUMBER,
            derive=lambda i, o: _break_even_rank_steps(oblong(i, o)), source=HU),
    Formula("square.full", lambda n: full(square(n)), (h,), PARAMETERS,
            derive=lambda n: _full_steps(square(n)), source=HU),
    Formula("square.lora", lambda n, k: lora(square(n), k), (h, r), PARAMETERS,
            derive=lambda n, k: _lora_steps(square(n), k), source="Hu et al. 2021, section 5.1"),
    Formula("square.ratio", lambda n, k: ratio(square(n), k), (h, r), RATIO,
            derive=lambda n, k: _ratio_steps(square(n), k), source=HU),
    Formula("square.ratio_with_bias", lambda n, k: ratio(square(n), k, bias=True), (h, r), RATIO,
            derive=lambda n, k: _ratio_steps(square(n), k, bias=True), source=HU),
    Formula("square.factor", lambda n, k: factor(square(n), k), (h, r), NUMBER,
            derive=lambda n, k: _factor_steps(square(n), k), source=HU),
    Formula("square.break_even", lambda n: break_even(square(n)), (h,), NUMBER,
            derive=lambda n: _break_even_steps(square(n), r.sympy), source=HU),
    Formula("square.coefficient", lambda n, k: coefficient(square(n), k), (h, r), NUMBER,
            derive=lambda n, k: _coefficient_steps(square(n), k), source=HU),
    Formula("square.ratio_at_double_width",
            lambda n, k: quotient(ratio(square(2 * n), k), ratio(square(n), k)), (h, r), NUMBER,
            derive=lambda n, k: one_over(ratio(square(2 * n), k), ratio(square(n), k)), source=HU),
    Formula("square.gain_at_double_width",
            lambda n, k: quotient(ratio(square(n), k), ratio(square(2 * n), k)), (h, r), NUMBER,
            derive=lambda n, k: one_over(ratio(square(n), k), ratio(square(2 * n), k)), source=HU),
)
