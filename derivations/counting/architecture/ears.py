"""Encoders of sound: what a model that listens has beside its text, by the names that it has within the encoder."""

from __future__ import annotations

from derivations.counting.architecture import kinds
from derivations.counting.architecture.decoder import AUDIO, Layer, Linears, Run, Vector
from derivations.counting.architecture.dimensions import Dimensions, Field, Fields, number, standard
from derivations.counting.architecture.family import family
from derivations.counting.architecture.layers import convolution, layer_norms, scales
from derivations.counting.architecture.towers import Tower, wrapped
from derivations.counting.architecture.translators import bart_layer, heard
from derivations.counting.architecture.wholes import with_layer
from derivations.counting.linear import Linear
from derivations.counting.refusal import Refusal
from derivations.exact.quotient import Scalar

# Whisper's encoder ------------------------------------------------------------------------------------------------


def _fields(**own: object) -> Fields:
    return standard(tied=None, **{
        "vocab_size": None,
        "hidden_size": number("d_model", "hidden_size"),
        "num_hidden_layers": number("encoder_layers", "num_hidden_layers"),
        "num_attention_heads": number("encoder_attention_heads", "num_attention_heads"),
        "intermediate_size": number("encoder_ffn_dim", "intermediate_size"),
        "num_mel_bins": 128, "max_source_positions": 1500, **own})


@family("voxtral_encoder", fields=_fields(
    hidden_size=number("hidden_size", "d_model"),
    num_hidden_layers=number("num_hidden_layers", "encoder_layers"),
    num_attention_heads=number("num_attention_heads", "encoder_attention_heads"),
    intermediate_size=number("intermediate_size", "encoder_ffn_dim")))
@family("qwen2_audio_encoder", fields=_fields())
def whisper_encoder(d: Dimensions) -> Tower:
    """Qwen2-Audio's ear, and Voxtral's: two convolutions, positions that are stored, no bias in k_proj."""
    h = d.hidden_size
    layer = bart_layer(h, d.intermediate_size, "self_attn", key_bias=False)
    return Tower(
        (Run(0, d.num_hidden_layers, layer, "layers", AUDIO),),
        embeddings=(Linear("embed_positions", d.max_source_positions, h),),
        vectors=layer_norms(h, "layer_norm"), convolutions=heard(d), out=h)


@family("qwen2_5_omni_audio_encoder", fields=_fields(out_hidden_size=number("output_dim", default=3584)))
def qwen2_5_omni_audio(d: Dimensions) -> Tower:
    """Qwen2.5-Omni's ear: positions are computed; two tokens say where sound begins and ends."""
    return whisper_encoder(d)._replace(
        embeddings=(Linear("audio_bos_eos_token", 2, d.out_hidden_size),),
        vectors=layer_norms(d.hidden_size, "ln_post"),
        linears=(Linear("proj", d.out_hidden_size, d.hidden_size, True),))


@family("qwen3_omni_moe_audio_encoder", fields=_fields(
    out_hidden_size=number("output_dim", default=3584),
    num_channels=number("downsample_hidden_size", default=480), max_source_positions=None))
