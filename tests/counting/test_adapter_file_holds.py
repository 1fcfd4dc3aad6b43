"""What an adapter's file holds is what the answer counts: every number that is trained, under the name that the library gives it."""

from math import prod

import pytest
from filing import filed, tensors

import derivations
from derivations.counting.catalogue import public_model
from derivations.counting.configuration import configure
from derivations.counting.count import Question, count_configuration
from derivations.counting.safetensors import DTYPES, header_bytes

SMALL = {"hidden_size": 8, "num_attention_heads": 2, "intermediate_size": 12, "vocab_size": 20}
PHI = configure({"model_type": "phi", "num_hidden_layers": 3, **SMALL})
GPT2 = public_model("gpt2").configuration
MIXTRAL = configure({"model_type": "mixtral", "num_hidden_layers": 2, "num_local_experts": 3, "num_key_value_heads": 2,
                     **SMALL})


@pytest.mark.parametrize("configuration", [GPT2, PHI, MIXTRAL], ids=lambda one: one.model_type)
@pytest.mark.parametrize("options", [
    {}, {"dora": True}, {"bias": "lora_only"}, {"bias": "all"}, {"bias": "all", "layers_to_transform": (1,)},
    {"bias": "all", "modules_to_save": ("lm_head",)}, {"bias": "lora_only", "dora": True, "layers_to_transform": (0,)},
], ids=str)
@pytest.mark.parametrize("targets", ["all", "attention", "mlp"])
def test_the_tensors_hold_every_number_that_is_trained_and_no_other(configuration, options, targets):
    question = Question(4, targets, **options)
    count = count_configuration(configuration, question)
    listed = tensors(configuration.decoder, question)
    assert len({name for name, _ in listed}) == len(listed)
    twice = sum(prod(shape) for name, shape in listed if ".modules_to_save." in name or ".original_module." in name)
    assert sum(prod(shape) for _, shape in listed) == count.trainable + twice
    assert count.adapter_file_bytes == header_bytes(listed, DTYPES["float32"]) + 4 * (count.trainable + twice) + 8


@pytest.mark.parametrize(("targets", "held"), [
    ("w2", {"mlp.experts": (12, 8)}),
    ("w1,w3", {"mlp.experts": (8, 24)}),
    ("mlp,q_proj", {"self_attn.q_proj": (8, 8), "mlp.experts": (12, 8), "mlp.experts.base_layer": (8, 24)}),
])
def test_fused_experts_share_a_pair_and_the_first_of_two_is_wrapped_twice(targets, held):
    """Each parameter has one A and one B over all three experts: (in, out) of an expert's part, a rank for each expert."""
    question = Question(4, targets, experts="fused")
    expected = {}
    for layer in range(2):
        for name, (in_, out) in held.items():
            rank = 4 if name.startswith("self_attn") else 3 * 4 * (2 if out == 24 else 1)     # gate and up are two
            at = f"base_model.model.model.layers.{layer}.{name}"
            expected |= {f"{at}.lora_A.weight": (rank, in_), f"{at}.lora_B.weight": (out, rank)}
    assert filed(MIXTRAL.decoder, question) == expected
    assert count_configuration(MIXTRAL, question).trainable == sum(prod(shape) for shape in expected.values())


def test_biases_of_linears_that_are_not_adapted_are_filed_under_their_own_names():
    held = filed(GPT2.decoder, Question(4, ("mlp.c_proj",), bias="all", layers_to_transform=(0,)))
    names = [name for name in held if name.endswith(".bias")]
    for layer in range(12):
        at = f"base_model.model.transformer.h.{layer}"
        assert {name for name in names if name.startswith(f"{at}.")} == {
            f"{at}.ln_1.bias", f"{at}.ln_2.bias", f"{at}.attn.c_attn.bias", f"{at}.attn.c_proj.bias",
            f"{at}.mlp.c_fc.bias", f"{at}.mlp.c_proj{'' if layer else '.base_layer'}.bias",
        }
    assert len(names) == 12 * 6 + 1                                      # and the last norm's


def test_fused_experts_are_two_pairs_a_layer_however_many_they_are():
    config = {"model_type": "mixtral", "num_hidden_layers": 8, "num_local_experts": 20_000, "num_key_value_heads": 2,
              **SMALL}
    assert derivations.count(config, rank=1, targets="mlp").adapter_file_bytes is None
    fused = derivations.count(config, rank=1, targets="mlp", experts="fused")
    assert fused.notes == ()
    assert fused.adapter_file_bytes - fused.adapter_bytes < 8 * 2 * 2 * 200          # so many names
