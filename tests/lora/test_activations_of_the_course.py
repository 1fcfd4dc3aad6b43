"""The course's sums of activations by another road: counted token by token, and as `derive memory` accounts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

import derivations
from derivations.lora.course import COURSE

SIZES = st.tuples(*[st.integers(1, 40)] * 5)


def value(name, **inputs):
    return COURSE.formulas[f"activations.{name}"](**inputs).exact


@given(SIZES)
def test_a_layer_keeps_what_its_list_says_tensor_by_tensor(sizes):
    """Bytes of a token: each tensor that autograd saves, written down once more from Llama's code."""
    heads, each, groups, half, rank = sizes
    h, h_kv, f, r = heads * each * groups, each * groups, 2 * half, rank
    n_h = heads * groups
    attention = 2 * (h + h_kv + h_kv + h) + 4 * n_h            # q, k, v, the result; a logarithm for each head
    gated = 2 * (f + f + f)                                     # gate, its activation, up
    frozen_norms = 2 * (4 * h + 4)
    full = frozen_norms + 2 * 2 * h + (2 * h + 2 * h + 2 * f) + attention + gated
    narrow = frozen_norms + (2 * h + 2 * h + 2 * f) + 2 * 7 * r + attention + gated
    wide = frozen_norms + 4 * (3 * h + h + 2 * h + f) + 4 * 7 * r + attention + gated
    inputs = {"t": 3, "h": h, "h_kv": h_kv, "f": f, "n_h": n_h}
    assert value("full", **inputs) == 3 * full
    assert value("lora", **inputs, r=r) == 3 * narrow
    assert value("copied", **inputs, r=r) == 3 * wide
    narrowed = frozen_norms + 2 * (3 * h + h + 2 * h + f) + 2 * 7 * r + attention + gated
    assert value("autocast", **inputs, r=r) == 3 * narrowed


@given(SIZES)
def test_under_autocast_a_layer_keeps_what_derive_memory_adds_for_one_layer_more(sizes):
    heads, each, groups, half, rank = sizes
    config = {"model_type": "llama", "hidden_size": 2 * heads * each * groups, "num_attention_heads": heads * groups,
              "num_key_value_heads": groups, "intermediate_size": 2 * half, "vocab_size": 50}

    def layers(number):
        found = derivations.memory({**config, "num_hidden_layers": number}, rank=rank, batch=1, length=3)
        return next(term.bytes for term in found.terms if term.key == "layers")

    inputs = {"h": 2 * heads * each * groups, "h_kv": 2 * each * groups, "f": 2 * half, "n_h": heads * groups}
    assert layers(3) - layers(2) == value("autocast", t=3, r=rank, **inputs)


@pytest.mark.parametrize("length", [128, 2048, 32768])
def test_the_example_is_what_derive_memory_says(length):
    found = derivations.memory("llama-2-7b", rank=8, base="nf4-double", checkpointing=True, length=length)
    assert all(term.key != "anew" for term in found.terms)
    assert COURSE.formulas["fits.qlora"](t=length).exact == found.total
    assert COURSE.formulas["fits.older"](t=length).exact == found.total + 2 * 4 * length * 32000


def test_three_arrays_of_every_token_and_word_lie_there_at_the_loss():
    assert value("logits", t=7, V=50) == 4 * 7 * 50
    assert value("at_loss", t=7, V=50) == 3 * 4 * 7 * 50
    assert value("checkpointed", t=7, h=48, L=3) == 3 * 7 * 48 * 2
