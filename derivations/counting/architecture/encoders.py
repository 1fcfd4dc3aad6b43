"""Encoders of text, counted bare or telling classes apart: BERT and what came of it; and ModernBERT."""

from __future__ import annotations

from dataclasses import replace

from derivations.counting.architecture import kinds
from derivations.counting.architecture.decoder import Decoder, Layer, Linears, Run, Vector
from derivations.counting.architecture.dimensions import Dimensions, Fields, flag, named, number, only, standard
from derivations.counting.architecture.family import family
from derivations.counting.architecture.layers import (
    attention,
    convolution,
    gated,
    layer_norms,
    parameter,
    scales,
    square,
    two,
)
from derivations.counting.architecture.towers import patches, picture
from derivations.counting.architecture.wholes import decoder, with_layer, within
from derivations.counting.linear import Linear
from derivations.exact.quotient import Scalar


def _fields(**own: object) -> Fields:
    fixed = {name: only(name, value) for name, value in (
        ("position_embedding_type", "absolute"), ("is_decoder", False), ("add_cross_attention", False))}
    return standard(tied=None, **{"max_position_embeddings": 512, "type_vocab_size": 2, **fixed, **own})


def bare_bert(d: Dimensions) -> Decoder:
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
        norm=layer_norms(h, "embeddings.LayerNorm"), head=None, path="encoder.layer")


def _telling(bare: Decoder, h: Scalar, name: str, *between: str, head: str = "classifier") -> Decoder:
    """Give a bare model that may tell classes apart: within another, with square Linears between it and its head."""
    return bare._replace(classified=lambda labels: _classified(bare, h, labels, name, *between, head=head))


def _classified(bare: Decoder, h: Scalar, labels: int, name: str, *between: str, head: str) -> Decoder:
    found, after = within(bare, name), tuple(Linear(one, h, h, True) for one in between)
    return found._replace(linears=(*found.linears, *after), head=Linear(head, labels, h, True))


def _as_roberta(bare: Decoder, d: Dimensions, name: str, *, pooler: bool = True) -> Decoder:
    """Give a bare model that may tell classes apart as RoBERTa does: with a Linear more in its pooler's place."""
    found = _telling(bare, d.hidden_size, name, "classifier.dense", head="classifier.out_proj")
    return found._replace(linears=(*square(d, "pooler.dense"), *bare.linears)) if pooler else found


@family("bert", fields=_fields())
def bert(d: Dimensions, name: str = "bert", *tables: Linear) -> Decoder:
    """BERT with its pooler."""
    h, bare = d.hidden_size, bare_bert(d)
    return _telling(bare._replace(embeddings=(*bare.embeddings, *tables), linears=square(d, "pooler.dense")), h, name)


@family("ernie", fields=_fields(task=only("use_task_id", False)))
def ernie(d: Dimensions) -> Decoder:
    """ERNIE: BERT, otherwise taught."""
    return bert(d, "ernie")


def _places(d: Dimensions, coordinate: Scalar, shape: Scalar) -> Linears:
    """Give tables of where each word stands on its page: its box's corner, and its height and width."""
    return tuple(Linear(f"embeddings.{one}_position_embeddings", d.num_position_embeddings, size)
                 for one, size in zip("xyhw", (coordinate, coordinate, shape, shape), strict=True))


@family("layoutlm", fields=_fields(num_position_embeddings=number("max_2d_position_embeddings", default=1024)))
def layoutlm(d: Dimensions) -> Decoder:
    """LayoutLM: BERT that knows where each word stands on its page."""
    return bert(d, "layoutlm", *_places(d, d.hidden_size, d.hidden_size))


