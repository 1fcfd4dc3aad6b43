"""Families over an MLP of two Linears: q, k and v in one, as GPT-2, GPT-NeoX, BLOOM, Falcon; or apart, as OPT, Phi."""

from __future__ import annotations

from derivations.counting.architecture import kinds
from derivations.counting.architecture.decoder import Decoder, Layer, Run, Vector
from derivations.counting.architecture.dimensions import Dimensions, flag, grouped, number, only, standard
from derivations.counting.architecture.family import family
from derivations.counting.architecture.layers import (
    BEFORE,
    attention,
    before,
    head_norms,
    layer_norms,
    neox_layer,
    parameter,
    scales,
    square,
    two,
)
from derivations.counting.architecture.wholes import decoder, unclassified
from derivations.counting.linear import Linear

GPT = {
    "hidden_size": number("n_embd", "hidden_size"),
    "num_hidden_layers": number("n_layer", "num_hidden_layers"),
    "num_attention_heads": number("n_head", "num_attention_heads"),
    "intermediate_size": number("n_inner", default=None, null="4 × hidden_size"),
}
"""How GPT-2's configurations spell their sizes."""


@family("gpt-sw3", fields=standard(
    tied=True, **GPT,
    max_position_embeddings=number("n_positions", "max_position_embeddings"),
    add_cross_attention=only("add_cross_attention", False)))
@family("gpt2", letters="h", outside="n_ctx", fields=standard(
    tied=True, **GPT,
    max_position_embeddings=number("n_positions", "max_position_embeddings"),
    add_cross_attention=only("add_cross_attention", False),
))
def gpt2(d: Dimensions, *attending: Linear) -> Decoder:
    """GPT-2: one c_attn for q, k and v, learned positions, a bias everywhere."""
    h = d.hidden_size
    layer = Layer(
        attention=attending or (Linear("attn.c_attn", 3 * h, h, True), Linear("attn.c_proj", h, h, True)),
        mlp=two(d, "mlp.c_fc", "mlp.c_proj"),
        vectors=layer_norms(h, "ln_1", "ln_2"),
    )
    return decoder(
        d, layer, tokens="transformer.wte", positions=(Linear("transformer.wpe", d.max_position_embeddings, h),),
        norm=layer_norms(h, "transformer.ln_f"), path="transformer.h")._replace(turned=not attending)


@family("gptj", letters="h", fields=standard(tied=False, **GPT))
def gptj(d: Dimensions, *attending: Linear) -> Decoder:
    """GPT-J: attention without biases, an MLP and a head with them, one norm for both."""
    apart = square(d, *(f"attn.{name}" for name in ("q_proj", "k_proj", "v_proj", "out_proj")), bias=False)
    layer = Layer(attending or apart, two(d, "mlp.fc_in", "mlp.fc_out"), layer_norms(d.hidden_size, "ln_1"))
    return decoder(d, layer, tokens="transformer.wte", norm=layer_norms(d.hidden_size, "transformer.ln_f"),
                   head_bias=True, path="transformer.h")


@family("gpt_neo", fields=standard(
    tied=True,
    num_hidden_layers=number("num_layers", "num_hidden_layers"),
    num_attention_heads=number("num_heads", "num_attention_heads"),
    intermediate_size=number("intermediate_size", default=None, null="4 × hidden_size"),
    max_position_embeddings=number("max_position_embeddings", default=2048),
))
def gpt_neo(d: Dimensions) -> Decoder:
    """GPT-Neo: GPT-2 with q, k and v apart, and without their biases."""
    at = "attn.attention"
    attending = square(d, f"{at}.k_proj", f"{at}.v_proj", f"{at}.q_proj", bias=False) + square(d, f"{at}.out_proj")
    return gpt2(d, *attending)


@family("gpt_bigcode", fields=standard(
    tied=True, **GPT, max_position_embeddings=number("n_positions", "max_position_embeddings", default=1024),
    multi_query=True, add_cross_attention=only("add_cross_attention", False),
))
def gpt_bigcode(d: Dimensions) -> Decoder:
    """StarCoder, SantaCoder: GPT-2 with one head of keys and of values."""
    return gpt2(d, Linear("attn.c_attn", d.hidden_size + 2 * d.key_value_size, d.hidden_size, True),
                *square(d, "attn.c_proj"))


