"""Encoders of pictures in stages of ever fewer and wider vectors, SegFormer and Swin; and models that read by one."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from derivations.counting.architecture import kinds
from derivations.counting.architecture.decoder import VISION, Decoder, Layer, Linears, Run, Vector
from derivations.counting.architecture.dimensions import Dimensions, Fields, flag, named, number, only
from derivations.counting.architecture.encoders import QKV, counted_by_names
from derivations.counting.architecture.family import Part, family
from derivations.counting.architecture.layers import convolution, layer_norms, parameter, square, two
from derivations.counting.architecture.sighted import beside
from derivations.counting.architecture.towers import Tower, patches
from derivations.counting.architecture.wholes import unclassified, within
from derivations.counting.linear import Linear
from derivations.counting.refusal import Refusal
from derivations.exact.quotient import Scalar


def _stage(d: Dimensions, width: int, times: Scalar, version: int, *norms: str, inner: str = "") -> Layer:
    """Give a stage's layer as a version of the library calls it, over an MLP so many times as wide."""
    here = d._replace(hidden_size=width, intermediate_size=times * width)
    at, output = {5: ("attention", "o_proj"), 4: ("attention.self", "dense")}[version]
    output = f"attention.{output}" if version == 5 else f"attention.output.{output}"
    up, down = {5: ("mlp.fc1", "mlp.fc2"), 4: ("intermediate.dense", "output.dense")}[version]
    if inner and version == 4:
        up, down = "mlp.dense1", "mlp.dense2"
    return Layer((*square(here, *(f"{at}.{name}" for name in QKV[version]), bias=d.attention_bias),
                  *square(here, output)), two(here, up, down), layer_norms(width, *norms))


def _encoder(stacks: list[tuple[str, int, Layer]], vectors: Iterable[Vector], convolutions: Iterable[Linear],
             linears: Iterable[Linear] = ()) -> Decoder:
    """Give an encoder whose stages have so many layers of a kind each."""
    *_, (last, _, _) = stacks
    return Decoder(
        tuple(Run(0, depth, layer, "" if path == last else path) for path, depth, layer in stacks), embeddings=(),
        head=None, tied=False, path=last, vectors=tuple(vectors), convolutions=tuple(convolutions),
        linears=tuple(linears))


# SegFormer --------------------------------------------------------------------------------------------------------


@family("segformer", fields=named(
    attention_bias=only("qkv_bias", True),
    depths=number("depths", default=(2, 2, 2, 2), kind=kinds.NUMBERS),
    widths=number("hidden_sizes", default=(32, 64, 160, 256), kind=kinds.NUMBERS),
    reductions=number("sr_ratios", default=(8, 4, 2, 1), kind=kinds.NUMBERS),
    patch_sizes=number("patch_sizes", default=(7, 3, 3, 3), kind=kinds.NUMBERS),
    stages=number("num_encoder_blocks", default=4),
    mlp_ratios=number("mlp_ratios", default=(4, 4, 4, 4), kind=kinds.NUMBERS),
    num_channels=3, projector_input_dim=number("decoder_hidden_size", default=256)))
def segformer(d: Dimensions) -> Decoder:
    """SegFormer; where it tells classes apart, it does so for every place of a picture (semantic segmentation)."""
    if {*map(len, (d.depths, d.widths, d.reductions, d.patch_sizes, d.mlp_ratios))} != {d.stages}:
        raise Refusal(f"num_encoder_blocks is {d.stages}: depths, hidden_sizes, sr_ratios, patch_sizes and mlp_ratios "
                      "must name as many stages each")

    def bare(version: int) -> Decoder:
        stacks: list[tuple[str, int, Layer]] = []
        narrowing: list[Linear] = []
        norms: list[Vector] = []
        channels = d.num_channels
        for stage, (depth, width, by, side, times) in enumerate(zip(
                d.depths, d.widths, d.reductions, d.patch_sizes, d.mlp_ratios, strict=True)):
            path, before, at, within, after = (
                (f"stages.{stage}.blocks", ("layernorm_before", "layernorm_after"), f"stages.{stage}.patch_embeddings",
                 "attention.sequence_reduction", f"stages.{stage}.layer_norm") if version == 5 else
                (f"encoder.block.{stage}", ("layer_norm_1", "layer_norm_2"), f"encoder.patch_embeddings.{stage}",
                 "attention.self", f"encoder.layer_norm.{stage}"))
            reduced = "sequence_reduction" if version == 5 else "sr"
            layer = _stage(d, width, times, version, *before, inner="mlp")
            mixed: Linears = (convolution("mlp.dwconv.dwconv", times * width, 1, 3, 3, groups=times * width),)
            if by > 1:
                mixed += (convolution(f"{within}.{reduced}", width, width, by, by),)
                layer = layer._replace(
                    vectors=(*layer.vectors, *layer_norms(width, f"{within}.layer_norm")),
                    wrappers=(within,) if version == 5 else ())
            stacks.append((path, depth, layer._replace(convolutions=mixed)))
            narrowing.append(convolution(f"{at}.proj", width, channels, side, side))
            norms += [*layer_norms(width, f"{at}.layer_norm"), *layer_norms(width, after)]
            channels = width
        return _encoder(stacks, norms, narrowing)

    def apart(version: int) -> Callable[[int], Decoder]:
        wide, inside = d.projector_input_dim, within(bare(version), "segformer")
        name = {5: "linear_projections", 4: "linear_c"}[version]
        return lambda labels: inside._replace(
            linears=tuple(Linear(f"decode_head.{name}.{stage}.proj", wide, width, True)
                          for stage, width in enumerate(d.widths)),
            convolutions=(*inside.convolutions, convolution(
                "decode_head.linear_fuse", wide, wide * len(d.widths), 1, 1, bias=False)),
            vectors=(*inside.vectors, *layer_norms(wide, "decode_head.batch_norm")),
            head=convolution("decode_head.classifier", labels, wide, 1, 1))

    newer, older = (bare(version)._replace(classified=apart(version)) for version in (5, 4))
    return counted_by_names(newer, older, more=", fc1, fc2")


