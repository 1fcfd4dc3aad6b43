"""Encoders of text: BERT, RoBERTa, DistilBERT, counted bare or telling classes apart, and ModernBERT."""

from __future__ import annotations

from derivations.counting.architecture.decoder import Decoder, Layer, Linears, Run, Vector
from derivations.counting.architecture.dimensions import (
    FLAG,
    NAME,
    Dimensions,
    Field,
    Fields,
    flag,
    named,
    number,
    only,
    standard,
)
from derivations.counting.architecture.family import family
from derivations.counting.architecture.shared import BIASES, decoder, layer_norms, square, two, within
from derivations.counting.linear import Linear


def _fields(*, positions: int = 512, **own: Field | None) -> Fields:
    given: dict[str, Field | None] = {
        "max_position_embeddings": number("max_position_embeddings", default=positions),
        "type_vocab_size": number("type_vocab_size", default=2),
        "position_embedding_type": only("position_embedding_type", NAME, "absolute"),
        "is_decoder": only("is_decoder", FLAG, False),
        "add_cross_attention": only("add_cross_attention", FLAG, False),
        "tie_word_embeddings": None,
    }
    return standard(tied=False, **given | own)


def _bert(d: Dimensions) -> Decoder:
    """Give BERT without what comes after its layers."""
    h = d.hidden_size
    layer = Layer(
        attention=square(d, "attention.self.query", "attention.self.key", "attention.self.value",
                         "attention.output.dense"),
        mlp=two(d, "intermediate.dense", "output.dense"),
        vectors=layer_norms(h, "attention.output.LayerNorm", "output.LayerNorm"),
    )
    rows = {"position": d.max_position_embeddings, "token_type": d.type_vocab_size}
    return decoder(
        d, layer, tokens="embeddings.word_embeddings",
        positions=tuple(Linear(f"embeddings.{name}_embeddings", size, h) for name, size in rows.items()),
        norm=layer_norms(h, "embeddings.LayerNorm"), path="encoder.layer")._replace(head=None)


def _within(inner: Decoder, name: str, *after: Linear) -> Decoder:
    """Give a bare model inside one that tells classes apart; the last of what comes after it is the classifier."""
    *between, head = after
    found = within(inner, name)
    return found._replace(linears=(*found.linears, *between), head=head)


@family("bert", fields=_fields())
def bert(d: Dimensions) -> Decoder:
    """BERT with its pooler."""
    h = d.hidden_size
    bare = _bert(d)._replace(linears=(Linear("pooler.dense", h, h, True),))
    return bare._replace(classified=lambda labels: _within(bare, "bert", Linear("classifier", labels, h, True)))


@family("roberta", fields=_fields())
@family("xlm-roberta", fields=_fields())
def roberta(d: Dimensions) -> Decoder:
    """RoBERTa: BERT, whose classifier takes the pooler's place with a Linear more."""
    h = d.hidden_size
    bare = _bert(d)
    return bare._replace(
        linears=(Linear("pooler.dense", h, h, True),),
        classified=lambda labels: _within(bare, "roberta", Linear("classifier.dense", h, h, True),
                                          Linear("classifier.out_proj", labels, h, True)))


@family("distilbert", fields=_fields(
    hidden_size=number("dim", "hidden_size"),
    intermediate_size=number("hidden_dim", "intermediate_size"),
    num_hidden_layers=number("n_layers", "num_hidden_layers"),
    num_attention_heads=number("n_heads", "num_attention_heads"),
    type_vocab_size=None,
))
def distilbert(d: Dimensions) -> Decoder:
    """DistilBERT: half of BERT's layers, without pooler and token types."""
    h = d.hidden_size
    layer = Layer(
        attention=square(d, *(f"attention.{name}" for name in ("q_lin", "k_lin", "v_lin", "out_lin"))),
        mlp=two(d, "ffn.lin1", "ffn.lin2"),
        vectors=layer_norms(h, "sa_layer_norm", "output_layer_norm"),
    )
    bare = decoder(
        d, layer, tokens="embeddings.word_embeddings",
        positions=(Linear("embeddings.position_embeddings", d.max_position_embeddings, h),),
        norm=layer_norms(h, "embeddings.LayerNorm"), path="transformer.layer")._replace(head=None)
    return bare._replace(classified=lambda labels: _within(
        bare, "distilbert", Linear("pre_classifier", h, h, True), Linear("classifier", labels, h, True)))


@family("modernbert", fields=BIASES | named(norm_bias=False) | standard(
    tied=True,
    head_bias=flag("decoder_bias", default=True),
    pooling_head_bias=flag("classifier_bias", default=False),
))
def modernbert(d: Dimensions) -> Decoder:
    """ModernBERT, which fills in masked tokens: q, k, v in one, gate and up too; no norm before the first layer."""
    h, f = d.hidden_size, d.intermediate_size

    def norms(*names: str) -> tuple[Vector, ...]:
        return tuple(Vector(name, h, bias=d.norm_bias) for name in names)

    first = Layer(
        attention=(Linear("attn.Wqkv", 3 * h, h, d.attention_bias), Linear("attn.Wo", h, h, d.attention_bias)),
        mlp=(Linear("mlp.Wi", 2 * f, h, d.mlp_bias), Linear("mlp.Wo", h, f, d.mlp_bias)),
        vectors=norms("mlp_norm"),
    )
    others = first._replace(vectors=norms("attn_norm", "mlp_norm"))
    dense: Linears = (Linear("head.dense", h, h, d.pooling_head_bias),)
    found = Decoder(
        (Run(0, 1, first), *((Run(1, d.num_hidden_layers, others),) if d.num_hidden_layers > 1 else ())),
        embeddings=(Linear("model.embeddings.tok_embeddings", d.vocab_size, h),),
        head=Linear("decoder", d.vocab_size, h, d.head_bias), tied=d.tie_word_embeddings,
        vectors=norms("model.embeddings.norm", "model.final_norm", "head.norm"),
        linears=dense,
    )
    return found._replace(classified=lambda labels: found._replace(
        head=Linear("classifier", labels, h, True), tied=False))
