"""Questions that have no exact answer are refused by the name of what is wrong: those that no other test asks."""

from __future__ import annotations

import struct

import pytest
from filing import write_header

from derivations.counting.adapter import read_adapter
from derivations.counting.catalogue import public_model
from derivations.counting.configuration import configure
from derivations.counting.count import Question, count_configuration
from derivations.counting.headers import read_header
from derivations.counting.memory import account
from derivations.counting.refusal import Refusal
from derivations.counting.setup import Setup
from derivations.counting.stored import read_stored

SIZES = {"hidden_size": 64, "num_hidden_layers": 4, "num_attention_heads": 4, "intermediate_size": 96, "vocab_size": 100}
T5 = {"model_type": "umt5", "d_ff": 8, "num_hidden_layers": 10_001}
MAMBA = {"model_type": "mamba", "hidden_size": 64, "num_hidden_layers": 2, "vocab_size": 100}
GPTJ = {"model_type": "gptj", "n_embd": 64, "n_layer": 2, "n_head": 4, "vocab_size": 100}
GEMMA4 = {"model_type": "gemma4", "text_config": {"model_type": "gemma4_text"}}


@pytest.mark.parametrize(("config", "said"), [
    ({"model_type": "gemma3n_text", "num_kv_shared_layers": 4}, "num_kv_shared_layers must be below num_hidden_layers, 4"),
    ({"model_type": "gemma4_text", "num_kv_shared_layers": 5}, "num_kv_shared_layers must be at most num_hidden_layers, 4"),
    ({"model_type": "gemma4_text", "enable_moe_block": True}, "num_experts or moe_intermediate_size is missing"),
    ({"model_type": "gemma4_text", "layer_types": 3 * ["full_attention"]}, "layer_types names 3 layers, and num_hidden_layers is 4"),
    ({"model_type": "gemma3n_text", "intermediate_size": [96, 96]}, "intermediate_size has 2 sizes, and num_hidden_layers is 4"),
    ({"model_type": "gemma3n_text", "altup_num_inputs": 10_001}, "altup_num_inputs must be at most 10000, not 10001"),
    ({"model_type": "swin", "depths": [2, 2], "num_heads": [2]}, "depths names 2 stages, and num_heads 1"),
    (T5, "num_layers must be at most 10000 where each has a table, not 10001"),
    ({"model_type": "llava", "text_config": [], "vision_config": {}}, "text_config must be an object"),
    ({**GEMMA4, "audio_config": {"subsampling_conv_channels": [8]}}, "the channels of two convolutions are needed"),
], ids=str)
def test_configurations(config, said):
    with pytest.raises(Refusal, match=f"^{said}"):
        count_configuration(configure(SIZES | config), Question(1))


@pytest.mark.parametrize(("model", "asked", "said"), [
    (SIZES | {"model_type": "llama", "num_hidden_layers": 100_001}, {"modules_to_save": ("norm",)}, "modules_to_save: a model of more than 100,000 layers"),
    (GPTJ, {"targets": ("q_proj",), "bias": "all", "trainable_token_indices": {"": (1,)}},
     "trainable_token_indices: beside trained biases, a head that has one isn't counted here"),
    ("gpt2", {"targets": tuple(map(str, range(100_001)))}, "targets: more than 100000 names aren't read"),
    ("llama-2-7b", {"target_parameters": ("experts.down_proj",)}, "target_parameters: the model has no 3-D parameters$"),
    ("mixtral-8x7b", {"target_parameters": ("experts.down_proj",)}, "target_parameters: the model has no 3-D parameters: with experts apart"),
    ("gpt-oss-20b", {"target_parameters": ("experts.up_proj",)}, "target_parameters: 'experts.up_proj' is none that is counted here; the model has "
                                                                  "mlp.experts.gate_up_proj, mlp.experts.down_proj, mlp.router.weight$"),
    ("mixtral-8x7b", {"targets": "vision", "experts": "fused"}, "experts: with fused experts these names mean the routed experts"),
    ("mixtral-8x7b", {"targets": ("nothing",), "experts": "fused"}, "targets: no Linear is called 'nothing'"),
    ("mixtral-8x7b", {"targets": r".*\.nothing", "experts": "fused"}, r"targets: '.*nothing' matches none of the names such as model\.layers\.0\."),
    ("gpt-oss-20b", {"targets": ("router",)}, "targets: mlp.router is a parameter, and no Linear"),
    ("pythia-70m", {"targets": ("dense",), "trainable_token_indices": {"n": (1,)}}, "trainable_token_indices: 'n' is inside the layers"),
    ("gpt2", {"targets": f"{'a' * 10_001}+"}, "targets: an expression of more than 10000 characters isn't read"),
    ("gpt2", {"targets": "['c_attn', c_proj']"}, "targets: .* matches none of the names such as "),
    (MAMBA, {"targets": ("out_proj",)}, r"targets: mixer\.out_proj is meant too: PEFT 0\.21 refuses to adapt it"),
], ids=str)
def test_questions(model, asked, said):
    configuration = public_model(model).configuration if isinstance(model, str) else configure(model)
    with pytest.raises(Refusal, match=f"^{said}"):
        count_configuration(configuration, Question(1, **asked))


