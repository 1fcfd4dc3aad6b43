"""An adapter's file is known from its header: files are written here byte by byte, with holes for weights."""

from __future__ import annotations

import os

import pytest
from filing import filed, write_header

from derivations.counting.catalogue import public_model
from derivations.counting.configuration import configure
from derivations.counting.count import Question, count_configuration
from derivations.counting.filed import read_whole
from derivations.counting.fitting import faults
from derivations.counting.refusal import Refusal
from derivations.counting.safetensors import PREFIX

GPT2 = public_model("gpt2").configuration
QUESTION = Question(4, "c_attn,c_fc")


def read(path, listed):
    return read_whole(write_header(path, listed))


def test_a_whole_file_fits_its_model_and_says_what_was_counted(tmp_path):
    found = read(tmp_path / "a", filed(GPT2.decoder, QUESTION))
    assert found.ranks() == [4]
    assert found.parameters == count_configuration(GPT2, QUESTION).lora
    assert found.as_json()["modules"] == {"c_attn": 12, "c_fc": 12}
    assert faults(found, GPT2.decoder) == []
    assert faults(found, public_model("llama-2-7b").configuration.decoder)


def test_what_is_missing_or_of_the_wrong_shape_is_named(tmp_path):
    kept = {name: shape for name, shape in filed(GPT2.decoder, QUESTION).items()
            if "h.3.mlp.c_fc" not in name and "h.5.attn.c_attn.lora_B" not in name}
    said = " | ".join(faults(read(tmp_path / "a", kept | {next(iter(kept)): (4, 769)}), GPT2.decoder))
    assert "lora_A is 4 × 769, and should be 4 × 768" in said
    assert "transformer.h.5.attn.c_attn: lora_B is missing" in said
    assert "transformer.h.3.mlp.c_fc: its pair is missing, though other layers have one" in said
    assert said.count(" | ") == 2


@pytest.mark.parametrize("content", [
    b"", b"\x05", b"\xff" * 8, (2).to_bytes(8, "little") + b"[]", (4).to_bytes(8, "little") + b"{{{{",
    (13).to_bytes(8, "little") + b'{"a": {"x":1}', (24).to_bytes(8, "little") + b'{"a":{"dtype":1,"x":[]}}',
])
def test_what_is_no_such_file_is_refused(tmp_path, content):
    (tmp_path / "a").write_bytes(content)
    with pytest.raises(Refusal, match="^file: "):
        read_whole(tmp_path / "a")