@family("layoutlmv3", fields=_fields(
    num_position_embeddings=number("max_2d_position_embeddings", default=1024), coordinate_size=128, shape_size=128,
    relative_buckets=number("rel_pos_bins", default=32), relative_places=number("rel_2d_pos_bins", default=64),
    with_relative=flag("has_relative_attention_bias", default=True),
    with_spatial=flag("has_spatial_attention_bias", default=True),
    with_pictures=flag("visual_embed", default=True), texts=only("text_embed", True),
    image_size=number("input_size", default=224), patch_size=16, num_channels=3))
def layoutlmv3(d: Dimensions) -> Decoder:
    """LayoutLMv3, which sees the page as well; of classes it tells the words', by two Linears from ten classes on."""
    h, bert, side, heads = d.hidden_size, bare_bert(d), d.image_size // d.patch_size, d.num_attention_heads
    asked = {"": d.with_relative and d.relative_buckets, "_x": d.with_spatial and d.relative_places,
             "_y": d.with_spatial and d.relative_places}
    seen = (parameter("cls_token", 1, 1, h), parameter("pos_embed", 1, side * side + 1, h),
            *layer_norms(h, "LayerNorm", "norm"))
    bare = bert._replace(
        embeddings=(*bert.embeddings, *_places(d, d.coordinate_size, d.shape_size)),
        linears=tuple(Linear(f"encoder.rel_pos{one}_bias", heads, size) for one, size in asked.items() if size),
        vectors=(*bert.vectors, *(seen if d.with_pictures else ())),
        convolutions=patches("patch_embed.proj", d, bias=True) if d.with_pictures else ())

    def apart(labels: int) -> Decoder:
        between, head = (["classifier.dense"], "classifier.out_proj") if labels >= 10 else ([], "classifier")
        return _classified(bare, h, labels, "layoutlmv3", *between, head=head)

    return bare._replace(classified=apart)


@family("data2vec-text", fields=_fields())
def data2vec(d: Dimensions) -> Decoder:
    """data2vec's text: RoBERTa, otherwise taught."""
    return roberta(d, "data2vec_text")


@family("xlm-roberta-xl", fields=_fields(max_position_embeddings=514, type_vocab_size=1))
def xlm_roberta_xl(d: Dimensions) -> Decoder:
    """XLM-R XL: RoBERTa with norms before each half."""
    h = d.hidden_size
    bare = with_layer(bare_bert(d), vectors=layer_norms(h, "attention.self_attn_layer_norm", "LayerNorm"))
    return _as_roberta(bare._replace(vectors=layer_norms(h, "encoder.LayerNorm")), d, "roberta")


@family("roberta", fields=_fields())
@family("xlm-roberta", fields=_fields())
@family("camembert", fields=_fields())
def roberta(d: Dimensions, name: str = "roberta") -> Decoder:
    """RoBERTa: BERT, whose classifier takes the pooler's place with a Linear more."""
    return _as_roberta(bare_bert(d), d, name)


@family("longformer", fields=_fields())
def longformer(d: Dimensions) -> Decoder:
    """Longformer: RoBERTa with Linears of their own for what attends to the whole text."""
    bert = bare_bert(d)
    *attending, output = bert.runs[0].layer.attention
    wide = square(d, *(f"attention.self.{name}_global" for name in ("query", "key", "value")))
    return _as_roberta(with_layer(bert, attention=(*attending, *wide, output)), d, "longformer")


@family("big_bird", fields=_fields(max_position_embeddings=4096, attention_bias=flag("use_bias", default=True)))
def big_bird(d: Dimensions) -> Decoder:
    """BigBird: BERT with RoBERTa's classifier beside its pooler."""
    bert = bare_bert(d)
    *asking, output = bert.runs[0].layer.attention
    bare = with_layer(bert, attention=(*(replace(one, bias=d.attention_bias) for one in asking), output))
    return _as_roberta(bare._replace(linears=square(d, "pooler")), d, "bert", pooler=False)


@family("electra", fields=_fields(word_embed_proj_dim=number("embedding_size", default=128)))
def electra(d: Dimensions) -> Decoder:
    """ELECTRA, its discriminator: BERT over a narrower table, without a pooler; RoBERTa's classifier."""
    return _as_roberta(_narrowed(bare_bert(d), d, "embeddings_project"), d, "electra", pooler=False)


