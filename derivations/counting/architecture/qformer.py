"""Parts of BLIP, BLIP-2 and Idefics2: towers, and what asks them; by the names that they have within themselves."""

from __future__ import annotations

from dataclasses import replace

from derivations.counting.architecture.decoder import VISION, Decoder, Layer, Linears
from derivations.counting.architecture.dimensions import Dimensions, flag, number, only, standard
from derivations.counting.architecture.encoders import bare_bert
from derivations.counting.architecture.family import family
from derivations.counting.architecture.layers import attention, gated, layer_norms, parameter, scales, square, two
from derivations.counting.architecture.towers import Tower, behind_a_class, layers, picture
from derivations.counting.architecture.wholes import Model, in_turn, with_layer, within
from derivations.counting.linear import Linear
from derivations.exact.quotient import Scalar


@family("blip_2_vision_model", fields=picture(
    image_size=224, patch_size=14, num_channels=None, attention_bias=flag("qkv_bias", default=True)))
def blip_2_vision(d: Dimensions) -> Tower:
    """BLIP-2's tower: q, k and v in one."""
    h = d.hidden_size
    found = behind_a_class(d._replace(num_channels=3), Layer(
        (Linear("self_attn.qkv", 3 * h, h, d.attention_bias), *square(d, "self_attn.projection")),
        two(d, "mlp.fc1", "mlp.fc2"), layer_norms(h, "layer_norm1", "layer_norm2")))
    return found._replace(vectors=(*found.vectors, *layer_norms(h, "post_layernorm")))


@family("blip_vision_model", fields=picture(image_size=384, patch_size=16, num_channels=None))
def blip_vision(d: Dimensions) -> Tower:
    """BLIP's tower, whose every Linear has a bias."""
    return blip_2_vision(d._replace(attention_bias=True))


@family("blip_text_model", fields=standard(
    tied=True, tie_word_embeddings=only("tie_word_embeddings", True), max_position_embeddings=512))
def blip_text(d: Dimensions) -> Decoder:
    """BLIP's text, which describes a picture: BERT's layers, each of which looks at it, and BERT's head."""
    h, bert = d.hidden_size, bare_bert(d)
    layer, at = bert.runs[0].layer, "cls.predictions"
    looking = tuple(replace(one, name=f"cross{one.name}") for one in layer.attention)
    found = within(with_layer(
        bert._replace(embeddings=bert.embeddings[:2]), attention=(*layer.attention, *looking),
        vectors=(*layer.vectors, *layer_norms(h, "crossattention.output.LayerNorm"))), "bert")
    return found._replace(
        linears=square(d, f"{at}.transform.dense"), head=Linear(f"{at}.decoder", d.vocab_size, h, True),
        vectors=(*found.vectors, *layer_norms(h, f"{at}.transform.LayerNorm")), tied=True)


@family("idefics2_perceiver", fields=standard(
    tied=None, vocab_size=None, intermediate_size=None, hidden_size=4096,
    num_hidden_layers=number("resampler_depth", default=3), num_attention_heads=number("resampler_n_heads", default=16),
    head_dim=number("resampler_head_dim", default=96), queries=number("resampler_n_latents", default=64),
    num_key_value_heads=4))
def idefics2_perceiver(d: Dimensions) -> Tower:
    """Idefics2's Perceiver: a few learned vectors look at the picture."""
    h = d.hidden_size
    layer = Layer(attention(d), gated(h, 4 * h), scales(
        h, "input_latents_norm", "input_context_norm", "post_attention_layernorm"))
    return Tower(layers(d, layer, "layers"), vectors=(
        parameter("latents", d.queries, h), *scales(h, "norm")), out=h)


@family("blip_2_qformer", fields=standard(
    tied=None, vocab_size=None,
    decoder_sparse_step=number("cross_attention_frequency", default=2),
    read=only("use_qformer_text_input", False)))
def blip_2_qformer(d: Dimensions) -> Tower:
    """BLIP-2's Q-Former: BERT's layers over queries, every other of which looks at the picture."""
    h = d.hidden_size

    def attending(at: str) -> Linears:
        return square(d, *(f"{at}.attention.{name}" for name in ("query", "key", "value")), f"{at}.output.dense")

    layer = Layer(attending("attention"), two(d, "intermediate_query.dense", "output_query.dense"),
                  layer_norms(h, "attention.output.LayerNorm", "output_query.LayerNorm"))
    looking = layer._replace(attention=(*layer.attention, *attending("crossattention")),
                             vectors=(*layer.vectors, *layer_norms(h, "crossattention.output.LayerNorm")))
    runs = in_turn(layer if number_of_layer % d.decoder_sparse_step else looking
                   for number_of_layer in range(d.num_hidden_layers))
    return Tower(tuple(replace(run, path="encoder.layer", part=VISION) for run in runs),
                 vectors=layer_norms(h, "layernorm"), out=h)


def over(model: Model, width: Scalar) -> Model:
    """Give a model whose looks at the picture take in vectors of this width."""
    found: Model = model._replace(runs=tuple(replace(run, layer=run.layer._replace(attention=tuple(
        replace(one, in_=width) if one.name.startswith("cross") and one.name.endswith((".key", ".value"))
        else one for one in run.layer.attention))) for run in model.runs))
    return found
