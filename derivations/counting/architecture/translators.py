"""Encoder-decoders, of T5's kind and of BART's. Layers stand in two stacks, and the decoder's look at the encoder."""

from __future__ import annotations

from dataclasses import replace

from derivations.counting.architecture import kinds
from derivations.counting.architecture.decoder import Decoder, Layer, Linears, Run
from derivations.counting.architecture.dimensions import Dimensions, Fields, flag, number, only, standard
from derivations.counting.architecture.family import Part, family
from derivations.counting.architecture.layers import attention, convolution, layer_norms, scales, square
from derivations.counting.architecture.wholes import unclassified, within
from derivations.counting.linear import Linear
from derivations.counting.refusal import Refusal
from derivations.exact.quotient import Scalar

MOST_LAYERS = 10**4
"""How many layers may have a table each."""


def with_classes(found: Decoder, labels: int) -> Decoder:
    """Give a model that tells classes apart with two Linears in the head's place."""
    h = found.embeddings[0].in_
    return found._replace(
        linears=(*found.linears, Linear("classification_head.dense", h, h, True)), buffers=(), versions=(),
        head=Linear("classification_head.out_proj", labels, h, True), tied=False)


# T5 ---------------------------------------------------------------------------------------------------------------


SIDES = ("encoder", "decoder")


def _of_t5(*, tied: bool, feed_forward: str) -> Fields:
    return standard(
        tied=tied,
        hidden_size=number("d_model", "hidden_size"),
        intermediate_size=number("d_ff"),
        num_hidden_layers=number("num_layers", "num_hidden_layers"),
        decoder_layers=number("num_decoder_layers", default=None, null="num_hidden_layers"),
        num_attention_heads=number("num_heads", "num_attention_heads"),
        head_dim=number("d_kv", "head_dim", default=64),
        relative_buckets=number("relative_attention_num_buckets", default=32),
        feed_forward=number("feed_forward_proj", default=feed_forward, kind=kinds.NAME),
        is_gated_act=flag("is_gated_act", default=None),
    )


@family("mt5", fields=_of_t5(tied=False, feed_forward="gated-gelu"))
@family("t5", fields=_of_t5(tied=True, feed_forward="relu"))
def t5(d: Dimensions) -> Decoder:
    """T5: in the first layer of each stack a bias for each distance and head; later ones with a gated MLP."""
    h, f, inner = d.hidden_size, d.intermediate_size, d.query_size

    def attention(at: str) -> Linears:
        return (*(Linear(f"{at}.{name}", inner, h) for name in "qkv"), Linear(f"{at}.o", h, inner))

    def stack(name: str, depth: int, *attending: str) -> tuple[Run, ...]:
        mlp = f"layer.{len(attending)}.DenseReluDense"
        gated = d.feed_forward.startswith("gated-") if d.is_gated_act is None else d.is_gated_act
        widening = ("wi_0", "wi_1") if gated else ("wi",)
        layer = Layer(
            attention=tuple(one for at, kind in enumerate(attending) for one in attention(f"layer.{at}.{kind}")),
            mlp=(*(Linear(f"{mlp}.{one}", f, h) for one in widening), Linear(f"{mlp}.wo", h, f)),
            vectors=scales(h, *(f"layer.{number}.layer_norm" for number in range(len(attending) + 1))),
        )
        return (Run(0, depth, layer, "" if name == "decoder" else f"{name}.block"),)

    found = Decoder(
        (*stack("encoder", d.num_hidden_layers, "SelfAttention"),
         *stack("decoder", d.decoder_layers, "SelfAttention", "EncDecAttention")),
        embeddings=(Linear("shared", d.vocab_size, h), *(
            Linear(f"{side}.block.0.layer.0.SelfAttention.relative_attention_bias", d.relative_buckets,
                   d.num_attention_heads) for side in SIDES)),
        views=tuple(Linear(f"{side}.embed_tokens", d.vocab_size, h) for side in SIDES),
        head=Linear("lm_head", d.vocab_size, h), tied=d.tie_word_embeddings,
        vectors=scales(h, "encoder.final_layer_norm", "decoder.final_layer_norm"),
        path="decoder.block",
        versions=() if d.tie_word_embeddings else (
            f"the head isn't tied, as in the files of flan-t5 and mt5: transformers 5 and 4 load it so; built from a "
            f"configuration alone, 5 ties it, {d.vocab_size * h:,} parameters fewer",),
    )
    return found._replace(classified=lambda labels: with_classes(within(found, "transformer"), labels))


