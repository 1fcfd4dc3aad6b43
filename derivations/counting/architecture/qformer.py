"""BLIP-2's tower, and its Q-Former, which asks it by learned queries; by the names that they have within themselves."""

from __future__ import annotations

from dataclasses import replace

from derivations.counting.architecture.decoder import VISION, Layer, Linears, Vector
from derivations.counting.architecture.dimensions import Dimensions, flag, number, only, standard
from derivations.counting.architecture.family import family
from derivations.counting.architecture.shared import in_turn, layer_norms, square, two
from derivations.counting.architecture.towers import Tower, layers, patches, picture
from derivations.counting.linear import Linear


@family("blip_2_vision_model", fields=picture(
    image_size=224, patch_size=14, num_channels=None, attention_bias=flag("qkv_bias", default=True)))
def blip_2_vision(d: Dimensions) -> Tower:
    """BLIP-2's tower: q, k and v in one."""
    h, rows = d.hidden_size, (d.image_size // d.patch_size) ** 2 + 1
    layer = Layer((Linear("self_attn.qkv", 3 * h, h, d.attention_bias), *square(d, "self_attn.projection")),
                  two(d, "mlp.fc1", "mlp.fc2"), layer_norms(h, "layer_norm1", "layer_norm2"))
    return Tower(
        layers(d, layer, "encoder.layers"),
        vectors=(Vector("embeddings.class_embedding", h, shape=(1, 1, h), bare=True),
                 Vector("embeddings.position_embedding", rows * h, shape=(1, rows, h), bare=True),
                 *layer_norms(h, "post_layernorm")),
        convolutions=patches("embeddings.patch_embedding", d._replace(num_channels=3), bias=True))


@family("blip_2_qformer", fields=standard(
    tied=False, tie_word_embeddings=None, vocab_size=None,
    decoder_sparse_step=number("cross_attention_frequency", default=2),
    read=only("use_qformer_text_input", False)))
def blip_2_qformer(d: Dimensions) -> Tower:
    """BLIP-2's Q-Former: BERT's layers over queries, every other of which looks at the picture."""
    h = d.hidden_size

    def attention(at: str) -> Linears:
        return square(d, *(f"{at}.attention.{name}" for name in ("query", "key", "value")), f"{at}.output.dense")

    layer = Layer(attention("attention"), two(d, "intermediate_query.dense", "output_query.dense"),
                  layer_norms(h, "attention.output.LayerNorm", "output_query.LayerNorm"))
    looking = layer._replace(attention=(*layer.attention, *attention("crossattention")),
                             vectors=(*layer.vectors, *layer_norms(h, "crossattention.output.LayerNorm")))
    runs = in_turn(layer if number_of_layer % d.decoder_sparse_step else looking
                   for number_of_layer in range(d.num_hidden_layers))
    return Tower(tuple(replace(run, path="encoder.layer", part=VISION) for run in runs),
                 vectors=layer_norms(h, "layernorm"), out=h)