def qwen3_omni_audio(d: Dimensions) -> Tower:
    """Qwen3-Omni's ear: three convolutions over squares of sound; biases everywhere in its layers."""
    h, channels = d.hidden_size, d.num_channels
    found = whisper_encoder(d._replace(max_source_positions=1))
    return with_layer(found, attention=bart_layer(h, h, "self_attn").attention)._replace(
        embeddings=(), vectors=layer_norms(h, "ln_post"),
        linears=(Linear("conv_out", h, channels * -(-d.num_mel_bins // 8)), Linear("proj1", h, h, True),
                 Linear("proj2", d.out_hidden_size, h, True)),
        convolutions=tuple(convolution(f"conv2d{number}", channels, into, 3, 3)
                           for number, into in enumerate((1, channels, channels), 1)))


# Others -----------------------------------------------------------------------------------------------------------


def _conformer(d: Dimensions, halves: tuple[str, str], at: str, relative: str, norms: tuple[str, str, str], *,
               clipped: bool) -> Layer:
    """Give a Conformer's layer: attention and a short convolution between two halves of an MLP."""
    h, size = d.hidden_size, d.query_size
    mixing: Linears = (*(Linear(f"{at}.{name}", size, h) for name in ("q_proj", "k_proj", "v_proj")),
                       Linear(f"{at.removesuffix('.attn')}.post", h, h))
    rest: Linears = (
        *(linear for half in halves for linear in (
            Linear(f"{half}.ffw_layer_1", 4 * h, h), Linear(f"{half}.ffw_layer_2", h, 4 * h))),
        Linear("lconv1d.linear_start", 2 * h, h), Linear("lconv1d.linear_end", h, h))
    around: tuple[str, ...] = ()
    if clipped:
        (mixing, attending), (rest, beside) = wrapped(mixing), wrapped(rest)
        around = attending + beside
    return Layer(
        (*mixing, Linear(f"{at}.{relative}", size, h)), rest,
        (Vector(f"{at}.per_dim_scale", d.head_dim),
         *scales(h, *(f"{half}.{norm}" for half in halves for norm in ("pre_layer_norm", "post_layer_norm")),
                 "lconv1d.pre_layer_norm", "lconv1d.conv_norm", *norms)),
        convolutions=(convolution("lconv1d.depthwise_conv1d", h, 1, d.conv_kernel, bias=False, groups=h),),
        wrappers=around,
    )


def _subsampled(d: Dimensions, name: str, bands: Scalar) -> Tower:
    """Give what two convolutions of these names make of sound: so many bands of each of their channels."""
    if len(d.subsampling_conv_channels) != 2:
        raise Refusal("the channels of two convolutions are needed, of what comes before the layers of sound")
    first, second = d.subsampling_conv_channels
    at = [f"subsample_conv_projection.{name}{number}" for number in range(2)]
    return Tower(
        (), vectors=(Vector(f"{at[0]}.norm", first), Vector(f"{at[1]}.norm", second)),
        linears=(Linear("subsample_conv_projection.input_proj_linear", d.hidden_size, bands * second),),
        convolutions=tuple(convolution(f"{one}.conv", out, channels, 3, 3, bias=False)
                           for one, out, channels in zip(at, (first, second), (1, first), strict=True)))


@family("gemma4_audio", fields=standard(
    tied=None, vocab_size=None, intermediate_size=None,
    subsampling_conv_channels=number("subsampling_conv_channels", default=(128, 32), kind=kinds.NUMBERS),
    conv_kernel=number("conv_kernel_size", default=5),
    out_hidden_size=number("output_proj_dims", default=1536)))
def gemma4_audio(d: Dimensions) -> Tower:
    """Gemma 4's ear: a Conformer whose Linears are wrapped, so that their numbers can be clipped."""
    found = _subsampled(d, "layer", d.subsampling_conv_channels[0] // 4 if d.subsampling_conv_channels else 0)
    layer = _conformer(d, ("feed_forward1", "feed_forward2"), "self_attn", "relative_k_proj",
                       ("norm_pre_attn", "norm_post_attn", "norm_out"), clipped=True)
    return found._replace(
        runs=(Run(0, d.num_hidden_layers, layer, "layers", AUDIO),), out=d.out_hidden_size,
        linears=(*found.linears, Linear("output_proj", d.out_hidden_size, d.hidden_size, True)))


@family("gemma3n_audio", fields=standard(
    tied=None, intermediate_size=None, vocab_size=128, hidden_size=1536,
    num_hidden_layers=number("conf_num_hidden_layers", default=12),
    num_attention_heads=number("conf_num_attention_heads", default=8),
    conv_kernel=number("conf_conv_kernel_size", default=5), num_mel_bins=number("input_feat_size", default=128),
    subsampling_conv_channels=number("sscp_conv_channel_size", default=(128, 32), kind=kinds.NUMBERS),
    sides=Field(("sscp_conv_kernel_size",), kinds.LISTS, None, only=[[3, 3], [3, 3]]),
    strides=Field(("sscp_conv_stride_size",), kinds.LISTS, None, only=[[2, 2], [2, 2]])))
def gemma3n_audio(d: Dimensions) -> Tower:
    """Gemma 3n's ear: Gemma 4's with names of its own, and each Linear by itself."""
    layer = _conformer(d, ("ffw_layer_start", "ffw_layer_end"), "attention.attn",
                       "relative_position_embedding.pos_proj",
                       ("attention.pre_attn_norm", "attention.post_norm", "norm"), clipped=False)
    return _subsampled(d, "conv_", -(-d.num_mel_bins // 4))._replace(
        runs=(Run(0, d.num_hidden_layers, layer, "conformer", AUDIO),), out=d.hidden_size, rows=d.vocab_size)


@family("granite_speech_encoder", fields=standard(
    tied=None, vocab_size=None, intermediate_size=None,
    hidden_size=number("hidden_dim", default=1024), num_hidden_layers=number("num_layers", default=10),
    num_attention_heads=number("num_heads", default=8),
    head_dim=number("dim_head", null="hidden_size / num_attention_heads"),
    mlp_ratio=number("feedforward_mult", default=4), conv_kernel=number("conv_kernel_size", default=15),
    conv_expansion=number("conv_expansion_factor", default=2), num_mel_bins=number("input_dim", default=160),
    max_position_embeddings=number("max_pos_emb", default=512), out_hidden_size=number("output_dim", default=42)))
def granite_speech_encoder(d: Dimensions) -> Tower:
    """Granite Speech's ear: a Conformer that looks at sound in blocks, and half way at what it would transcribe."""
    h, size, wide, inner = d.hidden_size, d.query_size, d.mlp_ratio * d.hidden_size, d.conv_expansion * d.hidden_size
    rows, halves = 2 * d.max_position_embeddings + 1, ("ff1", "ff2")
    layer = Layer(
        (Linear("attn.to_q", size, h), Linear("attn.to_kv", 2 * size, h), Linear("attn.to_out", h, size, True)),
        tuple(one for half in halves for one in (
            Linear(f"{half}.up_proj", wide, h, True), Linear(f"{half}.down_proj", h, wide, True))),
        (*layer_norms(h, *(f"{half}.pre_norm" for half in halves), "attn.pre_norm", "conv.norm", "post_norm"),
         *layer_norms(inner, "conv.batch_norm"),
         Vector("attn.rel_pos_emb", rows * d.head_dim, shape=(rows, d.head_dim))),
        convolutions=(convolution("conv.up_conv", 2 * inner, h, 1),
                      convolution("conv.depth_conv.conv", inner, 1, d.conv_kernel, bias=False, groups=inner),
                      convolution("conv.down_conv", h, inner, 1)),
        wrappers=("attn.rel_pos_emb", *(f"{one}.dropout" for one in (*halves, "attn", "conv"))))
    return Tower(
        (Run(0, d.num_hidden_layers, layer, "layers", AUDIO),), out=h,
        linears=(Linear("input_linear", h, d.num_mel_bins, True), Linear("out", d.out_hidden_size, h, True),
                 Linear("out_mid", h, d.out_hidden_size, True)))
