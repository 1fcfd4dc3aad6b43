"""Vision towers: what a vision-language model has beside its text, by the names that it has within the tower."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, NamedTuple

from derivations.counting.architecture import kinds
from derivations.counting.architecture.decoder import VISION, Decoder, Layer, Linears, Run, Vector
from derivations.counting.architecture.dimensions import Dimensions, Fields, flag, number, only, standard
from derivations.counting.architecture.family import family
from derivations.counting.architecture.layers import (
    AROUND,
    BEFORE,
    attention,
    convolution,
    gated,
    head_norms,
    layer_norms,
    parameter,
    scales,
    square,
    two,
)
from derivations.counting.architecture.wholes import with_layer
from derivations.counting.linear import Linear
from derivations.exact.quotient import Scalar


class Tower(NamedTuple):
    """Runs of layers that aren't the text's, and what stands around them; as in a `Decoder`.

    out   how wide the vectors are that it gives, where that isn't the patches' width
    rows  how many tokens of its own it has
    """

    runs: tuple[Run, ...]
    embeddings: Linears = ()
    vectors: tuple[Vector, ...] = ()
    linears: Linears = ()
    convolutions: Linears = ()
    out: Scalar = 0
    rows: Scalar = 0

    @property
    def width(self) -> Scalar:
        """How wide the vectors are that it makes of patches."""
        return self.convolutions[0].out if self.convolutions else self.out


def picture(*, image_size: int | None, patch_size: int, **own: object) -> Fields:
    """Give the fields of a tower that looks at patches of a picture."""
    return standard(tied=None, **{
        "vocab_size": None, "num_channels": 3,
        "image_size": image_size and number("image_size", default=image_size, kind=kinds.SIDE),
        "patch_size": number("patch_size", default=patch_size, kind=kinds.SIDE), **own})


def patches(name: str, d: Dimensions, *, bias: bool, over: tuple[Scalar, ...] = ()) -> Linears:
    """Give the convolution that makes a vector of each patch, over so many pictures."""
    return (convolution(name, d.hidden_size, d.num_channels, *over, d.patch_size, d.patch_size, bias=bias),)


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


@family("idefics2_vision", fields=picture(image_size=224, patch_size=32))
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
        vectors += (parameter("head.probe", 1, 1, h), parameter("head.attention.in_proj_weight", 3 * h, h),
                    parameter("head.attention.in_proj_bias", 3 * h), *layer_norms(h, "head.layernorm"))
    return Tower(
        clip_layers(d),
        embeddings=(Linear("embeddings.position_embedding", side * side, h),),
        vectors=vectors,
        linears=head,
        convolutions=patches("embeddings.patch_embedding", d, bias=True),
    )


@family("siglip2_vision_model", fields=picture(
    image_size=None, patch_size=16, pooling_head=flag("vision_use_head", default=True),
    num_position_embeddings=number("num_patches", default=256)))
def siglip2(d: Dimensions) -> Tower:
    """SigLIP 2 of pictures of any shape: patches enter by a Linear."""
    found = siglip(d._replace(image_size=d.patch_size))
    (patch,), h = found.convolutions, d.hidden_size
    return found._replace(
        embeddings=(Linear("embeddings.position_embedding", d.num_position_embeddings, h),), convolutions=(), out=h,
        linears=(Linear(patch.name, h, patch.in_, True), *found.linears))


@family("internvl_vision", fields=picture(
    image_size=448, patch_size=14, attention_bias=False, qk_layernorm=flag("use_qk_norm", default=False),
    norm_type=number("norm_type", default="layer_norm", kind=kinds.among("layer_norm", "rms_norm")),
    mean_pooling=flag("use_mean_pooling", default=True),
    position_biased_input=flag("use_absolute_position_embeddings", default=True),
    masked=only("use_mask_token", False)))
def internvl(d: Dimensions) -> Tower:
    """InternVL's tower: a class's vector, and what scales each half of a layer."""
    h, side = d.hidden_size, d.image_size // d.patch_size
    norms = layer_norms if d.norm_type == "layer_norm" else scales
    layer = Layer(
        (*square(d, *(f"attention.{name}" for name in ("q_proj", "k_proj", "v_proj")), bias=d.attention_bias),
         *square(d, "attention.projection_layer")),
        two(d, "mlp.fc1", "mlp.fc2"),
        (*norms(h, "layernorm_before", "layernorm_after"), *scales(h, "lambda_1", "lambda_2"),
         *(scales(h, "attention.q_norm", "attention.k_norm") if d.qk_layernorm else ())))
    positions = (parameter("embeddings.position_embeddings", 1, side * side + 1, h),)
    return Tower(
        layers(d, layer, "encoder.layer"),
        vectors=(parameter("embeddings.cls_token", 1, 1, h), *(positions if d.position_biased_input else ()),
                 *(() if d.mean_pooling else layer_norms(h, "layernorm"))),
        convolutions=patches("embeddings.patch_embeddings.projection", d, bias=True),
    )


@family("intern_vit_6b", fields=picture(
    image_size=224, patch_size=14, attention_bias=flag("qkv_bias", default=False),
    qk_layernorm=flag("qk_normalization", default=True),
    norm_type=number("norm_type", default="rms_norm", kind=kinds.among("layer_norm", "rms_norm"))))
def intern_vit(d: Dimensions) -> Tower:
    """InternVL's tower as its publisher has it, of whichever size: q, k and v in one."""
    h, norms = d.hidden_size, layer_norms if d.norm_type == "layer_norm" else scales
    return behind_a_class(d, Layer(
        (Linear("attn.qkv", 3 * h, h, d.attention_bias), *square(d, "attn.proj")), two(d, "mlp.fc1", "mlp.fc2"),
        (*norms(h, "norm1", "norm2"), parameter("ls1", h), parameter("ls2", h),
         *(scales(h, "attn.q_norm", "attn.k_norm") if d.qk_layernorm else ()))))


