"""One weight matrix, and the low-rank pair that LoRA trains beside it: what they hold, counted.

Shapes are (out, in), as `torch.nn.Linear` stores its weight W. LoRA freezes W and adds (α/r)·BA, with B of shape
(out, r) and A of shape (r, in). Source: Hu et al. 2021 (arXiv 2106.09685), section 4.1.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

from derivations.exact.quotient import Scalar


@dataclass(frozen=True)
class Linear:
    """A weight matrix of shape (out, in); its entries are numbers that the model stores.

    `out` and `in_` are integers or SymPy expressions: the functions below take both. `bias` says whether a vector of
    `out` numbers is stored beside it; LoRA leaves it frozen, so counts leave it out unless they are asked for it.
    """

    name: str
    out: Scalar
    in_: Scalar
    bias: bool = False


UNKNOWN = 0


@dataclass(frozen=True)
class Convolution(Linear):
    """A convolution, whose weight is counted as the matrix (out, in · kernel).

    Of a pair, A is a convolution of the same kernel, and B one of a single point. In `groups` of channels, only their
    own channels count in `in_`; there are UNKNOWN many where a shape alone is known, of one channel.
    """

    kernel: tuple[Scalar, ...] = ()
    groups: Scalar = 1


def full(linear: Linear, *, bias: bool = False) -> Scalar:
    """Count the weights of W, out·in; with `bias`, the bias vector of a Linear that has one as well."""
    weights = linear.out * linear.in_
    return weights + linear.out if bias and linear.bias else weights


def lora(linear: Linear, rank: Scalar) -> Scalar:
    """Count the entries of B and A, r·(in + out)."""
    return rank * (linear.in_ + linear.out)


def pair_shapes(linear: Linear, rank: Scalar, *, table: bool = False) -> tuple[tuple[Scalar, ...], ...]:
    """Give the shapes of A, B and a magnitude vector; beside a table of (rows, width), A takes in a row's number."""
    if table:
        return (rank, linear.out), (linear.in_, rank), (linear.in_,)
    kernel = linear.kernel if isinstance(linear, Convolution) else ()
    points = (1,) * len(kernel)
    return (rank, linear.in_ // prod(kernel), *kernel), (linear.out, rank, *points), (
        (1, linear.out, *points) if kernel else (linear.out,))
