"""Families with q, k and v apart over a gated MLP, Llama and those that followed it; and those that fuse either."""

from __future__ import annotations

from derivations.counting.architecture import kinds
from derivations.counting.architecture.decoder import EACH, Decoder, Layer, Linears, Vector
from derivations.counting.architecture.dimensions import Dimensions, flag, grouped, number, only, standard
from derivations.counting.architecture.family import family
from derivations.counting.architecture.layers import (
    AROUND,
    BEFORE,
    attention,
    before,
    gated,
    gated_layer,
    head_norms,
    layer_norms,
    neox_layer,
    norms_over_all,
    scales,
    square,
)
from derivations.counting.architecture.wholes import decoder, in_turn
from derivations.counting.linear import Linear

AFTER = ("post_attention_layernorm", "post_feedforward_layernorm")
"""The norms after attention and after the MLP, of a layer that has none before."""


@family("smollm3", letters="h h_kv f",
        fields=grouped(tied=True, key_value_heads=4, attention_bias=False, mlp_bias=False))
@family("granite", letters="h h_kv f", fields=grouped(tied=False, attention_bias=False, mlp_bias=False))
@family("ministral3", letters="h h_q h_kv f", fields=grouped(tied=False, key_value_heads=8, head_dim=128))
@family("mistral", letters="h h_q h_kv f", fields=grouped(tied=False, key_value_heads=8))
@family("llama", letters="h h_kv f", fields=grouped(tied=False, attention_bias=False, mlp_bias=False))
@family("gemma", letters="h h_q h_kv f",
        fields=grouped(tied=True, key_value_heads=16, head_dim=256, attention_bias=False))
@family("exaone", fields=grouped(
    tied=False, key_value_heads=8, num_hidden_layers=number("num_hidden_layers", "num_layers"),
    attention_bias=False, mlp_bias=False))
@family("minicpm", fields=grouped(tied=True, attention_bias=False))
@family("ministral", fields=grouped(tied=False, key_value_heads=8))
@family("cwm", fields=grouped(tied=False, key_value_heads=8, head_dim=128, mlp_bias=False))
@family("iquestcoder", fields=grouped(
    tied=False, key_value_heads=8, head_dim=128, attention_bias=False, mlp_bias=False))
@family("internlm3", fields=grouped(
    tied=False, key_value_heads=2, head_dim=128,
    attention_bias=flag("attention_bias", "qkv_bias", default=False),
    mlp_bias=flag("mlp_bias", "bias", default=False)))
def llama(d: Dimensions) -> Decoder:
    """Llama, and the families that differ from it in their defaults alone."""
    return decoder(d, gated_layer(d, before(d)))


HEADS_BY_SIZE = standard(
    tied=False,
    num_key_value_heads=number("num_key_value_heads", default=8, null="num_attention_heads"),
)
"""The fields of a family whose heads are hidden_size / num_attention_heads wide, whatever head_dim says."""


@family("qwen2_5_omni_text", fields=HEADS_BY_SIZE | {"tie_word_embeddings": flag("tie_word_embeddings", default=True)})
@family("qwen2_5_vl_text", fields=HEADS_BY_SIZE)
@family("qwen2_vl_text", fields=HEADS_BY_SIZE)
@family("qwen2", letters="h h_kv f", fields=grouped(tied=False, key_value_heads=32))
def qwen2(d: Dimensions) -> Decoder:
    """Qwen2, Qwen2.5 and the text of either with vision: q, k and v have biases, nothing else has."""
    return decoder(d, gated_layer(d, before(d), bias=True, output_bias=False))


@family("seed_oss", fields=grouped(
    tied=False, key_value_heads=8, head_dim=128, output_bias=only("attention_out_bias", False),
    attention_bias=True, mlp_bias=False))
def seed_oss(d: Dimensions) -> Decoder:
    """Seed-OSS: biases of q, k and v, none of the output."""
    return decoder(d, gated_layer(d, before(d), output_bias=False))


