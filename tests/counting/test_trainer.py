"""Trainers' own files ask what their runs printed; the lines are from public logs."""

from __future__ import annotations

import builtins
import json

import pytest
import yaml

from derivations.counting.adapter import read_adapter
from derivations.counting.catalogue import public_model
from derivations.counting.count import Question, count_configuration
from derivations.counting.refusal import Refusal
from derivations.counting.trainer import in_last_layers

AXOLOTL = """
base_model: NousResearch/Meta-Llama-3-8B
adapter: qlora
lora_r: 32
lora_target_modules:
lora_target_linear: true
special_tokens: {pad_token: "<|end_of_text|>"}
"""
FACTORY = """
### model
model_name_or_path: Qwen/Qwen2.5-VL-7B-Instruct
finetuning_type: lora
lora_target: all
learning_rate: 1.0e-4
"""
TUNE = """
model:
  _component_: torchtune.models.qwen2_5.lora_qwen2_5_7b_instruct
  lora_attn_modules: ['q_proj', 'k_proj', 'v_proj', 'output_proj']
  apply_lora_to_mlp: True
  lora_rank: 16
"""


def counted(text):
    adapter = read_adapter(text)
    return count_configuration(public_model(adapter.base).configuration, Question(**adapter.options))


@pytest.mark.parametrize(("text", "line"), [
    (AXOLOTL, "trainable params: 83,886,080 || all params: 8,114,147,328 || trainable%: 1.0338"),
    (FACTORY, "trainable params: 20,185,088 || all params: 8,312,351,744 || trainable%: 0.2428"),
    (FACTORY.replace("VL-", "").replace(": all", ": q_proj, v_proj"),
     "trainable params: 2,523,136 || all params: 7,618,139,648 || trainable%: 0.0331"),
    (TUNE, "trainable params: 40,370,176 || all params: 7,655,986,688 || trainable%: 0.5273"),
])
def test_a_trainers_file_asks_what_its_run_printed(text, line):
    assert counted(text).printed == line


@pytest.mark.parametrize("written", [AXOLOTL, FACTORY, FACTORY.replace(": all", ": q_proj, v_proj"), f"{FACTORY}freeze_vision_tower: false"])
@pytest.mark.parametrize("indent", [None, 2])
def test_json_asks_what_the_same_yaml_asks(written, indent):
    assert counted(json.dumps(yaml.safe_load(written), indent=indent)) == counted(written)


def test_what_bears_the_librarys_sign_is_the_librarys():
    held = {"peft_type": "LORA", "r": 8, "target_modules": ["q_proj"], "base_model_name_or_path": "gpt-j-6b"}
    assert counted(json.dumps({**held, "lora_rank": 4})) == counted(json.dumps(held))
    with pytest.raises(Refusal, match="finetuning_type is 'full'"):
        read_adapter(json.dumps({"stage": "sft", "finetuning_type": "full"}))


def test_a_tower_is_left_alone_unless_the_file_says_otherwise():
    whole = counted(f"{FACTORY}freeze_vision_tower: false")
    assert whole.trainable > counted(FACTORY).trainable
    assert not any("merger" in row.name for row in whole.modules)


def test_attention_alone_and_the_head():
    adapter = read_adapter(TUNE.replace("apply_lora_to_mlp: True", "apply_lora_to_output: True\n  use_dora: true"))
    assert adapter.options["targets"] == ("k_proj", "lm_head", "o_proj", "q_proj", "v_proj")
    assert adapter.options["dora"]


def test_what_else_a_file_says_is_read():
    adapter = read_adapter("lora_r: 8\nadapter: lora\nlora_target_modules: [c_attn]\nlora_modules_to_save: [lm_head]\n"
                           "peft_use_dora: true\npeft_layers_to_transform: [0, 2]\nbase_model: gpt2\n")
    asked = adapter.options
    assert (asked["rank"], asked["targets"], asked["modules_to_save"]) == (8, ("c_attn",), ("lm_head",))
    assert (asked["dora"], asked["layers_to_transform"], adapter.base) == (True, (0, 2), "gpt2")


MLX = "model: mistralai/Mistral-7B-Instruct-v0.3\nfine_tune_type: lora\nlora_parameters: {rank: 8, keys: %s}\n"


def of_mlx(text):
    adapter = read_adapter(text)
    configuration = public_model(adapter.base).configuration
    return count_configuration(configuration, Question(**in_last_layers(adapter.options, configuration)))


