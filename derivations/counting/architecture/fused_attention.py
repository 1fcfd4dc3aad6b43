"""Families that hold q, k and v in one Linear, over an MLP of two: GPT-2, GPT-NeoX, BLOOM, Falcon."""

from __future__ import annotations

from derivations.counting.architecture.decoder import Decoder, Layer
from derivations.counting.architecture.dimensions import COUNT, FLAG, Dimensions, flag, number, only, standard
from derivations.counting.architecture.family import family
from derivations.counting.architecture.shared import BEFORE, every_layer, layer_norms
from derivations.counting.linear import Linear


@family("gpt2", letters="h", outside="n_ctx", fields=standard(
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
        path="gpt_neox.layers", renamed=(("lm_head", "embed_out"),),
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


@family("falcon", letters="h h_kv", fields=standard(
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


@family("codegen", fields=standard(
    tied=False,
    hidden_size=number("n_embd", "hidden_size"),
    num_hidden_layers=number("n_layer", "num_hidden_layers"),
    num_attention_heads=number("n_head", "num_attention_heads"),
    intermediate_size=number("n_inner", default=None, null="4 × hidden_size"),
))
def codegen(d: Dimensions) -> Decoder:
    """CodeGen: GPT-J with q, k and v in one."""
    h, f = d.hidden_size, d.intermediate_size
    layer = Layer(
        attention=(Linear("attn.qkv_proj", 3 * h, h), Linear("attn.out_proj", h, h)),
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
