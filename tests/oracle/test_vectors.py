"""Other members of every family count right: public shapes and odd ones, built, adapted and saved by `make oracle`.

Two files, for the reference library's versions 4 (each expert a Linear) and 5 (experts as 3-D parameters).
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import derivations
from derivations.counting.architecture.decoder import biases, total
from derivations.counting.configuration import configure
from derivations.counting.place import places
from derivations.counting.rules import DERIVED

HERE = Path(__file__).parent
FILES = {4: HERE / "vectors-transformers-4.json", 5: HERE / "vectors-transformers-5.json"}
VECTORS = {major: json.loads(path.read_text(encoding="utf-8"))["vectors"] for major, path in FILES.items()}
CASES = [pytest.param(major, vector, id=f"{name}, version {major}")
         for major, vectors in VECTORS.items() for name, vector in vectors.items()]
each_vector = pytest.mark.parametrize(("major", "vector"), CASES)


def config_of(vector: dict[str, Any]) -> dict[str, Any]:
    """Give the configuration; a "null" of the TOML file is null."""
    return {name: None if value == "null" else value for name, value in vector["config"].items()}


def test_every_family_that_is_derived_has_a_vector():
    """The others are held to the library by random configurations (fuzzed.json)."""
    seen = {vector["config"]["model_type"] for vectors in VECTORS.values() for vector in vectors.values()}
    assert seen == set(DERIVED)


@each_vector
def test_total_and_biases(major, vector):
    decoder = configure(config_of(vector)).decoder
    assert total(decoder) == vector["total"]
    stacked = sum(place.count * place.linear.out for place in places(decoder)
                  if place.module.is_expert and place.linear.bias)       # raw parameters, which `bias="all"` passes over
    assert biases(decoder) + stacked == vector["biases"]


@each_vector
def test_linears(major, vector):
    ours = {}
    for place in places(configure(config_of(vector)).decoder):
        key = (place.name, place.linear.out, place.linear.in_, place.linear.bias)
        ours[key] = ours.get(key, 0) + place.count
    theirs = {(one["name"], one["out"], one["in"], one["bias"]): one["count"] for one in vector["linears"]}
    parameters = set(ours) - set(theirs)        # routers and experts that the library holds without a Linear
    assert set(theirs) <= set(ours)
    assert all(ours[key] == count for key, count in theirs.items())
    assert all("experts" in key[0] or key[0].rsplit(".", 1)[-1] in ("gate", "router") for key in parameters)


@each_vector
def test_lora(major, vector):
    for targets, trainable in vector["lora"].items():
        for rank, number in trainable.items():
            assert derivations.count(config_of(vector), rank=int(rank), targets=targets).lora == number


@each_vector
def test_fused_experts(major, vector):
    for targets, trainable in vector.get("fused", {}).items():
        asked = {"targets": targets}
        if targets == "target_parameters":
            asked = {"targets": (), "target_parameters": ["mlp.experts.gate_up_proj", "mlp.experts.down_proj"]}
        for rank, number in trainable.items():
            answer = derivations.count(config_of(vector), rank=int(rank), experts="fused", **asked)
            assert answer.lora == number, targets


@each_vector
def test_what_else_is_trained(major, vector):
    options = {"dora": {"dora": True}, "bias_lora_only": {"bias": "lora_only"}, "bias_all": {"bias": "all"},
               "modules_to_save_lm_head": {"modules_to_save": ["lm_head"]}}
    for name, number in vector["variants"].items():
        assert derivations.count(config_of(vector), rank=8, **options[name]).trainable == number, name


@each_vector
def test_saved_files_to_the_byte(major, vector):
    options = {"dora": {"dora": True}, "bias_lora_only": {"bias": "lora_only"}, "bias_all": {"bias": "all"},
               "modules_to_save_lm_head": {"modules_to_save": ["lm_head"]}, "layer_0": {"layers_to_transform": [0]}}
    for name, size in vector["saved"].items():
        if (major, name) == (4, "bias_lora_only"):
            continue                            # the LoRA library of that time left the biases out of the file
        if (major, name) == (4, "bias_all") and vector["config"]["model_type"] == "deepseek_v3":
            answer = derivations.count(config_of(vector), rank=8, bias="all")
            assert answer.adapter_file_bytes < size
            assert any("e_score_correction_bias: no parameter; PEFT 0.17 stores it" in one for one in answer.notes)
            continue
        question = options.get(name, {"targets": name})
        assert derivations.count(config_of(vector), rank=8, **question).adapter_file_bytes == size, name
