"""Families whose layers have experts: Mixtral, Qwen, DeepSeek, gpt-oss and others; some have shared ones as well."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from derivations.counting.architecture import kinds
from derivations.counting.architecture.decoder import Decoder, Layer, Linears, Run, Vector
from derivations.counting.architecture.dimensions import (
    REQUIRED,
    Dimensions,
    Field,
    Fields,
    flag,
    grouped,
    number,
    only,
    standard,
)
from derivations.counting.architecture.family import family
from derivations.counting.architecture.layers import (
    BEFORE,
    attention,
    before,
    gated,
    gated_layer,
    head_norms,
    layer_norms,
    norms_over_all,
    parameter,
    scales,
)
from derivations.counting.architecture.wholes import decoder, in_turn
from derivations.counting.linear import Linear
from derivations.exact.quotient import Scalar

# What such layers share -------------------------------------------------------------------------------------------


SPARSE: dict[str, Any] = {
    "num_experts": number("num_experts", "num_local_experts"),
    "moe_intermediate_size": REQUIRED, "decoder_sparse_step": 1,
    "mlp_only_layers": number("mlp_only_layers", default=(), null="none", kind=kinds.NUMBERS),
}
"""The fields of a family only some of whose layers have experts."""

ROUTED = number("n_routed_experts", "num_experts", "num_local_experts")
"""How many experts a layer has that its router chooses among."""


def dense_first(default: int) -> Field:
    """Give the field that says how many first layers have no experts."""
    return number("first_k_dense_replace", default=default, kind=kinds.COUNT)


CORRECTION = ("mlp.gate.e_score_correction_bias",)
"""What corrects a router's choice: stored, but not trained."""


def routed(d: Dimensions, layer: Layer, shared: Linears = (), *, bare: bool = False) -> Layer:
    """Give the layer with a router and gated experts in the place of its MLP."""
    return layer._replace(
        mlp=shared,
        bare=bare,
        router=(Linear("mlp.gate", d.num_experts, d.hidden_size),),
        experts=gated(d.hidden_size, d.moe_intermediate_size, at="mlp.experts.*"),
        number_of_experts=d.num_experts,
    )


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


def alternating(d: Dimensions, dense: Layer, sparse: Layer) -> Iterator[Run]:
    """Give the layers one by one: every decoder_sparse_step-th has experts, but those of mlp_only_layers."""
    if d.decoder_sparse_step == 1 and not d.mlp_only_layers:
        yield Run(0, d.num_hidden_layers, sparse)
        return
    for number_of_layer in range(d.num_hidden_layers):
        is_sparse = (number_of_layer + 1) % d.decoder_sparse_step == 0 and number_of_layer not in d.mlp_only_layers
        yield Run(number_of_layer, number_of_layer + 1, sparse if is_sparse else dense)


def after_dense(d: Dimensions, dense: Layer, *, buffers: tuple[str, ...] = ()) -> Decoder:
    """Give the model whose first layers are dense, and whose others have shared experts beside routed ones."""
    shared = gated(d.hidden_size, d.n_shared_experts * d.moe_intermediate_size, at="mlp.shared_experts")
    k = d.first_k_dense_replace
    sparse = routed(d, dense, shared, bare=True)._replace(buffers=buffers)
    return decoder(d, Run(0, k, dense), Run(k, d.num_hidden_layers, sparse))


# Mixtral, and Qwen 3 and 2 ----------------------------------------------------------------------------------------


@family("mixtral", letters="h h_kv f E", fields=grouped(
    tied=False, key_value_heads=8, num_experts=number("num_local_experts", "num_experts"),
    num_experts_per_tok=2))
def mixtral(d: Dimensions) -> Decoder:
    """Mixtral: every layer has experts, each a gated MLP of w1 (gate), w3 (up) and w2 (down)."""
    at = "block_sparse_moe"
    return decoder(d, Layer(
        attention=attention(d, bias=False),
        vectors=before(d),
        router=(Linear(f"{at}.gate", d.num_experts, d.hidden_size),),
        experts=gated(d.hidden_size, d.intermediate_size, at=f"{at}.experts.*", names=("w1", "w3", "w2")),
        number_of_experts=d.num_experts,
    ))


