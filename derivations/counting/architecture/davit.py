"""DaViT, Florence-2's eye, in stages: each layer attends within windows of places, and then over channels."""

from __future__ import annotations

from derivations.counting.architecture import kinds
from derivations.counting.architecture.decoder import VISION, Layer, Linears, Run
from derivations.counting.architecture.dimensions import Dimensions, flag, named, number
from derivations.counting.architecture.family import family
from derivations.counting.architecture.layers import convolution, layer_norms, square, two
from derivations.counting.architecture.towers import Tower
from derivations.counting.linear import Linear
from derivations.counting.refusal import Refusal

HALVES = {"spatial_block": "window_attn", "channel_block": "channel_attn"}


def _layer(d: Dimensions, width: int) -> Layer:
    here = d._replace(hidden_size=width, intermediate_size=d.mlp_ratio * width)
    attention: Linears = tuple(one for half, at in HALVES.items() for one in (
        Linear(f"{half}.{at}.qkv", 3 * width, width, d.attention_bias), *square(here, f"{half}.{at}.proj")))
    return Layer(
        attention, tuple(one for half in HALVES for one in two(here, f"{half}.ffn.fc1", f"{half}.ffn.fc2")),
        layer_norms(width, *(f"{half}.norm{number}" for half in HALVES for number in (1, 2))),
        convolutions=tuple(convolution(f"{half}.conv{number}", width, 1, 3, 3, groups=width)
                           for half in HALVES for number in (1, 2)))


@family("florence_vision", fields=named(
    depths=number("depths", default=(1, 1, 9, 1), kind=kinds.NUMBERS),
    widths=number("embed_dim", "dim_embed", default=(128, 256, 512, 1024), kind=kinds.NUMBERS),
    patch_sizes=number("patch_size", default=(7, 3, 3, 3), kind=kinds.NUMBERS),
    norms_before=number("patch_prenorm", default=(False, True, True, True), kind=kinds.FLAGS),
    num_channels=number("in_channels", "in_chans", default=3),
    mlp_ratio=number("mlp_ratio", default=4, kind=kinds.WHOLE), attention_bias=flag("qkv_bias", default=True),
    projector_output_dim=number("projection_dim", default=1024),
    num_position_embeddings=number("max_position_embeddings", "image_pos_embed.max_pos_embeddings", default=50)))
def davit(d: Dimensions) -> Tower:
    """DaViT, and what makes its outcome the text's: a Linear, and tables of rows and columns."""
    if {*map(len, (d.depths, d.widths, d.patch_sizes, d.norms_before))} != {len(d.depths)} or not d.depths:
        raise Refusal("depths, embed_dim, patch_size and patch_prenorm must name as many stages each")
    into = (d.num_channels, *d.widths)
    narrowing = [(f"convs.{stage}", channels, width, side, before) for stage, (channels, width, side, before) in
                 enumerate(zip(into, d.widths, d.patch_sizes, d.norms_before, strict=False))]
    return Tower(
        tuple(Run(0, depth, _layer(d, width), f"blocks.{stage}", VISION)
              for stage, (depth, width) in enumerate(zip(d.depths, d.widths, strict=True))),
        vectors=tuple(one for at, channels, width, _, before in narrowing
                      for one in layer_norms(channels if before else width, f"{at}.norm")),
        convolutions=tuple(convolution(f"{at}.conv", width, channels, side, side)
                           for at, channels, width, side, _ in narrowing),
        out=d.projector_output_dim, rows=d.num_position_embeddings)
