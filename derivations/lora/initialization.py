"""The start: how A is drawn, why B = 0 leaves the model as it was, and which of the two the first step moves.

The gradients are differentiated, not quoted: the loss of a small layer is written out entry by entry and SymPy takes
its derivatives. They come out as ∂L/∂A = s·Bᵀ·G and ∂L/∂B = s·G·Aᵀ with G = ∂L/∂W, so that at B = 0 only B moves.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from derivations.exact import NUMBER, Formula, Scalar, Step, quotient, root
from derivations.exact.derivation import as_product, as_quotient, steps
from derivations.lora.symbols import a, b, d_in, g, r, s

REFERENCE = "loralib and PEFT: kaiming_uniform with a = √5, that is uniform on ±1/√in"
DERIVED = "the chain rule; Hu et al. 2021 (arXiv 2106.09685), section 4.1, for the start B = 0"
SMALL = (3, 2, 1)
"""Shape (out, in) and rank of the layer that is differentiated for the page."""


def bound_squared(in_: Scalar) -> Scalar:
    """Give the square of the bound of the default start: entries of A are uniform on ±1/√in."""
    return quotient(1, in_)


def bound(in_: Scalar) -> Scalar:
    """Give the bound of the default start, 1/√in."""
    return quotient(1, root(in_))


def variance(in_: Scalar) -> Scalar:
    """Give the variance of the default start: a third of the bound's square, whatever the rank."""
    return quotient(bound_squared(in_), 3)


def gaussian_deviation(rank: Scalar) -> Scalar:
    """Give the standard deviation of PEFT's "gaussian" start."""
    return quotient(1, rank)


def gaussian_variance(rank: Scalar) -> Scalar:
    """Give the variance of PEFT's "gaussian" start, whose standard deviation is 1/r."""
    return gaussian_deviation(rank) * gaussian_deviation(rank)


def stated_variance(rank: Scalar) -> Scalar:
    """Give the variance that the source document states, N(0, 1/r)."""
    return quotient(1, rank)


def gradient_a(scale: Scalar, gradient: Scalar, entry_b: Scalar) -> Scalar:
    """Give ∂L/∂A on the smallest layer, one entry each: s·B·G."""
    return scale * gradient * entry_b


def gradient_b(scale: Scalar, gradient: Scalar, entry_a: Scalar) -> Scalar:
    """Give ∂L/∂B on the smallest layer, one entry each: s·G·A."""
    return scale * gradient * entry_a


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
    import sympy  # noqa: PLC0415 - symbolic by nature

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
    import sympy  # noqa: PLC0415 - as above

    return sum(1 for entry in matrix if sympy.expand(entry) != 0)


def _chain(scale: Any, gradient: Any, entry: Any, result: Any) -> tuple[Step, ...]:
    """Derive one entry: the gradient of the weight times how the weight moves with the entry."""
    return steps(("chain_rule", as_product((gradient, as_product((scale, entry))))), ("multiply", result))


def _at_start(scale: Any, gradient: Any) -> tuple[Step, ...]:
    return steps(("b_is_zero", as_product((scale, gradient, 0))), ("multiply", gradient_a(scale, gradient, 0)))


FORMULAS: tuple[Formula, ...] = (
    Formula("initialization.bound_squared", bound_squared, (d_in,), NUMBER, source=REFERENCE),
    Formula("initialization.bound", bound, (d_in,), NUMBER, source=REFERENCE),
    Formula("initialization.variance", variance, (d_in,), NUMBER,
            derive=lambda i: steps(("third_of_bound_squared", as_quotient(bound_squared(i), 3)),
                                   ("multiply", variance(i))), source=REFERENCE),
    Formula("initialization.gaussian_deviation", gaussian_deviation, (r,), NUMBER,
            source='PEFT, init_lora_weights="gaussian"'),
    Formula("initialization.gaussian_variance", gaussian_variance, (r,), NUMBER,
            source='PEFT, init_lora_weights="gaussian"'),
    Formula("initialization.stated_variance", stated_variance, (r,), NUMBER, source="the source document"),
    Formula("gradient.a", gradient_a, (s, g, b), NUMBER,
            derive=lambda k, q, x: _chain(k, q, x, gradient_a(k, q, x)), source=DERIVED),
    Formula("gradient.b", gradient_b, (s, g, a), NUMBER,
            derive=lambda k, q, x: _chain(k, q, x, gradient_b(k, q, x)), source=DERIVED),
    Formula("gradient.a_at_start", lambda k, q: gradient_a(k, q, 0), (s, g), NUMBER,
            derive=_at_start, source=DERIVED),
    Formula("gradient.b_at_start", gradient_b, (s, g, a), NUMBER,
            derive=lambda k, q, x: _chain(k, q, x, gradient_b(k, q, x)), source=DERIVED),
    Formula("gradient.a_entries_at_start", lambda: nonzero(differentiate(*SMALL).at_start().of_a), (), NUMBER,
            source=DERIVED),
    Formula("gradient.b_entries_at_start", lambda: nonzero(differentiate(*SMALL).at_start().of_b), (), NUMBER,
            source=DERIVED),
    Formula("initialization.product_entries_at_start", lambda: nonzero(differentiate(*SMALL).at_start().product), (),
            NUMBER, source=DERIVED),
)
