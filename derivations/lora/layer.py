"""What the course derives of the textbook layer, of parts of it, and of layers in other shapes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from math import prod

from derivations.counting.linear import Linear
from derivations.counting.textbook import Linears, attention, layer, mlp, total_full, total_lora
from derivations.exact import NUMBER, RATIO, Declared, Scalar, Symbol, ceiling, known, quotient
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


# Lists of Linears -------------------------------------------------------------------------------------------------


def query_and_value(hidden_size: Scalar) -> Linears:
    """Give the two Linears that the original paper adapts in most of its experiments."""
    return tuple(one for one in attention(hidden_size) if one.name in ("q_proj", "v_proj"))


def fc1(hidden_size: Scalar) -> Linears:
    """Give the MLP's first Linear alone."""
    return mlp(hidden_size)[:1]


def fc2(hidden_size: Scalar) -> Linears:
    """Give the MLP's second Linear alone."""
    return mlp(hidden_size)[1:]


def c_attn(hidden_size: Scalar) -> Linears:
    """Give query, key and value fused into one Linear (3h, h)."""
    return (Linear("c_attn", 3 * hidden_size, hidden_size, True),)


def query_key_value(hidden_size: Scalar) -> Linears:
    """Give query, key and value as three Linears."""
    return attention(hidden_size)[:3]


def fused_attention(hidden_size: Scalar) -> Linears:
    """Give the two attention Linears of a layer that fuses query, key and value."""
    return c_attn(hidden_size) + attention(hidden_size)[3:]


def fused_layer(hidden_size: Scalar) -> Linears:
    """Give the four Linears of GPT-2's layer."""
    return fused_attention(hidden_size) + mlp(hidden_size)


def grouped_attention(hidden_size: Scalar, kv_size: Scalar) -> Linears:
    """Give four attention Linears whose keys and values are `kv_size` wide: (h_kv, h) for k and v."""
    query, key, value, output = attention(hidden_size)
    return tuple(replace(one, bias=False) for one in (
        query, replace(key, out=kv_size), replace(value, out=kv_size), output,
    ))


def gated_mlp(hidden_size: Scalar, width: Scalar) -> Linears:
    """Give the three Linears of a gated MLP: gate and up (f, h), down (h, f)."""
    return (Linear("gate_proj", width, hidden_size), Linear("up_proj", width, hidden_size),
            Linear("down_proj", hidden_size, width))


def gated_layer(hidden_size: Scalar, kv_size: Scalar, width: Scalar) -> Linears:
    """Give the seven Linears of LLaMA's layer."""
    return grouped_attention(hidden_size, kv_size) + gated_mlp(hidden_size, width)


def k_proj(hidden_size: Scalar, kv_size: Scalar) -> Linears:
    """Give the key projection alone."""
    return grouped_attention(hidden_size, kv_size)[1:2]


# What is counted of them ------------------------------------------------------------------------------------------


def total_biases(linears: Iterable[Linear]) -> Scalar:
    """Count the bias vectors of the Linears that have one."""
    return sum(linear.out for linear in linears if linear.bias)


def norms(hidden_size: Scalar) -> Scalar:
    """Count two layer norms, a scale and a shift of h numbers each."""
    return 2 * (2 * hidden_size)


def vectors(hidden_size: Scalar) -> Scalar:
    """Count a textbook layer's biases and norms: all that its Linears' weights leave out."""
    return total_biases(layer(hidden_size)) + norms(hidden_size)


def ratio_of(linears: Linears, rank: Scalar) -> Scalar:
    """Give the adapter's parameters over the weights of the same Linears."""
    return quotient(total_lora(linears, rank), total_full(linears))


def factor_of(linears: Linears, rank: Scalar) -> Scalar:
    """Give how many times the adapter's parameters the same Linears' weights are."""
    return quotient(total_full(linears), total_lora(linears, rank))


def break_even_of(linears: Linears) -> Scalar:
    """Give the rank at which the adapters are as large as the weights they adapt."""
    return quotient(total_full(linears), total_lora(linears, 1))


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


@formula("gated.width", NUMBER, FIRST_LLAMA)
def gated_width(h: Scalar) -> Scalar:
    """Give LLaMA's width of the gated MLP: 8h/3, so that three matrices weigh as much as two of 4h, in steps of 256."""
    return 256 * ceiling(quotient(8 * h, 3 * 256))


formula("gated.attention_share", RATIO, GATED)(
    lambda h, h_kv, f, r: quotient(total_lora(grouped_attention(h, h_kv), r), total_lora(gated_layer(h, h_kv, f), r)))


@formula("gated.full_over_textbook", NUMBER, GATED)
def full_over_textbook(h: Scalar, h_kv: Scalar, f: Scalar) -> Scalar:
    """Give a gated layer's weights over the textbook layer's at the same h."""
    return quotient(total_full(gated_layer(h, h_kv, f)), total_full(layer(h)))


@formula("gated.lora_over_textbook", NUMBER, GATED)
def lora_over_textbook(h: Scalar, h_kv: Scalar, f: Scalar, r: Scalar) -> Scalar:
    """Give a gated layer's adapter over the textbook layer's at the same h and rank."""
    return quotient(total_lora(gated_layer(h, h_kv, f), r), total_lora(layer(h), r))


formula("gated.full_excess", RATIO, GATED, reasons=("one_less",))(
    lambda h, h_kv, f: known(full_over_textbook(h, h_kv, f)) - 1)
formula("gated.lora_excess", RATIO, GATED, reasons=("one_less",))(
    lambda h, h_kv, f, r: known(lora_over_textbook(h, h_kv, f, r)) - 1)


@formula("moe.full", PARAMETERS, EXPERTS, reasons=("attention_and_experts",))
def moe_full(h: Scalar, h_kv: Scalar, f: Scalar, E: Scalar) -> Scalar:
    """Count the weights of attention and of E gated MLPs; the router apart."""
    return total_full(grouped_attention(h, h_kv)) + E * total_full(gated_mlp(h, f))


@formula("moe.lora", PARAMETERS, EXPERTS, reasons=("attention_and_experts",))
def moe_lora(h: Scalar, h_kv: Scalar, f: Scalar, E: Scalar, r: Scalar) -> Scalar:
    """Count the adapter where each expert's Linears carry pairs of their own; the router isn't adapted."""
    return total_lora(grouped_attention(h, h_kv), r) + E * total_lora(gated_mlp(h, f), r)


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
