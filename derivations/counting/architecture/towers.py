"""Vision towers: what a vision-language model has beside its text, by the names that it has within the tower."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from math import prod
from typing import NamedTuple

from derivations.counting.architecture.decoder import AUDIO, VISION, Decoder, Layer, Linears, Run, Vector
from derivations.counting.architecture.dimensions import LISTS, NUMBERS, Dimensions, Fields, flag, number, standard
from derivations.counting.architecture.family import family
from derivations.counting.architecture.shared import (
    AROUND,
    BEFORE,
    attention,
    gated,
    head_norms,
    layer_norms,
    scales,
    square,
    two,
)
from derivations.counting.linear import Convolution, Linear
from derivations.counting.refusal import Refusal
from derivations.exact.quotient import Scalar


class Tower(NamedTuple):
    """Runs of layers that aren't the text's, and what stands around them; as in a `Decoder`.

    out  how wide the vectors are that it gives, where that isn't the patches' width
    """

    runs: tuple[Run, ...]
    embeddings: Linears = ()
    vectors: tuple[Vector, ...] = ()
    linears: Linears = ()
    convolutions: Linears = ()
    out: Scalar = 0


def picture(*, image_size: int | None, patch_size: int, **own: object) -> Fields:
    """Give the fields of a tower that looks at patches of a picture."""
    return standard(tied=False, **{"vocab_size": None, "tie_word_embeddings": None, "image_size": image_size,
                                   "patch_size": patch_size, "num_channels": 3, **own})


def patches(name: str, d: Dimensions, *, bias: bool, over: tuple[Scalar, ...] = ()) -> Linears:
    """Give the convolution that makes a vector of each patch, over so many pictures."""
    kernel = (*over, d.patch_size, d.patch_size)
    return (Convolution(name, d.hidden_size, d.num_channels * prod(kernel), bias, kernel),)


def block(d: Dimensions, *norms: str, output: str = "o_proj", bias: bool = True) -> Layer:
    """Give a layer as towers have it: q, k, v and an output, two Linears, two layer norms."""
    return Layer(
        attention=square(d, *(f"self_attn.{name}" for name in ("q_proj", "k_proj", "v_proj", output)), bias=bias),
        mlp=two(d, "mlp.fc1", "mlp.fc2"),
        vectors=layer_norms(d.hidden_size, *norms),
    )


def clip_layers(d: Dimensions) -> tuple[Run, ...]:
    """Give the layers of CLIP, and of SigLIP."""
    return layers(d, block(d, "layer_norm1", "layer_norm2", output="out_proj"), "encoder.layers")


def layers(d: Dimensions, layer: Layer, path: str) -> tuple[Run, ...]:
    """Give a tower's run of equal layers."""
    return (Run(0, d.num_hidden_layers, layer, path, VISION),)


@family("idefics3_vision", fields=picture(image_size=224, patch_size=32))
@family("siglip_vision_model", fields=picture(
    image_size=224, patch_size=16, pooling_head=flag("vision_use_head", default=True)))
def siglip(d: Dimensions) -> Tower:
    """SigLIP: a position for each patch, and on demand a head that pools."""
    h, side = d.hidden_size, d.image_size // d.patch_size
    head: Linears = ()
    vectors = layer_norms(h, "post_layernorm")
    if d.pooling_head:
        head = square(d, "head.attention.out_proj") + two(d, "head.mlp.fc1", "head.mlp.fc2")
        vectors += (Vector("head.probe", h, shape=(1, 1, h), bare=True),
                    Vector("head.attention.in_proj_weight", 3 * h * h, shape=(3 * h, h), bare=True),
                    Vector("head.attention.in_proj_bias", 3 * h, bare=True), *layer_norms(h, "head.layernorm"))
    return Tower(
        clip_layers(d),
        embeddings=(Linear("embeddings.position_embedding", side * side, h),),
        vectors=vectors,
        linears=head,
        convolutions=patches("embeddings.patch_embedding", d, bias=True),
    )


def _text_fields(**own: object) -> Fields:
    return standard(tied=False, tie_word_embeddings=None, **own)