@family("qwen3_omni_moe_text", fields=grouped(
    tied=False, key_value_heads=4, num_experts_per_tok=8, attention_bias=False,
    **SPARSE | {"moe_intermediate_size": 768}))
@family("qwen3_moe", letters="h h_q h_kv f_e E", outside="d_h", fields=grouped(
    tied=False, key_value_heads=4, num_experts_per_tok=8, **SPARSE, attention_bias=False))
def qwen3_moe(d: Dimensions) -> Decoder:
    """Qwen3 with experts: every decoder_sparse_step-th layer has them, unless mlp_only_layers says otherwise."""
    dense = gated_layer(d, before(d) + head_norms(d))
    return decoder(d, *alternating(d, dense, routed(d, dense)))


@family("qwen3_vl_moe_text", fields=grouped(
    tied=False, key_value_heads=16, num_experts_per_tok=4, **SPARSE, attention_bias=False))
def qwen3_vl_moe_text(d: Dimensions) -> Decoder:
    """Qwen3-VL with experts, its text: Qwen3 MoE with 3-D experts."""
    dense = gated_layer(d, before(d) + head_norms(d))
    return decoder(d, *alternating(d, dense, stacked(dense._replace(mlp=()), d, d.moe_intermediate_size, at="mlp")))


def shared_expert(d: Dimensions) -> Linears:
    """Give the shared expert of a Qwen layer, and its gate."""
    return (*gated(d.hidden_size, d.shared_intermediate_size, at="mlp.shared_expert"),
            Linear("mlp.shared_expert_gate", 1, d.hidden_size))


@family("qwen2_moe", fields=grouped(
    tied=False, key_value_heads=16,
    attention_bias=flag("qkv_bias", default=True),
    shared_intermediate_size=number("shared_expert_intermediate_size", default=5632),
    **SPARSE))
def qwen2_moe(d: Dimensions) -> Decoder:
    """Qwen2 with experts: one of them is shared, behind a gate of its own."""
    dense = gated_layer(d, before(d), output_bias=False)
    sparse = routed(d, dense, shared_expert(d))
    newer = stacked(sparse, d, d.moe_intermediate_size, at="mlp")
    found = decoder(d, *alternating(d, dense, sparse._replace(newer=newer)))
    return found if d.query_size == d.hidden_size else found._replace(versions=(NOT_BUILT % d.head_dim,))


@family("hunyuan_v1_moe", fields=grouped(
    tied=False, num_experts=number("num_experts", "num_local_experts", default=1), attention_bias=False))
def hunyuan_v1_moe(d: Dimensions) -> Decoder:
    """Hunyuan with experts: a shared MLP beside them, and a router that is a Linear in every version."""
    h, f = d.hidden_size, d.intermediate_size
    layer = Layer(attention(d), gated(h, f, at="mlp.shared_mlp"),
                  before(d) + head_norms(d, "query_layernorm", "key_layernorm"))
    sparse = routed(d._replace(moe_intermediate_size=f), layer, layer.mlp)
    return decoder(d, sparse._replace(router=(Linear("mlp.gate.wg", d.num_experts, h),)))


@family("dbrx", fields=standard(
    tied=False, tie_word_embeddings=only("tie_word_embeddings", False), hidden_size=number("d_model", "hidden_size"),
    num_hidden_layers=number("n_layers", "num_hidden_layers"),
    num_attention_heads=number("n_heads", "num_attention_heads"),
    num_key_value_heads=number("attn_config.kv_n_heads", default=1),
    intermediate_size=number("ffn_config.ffn_hidden_size", default=3584),
    num_experts=number("ffn_config.moe_num_experts", default=4)))
