"""Embeddings, biases and norms: whole models, against arrays and against published totals."""

from fractions import Fraction

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from derivations.counting.catalogue import catalogue
from derivations.lora.course import COURSE

F = COURSE.formulas
small = st.integers(1, 12)


def gpt2_arrays(hidden, layers, vocabulary, positions):
    """Make every array of a model like GPT-2, with the names of its checkpoint."""
    arrays = {"wte": np.empty((vocabulary, hidden)), "wpe": np.empty((positions, hidden)),
              "ln_f.weight": np.empty(hidden), "ln_f.bias": np.empty(hidden)}
    for i in range(layers):
        for norm in ("ln_1", "ln_2"):
            arrays[f"h.{i}.{norm}.weight"] = np.empty(hidden)
            arrays[f"h.{i}.{norm}.bias"] = np.empty(hidden)
        for name, out, in_ in (("attn.c_attn", 3, 1), ("attn.c_proj", 1, 1), ("mlp.c_fc", 4, 1), ("mlp.c_proj", 1, 4)):
            arrays[f"h.{i}.{name}.weight"] = np.empty((out * hidden, in_ * hidden))
            arrays[f"h.{i}.{name}.bias"] = np.empty(out * hidden)
    return arrays


@given(small, small, small, small)
def test_a_model_like_gpt2_array_by_array(hidden, layers, vocabulary, positions):
    arrays = gpt2_arrays(hidden, layers, vocabulary, positions)
    inputs = {"h": hidden, "L": layers, "V": vocabulary, "n_ctx": positions}
    total = sum(array.size for array in arrays.values())
    embeddings = arrays["wte"].size + arrays["wpe"].size
    assert F["embeddings.total"](**inputs).exact == total
    assert F["embeddings.count"](h=hidden, V=vocabulary, n_ctx=positions).exact == embeddings
    assert F["embeddings.share"](**inputs).exact == Fraction(embeddings, total)
    vectors = sum(array.size for array in arrays.values() if array.ndim == 1)
    assert F["embeddings.vectors"](h=hidden, L=layers).exact == vectors
    assert F["embeddings.blocks_share"](**inputs).exact == Fraction(total - embeddings - vectors, total)


def test_gpt2_small_as_published():
    inputs = {"h": 768, "L": 12, "V": 50257, "n_ctx": 1024}
    assert F["embeddings.total"](**inputs).exact == 124_439_808
    assert F["embeddings.count"](h=768, V=50257, n_ctx=1024).exact == 39_383_808
    assert F["embeddings.share"](**inputs).exact == Fraction(51281, 162031)
    assert F["embeddings.lora_of_total"](**inputs, r=8).exact == Fraction(1_327_104, 124_439_808)


LLAMA = {
    "7b": ({"h": 4096, "h_kv": 4096, "f": 11008, "L": 32}, 6_476_005_376, 6_738_415_616, 19_988_480),
    "65b": ({"h": 8192, "h_kv": 8192, "f": 22016, "L": 80}, 64_760_053_760, 65_285_660_672, 99_942_400),
    "70b": ({"h": 8192, "h_kv": 1024, "f": 28672, "L": 80}, 68_451_041_280, 68_976_648_192, 103_546_880),
}


def test_llama_as_published():
    for dims, blocks, total, adapter in LLAMA.values():
        assert F["gated.model_full"](**dims).exact == blocks
        assert F["gated.model_total"](**dims, V=32000).exact == total
        assert F["gated.model_lora"](**dims, r=8).exact == adapter
        assert F["gated.lora_of_total"](**dims, V=32000, r=8).exact == Fraction(adapter, total)
        assert F["gated.model_bytes"](**dims, V=32000, bits=16).exact == 2 * total
        assert F["embeddings.gated_share"](**dims, V=32000).exact == Fraction(2 * 32000 * dims["h"], total)


def test_how_far_the_textbook_is_from_llama():
    dims = {"h": 4096, "h_kv": 4096, "f": 11008}
    assert F["gated.full_over_textbook"](**dims).exact == Fraction(193, 192)
    assert F["gated.lora_over_textbook"](**dims, r=8).exact == Fraction(305, 288)
    assert F["gated.full_excess"](**dims).exact == Fraction(1, 192)
    assert F["gated.lora_excess"](**dims, r=8).exact == Fraction(17, 288)
    assert F["gated.total_over_textbook"](**dims, L=32, V=32000).exact == Fraction(1645121, 1572864)


def test_the_textbook_s_sizes_are_those_of_published_models_which_the_course_knows_too():
    assert set(catalogue()) < set(COURSE.models)
    for textbook, published in (("minigpt", "gpt2"), ("llama-70b", "llama-2-70b")):
        inputs = COURSE.models[published].inputs
        assert COURSE.models[textbook].inputs == {"h": inputs["h"], "L": inputs["L"]}
    assert COURSE.models["llama-70b"].inputs == {"h": 8192, "L": 80}
    assert COURSE.models["minigpt"].inputs == {"h": 768, "L": 12}
    assert [model.name for model in COURSE.models.values()] == list(COURSE.models)
