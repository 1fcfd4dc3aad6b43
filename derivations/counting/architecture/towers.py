"""Vision towers: what a vision-language model has beside its text, by the names that it has within the tower."""

from __future__ import annotations

from math import prod
from typing import NamedTuple

from derivations.counting.architecture.decoder import VISION, Layer, Linears, Run, Vector
from derivations.counting.architecture.dimensions import NUMBERS, Dimensions, Field, Fields, flag, number, standard
from derivations.counting.architecture.family import family
from derivations.counting.architecture.shared import gated, layer_norms, scales
from derivations.counting.linear import Convolution, Linear
from derivations.exact.quotient import Scalar


class Tower(NamedTuple):
    """Runs of layers that aren't the text's, and what stands around them; as in a `Decoder`."""

    runs: tuple[Run, ...]
    embeddings: Linears = ()
    vectors: tuple[Vector, ...] = ()
    linears: Linears = ()
    convolutions: Linears = ()


def picture(*, image_size: int | None, patch_size: int, **own: Field | None) -> Fields:
    """Give the fields of a tower that looks at patches of a picture."""
    found: dict[str, Field | None] = {
        "vocab_size": None, "tie_word_embeddings": None,
        "image_size": number("image_size", default=image_size) if image_size else None,
        "patch_size": number("patch_size", default=patch_size),
        "num_channels": number("num_channels", default=3),
    }
    return standard(tied=False, **{**found, **own})


def patches(name: str, d: Dimensions, *, bias: bool, over: tuple[Scalar, ...] = ()) -> Linears:
    """Give the convolution that makes a vector of each patch, over so many pictures."""
    kernel = (*over, d.patch_size, d.patch_size)
    return (Convolution(name, d.hidden_size, d.num_channels * prod(kernel), bias, kernel),)


def block(d: Dimensions) -> Layer:
    """Give a layer as CLIP's and SigLIP's: q, k, v and an output, two Linears, two layer norms."""
    h, f = d.hidden_size, d.intermediate_size
    return Layer(
        attention=tuple(Linear(f"self_attn.{name}", h, h, True) for name in ("q_proj", "k_proj", "v_proj", "out_proj")),
        mlp=(Linear("mlp.fc1", f, h, True), Linear("mlp.fc2", h, f, True)),
        vectors=layer_norms(h, "layer_norm1", "layer_norm2"),
    )


def layers(d: Dimensions, layer: Layer, path: str) -> tuple[Run, ...]:
    """Give a tower's run of equal layers."""
    return (Run(0, d.num_hidden_layers, layer, path, VISION),)


@family("idefics3_vision", fields=picture(image_size=224, patch_size=32))
@family("siglip_vision_model", fields=picture(
    image_size=224, patch_size=16, pooling_head=flag("vision_use_head", default=True)))
def siglip(d: Dimensions) -> Tower:
    """SigLIP: a position for each patch, and on demand a head that pools."""
    h, f, side = d.hidden_size, d.intermediate_size, d.image_size // d.patch_size
    head: Linears = ()
    vectors = layer_norms(h, "post_layernorm")
    if d.pooling_head:
        head = (Linear("head.attention.out_proj", h, h, True), Linear("head.mlp.fc1", f, h, True),
                Linear("head.mlp.fc2", h, f, True))
        vectors += (Vector("head.probe", h), Vector("head.attention.in_proj_weight", 3 * h * h),
                    Vector("head.attention.in_proj_bias", 3 * h), *layer_norms(h, "head.layernorm"))
    return Tower(
        layers(d, block(d), "encoder.layers"),
        embeddings=(Linear("embeddings.position_embedding", side * side, h),),
        vectors=vectors,
        linears=head,
        convolutions=patches("embeddings.patch_embedding", d, bias=True),
    )


@family("clip_vision_model", fields=picture(image_size=224, patch_size=32))
def clip(d: Dimensions) -> Tower:
    """CLIP: a class's vector before the patches'."""
    h, side = d.hidden_size, d.image_size // d.patch_size
    return Tower(
        layers(d, block(d), "encoder.layers"),
        embeddings=(Linear("embeddings.position_embedding", side * side + 1, h),),
        vectors=(Vector("embeddings.class_embedding", h), *layer_norms(h, "pre_layrnorm", "post_layernorm")),
        convolutions=patches("embeddings.patch_embedding", d, bias=False),
    )


@family("pixtral", fields=picture(image_size=None, patch_size=16))
def pixtral(d: Dimensions) -> Tower:
    """Pixtral: a gated MLP and no bias; positions are turned and not stored."""
    h = d.hidden_size
    layer = Layer(
        attention=tuple(Linear(f"attention.{name}", h, h) for name in ("q_proj", "k_proj", "v_proj", "o_proj")),
        mlp=gated(h, d.intermediate_size, at="feed_forward"),
        vectors=scales(h, "attention_norm", "ffn_norm"),
    )
    return Tower(
        layers(d, layer, "transformer.layers"),
        vectors=scales(h, "ln_pre"),
        convolutions=patches("patch_conv", d, bias=False),
    )


