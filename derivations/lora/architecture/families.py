"""Every family the course counts: what one of its layers holds, and what stands outside the layers.

Names and shapes are those of the field's reference library; each function is checked against the models that it builds.
Linears come in the order q, k, v, output, then the MLP's.
"""

from __future__ import annotations

from collections.abc import Iterator

from derivations.exact import Scalar
from derivations.lora.architecture.decoder import Decoder, Layer, Linears, Run, Vector
from derivations.lora.architecture.dimensions import (
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
from derivations.lora.architecture.family import family
from derivations.lora.linear import Linear

# What several families share -------------------------------------------------------------------------------------


def attention(d: Dimensions, *, bias: bool, output_bias: bool, output: str = "o_proj") -> Linears:
    """Give q, k, v and the output projection of grouped-query attention."""
    return (
        Linear("self_attn.q_proj", d.query_size, d.hidden_size, bias),
        Linear("self_attn.k_proj", d.key_value_size, d.hidden_size, bias),
        Linear("self_attn.v_proj", d.key_value_size, d.hidden_size, bias),
        Linear(f"self_attn.{output}", d.hidden_size, d.query_size, output_bias),
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


BEFORE: tuple[str, ...] = ("input_layernorm", "post_attention_layernorm")
AROUND: tuple[str, ...] = (*BEFORE, "pre_feedforward_layernorm", "post_feedforward_layernorm")


def decoder(d: Dimensions, *runs: Run, norm: tuple[Vector, ...] | None = None, head_bias: bool = False) -> Decoder:
    """Give the decoder that most families are: one token table, the layers, a last norm, a head."""
    return Decoder(
        runs,
        embeddings=(Linear("model.embed_tokens", d.vocab_size, d.hidden_size),),
        head=Linear("lm_head", d.vocab_size, d.hidden_size, head_bias),
        tied=d.tie_word_embeddings,
        vectors=scales(d.hidden_size, "model.norm") if norm is None else norm,
    )


def every_layer(d: Dimensions, layer: Layer) -> Run:
    """Give the run of a model whose layers are all alike."""
    return Run(0, d.num_hidden_layers, layer)


# Fused q, k and v; layer norms with biases -----------------------------------------------------------------------


@family("gpt2", letters="h f", outside="n_ctx", fields=standard(
    tied=True,
    hidden_size=number("n_embd", "hidden_size"),
    num_hidden_layers=number("n_layer", "num_hidden_layers"),
    num_attention_heads=number("n_head", "num_attention_heads"),
    intermediate_size=number("n_inner", default=None, null="4 × hidden_size"),
    max_position_embeddings=number("n_positions", "max_position_embeddings"),
    add_cross_attention=only("add_cross_attention", FLAG, False),
))
def gpt2(d: Dimensions) -> Decoder:
    """GPT-2: one c_attn for q, k and v, learned positions, a bias everywhere."""
    h, f = d.hidden_size, d.intermediate_size
    layer = Layer(
        attention=(Linear("attn.c_attn", 3 * h, h, True), Linear("attn.c_proj", h, h, True)),
        mlp=(Linear("mlp.c_fc", f, h, True), Linear("mlp.c_proj", h, f, True)),
        vectors=layer_norms(h, "ln_1", "ln_2"),
    )
    return Decoder(
        (every_layer(d, layer),),
        embeddings=(
            Linear("transformer.wte", d.vocab_size, h),
            Linear("transformer.wpe", d.max_position_embeddings, h),
        ),
        head=Linear("lm_head", d.vocab_size, h),
        tied=d.tie_word_embeddings,
        vectors=layer_norms(h, "transformer.ln_f"),
        path="transformer.h",
    )


@family("gpt_neox", letters="h f", fields=standard(
    tied=False, attention_bias=flag("attention_bias", default=True),
))
def gpt_neox(d: Dimensions) -> Decoder:
    """GPT-NeoX, Pythia: one query_key_value for q, k and v."""
    h, f, bias = d.hidden_size, d.intermediate_size, d.attention_bias
    layer = Layer(
        attention=(Linear("attention.query_key_value", 3 * h, h, bias), Linear("attention.dense", h, h, bias)),
        mlp=(Linear("mlp.dense_h_to_4h", f, h, True), Linear("mlp.dense_4h_to_h", h, f, True)),
        vectors=layer_norms(h, *BEFORE),
    )
    return Decoder(
        (every_layer(d, layer),),
        embeddings=(Linear("gpt_neox.embed_in", d.vocab_size, h),),
        head=Linear("lm_head", d.vocab_size, h),
        tied=d.tie_word_embeddings,
        vectors=layer_norms(h, "gpt_neox.final_layer_norm"),
        path="gpt_neox.layers",
    )


@family("bloom", letters="h", fields=standard(
    tied=True,
    hidden_size=number("hidden_size", "n_embed"),
    num_hidden_layers=number("n_layer", "num_hidden_layers"),
    num_attention_heads=number("n_head", "num_attention_heads"),
    intermediate_size=None,
))
def bloom(d: Dimensions) -> Decoder:
    """BLOOM: one query_key_value, an MLP of exactly 4h, a norm right after the token table."""
    h = d.hidden_size
    layer = Layer(
        attention=(
            Linear("self_attention.query_key_value", 3 * h, h, True),
            Linear("self_attention.dense", h, h, True),
        ),
        mlp=(Linear("mlp.dense_h_to_4h", 4 * h, h, True), Linear("mlp.dense_4h_to_h", h, 4 * h, True)),
        vectors=layer_norms(h, *BEFORE),
    )
    return Decoder(
        (every_layer(d, layer),),
        embeddings=(Linear("transformer.word_embeddings", d.vocab_size, h),),
        head=Linear("lm_head", d.vocab_size, h),
        tied=d.tie_word_embeddings,
        vectors=layer_norms(h, "transformer.word_embeddings_layernorm", "transformer.ln_f"),
        path="transformer.h",
    )


@family("falcon", letters="h h_kv f", fields=standard(
    tied=True,
    hidden_size=number("hidden_size", "n_embed"),
    intermediate_size=number("ffn_hidden_size", default=None, null="4 × hidden_size"),
    num_key_value_heads=number("num_kv_heads", default=None, null="num_attention_heads"),
    multi_query=flag("multi_query", default=True),
    new_decoder_architecture=flag("new_decoder_architecture", default=False),
    parallel=flag("parallel_attn", default=True),
    attention_bias=flag("bias", default=False),
    num_ln_in_parallel_attn=number("num_ln_in_parallel_attn", default=None, null="null", kind=COUNT),
))
def falcon(d: Dimensions) -> Decoder:
    """Falcon: one query_key_value of h + 2h_kv rows; the newer decoder has grouped keys and two norms side by side."""
    h, f, bias = d.hidden_size, d.intermediate_size, d.attention_bias
    side_by_side = 2 if d.num_ln_in_parallel_attn is None and d.new_decoder_architecture else d.num_ln_in_parallel_attn
    norms = BEFORE if not d.parallel else ("ln_attn", "ln_mlp") if side_by_side == 2 else BEFORE[:1]
    layer = Layer(
        attention=(
            Linear("self_attention.query_key_value", h + 2 * d.key_value_size, h, bias),
            Linear("self_attention.dense", h, h, bias),
        ),
        mlp=(Linear("mlp.dense_h_to_4h", f, h, bias), Linear("mlp.dense_4h_to_h", h, f, bias)),
        vectors=layer_norms(h, *norms),
    )
    return Decoder(
        (every_layer(d, layer),),
        embeddings=(Linear("transformer.word_embeddings", d.vocab_size, h),),
        head=Linear("lm_head", d.vocab_size, h),
        tied=d.tie_word_embeddings,
        vectors=layer_norms(h, "transformer.ln_f"),
        path="transformer.h",
    )


# Separate q, k and v; two Linears in the MLP ---------------------------------------------------------------------


@family("opt", letters="h f", outside="n_ctx", fields=standard(
    tied=True,
    intermediate_size=number("ffn_dim"),
    max_position_embeddings=number("max_position_embeddings"),
    word_embed_proj_dim=number("word_embed_proj_dim", default=None, null="hidden_size"),
    attention_bias=flag("enable_bias", default=True),
    do_layer_norm_before=flag("do_layer_norm_before", default=True),
    layer_norm_elementwise_affine=flag("layer_norm_elementwise_affine", default=True),
    remove_final_layer_norm=flag("_remove_final_layer_norm", default=False),
))
def opt(d: Dimensions) -> Decoder:
    """OPT: two positions more than asked for; the 350m projects its narrower embeddings in and out."""
    h, f, bias = d.hidden_size, d.intermediate_size, d.attention_bias
    width = d.word_embed_proj_dim
    norms = layer_norms if d.layer_norm_elementwise_affine else (lambda size, *names: ())
    attention_linears = tuple(
        Linear(f"self_attn.{name}", h, h, bias) for name in ("q_proj", "k_proj", "v_proj", "out_proj"))
    layer = Layer(
        attention=attention_linears,
        mlp=(Linear("fc1", f, h, bias), Linear("fc2", h, f, bias)),
        vectors=norms(h, "self_attn_layer_norm", "final_layer_norm"),
    )
    last = d.do_layer_norm_before and not d.remove_final_layer_norm
    return Decoder(
        (every_layer(d, layer),),
        embeddings=(
            Linear("model.decoder.embed_tokens", d.vocab_size, width),
            Linear("model.decoder.embed_positions", d.max_position_embeddings + 2, h),
        ),
        head=Linear("lm_head", d.vocab_size, width),
        tied=d.tie_word_embeddings,
        vectors=norms(h, "model.decoder.final_layer_norm") if last else (),
        linears=() if width == h else (
            Linear("model.decoder.project_in", h, width), Linear("model.decoder.project_out", width, h)),
        path="model.decoder.layers",
    )


@family("gptj", letters="h f", fields=standard(
    tied=False,
    hidden_size=number("n_embd", "hidden_size"),
    num_hidden_layers=number("n_layer", "num_hidden_layers"),
    num_attention_heads=number("n_head", "num_attention_heads"),
    intermediate_size=number("n_inner", default=None, null="4 × hidden_size"),
))
def gptj(d: Dimensions) -> Decoder:
    """GPT-J: attention without biases, an MLP and a head with them, one norm for both."""
    h, f = d.hidden_size, d.intermediate_size
    layer = Layer(
        attention=tuple(Linear(f"attn.{name}", h, h) for name in ("q_proj", "k_proj", "v_proj", "out_proj")),
        mlp=(Linear("mlp.fc_in", f, h, True), Linear("mlp.fc_out", h, f, True)),
        vectors=layer_norms(h, "ln_1"),
    )
    return Decoder(
        (every_layer(d, layer),),
        embeddings=(Linear("transformer.wte", d.vocab_size, h),),
        head=Linear("lm_head", d.vocab_size, h, True),
        tied=d.tie_word_embeddings,
        vectors=layer_norms(h, "transformer.ln_f"),
        path="transformer.h",
    )


@family("phi", letters="h h_kv f", fields=grouped(tied=False, qk_layernorm=flag("qk_layernorm", default=False)))
def phi(d: Dimensions) -> Decoder:
    """Phi-1, Phi-2: attention and MLP side by side behind one norm, a bias everywhere, the head included."""
    h, f = d.hidden_size, d.intermediate_size
    head_norms = ("self_attn.q_layernorm", "self_attn.k_layernorm") if d.qk_layernorm else ()
    layer = Layer(
        attention=attention(d, bias=True, output_bias=True, output="dense"),
        mlp=(Linear("mlp.fc1", f, h, True), Linear("mlp.fc2", h, f, True)),
        vectors=layer_norms(h, "input_layernorm") + layer_norms(d.head_dim, *head_norms),
    )
    return decoder(d, every_layer(d, layer), norm=layer_norms(h, "model.final_layernorm"), head_bias=True)


@family("starcoder2", letters="h h_kv f", fields=grouped(
    tied=True, key_value_heads=2, attention_bias=flag("use_bias", default=True),
))
def starcoder2(d: Dimensions) -> Decoder:
    """StarCoder2: grouped-query attention over an MLP that isn't gated."""
    h, f, bias = d.hidden_size, d.intermediate_size, d.attention_bias
    layer = Layer(
        attention=attention(d, bias=bias, output_bias=bias),
        mlp=(Linear("mlp.c_fc", f, h, bias), Linear("mlp.c_proj", h, f, bias)),
        vectors=layer_norms(h, *BEFORE),
    )
    return decoder(d, every_layer(d, layer), norm=layer_norms(h, "model.norm"))


# Separate q, k and v; a gated MLP; RMS norms ---------------------------------------------------------------------

BIASES = {
    "attention_bias": flag("attention_bias", default=False),
    "mlp_bias": flag("mlp_bias", default=False),
}
ATTENTION_BIAS = {"attention_bias": BIASES["attention_bias"]}


@family("smollm3", letters="h h_kv f", fields=grouped(tied=True, key_value_heads=4) | BIASES)
@family("granite", letters="h h_kv f", fields=grouped(tied=False) | BIASES)
@family("ministral3", letters="h h_q h_kv f", fields=grouped(tied=False, key_value_heads=8, head_dim=128))
@family("mistral", letters="h h_q h_kv f", fields=grouped(tied=False, key_value_heads=8))
@family("llama", letters="h h_kv f", fields=grouped(tied=False) | BIASES)
def llama(d: Dimensions) -> Decoder:
    """Llama, and the families that differ from it in their defaults alone."""
    layer = Layer(
        attention=attention(d, bias=d.attention_bias, output_bias=d.attention_bias),
        mlp=gated(d.hidden_size, d.intermediate_size, bias=d.mlp_bias),
        vectors=scales(d.hidden_size, *BEFORE),
    )
    return decoder(d, every_layer(d, layer))


@family("qwen2", letters="h h_kv f", fields=grouped(tied=False, key_value_heads=32))
def qwen2(d: Dimensions) -> Decoder:
    """Qwen2 and Qwen2.5: q, k and v have biases, nothing else has."""
    layer = Layer(
        attention=attention(d, bias=True, output_bias=False),
        mlp=gated(d.hidden_size, d.intermediate_size),
        vectors=scales(d.hidden_size, *BEFORE),
    )
    return decoder(d, every_layer(d, layer))


def head_norms(d: Dimensions) -> tuple[Vector, ...]:
    """Give the norms of q and k that every head shares."""
    return scales(d.head_dim, "self_attn.q_norm", "self_attn.k_norm")


@family("qwen3", letters="h h_q h_kv f", outside="d_h", fields=grouped(
    tied=False, key_value_heads=32, head_dim=128,
) | ATTENTION_BIAS)
def qwen3(d: Dimensions) -> Decoder:
    """Qwen3: heads of a size of their own, and norms on q and k."""
    layer = Layer(
        attention=attention(d, bias=d.attention_bias, output_bias=d.attention_bias),
        mlp=gated(d.hidden_size, d.intermediate_size),
        vectors=scales(d.hidden_size, *BEFORE) + head_norms(d),
    )
    return decoder(d, every_layer(d, layer))


@family("gemma", letters="h h_q h_kv f", fields=grouped(
    tied=True, key_value_heads=16, head_dim=256,
) | ATTENTION_BIAS)
def gemma(d: Dimensions) -> Decoder:
    """Gemma: heads of a size of their own, the head tied to a large token table."""
    return llama(d)


@family("gemma2", letters="h h_q h_kv f", fields=grouped(
    tied=True, key_value_heads=4, head_dim=256,
) | ATTENTION_BIAS)
def gemma2(d: Dimensions) -> Decoder:
    """Gemma 2: norms before and after both halves of a layer."""
    layer = Layer(
        attention=attention(d, bias=d.attention_bias, output_bias=d.attention_bias),
        mlp=gated(d.hidden_size, d.intermediate_size),
        vectors=scales(d.hidden_size, *AROUND),
    )
    return decoder(d, every_layer(d, layer))


@family("gemma3_text", letters="h h_q h_kv f", outside="d_h", fields=grouped(
    tied=True, key_value_heads=4, head_dim=256,
) | ATTENTION_BIAS)
def gemma3_text(d: Dimensions) -> Decoder:
    """Gemma 3, its text decoder: Gemma 2 with norms on q and k."""
    layer = Layer(
        attention=attention(d, bias=d.attention_bias, output_bias=d.attention_bias),
        mlp=gated(d.hidden_size, d.intermediate_size),
        vectors=scales(d.hidden_size, *AROUND) + head_norms(d),
    )
    return decoder(d, every_layer(d, layer))


@family("olmo3", letters="h h_kv f", fields=grouped(tied=False) | ATTENTION_BIAS)
@family("olmo2", letters="h h_kv f", fields=grouped(tied=False) | ATTENTION_BIAS)
def olmo2(d: Dimensions) -> Decoder:
    """OLMo 2 and 3: norms after each half, and over the whole of q and of k."""
    layer = Layer(
        attention=attention(d, bias=d.attention_bias, output_bias=d.attention_bias),
        mlp=gated(d.hidden_size, d.intermediate_size),
        vectors=(
            *scales(d.hidden_size, "post_attention_layernorm", "post_feedforward_layernorm"),
            *scales(d.query_size, "self_attn.q_norm"),
            *scales(d.key_value_size, "self_attn.k_norm"),
        ),
    )
    return decoder(d, every_layer(d, layer))


@family("cohere2", letters="h h_kv f", fields=standard(
    tied=True,
    num_key_value_heads=number("num_key_value_heads", default=None, null="num_attention_heads"),
) | ATTENTION_BIAS)
def cohere2(d: Dimensions) -> Decoder:
    """Command R7B and kin: one norm without a shift, attention and MLP side by side."""
    layer = Layer(
        attention=attention(d, bias=d.attention_bias, output_bias=d.attention_bias),
        mlp=gated(d.hidden_size, d.intermediate_size),
        vectors=scales(d.hidden_size, "input_layernorm"),
    )
    return decoder(d, every_layer(d, layer))


@family("stablelm", letters="h h_kv f", fields=standard(
    tied=False,
    num_key_value_heads=number("num_key_value_heads", default=32),
    attention_bias=flag("use_qkv_bias", default=False),
    qk_layernorm=flag("qk_layernorm", default=False),
    parallel=flag("use_parallel_residual", default=False),
))
def stablelm(d: Dimensions) -> Decoder:
    """StableLM: layer norms; a norm for each head of q and k where the configuration asks for them."""
    norms = layer_norms(d.hidden_size, *(BEFORE[:1] if d.parallel else BEFORE))
    if d.qk_layernorm:
        norms += scales(d.query_size, "self_attn.q_layernorm") + scales(d.key_value_size, "self_attn.k_layernorm")
    layer = Layer(
        attention=attention(d, bias=d.attention_bias, output_bias=False),
        mlp=gated(d.hidden_size, d.intermediate_size),
        vectors=norms,
    )
    return decoder(d, every_layer(d, layer), norm=layer_norms(d.hidden_size, "model.norm"))


# Fused gate and up -----------------------------------------------------------------------------------------------


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


@family("glm4", letters="h h_q h_kv f", fields=grouped(
    tied=False, key_value_heads=2, head_dim=128, attention_bias=flag("attention_bias", default=True),
))
def glm4(d: Dimensions) -> Decoder:
    """GLM-4: q, k and v apart with biases, one gate_up_proj, four norms."""
    layer = Layer(
        attention=attention(d, bias=d.attention_bias, output_bias=False),
        mlp=fused_gated(d),
        vectors=scales(d.hidden_size, *BEFORE, "post_self_attn_layernorm", "post_mlp_layernorm"),
    )
    return decoder(d, every_layer(d, layer))


# Experts ---------------------------------------------------------------------------------------------------------


@family("mixtral", letters="h h_kv f E", fields=grouped(
    tied=False, key_value_heads=8, num_experts=number("num_local_experts", "num_experts"),
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


def routed(d: Dimensions, layer: Layer, shared: Linears = ()) -> Layer:
    """Give the layer with a router and gated experts in the place of its MLP."""
    return Layer(
        layer.attention, shared, layer.vectors,
        router=(Linear("mlp.gate", d.num_experts, d.hidden_size),),
        experts=gated(d.hidden_size, d.moe_intermediate_size, at="mlp.experts.*"),
        number_of_experts=d.num_experts,
    )


@family("qwen3_moe", letters="h h_q h_kv f_e E", outside="d_h", fields=grouped(
    tied=False, key_value_heads=4,
    num_experts=number("num_experts", "num_local_experts"),
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
    if d.decoder_sparse_step == 1 and not d.mlp_only_layers:
        return decoder(d, every_layer(d, routed(d, dense)))
    return decoder(d, *_alternating(d, dense, routed(d, dense)))


def _alternating(d: Dimensions, dense: Layer, sparse: Layer) -> Iterator[Run]:
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


@family("deepseek_v3", letters="h n_h d_q d_c d_r d_n d_v f f_e E E_s k", fields=standard(
    tied=False,
    first_k_dense_replace=number("first_k_dense_replace", default=3, kind=COUNT),
    n_shared_experts=number("n_shared_experts", default=1),
) | LATENT)
@family("deepseek_v2", letters="h n_h d_q d_c d_r d_n d_v f f_e E E_s k", fields=standard(
    tied=False,
    first_k_dense_replace=number("first_k_dense_replace", default=0, kind=COUNT),
    n_shared_experts=number("n_shared_experts", default=2),
) | LATENT)
def deepseek(d: Dimensions) -> Decoder:
    """DeepSeek-V2 and V3: latent attention; the first layers dense, then shared experts beside routed ones."""
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
    return decoder(d, Run(0, k, dense), Run(k, d.num_hidden_layers, routed(d, dense, shared)))


@family("gpt_oss", letters="h h_q h_kv f E", outside="n_h", fields=grouped(
    tied=False, key_value_heads=8, head_dim=64,
    attention_bias=flag("attention_bias", default=True),
    num_experts=number("num_local_experts", "num_experts"),
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
    )
    return decoder(d, every_layer(d, layer))
