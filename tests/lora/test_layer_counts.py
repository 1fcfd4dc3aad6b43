"""Layers and models, counted a second way: a small network of arrays, entry by entry."""

from fractions import Fraction

import numpy as np
import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from derivations.lora import budget, layer
from derivations.lora.course import COURSE
from derivations.lora.symbols import PARAMETER

F = COURSE.formulas
L, f, h, h_kv, r = (PARAMETER[name] for name in ("L", "f", "h", "h_kv", "r"))
widths, ranks, depths = st.integers(1, 24), st.integers(1, 16), st.integers(1, 6)

TEXTBOOK = {"q_proj": (1, 1), "k_proj": (1, 1), "v_proj": (1, 1), "o_proj": (1, 1), "fc1": (4, 1), "fc2": (1, 4)}
"""Shapes (out, in) of the textbook layer in units of h: what the words of the course say, not what the code does."""


def count(shapes, rank=None):
    """Count the entries of real arrays: weights, or with a rank both factors of each adapter."""
    if rank is None:
        return sum(np.empty(shape).size for shape in shapes)
    return sum(np.empty((out, rank)).size + np.empty((rank, in_)).size for out, in_ in shapes)


def textbook(hidden, names=TEXTBOOK):
    """Give the shapes of the named Linears."""
    return [(TEXTBOOK[name][0] * hidden, TEXTBOOK[name][1] * hidden) for name in names]


PARTS = {
    "attention": ("q_proj", "k_proj", "v_proj", "o_proj"), "mlp": ("fc1", "fc2"), "layer": tuple(TEXTBOOK),
    "fc1": ("fc1",), "fc2": ("fc2",), "qv": ("q_proj", "v_proj"),
}


@pytest.mark.parametrize("part", PARTS)
@given(hidden=widths, rank=ranks)
def test_parts_of_the_textbook_layer_are_entries_of_arrays(part, hidden, rank):
    shapes = textbook(hidden, PARTS[part])
    assert F[f"{part}.full"](h=hidden).exact == count(shapes)
    assert F[f"{part}.lora"](h=hidden, r=rank).exact == count(shapes, rank)
    assert F[f"{part}.ratio"](h=hidden, r=rank).exact == Fraction(count(shapes, rank), count(shapes))


@given(hidden=widths, rank=ranks, depth=depths)
def test_a_model_is_its_layers(hidden, rank, depth):
    shapes = textbook(hidden) * depth
    assert F["model.full"](h=hidden, L=depth).exact == count(shapes)
    assert F["model.lora"](h=hidden, L=depth, r=rank).exact == count(shapes, rank)
    assert F["model.ratio"](h=hidden, L=depth, r=rank).exact == Fraction(count(shapes, rank), count(shapes))
    assert F["model.linears"](L=depth).exact == len(shapes)
    held = count(shapes) + count(shapes, rank)
    assert F["model.ratio_of_all"](h=hidden, L=depth, r=rank).exact == Fraction(count(shapes, rank), held)
    assert F["model.kept_frozen"](h=hidden, L=depth, r=rank).exact == 1 - Fraction(count(shapes, rank), count(shapes))
    for part in ("attention", "mlp", "qv"):
        some = textbook(hidden, PARTS[part]) * depth
        assert F[f"model.{part}_full"](h=hidden, L=depth).exact == count(some)
        assert F[f"model.{part}_lora"](h=hidden, L=depth, r=rank).exact == count(some, rank)


def test_the_taught_forms_are_results():
    forms = {
        "attention.full": "4*h**2", "mlp.full": "8*h**2", "layer.full": "12*h**2", "attention.lora": "8*h*r",
        "fc1.lora": "5*h*r", "fc2.lora": "5*h*r", "mlp.lora": "10*h*r", "layer.lora": "18*h*r",
        "layer.ratio": "3*r/(2*h)", "square.ratio": "2*r/h", "model.full": "12*L*h**2", "model.lora": "18*L*h*r",
        "model.ratio": "3*r/(2*h)", "qv.lora": "4*h*r", "fused.layer_full": "12*h**2", "fused.layer_lora": "16*h*r",
        "linear.lora": "r*(d_in + d_out)", "linear.break_even": "d_in*d_out/(d_in + d_out)",
        "layer.factor": "2*h/(3*r)", "layer.vectors": "13*h", "layer.break_even": "2*h/3", "fc1.break_even": "4*h/5",
    }
    assert {name: str(F[name].expression) for name in forms} == forms


@given(hidden=widths, rank=ranks)
def test_shares_and_comparisons(hidden, rank):
    shares = {
        "attention.full_share": Fraction(1, 3), "mlp.full_share": Fraction(2, 3), "fc1.full_share": Fraction(1, 3),
        "layer.full_share": 1, "mlp.full_over_attention": 2,
    }
    for name, share in shares.items():
        assert F[name](h=hidden).exact == share
    compared = {
        "attention.lora_share": Fraction(4, 9), "mlp.lora_share": Fraction(5, 9), "fc2.lora_share": Fraction(5, 18),
        "layer.lora_share": 1, "attention.lora_over_mlp": Fraction(4, 5), "attention.lora_over_qv": 2,
        "layer.lora_over_qv": Fraction(9, 2), "layer.lora_over_attention": Fraction(9, 4),
        "qv.lora_over_attention": Fraction(1, 2), "qv.lora_over_mlp": Fraction(2, 5),
        "layer.ratio_over_square": Fraction(3, 4), "layer.coefficient": Fraction(3, 2),
    }
    for name, share in compared.items():
        assert F[name](h=hidden, r=rank).exact == share