@family("esm", fields=standard(
    tied=None, max_position_embeddings=1026,
    position_embedding_type=number(
        "position_embedding_type", default="absolute", kind=kinds.among("absolute", "rotary")),
    do_layer_norm_before=flag("emb_layer_norm_before", default=None),
    is_folding_model=only("is_folding_model", False), is_decoder=only("is_decoder", False),
    add_cross_attention=only("add_cross_attention", False)))
def esm(d: Dimensions) -> Decoder:
    """ESM and ESM-2, of proteins: BERT with norms before each half, and a Linear over what every head attends to."""
    h = d.hidden_size
    bert = with_layer(bare_bert(d), vectors=layer_norms(h, "attention.LayerNorm", "LayerNorm"))
    first = layer_norms(h, "embeddings.layer_norm") if d.do_layer_norm_before else ()
    bare = bert._replace(
        embeddings=bert.embeddings[:2 if d.position_embedding_type == "absolute" else 1],
        vectors=(*first, *layer_norms(h, "encoder.emb_layer_norm_after")),
        linears=(Linear("contact_head.regression", 1, d.num_hidden_layers * d.num_attention_heads, True),))
    return _as_roberta(bare, d, "esm")


def _narrowed(bare: Decoder, d: Dimensions, name: str, *, bias: bool = True, always: bool = False) -> Decoder:
    """Give a model over tables of another width, which a Linear of this name makes its own."""
    width = d.word_embed_proj_dim
    between = (Linear(name, d.hidden_size, width, bias),) if always or width != d.hidden_size else ()
    return bare._replace(embeddings=tuple(replace(one, in_=width) for one in bare.embeddings), linears=between,
                         vectors=layer_norms(width, *(one.name for one in bare.vectors)))


@family("albert", fields=_fields(
    word_embed_proj_dim=number("embedding_size", default=128),
    groups=only("num_hidden_groups", 1), layers_of_a_group=only("inner_group_num", 1)))
def albert(d: Dimensions) -> Decoder:
    """ALBERT: one layer, used again and again."""
    h = d.hidden_size
    layer = Layer(
        attention=square(d, *(f"attention.{name}" for name in ("query", "key", "value", "dense"))),
        mlp=two(d, "ffn", "ffn_output"),
        vectors=layer_norms(h, "full_layer_layer_norm", "attention.LayerNorm"),
    )
    bare = _narrowed(bare_bert(d), d, "encoder.embedding_hidden_mapping_in", always=True)
    bare = bare._replace(
        runs=(Run(0, 1, layer),), path="encoder.albert_layer_groups.0.albert_layers",
        linears=(*bare.linears, *square(d, "pooler")))
    return _telling(bare, h, "albert")


@family("mpnet", fields=_fields(
    type_vocab_size=None, relative_buckets=number("relative_attention_num_buckets", default=32)))
def mpnet(d: Dimensions) -> Decoder:
    """MPNet: RoBERTa without token types, and with a bias for each distance and head."""
    h, bert = d.hidden_size, bare_bert(d)
    bare = with_layer(bert, attention=square(d, *(f"attention.attn.{name}" for name in "qkvo")),
                      vectors=layer_norms(h, "attention.LayerNorm", "output.LayerNorm"))
    distances = Linear("encoder.relative_attention_bias", d.relative_buckets, d.num_attention_heads)
    return _as_roberta(bare._replace(embeddings=(*bert.embeddings[:2], distances)), d, "mpnet")


