"""Encoders of speech, counted with the head that transcribes, or telling classes apart: wav2vec 2.0 and after it."""

from __future__ import annotations

from derivations.counting.architecture import kinds
from derivations.counting.architecture.decoder import Decoder, Layer, Linears, Run
from derivations.counting.architecture.dimensions import Dimensions, Fields, flag, number, only, standard
from derivations.counting.architecture.family import family
from derivations.counting.architecture.layers import convolution, layer_norms, parameter, square, two
from derivations.counting.architecture.wholes import with_layer, within
from derivations.counting.linear import Linear
from derivations.counting.refusal import Refusal


def _fields(**own: object) -> Fields:
    return standard(tied=None, **{
        "hidden_size": 768, "num_hidden_layers": 12, "num_attention_heads": 12, "intermediate_size": 3072,
        "vocab_size": 32,
        "conv_dims": number("conv_dim", default=7 * (512,), kind=kinds.NUMBERS),
        "conv_kernels": number("conv_kernel", default=(10, 3, 3, 3, 3, 2, 2), kind=kinds.NUMBERS), "conv_bias": False,
        "conv_norm": number("feat_extract_norm", default="group", kind=kinds.among("group", "layer")),
        "conv_kernel": number("num_conv_pos_embeddings", default=128),
        "conv_groups": number("num_conv_pos_embedding_groups", default=16),
        "masked_in_time": number("mask_time_prob", default=0.05, kind=kinds.SHARE),
        "masked_in_features": number("mask_feature_prob", default=0.0, kind=kinds.SHARE),
        "feature_norm": only("feat_proj_layer_norm", True),
        "classifier_size": number("classifier_proj_size", default=256),
        "weighted_layers": flag("use_weighted_layer_sum", default=False), **own})


WITHIN = {"stable_norm": flag("do_stable_layer_norm", default=False),
          "within_rank": number("adapter_attn_dim", default=None, null="null")}
"""The fields of adapters that were trained with the model, one for a language."""
ENDED = only("add_adapter", False)


@family("wav2vec2", fields=_fields(ended=ENDED, **WITHIN))
def wav2vec2(d: Dimensions, name: str = "wav2vec2") -> Decoder:
    """wav2vec 2.0: convolutions over the sound, a wide one for positions, then BERT's layers."""
    h, at, first = d.hidden_size, "feature_extractor.conv_layers", "encoder.pos_conv_embed.conv"
    if len(d.conv_dims) != len(d.conv_kernels) or not d.conv_dims:
        raise Refusal(f"conv_dim names {len(d.conv_dims)} convolutions, and conv_kernel {len(d.conv_kernels)}")
    layer = Layer(
        attention=square(d, *(f"attention.{one}" for one in ("k_proj", "v_proj", "q_proj", "out_proj"))),
        mlp=two(d, "feed_forward.intermediate_dense", "feed_forward.output_dense"),
        vectors=layer_norms(h, "layer_norm", "final_layer_norm"))
    if d.stable_norm and d.within_rank is not None:
        inner: Linears = (Linear("adapter_layer.linear_1", d.within_rank, h, True),
                          Linear("adapter_layer.linear_2", h, d.within_rank, True))
        layer = layer._replace(
            mlp=(*layer.mlp, *inner), vectors=(*layer.vectors, *layer_norms(h, "adapter_layer.norm")))
    kernel, last = d.conv_kernel, d.conv_dims[-1]
    normed = d.conv_dims if d.conv_norm == "layer" else d.conv_dims[:1]
    masked = (parameter("masked_spec_embed", h),) if d.masked_in_time or d.masked_in_features else ()
    bare = Decoder(
        (Run(0, d.num_hidden_layers, layer),), embeddings=(), path="encoder.layers", tied=False, tableless=True,
        head=Linear("lm_head", d.vocab_size, h, True),
        linears=(Linear("feature_projection.projection", h, last, True),),
        vectors=(*masked, parameter(f"{first}.parametrizations.weight.original0", 1, 1, kernel),
                 *(one for number, size in enumerate(normed) for one in layer_norms(size, f"{at}.{number}.layer_norm")),
                 *(layer_norms(last, "feature_projection.layer_norm") if d.feature_norm else ()),
                 *layer_norms(h, "encoder.layer_norm")),
        convolutions=(*(convolution(f"{at}.{number}.conv", size, of, wide, bias=d.conv_bias)
                        for number, (size, of, wide) in enumerate(
                            zip(d.conv_dims, (1, *d.conv_dims), d.conv_kernels, strict=False))),
                      convolution(first, h, h // d.conv_groups, kernel, groups=d.conv_groups)))
    whole = within(bare, name)
    weights = (parameter("layer_weights", d.num_hidden_layers + 1),) if d.weighted_layers else ()
    return whole._replace(classified=lambda labels: whole._replace(
        linears=(*whole.linears, Linear("projector", d.classifier_size, h, True)),
        vectors=(*whole.vectors, *weights), head=Linear("classifier", labels, d.classifier_size, True)))


@family("hubert", fields=_fields(
    feature_norm=flag("feat_proj_layer_norm", default=True), batched=only("conv_pos_batch_norm", False), **WITHIN))
def hubert(d: Dimensions) -> Decoder:
    """HuBERT: wav2vec 2.0, otherwise taught."""
    return wav2vec2(d, "hubert")


@family("wavlm", fields=_fields(ended=ENDED, relative_buckets=number("num_buckets", default=320)))
def wavlm(d: Dimensions) -> Decoder:
    """WavLM: wav2vec 2.0 with a gated bias for each distance and head."""
    heads = d.num_attention_heads

    def gated(found: Decoder) -> Decoder:
        layer, at = found.runs[0].layer, "attention.gru_rel_pos"
        table = Linear(f"{found.path}.0.attention.rel_attn_embed", d.relative_buckets, heads)
        return with_layer(
            found._replace(embeddings=(table,)),
            attention=(*layer.attention, Linear(f"{at}_linear", 8, d.head_dim, True)),
            vectors=(*layer.vectors, parameter(f"{at}_const", 1, heads, 1, 1)))

    found = wav2vec2(d, "wavlm")
    apart = found.classified
    assert apart is not None
    return gated(found)._replace(classified=lambda labels: gated(apart(labels)))
