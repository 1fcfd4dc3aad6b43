"""Families with layers that keep a state instead of attending: gated delta nets, Mamba 2, short convolutions.

Their Linears count as attention, whose place they take. Names of attention don't reach them.
"""

from __future__ import annotations

from typing import Any

from derivations.counting.architecture import kinds
from derivations.counting.architecture.decoder import Decoder, Layer, Linears, Run, Vector
from derivations.counting.architecture.dimensions import (
    Dimensions,
    Fields,
    flag,
    grouped,
    named,
    number,
    only,
    standard,
)
from derivations.counting.architecture.experts import (
    GRANITE_EXPERTS,
    GRANITE_ROUTER,
    SPARSE,
    heads_of_version_4,
    routed,
    shared_expert,
    shared_mlp,
    stacked,
)
from derivations.counting.architecture.family import family
from derivations.counting.architecture.layers import attention, before, convolution, gated, head_norms, scales, two
from derivations.counting.architecture.wholes import decoder, in_turn
from derivations.counting.linear import Linear
from derivations.counting.refusal import Refusal
from derivations.exact.quotient import Scalar

FULL, RECURRENT = ("full_attention", "attention"), ("linear_attention", "mamba", "conv")
"""What a list of layers calls those that attend, and those that carry a state on."""


def attends(kind: str) -> bool:
    """Whether a layer attends. Raises `Refusal` for a kind that is neither."""
    if kind not in FULL + RECURRENT:
        raise Refusal(f"layer_types: {kind[:40]!r} is none of {', '.join(FULL + RECURRENT)}")
    return kind in FULL


def _as_listed(d: Dimensions, recurrent: Layer, attending: Layer) -> tuple[Run, ...]:
    """Give a layer of one kind or the other for each of layer_types."""
    return in_turn(attending if attends(kind) else recurrent for kind in d.layer_types)


# Qwen's gated delta nets ------------------------------------------------------------------------------------------


def delta(*, key_value_heads: int, **own: object) -> Fields:
    """Give the fields of a family with gated delta nets: every fourth layer attends, unless layer_types says."""
    return grouped(
        tied=False, key_value_heads=key_value_heads, head_dim=256,
        full_attention_interval=4,
        layer_types=number("layer_types", default=None, null="every fourth", kind=kinds.NAMES),
        conv_kernel=number("linear_conv_kernel_dim", default=4),
        **{**own, "attention_bias": False, "linear_num_key_heads": 16, "linear_num_value_heads": 32,
           "linear_key_head_dim": 128, "linear_value_head_dim": 128})


def by_channel(name: str, channels: Scalar, d: Dimensions, *, bias: bool = False) -> Linears:
    """Give a short convolution, which each channel has of its own."""
    return (convolution(name, channels, 1, d.conv_kernel, bias=bias, groups=channels),)


def _mixers(d: Dimensions, *, split: bool) -> tuple[Layer, Layer]:
    """Give the two kinds of layers without their MLP: one with a delta net, one with gated attention."""
    h, at, heads = d.hidden_size, "linear_attn", d.linear_num_value_heads
    keys, values = d.linear_num_key_heads * d.linear_key_head_dim, heads * d.linear_value_head_dim
    inputs = (("qkv", 2 * keys + values), ("z", values), ("b", heads), ("a", heads)) if split else (
        ("qkvz", 2 * keys + 2 * values), ("ba", 2 * heads))
    norms = before(d)
    recurrent = Layer(
        attention=(*(Linear(f"{at}.in_proj_{name}", size, h) for name, size in inputs),
                   Linear(f"{at}.out_proj", h, values)),
        vectors=(*norms, Vector(f"{at}.dt_bias", heads), Vector(f"{at}.A_log", heads),
                 Vector(f"{at}.norm", d.linear_value_head_dim)),
        convolutions=by_channel(f"{at}.conv1d", 2 * keys + values, d),
    )
    query, *rest = attention(d)
    doubled = Linear(query.name, 2 * query.out, query.in_, query.bias)    # beside each query its gate
    return recurrent, Layer(attention=(doubled, *rest), vectors=norms + head_norms(d))


