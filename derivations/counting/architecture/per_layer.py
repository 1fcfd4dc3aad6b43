"""Families whose layers are each given an input of its own, from a second table: Gemma 3n and Gemma 4.

Their last layers have no keys and values and look at those of an earlier one. What is neither attention nor a gated MLP
counts as the MLP.
"""

from __future__ import annotations

from typing import Any

from derivations.counting.architecture import kinds
from derivations.counting.architecture.decoder import Decoder, Layer, Linears, Vector
from derivations.counting.architecture.dimensions import Dimensions, flag, grouped, number
from derivations.counting.architecture.experts import stacked
from derivations.counting.architecture.family import family
from derivations.counting.architecture.layers import AROUND, attention, gated, head_norms, scales
from derivations.counting.architecture.wholes import decoder, in_turn
from derivations.counting.linear import Linear
from derivations.counting.refusal import Refusal


def _fields(*, shared: int, size: kinds.Kind) -> dict[str, Any]:
    return {
        "num_kv_shared_layers": number("num_kv_shared_layers", default=shared, kind=kinds.COUNT),
        "vocab_size_per_layer_input": 262144,
        "hidden_size_per_layer_input": number("hidden_size_per_layer_input", default=256, kind=size),
        "attention_bias": False,
    }


def _with_input(d: Dimensions, layer: Layer) -> Layer:
    """Give the layer with what takes its own input in."""
    size = d.hidden_size_per_layer_input
    more = (Linear("per_layer_input_gate", size, d.hidden_size), Linear("per_layer_projection", d.hidden_size, size))
    return layer._replace(mlp=(*layer.mlp, *more),
                          vectors=(*layer.vectors, *scales(d.hidden_size, "post_per_layer_input_norm")))


def _with_table(d: Dimensions, found: Decoder) -> Decoder:
    """Give the model with the second table, whose rows hold an input for each layer."""
    size = d.num_hidden_layers * d.hidden_size_per_layer_input
    return found._replace(
        embeddings=(*found.embeddings, Linear("model.embed_tokens_per_layer", d.vocab_size_per_layer_input, size)),
        linears=(Linear("model.per_layer_model_projection", size, d.hidden_size),),
        vectors=(*found.vectors, *scales(d.hidden_size_per_layer_input, "model.per_layer_projection_norm")),
    )


def _looking_back(layer: Layer) -> Layer:
    """Give the layer without keys and values of its own."""
    query, _, _, output = layer.attention
    return layer._replace(attention=(query, output),
                          vectors=tuple(one for one in layer.vectors if one.name != "self_attn.k_norm"))


@family("gemma3n_text", fields=grouped(
    tied=True, key_value_heads=2, head_dim=256,
    intermediate_size=number("intermediate_size", kind=kinds.SIZES),
    altup_num_inputs=4, laurel_rank=64, **_fields(shared=15, size=kinds.NUMBER)))
def gemma3n_text(d: Dimensions) -> Decoder:
    """Gemma 3n, its text: several streams beside the one that passes a layer, and a narrow way around each."""
    h, streams, bias = d.hidden_size, d.altup_num_inputs, d.attention_bias
    around: Linears = (
        Linear("altup.correction_coefs", streams, streams),
        Linear("altup.prediction_coefs", streams * streams, streams),
        Linear("altup.modality_router", streams, h),
        Linear("laurel.linear_left", d.laurel_rank, h), Linear("laurel.linear_right", h, d.laurel_rank),
    )
    layer = _with_input(d, Layer(
        attention(d), around,
        (*scales(h, *AROUND, "altup.router_norm", "laurel.post_laurel_norm"), *head_norms(d),
         Vector("altup.correct_output_scale", h)),
    ))
    own = d.num_hidden_layers - d.num_kv_shared_layers
    if d.num_kv_shared_layers and own <= 0:
        raise Refusal(f"num_kv_shared_layers must be below num_hidden_layers, {d.num_hidden_layers}: "
                      "the library builds no model whose layers all look back")

    def of_layer(number_of_layer: int) -> Layer:
        one = layer if number_of_layer < own else _looking_back(layer)
        width = d.intermediate_sizes[number_of_layer] if d.intermediate_sizes else d.intermediate_size
        return one._replace(mlp=(*gated(h, width), *one.mlp))

    found = _with_table(d, decoder(d, *in_turn(map(of_layer, range(d.num_hidden_layers)))))
    streams_in_and_out = tuple(Linear(f"model.altup_{name}.{one}", h, h)
                               for name in ("projections", "unembed_projections") for one in range(streams - 1))
    more = d.num_kv_shared_layers * (2 * d.key_value_size * (h + bias) + d.head_dim)
    return found._replace(linears=(*found.linears, *streams_in_and_out), versions=(
        f"k_proj, v_proj, k_norm: none in the last {d.num_kv_shared_layers} layers; transformers 4 has them there as "
        f"well: {more:,} parameters more",) if more else ())


