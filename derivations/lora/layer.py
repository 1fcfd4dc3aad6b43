"""What the course derives of the textbook layer, of parts of it, and of layers in other shapes."""

from __future__ import annotations

from collections.abc import Callable
from math import prod

from derivations.counting.textbook import (
    Linears,
    attention,
    break_even_of,
    c_attn,
    factor_of,
    fc1,
    fc2,
    full_over_textbook,
    fused_attention,
    fused_layer,
    gated_layer,
    gated_width,
    grouped_attention,
    k_proj,
    layer,
    lora_over_textbook,
    mlp,
    moe_full,
    moe_lora,
    norms,
    query_and_value,
    query_key_value,
    ratio_of,
    total_biases,
    total_full,
    total_lora,
    vectors,
)
from derivations.exact import NUMBER, RATIO, Declared, Scalar, Symbol, known, quotient
from derivations.lora.linear import HU
from derivations.lora.symbols import PARAMETER, PARAMETERS

TEXTBOOK = "Hu et al. 2021 (arXiv 2106.09685), section 4.2; an MLP of width 4h as in Vaswani et al. 2017, section 3.3"
ORIGINAL = "Hu et al. 2021 (arXiv 2106.09685), section 5.1: W_q and W_v"
FUSED = "GPT-2's c_attn, one Linear for query, key and value"
GATED = "Shazeer 2020 (arXiv 2002.05202), section 2; grouped queries: Ainslie et al. 2023 (arXiv 2305.13245)"
EXPERTS = "Mixtral: Jiang et al. 2024 (arXiv 2401.04088), section 2"
FIRST_LLAMA = "LLaMA-7B: h = 4096 gives f = 11008"
ADAPTED = f"{HU}; {TEXTBOOK}"

Part = Callable[..., Linears]

formula = Declared(PARAMETER)
L, r = PARAMETER["L"], PARAMETER["r"]


def counts(  # noqa: PLR0917 - the three names, what they count, and who says so
    weights: str, adapter: str, ratio: str, part: Part, source: str, times: tuple[Symbol, ...] = (),
) -> None:
    """Declare the weights, the adapter and their ratio of a list of Linears; with `times=(L,)`, of L such lists."""
    sides, _ = formula.parameters(part)
    count, adapted = len(sides), f"{HU}; {source}"

    def full(*x: Scalar) -> Scalar:
        return prod(x[count:]) * total_full(part(*x[:count]))

    def lora(*x: Scalar) -> Scalar:
        return prod(x[count:-1]) * total_lora(part(*x[:count]), x[-1])

    formula(weights, PARAMETERS, source, symbols=(*sides, *times))(full)
    formula(adapter, PARAMETERS, adapted, symbols=(*sides, *times, r))(lora)
    formula(ratio, RATIO, adapted, symbols=(*sides, *times, r))(lambda *x: quotient(lora(*x), full(*x[:-1])))


def lora_over(name: str, top: Part, bottom: Part) -> None:
    """Declare one list's adapter over another's, at the same rank; a share where the name says so."""
    formula(name, RATIO if name.endswith("share") else NUMBER, ADAPTED)(
        lambda h, r: quotient(total_lora(top(h), r), total_lora(bottom(h), r)))


def full_over(name: str, top: Part, bottom: Part) -> None:
    """Declare one list's weights over another's."""
    formula(name, RATIO if name.endswith("share") else NUMBER, TEXTBOOK)(
        lambda h: quotient(total_full(top(h)), total_full(bottom(h))))


def model_full(hidden_size: Scalar, layers: Scalar) -> Scalar:
    """Count the block weights of L textbook layers."""
    return layers * total_full(layer(hidden_size))


def model_lora(hidden_size: Scalar, layers: Scalar, rank: Scalar) -> Scalar:
    """Count the adapter of L textbook layers with every Linear adapted."""
    return layers * total_lora(layer(hidden_size), rank)


counts("attention.full", "attention.lora", "attention.ratio", attention, TEXTBOOK)
full_over("attention.full_share", attention, layer)
lora_over("attention.lora_share", attention, layer)
lora_over("attention.lora_over_mlp", attention, mlp)
lora_over("attention.lora_over_qv", attention, query_and_value)
formula("attention.linears", NUMBER, TEXTBOOK)(lambda: len(attention(1)))
counts("mlp.full", "mlp.lora", "mlp.ratio", mlp, TEXTBOOK)
formula("mlp.linears", NUMBER, TEXTBOOK)(lambda: len(mlp(1)))
formula("mlp.width", NUMBER, TEXTBOOK)(lambda h: mlp(h)[0].out)
full_over("mlp.full_share", mlp, layer)
lora_over("mlp.lora_share", mlp, layer)
full_over("mlp.full_over_attention", mlp, attention)
counts("fc1.full", "fc1.lora", "fc1.ratio", fc1, TEXTBOOK)
full_over("fc1.full_share", fc1, layer)
lora_over("fc1.lora_share", fc1, layer)
formula("fc1.break_even", NUMBER, TEXTBOOK)(lambda h: break_even_of(fc1(h)))
counts("fc2.full", "fc2.lora", "fc2.ratio", fc2, TEXTBOOK)
full_over("fc2.full_share", fc2, layer)
lora_over("fc2.lora_share", fc2, layer)
counts("layer.full", "layer.lora", "layer.ratio", layer, TEXTBOOK)
full_over("layer.full_share", layer, layer)
lora_over("layer.lora_share", layer, layer)
formula("layer.linears", NUMBER, TEXTBOOK)(lambda: len(layer(1)))
formula("layer.factor", NUMBER, TEXTBOOK)(lambda h, r: factor_of(layer(h), r))
formula("layer.break_even", NUMBER, TEXTBOOK)(lambda h: break_even_of(layer(h)))
formula("layer.coefficient", NUMBER, TEXTBOOK)(lambda h, r: quotient(known(ratio_of(layer(h), r)), quotient(r, h)))
formula("layer.ratio_over_square", NUMBER, TEXTBOOK)(
    lambda h, r: quotient(known(ratio_of(layer(h), r)), known(ratio_of(attention(h)[:1], r))))