@family("qwen3_next", fields=delta(
    key_value_heads=2, shared_intermediate_size=number("shared_expert_intermediate_size", default=512),
) | named(**SPARSE))
def qwen3_next(d: Dimensions) -> Decoder:
    """Qwen3-Next: Qwen2 MoE's experts over either kind of layer."""
    recurrent, attending = _mixers(d, split=False)

    def layer(number_of_layer: int, kind: str) -> Layer:
        mixer = attending if attends(kind) else recurrent
        if (number_of_layer + 1) % d.decoder_sparse_step or number_of_layer in d.mlp_only_layers:
            return mixer._replace(mlp=gated(d.hidden_size, d.intermediate_size))
        return routed(d, mixer, shared_expert(d))

    return decoder(d, *in_turn(layer(*one) for one in enumerate(d.layer_types)))


@family("qwen3_5_text", fields=delta(key_value_heads=4))
def qwen3_5_text(d: Dimensions) -> Decoder:
    """Qwen3.5, its text: the delta net's inputs apart."""
    mlp = gated(d.hidden_size, d.intermediate_size)
    return decoder(d, *_as_listed(d, *(layer._replace(mlp=mlp) for layer in _mixers(d, split=True))))


@family("qwen3_5_moe_text", fields=delta(
    key_value_heads=2, intermediate_size=None,
    shared_intermediate_size=number("shared_expert_intermediate_size", default=512),
) | named(num_experts=256, moe_intermediate_size=512))
def qwen3_5_moe_text(d: Dimensions) -> Decoder:
    """Qwen3.5 with experts, its text: they are 3-D parameters."""
    return decoder(d, *_as_listed(d, *(
        stacked(layer._replace(mlp=shared_expert(d)), d, d.moe_intermediate_size, at="mlp")
        for layer in _mixers(d, split=True))))


# Mamba 2 ----------------------------------------------------------------------------------------------------------


def mamba(d: Dimensions, at: str, inner: Scalar, *, norm: bool = True) -> Layer:
    """Give a Mamba 2 mixer: everything comes in by one Linear and goes out by another."""
    convolved = inner + 2 * d.state_groups * d.state_size
    vectors = tuple(Vector(f"{at}.{name}", d.state_heads) for name in ("dt_bias", "A_log", "D"))
    return Layer(
        attention=(Linear(f"{at}.in_proj", inner + convolved + d.state_heads, d.hidden_size, d.state_bias),
                   Linear(f"{at}.out_proj", d.hidden_size, inner, d.state_bias)),
        vectors=vectors + (scales(inner, f"{at}.norm") if norm else ()),
        convolutions=by_channel(f"{at}.conv1d", convolved, d, bias=d.conv_bias),
    )


def _of_mamba() -> Fields:
    return standard(
        tied=True, num_attention_heads=None,
        mlp_ratio=number("expand", default=2),
        intermediate_size=number("intermediate_size", default=None, null="expand × hidden_size"),
        time_step_rank=number("time_step_rank", default="auto", kind=kinds.WHOLE_OR_AUTO),
        state_size=16, conv_kernel=4,
        conv_bias=flag("use_conv_bias", default=True), state_bias=flag("use_bias", default=False))


@family("mamba2", fields=standard(
    tied=False, num_attention_heads=None, intermediate_size=None,
    state_heads=number("num_heads", default=128),
    state_head_dim=number("head_dim", default=64),
    state_size=128,
    state_groups=number("n_groups", default=8),
    conv_kernel=4,
    conv_bias=flag("use_conv_bias", default=True),
    state_bias=flag("use_bias", default=False),
))
def mamba2(d: Dimensions) -> Decoder:
    """Mamba 2: no attention and no MLP."""
    return _of_mixers(d, mamba(d, "mixer", d.state_heads * d.state_head_dim))


@family("falcon_mamba", fields=_of_mamba())
@family("mamba", fields=_of_mamba())
def mamba1(d: Dimensions) -> Decoder:
    """Mamba, and Falcon Mamba, whose further norms hold nothing."""
    return _of_mixers(d, _first_mamba(d, "mixer", d.intermediate_size))


def _alone(d: Dimensions, mixer: Layer) -> Layer:
    """Give a mixer that is a whole layer: behind a norm, its last Linear refused as a target."""
    *others, out = mixer.attention
    return mixer._replace(attention=tuple(others), refused=(out,),
                          vectors=scales(d.hidden_size, "norm") + mixer.vectors)


