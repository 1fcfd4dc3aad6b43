"""The textbook layer, as data: four square attention Linears and an MLP that widens to 4h.

12h² weights, 18rh adapter parameters and their ratio 3r/(2h) are results: nothing here states them. The same sums over
other lists give the fused attention of GPT-2, the gated layer of LLaMA and a layer of experts.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from derivations.counting.linear import Linear, full, lora
from derivations.exact.quotient import Scalar, quotient
from derivations.exact.scalar import ceiling

Linears = tuple[Linear, ...]


def attention(hidden_size: Scalar) -> Linears:
    """Give the four attention Linears, each (h, h)."""
    return tuple(Linear(name, hidden_size, hidden_size, True) for name in ("q_proj", "k_proj", "v_proj", "o_proj"))


def mlp(hidden_size: Scalar) -> Linears:
    """Give the two MLP Linears: fc1 (4h, h) and fc2 (h, 4h)."""
    return Linear("fc1", 4 * hidden_size, hidden_size, True), Linear("fc2", hidden_size, 4 * hidden_size, True)


def layer(hidden_size: Scalar) -> Linears:
    """Give the six Linears of one layer."""
    return attention(hidden_size) + mlp(hidden_size)


def query_and_value(hidden_size: Scalar) -> Linears:
    """Give the two Linears that the original paper adapts in most of its experiments."""
    return tuple(one for one in attention(hidden_size) if one.name in ("q_proj", "v_proj"))


def fc1(hidden_size: Scalar) -> Linears:
    """Give the MLP's first Linear alone."""
    return mlp(hidden_size)[:1]


def fc2(hidden_size: Scalar) -> Linears:
    """Give the MLP's second Linear alone."""
    return mlp(hidden_size)[1:]


def c_attn(hidden_size: Scalar) -> Linears:
    """Give query, key and value fused into one Linear (3h, h)."""
    return (Linear("c_attn", 3 * hidden_size, hidden_size, True),)


def query_key_value(hidden_size: Scalar) -> Linears:
    """Give query, key and value as three Linears."""
    return attention(hidden_size)[:3]


def fused_attention(hidden_size: Scalar) -> Linears:
    """Give the two attention Linears of a layer that fuses query, key and value."""
    return c_attn(hidden_size) + attention(hidden_size)[3:]


def fused_layer(hidden_size: Scalar) -> Linears:
    """Give the four Linears of GPT-2's layer."""
    return fused_attention(hidden_size) + mlp(hidden_size)


def grouped_attention(hidden_size: Scalar, kv_size: Scalar) -> Linears:
    """Give four attention Linears whose keys and values are `kv_size` wide: (h_kv, h) for k and v."""
    query, key, value, output = attention(hidden_size)
    return tuple(replace(one, bias=False) for one in (
        query, replace(key, out=kv_size), replace(value, out=kv_size), output,
    ))


def gated_mlp(hidden_size: Scalar, width: Scalar) -> Linears:
    """Give the three Linears of a gated MLP: gate and up (f, h), down (h, f)."""
    return (Linear("gate_proj", width, hidden_size), Linear("up_proj", width, hidden_size),
            Linear("down_proj", hidden_size, width))


def gated_layer(hidden_size: Scalar, kv_size: Scalar, width: Scalar) -> Linears:
    """Give the seven Linears of LLaMA's layer."""
    return grouped_attention(hidden_size, kv_size) + gated_mlp(hidden_size, width)


def k_proj(hidden_size: Scalar, kv_size: Scalar) -> Linears:
    """Give the key projection alone."""
    return grouped_attention(hidden_size, kv_size)[1:2]


def total_full(linears: Iterable[Linear]) -> Scalar:
    """Count the weights of all the Linears."""
    return sum(full(linear) for linear in linears)


def total_lora(linears: Iterable[Linear], rank: Scalar) -> Scalar:
    """Count the adapter parameters of all the Linears at one rank."""
    return sum(lora(linear, rank) for linear in linears)


def total_biases(linears: Iterable[Linear]) -> Scalar:
    """Count the bias vectors of the Linears that have one."""
    return sum(linear.out for linear in linears if linear.bias)


def norms(hidden_size: Scalar) -> Scalar:
    """Count two layer norms, a scale and a shift of h numbers each."""
    return 2 * (2 * hidden_size)


def vectors(hidden_size: Scalar) -> Scalar:
    """Count a textbook layer's biases and norms: all that its Linears' weights leave out."""
    return total_biases(layer(hidden_size)) + norms(hidden_size)


def ratio_of(linears: Linears, rank: Scalar) -> Scalar:
    """Give the adapter's parameters over the weights of the same Linears."""
    return quotient(total_lora(linears, rank), total_full(linears))


def factor_of(linears: Linears, rank: Scalar) -> Scalar:
    """Give how many times the adapter's parameters the same Linears' weights are."""
    return quotient(total_full(linears), total_lora(linears, rank))


def break_even_of(linears: Linears) -> Scalar:
    """Give the rank at which the adapters are as large as the weights they adapt."""
    return quotient(total_full(linears), total_lora(linears, 1))


def moe_full(hidden_size: Scalar, kv_size: Scalar, width: Scalar, experts: Scalar) -> Scalar:
    """Count the weights of attention and of `experts` gated MLPs; the router apart."""
    return (total_full(grouped_attention(hidden_size, kv_size))
            + experts * total_full(gated_mlp(hidden_size, width)))


def moe_lora(hidden_size: Scalar, kv_size: Scalar, width: Scalar, experts: Scalar, rank: Scalar) -> Scalar:
    """Count the adapter where each expert's Linears carry pairs of their own; the router isn't adapted."""
    return (total_lora(grouped_attention(hidden_size, kv_size), rank)
            + experts * total_lora(gated_mlp(hidden_size, width), rank))


def gated_width(hidden_size: Scalar) -> Scalar:
    """Give LLaMA's width of the gated MLP: 8h/3, so that three matrices weigh as much as two of 4h, in steps of 256."""
    return 256 * ceiling(quotient(8 * hidden_size, 3 * 256))


def full_over_textbook(hidden_size: Scalar, kv_size: Scalar, width: Scalar) -> Scalar:
    """Give a gated layer's weights over the textbook layer's at the same h."""
    return quotient(total_full(gated_layer(hidden_size, kv_size, width)), total_full(layer(hidden_size)))


def lora_over_textbook(hidden_size: Scalar, kv_size: Scalar, width: Scalar, rank: Scalar) -> Scalar:
    """Give a gated layer's adapter over the textbook layer's at the same h and rank."""
    return quotient(total_lora(gated_layer(hidden_size, kv_size, width), rank), total_lora(layer(hidden_size), rank))
