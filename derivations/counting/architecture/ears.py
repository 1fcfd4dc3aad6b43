"""Encoders of sound: what a model that listens has beside its text, by the names that it has within the encoder."""

from __future__ import annotations

from derivations.counting.architecture.decoder import AUDIO, Layer, Run, Vector
from derivations.counting.architecture.dimensions import NUMBERS, Dimensions, Fields, number, standard
from derivations.counting.architecture.family import family
from derivations.counting.architecture.shared import layer_norms, scales, two
from derivations.counting.architecture.towers import Tower, wrapped
from derivations.counting.linear import Convolution, Linear
from derivations.counting.refusal import Refusal

# Whisper's encoder ------------------------------------------------------------------------------------------------


def _fields(**own: object) -> Fields:
    return standard(tied=False, **{
        "vocab_size": None, "tie_word_embeddings": None,
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
    layer = Layer(
        tuple(Linear(f"self_attn.{name}", h, h, name != "k_proj")
              for name in ("k_proj", "v_proj", "q_proj", "out_proj")),
        two(d, "fc1", "fc2"), layer_norms(h, "self_attn_layer_norm", "final_layer_norm"))
    return Tower(
        (Run(0, d.num_hidden_layers, layer, "layers", AUDIO),),
        embeddings=(Linear("embed_positions", d.max_source_positions, h),),
        vectors=layer_norms(h, "layer_norm"),
        convolutions=tuple(Convolution(name, h, 3 * size, True, (3,))
                           for name, size in (("conv1", d.num_mel_bins), ("conv2", h))),
        out=h,
    )


@family("qwen2_5_omni_audio_encoder", fields=_fields(out_hidden_size=number("output_dim", default=3584)))
def qwen2_5_omni_audio(d: Dimensions) -> Tower:
    """Qwen2.5-Omni's ear: positions are computed; two tokens say where sound begins and ends."""
    return whisper_encoder(d)._replace(
        embeddings=(Linear("audio_bos_eos_token", 2, d.out_hidden_size),),
        vectors=layer_norms(d.hidden_size, "ln_post"),
        linears=(Linear("proj", d.out_hidden_size, d.hidden_size, True),))


# Others -----------------------------------------------------------------------------------------------------------


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
    mixing, attending = wrapped((*(Linear(f"self_attn.{name}", size, h) for name in ("q_proj", "k_proj", "v_proj")),
                                  Linear("self_attn.post", h, h)))
    rest, around = wrapped((
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
