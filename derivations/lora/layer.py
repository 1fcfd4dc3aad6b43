"""What the course derives of the textbook layer, of parts of it, and of layers in other shapes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

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
    gated_mlp,
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
from derivations.exact import NUMBER, RATIO, Formula, Scalar, Step, Symbol, quotient
from derivations.exact.derivation import Line, as_product, as_quotient, as_sum, one_over, over
from derivations.exact.derivation import steps as chain
from derivations.exact.simplest import simplest
from derivations.lora import steps
from derivations.lora.linear import HU
from derivations.lora.symbols import PARAMETERS, E, L, f, h, h_kv, r

TEXTBOOK = "Hu et al. 2021 (arXiv 2106.09685), section 4.2; an MLP of width 4h as in Vaswani et al. 2017, section 3.3"
ORIGINAL = "Hu et al. 2021 (arXiv 2106.09685), section 5.1: W_q and W_v"
FUSED = "GPT-2's c_attn, one Linear for query, key and value"
GATED = "Shazeer 2020 (arXiv 2002.05202), section 2; grouped queries: Ainslie et al. 2023 (arXiv 2305.13245)"
EXPERTS = "Mixtral: Jiang et al. 2024 (arXiv 2401.04088), section 2"
FIRST_LLAMA = "LLaMA-7B: h = 4096 gives f = 11008"


Part = Callable[..., Linears]


def counts(
    name: str, part: Part, dims: tuple[Symbol, ...], source: str, *, layers: Symbol | None = None,
) -> tuple[Formula, Formula, Formula]:
    """Declare the weights, the adapter and their ratio for a list of Linears, each with its derivation.

    name    where the three go: `layer` gives `layer.full`, `fused.layer_` gives `fused.layer_full`
    part    gives the Linears from its dimensions `dims`
    layers  the symbol that says how many times over; None for once
    """
    k = len(dims)
    stem = name if name.endswith("_") else f"{name}."
    whole = dims if layers is None else (*dims, layers)

    def times(inputs: tuple[Any, ...]) -> Any:
        return 1 if layers is None else inputs[k]

    def weights(*inputs: Any) -> Any:
        return times(inputs) * total_full(part(*inputs[:k]))

    def adapter(*inputs: Any) -> Any:
        return times(inputs) * total_lora(part(*inputs[:k]), inputs[-1])

    adapted = f"{HU}; {source}"
    return (
        Formula(f"{stem}full", weights, whole, PARAMETERS,
                derive=lambda *x: steps.full_steps(part(*x[:k]), times(x)), source=source),
        Formula(f"{stem}lora", adapter, (*whole, r), PARAMETERS,
                derive=lambda *x: steps.lora_steps(part(*x[:k]), x[-1], times(x)), source=adapted),
        Formula(f"{stem}ratio", lambda *x: quotient(adapter(*x), weights(*x[:-1])), (*whole, r), RATIO,
                derive=lambda *x: steps.ratio_steps(part(*x[:k]), x[-1], times(x)), source=adapted),
    )


def _excess(over: Any) -> tuple[Step, ...]:
    """Derive by how much a quotient is above 1."""
    return chain(("one_less", as_sum([simplest(over), -1])), ("collect", simplest(over - 1)))


def _lora_over(top: Part, bottom: Part) -> dict[str, Any]:
    """Give function and derivation of one list's adapter over another's, at the same rank."""
    def lines(hidden_size: Any, rank: Any) -> tuple[Step, ...]:
        return over(steps.lora_lines(top(hidden_size), rank), steps.lora_lines(bottom(hidden_size), rank))

    return {
        "function": lambda n, k: quotient(total_lora(top(n), k), total_lora(bottom(n), k)),
        "symbols": (h, r), "derive": lines, "source": f"{HU}; {TEXTBOOK}",
    }


def _full_over(top: Part, bottom: Part) -> dict[str, Any]:
    """Give function and derivation of one list's weights over another's."""
    return {
        "function": lambda n: quotient(total_full(top(n)), total_full(bottom(n))), "symbols": (h,),
        "derive": lambda n: over(steps.full_lines(top(n)), steps.full_lines(bottom(n))), "source": TEXTBOOK,
    }


def _break_even_steps(linears: Linears) -> tuple[Step, ...]:
    return over(steps.full_lines(linears), steps.lora_lines(linears, 1))


def _factor_steps(linears: Linears, rank: Any) -> tuple[Step, ...]:
    return over(steps.full_lines(linears), steps.lora_lines(linears, rank))


def _vector_steps(hidden_size: Any) -> tuple[Step, ...]:
    each = [one.out for one in layer(hidden_size)]
    return chain(("biases_and_norms", as_sum([as_sum(each), norms(hidden_size)])),
                 ("add_up", as_sum([sum(each), norms(hidden_size)])), ("collect", vectors(hidden_size)))


def _bias_steps(hidden_size: Any) -> tuple[Step, ...]:
    return chain(("biases", as_sum([one.out for one in layer(hidden_size)])),
                 ("collect", total_biases(layer(hidden_size))))


def _norm_steps(hidden_size: Any) -> tuple[Step, ...]:
    return chain(("two_norms", as_product((2, as_product((2, hidden_size))))), ("multiply", norms(hidden_size)))


def _coefficient_steps(hidden_size: Any, rank: Any) -> tuple[Step, ...]:
    ratio = ratio_of(layer(hidden_size), rank)
    return chain(("definition", as_quotient(ratio, as_quotient(rank, hidden_size))),
                 ("cancel", quotient(ratio, quotient(rank, hidden_size))))


def _moe_lines(dims: tuple[Any, Any, Any, Any], rank: Any = None) -> list[Line]:
    """Give the lines of a layer of experts: attention once, a gated MLP `experts` times; weights, or the adapter."""
    hidden_size, kv_size, width, experts = dims
    parts = [grouped_attention(hidden_size, kv_size), gated_mlp(hidden_size, width)]
    each = [steps.full_lines(one) if rank is None else steps.lora_lines(one, rank) for one in parts]
    whole = moe_full(*dims) if rank is None else moe_lora(*dims, rank)
    return [
        ("attention_and_experts", as_sum([each[0][0][1], as_product((experts, each[1][0][1]))])),
        ("one_of_them", as_sum([each[0][-1][1], as_product((experts, each[1][-1][1]))])),
        ("collect", simplest(whole)),
    ]


def _moe_steps(hidden_size: Any, kv_size: Any, width: Any, experts: Any, rank: Any = None) -> tuple[Step, ...]:
    return chain(*_moe_lines((hidden_size, kv_size, width, experts), rank))


def _kept_steps(ratio: Any) -> tuple[Step, ...]:
    """Derive the part that isn't trained, from the ratio."""
    return chain(("one_less_trained", as_sum([ratio**0, as_product((-1, ratio))])), ("collect", simplest(1 - ratio)))