def dbrx(d: Dimensions) -> Decoder:
    """DBRX: q, k and v in one; the experts of a layer side by side in three parameters, which no name reaches."""
    h, at, rows = d.hidden_size, "norm_attn_norm", d.num_experts * d.intermediate_size
    layer = Layer(
        (Linear(f"{at}.attn.Wqkv", h + 2 * d.key_value_size, h), Linear(f"{at}.attn.out_proj", h, h)),
        router=(Linear("ffn.router.layer", d.num_experts, h),),
        vectors=(*scales(h, f"{at}.norm_1", f"{at}.norm_2"), *(
            parameter(f"ffn.experts.mlp.{name}", rows, h) for name in ("w1", "v1", "w2"))))
    return decoder(d, layer, tokens="transformer.wte", norm=scales(h, "transformer.norm_f"), path="transformer.blocks")


# DeepSeek, and those after it -------------------------------------------------------------------------------------


def latent(*, dense: int, shared: int) -> Fields:
    """Give the fields of a family with latent attention, whose first layers are dense."""
    return standard(
        tied=False, first_k_dense_replace=dense_first(dense), n_shared_experts=shared, num_experts=ROUTED,
        q_lora_rank=number("q_lora_rank", null="null"), moe_layer_freq=only("moe_layer_freq", 1),
        mlp_bias=only("mlp_bias", False), attention_bias=False,
        moe_intermediate_size=REQUIRED, kv_lora_rank=REQUIRED, qk_rope_head_dim=REQUIRED, qk_nope_head_dim=REQUIRED,
        v_head_dim=REQUIRED)


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


def latent_layer(d: Dimensions) -> Layer:
    """Give a dense layer with latent attention, whose latents have norms."""
    latents = scales(d.kv_lora_rank, "self_attn.kv_a_layernorm")
    if d.q_lora_rank is not None:
        latents += scales(d.q_lora_rank, "self_attn.q_a_layernorm")
    return Layer(latent_attention(d), gated(d.hidden_size, d.intermediate_size, bias=d.mlp_bias), before(d) + latents)


LETTERS_OF_LATENTS = "h n_h d_q d_c d_r d_n d_v f f_e E E_s k"


@family("deepseek_v2", letters=LETTERS_OF_LATENTS, fields=latent(dense=0, shared=2))
def deepseek_v2(d: Dimensions, *buffers: str) -> Decoder:
    """DeepSeek-V2: latent attention; the first layers dense, then shared experts beside routed ones."""
    return after_dense(d, latent_layer(d), buffers=buffers)


@family("minicpm3", fields=standard(
    tied=True, q_lora_rank=number("q_lora_rank", default=768, null="null"), kv_lora_rank=256, qk_nope_head_dim=64,
    qk_rope_head_dim=32, v_head_dim=number("v_head_dim", default=None, null="hidden_size / num_attention_heads"),
    attention_bias=False, mlp_bias=False))
def minicpm3(d: Dimensions) -> Decoder:
    """MiniCPM3: latent attention, and no experts."""
    return decoder(d, latent_layer(d))


@family("kimi_k2", fields=latent(dense=3, shared=1))
@family("glm4_moe_lite", fields=latent(dense=1, shared=1) | {
    "first_k_dense_replace": only("first_k_dense_replace", 1)})
@family("deepseek_v3", letters=LETTERS_OF_LATENTS, fields=latent(dense=3, shared=1))
def deepseek_v3(d: Dimensions) -> Decoder:
    """DeepSeek-V3, and Kimi K2: V2 with a correction of the router's choice."""
    return deepseek_v2(d, *CORRECTION)


def _glm(**own: Any) -> Fields:
    return grouped(tied=False, key_value_heads=8, num_experts=ROUTED,
                   first_k_dense_replace=dense_first(1), moe_intermediate_size=REQUIRED, n_shared_experts=1, **own)


@family("glm4v_moe_text", fields=_glm(attention_bias=True))
@family("glm4_moe", fields=_glm(qk_layernorm=flag("use_qk_norm", default=False), attention_bias=False))
def glm4_moe(d: Dimensions) -> Decoder:
    """GLM-4.5, also with vision: first layers dense, a shared expert beside routed ones, norms on q and k on demand."""
    norms = before(d) + (head_norms(d) if d.qk_layernorm else ())
    return after_dense(d, gated_layer(d, norms, output_bias=False), buffers=CORRECTION)


