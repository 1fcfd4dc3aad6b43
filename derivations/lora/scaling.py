"""The factor in front of BA: α/r, and what it does to the first step when the rank doubles.

At the standard start B is zero and A has independent entries of mean 0 and variance σ². Write G for ∂L/∂W and s for the
factor. The first step moves B alone, and the update of the weights is ΔW = s·B·A:

- SGD gives B = −ηs·G·Aᵀ, so E[ΔW] = −ηs²·G·E[AᵀA] = −η·s²·rσ²·G.
- Adam's first step is η times the sign of the gradient, B = −η·sign(G·Aᵀ). For Gaussian A each of the r directions adds
  σ√(2/π) along G with its rows scaled to length 1, so E[ΔW] has the factor η·s·rσ√(2/π).

These are factors of the mean of ΔW along the gradient, not of its norm.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from derivations.exact import NUMBER, Formula, Scalar, Step, quotient, root
from derivations.exact.derivation import as_product, as_quotient, one_over, steps
from derivations.lora.initialization import variance
from derivations.lora.symbols import alpha, d_in, d_out, eta, r, s, var_a, var_b

LORA = "Hu et al. 2021 (arXiv 2106.09685), section 4.1"
RSLORA = "Kalajdzievski 2023 (arXiv 2312.03732), theorem 3.2"
MOMENTS = "independent entries of mean 0: E[(Σ b·a)²] keeps only the squares"
FIRST_STEP = "one step from B = 0, mean over A; for α/r under Adam: Schulman et al. 2025, LoRA Without Regret"


def standard(lora_alpha: Scalar, rank: Scalar) -> Scalar:
    """Give the factor α/r."""
    return quotient(lora_alpha, rank)


def rslora(lora_alpha: Scalar, rank: Scalar) -> Scalar:
    """Give the factor α/√r."""
    return quotient(lora_alpha, root(rank))


def one(lora_alpha: Scalar, rank: Scalar) -> Scalar:
    """Give the factor of those who forget it: 1."""
    del lora_alpha, rank
    return 1


def fixed_variance(variance_at_one: Scalar, rank: Scalar) -> Scalar:
    """Give a variance of A that doesn't depend on the rank."""
    del rank
    return variance_at_one


def inverse_variance(variance_at_one: Scalar, rank: Scalar) -> Scalar:
    """Give a variance of A that falls as 1/r."""
    return quotient(variance_at_one, rank)


def inverse_square_variance(variance_at_one: Scalar, rank: Scalar) -> Scalar:
    """Give a variance of A that falls as 1/r², as PEFT's "gaussian" start has it."""
    return quotient(variance_at_one, rank * rank)


def norm_squared(in_: Scalar, out: Scalar, rank: Scalar, variance_a: Scalar, variance_b: Scalar) -> Scalar:
    """Give E‖BA‖_F² for independent factors of mean 0: out·in entries, each a sum of r products."""
    return out * in_ * (rank * (variance_b * variance_a))


def sgd_step(rate: Scalar, scale: Scalar, rank: Scalar, variance_a: Scalar) -> Scalar:
    """Give the factor of −G in E[ΔW] after one step of SGD."""
    return rate * scale * scale * (rank * variance_a)


def adam_step(rate: Scalar, scale: Scalar, rank: Scalar, variance_a: Scalar) -> Scalar:
    """Give the factor of −G, its rows scaled to length 1, in E[ΔW] after one step of Adam, for Gaussian A."""
    import sympy  # noqa: PLC0415 - the mean of |N(0, 1)| is irrational

    return rate * scale * (rank * root(variance_a) * sympy.sqrt(2 / sympy.pi))


def sgd_share(lora_alpha: Scalar, in_: Scalar, rank: Scalar) -> Scalar:
    """Give the first SGD step over full fine-tuning's, at the same rate and the default start: s²·rσ²."""
    return sgd_step(1, standard(lora_alpha, rank), rank, variance(in_))


def expected_norm_squared(out: int, in_: int, rank: int, variance_a: Any, variance_b: Any) -> Any:
    """Give E‖BA‖_F² the long way: write out every entry, expand, and take the mean term by term.

    An independent entry of mean 0 contributes its variance where it stands squared, and nothing where it stands alone.
    """
    import sympy  # noqa: PLC0415 - symbolic by nature

    b = sympy.Matrix(out, rank, lambda i, k: sympy.Symbol(f"b_{i}_{k}"))
    a = sympy.Matrix(rank, in_, lambda k, j: sympy.Symbol(f"a_{k}_{j}"))
    squares = sympy.Poly(sum(entry**2 for entry in b * a), *b, *a)
    return sum(
        coefficient * sympy.prod(0 if power % 2 else variance_b if index < len(b) else variance_a
                                 for index, power in enumerate(powers) if power)
        for powers, coefficient in squares.terms()
    )


Update = Callable[[Scalar, Scalar, Scalar, Scalar], Scalar]

OPTIMIZERS: dict[str, Update] = {"sgd": sgd_step, "adam": adam_step}
SCALES: dict[str, Callable[[Scalar, Scalar], Scalar]] = {"one": one, "alpha_r": standard, "alpha_sqrt_r": rslora}
VARIANCES: dict[str, Callable[[Scalar, Scalar], Scalar]] = {
    "fixed": fixed_variance, "inverse": inverse_variance, "inverse_square": inverse_square_variance,
}


def growth(optimizer: str, scale: str, law: str, lora_alpha: Scalar, rank: Scalar) -> Scalar:
    """Give the factor on E[ΔW] of the first step when the rank doubles; rate and σ² cancel."""
    twice, once = (OPTIMIZERS[optimizer](1, SCALES[scale](lora_alpha, k), k, VARIANCES[law](1, k))
                   for k in (2 * rank, rank))
    return quotient(twice, once)


