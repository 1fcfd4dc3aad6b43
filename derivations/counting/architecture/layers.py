"""What layers are made of: attention, MLPs, norms, convolutions, parameters."""

from __future__ import annotations

from math import prod

from derivations.counting.architecture.decoder import Layer, Linears, Vector
from derivations.counting.architecture.dimensions import Dimensions
from derivations.counting.linear import Convolution, Linear
from derivations.exact.quotient import Scalar

BEFORE: tuple[str, ...] = ("input_layernorm", "post_attention_layernorm")
"""The norms before attention and before the MLP."""

AROUND: tuple[str, ...] = (*BEFORE, "pre_feedforward_layernorm", "post_feedforward_layernorm")
"""The norms before and after both."""


def attention(d: Dimensions, *, bias: bool | None = None, output_bias: bool | None = None, output: str = "o_proj",
              at: str = "self_attn") -> Linears:
    """Give q, k, v and the output projection of grouped-query attention.

    They have biases where the configuration says so, or as it is said here; the output's is as the others'.
    """
    biased = d.attention_bias if bias is None else bias
    return (
        Linear(f"{at}.q_proj", d.query_size, d.hidden_size, biased),
        Linear(f"{at}.k_proj", d.key_value_size, d.hidden_size, biased),
        Linear(f"{at}.v_proj", d.key_value_size, d.hidden_size, biased),
        Linear(f"{at}.{output}", d.hidden_size, d.query_size, biased if output_bias is None else output_bias),
    )


def square(d: Dimensions, *names: str, bias: bool = True) -> Linears:
    """Give the Linears of attention that are as wide as they are high."""
    return tuple(Linear(name, d.hidden_size, d.hidden_size, bias) for name in names)


def two(d: Dimensions, up: str, down: str, *, bias: bool = True, width: Scalar | None = None) -> Linears:
    """Give the two Linears of an MLP without a gate, as wide as the configuration says, or as said here."""
    h, f = d.hidden_size, d.intermediate_size if width is None else width
    return Linear(up, f, h, bias), Linear(down, h, f, bias)


def gated(hidden_size: Scalar, width: Scalar, *, at: str = "mlp", bias: bool = False, out: Scalar = 0,
          names: tuple[str, str, str] = ("gate_proj", "up_proj", "down_proj")) -> Linears:
    """Give the three Linears of a gated MLP, or of one expert: gate and up widen, down narrows, to `out` on demand."""
    gate, up, down = names
    return (
        Linear(f"{at}.{gate}", width, hidden_size, bias),
        Linear(f"{at}.{up}", width, hidden_size, bias),
        Linear(f"{at}.{down}", out or hidden_size, width, bias),
    )


def scales(size: Scalar, *names: str) -> tuple[Vector, ...]:
    """Give norms that scale only (RMS norms, and layer norms without a shift)."""
    return tuple(Vector(name, size) for name in names)


def layer_norms(size: Scalar, *names: str) -> tuple[Vector, ...]:
    """Give layer norms: a scale and a shift each."""
    return tuple(Vector(name, size, bias=True) for name in names)


def parameter(name: str, *sides: Scalar) -> Vector:
    """Give a parameter with these sides, which is no module of its own."""
    return Vector(name, prod(sides), shape=sides if len(sides) > 1 else (), bare=True)


def convolution(name: str, out: Scalar, channels: Scalar, *kernel: Scalar, bias: bool = True,
                groups: Scalar = 1) -> Convolution:
    """Give a convolution with a kernel of these sides; in groups, `channels` are a group's."""
    return Convolution(name, out, channels * prod(kernel), bias, kernel, groups)


def before(d: Dimensions) -> tuple[Vector, ...]:
    """Give the norms that most families have: one before attention, one before the MLP."""
    return scales(d.hidden_size, *BEFORE)


def head_norms(d: Dimensions, *names: str) -> tuple[Vector, ...]:
    """Give the norms of q and k that every head shares."""
    return scales(d.head_dim, *(f"self_attn.{name}" for name in names or ("q_norm", "k_norm")))


def norms_over_all(d: Dimensions) -> tuple[Vector, ...]:
    """Give the norms of q and k over all heads together."""
    return scales(d.query_size, "self_attn.q_norm") + scales(d.key_value_size, "self_attn.k_norm")


def gated_layer(d: Dimensions, norms: tuple[Vector, ...], *, bias: bool | None = None,
                output_bias: bool | None = None) -> Layer:
    """Give Llama's layer: grouped attention over a gated MLP."""
    return Layer(attention(d, bias=bias, output_bias=output_bias),
                 gated(d.hidden_size, d.intermediate_size, bias=d.mlp_bias), norms)


def neox_layer(d: Dimensions, at: str, *norms: str, rows: Scalar = 0, bias: bool = True,
               mlp_bias: bool = True) -> Layer:
    """Give a layer by GPT-NeoX's names: q, k and v are one Linear, of three times the width or of so many rows."""
    h = d.hidden_size
    return Layer(
        attention=(Linear(f"{at}.query_key_value", rows or 3 * h, h, bias), Linear(f"{at}.dense", h, h, bias)),
        mlp=two(d, "mlp.dense_h_to_4h", "mlp.dense_4h_to_h", bias=mlp_bias),
        vectors=layer_norms(h, *(norms or BEFORE)),
    )
