"""Later families with experts: beside the routed ones they have shared ones, or 3-D parameters from the start."""

from __future__ import annotations

from derivations.counting.architecture.decoder import Decoder, Layer, Linears, Run
from derivations.counting.architecture.dimensions import (
    COUNT,
    NUMBERS,
    Dimensions,
    Field,
    flag,
    grouped,
    number,
    standard,
)
from derivations.counting.architecture.experts import LATENT, alternating, deepseek_v3, mixtral, routed
from derivations.counting.architecture.family import family
from derivations.counting.architecture.shared import (
    ATTENTION_BIAS,
    BEFORE,
    attention,
    decoder,
    every_layer,
    gated,
    head_norms,
    in_turn,
    layer_norms,
    scales,
)
from derivations.counting.linear import Linear
from derivations.exact.quotient import Scalar

SPARSE: dict[str, Field] = {
    "num_experts": number("num_experts", "num_local_experts"),
    "moe_intermediate_size": number("moe_intermediate_size"),
    "decoder_sparse_step": number("decoder_sparse_step", default=1),
    "mlp_only_layers": number("mlp_only_layers", default=(), null="none", kind=NUMBERS),
}


@family("kimi_k2", fields=standard(
    tied=False,
    first_k_dense_replace=number("first_k_dense_replace", default=3, kind=COUNT),
    n_shared_experts=number("n_shared_experts", default=1),
) | LATENT)
def kimi_k2(d: Dimensions) -> Decoder:
    """Kimi K2: DeepSeek-V3 under another name."""
    return deepseek_v3(d)


@family("qwen2_moe", fields=grouped(
    tied=False, key_value_heads=16,
    attention_bias=flag("qkv_bias", default=True),
    shared_intermediate_size=number("shared_expert_intermediate_size", default=5632),
) | SPARSE)
def qwen2_moe(d: Dimensions) -> Decoder:
    """Qwen2 with experts: one of them is shared, behind a gate of its own."""
    dense = Layer(
        attention=attention(d, bias=d.attention_bias, output_bias=False),
        mlp=gated(d.hidden_size, d.intermediate_size),
        vectors=scales(d.hidden_size, *BEFORE),
    )
    sparse = routed(d, dense, shared_expert(d))
    newer = stacked(sparse, d, d.moe_intermediate_size, at="mlp")
    found = decoder(d, *alternating(d, dense, sparse._replace(newer=newer)))
    return found if d.query_size == d.hidden_size else found._replace(versions=(NOT_BUILT % d.head_dim,))


def shared_expert(d: Dimensions) -> Linears:
    """Give the shared expert of a Qwen layer, and its gate."""
    return (*gated(d.hidden_size, d.shared_intermediate_size, at="mlp.shared_expert"),
            Linear("mlp.shared_expert_gate", 1, d.hidden_size))