@family("mpt", fields=standard(
    tied=True,
    hidden_size=number("d_model", "hidden_size"),
    num_hidden_layers=number("n_layers", "num_hidden_layers"),
    num_attention_heads=number("n_heads", "num_attention_heads"),
    intermediate_size=None,
    no_bias=only("no_bias", True),
))
def mpt(d: Dimensions) -> Decoder:
    """MPT: one Wqkv, norms that scale only, no positions stored."""
    h = d.hidden_size
    layer = Layer(
        attention=(Linear("attn.Wqkv", 3 * h, h), *square(d, "attn.out_proj", bias=False)),
        mlp=two(d, "ffn.up_proj", "ffn.down_proj", bias=False, width=4 * h),
        vectors=scales(h, "norm_1", "norm_2"),
    )
    return decoder(d, layer, tokens="transformer.wte", norm=scales(h, "transformer.norm_f"), path="transformer.blocks")


@family("persimmon", fields=standard(tied=False, qk_layernorm=flag("qk_layernorm", default=True)))
def persimmon(d: Dimensions) -> Decoder:
    """Persimmon: GPT-NeoX by Llama's names, with norms of q and k."""
    h, layer = d.hidden_size, neox_layer(d, "self_attn")
    norms = layer_norms(h // d.num_attention_heads, "self_attn.q_layernorm", "self_attn.k_layernorm")
    return decoder(d, layer._replace(vectors=layer.vectors + norms) if d.qk_layernorm else layer,
                   norm=layer_norms(h, "model.final_layernorm"))


@family("codegen", fields=standard(tied=False, **GPT))
def codegen(d: Dimensions) -> Decoder:
    """CodeGen: GPT-J with q, k and v in one."""
    return gptj(d, Linear("attn.qkv_proj", 3 * d.hidden_size, d.hidden_size), *square(d, "attn.out_proj", bias=False))


@family("gpt_neox", letters="h f", fields=standard(tied=False, attention_bias=True))
def gpt_neox(d: Dimensions) -> Decoder:
    """GPT-NeoX, Pythia: one query_key_value for q, k and v."""
    return decoder(
        d, neox_layer(d, "attention", bias=d.attention_bias), tokens="gpt_neox.embed_in", path="gpt_neox.layers",
        norm=layer_norms(d.hidden_size, "gpt_neox.final_layer_norm"))._replace(renamed=(("lm_head", "embed_out"),))


@family("bloom", letters="h", fields=standard(
    tied=True,
    hidden_size=number("hidden_size", "n_embed"),
    num_hidden_layers=GPT["num_hidden_layers"],
    num_attention_heads=GPT["num_attention_heads"],
    intermediate_size=None,
))
def bloom(d: Dimensions) -> Decoder:
    """BLOOM: one query_key_value, an MLP of exactly 4h, a norm right after the token table."""
    h = d.hidden_size
    layer = neox_layer(d._replace(intermediate_size=4 * h), "self_attention")
    return decoder(d, layer, tokens="transformer.word_embeddings", path="transformer.h",
                   norm=layer_norms(h, "transformer.word_embeddings_layernorm", "transformer.ln_f"))


@family("falcon", letters="h h_kv", fields=standard(
    tied=True,
    hidden_size=number("hidden_size", "n_embed"),
    intermediate_size=number("ffn_hidden_size", default=None, null="4 × hidden_size"),
    num_key_value_heads=number("num_kv_heads", default=None, null="num_attention_heads"),
    parallel=flag("parallel_attn", default=True),
    attention_bias=flag("bias", default=False),
    num_ln_in_parallel_attn=number("num_ln_in_parallel_attn", default=None, null="null", kind=kinds.COUNT),
    multi_query=True, new_decoder_architecture=False))
def falcon(d: Dimensions) -> Decoder:
    """Falcon: one query_key_value of h + 2h_kv rows; the newer decoder has grouped keys and two norms side by side."""
    h, bias = d.hidden_size, d.attention_bias
    side_by_side = 2 if d.num_ln_in_parallel_attn is None and d.new_decoder_architecture else d.num_ln_in_parallel_attn
    norms = BEFORE if not d.parallel else ("ln_attn", "ln_mlp") if side_by_side == 2 else BEFORE[:1]
    layer = neox_layer(d, "self_attention", *norms, rows=h + 2 * d.key_value_size, bias=bias, mlp_bias=bias)
    return decoder(d, layer, tokens="transformer.word_embeddings", norm=layer_norms(h, "transformer.ln_f"),
                   path="transformer.h")


@family("opt", letters="h f", outside="n_ctx", fields=standard(
    tied=True,
    intermediate_size=number("ffn_dim"),
    word_embed_proj_dim=number("word_embed_proj_dim", default=None, null="hidden_size"),
    attention_bias=flag("enable_bias", default=True),
    remove_final_layer_norm=flag("_remove_final_layer_norm", default=False),
    max_position_embeddings=number("max_position_embeddings"),
    do_layer_norm_before=True, layer_norm_elementwise_affine=True))
def opt(d: Dimensions) -> Decoder:
    """OPT: two positions more than asked for; the 350m projects its narrower embeddings in and out."""
    h, bias, width = d.hidden_size, d.attention_bias, d.word_embed_proj_dim
    norms = layer_norms if d.layer_norm_elementwise_affine else (lambda size, *names: ())
    names = (f"self_attn.{name}" for name in ("q_proj", "k_proj", "v_proj", "out_proj"))
    layer = Layer(square(d, *names, bias=bias), two(d, "fc1", "fc2", bias=bias),
                  norms(h, "self_attn_layer_norm", "final_layer_norm"))
    last, at = d.do_layer_norm_before and not d.remove_final_layer_norm, "model.decoder"
    return Decoder(
        (Run(0, d.num_hidden_layers, layer),),
        embeddings=(Linear(f"{at}.embed_tokens", d.vocab_size, width),
                    Linear(f"{at}.embed_positions", d.max_position_embeddings + 2, h)),
        head=Linear("lm_head", d.vocab_size, width),
        tied=d.tie_word_embeddings,
        vectors=norms(h, f"{at}.final_layer_norm") if last else (),
        linears=() if width == h else (Linear(f"{at}.project_in", h, width), Linear(f"{at}.project_out", width, h)),
        path=f"{at}.layers",
    )


def _side_by_side(d: Dimensions, at: str, *positions: int, head: str = "lm_head") -> Decoder:
    """Give OPT without what is special to it, by other names."""
    found = opt(d._replace(word_embed_proj_dim=d.hidden_size, do_layer_norm_before=True, attention_bias=True,
                           layer_norm_elementwise_affine=True))
    tables = (Linear(f"{at}.embed_tokens", d.vocab_size, d.hidden_size),
              *(Linear(f"{at}.embed_positions", rows, d.hidden_size) for rows in positions))
    return found._replace(embeddings=tables, vectors=layer_norms(d.hidden_size, f"{at}.layer_norm"),
                          path=f"{at}.layers", head=Linear(head, d.vocab_size, d.hidden_size))


@family("xglm", fields=standard(
    tied=True, hidden_size=number("d_model", "hidden_size"), intermediate_size=number("ffn_dim"),
    num_hidden_layers=number("num_layers", "num_hidden_layers"),
    num_attention_heads=number("attention_heads", "num_attention_heads"),
    add_cross_attention=only("add_cross_attention", False)))
def xglm(d: Dimensions) -> Decoder:
    """XGLM: OPT with positions that are computed."""
    return _side_by_side(d, "model")._replace(classified=unclassified)


@family("biogpt", fields=standard(tied=True, max_position_embeddings=1024))
def biogpt(d: Dimensions) -> Decoder:
    """BioGPT: OPT, two positions more than asked for as well."""
    return _side_by_side(d, "biogpt", d.max_position_embeddings + 2, head="output_projection")


@family("phi", letters="h h_kv f", fields=grouped(tied=False, qk_layernorm=False))
def phi(d: Dimensions) -> Decoder:
    """Phi-1, Phi-2: attention and MLP side by side behind one norm, a bias everywhere, the head included."""
    h = d.hidden_size
    head_norms = ("self_attn.q_layernorm", "self_attn.k_layernorm") if d.qk_layernorm else ()
    divided = h // d.num_attention_heads if head_norms and isinstance(h, int) else d.head_dim
    layer = Layer(
        attention=attention(d, bias=True, output="dense"),
        mlp=two(d, "mlp.fc1", "mlp.fc2"),
        vectors=layer_norms(h, "input_layernorm") + layer_norms(divided, *head_norms),
    )                                                              # the library divides, whatever head_dim says
    return decoder(d, layer, norm=layer_norms(h, "model.final_layernorm"), head_bias=True)


@family("starcoder2", letters="h h_kv f", fields=grouped(
    tied=True, key_value_heads=2, attention_bias=flag("use_bias", default=True),
))
def starcoder2(d: Dimensions) -> Decoder:
    """StarCoder2: grouped-query attention over an MLP that isn't gated."""
    layer = Layer(attention(d), two(d, "mlp.c_fc", "mlp.c_proj", bias=d.attention_bias),
                  layer_norms(d.hidden_size, *BEFORE))
    return decoder(d, layer, norm=layer_norms(d.hidden_size, "model.norm"))


# Llama's attention over an MLP of two Linears -------------------------------------------------------------------------


def _ungated(d: Dimensions, norms: tuple[Vector, ...]) -> Layer:
    return Layer(attention(d), two(d, "mlp.up_proj", "mlp.down_proj", bias=d.mlp_bias), norms)


@family("arcee", fields=grouped(tied=False, attention_bias=False, mlp_bias=False))
def arcee(d: Dimensions) -> Decoder:
    """Arcee's AFM: Llama without a gate."""
    return decoder(d, _ungated(d, before(d)))


@family("nemotron", fields=grouped(tied=False, attention_bias=False, mlp_bias=False))
def nemotron(d: Dimensions) -> Decoder:
    """Nemotron, Minitron: the same with layer norms."""
    h = d.hidden_size
    return decoder(d, _ungated(d, layer_norms(h, *BEFORE)), norm=layer_norms(h, "model.norm"))


@family("apertus", fields=grouped(tied=False, activation=only("hidden_act", "xielu"), attention_bias=False))
def apertus(d: Dimensions) -> Decoder:
    """Apertus: norms of q and k, and two numbers that the activation learns."""
    norms = scales(d.hidden_size, "attention_layernorm", "feedforward_layernorm") + head_norms(d)
    learned = tuple(parameter(f"mlp.act_fn.alpha_{sign}", 1) for sign in "pn")
    return decoder(d, _ungated(d, norms + learned))


@family("xlnet", fields=standard(
    tied=True, tie_word_embeddings=only("tie_word_embeddings", True), hidden_size=number("d_model", "hidden_size"),
    num_hidden_layers=number("n_layer", "num_hidden_layers"), intermediate_size=number("d_inner"),
    num_attention_heads=number("n_head", "num_attention_heads"), summarised=only("summary_use_proj", True)))
def xlnet(d: Dimensions) -> Decoder:
    """XLNet: attention is all parameters, which no name of a Linear reaches; classes are told by a summary."""
    h, at, heads = d.hidden_size, "rel_attn", (d.num_attention_heads, d.head_dim)
    layer = Layer((), two(d, "ff.layer_1", "ff.layer_2"), (
        *(parameter(f"{at}.{name}", h, *heads) for name in "qkvor"),
        *(parameter(f"{at}.r_{name}_bias", *heads) for name in "rsw"), parameter(f"{at}.seg_embed", 2, *heads),
        *layer_norms(h, f"{at}.layer_norm", "ff.layer_norm")))
    found = decoder(d, layer, tokens="transformer.word_embedding", path="transformer.layer", head="lm_loss",
                    norm=(parameter("transformer.mask_emb", 1, 1, h),), head_bias=True)
    return found._replace(classified=lambda labels: found._replace(
        linears=square(d, "sequence_summary.summary"), head=Linear("logits_proj", labels, h, True), tied=False))