@pytest.mark.parametrize(("text", "million"), [                 # as logs have it: "0.024% (1.704M/7248.024M)"
    (MLX % "[self_attn.q_proj, self_attn.v_proj]", "1.704"),
    (json.dumps({"model": "mlx-community/Mistral-7B-v0.3-4bit", "lora_layers": 16, "lora_parameters": {
        "keys": ["self_attn.v_proj", "self_attn.q_proj"], "rank": 8}}), "1.704"),
    (json.dumps({"model": "gpt2", "num_layers": -1, "lora_parameters": {"rank": 1}}), "0.147"),    # 12 · (16 · 768)
])
def test_mlx_counts_layers_from_the_end(text, million):
    assert f"{of_mlx(text).trainable / 10**6:.3f}" == million


def test_the_last_layers_are_the_last():
    found = of_mlx(MLX % "[mlp.up_proj]" + "num_layers: 3")
    assert found.trainable == 3 * 8 * (4096 + 14336)
    assert of_mlx((MLX % "[mlp.up_proj]" + "num_layers: 3").replace(": lora", ": dora")).trainable == found.trainable + 3 * 14336
    assert of_mlx(MLX % "[mlp.up_proj, lm_head]" + "num_layers: 3").trainable == found.trainable + 8 * (4096 + 32768)


@pytest.mark.parametrize(("text", "said"), [
    (MLX % "[up_proj]", "whole names within a layer"), (MLX.replace(": lora", ": full") % "[]", "trains no LoRA"),
    (MLX % "null" + "num_layers: 33", "num_layers is 33, and the model has 32"), (MLX % "null" + "num_layers: -2", "whole number"),
    ((MLX % "null").replace("Mistral-7B", "Mixtral-8x7B").replace("v0.3", "v0.1"), "with experts"),
    ("fine_tune_type: lora\nlora_parameters: {scale: 10}\n", "r is missing"), ("lora_parameters: 3\n", "must be an object"),
])
def test_what_mlx_leaves_open_is_refused(text, said):
    with pytest.raises(Refusal, match=said):
        of_mlx(text)


@pytest.mark.parametrize(("text", "said"), [
    ("finetuning_type: full\n", "finetuning_type is 'full': the run trains no LoRA adapter"),
    ("adapter: llama-adapter\nlora_r: 8\n", "adapter is 'llama-adapter'"),
    (AXOLOTL.replace("_modules:", "_modules: [q_proj, lm_head]"), "isn't counted beside lm_head"),
    ("lora_r: [\n", "its YAML can't be read"), ("lora_r: *a\n", "its YAML can't be read: it can't hold an alias"),
    (b"# caf\xe9\nlora_r: 8\n", "its YAML can't be read: invalid"), ("lora_r: 8\nx: 2020-99-99\n", "its YAML can't be read$"),
    (AXOLOTL.replace("_modules:", "_modules: 5"), "target_modules must be a list of names"),
    (AXOLOTL.replace("_modules:", "_modules: [[q_proj]]"), "target_modules must be a list of names"),
    (FACTORY.replace(": all", ": 5"), "lora_target must be a list of names"),
    (f"{FACTORY}additional_target: 5\n", "modules_to_save must be a list of names"),
    (TUNE.replace("['q_proj', 'k_proj', 'v_proj', 'output_proj']", "5"), "lora_attn_modules must be a list of names"),
    ('{\n "r": 8,\n "lora_alpha": 16,\n "target_modules": ["q_proj"],\n}\n', "not a JSON file"),
    ("adapter: lora\nlora_alpha: 16\nlora_target_linear: true\n", "r is missing"),
    ("learning_rate: 3\n", "not a JSON file"),
    ("lora_r: 8\n#" + 200_000 * "x", "not a JSON file"),
])
def test_a_file_that_asks_nothing_countable_is_refused(text, said):
    with pytest.raises(Refusal, match=said):
        read_adapter(text)


def test_without_pyyaml_it_says_what_is_missing(monkeypatch):
    found = builtins.__import__

    def absent(name, *args, **others):
        if name == "yaml":
            raise ImportError(name)
        return found(name, *args, **others)

    monkeypatch.setattr(builtins, "__import__", absent)
    with pytest.raises(Refusal, match="takes PyYAML"):
        read_adapter(AXOLOTL)