@family("umt5", fields=_of_t5(tied=True, feed_forward="gated-gelu"))
def umt5(d: Dimensions) -> Decoder:
    """UMT5: T5 with such a bias in every layer."""
    depths = (d.num_hidden_layers, d.decoder_layers)
    if max(depths) > MOST_LAYERS:
        raise Refusal(f"num_layers must be at most {MOST_LAYERS} where each has a table, not {max(depths)}")

    def in_every_layer(found: Decoder) -> Decoder:
        shared, *tables = found.embeddings
        return found._replace(embeddings=(shared, *(
            replace(table, name=table.name.replace(".0.", f".{number}.", 1))
            for table, depth in zip(tables, depths, strict=True) for number in range(depth))))

    found = t5(d)
    apart = found.classified
    assert apart is not None
    return in_every_layer(found)._replace(classified=lambda labels: in_every_layer(apart(labels)))


@family("t5gemma", fields={"tie_word_embeddings": only("tie_word_embeddings", True)}, parts=(
    Part("decoder", "t5_gemma_module", fixed=True), Part("encoder", "t5_gemma_module", fixed=True)))
def t5gemma(d: Dimensions, decoding: Decoder, encoding: Decoder) -> Decoder:
    """T5Gemma: Gemma 2 reads what another one gives."""
    (run,), seen = decoding.runs, encoding.embeddings[0].in_
    looking = (replace(one, in_=seen) if one.name.endswith(("k_proj", "v_proj")) else one
               for one in attention(d, at="cross_attn"))
    norms = scales(d.hidden_size, "pre_cross_attn_layernorm", "post_cross_attn_layernorm")
    layer = run.layer._replace(
        attention=(*run.layer.attention, *looking), vectors=(*run.layer.vectors, *norms))
    found = within(decoding, "model.decoder", without="model.side.")
    other = within(encoding, "model.encoder", without="model.side.")
    return found._replace(
        runs=(replace(other.runs[0], path=other.path), replace(run, layer=layer)),
        embeddings=other.embeddings + found.embeddings, vectors=found.vectors + other.vectors,
        head=Linear("lm_head.out_proj", d.vocab_size, d.hidden_size), tied=True, classified=unclassified)


# BART and what came of it -----------------------------------------------------------------------------------------


def _fields(**own: object) -> Fields:
    return standard(tied=True, **{
        "tie_word_embeddings": only("tie_word_embeddings", True),
        "hidden_size": number("d_model", "hidden_size"),
        "num_hidden_layers": number("encoder_layers", "num_hidden_layers"),
        "num_attention_heads": number("encoder_attention_heads", "num_attention_heads"),
        "intermediate_size": number("encoder_ffn_dim"),
        "decoder_layers": number("decoder_layers"),
        "decoder_intermediate_size": number("decoder_ffn_dim"),
        "max_position_embeddings": 1024,
        **own,
    })


LOGITS = ("final_logits_bias",)


def bart_layer(h: Scalar, f: Scalar, *attending: str, key_bias: bool = True, seen: Scalar = 0) -> Layer:
    """Give a layer of BART's, whose looks at an encoder take in vectors as wide as its own, or as said here."""
    return Layer(
        attention=tuple(
            Linear(f"{at}.{name}", h, seen if seen and at == "encoder_attn" and name in ("k_proj", "v_proj") else h,
                   key_bias or name != "k_proj")
            for at in attending for name in ("k_proj", "v_proj", "q_proj", "out_proj")),
        mlp=(Linear("fc1", f, h, True), Linear("fc2", h, f, True)),
        vectors=layer_norms(h, *(f"{at}_layer_norm" for at in attending), "final_layer_norm"),
    )