def _of_mixers(d: Dimensions, mixer: Layer) -> Decoder:
    return decoder(d, _alone(d, mixer), tokens="backbone.embeddings", norm=scales(d.hidden_size, "backbone.norm_f"),
                   path="backbone.layers")


def _first_mamba(d: Dimensions, at: str, inner: Scalar, *, norms: bool = False) -> Layer:
    """Give Mamba's first mixer; on demand with norms of what the step and the two sides of the state are made of."""
    steps = -(-d.hidden_size // 16) if d.time_step_rank == "auto" else d.time_step_rank
    state, h = d.state_size, d.hidden_size
    return Layer(
        attention=(Linear(f"{at}.in_proj", 2 * inner, h, d.state_bias),
                   Linear(f"{at}.x_proj", steps + 2 * state, inner), Linear(f"{at}.dt_proj", inner, steps, True),
                   Linear(f"{at}.out_proj", h, inner, d.state_bias)),
        vectors=(Vector(f"{at}.A_log", inner * state, shape=(inner, state)), Vector(f"{at}.D", inner), *(
            Vector(f"{at}.{name}_layernorm", size)
            for name, size in (("dt", steps), ("b", state), ("c", state)) if norms)),
        convolutions=by_channel(f"{at}.conv1d", inner, d, bias=d.conv_bias))


@family("jamba", fields=grouped(
    tied=False, key_value_heads=8, num_experts=number("num_experts", "num_local_experts", default=16),
    decoder_sparse_step=number("expert_layer_period", default=2),
    expert_layer_offset=number("expert_layer_offset", default=1, kind=kinds.COUNT), attn_layer_period=8,
    attn_layer_offset=number("attn_layer_offset", default=4, kind=kinds.COUNT),
    state_size=number("mamba_d_state", default=16), conv_kernel=number("mamba_d_conv", default=4),
    mlp_ratio=number("mamba_expand", default=2),
    time_step_rank=number("mamba_dt_rank", default="auto", kind=kinds.WHOLE_OR_AUTO),
    conv_bias=flag("mamba_conv_bias", default=True), state_bias=flag("mamba_proj_bias", default=False)))
def jamba(d: Dimensions) -> Decoder:
    """Jamba: Mamba in most layers, attention in every eighth; in every other layer experts."""
    h, at, norms = d.hidden_size, "feed_forward", scales(d.hidden_size, "input_layernorm", "pre_ff_layernorm")
    carrying = _first_mamba(d, "mamba", d.mlp_ratio * h, norms=True)

    def layer(number_of_layer: int) -> Layer:
        attends = number_of_layer % d.attn_layer_period == d.attn_layer_offset
        mixer = Layer(attention(d, bias=False)) if attends else carrying
        mixer = mixer._replace(vectors=(*mixer.vectors, *norms))
        if d.num_experts == 1 or number_of_layer % d.decoder_sparse_step != d.expert_layer_offset:
            return mixer._replace(mlp=gated(h, d.intermediate_size, at=at))
        newer = stacked(mixer, d, d.intermediate_size, at=at, router="router")
        return mixer._replace(
            router=newer.router, experts=gated(h, d.intermediate_size, at=f"{at}.experts.*"),
            number_of_experts=d.num_experts, newer=newer)

    found = decoder(d, *in_turn(map(layer, range(d.num_hidden_layers))), norm=scales(h, "model.final_layernorm"))
    attending = len(range(d.attn_layer_offset, d.num_hidden_layers, d.attn_layer_period))
    return found._replace(versions=heads_of_version_4(d, attending))


MAMBA: dict[str, Any] = {
    "state_heads": number("mamba_n_heads", default=128),
    "state_size": number("mamba_d_state", default=256),
    "state_groups": number("mamba_n_groups", default=1),
    "conv_kernel": number("mamba_d_conv", default=4),
    "conv_bias": flag("mamba_conv_bias", default=True),
    "state_bias": flag("mamba_proj_bias", default=False),
}


@family("falcon_h1", fields=grouped(
    tied=False, key_value_heads=8,
    state_head_dim=number("mamba_d_head"),
    state_norm=flag("mamba_rms_norm", default=False),
    projectors_bias=only("projectors_bias", False),
    **MAMBA, attention_bias=False, mlp_bias=False))
def falcon_h1(d: Dimensions) -> Decoder:
    """Falcon-H1: attention and a Mamba mixer side by side in each layer."""
    mixer = mamba(d, "mamba", d.state_heads * d.state_head_dim, norm=d.state_norm)
    attending = attention(d)
    into, out = mixer.attention
    layer = mixer._replace(
        attention=(into, *attending), refused=(Linear(out.name, out.out, out.in_),),
        mlp=gated(d.hidden_size, d.intermediate_size, at="feed_forward", bias=d.mlp_bias),
        vectors=(*scales(d.hidden_size, "input_layernorm", "pre_ff_layernorm"), *mixer.vectors),
    )
    return decoder(d, layer, norm=scales(d.hidden_size, "model.final_layernorm"))


@family("granitemoehybrid", fields=grouped(
    tied=False,
    num_experts=number("num_local_experts", default=8, kind=kinds.COUNT),
    shared_intermediate_size=1024,
    layer_types=number("layer_types", "layers_block_type", kind=kinds.NAMES),
    mamba_expand=only("mamba_expand", 2),
    **MAMBA, attention_bias=False))
def granitemoehybrid(d: Dimensions) -> Decoder:
    """Granite 4: Mamba in most layers, attention in few; a shared MLP, and experts where num_local_experts isn't 0."""
    mixers = (mamba(d, "mamba", 2 * d.hidden_size), Layer(attention(d)))
    kinds = [mixer._replace(mlp=shared_mlp(d), vectors=(*before(d), *mixer.vectors)) for mixer in mixers]
    if d.num_experts:
        kinds = [stacked(kind, d, d.intermediate_size, at="block_sparse_moe", router="router") for kind in kinds]
    return decoder(d, *_as_listed(d, *kinds))._replace(
        reached=GRANITE_ROUTER if d.num_experts else (), refused=GRANITE_EXPERTS if d.num_experts else (),
        versions=heads_of_version_4(d, sum(kind in FULL for kind in d.layer_types)))


@family("nemotron_h", fields=standard(
    tied=None,
    layer_types=number("layers_block_type", "layer_types", "hybrid_override_pattern", kind=kinds.LETTERS),
    num_hidden_layers=None,
    num_key_value_heads=number("num_key_value_heads", default=8, null="num_attention_heads"),
    state_heads=number("mamba_num_heads", default=128),
    state_head_dim=number("mamba_head_dim", default=64),
    state_size=number("ssm_state_size", default=128),
    state_groups=number("n_groups", "mamba_n_groups", default=8),
    conv_kernel=number("conv_kernel", "mamba_d_conv", default=4),
    conv_bias=flag("use_conv_bias", default=True),
    state_bias=flag("use_bias", default=False),
    num_experts=number("n_routed_experts", "num_local_experts", default=8),
    shared_intermediate_size=number("moe_shared_expert_intermediate_size", default=7688),
    moe_latent_size=number("moe_latent_size", default=None, null="null"),
    intermediate_size=21504, num_attention_heads=32, head_dim=128, mlp_bias=False, moe_intermediate_size=7688))
def nemotron_h(d: Dimensions) -> Decoder:
    """Nemotron-H: each layer is one thing alone: a Mamba mixer, attention, an MLP without a gate, or experts."""
    h, within, bias = d.hidden_size, d.hidden_size if d.moe_latent_size is None else d.moe_latent_size, d.mlp_bias

    def mlp(width: Scalar, at: str) -> Linears:
        return two(d, f"{at}.up_proj", f"{at}.down_proj", bias=bias, width=width)

    mixer, norm = mamba(d, "mixer", d.state_heads * d.state_head_dim), scales(h, "norm")
    narrowing = (("mixer.fc1_latent_proj", within, h), ("mixer.fc2_latent_proj", h, within))
    kinds = {
        "linear_attention": _alone(d, mixer),
        "full_attention": Layer(attention(d, bias=False, at="mixer"), vectors=norm),
        "mlp": Layer((), mlp(d.intermediate_size, "mixer"), norm),
        "moe": Layer(
            (), mlp(d.shared_intermediate_size, "mixer.shared_experts"), norm,
            router=(Linear("mixer.gate", d.num_experts, h),),
            experts=(Linear("mixer.experts.*.up_proj", d.moe_intermediate_size, within),
                     Linear("mixer.experts.*.down_proj", within, d.moe_intermediate_size)),
            number_of_experts=d.num_experts, stacked=True, bare=True, buffers=("mixer.gate.e_score_correction_bias",),
        ),
    }
    if d.moe_latent_size is None:                                  # there they are modules that change nothing
        kinds["moe"] = kinds["moe"]._replace(wrappers=tuple(name for name, *_ in narrowing))
    else:
        projected = tuple(Linear(*one, bias) for one in narrowing)
        kinds["moe"] = kinds["moe"]._replace(mlp=(*projected, *kinds["moe"].mlp))
    kinds |= {"mamba": kinds["linear_attention"], "attention": kinds["full_attention"]}
    odd = next((kind for kind in d.layer_types if kind not in kinds), None)
    if odd is not None:
        raise Refusal(f"layers_block_type: {odd[:40]!r} is none of {', '.join(kinds)}")
    return decoder(d, *in_turn(kinds[kind] for kind in d.layer_types), tokens="model.embeddings",
                   norm=scales(h, "model.norm_f"))


# Short convolutions -----------------------------------------------------------------------------------------------


SHORT: dict[str, Any] = {"conv_kernel": number("conv_L_cache", default=3), "conv_bias": False}


@family("lfm2", fields=grouped(
    tied=True, key_value_heads=8,
    intermediate_size=number("block_ff_dim", "intermediate_size"),
    block_multiple_of=256,
    adjusted=only("block_auto_adjust_ff_dim", True),
    multiplier=only("block_ffn_dim_multiplier", 1.0),
    layer_types=number("layer_types", default=None, null="full_attn_idxs", kind=kinds.NAMES),
    full_attn_idxs=number("full_attn_idxs", default=None, null="null", kind=kinds.NUMBERS),
    **SHORT))
def lfm2(d: Dimensions) -> Decoder:
    """LFM2: gated short convolutions; the MLP two thirds as wide as asked, rounded up to block_multiple_of."""
    of = d.block_multiple_of
    layers = _lfm2_layers(d, -(-(2 * d.intermediate_size // 3) // of) * of)
    return decoder(d, *_as_listed(d, *layers), norm=scales(d.hidden_size, "model.embedding_norm"))


@family("lfm2_moe", fields=grouped(
    tied=True, key_value_heads=8, num_experts=32, moe_intermediate_size=1792,
    first_k_dense_replace=number("num_dense_layers", default=2, kind=kinds.COUNT),
    layer_types=number("layer_types", kind=kinds.NAMES), **SHORT))
def lfm2_moe(d: Dimensions) -> Decoder:
    """LFM2 with experts after the first layers, whose choice is corrected by what isn't trained."""
    dense = _lfm2_layers(d, d.intermediate_size)
    sparse = tuple(stacked(layer._replace(mlp=()), d, d.moe_intermediate_size, at="feed_forward")._replace(
        buffers=("feed_forward.expert_bias",)) for layer in dense)
    layers = (
        (dense if number_of_layer < d.first_k_dense_replace else sparse)[attends(kind)]
        for number_of_layer, kind in enumerate(d.layer_types))
    return decoder(d, *in_turn(layers), norm=scales(d.hidden_size, "model.embedding_norm"))


def _lfm2_layers(d: Dimensions, width: Scalar) -> tuple[Layer, Layer]:
    """Give a layer with a short convolution, and one that attends, both over an MLP of this width."""
    h = d.hidden_size
    mlp: Linears = gated(h, width, at="feed_forward", names=("w1", "w3", "w2"))
    norms = scales(h, "operator_norm", "ffn_norm")
    short = Layer(
        attention=(Linear("conv.in_proj", 3 * h, h, d.conv_bias), Linear("conv.out_proj", h, h, d.conv_bias)),
        mlp=mlp, vectors=norms,
        convolutions=by_channel("conv.conv", h, d, bias=d.conv_bias),
    )
    attending = Layer(
        attention=attention(d, bias=False, output="out_proj"),
        mlp=mlp, vectors=norms + head_norms(d, "q_layernorm", "k_layernorm"),
    )
    return short, attending
