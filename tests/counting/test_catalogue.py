"""Names as users have them: variants of a shape are found, other shapes are never proposed."""

from __future__ import annotations

import pytest

from derivations.counting.catalogue import is_variant, public_model
from derivations.counting.refusal import Refusal


@pytest.mark.parametrize(("name", "of"), [
    ("unsloth/Qwen2.5-7B-Instruct-bnb-4bit", "qwen2.5-7b"), ("TheBloke/Llama-2-13B-Chat-GPTQ", "llama-2-13b"),
    ("someone/Mistral-7B-Instruct-v0.1-AWQ", "mistral-7b"), ("Qwen/Qwen3-8B-Base", "qwen3-8b"),
    ("google/gemma-2-2b-it", "gemma-2-2b"),
])
def test_a_variant_has_the_shape_of_its_model(name, of):
    model = public_model(name)
    assert model.name == of
    assert is_variant(name, model)
    assert not is_variant(of, model)
    assert not is_variant(model.hub, model)


@pytest.mark.parametrize("name", ["google/gemma-2-9b-it", "google/gemma-3-4b-it", "mistralai/Mistral-7B-Instruct-v0.3",
                                  "meta-llama/Llama-3.1-8B", "Qwen/Qwen3-32B"])
def test_another_shape_is_never_proposed(name):
    with pytest.raises(Refusal, match="no model is called") as refusal:
        public_model(name)
    assert "nearest" not in str(refusal.value)


def test_a_slip_of_the_pen_is_mended():
    with pytest.raises(Refusal, match=r"nearest: llama-2-13b$"):
        public_model("lama-2-13b")
