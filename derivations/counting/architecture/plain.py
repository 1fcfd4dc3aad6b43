"""Families with q, k and v apart over an MLP of two Linears: OPT, GPT-J, Phi, StarCoder2."""

from __future__ import annotations

from derivations.counting.architecture.decoder import Decoder, Layer
from derivations.counting.architecture.dimensions import Dimensions, flag, grouped, number, standard
from derivations.counting.architecture.family import family
from derivations.counting.architecture.shared import BEFORE, attention, decoder, every_layer, layer_norms
from derivations.counting.linear import Linear


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


@family("gptj", letters="h", fields=standard(
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
    divided = h // d.num_attention_heads if head_norms and isinstance(h, int) else d.head_dim
    layer = Layer(
        attention=attention(d, bias=True, output_bias=True, output="dense"),
        mlp=(Linear("mlp.fc1", f, h, True), Linear("mlp.fc2", h, f, True)),
        vectors=layer_norms(h, "input_layernorm") + layer_norms(divided, *head_norms),
    )                                                              # the library divides, whatever head_dim says
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
