"""Families with q, k and v apart over a gated MLP: Llama and those that followed it."""

from __future__ import annotations

from derivations.counting.architecture.decoder import EACH, Decoder, Layer, Vector
from derivations.counting.architecture.dimensions import (
    FLAG,
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
    AROUND,
    ATTENTION_BIAS,
    BEFORE,
    BIASES,
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


HEADS_BY_SIZE = standard(
    tied=False,
    num_key_value_heads=number("num_key_value_heads", default=8, null="num_attention_heads"),
)
"""The fields of a family whose heads are hidden_size / num_attention_heads wide, whatever head_dim says."""


@family("olmo", fields=grouped(tied=False) | ATTENTION_BIAS)
def olmo(d: Dimensions) -> Decoder:
    """OLMo: norms that store nothing."""
    layer = Layer(
        attention=attention(d, bias=d.attention_bias, output_bias=d.attention_bias),
        mlp=gated(d.hidden_size, d.intermediate_size),
    )
    return decoder(d, every_layer(d, layer), norm=())


@family("exaone4", fields=grouped(tied=False, key_value_heads=32))
def exaone4(d: Dimensions) -> Decoder:
    """EXAONE 4: norms after each half, and on q and k."""
    layer = Layer(
        attention=attention(d, bias=False, output_bias=False),
        mlp=gated(d.hidden_size, d.intermediate_size),
        vectors=scales(d.hidden_size, "post_attention_layernorm", "post_feedforward_layernorm") + head_norms(d),
    )
    return decoder(d, every_layer(d, layer))


@family("hunyuan_v1_dense", fields=grouped(tied=False) | ATTENTION_BIAS)
def hunyuan_v1_dense(d: Dimensions) -> Decoder:
    """Hunyuan: Qwen3 with other names for the norms on q and k."""
    layer = Layer(
        attention=attention(d, bias=d.attention_bias, output_bias=d.attention_bias),
        mlp=gated(d.hidden_size, d.intermediate_size),
        vectors=scales(d.hidden_size, *BEFORE)
        + scales(d.head_dim, "self_attn.query_layernorm", "self_attn.key_layernorm"),
    )
    return decoder(d, every_layer(d, layer))


@family("qwen2_vl_text", fields=HEADS_BY_SIZE)
@family("qwen2_5_vl_text", fields=HEADS_BY_SIZE)
def qwen2_vl_text(d: Dimensions) -> Decoder:
    """Qwen2-VL and Qwen2.5-VL, their text: Qwen2."""
    return qwen2(d)


@family("qwen3_vl_text", fields=grouped(tied=False, key_value_heads=32, head_dim=128) | ATTENTION_BIAS)
def qwen3_vl_text(d: Dimensions) -> Decoder:
    """Qwen3-VL, its text: Qwen3."""
    return qwen3(d)


@family("mllama_text_model", fields=standard(
    tied=False, tie_word_embeddings=None,
    num_key_value_heads=number("num_key_value_heads", default=8, null="num_attention_heads"),
    cross_attention_layers=number(
        "cross_attention_layers", default=(3, 8, 13, 18, 23, 28, 33, 38), null="every fifth", kind=NUMBERS),
))
def mllama_text(d: Dimensions) -> Decoder:
    """Llama 3.2 with vision, its text: some layers look at the picture alone; eight rows for tokens more."""
    h, mlp = d.hidden_size, gated(d.hidden_size, d.intermediate_size)
    layer = Layer(attention(d, bias=False, output_bias=False), mlp, scales(h, *BEFORE))
    crossed = Layer(
        attention(d, bias=False, output_bias=False, at="cross_attn"), mlp,
        vectors=(*layer.vectors, *scales(d.head_dim, "cross_attn.q_norm", "cross_attn.k_norm"),
                 *scales(1, "cross_attn_attn_gate", "cross_attn_mlp_gate")),
    )
    found = decoder(d, *in_turn(
        crossed if number in d.cross_attention_layers else layer for number in range(d.num_hidden_layers)))
    return found._replace(embeddings=(Linear("model.embed_tokens", d.vocab_size + 8, h),))


@family("cohere", fields=grouped(tied=True, qk_layernorm=flag("use_qk_norm", default=False)) | ATTENTION_BIAS)
@family("cohere2", letters="h h_kv f", fields=grouped(tied=True) | ATTENTION_BIAS)
def cohere(d: Dimensions) -> Decoder:
    """Command R and its successor, Aya: one norm without a shift, attention and MLP side by side."""
    norms = scales(d.hidden_size, "input_layernorm")
    if d.qk_layernorm:
        norms += tuple(Vector(f"self_attn.{name}_norm", size, shape=(size // d.head_dim, d.head_dim))
                       for name, size in (("q", d.query_size), ("k", d.key_value_size)))
    layer = Layer(
        attention=attention(d, bias=d.attention_bias, output_bias=d.attention_bias),
        mlp=gated(d.hidden_size, d.intermediate_size),
        vectors=norms,
    )
    return decoder(d, every_layer(d, layer))


@family("seed_oss", fields=grouped(
    tied=False, key_value_heads=8, head_dim=128,
    attention_bias=flag("attention_bias", default=True),
    output_bias=only("attention_out_bias", FLAG, False),
    mlp_bias=flag("mlp_bias", default=False),
))
def seed_oss(d: Dimensions) -> Decoder:
    """Seed-OSS: biases of q, k and v, none of the output."""
    return decoder(d, every_layer(d, Layer(
        attention=attention(d, bias=d.attention_bias, output_bias=False),
        mlp=gated(d.hidden_size, d.intermediate_size, bias=d.mlp_bias),
        vectors=scales(d.hidden_size, *BEFORE),
    )))


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
        norms += scales(d.query_size, f"self_attn.q_layernorm.{EACH}") + scales(
            d.key_value_size, f"self_attn.k_layernorm.{EACH}")
    layer = Layer(
        attention=attention(d, bias=d.attention_bias, output_bias=False),
        mlp=gated(d.hidden_size, d.intermediate_size),
        vectors=norms,
    )
    return decoder(d, every_layer(d, layer), norm=layer_norms(d.hidden_size, "model.norm"))
