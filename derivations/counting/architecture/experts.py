"""Families whose layers have experts: Mixtral, Qwen3 MoE, DeepSeek, gpt-oss."""

from __future__ import annotations

from collections.abc import Iterator

from derivations.counting.architecture.decoder import Decoder, Layer, Linears, Run, Vector
from derivations.counting.architecture.dimensions import (
    COUNT,
    FLAG,
    NUMBER,
    NUMBERS,
    Dimensions,
    flag,
    grouped,
    number,
    only,
    standard,
)
from derivations.counting.architecture.family import family
from derivations.counting.architecture.shared import (
    ATTENTION_BIAS,
    BEFORE,
    attention,
    decoder,
    every_layer,
    gated,
    head_norms,
    scales,
)
from derivations.counting.linear import Linear


@family("mixtral", letters="h h_kv f E", fields=grouped(
    tied=False, key_value_heads=8, num_experts=number("num_local_experts", "num_experts"),
    num_experts_per_tok=number("num_experts_per_tok", default=2),
))
def mixtral(d: Dimensions) -> Decoder:
    """Mixtral: every layer has experts, each a gated MLP of w1 (gate), w3 (up) and w2 (down)."""
    at = "block_sparse_moe"
    layer = Layer(
        attention=attention(d, bias=False, output_bias=False),
        vectors=scales(d.hidden_size, *BEFORE),
        router=(Linear(f"{at}.gate", d.num_experts, d.hidden_size),),
        experts=gated(d.hidden_size, d.intermediate_size, at=f"{at}.experts.*", names=("w1", "w3", "w2")),
        number_of_experts=d.num_experts,
    )
    return decoder(d, every_layer(d, layer))


def routed(d: Dimensions, layer: Layer, shared: Linears = (), *, bare: bool = False) -> Layer:
    """Give the layer with a router and gated experts in the place of its MLP."""
    return Layer(
        layer.attention, shared, layer.vectors,
        bare=bare,
        router=(Linear("mlp.gate", d.num_experts, d.hidden_size),),
        experts=gated(d.hidden_size, d.moe_intermediate_size, at="mlp.experts.*"),
        number_of_experts=d.num_experts,
    )


@family("qwen3_moe", letters="h h_q h_kv f_e E", outside="d_h", fields=grouped(
    tied=False, key_value_heads=4,
    num_experts=number("num_experts", "num_local_experts"),
    num_experts_per_tok=number("num_experts_per_tok", default=8),
    moe_intermediate_size=number("moe_intermediate_size"),
    decoder_sparse_step=number("decoder_sparse_step", default=1),
    mlp_only_layers=number("mlp_only_layers", default=(), null="none", kind=NUMBERS),
) | ATTENTION_BIAS)
def qwen3_moe(d: Dimensions) -> Decoder:
    """Qwen3 with experts: every decoder_sparse_step-th layer has them, unless mlp_only_layers says otherwise."""
    dense = Layer(
        attention=attention(d, bias=d.attention_bias, output_bias=d.attention_bias),
        mlp=gated(d.hidden_size, d.intermediate_size),
        vectors=scales(d.hidden_size, *BEFORE) + head_norms(d),
    )
    return decoder(d, *alternating(d, dense, routed(d, dense)))


def alternating(d: Dimensions, dense: Layer, sparse: Layer) -> Iterator[Run]:
    """Give the layers one by one: every decoder_sparse_step-th has experts, but those of mlp_only_layers."""
    if d.decoder_sparse_step == 1 and not d.mlp_only_layers:
        yield every_layer(d, sparse)
        return
    for number_of_layer in range(d.num_hidden_layers):
        is_sparse = (number_of_layer + 1) % d.decoder_sparse_step == 0 and number_of_layer not in d.mlp_only_layers
        yield Run(number_of_layer, number_of_layer + 1, sparse if is_sparse else dense)


LATENT = {
    "num_experts": number("n_routed_experts", "num_experts"),
    "moe_intermediate_size": number("moe_intermediate_size"),
    "q_lora_rank": number("q_lora_rank", null="null"),
    "kv_lora_rank": number("kv_lora_rank"),
    "qk_rope_head_dim": number("qk_rope_head_dim"),
    "qk_nope_head_dim": number("qk_nope_head_dim"),
    "v_head_dim": number("v_head_dim"),
    "moe_layer_freq": only("moe_layer_freq", NUMBER, 1),
    "mlp_bias": only("mlp_bias", FLAG, False),
    **ATTENTION_BIAS,
}