def qwen_picture(*, patch_size: int, **own: Field | None) -> Fields:
    """Give the fields of a Qwen tower, which has names of its own for most of them."""
    return picture(
        image_size=None, patch_size=patch_size,
        **{"num_hidden_layers": number("depth"), "num_attention_heads": number("num_heads"),
           "num_channels": number("in_channels", "in_chans", default=3),
           "temporal_patch_size": number("temporal_patch_size", default=2),
           "spatial_merge_size": number("spatial_merge_size", default=2), **own})


POSITIONS = {
    "out_hidden_size": number("out_hidden_size", default=3584),
    "num_position_embeddings": number("num_position_embeddings", default=2304),
}


def qkv(h: Scalar) -> Linears:
    """Give the attention of a Qwen tower: q, k and v in one."""
    return (Linear("attn.qkv", 3 * h, h, True), Linear("attn.proj", h, h, True))


@family("qwen2_vl_vision", fields=qwen_picture(
    patch_size=14, intermediate_size=None, mlp_ratio=number("mlp_ratio", default=4), hidden_size=number("embed_dim"),
    out_hidden_size=number("hidden_size", default=3584)))
def qwen2_vl_vision(d: Dimensions) -> Tower:
    """Qwen2-VL's tower: an MLP that is mlp_ratio times as wide, and a merger of neighbouring patches."""
    h, f = d.hidden_size, d.mlp_ratio * d.hidden_size
    merged = h * d.spatial_merge_size * d.spatial_merge_size
    layer = Layer(
        attention=qkv(h),
        mlp=(Linear("mlp.fc1", f, h, True), Linear("mlp.fc2", h, f, True)),
        vectors=layer_norms(h, "norm1", "norm2"),
    )
    return Tower(
        layers(d, layer, "blocks"),
        vectors=layer_norms(h, "merger.ln_q"),
        linears=(Linear("merger.mlp.0", merged, merged, True), Linear("merger.mlp.2", d.out_hidden_size, merged, True)),
        convolutions=patches("patch_embed.proj", d, bias=False, over=(d.temporal_patch_size,)),
    )


@family("qwen2_5_vl_vision", fields=qwen_picture(
    patch_size=14, out_hidden_size=number("out_hidden_size", default=3584)))
def qwen2_5_vl_vision(d: Dimensions) -> Tower:
    """Qwen2.5-VL's tower: a gated MLP with biases."""
    h = d.hidden_size
    merged = h * d.spatial_merge_size * d.spatial_merge_size
    layer = Layer(
        attention=qkv(h),
        mlp=gated(h, d.intermediate_size, bias=True),
        vectors=scales(h, "norm1", "norm2"),
    )
    return Tower(
        layers(d, layer, "blocks"),
        vectors=scales(h, "merger.ln_q"),
        linears=(Linear("merger.mlp.0", merged, merged, True), Linear("merger.mlp.2", d.out_hidden_size, merged, True)),
        convolutions=patches("patch_embed.proj", d, bias=False, over=(d.temporal_patch_size,)),
    )


@family("qwen3_5_vision", fields=qwen_picture(patch_size=16, **POSITIONS))
@family("qwen3_vl_vision", fields=qwen_picture(
    patch_size=16, **POSITIONS,
    deepstack_visual_indexes=number("deepstack_visual_indexes", default=(8, 16, 24), kind=NUMBERS)))
def qwen3_vl_vision(d: Dimensions) -> Tower:
    """Qwen3-VL's tower: learned positions, and mergers for the layers that the text sees early."""
    h, f, out = d.hidden_size, d.intermediate_size, d.out_hidden_size
    merged = h * d.spatial_merge_size * d.spatial_merge_size
    layer = Layer(
        attention=qkv(h),
        mlp=(Linear("mlp.linear_fc1", f, h, True), Linear("mlp.linear_fc2", h, f, True)),
        vectors=layer_norms(h, "norm1", "norm2"),
    )
    early = tuple(f"deepstack_merger_list.{number}" for number in range(len(d.deepstack_visual_indexes)))
    return Tower(
        layers(d, layer, "blocks"),
        embeddings=(Linear("pos_embed", d.num_position_embeddings, h),),
        vectors=layer_norms(h, "merger.norm") + layer_norms(merged, *(f"{name}.norm" for name in early)),
        linears=tuple(linear for name in ("merger", *early) for linear in (
            Linear(f"{name}.linear_fc1", merged, merged, True), Linear(f"{name}.linear_fc2", out, merged, True))),
        convolutions=patches("patch_embed.proj", d, bias=True, over=(d.temporal_patch_size,)),
    )
