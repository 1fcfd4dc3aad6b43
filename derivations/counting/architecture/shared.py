"""What several families share: grouped attention, a gated MLP, norms, and the decoder around the layers."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from derivations.counting.architecture.decoder import Decoder, Layer, Linears, Run, Vector
from derivations.counting.architecture.dimensions import Dimensions, flag
from derivations.counting.linear import Linear
from derivations.exact.quotient import Scalar

BEFORE: tuple[str, ...] = ("input_layernorm", "post_attention_layernorm")
"""The norms before attention and before the MLP."""

AROUND: tuple[str, ...] = (*BEFORE, "pre_feedforward_layernorm", "post_feedforward_layernorm")
"""The norms before and after both."""

BIASES = {
    "attention_bias": flag("attention_bias", default=False),
    "mlp_bias": flag("mlp_bias", default=False),
}
"""The fields of a family whose Linears have biases where the configuration asks for them."""

ATTENTION_BIAS = {"attention_bias": BIASES["attention_bias"]}
"""The same for attention alone."""


def attention(d: Dimensions, *, bias: bool, output_bias: bool, output: str = "o_proj",
              at: str = "self_attn") -> Linears:
    """Give q, k, v and the output projection of grouped-query attention."""
    return (
        Linear(f"{at}.q_proj", d.query_size, d.hidden_size, bias),
        Linear(f"{at}.k_proj", d.key_value_size, d.hidden_size, bias),
        Linear(f"{at}.v_proj", d.key_value_size, d.hidden_size, bias),
        Linear(f"{at}.{output}", d.hidden_size, d.query_size, output_bias),
    )


def gated(hidden_size: Scalar, width: Scalar, *, at: str = "mlp", bias: bool = False,
          names: tuple[str, str, str] = ("gate_proj", "up_proj", "down_proj")) -> Linears:
    """Give the three Linears of a gated MLP, or of one expert: gate and up widen, down narrows."""
    gate, up, down = names
    return (
        Linear(f"{at}.{gate}", width, hidden_size, bias),
        Linear(f"{at}.{up}", width, hidden_size, bias),
        Linear(f"{at}.{down}", hidden_size, width, bias),
    )


def scales(size: Scalar, *names: str) -> tuple[Vector, ...]:
    """Give norms that scale only (RMS norms, and layer norms without a shift)."""
    return tuple(Vector(name, size) for name in names)


def layer_norms(size: Scalar, *names: str) -> tuple[Vector, ...]:
    """Give layer norms: a scale and a shift each."""
    return tuple(Vector(name, size, bias=True) for name in names)


def decoder(d: Dimensions, *runs: Run, norm: tuple[Vector, ...] | None = None, head_bias: bool = False) -> Decoder:
    """Give the decoder that most families are: one token table, the layers, a last norm, a head."""
    return Decoder(
        runs,
        embeddings=(Linear("model.embed_tokens", d.vocab_size, d.hidden_size),),
        head=Linear("lm_head", d.vocab_size, d.hidden_size, head_bias),
        tied=d.tie_word_embeddings,
        vectors=scales(d.hidden_size, "model.norm") if norm is None else norm,
    )


def in_turn(layers: Iterable[Layer]) -> tuple[Run, ...]:
    """Give the runs of layers that are listed one by one."""
    runs, first = [], 0
    for layer, alike in groupby(layers):
        stop = first + sum(1 for _ in alike)
        runs.append(Run(first, stop, layer))
        first = stop
    return tuple(runs)


def every_layer(d: Dimensions, layer: Layer) -> Run:
    """Give the run of a model whose layers are all alike."""
    return Run(0, d.num_hidden_layers, layer)


def head_norms(d: Dimensions) -> tuple[Vector, ...]:
    """Give the norms of q and k that every head shares."""
    return scales(d.head_dim, "self_attn.q_norm", "self_attn.k_norm")