def latent_attention(d: Dimensions) -> Linears:
    """Give latent attention: q whole or through a latent of q_lora_rank, k and v through one of kv_lora_rank."""
    h, heads, bias = d.hidden_size, d.num_attention_heads, d.attention_bias
    if d.q_lora_rank is None:
        queries: Linears = (Linear("self_attn.q_proj", d.query_size, h),)
    else:
        queries = (
            Linear("self_attn.q_a_proj", d.q_lora_rank, h, bias),
            Linear("self_attn.q_b_proj", d.query_size, d.q_lora_rank),
        )
    return (
        *queries,
        Linear("self_attn.kv_a_proj_with_mqa", d.kv_lora_rank + d.qk_rope_head_dim, h, bias),
        Linear("self_attn.kv_b_proj", heads * (d.qk_nope_head_dim + d.v_head_dim), d.kv_lora_rank),
        Linear("self_attn.o_proj", h, heads * d.v_head_dim, bias),
    )


@family("deepseek_v2", letters="h n_h d_q d_c d_r d_n d_v f f_e E E_s k", fields=standard(
    tied=False,
    first_k_dense_replace=number("first_k_dense_replace", default=0, kind=COUNT),
    n_shared_experts=number("n_shared_experts", default=2),
) | LATENT)
def deepseek_v2(d: Dimensions) -> Decoder:
    """DeepSeek-V2: latent attention; the first layers dense, then shared experts beside routed ones."""
    h = d.hidden_size
    latents = scales(d.kv_lora_rank, "self_attn.kv_a_layernorm")
    if d.q_lora_rank is not None:
        latents += scales(d.q_lora_rank, "self_attn.q_a_layernorm")
    dense = Layer(
        attention=latent_attention(d),
        mlp=gated(h, d.intermediate_size),
        vectors=scales(h, *BEFORE) + latents,
    )
    shared = gated(h, d.n_shared_experts * d.moe_intermediate_size, at="mlp.shared_experts")
    k = d.first_k_dense_replace
    return decoder(d, Run(0, k, dense), Run(k, d.num_hidden_layers, routed(d, dense, shared, bare=True)))


@family("deepseek_v3", letters="h n_h d_q d_c d_r d_n d_v f f_e E E_s k", fields=standard(
    tied=False,
    first_k_dense_replace=number("first_k_dense_replace", default=3, kind=COUNT),
    n_shared_experts=number("n_shared_experts", default=1),
) | LATENT)
def deepseek_v3(d: Dimensions) -> Decoder:
    """DeepSeek-V3: V2 with a correction of the router's choice, which is stored but not trained."""
    found = deepseek_v2(d)
    dense, sparse = found.runs
    corrected = sparse.layer._replace(buffers=("mlp.gate.e_score_correction_bias",))
    return found._replace(runs=(dense, Run(sparse.first, sparse.stop, corrected)))


@family("gpt_oss", letters="h h_q h_kv", outside="n_h f E", fields=grouped(
    tied=False, key_value_heads=8, head_dim=64,
    attention_bias=flag("attention_bias", default=True),
    num_experts=number("num_local_experts", "num_experts"),
    num_experts_per_tok=number("num_experts_per_tok", default=4),
))
def gpt_oss(d: Dimensions) -> Decoder:
    """gpt-oss: a sink for each head; experts with biases whose gate and up are one."""
    h, f, at = d.hidden_size, d.intermediate_size, "mlp.experts.*"
    layer = Layer(
        attention=attention(d, bias=d.attention_bias, output_bias=d.attention_bias),
        vectors=(*scales(h, *BEFORE), Vector("self_attn.sinks", d.num_attention_heads)),
        router=(Linear("mlp.router", d.num_experts, h, True),),
        experts=(Linear(f"{at}.gate_up_proj", 2 * f, h, True), Linear(f"{at}.down_proj", h, f, True)),
        number_of_experts=d.num_experts,
        stacked=True,
        bare=True,
    )
    return decoder(d, every_layer(d, layer))
