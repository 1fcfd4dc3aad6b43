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
from itertools import product

from derivations.exact import NUMBER, Declared, Scalar, known, quotient, root
from derivations.exact.symbolic import sympy
from derivations.lora.initialization import variance
from derivations.lora.symbols import PARAMETER

LORA = "Hu et al. 2021 (arXiv 2106.09685), section 4.1"
RSLORA = "Kalajdzievski 2023 (arXiv 2312.03732), theorem 3.2"
MOMENTS = "independent entries of mean 0: E[(Σ b·a)²] keeps only the squares"
FIRST_STEP = "one step from B = 0, mean over A; for α/r under Adam: Schulman et al. 2025, LoRA Without Regret"

formula = Declared(PARAMETER)


@formula("scale.standard", NUMBER, LORA)
def standard(lora_alpha: Scalar, rank: Scalar) -> Scalar:
    """Give the factor α/r."""
    return quotient(lora_alpha, rank)


@formula("scale.rslora", NUMBER, RSLORA)
def rslora(lora_alpha: Scalar, rank: Scalar) -> Scalar:
    """Give the factor α/√r."""
    return quotient(lora_alpha, root(rank))


@formula("random.norm_squared", NUMBER, MOMENTS, reasons=("entries_times_products",))
def norm_squared(in_: Scalar, out: Scalar, rank: Scalar, variance_a: Scalar, variance_b: Scalar) -> Scalar:
    """Give E‖BA‖_F² for independent factors of mean 0: out·in entries, each a sum of r products."""
    return out * in_ * (rank * (variance_b * variance_a))


@formula("first_step.sgd", NUMBER, FIRST_STEP, reasons=("step_of_b_times_a",))
def sgd_step(rate: Scalar, scale: Scalar, rank: Scalar, variance_a: Scalar) -> Scalar:
    """Give the factor of −G in E[ΔW] after one step of SGD."""
    return rate * scale * scale * (rank * variance_a)


@formula("first_step.adam", NUMBER, FIRST_STEP)
def adam_step(rate: Scalar, scale: Scalar, rank: Scalar, variance_a: Scalar) -> Scalar:
    """Give the factor of −G, its rows scaled to length 1, in E[ΔW] after one step of Adam, for Gaussian A."""
    return rate * scale * (rank * root(variance_a) * sympy.sqrt(2 / sympy.pi))


@formula("first_step.sgd_share", NUMBER, FIRST_STEP, reasons=("step_over_full",))
def sgd_share(alpha: Scalar, d_in: Scalar, r: Scalar) -> Scalar:
    """Give the first SGD step over full fine-tuning's, at the same rate and the default start: s²·rσ²."""
    return sgd_step(1, standard(alpha, r), r, known(variance(d_in)))


Update = Callable[[Scalar, Scalar, Scalar, Scalar], Scalar]
Scale = Callable[[Scalar, Scalar], Scalar]

OPTIMIZERS: dict[str, Update] = {"sgd": sgd_step, "adam": adam_step}
SCALES: dict[str, Scale] = {"one": lambda alpha, rank: 1, "alpha_r": standard, "alpha_sqrt_r": rslora}
"""The factor in front of BA; "one" is that of those who forget it."""
VARIANCES: dict[str, Scale] = {
    "fixed": lambda at_one, rank: at_one,
    "inverse": quotient,
    "inverse_square": lambda at_one, rank: quotient(at_one, rank * rank),       # PEFT's "gaussian" start
}
"""How the variance of A falls with the rank, from what it is at rank 1."""
LAWS = {
    f"{optimizer}.{scale}.{law}": (OPTIMIZERS[optimizer], SCALES[scale], VARIANCES[law])
    for optimizer, scale, law in product(OPTIMIZERS, SCALES, VARIANCES)
}
"""Every optimizer with every factor and every law of A's variance, by their names with dots between."""


def _studied(step: Update, scale: Scale, law: Scale) -> str:
    del step, law
    return f"{FIRST_STEP}; {RSLORA}" if scale is rslora else FIRST_STEP


@formula("growth.*.*.*", NUMBER, _studied, each=LAWS, reasons=("first_step_at_both_ranks",))
def growth(  # noqa: PLR0917 - its parameters are the symbols
    step: Update, scale: Scale, law: Scale, alpha: Scalar, r: Scalar, eta: Scalar = 1, var_a: Scalar = 1,
) -> Scalar:
    """Give the factor on E[ΔW] of the first step when the rank doubles; rate and σ² cancel."""
    return quotient(*(step(eta, scale(alpha, rank), rank, law(var_a, rank)) for rank in (2 * r, r)))


def doubled(of: Callable[..., Scalar], first: int = 2) -> Callable[..., Scalar]:
    """Give what a quantity is multiplied by when the rank doubles; `first` is the rank's place among its arguments."""
    def growing(*x: Scalar) -> Scalar:
        return quotient(known(of(*x[:first], 2 * x[first], *x[first + 1:])), known(of(*x)))

    return growing


def scaled_norm(  # noqa: PLR0917 - as above
    in_: Scalar, out: Scalar, rank: Scalar, variance_a: Scalar, variance_b: Scalar, lora_alpha: Scalar,
) -> Scalar:
    """Give the square root of E‖(α/r)BA‖_F²."""
    return standard(lora_alpha, rank) * root(norm_squared(in_, out, rank, variance_a, variance_b))


SCALE, _ = formula.parameters(standard)
NORM, _ = formula.parameters(norm_squared)

formula("scale.after_doubling", NUMBER, LORA)(lambda alpha, r: standard(alpha, 2 * r))
formula("scale.standard_at_double_rank", NUMBER, LORA, symbols=SCALE)(doubled(standard, 1))
formula("scale.rslora_at_double_rank", NUMBER, RSLORA, symbols=SCALE)(doubled(rslora, 1))
formula("random.norm_squared_at_double_rank", NUMBER, MOMENTS, symbols=NORM)(doubled(norm_squared))
formula("random.norm_at_double_rank", NUMBER, MOMENTS, symbols=NORM)(doubled(lambda *x: root(norm_squared(*x))))
formula("random.scaled_norm_at_double_rank", NUMBER, f"{MOMENTS}; {RSLORA}",
        symbols=formula.parameters(scaled_norm)[0])(doubled(scaled_norm))

FORMULAS = formula.formulas