@family("ernie4_5", fields=grouped(
    tied=True, key_value_heads=2, head_dim=128, attention_bias=flag("use_bias", default=False)))
def ernie4_5(d: Dimensions) -> Decoder:
    """ERNIE 4.5: one word for the biases of all Linears."""
    return llama(d._replace(mlp_bias=d.attention_bias))


@family("helium", fields=grouped(
    tied=False, key_value_heads=20, head_dim=128, attention_bias=False, mlp_bias=False))
def helium(d: Dimensions) -> Decoder:
    """Helium: Llama whose output projection is as wide as high, without a bias."""
    found = gated_layer(d, before(d))
    return decoder(d, found._replace(attention=(*found.attention[:3], *square(d, "self_attn.o_proj", bias=False))))


@family("bitnet", fields=grouped(tied=False, key_value_heads=5, attention_bias=False))
def bitnet(d: Dimensions) -> Decoder:
    """BitNet: a norm more within attention, and within the MLP."""
    within = scales(d.hidden_size, "self_attn.attn_sub_norm") + scales(d.intermediate_size, "mlp.ffn_sub_norm")
    return decoder(d, gated_layer(d, before(d) + within))


@family("qwen3_vl_text", fields=grouped(tied=False, key_value_heads=32, head_dim=128, attention_bias=False))
@family("qwen3", letters="h h_q h_kv f", outside="d_h",
        fields=grouped(tied=False, key_value_heads=32, head_dim=128, attention_bias=False))
def qwen3(d: Dimensions) -> Decoder:
    """Qwen3, and its text with vision: heads of a size of their own, and norms on q and k."""
    return decoder(d, gated_layer(d, before(d) + head_norms(d)))


@family("hunyuan_v1_dense", fields=grouped(tied=False, attention_bias=False))
def hunyuan_v1_dense(d: Dimensions) -> Decoder:
    """Hunyuan: Qwen3 with other names for the norms on q and k."""
    return decoder(d, gated_layer(d, before(d) + head_norms(d, "query_layernorm", "key_layernorm")))


@family("gemma2", letters="h h_q h_kv f",
        fields=grouped(tied=True, key_value_heads=4, head_dim=256, attention_bias=False))
def gemma2(d: Dimensions) -> Decoder:
    """Gemma 2: norms before and after both halves of a layer."""
    return decoder(d, gated_layer(d, scales(d.hidden_size, *AROUND)))


@family("gemma3_text", letters="h h_q h_kv f", outside="d_h",
        fields=grouped(tied=True, key_value_heads=4, head_dim=256, attention_bias=False))
def gemma3_text(d: Dimensions) -> Decoder:
    """Gemma 3, its text decoder: Gemma 2 with norms on q and k."""
    return decoder(d, gated_layer(d, scales(d.hidden_size, *AROUND) + head_norms(d)))


@family("olmo3", letters="h h_kv f", fields=grouped(tied=False, attention_bias=False))
@family("olmo2", letters="h h_kv f", fields=grouped(tied=False, attention_bias=False))
def olmo2(d: Dimensions) -> Decoder:
    """OLMo 2 and 3: norms after each half, and over the whole of q and of k."""
    return decoder(d, gated_layer(d, scales(d.hidden_size, *AFTER) + norms_over_all(d)))


@family("exaone4", fields=grouped(tied=False, key_value_heads=32))
def exaone4(d: Dimensions) -> Decoder:
    """EXAONE 4: norms after each half, and on q and k."""
    return decoder(d, gated_layer(d, scales(d.hidden_size, *AFTER) + head_norms(d)))


@family("olmo", fields=grouped(tied=False, attention_bias=False))
def olmo(d: Dimensions) -> Decoder:
    """OLMo: norms that store nothing."""
    return decoder(d, gated_layer(d, ()), norm=())