@family("gemma4_text", fields=grouped(
    tied=True, key_value_heads=4, head_dim=256,
    layer_types=number("layer_types", default=None, null="every sixth", kind=kinds.NAMES),
    global_head_dim=512,
    num_global_key_value_heads=number("num_global_key_value_heads", default=None, null="null"),
    per_layer_config=number("per_layer_config", default=None, null="null", kind=kinds.OBJECT),
    values_are_keys=flag("attention_k_eq_v", default=False),
    double_wide=flag("use_double_wide_mlp", default=False),
    with_experts=flag("enable_moe_block", default=False),
    num_experts=number("num_experts", default=None, null="null"),
    moe_intermediate_size=number("moe_intermediate_size", default=None, null="null"),
    **_fields(shared=0, size=kinds.COUNT)))
def gemma4_text(d: Dimensions) -> Decoder:
    """Gemma 4, its text: layers that see all have larger heads, and the last layer does; experts beside the MLP."""
    own = d.num_hidden_layers - d.num_kv_shared_layers
    if own < 0:
        raise Refusal(f"num_kv_shared_layers must be at most num_hidden_layers, {d.num_hidden_layers}")
    kinds = (*d.layer_types[:-1], "full_attention")
    found = decoder(d, *in_turn(
        _of_gemma4(d, full=kind == "full_attention", looks_back=number_of_layer >= own)
        for number_of_layer, kind in enumerate(kinds)))
    if d.layer_types and d.layer_types[-1] != "full_attention":
        found = found._replace(versions=(
            f"layer_types: the last is counted as full_attention, not {d.layer_types[-1]}: the library makes it so",))
    return _with_table(d, found) if d.hidden_size_per_layer_input else found


def _of_gemma4(d: Dimensions, *, full: bool, looks_back: bool) -> Layer:
    h = d.hidden_size
    if full:
        heads = d.num_global_key_value_heads or d.num_key_value_heads
        d = d._replace(head_dim=d.global_head_dim, query_size=d.num_attention_heads * d.global_head_dim,
                       key_value_size=heads * d.global_head_dim)
    width = 2 * d.intermediate_size if d.double_wide and looks_back else d.intermediate_size
    layer = Layer(attention(d), gated(h, width), scales(h, *AROUND) + head_norms(d))
    if looks_back:
        layer = _looking_back(layer)
    elif full and d.values_are_keys:
        layer = layer._replace(attention=tuple(one for one in layer.attention if one.name != "self_attn.v_proj"))
    if d.hidden_size_per_layer_input:
        layer = _with_input(d, layer)
    if not d.with_experts:
        return layer
    if d.num_experts is None or d.moe_intermediate_size is None:
        raise Refusal("num_experts or moe_intermediate_size is missing, and enable_moe_block is true")
    beside = stacked(layer, d, d.moe_intermediate_size, at="", router="router.proj")
    return beside._replace(bare=False, vectors=(
        *layer.vectors, Vector("router.scale", h), Vector("router.per_expert_scale", d.num_experts),
        *scales(h, "post_feedforward_layernorm_1", "post_feedforward_layernorm_2", "pre_feedforward_layernorm_2")))