def _two_stacks(d: Dimensions, *, key_bias: bool = True, positions: tuple[int, int] | None = None,
                norms: tuple[str, ...] = ("layer_norm",), table: str = "model.shared", head: str = "lm_head",
                buffers: tuple[str, ...] = ()) -> Decoder:
    """Give an encoder and a decoder whose Linears are called as BART's; `positions` are rows of learned tables."""
    h = d.hidden_size
    encoding = bart_layer(h, d.intermediate_size, "self_attn", key_bias=key_bias)
    decoding = bart_layer(h, d.decoder_intermediate_size, "self_attn", "encoder_attn", key_bias=key_bias)
    tables = zip(SIDES, positions or (), strict=False)
    return Decoder(
        (Run(0, d.num_hidden_layers, encoding, "model.encoder.layers"), Run(0, d.decoder_layers, decoding)),
        embeddings=(Linear(table, d.vocab_size, h),
                    *(Linear(f"model.{side}.embed_positions", rows, h) for side, rows in tables)),
        head=Linear(head, d.vocab_size, h), tied=True,
        vectors=layer_norms(h, *(f"model.{side}.{norm}" for side in SIDES for norm in norms)),
        path="model.decoder.layers", classified=unclassified, buffers=buffers,
        views=tuple(Linear(f"model.{side}.embed_tokens", d.vocab_size, h) for side in SIDES),
    )


@family("mvp", fields=_fields(prompted=only("use_prompt", False)))
@family("bart", fields=_fields())
def bart(d: Dimensions) -> Decoder:
    """BART: learned positions, two of them unused, and a norm right after them."""
    rows = d.max_position_embeddings + 2
    found = _two_stacks(d, positions=(rows, rows), norms=("layernorm_embedding",), buffers=LOGITS)
    return found._replace(classified=lambda labels: with_classes(found, labels))


@family("led", fields=_fields(
    max_position_embeddings=number("max_decoder_position_embeddings", default=1024),
    max_source_positions=number("max_encoder_position_embeddings", default=16384)))
def led(d: Dimensions) -> Decoder:
    """LED: BART whose encoder attends as Longformer does."""
    found = _two_stacks(d, positions=(d.max_source_positions, d.max_position_embeddings),
                        norms=("layernorm_embedding",), buffers=LOGITS)
    encoder, decoder = found.runs
    attending = square(d, *(f"self_attn.longformer_self_attn.{name}{kind}" for kind in ("", "_global")
                            for name in ("query", "key", "value")), "self_attn.output")
    encoder = replace(encoder, layer=encoder.layer._replace(attention=attending))
    inside = within(found._replace(runs=(encoder, decoder)), "led")
    return inside._replace(classified=lambda labels: with_classes(inside, labels))


@family("mbart", fields=_fields())
def mbart(d: Dimensions) -> Decoder:
    """mBART: BART with a norm after each stack as well."""
    rows = d.max_position_embeddings + 2
    found = _two_stacks(d, positions=(rows, rows), norms=("layernorm_embedding", "layer_norm"), buffers=LOGITS)
    return found._replace(classified=lambda labels: with_classes(found, labels))


@family("marian", fields=_fields(shared=only("share_encoder_decoder_embeddings", True)))
def marian(d: Dimensions) -> Decoder:
    """Marian, Opus-MT: computed positions, which are stored, and no norm outside the layers."""
    rows = d.max_position_embeddings
    found = _two_stacks(d, positions=(rows, rows), norms=(), buffers=LOGITS)
    return found._replace(entry=found.views[0], renamed=((found.views[0].name, "model.shared"),))


@family("pegasus", fields=_fields())
def pegasus(d: Dimensions) -> Decoder:
    """PEGASUS: Marian with a norm after each stack."""
    rows = d.max_position_embeddings
    return _two_stacks(d, positions=(rows, rows), buffers=LOGITS)


@family("m2m_100", fields=_fields(max_position_embeddings=None))
def m2m_100(d: Dimensions) -> Decoder:
    """M2M-100, NLLB: positions are computed."""
    return _two_stacks(d)


def heard(d: Dimensions, at: str = "") -> Linears:
    """Give the two convolutions over sound."""
    return (convolution(f"{at}conv1", d.hidden_size, d.num_mel_bins, 3),
            convolution(f"{at}conv2", d.hidden_size, d.hidden_size, 3))


@family("whisper", fields=_fields(
    max_position_embeddings=number("max_target_positions", default=448),
    max_source_positions=1500, num_mel_bins=80, tie_word_embeddings=True))
def whisper(d: Dimensions) -> Decoder:
    """Whisper: two convolutions before the encoder, no bias in k_proj."""
    return _two_stacks(
        d, key_bias=False, positions=(d.max_source_positions, d.max_position_embeddings),
        table="model.decoder.embed_tokens", head="proj_out",
    )._replace(views=(), tied=d.tie_word_embeddings, convolutions=heard(d, "model.encoder."))