@family("olmoe", fields=grouped(
    tied=False, num_experts=SPARSE["num_experts"], num_experts_per_tok=number("num_experts_per_tok", default=8),
) | ATTENTION_BIAS)
def olmoe(d: Dimensions) -> Decoder:
    """OLMoE: norms over the whole of q and of k; each expert is as wide as intermediate_size."""
    layer = Layer(
        attention=attention(d, bias=d.attention_bias, output_bias=d.attention_bias),
        vectors=(*scales(d.hidden_size, *BEFORE), *scales(d.hidden_size, "self_attn.q_norm"),
                 *scales(d.hidden_size // d.num_attention_heads * d.num_key_value_heads, "self_attn.k_norm")),
    )
    found = decoder(d, every_layer(d, routed(d._replace(moe_intermediate_size=d.intermediate_size), layer)))
    return found._replace(versions=heads_of_version_4(d, d.num_hidden_layers))


@family("glm4_moe", fields=grouped(
    tied=False, key_value_heads=8,
    num_experts=number("n_routed_experts", "num_experts"),
    moe_intermediate_size=number("moe_intermediate_size"),
    n_shared_experts=number("n_shared_experts", default=1),
    first_k_dense_replace=number("first_k_dense_replace", default=1, kind=COUNT),
    qk_layernorm=flag("use_qk_norm", default=False),
) | ATTENTION_BIAS)
def glm4_moe(d: Dimensions) -> Decoder:
    """GLM-4.5: the first layers dense, then a shared expert beside the routed ones; norms on q and k on demand."""
    dense = Layer(
        attention=attention(d, bias=d.attention_bias, output_bias=False),
        mlp=gated(d.hidden_size, d.intermediate_size),
        vectors=scales(d.hidden_size, *BEFORE) + (head_norms(d) if d.qk_layernorm else ()),
    )
    shared = gated(d.hidden_size, d.n_shared_experts * d.moe_intermediate_size, at="mlp.shared_experts")
    sparse = routed(d, dense, shared, bare=True)._replace(buffers=("mlp.gate.e_score_correction_bias",))
    k = min(d.first_k_dense_replace, d.num_hidden_layers)
    return decoder(d, Run(0, k, dense), Run(k, d.num_hidden_layers, sparse))


def stacked(layer: Layer, d: Dimensions, width: Scalar, *, at: str, router: str = "gate") -> Layer:
    """Give the layer with experts that are 3-D parameters from the start, and a router that is one as well."""
    h, f, within = d.hidden_size, width, f"{at}." if at else ""
    return layer._replace(
        router=(Linear(f"{within}{router}", d.num_experts, h),),
        experts=(Linear(f"{within}experts.*.gate_up_proj", 2 * f, h),
                 Linear(f"{within}experts.*.down_proj", h, f)),
        number_of_experts=d.num_experts,
        stacked=True,
        bare=True,
    )


GRANITE_ROUTER = ("block_sparse_moe.router.layer",)
"""What version 4 of the library has as a Linear, where version 5 has a parameter."""


NOT_BUILT = "head_dim %d: transformers 4 builds no model of this family whose heads aren't together hidden_size wide"


def heads_of_version_4(d: Dimensions, layers: int) -> tuple[str, ...]:
    """Say what version 4 of the library has in so many layers, dividing whatever head_dim says."""
    size, rest = divmod(d.hidden_size, d.num_attention_heads)
    wider = size - d.head_dim
    if rest and layers:
        return (NOT_BUILT % d.head_dim,)
    if not wider or not layers:
        return ()
    queries, keys = d.num_attention_heads, d.num_key_value_heads
    biases = queries + 2 * keys if d.attention_bias else 0
    more = layers * wider * (2 * d.hidden_size * (queries + keys) + biases)
    return (f"head_dim {d.head_dim}: transformers 4 doesn't read it, and gives each head hidden_size / "
            f"num_attention_heads: {abs(more):,} parameters {'more' if more > 0 else 'fewer'}",)


@family("granitemoe", fields=grouped(
    tied=False, num_experts=number("num_local_experts", "num_experts", default=8)) | ATTENTION_BIAS)
def granitemoe(d: Dimensions) -> Decoder:
    """Granite with experts."""
    layer = Layer(
        attention=attention(d, bias=d.attention_bias, output_bias=d.attention_bias),
        vectors=scales(d.hidden_size, *BEFORE),
    )
    layer = stacked(layer, d, d.intermediate_size, at="block_sparse_moe", router="router")
    return decoder(d, every_layer(d, layer))._replace(
        reached=GRANITE_ROUTER, versions=heads_of_version_4(d, d.num_hidden_layers))


@family("phimoe", fields=grouped(
    tied=False, key_value_heads=8,
    num_experts=number("num_local_experts", "num_experts", default=16),
    head_bias=flag("lm_head_bias", default=False),
) | ATTENTION_BIAS)
def phimoe(d: Dimensions) -> Decoder:
    """Phi-3.5-MoE: Mixtral with layer norms. In version 5 no older name reaches the experts or the router."""
    h, bias = d.hidden_size, d.attention_bias
    layer = Layer(attention=attention(d, bias=bias, output_bias=bias), vectors=layer_norms(h, *BEFORE))
    older = mixtral(d).runs[0].layer._replace(
        attention=layer.attention, vectors=layer.vectors,
        newer=stacked(layer, d, d.intermediate_size, at="mlp", router="router")._replace(bare=False))
    found = decoder(d, every_layer(d, older), norm=layer_norms(h, "model.norm"), head_bias=d.head_bias)
    return found._replace(versions=heads_of_version_4(d, d.num_hidden_layers))


@family("qwen3_vl_moe_text", fields=grouped(tied=False, key_value_heads=16) | SPARSE | ATTENTION_BIAS)
def qwen3_vl_moe_text(d: Dimensions) -> Decoder:
    """Qwen3-VL with experts, its text: Qwen3 MoE with 3-D experts."""
    dense = Layer(
        attention=attention(d, bias=d.attention_bias, output_bias=d.attention_bias),
        mlp=gated(d.hidden_size, d.intermediate_size),
        vectors=scales(d.hidden_size, *BEFORE) + head_norms(d),
    )
    sparse = stacked(dense._replace(mlp=()), d, d.moe_intermediate_size, at="mlp")
    return decoder(d, *alternating(d, dense, sparse))


@family("llama4_text", fields=grouped(
    tied=False, key_value_heads=8, head_dim=128,
    num_experts=number("num_local_experts", default=16),
    intermediate_size_mlp=number("intermediate_size_mlp", default=16384),
    interleave_moe_layer_step=number("interleave_moe_layer_step", default=1),
) | ATTENTION_BIAS)
def llama4_text(d: Dimensions) -> Decoder:
    """Llama 4, its text: every interleave_moe_layer_step-th layer has experts, one of them shared."""
    layer = Layer(
        attention=attention(d, bias=d.attention_bias, output_bias=d.attention_bias),
        vectors=scales(d.hidden_size, *BEFORE),
    )
    dense = layer._replace(mlp=gated(d.hidden_size, d.intermediate_size_mlp, at="feed_forward"))
    shared = layer._replace(mlp=gated(d.hidden_size, d.intermediate_size, at="feed_forward.shared_expert"))
    sparse = stacked(shared, d, d.intermediate_size, at="feed_forward", router="router")._replace(
        bare=False, crossed=True)
    step = d.interleave_moe_layer_step
    found = decoder(d, every_layer(d, sparse)) if step == 1 else decoder(d, *in_turn(
        dense if (number_of_layer + 1) % step else sparse for number_of_layer in range(d.num_hidden_layers)))
    biases = d.num_hidden_layers * (d.query_size + 2 * d.key_value_size + d.hidden_size)
    return found._replace(versions=(
        f"attention_bias: transformers 4 doesn't read it, and has none: {biases:,} parameters fewer",
    ) if d.attention_bias else ())