def behind_a_class(d: Dimensions, layer: Layer) -> Tower:
    """Give a tower of such layers over a class's vector and the patches', whose positions are parameters."""
    h, rows = d.hidden_size, (d.image_size // d.patch_size) ** 2 + 1
    return Tower(
        layers(d, layer, "encoder.layers"),
        vectors=(parameter("embeddings.class_embedding", 1, 1, h),
                 parameter("embeddings.position_embedding", 1, rows, h)),
        convolutions=patches("embeddings.patch_embedding", d, bias=True))


@family("clip_vision_model", fields=picture(image_size=224, patch_size=32))
def clip(d: Dimensions) -> Tower:
    """CLIP: a class's vector before the patches'."""
    h, side = d.hidden_size, d.image_size // d.patch_size
    return Tower(
        clip_layers(d),
        embeddings=(Linear("embeddings.position_embedding", side * side + 1, h),),
        vectors=(parameter("embeddings.class_embedding", h), *layer_norms(h, "pre_layrnorm", "post_layernorm")),
        convolutions=patches("embeddings.patch_embedding", d, bias=False),
    )


@family("siglip_text_model", fields=standard(
    tied=None, vocab_size=32000, max_position_embeddings=64,
    projector_output_dim=number("projection_size", default=None, null="hidden_size")))
@family("clip_text_model", fields=standard(tied=None, vocab_size=49408, max_position_embeddings=77))
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
        vectors=(parameter("class_embedding", h), parameter("positional_embedding_vlm", side * side + 1, h),
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
    aspect_ratios=number("supported_aspect_ratios", default=8 * ((),), null="eight", kind=kinds.LISTS)))
def mllama_vision(d: Dimensions) -> Tower:
    """Llama 3.2's tower: two stacks, the second with gates; table rows for the shapes that tiles are laid out in."""
    h, side = d.hidden_size, d.image_size // d.patch_size
    shapes, tiles, places = len(d.aspect_ratios) + 1, d.max_num_tiles, side * side + 1
    layer = block(d, *BEFORE, bias=False)
    gates = layer._replace(vectors=(*layer.vectors, *scales(1, "gate_attn", "gate_ffn")))
    around = ("pre_tile_positional_embedding", "post_tile_positional_embedding")
    return Tower(
        (*layers(d, layer, "transformer.layers"),
         Run(0, d.num_global_layers, gates, "global_transformer.layers", VISION)),
        embeddings=(Linear("gated_positional_embedding.tile_embedding", shapes, tiles * places * h),
                    *(Linear(f"{name}.embedding", shapes, tiles * h) for name in around)),
        vectors=(parameter("class_embedding", h), parameter("gated_positional_embedding.embedding", places, h),
                 *(parameter(f"{name}.gate", 1) for name in ("gated_positional_embedding", *around)),
                 *layer_norms(h, "layernorm_pre", "layernorm_post")),
        convolutions=patches("patch_embedding", d, bias=False),
        out=d.out_hidden_size,
    )