def model_full(hidden_size: Scalar, layers: Scalar) -> Scalar:
    """Count the block weights of L textbook layers."""
    return layers * total_full(layer(hidden_size))


def model_lora(hidden_size: Scalar, layers: Scalar, rank: Scalar) -> Scalar:
    """Count the adapter of L textbook layers with every Linear adapted."""
    return layers * total_lora(layer(hidden_size), rank)


def _model_factor_steps(hidden_size: Any, layers: Any, rank: Any) -> tuple[Step, ...]:
    linears = layer(hidden_size)
    return over(steps.repeated(layers, steps.full_lines(linears)),
                      steps.repeated(layers, steps.lora_lines(linears, rank)))


def _of_all_steps(hidden_size: Any, layers: Any, rank: Any) -> tuple[Step, ...]:
    trained, frozen = model_lora(hidden_size, layers, rank), model_full(hidden_size, layers)
    return chain(("trained_over_all", as_quotient(trained, as_sum([frozen, trained]))),
                 ("cancel", simplest(quotient(trained, frozen + trained))))


FORMULAS: tuple[Formula, ...] = (
    *counts("attention", attention, (h,), TEXTBOOK),
    Formula("attention.full_share", unit=RATIO, **_full_over(attention, layer)),
    Formula("attention.lora_share", unit=RATIO, **_lora_over(attention, layer)),
    Formula("attention.lora_over_mlp", unit=NUMBER, **_lora_over(attention, mlp)),
    Formula("attention.lora_over_qv", unit=NUMBER, **_lora_over(attention, query_and_value)),
    Formula("attention.linears", lambda: len(attention(1)), (), NUMBER, source=TEXTBOOK),
    *counts("mlp", mlp, (h,), TEXTBOOK),
    Formula("mlp.linears", lambda: len(mlp(1)), (), NUMBER, source=TEXTBOOK),
    Formula("mlp.width", lambda n: mlp(n)[0].out, (h,), NUMBER, source=TEXTBOOK),
    Formula("mlp.full_share", unit=RATIO, **_full_over(mlp, layer)),
    Formula("mlp.lora_share", unit=RATIO, **_lora_over(mlp, layer)),
    Formula("mlp.full_over_attention", unit=NUMBER, **_full_over(mlp, attention)),
    *counts("fc1", fc1, (h,), TEXTBOOK),
    Formula("fc1.full_share", unit=RATIO, **_full_over(fc1, layer)),
    Formula("fc1.lora_share", unit=RATIO, **_lora_over(fc1, layer)),
    Formula("fc1.break_even", lambda n: break_even_of(fc1(n)), (h,), NUMBER,
            derive=lambda n: _break_even_steps(fc1(n)), source=TEXTBOOK),
    *counts("fc2", fc2, (h,), TEXTBOOK),
    Formula("fc2.full_share", unit=RATIO, **_full_over(fc2, layer)),
    Formula("fc2.lora_share", unit=RATIO, **_lora_over(fc2, layer)),
    *counts("layer", layer, (h,), TEXTBOOK),
    Formula("layer.full_share", unit=RATIO, **_full_over(layer, layer)),
    Formula("layer.lora_share", unit=RATIO, **_lora_over(layer, layer)),
    Formula("layer.linears", lambda: len(layer(1)), (), NUMBER, source=TEXTBOOK),
    Formula("layer.factor", lambda n, k: factor_of(layer(n), k), (h, r), NUMBER,
            derive=lambda n, k: _factor_steps(layer(n), k), source=TEXTBOOK),
    Formula("layer.break_even", lambda n: break_even_of(layer(n)), (h,), NUMBER,
            derive=lambda n: _break_even_steps(layer(n)), source=TEXTBOOK),
    Formula("layer.coefficient", lambda n, k: quotient(ratio_of(layer(n), k), quotient(k, n)), (h, r), NUMBER,
            derive=_coefficient_steps, source=TEXTBOOK),
    Formula("layer.ratio_over_square",
            lambda n, k: quotient(ratio_of(layer(n), k), ratio_of(attention(n)[:1], k)), (h, r), NUMBER,
            derive=lambda n, k: one_over(ratio_of(layer(n), k), ratio_of(attention(n)[:1], k)), source=TEXTBOOK),
    Formula("layer.lora_over_qv", unit=NUMBER, **_lora_over(layer, query_and_value)),
    Formula("layer.lora_over_attention", unit=NUMBER, **_lora_over(layer, attention)),
    Formula("layer.biases", lambda n: total_biases(layer(n)), (h,), PARAMETERS, derive=_bias_steps, source=TEXTBOOK),
    Formula("layer.norms", norms, (h,), PARAMETERS, derive=_norm_steps, source="two layer norms a layer"),
    Formula("layer.vectors", vectors, (h,), PARAMETERS, derive=_vector_steps, source=TEXTBOOK),
    Formula("layer.vectors_ratio", lambda n: quotient(vectors(n), total_full(layer(n))), (h,), RATIO,
            derive=lambda n: one_over(vectors(n), total_full(layer(n))), source=TEXTBOOK),
    *counts("qv", query_and_value, (h,), ORIGINAL),
    Formula("qv.lora_over_attention", unit=NUMBER, **_lora_over(query_and_value, attention)),
    Formula("qv.lora_over_mlp", unit=NUMBER, **_lora_over(query_and_value, mlp)),
    *counts("fused.c_attn_", c_attn, (h,), FUSED),
    *counts("fused.apart_", query_key_value, (h,), TEXTBOOK),
    *counts("fused.attention_", fused_attention, (h,), FUSED),
    *counts("fused.layer_", fused_layer, (h,), FUSED),
    *counts("gated.k_proj_", k_proj, (h, h_kv), GATED),
    *counts("gated", gated_layer, (h, h_kv, f), GATED),
    Formula("gated.width", gated_width, (h,), NUMBER, source=FIRST_LLAMA),
    Formula("gated.attention_share",
            lambda n, kv, w, k: quotient(total_lora(grouped_attention(n, kv), k),
                                         total_lora(gated_layer(n, kv, w), k)), (h, h_kv, f, r), RATIO,
            derive=lambda n, kv, w, k: over(steps.lora_lines(grouped_attention(n, kv), k),
                                                  steps.lora_lines(gated_layer(n, kv, w), k)), source=GATED),
    Formula("gated.full_over_textbook",
            full_over_textbook, (h, h_kv, f), NUMBER,
            derive=lambda n, kv, w: over(steps.full_lines(gated_layer(n, kv, w)), steps.full_lines(layer(n))),
            source=GATED),
    Formula("gated.lora_over_textbook",
            lora_over_textbook, (h, h_kv, f, r), NUMBER,
            derive=lambda n, kv, w, k: over(steps.lora_lines(gated_layer(n, kv, w), k),
                                                  steps.lora_lines(layer(n), k)), source=GATED),
    Formula("gated.full_excess", lambda n, kv, w: full_over_textbook(n, kv, w) - 1, (h, h_kv, f), RATIO,
            derive=lambda n, kv, w: _excess(full_over_textbook(n, kv, w)), source=GATED),
    Formula("gated.lora_excess", lambda n, kv, w, k: lora_over_textbook(n, kv, w, k) - 1, (h, h_kv, f, r), RATIO,
            derive=lambda n, kv, w, k: _excess(lora_over_textbook(n, kv, w, k)), source=GATED),
    Formula("moe.full", moe_full, (h, h_kv, f, E), PARAMETERS, derive=_moe_steps, source=EXPERTS),
    Formula("moe.lora", moe_lora, (h, h_kv, f, E, r), PARAMETERS,
            derive=_moe_steps, source=EXPERTS),
    Formula("moe.ratio", lambda n, kv, w, e, k: quotient(moe_lora(n, kv, w, e, k), moe_full(n, kv, w, e)),
            (h, h_kv, f, E, r), RATIO,
            derive=lambda n, kv, w, e, k: over(_moe_lines((n, kv, w, e), k), _moe_lines((n, kv, w, e))),
            source=EXPERTS),
    Formula("model.linears", lambda n: n * len(layer(1)), (L,), NUMBER, source=TEXTBOOK),
    *counts("model", layer, (h,), TEXTBOOK, layers=L),
    Formula("model.factor", lambda n, m, k: quotient(model_full(n, m), model_lora(n, m, k)), (h, L, r), NUMBER,
            derive=_model_factor_steps, source=TEXTBOOK),
    Formula("model.ratio_of_all",
            lambda n, m, k: quotient(model_lora(n, m, k), model_full(n, m) + model_lora(n, m, k)), (h, L, r), RATIO,
            derive=_of_all_steps, source=TEXTBOOK),
    Formula("model.kept_frozen", lambda n, m, k: 1 - quotient(model_lora(n, m, k), model_full(n, m)), (h, L, r), RATIO,
            derive=lambda n, m, k: _kept_steps(ratio_of(layer(n), k)), source=TEXTBOOK),
    *counts("model.attention_", attention, (h,), TEXTBOOK, layers=L),
    *counts("model.mlp_", mlp, (h,), TEXTBOOK, layers=L),
    *counts("model.qv_", query_and_value, (h,), ORIGINAL, layers=L),
    *counts("gated.model_", gated_layer, (h, h_kv, f), GATED, layers=L),
)