@family("clip_vision_model", fields=picture(image_size=224, patch_size=32))
def clip(d: Dimensions) -> Tower:
    """CLIP: a class's vector before the patches'."""
    h, side = d.hidden_size, d.image_size // d.patch_size
    return Tower(
        clip_layers(d),
        embeddings=(Linear("embeddings.position_embedding", side * side + 1, h),),
        vectors=(Vector("embeddings.class_embedding", h, bare=True), *layer_norms(h, "pre_layrnorm", "post_layernorm")),
        convolutions=patches("embeddings.patch_embedding", d, bias=False),
    )


@family("siglip_text_model", fields=_text_fields(
    vocab_size=32000, max_position_embeddings=64,
    projector_output_dim=number("projection_size", default=None, null="hidden_size")))
@family("clip_text_model", fields=_text_fields(vocab_size=49408, max_position_embeddings=77))
def text(d: Dimensions) -> Decoder:
    """The text of CLIP, and of SigLIP, without what joins it to pictures."""
    (run,) = clip_layers(d)
    return Decoder(
        (replace(run, part="", path=""),), path=run.path, head=None, tied=False,
        embeddings=(Linear("embeddings.token_embedding", d.vocab_size, d.hidden_size),
                    Linear("embeddings.position_embedding", d.max_position_embeddings, d.hidden_size)),
        vectors=layer_norms(d.hidden_size, "final_layer_norm"))


@family("pixtral", fields=picture(image_size=None, patch_size=16))
def pixtral(d: Dimensions) -> Tower:
    """Pixtral: a gated MLP and no bias; positions are turned and not stored."""
    h = d.hidden_size
    layer = Layer(
        attention=square(d, *(f"attention.{name}" for name in ("q_proj", "k_proj", "v_proj", "o_proj")), bias=False),
        mlp=gated(h, d.intermediate_size, at="feed_forward"),
        vectors=scales(h, "attention_norm", "ffn_norm"),
    )
    return Tower(
        layers(d, layer, "transformer.layers"),
        vectors=scales(h, "ln_pre"),
        convolutions=patches("patch_conv", d, bias=False),
    )


@family("llama4_vision_model", fields=picture(
    image_size=448, patch_size=14,
    out_hidden_size=number("vision_output_dim", default=7680),
    projector_input_dim=4096, projector_output_dim=4096))
def llama4_vision(d: Dimensions) -> Tower:
    """Llama 4's tower: patches enter by a Linear, and two more narrow what is shuffled together."""
    h, f, side = d.hidden_size, d.intermediate_size, d.image_size // d.patch_size
    return Tower(
        layers(d, block(d, *BEFORE), "model.layers"),
        vectors=(Vector("class_embedding", h, bare=True),
                 Vector("positional_embedding_vlm", (side * side + 1) * h, shape=(side * side + 1, h), bare=True),
                 *layer_norms(h, "layernorm_pre", "layernorm_post")),
        linears=(Linear("patch_embedding.linear", h, d.num_channels * d.patch_size * d.patch_size),
                 Linear("vision_adapter.mlp.fc1", d.projector_input_dim, f),
                 Linear("vision_adapter.mlp.fc2", d.projector_output_dim, d.projector_output_dim)),
        out=d.out_hidden_size,
    )


@family("mllama_vision_model", fields=picture(
    image_size=448, patch_size=14,
    num_attention_heads=number("attention_heads"),
    num_global_layers=8, max_num_tiles=4,
    out_hidden_size=number("vision_output_dim", default=7680),
    aspect_ratios=number("supported_aspect_ratios", default=8 * ((),), null="eight", kind=LISTS)))