# Swin -------------------------------------------------------------------------------------------------------------


def _of_swin() -> Fields:
    return named(
        depths=number("depths", default=(2, 2, 6, 2), kind=kinds.NUMBERS),
        heads=number("num_heads", default=(3, 6, 12, 24), kind=kinds.NUMBERS),
        hidden_size=number("embed_dim", default=96), patch_size=number("patch_size", default=4, kind=kinds.SIDE),
        num_channels=3, relative_buckets=number("window_size", default=7),
        mlp_ratio=number("mlp_ratio", default=4, kind=kinds.WHOLE), attention_bias=flag("qkv_bias", default=True),
        positions=only("use_absolute_embeddings", False))


def _swin(d: Dimensions, version: int, *last: Vector) -> Decoder:
    if len(d.depths) != len(d.heads):
        raise Refusal(f"depths names {len(d.depths)} stages, and num_heads {len(d.heads)}")
    h = d.hidden_size
    stacks: list[tuple[str, int, Layer]] = []
    narrowing: list[Linear] = []
    norms = [*layer_norms(h, "embeddings.norm"), *last]
    within = {5: "attention.relative_position_bias", 4: "attention.self"}[version]
    rows = (2 * d.relative_buckets - 1) ** 2
    for stage, (depth, heads) in enumerate(zip(d.depths, d.heads, strict=True)):
        width, at = h * 2 ** stage, f"encoder.layers.{stage}"
        layer = _stage(d, width, d.mlp_ratio, version, "layernorm_before", "layernorm_after")
        stacks.append((f"{at}.blocks", depth, layer._replace(vectors=(
            *layer.vectors, parameter(f"{within}.relative_position_bias_table", rows, heads)))))
        if stage < len(d.depths) - 1:
            narrowing.append(Linear(f"{at}.downsample.reduction", 2 * width, 4 * width))
            norms += layer_norms(4 * width, f"{at}.downsample.norm")
    return _encoder(stacks, norms, patches("embeddings.patch_embeddings.projection", d, bias=True), narrowing)


@family("swin", fields=_of_swin())
def swin(d: Dimensions) -> Decoder:
    """Swin: attention within windows, with a bias for each distance and head."""
    width = d.hidden_size * 2 ** (len(d.depths) - 1)

    def apart(version: int) -> Decoder:
        bare = _swin(d, version, *layer_norms(width, "layernorm"))
        return bare._replace(classified=lambda labels: within(bare, "swin")._replace(
            head=Linear("classifier", labels, width, True)))

    return counted_by_names(apart(5), apart(4), more=", fc1, fc2")


@family("donut-swin", fields=_of_swin())
def donut_swin(d: Dimensions) -> Decoder:
    """Donut's encoder: Swin by the names of version 4 in either, without a last norm."""
    return _swin(d, 4)


# What reads pictures -----------------------------------------------------------------------------------------------


@family("vision-encoder-decoder", fields={}, parts=(
    Part("decoder", "trocr", role="_decoder"), Part("encoder", "vit")))
def vision_encoder_decoder(d: Dimensions, text: Decoder, eye: Decoder) -> Decoder:
    """TrOCR, Donut and their like: an encoder of pictures, and a decoder that reads them."""
    if not any("patch_embeddings" in one.name for one in eye.convolutions):
        raise Refusal("encoder: only one of pictures is counted here")
    width = next(one.out for one in reversed(eye.runs[-1].layer.mlp))
    between = (Linear("enc_to_dec_proj", d.hidden_size, width, True),) if (
        width != d.hidden_size and not d.out_hidden_size) else ()

    def whole(eye: Decoder) -> Decoder:
        seen = within(eye, "encoder")
        found = within(text, "decoder", without="")
        runs = (*found.runs, *(replace(run, path=seen.path_of(run), part=VISION) for run in seen.runs))
        return found._replace(
            runs=runs, embeddings=found.embeddings + seen.embeddings, vectors=found.vectors + seen.vectors,
            linears=(*found.linears, *seen.linears, *between), convolutions=seen.convolutions,
            versions=eye.versions, classified=unclassified,
            head=found.head and replace(found.head, name=f"decoder.{found.head.name}"))

    return whole(eye)._replace(former=eye.former and whole(eye.former))


@family("florence2", fields={"tie_word_embeddings": only("tie_word_embeddings", True)}, parts=(
    Part("text_config", "bart", fixed=True), Part("vision_config", "florence_vision", fixed=True)))
def florence2(d: Dimensions, text: Decoder, eye: Tower) -> Decoder:
    """Florence-2: BART reads what DaViT sees."""
    at, width = "model.multi_modal_projector", eye.convolutions[-1].out
    tables = (("row", width // 2), ("column", width - width // 2))
    found = beside(within(text, "model.language_model"), eye, "model.vision_tower",
                   vectors=layer_norms(eye.out, f"{at}.image_proj_norm"),
                   linears=(Linear(f"{at}.image_projection", eye.out, width),))
    return found._replace(buffers=(), classified=unclassified, embeddings=(*found.embeddings, *(
        Linear(f"{at}.image_position_embed.{name}_embeddings", eye.rows, size) for name, size in tables)))
