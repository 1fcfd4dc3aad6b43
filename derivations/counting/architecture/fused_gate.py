"""Families that hold gate and up in one Linear: Phi-3, GLM and GLM-4."""

from __future__ import annotations

from derivations.counting.architecture.decoder import Decoder, Layer, Linears
from derivations.counting.architecture.dimensions import Dimensions, flag, grouped
from derivations.counting.architecture.family import family
from derivations.counting.architecture.shared import BEFORE, attention, decoder, every_layer, scales
from derivations.counting.linear import Linear


def fused_gated(d: Dimensions) -> Linears:
    """Give a gated MLP whose gate and up are one Linear."""
    return (
        Linear("mlp.gate_up_proj", 2 * d.intermediate_size, d.hidden_size),
        Linear("mlp.down_proj", d.hidden_size, d.intermediate_size),
    )


@family("phi3", letters="h h_kv f", fields=grouped(tied=False))
def phi3(d: Dimensions) -> Decoder:
    """Phi-3, Phi-4: one qkv_proj, one gate_up_proj."""
    layer = Layer(
        attention=(
            Linear("self_attn.qkv_proj", d.query_size + 2 * d.key_value_size, d.hidden_size),
            Linear("self_attn.o_proj", d.hidden_size, d.query_size),
        ),
        mlp=fused_gated(d),
        vectors=scales(d.hidden_size, *BEFORE),
    )
    return decoder(d, every_layer(d, layer))


GLM = grouped(tied=False, key_value_heads=2, head_dim=128, attention_bias=flag("attention_bias", default=True))


@family("glm", fields=GLM)
def glm(d: Dimensions, *after: str) -> Decoder:
    """GLM: q, k and v apart with biases, one gate_up_proj; `after` are norms besides."""
    layer = Layer(
        attention=attention(d, bias=d.attention_bias, output_bias=False),
        mlp=fused_gated(d),
        vectors=scales(d.hidden_size, *BEFORE, *after),
    )
    return decoder(d, every_layer(d, layer))


@family("glm4", letters="h h_q h_kv f", fields=GLM)
def glm4(d: Dimensions) -> Decoder:
    """GLM-4: GLM with four norms."""
    return glm(d, "post_self_attn_layernorm", "post_mlp_layernorm")