def mllama_vision(d: Dimensions) -> Tower:
    """Llama 3.2's tower: two stacks, the second with gates; table rows for the shapes that tiles are laid out in."""
    h, side = d.hidden_size, d.image_size // d.patch_size
    shapes, tiles, places = len(d.aspect_ratios) + 1, d.max_num_tiles, side * side + 1
    layer = block(d, *BEFORE, bias=False)
    gates = layer._replace(vectors=(*layer.vectors, Vector("gate_attn", 1), Vector("gate_ffn", 1)))
    around = ("pre_tile_positional_embedding", "post_tile_positional_embedding")
    return Tower(
        (*layers(d, layer, "transformer.layers"),
         Run(0, d.num_global_layers, gates, "global_transformer.layers", VISION)),
        embeddings=(Linear("gated_positional_embedding.tile_embedding", shapes, tiles * places * h),
                    *(Linear(f"{name}.embedding", shapes, tiles * h) for name in around)),
        vectors=(Vector("class_embedding", h, bare=True),
                 Vector("gated_positional_embedding.embedding", places * h, shape=(places, h), bare=True),
                 *(Vector(f"{name}.gate", 1, bare=True) for name in ("gated_positional_embedding", *around)),
                 *layer_norms(h, "layernorm_pre", "layernorm_post")),
        convolutions=patches("patch_embedding", d, bias=False),
        out=d.out_hidden_size,
    )


def _wrapped(linears: Linears) -> tuple[Linears, tuple[str, ...]]:
    """Give Linears that stand each in a module which bears its name, and those modules' names."""
    return (tuple(replace(one, name=f"{one.name}.linear") for one in linears), tuple(one.name for one in linears))


@family("gemma4_vision", fields=picture(
    image_size=None, patch_size=16,
    num_key_value_heads=number("num_key_value_heads", default=12, null="num_attention_heads"),
    head_dim=number("head_dim", default=64, null="hidden_size / num_attention_heads"),
    num_channels=None,
    position_embedding_size=10240))
def gemma4_vision(d: Dimensions) -> Tower:
    """Gemma 4's tower: each Linear is wrapped, so that its numbers can be clipped."""
    h = d.hidden_size
    mixing, attending = _wrapped(attention(d))
    widening, around = _wrapped(gated(h, d.intermediate_size))
    layer = Layer(mixing, widening, scales(h, *AROUND) + head_norms(d), wrappers=attending + around)
    return Tower(
        layers(d, layer, "encoder.layers"),
        vectors=(Vector("patch_embedder.position_embedding_table", 2 * d.position_embedding_size * h,
                        shape=(2, d.position_embedding_size, h), bare=True),),
        linears=(Linear("patch_embedder.input_proj", h, 3 * d.patch_size * d.patch_size),),
        out=h,
    )


@family("gemma4_audio", fields=standard(
    tied=False, vocab_size=None, tie_word_embeddings=None, intermediate_size=None,
    subsampling_conv_channels=number("subsampling_conv_channels", default=(128, 32), kind=NUMBERS),
    conv_kernel=number("conv_kernel_size", default=5),
    out_hidden_size=number("output_proj_dims", default=1536)))