@family("cohere", fields=grouped(tied=True, qk_layernorm=flag("use_qk_norm", default=False), attention_bias=False))
@family("cohere2", letters="h h_kv f", fields=grouped(tied=True, attention_bias=False))
def cohere(d: Dimensions) -> Decoder:
    """Command R and its successor, Aya: one norm without a shift, attention and MLP side by side."""
    norms = scales(d.hidden_size, "input_layernorm")
    if d.qk_layernorm:
        norms += tuple(Vector(f"self_attn.{name}_norm", size, shape=(size // d.head_dim, d.head_dim))
                       for name, size in (("q", d.query_size), ("k", d.key_value_size)))
    return decoder(d, gated_layer(d, norms))


@family("stablelm", letters="h h_kv f", fields=standard(
    tied=False,
    num_key_value_heads=32,
    attention_bias=flag("use_qkv_bias", default=False),
    qk_layernorm=False,
    parallel=flag("use_parallel_residual", default=False),
))
def stablelm(d: Dimensions) -> Decoder:
    """StableLM: layer norms; a norm for each head of q and k where the configuration asks for them."""
    norms = layer_norms(d.hidden_size, *(BEFORE[:1] if d.parallel else BEFORE))
    if d.qk_layernorm:
        norms += scales(d.query_size, f"self_attn.q_layernorm.{EACH}") + scales(
            d.key_value_size, f"self_attn.k_layernorm.{EACH}")
    return decoder(d, gated_layer(d, norms, output_bias=False), norm=layer_norms(d.hidden_size, "model.norm"))


@family("mllama_text_model", fields=standard(
    tied=None, num_key_value_heads=HEADS_BY_SIZE["num_key_value_heads"],
    cross_attention_layers=number(
        "cross_attention_layers", default=(3, 8, 13, 18, 23, 28, 33, 38), null="every fifth", kind=kinds.NUMBERS),
))
def mllama_text(d: Dimensions) -> Decoder:
    """Llama 3.2 with vision, its text: some layers look at the picture alone; eight rows for tokens more."""
    layer = gated_layer(d, before(d))
    crossed = layer._replace(attention=attention(d, at="cross_attn"), vectors=(
        *layer.vectors, *scales(d.head_dim, "cross_attn.q_norm", "cross_attn.k_norm"),
        *scales(1, "cross_attn_attn_gate", "cross_attn_mlp_gate")))
    found = decoder(d, *in_turn(
        crossed if number in d.cross_attention_layers else layer for number in range(d.num_hidden_layers)))
    return found._replace(embeddings=(Linear("model.embed_tokens", d.vocab_size + 8, d.hidden_size),))


# Gate and up in one Linear ----------------------------------------------------------------------------------------


def fused_gated(d: Dimensions) -> Linears:
    """Give a gated MLP whose gate and up are one Linear."""
    return (
        Linear("mlp.gate_up_proj", 2 * d.intermediate_size, d.hidden_size),
        Linear("mlp.down_proj", d.hidden_size, d.intermediate_size),
    )


@family("phi3", letters="h h_kv f", fields=grouped(tied=False))
def phi3(d: Dimensions) -> Decoder:
    """Phi-3, Phi-4: one qkv_proj, one gate_up_proj."""
    together = (Linear("self_attn.qkv_proj", d.query_size + 2 * d.key_value_size, d.hidden_size),
                Linear("self_attn.o_proj", d.hidden_size, d.query_size))
    return decoder(d, Layer(together, fused_gated(d), before(d)))


GLM = grouped(tied=False, key_value_heads=2, head_dim=128, attention_bias=True)


@family("glm", fields=GLM)
def glm(d: Dimensions, *after: str) -> Decoder:
    """GLM: q, k and v apart with biases, one gate_up_proj; `after` are norms besides."""
    return decoder(d, Layer(attention(d, output_bias=False), fused_gated(d), scales(d.hidden_size, *BEFORE, *after)))


@family("glm4", letters="h h_q h_kv f", fields=GLM)
def glm4(d: Dimensions) -> Decoder:
    """GLM-4: GLM with four norms."""
    return glm(d, "post_self_attn_layernorm", "post_mlp_layernorm")


@family("glm4v_text", fields=HEADS_BY_SIZE | {
    "num_key_value_heads": number("num_key_value_heads", default=2, null="num_attention_heads")})
def glm4v_text(d: Dimensions) -> Decoder:
    """GLM-4.1V, its text: GLM-4 with biases whatever attention_bias says."""
    return glm4(d._replace(attention_bias=True))


# Families whose code stands beside their files ------------------------------------------------------------------------


@family("baichuan", fields=standard(tied=False))
def baichuan(d: Dimensions) -> Decoder:
    """Baichuan: Llama with q, k and v in one W_pack."""
    h = d.hidden_size
    together = (Linear("self_attn.W_pack", 3 * h, h), *square(d, "self_attn.o_proj", bias=False))
    return decoder(d, Layer(together, gated(h, d.intermediate_size), before(d)))


@family("internlm2", fields=grouped(tied=False, attention_bias=flag("bias", default=True)))
def internlm2(d: Dimensions) -> Decoder:
    """InternLM2: one wqkv, and names of its own."""
    h = d.hidden_size
    layer = Layer(
        attention=(Linear("attention.wqkv", d.query_size + 2 * d.key_value_size, h, d.attention_bias),
                   Linear("attention.wo", h, d.query_size, d.attention_bias)),
        mlp=gated(h, d.intermediate_size, at="feed_forward", names=("w1", "w3", "w2")),
        vectors=scales(h, "attention_norm", "ffn_norm"),
    )
    return decoder(d, layer, tokens="model.tok_embeddings", head="output")


@family("qwen", fields=standard(tied=False, head_dim=number("kv_channels", default=128), no_bias=only("no_bias", True)))
def qwen(d: Dimensions) -> Decoder:
    """Qwen, the first: one c_attn with a bias; each half of the MLP half as wide as intermediate_size."""
    h, width = d.hidden_size, d.intermediate_size // 2
    layer = Layer(
        attention=(Linear("attn.c_attn", 3 * d.query_size, h, True), Linear("attn.c_proj", h, d.query_size)),
        mlp=gated(h, width, names=("w1", "w2", "c_proj")),
        vectors=scales(h, "ln_1", "ln_2"),
    )
    return decoder(d, layer, tokens="transformer.wte", norm=scales(h, "transformer.ln_f"), path="transformer.h")


@family("chatglm", fields=standard(
    tied=False,
    num_hidden_layers=number("num_layers", "num_hidden_layers"),
    intermediate_size=number("ffn_hidden_size", "inner_hidden_size"),
    vocab_size=number("padded_vocab_size", "vocab_size"),
    head_dim=number("kv_channels", default=128),
    num_key_value_heads=number("multi_query_group_num", default=1),
    attention_bias=flag("add_qkv_bias", default=False),
    add_bias_linear=only("add_bias_linear", False), grouped=only("multi_query_attention", True),
    position_encoding_2d=False,
))
def chatglm(d: Dimensions) -> Decoder:
    """ChatGLM2, 3 and GLM-4-9B: one query_key_value, gate and up in one; the first ChatGLM isn't gated, and is tied."""
    h, f = d.hidden_size, d.intermediate_size
    if d.position_encoding_2d:
        return decoder(d._replace(tie_word_embeddings=True), neox_layer(d, "attention"), path="transformer.layers",
                       tokens="transformer.word_embeddings", norm=layer_norms(h, "transformer.final_layernorm"))
    layer = Layer(
        attention=(Linear("self_attention.query_key_value", d.query_size + 2 * d.key_value_size, h, d.attention_bias),
                   Linear("self_attention.dense", h, d.query_size)),
        mlp=(Linear("mlp.dense_h_to_4h", 2 * f, h), Linear("mlp.dense_4h_to_h", h, f)),
        vectors=before(d))
    return decoder(d, layer, tokens="transformer.embedding.word_embeddings", path="transformer.encoder.layers",
                   norm=scales(h, "transformer.encoder.final_layernorm"), head="transformer.output_layer")