def _of_rotations(d: Dimensions, name: str, *, bias: bool) -> Decoder:
    """Give an encoder of this name with a gated MLP, a norm after each half, and no table of positions."""
    h = d.hidden_size
    widening, down = gated(h, d.intermediate_size)[:2], gated(h, d.intermediate_size, bias=bias)[2:]
    layer = Layer(attention(d, bias=bias), (*widening, *down),
                  layer_norms(h, "post_attention_layernorm", "post_mlp_layernorm"))
    bare = decoder(
        d, layer, tokens="embeddings.word_embeddings", head=None, path="layers",
        positions=(Linear("embeddings.token_type_embeddings", d.type_vocab_size, h),),
        norm=layer_norms(h, "embeddings.LayerNorm"))
    return _telling(bare, h, name, f"{name}.pooler.dense")


@family("nomic_bert", fields=_fields(
    max_position_embeddings=None, head_dim=number("head_dim", default=None, null="hidden_size / num_attention_heads")))
def nomic_bert(d: Dimensions) -> Decoder:
    """Nomic's BERT: no biases in its Linears."""
    return _of_rotations(d, "nomic_bert", bias=False)


@family("gte", fields=_fields(max_position_embeddings=None, type_vocab_size=1))
def gte(d: Dimensions) -> Decoder:
    """GTE's encoder: biases everywhere but in gate and up."""
    return _of_rotations(d, "gte", bias=True)


@family("deberta", fields=named(relative_attention=False, position_biased_input=True) | _fields(
    type_vocab_size=number("type_vocab_size", default=0, kind=kinds.COUNT),
    word_embed_proj_dim=number("embedding_size", default=None, null="hidden_size"),
    max_relative_positions=number("max_relative_positions", default=-1, kind=kinds.INTEGER),
    pos_att_type=number("pos_att_type", default=(), null="none", kind=kinds.WORDS),
    talking_head=only("talking_head", False)))
def deberta(d: Dimensions) -> Decoder:
    """DeBERTa, the first: q, k and v in one, with biases of q and of v that stand apart."""
    h = d.hidden_size
    found = deberta_v2(d._replace(share_att_key=True, norm_rel_ebd="", position_buckets=-1))
    layer = found.runs[0].layer
    asked = ("pos_proj", "c2p", False), ("pos_q_proj", "p2c", True)
    at = "attention.self"
    bare = with_layer(
        found, attention=(Linear(f"{at}.in_proj", 3 * h, h), *(
            Linear(f"{at}.{name}", h, h, bias) for name, kind, bias in asked
            if d.relative_attention and kind in d.pos_att_type), layer.attention[-1]),
        vectors=(parameter(f"{at}.q_bias", h), parameter(f"{at}.v_bias", h), *layer.vectors))
    return _telling(bare, h, "deberta", "pooler.dense")


@family("deberta-v2", fields=named(
    relative_attention=False, share_att_key=False, position_biased_input=True) | _fields(
    type_vocab_size=number("type_vocab_size", default=0, kind=kinds.COUNT),
    word_embed_proj_dim=number("embedding_size", default=None, null="hidden_size"),
    conv_kernel=number("conv_kernel_size", default=0, kind=kinds.COUNT),
    conv_groups=only("conv_groups", 1),
    position_buckets=number("position_buckets", default=-1, kind=kinds.INTEGER),
    max_relative_positions=number("max_relative_positions", default=-1, kind=kinds.INTEGER),
    norm_rel_ebd=number("norm_rel_ebd", default="none", kind=kinds.NAME),
    pos_att_type=number("pos_att_type", default=(), null="none", kind=kinds.WORDS),
))
def deberta_v2(d: Dimensions) -> Decoder:
    """DeBERTa v2 and v3: a table of distances beside the words'; learned positions and token types on demand."""
    h, bare = d.hidden_size, bare_bert(d)
    of_distances = ("pos_key", "pos_query") if d.relative_attention and not d.share_att_key else ()
    asked = [name for name, kind in zip(of_distances, ("c2p", "p2c"), strict=False) if kind in d.pos_att_type]
    bare = with_layer(bare, attention=(
        *square(d, *(f"attention.self.{name}_proj" for name in ("query", "key", "value", *asked))),
        bare.runs[0].layer.attention[-1]))
    words, positions, types = bare.embeddings
    given = (words, *((positions,) if d.position_biased_input else ()), *((types,) if d.type_vocab_size else ()))
    bare = _narrowed(bare._replace(embeddings=given), d, "embeddings.embed_proj", bias=False)
    reach = next((one for one in (d.position_buckets, d.max_relative_positions) if one > 0), d.max_position_embeddings)
    distances = (Linear("encoder.rel_embeddings", 2 * reach, h),) if d.relative_attention else ()
    norms: tuple[str, ...] = ("embeddings.LayerNorm",)
    convolved: Linears = ()
    if "layer_norm" in d.norm_rel_ebd.lower():
        norms += ("encoder.LayerNorm",)
    if d.conv_kernel:
        norms += ("encoder.conv.LayerNorm",)
        convolved = (convolution("encoder.conv.conv", h, h, d.conv_kernel),)
    bare = bare._replace(embeddings=(*bare.embeddings, *distances), vectors=layer_norms(h, *norms),
                         convolutions=convolved)
    return _telling(bare, h, "deberta", "pooler.dense")


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
        norm=layer_norms(h, "embeddings.LayerNorm"), head=None, path="transformer.layer")
    return _telling(bare, h, "distilbert", "pre_classifier")