def gemma4_audio(d: Dimensions) -> Tower:
    """Gemma 4's ear: a Conformer, with attention and a short convolution between two halves of an MLP."""
    h, size = d.hidden_size, d.query_size
    if len(d.subsampling_conv_channels) != 2:
        raise Refusal("subsampling_conv_channels must name the channels of two convolutions")
    halves = ("feed_forward1", "feed_forward2")
    mixing, attending = _wrapped((*(Linear(f"self_attn.{name}", size, h) for name in ("q_proj", "k_proj", "v_proj")),
                                  Linear("self_attn.post", h, h)))
    rest, around = _wrapped((
        *(linear for half in halves for linear in (
            Linear(f"{half}.ffw_layer_1", 4 * h, h), Linear(f"{half}.ffw_layer_2", h, 4 * h))),
        Linear("lconv1d.linear_start", 2 * h, h), Linear("lconv1d.linear_end", h, h)))
    layer = Layer(
        (*mixing, Linear("self_attn.relative_k_proj", size, h)), rest,
        (Vector("self_attn.per_dim_scale", d.head_dim),
         *scales(h, *(f"{half}.{norm}" for half in halves for norm in ("pre_layer_norm", "post_layer_norm")),
                 "lconv1d.pre_layer_norm", "lconv1d.conv_norm", "norm_pre_attn", "norm_post_attn", "norm_out")),
        convolutions=(Convolution("lconv1d.depthwise_conv1d", h, d.conv_kernel, False, (d.conv_kernel,), h),),
        wrappers=attending + around,
    )
    first, second = d.subsampling_conv_channels
    at = "subsample_conv_projection"
    return Tower(
        (Run(0, d.num_hidden_layers, layer, "layers", AUDIO),),
        vectors=(Vector(f"{at}.layer0.norm", first), Vector(f"{at}.layer1.norm", second)),
        linears=(Linear(f"{at}.input_proj_linear", h, first // 4 * second),
                 Linear("output_proj", d.out_hidden_size, h, True)),
        convolutions=tuple(Convolution(f"{at}.layer{number}.conv", out, 9 * channels, False, (3, 3))
                           for number, (out, channels) in enumerate(((first, 1), (second, first)))),
        out=d.out_hidden_size,
    )


def qwen_picture(*, patch_size: int, **own: object) -> Fields:
    """Give the fields of a Qwen tower, which has names of its own for most of them."""
    return picture(
        image_size=None, patch_size=patch_size,
        **{"num_hidden_layers": number("depth", "num_hidden_layers"), "num_attention_heads": number("num_heads"),
           "num_channels": number("in_channels", "in_chans", default=3),
           "temporal_patch_size": 2, "spatial_merge_size": 2, **own})


POSITIONS = {"out_hidden_size": 3584, "num_position_embeddings": 2304}


def qwen_tower(d: Dimensions, mlp: Linears, norms: Callable[..., tuple[Vector, ...]], *, bias: bool = False,
               merger: tuple[str, str, str] = ("ln_q", "mlp.0", "mlp.2"), merged_first: tuple[str, ...] = ()) -> Tower:
    """Give a Qwen tower: q, k and v in one over this MLP; a merger of neighbouring patches, and early ones besides."""
    h, (norm, *fcs) = d.hidden_size, merger
    merged = h * d.spatial_merge_size * d.spatial_merge_size
    layer = Layer((Linear("attn.qkv", 3 * h, h, True), *square(d, "attn.proj")), mlp, norms(h, "norm1", "norm2"))
    return Tower(
        layers(d, layer, "blocks"),
        vectors=norms(h, f"merger.{norm}") + norms(merged, *(f"{name}.{norm}" for name in merged_first)),
        linears=tuple(Linear(f"{name}.{fc}", out, merged, True) for name in ("merger", *merged_first)
                      for fc, out in zip(fcs, (merged, d.out_hidden_size), strict=True)),
        convolutions=patches("patch_embed.proj", d, bias=bias, over=(d.temporal_patch_size,)),
    )


@family("qwen2_vl_vision", fields=qwen_picture(
    patch_size=14, intermediate_size=None, mlp_ratio=4, hidden_size=number("embed_dim"),
    out_hidden_size=number("hidden_size", default=3584)))
def qwen2_vl_vision(d: Dimensions) -> Tower:
    """Qwen2-VL's tower: an MLP that is mlp_ratio times as wide."""
    wide = d._replace(intermediate_size=d.mlp_ratio * d.hidden_size)
    return qwen_tower(d, two(wide, "mlp.fc1", "mlp.fc2"), layer_norms)


@family("qwen2_5_vl_vision", fields=qwen_picture(
    patch_size=14, out_hidden_size=3584))
def qwen2_5_vl_vision(d: Dimensions) -> Tower:
    """Qwen2.5-VL's tower: a gated MLP with biases."""
    return qwen_tower(d, gated(d.hidden_size, d.intermediate_size, bias=True), scales)


@family("qwen3_5_vision", fields=qwen_picture(patch_size=16, **POSITIONS))
@family("qwen3_vl_vision", fields=qwen_picture(
    patch_size=16, **POSITIONS,
    deepstack_visual_indexes=number("deepstack_visual_indexes", default=(8, 16, 24), kind=NUMBERS)))
def qwen3_vl_vision(d: Dimensions) -> Tower:
    """Qwen3-VL's tower: learned positions, and mergers for the layers that the text sees early."""
    early = tuple(f"deepstack_merger_list.{number}" for number in range(len(d.deepstack_visual_indexes)))
    found = qwen_tower(d, two(d, "mlp.linear_fc1", "mlp.linear_fc2"), layer_norms, bias=True,
                       merger=("norm", "linear_fc1", "linear_fc2"), merged_first=early)
    return found._replace(embeddings=(Linear("pos_embed", d.num_position_embeddings, d.hidden_size),))
