"""The start: how A is drawn, why B = 0 leaves the model as it was, and which of the two the first step moves.

The gradients are differentiated, not quoted: the loss of a small layer is written out entry by entry and SymPy takes
its derivatives. They come out as ∂L/∂A = s·Bᵀ·G and ∂L/∂B = s·G·Aᵀ with G = ∂L/∂W, so that at B = 0 only B moves.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from derivations.exact import NUMBER, Declared, Scalar, known, quotient, root
from derivations.exact.symbolic import sympy
from derivations.lora.symbols import PARAMETER

REFERENCE = "loralib and PEFT: kaiming_uniform with a = √5, that is uniform on ±1/√in"
GAUSSIAN = 'PEFT, init_lora_weights="gaussian"'
DERIVED = "the chain rule; Hu et al. 2021 (arXiv 2106.09685), section 4.1, for the start B = 0"
SMALL = (3, 2, 1)
"""Shape (out, in) and rank of the layer that is differentiated for the page."""

formula = Declared(PARAMETER)


@formula("initialization.bound_squared", NUMBER, REFERENCE)
def bound_squared(d_in: Scalar) -> Scalar:
    """Give the square of the bound of the default start: entries of A are uniform on ±1/√in."""
    return quotient(1, d_in)


formula("initialization.bound", NUMBER, REFERENCE)(lambda d_in: quotient(1, root(d_in)))


@formula("initialization.variance", NUMBER, REFERENCE, reasons=("third_of_bound_squared",))
def variance(d_in: Scalar) -> Scalar:
    """Give the variance of the default start: a third of the bound's square, whatever the rank."""
    return quotient(known(bound_squared(d_in)), 3)


@formula("initialization.gaussian_deviation", NUMBER, GAUSSIAN)
def gaussian_deviation(r: Scalar) -> Scalar:
    """Give the standard deviation of PEFT's "gaussian" start."""
    return quotient(1, r)


formula("initialization.gaussian_variance", NUMBER, GAUSSIAN)(
    lambda r: known(gaussian_deviation(r)) * known(gaussian_deviation(r)))
formula("initialization.stated_variance", NUMBER, "the source document")(lambda r: quotient(1, r))


@formula("gradient.a", NUMBER, DERIVED, reasons=("chain_rule",))
def gradient_a(s: Scalar, g: Scalar, b: Scalar) -> Scalar:
    """Give ∂L/∂A on the smallest layer, one entry each: s·B·G."""
    return g * (s * b)


@formula("gradient.b_at_start", NUMBER, DERIVED, reasons=("chain_rule",))
@formula("gradient.b", NUMBER, DERIVED, reasons=("chain_rule",))
def gradient_b(s: Scalar, g: Scalar, a: Scalar) -> Scalar:
    """Give ∂L/∂B on the smallest layer, one entry each: s·G·A."""
    return g * (s * a)


@dataclass(frozen=True)
class Gradients:
    """What differentiating a small layer gives, as SymPy matrices.

    of_a     ∂L/∂A, of shape (r, in)
    of_b     ∂L/∂B, of shape (out, r)
    of_w     ∂L/∂W, of shape (out, in)
    product  BA, of shape (out, in)
    a, b     the factors themselves
    scale    the symbol s
    """

    of_a: Any
    of_b: Any
    of_w: Any
    product: Any
    a: Any
    b: Any
    scale: Any

    def at_start(self) -> Gradients:
        """Put B = 0."""
        zero = dict.fromkeys(self.b, 0)
        return Gradients(self.of_a.subs(zero), self.of_b.subs(zero), self.of_w.subs(zero), self.product.subs(zero),
                         self.a, self.b.subs(zero), self.scale)


def differentiate(out: int, in_: int, rank: int) -> Gradients:
    """Differentiate L = ½‖(W + sBA)x − t‖² with respect to every entry of A, of B and of W.

    x and t stand for any input and any target, so nothing depends on the particular loss but ∂L/∂y = y − t.
    """
    def matrix(letter: str, rows: int, columns: int) -> Any:
        return sympy.Matrix(rows, columns, lambda i, j: sympy.Symbol(f"{letter}_{i + 1}{j + 1}"))

    w, a_, b_ = matrix("w", out, in_), matrix("a", rank, in_), matrix("b", out, rank)
    x, t, scale = matrix("x", in_, 1), matrix("t", out, 1), sympy.Symbol("s")
    error = (w + scale * b_ * a_) * x - t
    loss = sympy.Rational(1, 2) * sum(entry**2 for entry in error)

    def derivative(by: Any) -> Any:
        return by.applyfunc(lambda entry: sympy.diff(loss, entry))

    return Gradients(derivative(a_), derivative(b_), derivative(w), b_ * a_, a_, b_, scale)


def nonzero(matrix: Any) -> int:
    """Count the entries of a SymPy matrix that aren't identically zero."""
    return sum(1 for entry in matrix if sympy.expand(entry) != 0)


formula("gradient.a_at_start", NUMBER, DERIVED, reasons=("b_is_zero",))(lambda s, g: gradient_a(s, g, 0))
formula("gradient.a_entries_at_start", NUMBER, DERIVED)(lambda: nonzero(differentiate(*SMALL).at_start().of_a))
formula("gradient.b_entries_at_start", NUMBER, DERIVED)(lambda: nonzero(differentiate(*SMALL).at_start().of_b))
formula("initialization.product_entries_at_start", NUMBER, DERIVED)(
    lambda: nonzero(differentiate(*SMALL).at_start().product))

FORMULAS = formula.formulas
