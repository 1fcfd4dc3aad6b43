"""Random small models of the families that are only counted: the library's answers, kept by `fuzz.py write`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from derivations.counting.architecture.decoder import total
from derivations.counting.architecture.family import MODEL_TYPES, find
from derivations.counting.configuration import configure
from derivations.counting.count import Question, count_configuration

CASES = json.loads((Path(__file__).parent / "fuzzed.json").read_text(encoding="utf-8"))
NOT_BUILT_ALONE = {"kimi_k2", "qwen2_vl_text", "qwen2_5_vl_text", "qwen3_vl_text", "qwen3_vl_moe_text",
                   "mllama_text_model", "baichuan", "internlm2", "qwen", "chatglm", "minicpm", "glm4v_text", "glm4v_moe_text",
                   "qwen2_5_omni_text", "qwen2_5_omni", "qwen3_omni_moe_text", "qwen3_omni_moe", "internvl_chat", "deepseek"}
"""What the library knows only as a text inside another model, by another name, or by code beside a file."""


def asked(case):
    """Give a question of ours from one as the library takes it."""
    options = dict(case["options"])
    targets = options.pop("target_modules")
    pattern = (options.pop("layers_pattern"),) if "layers_pattern" in options else ()
    rows = options.pop("trainable_token_indices", {})
    fused = any(run.layer.experts and not run.layer.stacked for run in configure(case["config"]).decoder.runs)
    return Question(
        options.pop("r"), targets=targets if isinstance(targets, str) else tuple(targets),
        dora=options.pop("use_dora", False), layers_pattern=pattern, experts="fused" if fused else None,
        trainable_token_indices=rows if isinstance(rows, dict) else {"": tuple(rows)},
        **{name: tuple(value) if isinstance(value, list) else value for name, value in options.items()})


def test_every_family_that_is_only_counted_is_here():
    counted = {model_type for model_type in MODEL_TYPES if not find(model_type).letters}
    assert {case["config"]["model_type"] for case in CASES} == counted - NOT_BUILT_ALONE


@pytest.mark.parametrize("case", CASES, ids=[case["config"]["model_type"] for case in CASES])
def test_what_the_library_answers(case):
    configuration = configure(case["config"])
    assert total(configuration.decoder) == case["total"]
    answer = count_configuration(configuration, asked(case))
    assert answer.trainable == case["trainable"]
    assert sum(row.count for row in answer.modules) >= case["modules"]
    assert answer.adapter_file_bytes in (case["bytes"], None)


def test_layers_are_counted_in_the_stacks_that_are_reached():
    """A tower that no target names isn't missed; a layer without attention is."""
    seen = next(case["config"] for case in CASES if case["config"]["model_type"] == "qwen3_vl")
    names = ("q_proj", "v_proj")
    assert not any("layers" in note for note in count_configuration(configure(seen), Question(1, targets=names)).notes)
    config = next(case["config"] for case in CASES if case["config"]["model_type"] == "qwen3_5_text")
    mixed = config | {"num_hidden_layers": 4, "layer_types": [*3 * ["linear_attention"], "full_attention"]}
    notes = count_configuration(configure(mixed), Question(1, targets=names)).notes
    assert any("these targets reach 1 of 4 layers" in note for note in notes)