@family("modernbert", fields=named(attention_bias=False, mlp_bias=False, norm_bias=False) | standard(
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
    found = decoder(
        d, Run(0, 1, first), *((Run(1, d.num_hidden_layers, others),) if d.num_hidden_layers > 1 else ()),
        tokens="model.embeddings.tok_embeddings", head="decoder", head_bias=d.head_bias,
        norm=norms("model.embeddings.norm", "model.final_norm", "head.norm"),
    )._replace(linears=square(d, "head.dense", bias=d.pooling_head_bias))
    return found._replace(classified=lambda labels: found._replace(
        head=Linear("classifier", labels, h, True), tied=False))


# Encoders of pictures -------------------------------------------------------------------------------------------------


QKV = {5: ("q_proj", "k_proj", "v_proj"), 4: ("query", "key", "value")}
"""What each version of the library calls them."""


def _fields_of_pictures(*, patch_size: int = 16, **own: object) -> Fields:
    return picture(image_size=224, patch_size=patch_size, attention_bias=flag("qkv_bias", default=True), **own)


def counted_by_names(newer: Decoder, older: Decoder, *, more: str = "") -> Decoder:
    """Give a model as version 5 of the library calls what is in it, and as 4 does; both say so.

    more  what 5 has besides o_proj where 4 has dense
    """
    names = [f"{', '.join(QKV[5])}, and o_proj{more}", f"{', '.join(QKV[4])}, and dense"]

    def saying(found: Decoder, said: str) -> Decoder:
        versions, apart = (f"counted by the names of transformers {said.format(*names)}",), found.classified
        return found._replace(versions=versions, classified=apart and (
            lambda labels: apart(labels)._replace(versions=versions)))

    return saying(newer, "5: in 4 it is {1} for {0}")._replace(former=saying(older, "4: in 5 it is {0} for {1}"))


def _of_patches(d: Dimensions, name: str, stacks: tuple[tuple[str, Layer], ...], *, more: str = "",
                tokens: tuple[str, ...] = ("cls_token",), masked: tuple[Vector, ...] = (), linears: Linears = (),
                seen: int = 1) -> Decoder:
    """Give an encoder of patches with some vectors before them, its layers as version 5 has them and as 4 has them.

    seen  how many vectors its head for classes takes side by side
    """
    h = d.hidden_size
    rows = (d.image_size // d.patch_size) ** 2 + len(tokens)
    held = []
    for path, layer in stacks:
        bare = Decoder(
            (Run(0, d.num_hidden_layers, layer),), embeddings=(), head=None, tied=False, path=path,
            vectors=(*(parameter(f"embeddings.{one}", 1, 1, h) for one in tokens), *masked,
                     parameter("embeddings.position_embeddings", 1, rows, h), *layer_norms(h, "layernorm")),
            convolutions=patches("embeddings.patch_embeddings.projection", d, bias=True))
        held.append(_telling(bare, seen * h, name)._replace(linears=linears))
    return counted_by_names(*held, more=more)


def _vit(d: Dimensions, name: str, *tokens: str) -> Decoder:
    def layer(at: str, version: int, output: str, up: str, down: str) -> Layer:
        apart = square(d, *(f"{at}.{one}" for one in QKV[version]), bias=d.attention_bias)
        return Layer((*apart, *square(d, output)), two(d, up, down),
                     layer_norms(d.hidden_size, "layernorm_before", "layernorm_after"))

    return _of_patches(
        d, name, (
            ("layers", layer("attention", 5, "attention.o_proj", "mlp.fc1", "mlp.fc2")),
            ("encoder.layer", layer("attention.attention", 4, "attention.output.dense", "intermediate.dense",
                                    "output.dense"))),
        more=", fc1, fc2", tokens=("cls_token", *tokens), linears=square(d, "pooler.dense"))


@family("vit", fields=_fields_of_pictures())
def vit(d: Dimensions) -> Decoder:
    """ViT: a class's vector before the patches'. Version 4 of the library calls what is in its layers as BERT's."""
    return _vit(d, "vit")


@family("deit", fields=_fields_of_pictures())
def deit(d: Dimensions) -> Decoder:
    """DeiT: ViT with a vector more, for what it learns of a teacher."""
    return _vit(d, "deit", "distillation_token")


@family("dinov2", fields=_fields_of_pictures(
    patch_size=14, intermediate_size=None, mlp_ratio=4, is_gated_act=flag("use_swiglu_ffn", default=False),
    masked=only("use_mask_token", True)))
def dinov2(d: Dimensions, name: str = "dinov2", registers: tuple[Vector, ...] = ()) -> Decoder:
    """DINOv2: ViT with what scales each half of a layer, a vector for masked patches, and on demand a gated MLP."""
    h, f = d.hidden_size, d.mlp_ratio * d.hidden_size
    wide = -(-(2 * f // 3) // 8) * 8 if d.is_gated_act else f
    into, out = two(d, "mlp.fc1", "mlp.fc2", width=wide)
    mlp = {5: gated(h, wide, bias=True),
           4: (Linear("mlp.weights_in", 2 * wide, h, True), replace(out, name="mlp.weights_out"))}

    def layer(at: str, version: int, output: str) -> Layer:
        apart = square(d, *(f"{at}.{one}" for one in QKV[version]), bias=d.attention_bias)
        return Layer((*apart, *square(d, output)), mlp[version] if d.is_gated_act else (into, out),
                     (*layer_norms(h, "norm1", "norm2"),
                      *scales(h, "layer_scale1.lambda1", "layer_scale2.lambda1")))

    return _of_patches(
        d, name, (("encoder.layer", layer("attention", 5, "attention.o_proj")),
                  ("encoder.layer", layer("attention.attention", 4, "attention.output.dense"))),
        more=", gate_proj, up_proj, down_proj" if d.is_gated_act else "",
        masked=(parameter("embeddings.mask_token", 1, h), *registers), seen=2)


@family("dinov2_with_registers", fields=_fields_of_pictures(
    intermediate_size=None, mlp_ratio=4, is_gated_act=flag("use_swiglu_ffn", default=False),
    registers=number("num_register_tokens", default=4)))
def dinov2_with_registers(d: Dimensions) -> Decoder:
    """DINOv2 with vectors besides the patches', for what concerns the whole picture."""
    return dinov2(d, "dinov2_with_registers", (
        parameter("embeddings.register_tokens", 1, d.registers, d.hidden_size),))
