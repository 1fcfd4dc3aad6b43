"""Decoders that read what an encoder gives, TrOCR's, Donut's, T5Gemma's; by the names within themselves."""

from __future__ import annotations

from derivations.counting.architecture.decoder import Decoder
from derivations.counting.architecture.dimensions import Dimensions, Fields, flag, grouped, number, only, standard
from derivations.counting.architecture.family import family
from derivations.counting.architecture.layers import gated_layer, layer_norms, scales, square
from derivations.counting.architecture.plain import GPT, gpt2
from derivations.counting.architecture.translators import bart_layer
from derivations.counting.architecture.wholes import decoder, with_layer, within
from derivations.counting.linear import Linear


def _of_bart(**own: object) -> Fields:
    return standard(
        tied=True, hidden_size=number("d_model", "hidden_size", default=1024),
        num_hidden_layers=number("decoder_layers", "num_hidden_layers", default=12),
        num_attention_heads=number("decoder_attention_heads", "num_attention_heads", default=16),
        intermediate_size=number("decoder_ffn_dim", default=4096), vocab_size=50265, **own)


@family("t5_gemma_module", fields=grouped(tied=True, key_value_heads=4, head_dim=256, attention_bias=False))
def t5_gemma_module(d: Dimensions) -> Decoder:
    """One side of T5Gemma: Gemma 2's layers."""
    norms = (f"{when}_{what}_layernorm" for what in ("self_attn", "feedforward") for when in ("pre", "post"))
    return within(decoder(d, gated_layer(d, scales(d.hidden_size, *norms))), "model.side")


@family("trocr_decoder", fields=_of_bart(
    max_position_embeddings=512, position_biased_input=flag("use_learned_position_embeddings", default=True),
    norm_bias=flag("layernorm_embedding", default=True),
    out_hidden_size=number("cross_attention_hidden_size", default=None, null="null")))
def trocr(d: Dimensions, *norms: str, head: str = "output_projection") -> Decoder:
    """TrOCR's decoder: BART's, whose positions may be computed."""
    h, at = d.hidden_size, "model.decoder"
    norms += ("layernorm_embedding",) if d.norm_bias else ()
    layer = bart_layer(h, d.intermediate_size, "self_attn", "encoder_attn", seen=d.out_hidden_size or 0)
    positions = (Linear(f"{at}.embed_positions", d.max_position_embeddings + 2, h),)
    return decoder(
        d, layer, tokens=f"{at}.embed_tokens", positions=positions if d.position_biased_input else (),
        norm=layer_norms(h, *(f"{at}.{norm}" for norm in norms)), path=f"{at}.layers", head=head)


@family("mbart_decoder", fields=_of_bart(max_position_embeddings=1024))
def mbart(d: Dimensions) -> Decoder:
    """mBART's decoder, which is Donut's: TrOCR's with a norm after its layers."""
    return trocr(d._replace(position_biased_input=True, norm_bias=True, out_hidden_size=None), "layer_norm",
                 head="lm_head")


@family("gpt2_decoder", fields=standard(
    tied=True, **GPT, max_position_embeddings=number("n_positions", "max_position_embeddings", default=1024),
    looking=only("add_cross_attention", True)))
def gpt2_decoder(d: Dimensions) -> Decoder:
    """GPT-2 as it describes what an encoder gives: keys and values of that in one Linear."""
    h, found, at = d.hidden_size, gpt2(d), "crossattention"
    layer = found.runs[0].layer
    looking = (Linear(f"{at}.c_attn", 2 * h, h, True), *square(d, f"{at}.q_attn", f"{at}.c_proj"))
    return with_layer(found, attention=(*layer.attention, *looking),
                      vectors=(*layer.vectors, *layer_norms(h, "ln_cross_attn")))