def test_a_pipe_a_folder_and_nothing_are_refused(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    for name in ("pipe", ".", "nothing", "x" * 5000):
        with pytest.raises(Refusal, match="^file: "):
            read_whole(tmp_path / name)


MOE = {"model_type": "qwen3_moe", "hidden_size": 16, "num_hidden_layers": 2, "num_attention_heads": 2, "head_dim": 8,
       "num_key_value_heads": 1, "intermediate_size": 24, "moe_intermediate_size": 12, "num_experts": 4, "vocab_size": 30}
BART = {"model_type": "bart", "d_model": 16, "encoder_layers": 2, "decoder_layers": 1, "encoder_attention_heads": 2,
        "decoder_attention_heads": 2, "encoder_ffn_dim": 24, "decoder_ffn_dim": 24, "vocab_size": 30, "max_position_embeddings": 9}


@pytest.mark.parametrize(("config", "asked"), [
    (MOE, {"targets": ("q_proj", "gate_proj", "up_proj", "down_proj"), "experts": "fused"}),
    (MOE, {"targets": (), "target_parameters": ("experts.down_proj", "mlp.gate.weight"), "experts": "fused"}),
    (MOE, {"targets": "all", "dora": True, "experts": "apart"}),
    (BART, {"targets": ("embed_tokens", "embed_positions", "q_proj"), "dora": True}),
    (BART, {"targets": ("shared", "fc1"), "bias": "all", "modules_to_save": ("lm_head", "layernorm_embedding")}),
    (BART, {"targets": ("fc1",), "trainable_token_indices": {"": (3, 4)}, "bias": "lora_only"}),
])
def test_whatever_else_an_adapter_holds_fits_its_model_too(tmp_path, config, asked):
    """Experts' pairs, pairs of tables, magnitudes, biases, modules trained whole, rows: each is held against its own."""
    decoder = configure(config).decoder
    whole = filed(decoder, Question(3, **asked))
    assert faults(read(tmp_path / "a", whole), decoder) == []
    for name, shape in whole.items():
        if "lora_" in name and shape[-1] == 3:
            continue                                             # a rank is what the file says it is
        assert faults(read(tmp_path / "a", whole | {name: (*shape[:-1], shape[-1] + 1)}), decoder), name


def test_pairs_that_serve_all_experts_are_said_apart(tmp_path):
    decoder = configure(MOE).decoder
    whole = filed(decoder, Question(3, ("q_proj", "gate_proj", "up_proj", "down_proj"), experts="fused"))
    found = read(tmp_path / "a", whole).as_json()
    assert (found["ranks"], found["rank_times_experts"]) == ([3], [12, 24])
    assert found["modules"] == {"q_proj": 2, "experts": 4}
    first = {name: shape for name, shape in whole.items() if "layers.1.mlp" not in name}
    assert faults(read(tmp_path / "b", first), decoder) == [
        "model.layers.1.mlp.experts: its pair is missing, though other layers have one"]
    odd = {name: (10, *shape[1:]) if shape[0] == 12 else (*shape[:-1], 10) if shape[-1] == 12 else shape
           for name, shape in whole.items()}
    assert "model.layers.0.mlp.experts: 10 isn't a rank times 4 experts" in faults(read(tmp_path / "c", odd), decoder)


def test_a_text_alone_is_whole_beside_a_tower_that_has_the_same_names(tmp_path):
    config = {"model_type": "llava", "text_config": {
        "model_type": "llama", "hidden_size": 16, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 24,
        "vocab_size": 30}, "vision_config": {"model_type": "clip_vision_model", "hidden_size": 8, "num_hidden_layers": 2,
                                             "num_attention_heads": 2, "intermediate_size": 12, "image_size": 8, "patch_size": 4}}
    decoder = configure(config).decoder
    whole = filed(decoder, Question(2, r".*language_model.*\.(q_proj|v_proj)"))
    assert faults(read(tmp_path / "a", whole), decoder) == []
    assert len(faults(read(tmp_path / "b", dict([*whole.items()][:-2])), decoder)) == 1


# Names of adapters that were saved before 4.52 of the library, which it loads by the mapping of each class; shapes of the published configurations.
@pytest.mark.parametrize(("model", "module", "shape"), [
    ("qwen2-vl-2b", "model.layers.{}.self_attn.k_proj", (256, 1536)), ("qwen2-vl-2b", "visual.blocks.{}.attn.qkv", (3840, 1280)),
    ("qwen2.5-vl-7b", "model.layers.{}.mlp.up_proj", (18944, 3584)),
    ("llava-1.5-7b", "language_model.model.layers.{}.self_attn.q_proj", (4096, 4096)),
    ("llava-1.5-7b", "vision_tower.vision_model.encoder.layers.{}.self_attn.q_proj", (1024, 1024)),
    ("gemma-3-4b", "language_model.model.layers.{}.mlp.down_proj", (2560, 10240)),
    ("paligemma-3b-224", "vision_tower.vision_model.encoder.layers.{}.mlp.fc1", (4304, 1152)),
    ("llama-3.2-11b-vision", "vision_model.transformer.layers.{}.mlp.fc1", (5120, 1280)),
    ("qwen2-audio-7b", "language_model.model.layers.{}.self_attn.v_proj", (4096, 4096)),
])
def test_names_from_before_the_library_moved_the_text_fit(tmp_path, model, module, shape):
    decoder = public_model(model).configuration.decoder
    out, in_ = shape

    def faults_of(out, name=module):
        return faults(read(tmp_path / "a", {f"{PREFIX}{name.format(layer)}.lora_{half}.weight": side for layer in range(99)
                                            for half, side in (("A", (4, in_)), ("B", (out, 4)))}), decoder)

    said = faults_of(out)
    assert said and all(fault.endswith("the model has no such Linear") for fault in said), "layers that it hasn't, and nothing else"
    assert 99 - len(said) in {32, 28, 27, 24, 34}
    assert len(faults_of(out + 1)) == 99
    assert len(faults_of(out, "x." + module)) == 1


def test_the_text_alone_is_no_adapter_of_what_never_had_its_names(tmp_path):
    names = {f"{PREFIX}model.layers.0.self_attn.q_proj.lora_{half}.weight": shape for half, shape in (("A", (4, 2048)), ("B", (2048, 4)))}
    assert "nothing that it adapts is called as in the model" in faults(read(tmp_path / "a", names), public_model("qwen3-vl-2b").configuration.decoder)[0]