def _written(optimizer: str, scale: Any, variance_a: Any, rank: Any) -> Any:
    """Write the factor of the first step out: rate, scale (twice under SGD) and what r directions add up to."""
    each = variance_a if optimizer == "sgd" else adam_step(1, 1, 1, variance_a)
    scales = (scale, scale) if optimizer == "sgd" else (scale,)
    return as_product((eta.sympy, *scales, as_product((rank, each))))


def _growth_formula(optimizer: str, scale: str, law: str) -> Formula:
    def derive(lora_alpha: Any, rank: Any) -> tuple[Step, ...]:
        twice, once = (_written(optimizer, SCALES[scale](lora_alpha, k), VARIANCES[law](var_a.sympy, k), k)
                       for k in (2 * rank, rank))
        both = (OPTIMIZERS[optimizer](eta.sympy, SCALES[scale](lora_alpha, k), k, VARIANCES[law](var_a.sympy, k))
                for k in (2 * rank, rank))
        return steps(
            ("first_step_at_both_ranks", as_quotient(twice, once)),
            ("totals", as_quotient(*both)),
            ("cancel", growth(optimizer, scale, law, lora_alpha, rank)),
        )

    return Formula(f"growth.{optimizer}.{scale}.{law}", lambda a, k: growth(optimizer, scale, law, a, k), (alpha, r),
                   NUMBER, derive=derive, source=FIRST_STEP if scale != "alpha_sqrt_r" else f"{FIRST_STEP}; {RSLORA}")


def _norm_steps(in_: Any, out: Any, rank: Any, variance_a: Any, variance_b: Any) -> tuple[Step, ...]:
    each = as_product((rank, as_product((variance_b, variance_a))))
    return steps(
        ("entries_times_products", as_product((as_product((out, in_)), each))),
        ("multiply", norm_squared(in_, out, rank, variance_a, variance_b)),
    )


def _double(*x: Any) -> tuple[Any, ...]:
    """Double the rank among the arguments of `norm_squared`."""
    return (x[0], x[1], 2 * x[2], *x[3:])


def _norm_growth(*x: Any) -> Any:
    return quotient(norm_squared(*_double(*x)), norm_squared(*x))


def _scaled_norm(*x: Any) -> Any:
    """Give the square root of E‖(α/r)BA‖_F²; the last argument is α."""
    return standard(x[5], x[2]) * root(norm_squared(*x[:5]))


def _sgd_steps(rate: Any, scale: Any, rank: Any, variance_a: Any) -> tuple[Step, ...]:
    step_of_b = as_product((rate, scale))
    return steps(
        ("step_of_b_times_a", as_product((step_of_b, scale, as_product((rank, variance_a))))),
        ("multiply", sgd_step(rate, scale, rank, variance_a)),
    )


def _share_steps(lora_alpha: Any, in_: Any, rank: Any) -> tuple[Step, ...]:
    scale = as_quotient(lora_alpha, rank)
    return steps(
        ("step_over_full", as_product((scale, scale, as_product((rank, as_quotient(1, as_product((3, in_)))))))),
        ("cancel", sgd_share(lora_alpha, in_, rank)),
    )


NORM = (d_in, d_out, r, var_a, var_b)

FORMULAS: tuple[Formula, ...] = (
    Formula("scale.standard", standard, (alpha, r), NUMBER, source=LORA),
    Formula("scale.rslora", rslora, (alpha, r), NUMBER, source=RSLORA),
    Formula("scale.after_doubling", lambda a, k: standard(a, 2 * k), (alpha, r), NUMBER, source=LORA),
    Formula("scale.standard_at_double_rank", lambda a, k: quotient(standard(a, 2 * k), standard(a, k)), (alpha, r),
            NUMBER, derive=lambda a, k: one_over(standard(a, 2 * k), standard(a, k)), source=LORA),
    Formula("scale.rslora_at_double_rank", lambda a, k: quotient(rslora(a, 2 * k), rslora(a, k)), (alpha, r),
            NUMBER, derive=lambda a, k: one_over(rslora(a, 2 * k), rslora(a, k)), source=RSLORA),
    Formula("random.norm_squared", norm_squared, NORM, NUMBER, derive=_norm_steps, source=MOMENTS),
    Formula("random.norm_squared_at_double_rank", _norm_growth, NORM, NUMBER,
            derive=lambda *x: one_over(norm_squared(*_double(*x)), norm_squared(*x)), source=MOMENTS),
    Formula("random.norm_at_double_rank", lambda *x: root(_norm_growth(*x)), NORM, NUMBER,
            derive=lambda *x: one_over(root(norm_squared(*_double(*x))), root(norm_squared(*x))), source=MOMENTS),
    Formula("random.scaled_norm_at_double_rank",
            lambda *x: quotient(_scaled_norm(*_double(*x)), _scaled_norm(*x)), (*NORM, alpha), NUMBER,
            derive=lambda *x: one_over(_scaled_norm(*_double(*x)), _scaled_norm(*x)), source=f"{MOMENTS}; {RSLORA}"),
    Formula("first_step.sgd", sgd_step, (eta, s, r, var_a), NUMBER, derive=_sgd_steps, source=FIRST_STEP),
    Formula("first_step.adam", adam_step, (eta, s, r, var_a), NUMBER, source=FIRST_STEP),
    Formula("first_step.sgd_share", sgd_share, (alpha, d_in, r), NUMBER, derive=_share_steps, source=FIRST_STEP),
    *(_growth_formula(optimizer, scale, law)
      for optimizer in OPTIMIZERS for scale in SCALES for law in VARIANCES),
)
