"""What training computes: why LoRA spares a third of the work and not nearly all of it.

A weight takes part in one multiplication and one addition for each token in the forward pass, and in as many again for
the gradient of its input and for its own gradient. A frozen weight is spared the last of the three alone.
"""

from __future__ import annotations

from derivations.exact import NUMBER, RATIO, Declared, Scalar, known, quotient
from derivations.lora.symbols import PARAMETER

KAPLAN = "Kaplan et al. 2020 (arXiv 2001.08361), section 2.1: two operations a weight forward, twice as many backward"
EACH = 2
"""Operations a weight and token, in each of the three products: one multiplication, one addition."""

formula = Declared(PARAMETER)


@formula("compute.full", NUMBER, KAPLAN, reasons=("three_products",))
def full(F: Scalar) -> Scalar:
    """Count the operations a token under full fine-tuning: forward, gradient of the input, gradient of the weight."""
    return EACH * F + EACH * F + EACH * F


@formula("compute.lora", NUMBER, KAPLAN, reasons=("two_products_and_own",))
def lora(F: Scalar, T: Scalar) -> Scalar:
    """Count the operations a token under LoRA: frozen weights have no gradient of their own."""
    return EACH * (F + T) + EACH * (F + T) + EACH * T


@formula("compute.ratio", RATIO, KAPLAN, reasons=("two_products_over_three",))
def ratio(rho: Scalar) -> Scalar:
    """Give LoRA's operations over full fine-tuning's, for so many trained parameters a frozen one."""
    return quotient(known(lora(1, rho)), full(1))


TWO, THREE = EACH + EACH, full(1)

formula("compute.limit", RATIO, KAPLAN, numbers=(TWO, THREE))(quotient)
formula("compute.fastest", NUMBER, KAPLAN, numbers=(THREE, TWO))(quotient)

FORMULAS = formula.formulas