def wrapped(linears: Linears) -> tuple[Linears, tuple[str, ...]]:
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
    mixing, attending = wrapped(attention(d))
    widening, around = wrapped(gated(h, d.intermediate_size))
    layer = Layer(mixing, widening, scales(h, *AROUND) + head_norms(d), wrappers=attending + around)
    return Tower(
        layers(d, layer, "encoder.layers"),
        vectors=(parameter("patch_embedder.position_embedding_table", 2, d.position_embedding_size, h),),
        linears=(Linear("patch_embedder.input_proj", h, 3 * d.patch_size * d.patch_size),),
        out=h,
    )


def qwen_picture(*, patch_size: int, image_size: int | None = None, **own: object) -> Fields:
    """Give the fields of a Qwen tower, which has names of its own for most of them."""
    return picture(image_size=image_size, patch_size=patch_size, **{
        "num_hidden_layers": number("depth", "num_hidden_layers"), "num_attention_heads": number("num_heads"),
        "num_channels": number("in_channels", "in_chans", default=3),
        "temporal_patch_size": 2, "spatial_merge_size": 2, **own})


GLM = qwen_picture(patch_size=14, image_size=336, attention_bias=False, out_hidden_size=4096)
POSITIONS: dict[str, Any] = {"out_hidden_size": 3584, "num_position_embeddings": 2304}
EARLY = {"deepstack_visual_indexes": number("deepstack_visual_indexes", default=(8, 16, 24), kind=kinds.NUMBERS)}


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
    return qwen_tower(d, two(d, "mlp.fc1", "mlp.fc2", width=d.mlp_ratio * d.hidden_size), layer_norms)


@family("qwen2_5_vl_vision", fields=qwen_picture(patch_size=14, out_hidden_size=3584))
def qwen2_5_vl_vision(d: Dimensions) -> Tower:
    """Qwen2.5-VL's tower: a gated MLP with biases."""
    return qwen_tower(d, gated(d.hidden_size, d.intermediate_size, bias=True), scales)


@family("qwen2_5_omni_vision_encoder", fields=qwen_picture(patch_size=14, out_hidden_size=3584))
def qwen2_5_omni_vision(d: Dimensions) -> Tower:
    """Qwen2.5-Omni's tower: Qwen2.5-VL's with q, k and v apart."""
    return with_layer(qwen2_5_vl_vision(d), attention=square(d, "attn.q", "attn.k", "attn.v", "attn.proj"))


@family("glm4v_moe_vision", fields=GLM)
@family("glm4v_vision", fields=GLM)
def glm4v_vision(d: Dimensions) -> Tower:
    """GLM-4.1V's tower: layers as wide inside as what it gives; neighbouring patches are merged by a convolution."""
    h, out, merged, side = d.hidden_size, d.out_hidden_size, d.spatial_merge_size, d.image_size // d.patch_size
    layer = Layer((Linear("attn.qkv", 3 * h, h, d.attention_bias), *square(d, "attn.proj", bias=False)),
                  gated(h, out), scales(h, "norm1", "norm2"))
    return Tower(
        layers(d, layer, "blocks"),
        embeddings=(Linear("embeddings.position_embedding", side * side, h),),
        vectors=(*layer_norms(out, "merger.post_projection_norm"), *scales(h, "post_conv_layernorm", "post_layernorm")),
        linears=(Linear("merger.proj", out, out), *gated(out, d.intermediate_size, at="merger")),
        convolutions=(*patches("patch_embed.proj", d, bias=True, over=(d.temporal_patch_size,)),
                      convolution("downsample", out, h, merged, merged)),
        out=out,
    )


@family("qwen3_5_vision", fields=qwen_picture(patch_size=16, **POSITIONS))
@family("qwen3_vl_vision", fields=qwen_picture(patch_size=16, **(POSITIONS | EARLY)))
def qwen3_vl_vision(d: Dimensions, early: str = "deepstack_merger_list",
                    merger: tuple[str, str, str] = ("norm", "linear_fc1", "linear_fc2")) -> Tower:
    """Qwen3-VL's tower: learned positions, and mergers for the layers that the text sees early."""
    found = qwen_tower(d, two(d, "mlp.linear_fc1", "mlp.linear_fc2"), layer_norms, bias=True, merger=merger,
                       merged_first=tuple(f"{early}.{number}" for number in range(len(d.deepstack_visual_indexes))))
    return found._replace(embeddings=(Linear("pos_embed", d.num_position_embeddings, d.hidden_size),))


@family("qwen3_omni_moe_vision_encoder", fields=qwen_picture(patch_size=16, **(POSITIONS | EARLY)))
def qwen3_omni_vision(d: Dimensions) -> Tower:
    """Qwen3-Omni's tower: Qwen3-VL's by other names."""
    return qwen3_vl_vision(d, "merger_list", ("ln_q", "mlp.0", "mlp.2"))