@pytest.mark.parametrize(("asked", "said"), [
    ({"layers_pattern": ("h|x",), "layers_to_transform": (0,)}, "layers_pattern: 'h|x': only a module's name is read here"),
    ({"layers_pattern": ("h",)}, "layers_pattern: the library takes it beside layers_to_transform only"),
])
def test_patterns_of_layers(asked, said):
    with pytest.raises(Refusal) as refusal:
        Question(1, **asked)
    assert str(refusal.value) == said


@pytest.mark.parametrize(("held", "said"), [
    ({"h.0.q.weight": (4, 4), "h.900.q.weight": (4, 4)}, "tensors: layers are numbered up to 900, and 2 are there"),
    ({"h.0.q.weight": (0, 0)}, "targets: what they name has no weight in this model"),
], ids=str)
def test_models_by_their_tensors(held, said, tmp_path):
    with pytest.raises(Refusal, match=f"^{said}$"):
        count_configuration(read_stored(write_header(tmp_path / "model.safetensors", held)), Question(1))


KEY = struct.pack("<Q", 1) + b"k"


@pytest.mark.parametrize(("rest", "said"), [
    (struct.pack("<QQ", 0, 1) + KEY + struct.pack("<I", 99), "file: it isn't a GGUF file that can be read: a value has an unknown type"),
    (struct.pack("<QQ", 0, 1) + KEY + struct.pack("<IIQ", 9, 9, 1), "file: it isn't a GGUF file that can be read: a list of lists"),
    (struct.pack("<QQ", 1, 0) + KEY + struct.pack("<I", 9), "file: the header's entry of 'k' isn't a tensor's"),
])
def test_headers_of_gguf(rest, said, tmp_path):
    path = tmp_path / "model.gguf"
    path.write_bytes(b"GGUF" + struct.pack("<I", 3) + rest)
    with pytest.raises(Refusal, match=f"^{said}$"):
        read_header(path)


def test_layers_of_experts_and_layers_without_keep_what_was_not_measured():
    config = {**SIZES, "model_type": "qwen3_moe", "num_experts": 8, "moe_intermediate_size": 16, "mlp_only_layers": [0]}
    with pytest.raises(Refusal, match="not modelled for qwen3_moe: some of its layers have experts and others none"):
        account(configure(config), Question(1), Setup())


def test_an_adapters_patterns():
    base = '{"r": 4, "target_modules": ["c_attn"]'
    with pytest.raises(Refusal, match="^adapter: rank_pattern must be an object$"):
        read_adapter(base + ', "rank_pattern": ["c_attn"]}')
    adapter = read_adapter(base + ', "layers_pattern": "h", "layers_to_transform": 0, "target_parameters": ["experts.down_proj"]}')
    assert adapter.options["layers_pattern"] == ("h",)
    assert adapter.options["experts"] == "fused"