@given(hidden=widths, rank=ranks)
def test_fusing_leaves_the_weights_and_saves_matrices(hidden, rank):
    fused = [(3 * hidden, hidden), (hidden, hidden), (4 * hidden, hidden), (hidden, 4 * hidden)]
    assert F["fused.layer_full"](h=hidden).exact == count(fused) == F["layer.full"](h=hidden).exact
    assert F["fused.layer_lora"](h=hidden, r=rank).exact == count(fused, rank)
    assert F["fused.attention_lora"](h=hidden, r=rank).exact == count(fused[:2], rank)
    assert F["fused.c_attn_lora"](h=hidden, r=rank).exact == count(fused[:1], rank)
    assert F["fused.apart_lora"](h=hidden, r=rank).exact == count([(hidden, hidden)] * 3, rank)


@given(hidden=widths, kv=widths, width=widths, rank=ranks, depth=depths, experts=st.integers(1, 5))
def test_gated_layers_and_experts(hidden, kv, width, rank, depth, experts):  # noqa: PLR0917
    attention = [(hidden, hidden), (kv, hidden), (kv, hidden), (hidden, hidden)]
    mlp = [(width, hidden), (width, hidden), (hidden, width)]
    dims = {"h": hidden, "h_kv": kv, "f": width}
    assert F["gated.full"](**dims).exact == count(attention + mlp)
    assert F["gated.lora"](**dims, r=rank).exact == count(attention + mlp, rank)
    assert F["gated.model_full"](**dims, L=depth).exact == count((attention + mlp) * depth)
    assert F["gated.model_lora"](**dims, L=depth, r=rank).exact == count((attention + mlp) * depth, rank)
    assert F["gated.k_proj_lora"](h=hidden, h_kv=kv, r=rank).exact == count(attention[1:2], rank)
    assert F["gated.attention_share"](**dims, r=rank).exact == Fraction(
        count(attention, rank), count(attention + mlp, rank))
    assert F["moe.full"](**dims, E=experts).exact == count(attention + mlp * experts)
    assert F["moe.lora"](**dims, E=experts, r=rank).exact == count(attention + mlp * experts, rank)
    excess = Fraction(count(attention + mlp, rank), count(textbook(hidden), rank)) - 1
    assert F["gated.lora_excess"](**dims, r=rank).exact == excess


def test_small_vectors_of_a_layer():
    hidden = 24
    biases = [np.empty(out * hidden) for out, _ in TEXTBOOK.values()]
    norms = [np.empty(hidden) for _ in ("scale", "shift") for _ in ("attention", "mlp")]
    assert F["layer.biases"](h=hidden).exact == sum(one.size for one in biases)
    assert F["layer.norms"](h=hidden).exact == sum(one.size for one in norms)
    assert F["layer.vectors"](h=hidden).exact == sum(one.size for one in biases + norms)


@given(widths, ranks, depths)
def test_both_readings_of_a_layer_agree(hidden, rank, depth):
    linears = layer.layer(hidden)
    written = sympy.expand(layer.total_lora(layer.layer(h.sympy), r.sympy))
    assert layer.total_lora(linears, rank) == written.subs({h.sympy: hidden, r.sympy: rank})
    assert layer.model_full(hidden, depth) == layer.model_full(h.sympy, L.sympy).subs(
        {h.sympy: hidden, L.sympy: depth})
    assert layer.total_full(layer.gated_layer(hidden, rank, depth)) == layer.total_full(
        layer.gated_layer(h.sympy, h_kv.sympy, f.sympy)).subs({h.sympy: hidden, h_kv.sympy: rank, f.sympy: depth})


def test_the_first_llama_widths_follow_the_rule():
    assert F["mlp.width"](h=768).exact == 3072
    assert [F["gated.width"](h=hidden).exact for hidden in (4096, 5120, 6656, 8192)] == [11008, 13824, 17920, 22016]


def names(linears):
    return [one.name for one in linears]


def test_lists_name_what_the_papers_adapt():
    assert names(layer.query_and_value(8)) == ["q_proj", "v_proj"]
    assert names(layer.query_key_value(8)) == ["q_proj", "k_proj", "v_proj"]
    assert names(layer.fused_layer(8)) == ["c_attn", "o_proj", "fc1", "fc2"]
    assert names(layer.k_proj(8, 2)) == ["k_proj"]
    assert names(layer.gated_layer(8, 2, 24)) == [
        "q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]


def test_gpt2s_linears_have_biases_and_llamas_have_none():
    assert all(one.bias for one in (*layer.layer(8), *layer.fused_layer(8)))
    assert not any(one.bias for one in layer.gated_layer(8, 2, 24))


@given(st.integers(1, 200_000))
def test_llamas_width_is_the_first_step_of_256_that_is_no_less_than_8_thirds(hidden):
    width = layer.gated_width(hidden)
    assert width % 256 == 0
    assert 3 * (width - 256) < 8 * hidden <= 3 * width


@given(widths, widths, widths)
def test_no_list_gains_above_its_widest_shorter_side(hidden, kv, width):
    linears = layer.gated_layer(hidden, kv, width)
    widest = max(min(hidden, hidden), min(hidden, kv), min(hidden, width))
    assert budget.cap(linears) == widest
    assert type(budget.cap(linears)) is int              # integers never become SymPy's