lora_over("layer.lora_over_qv", layer, query_and_value)
lora_over("layer.lora_over_attention", layer, attention)
formula("layer.biases", PARAMETERS, TEXTBOOK, reasons=("biases",))(lambda h: total_biases(layer(h)))
formula("layer.norms", PARAMETERS, "two layer norms a layer", reasons=("two_norms",))(norms)
formula("layer.vectors", PARAMETERS, TEXTBOOK, reasons=("biases_and_norms",))(
    lambda h: known(total_biases(layer(h))) + known(norms(h)))
formula("layer.vectors_ratio", RATIO, TEXTBOOK)(lambda h: quotient(known(vectors(h)), known(total_full(layer(h)))))
counts("qv.full", "qv.lora", "qv.ratio", query_and_value, ORIGINAL)
lora_over("qv.lora_over_attention", query_and_value, attention)
lora_over("qv.lora_over_mlp", query_and_value, mlp)
counts("fused.c_attn_full", "fused.c_attn_lora", "fused.c_attn_ratio", c_attn, FUSED)
counts("fused.apart_full", "fused.apart_lora", "fused.apart_ratio", query_key_value, TEXTBOOK)
counts("fused.attention_full", "fused.attention_lora", "fused.attention_ratio", fused_attention, FUSED)
counts("fused.layer_full", "fused.layer_lora", "fused.layer_ratio", fused_layer, FUSED)
counts("gated.k_proj_full", "gated.k_proj_lora", "gated.k_proj_ratio", k_proj, GATED)
counts("gated.full", "gated.lora", "gated.ratio", gated_layer, GATED)
formula("gated.width", NUMBER, FIRST_LLAMA)(gated_width)
formula("gated.attention_share", RATIO, GATED)(
    lambda h, h_kv, f, r: quotient(total_lora(grouped_attention(h, h_kv), r), total_lora(gated_layer(h, h_kv, f), r)))
formula("gated.full_over_textbook", NUMBER, GATED)(full_over_textbook)
formula("gated.lora_over_textbook", NUMBER, GATED)(lora_over_textbook)
formula("gated.full_excess", RATIO, GATED, reasons=("one_less",))(
    lambda h, h_kv, f: known(full_over_textbook(h, h_kv, f)) - 1)
formula("gated.lora_excess", RATIO, GATED, reasons=("one_less",))(
    lambda h, h_kv, f, r: known(lora_over_textbook(h, h_kv, f, r)) - 1)
formula("moe.full", PARAMETERS, EXPERTS, reasons=("attention_and_experts",))(moe_full)
formula("moe.lora", PARAMETERS, EXPERTS, reasons=("attention_and_experts",))(moe_lora)
formula("moe.ratio", RATIO, EXPERTS)(
    lambda h, h_kv, f, E, r: quotient(moe_lora(h, h_kv, f, E, r), moe_full(h, h_kv, f, E)))
formula("model.linears", NUMBER, TEXTBOOK)(lambda L: L * len(layer(1)))
counts("model.full", "model.lora", "model.ratio", layer, TEXTBOOK, times=(L,))
formula("model.factor", NUMBER, TEXTBOOK)(lambda h, L, r: quotient(model_full(h, L), model_lora(h, L, r)))
formula("model.ratio_of_all", RATIO, TEXTBOOK, reasons=("trained_over_all",))(
    lambda h, L, r: quotient(known(model_lora(h, L, r)), known(model_full(h, L)) + known(model_lora(h, L, r))))
formula("model.kept_frozen", RATIO, TEXTBOOK, reasons=("one_less_trained",))(
    lambda h, L, r: 1 - known(quotient(model_lora(h, L, r), model_full(h, L))))
counts("model.attention_full", "model.attention_lora", "model.attention_ratio", attention, TEXTBOOK, times=(L,))
counts("model.mlp_full", "model.mlp_lora", "model.mlp_ratio", mlp, TEXTBOOK, times=(L,))
counts("model.qv_full", "model.qv_lora", "model.qv_ratio", query_and_value, ORIGINAL, times=(L,))
counts("gated.model_full", "gated.model_lora", "gated.model_ratio", gated_layer, GATED, times=(L,))

FORMULAS = formula.formulas