@family("dots1", fields=grouped(
    tied=False, key_value_heads=32, num_experts=ROUTED, first_k_dense_replace=dense_first(0),
    moe_intermediate_size=REQUIRED, n_shared_experts=REQUIRED, attention_bias=False))
def dots1(d: Dimensions) -> Decoder:
    """dots.llm1: GLM-4.5 with norms on q and k always."""
    return after_dense(d, gated_layer(d, before(d) + head_norms(d)), buffers=CORRECTION)


@family("deepseek", fields=grouped(
    tied=False, num_experts=number("n_routed_experts"), n_shared_experts=REQUIRED, moe_intermediate_size=REQUIRED,
    first_k_dense_replace=dense_first(0), moe_layer_freq=only("moe_layer_freq", 1), attention_bias=False,
    mlp_bias=only("mlp_bias", False)))
def deepseek(d: Dimensions) -> Decoder:
    """DeepSeekMoE, whose code stands beside its files: Llama's attention, shared experts beside routed ones."""
    return after_dense(d, gated_layer(d, before(d)))


@family("minimax_m2", fields=grouped(
    tied=False, key_value_heads=8, head_dim=128, num_experts=number("num_local_experts", "num_experts", default=256)))
def minimax_m2(d: Dimensions) -> Decoder:
    """MiniMax-M2: every layer with experts; norms over the whole of q and of k."""
    layer = Layer(attention(d), vectors=before(d) + norms_over_all(d))
    return decoder(d, routed(d._replace(moe_intermediate_size=d.intermediate_size), layer, bare=True)._replace(
        buffers=("mlp.e_score_correction_bias",)))


@family("ernie4_5_moe", fields=grouped(
    tied=True, key_value_heads=4,
    num_experts=number("moe_num_experts", "num_experts", default=64),
    n_shared_experts=number("moe_num_shared_experts", default=2),
    moe_intermediate_size=1536,
    first_k_dense_replace=number("moe_layer_start_index", default=1, kind=kinds.COUNT),
    interval=only("moe_layer_interval", 1), bias=only("use_bias", False),
))
def ernie4_5_moe(d: Dimensions) -> Decoder:
    """ERNIE 4.5 with experts: the first layers dense; a correction of the router's choice that is a parameter."""
    found = after_dense(d, gated_layer(d, before(d)))
    dense, sparse = found.runs
    correction = parameter("mlp.gate.moe_statics.e_score_correction_bias", 1, d.num_experts)
    layer = sparse.layer._replace(vectors=(*sparse.layer.vectors, correction), bare=False)
    return found._replace(runs=(dense, replace(sparse, layer=layer)))


# Experts that are 3-D parameters, or heads that version 4 divided otherwise ---------------------------------------


@family("gpt_oss", letters="h h_q h_kv", outside="n_h f E", fields=grouped(
    tied=False, key_value_heads=8, head_dim=64,
    num_experts=number("num_local_experts", "num_experts"),
    attention_bias=True, num_experts_per_tok=4))
def gpt_oss(d: Dimensions) -> Decoder:
    """gpt-oss: a sink for each head; router and experts with biases, gate and up in one."""
    layer = Layer(attention(d), vectors=(*before(d), Vector("self_attn.sinks", d.num_attention_heads)))
    layer = stacked(layer, d, d.intermediate_size, at="mlp", router="router")
    return decoder(d, layer._replace(router=biased(layer.router), experts=biased(layer.experts)))


def biased(linears: Linears) -> Linears:
    """Give the Linears with biases."""
    return tuple(replace(linear, bias=True) for linear in linears)


def shared_mlp(d: Dimensions) -> Linears:
    """Give the MLP of a Granite layer that every token goes to."""
    h, wide = d.hidden_size, d.shared_intermediate_size
    return Linear("shared_mlp.input_linear", 2 * wide, h), Linear("shared_mlp.output_linear", h, wide)


GRANITE_ROUTER = ("block_sparse_moe.router.layer",)
GRANITE_EXPERTS = tuple(f"block_sparse_moe.{name}_linear" for name in ("input", "output"))
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


@family("olmoe", fields=grouped(
    tied=False, num_experts=SPARSE["num_experts"], num_experts_per_tok=8, attention_bias=False))
def olmoe(d: Dimensions) -> Decoder:
    """OLMoE: norms over the whole of q and of k; each expert is as wide as intermediate_size."""
    layer = Layer(attention(d), vectors=(
        *before(d), *scales(d.hidden_size, "self_attn.q_norm"),
        *scales(d.hidden_size // d.num_attention_heads * d.num_key_value_heads, "self_attn.k_norm")))
    return decoder(d, routed(d._replace(moe_intermediate_size=d.intermediate_size), layer))._replace(
        versions=heads_of_version_4(d, d.num_hidden_layers))


GRANITE = grouped(
    tied=False, num_experts=number("num_local_experts", "num_experts", default=8), attention_bias=False)


@family("granitemoeshared", fields=GRANITE | {
    "shared_intermediate_size": number("shared_intermediate_size", default=0, kind=kinds.COUNT)})
@family("granitemoe", fields=GRANITE)
def granitemoe(d: Dimensions) -> Decoder:
    """Granite with experts, and with a shared MLP on demand."""
    layer = Layer(attention(d), shared_mlp(d) if d.shared_intermediate_size else (), before(d))
    return decoder(d, stacked(layer, d, d.intermediate_size, at="block_sparse_moe", router="router"))._replace(
        reached=GRANITE_ROUTER, refused=GRANITE_EXPERTS, versions=heads_of_version_4(d, d.num_hidden_layers))


@family("phimoe", fields=grouped(
    tied=False, key_value_heads=8,
    num_experts=number("num_local_experts", "num_experts", default=16),
    head_bias=flag("lm_head_bias", default=False), attention_bias=False))
def phimoe(d: Dimensions) -> Decoder:
    """Phi-3.5-MoE: Mixtral with layer norms. In version 5 no older name reaches the experts or the router."""
    h = d.hidden_size
    layer = Layer(attention(d), vectors=layer_norms(h, *BEFORE))
    older = mixtral(d).runs[0].layer._replace(
        attention=layer.attention, vectors=layer.vectors,
        newer=stacked(layer, d, d.intermediate_size, at="mlp", router="router")._replace(bare=False))
    return decoder(d, older, norm=layer_norms(h, "model.norm"), head_bias=d.head_bias)._replace(
        versions=heads_of_version_4(d, d.num_hidden_layers))


@family("llama4_text", fields=grouped(
    tied=False, key_value_heads=8, head_dim=128,
    num_experts=number("num_local_experts", default=16),
    intermediate_size_mlp=16384, interleave_moe_layer_step=1, attention_bias=False))
def llama4_text(d: Dimensions) -> Decoder:
    """Llama 4, its text: every interleave_moe_layer_step-th layer has experts, one of them shared."""
    layer, step = Layer(attention(d), vectors=before(d)), d.interleave_moe_layer_step
    dense = layer._replace(mlp=gated(d.hidden_size, d.intermediate_size_mlp, at="feed_forward"))
    shared = layer._replace(mlp=gated(d.hidden_size, d.intermediate_size, at="feed_forward.shared_expert"))
    sparse = stacked(shared, d, d.intermediate_size, at="feed_forward", router="router")._replace(
        bare=False, crossed=True)
    found = decoder(d, sparse) if step == 1 else decoder(d, *in_turn(
        dense if (number_of_layer + 1) % step else sparse for number_of_layer in range(d.num_hidden_layers)))
    biases = d.num_hidden_layers * (d.query_size + 2 * d.key_value_size + d.hidden_size)
    return found._replace(versions=(
        f"attention_bias: transformers 4 doesn't read it, and has none: {biases:,} parameters fewer",
    ) if d.attention_bias else ())
