"""A model counted by its tensors' names and shapes equals the same model counted by its configuration."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from filing import write_header

from derivations.counting.architecture.decoder import total
from derivations.counting.configuration import configure
from derivations.counting.count import Question, count_configuration
from derivations.counting.refusal import Refusal
from derivations.counting.stored import read_stored

LLAMA = {"model_type": "llama", "hidden_size": 32, "num_hidden_layers": 3, "num_attention_heads": 4,
         "num_key_value_heads": 2, "intermediate_size": 48, "vocab_size": 50}
LAYER = {"self_attn.q_proj": (32, 32), "self_attn.k_proj": (16, 32), "self_attn.v_proj": (16, 32),
         "self_attn.o_proj": (32, 32), "mlp.gate_proj": (48, 32), "mlp.up_proj": (48, 32), "mlp.down_proj": (32, 48),
         "input_layernorm": (32,), "post_attention_layernorm": (32,)}
TENSORS = {"model.embed_tokens": (50, 32), "model.norm": (32,), "lm_head": (50, 32),
           **{f"model.layers.{number}.{name}": shape for number in range(3) for name, shape in LAYER.items()}}


def write(path, tensors, code="BF16"):
    return write_header(path, {f"{name}.weight": shape for name, shape in tensors.items()}, code)


@pytest.mark.parametrize("targets", ["all", "attention", "q_proj,v_proj", r".*\.[12]\..*(up|down)_proj"])
def test_tensors_and_configuration_count_alike(tmp_path, targets):
    found = read_stored(write(tmp_path / "model.safetensors", TENSORS))
    asked = Question(4, targets=targets)
    stored, configured = count_configuration(found, asked), count_configuration(configure(LLAMA), asked)
    assert total(found.decoder) == total(configure(LLAMA).decoder)
    assert (stored.lora, stored.full, stored.adapter_file_bytes) == (
        configured.lora, configured.full, configured.adapter_file_bytes)
    assert any("names and shapes" in note for note in stored.notes)


def test_an_adapters_pairs_are_no_model(tmp_path):
    pairs = {f"base_model.model.h.{layer}.c.lora_{letter}": (4, 4) for layer in range(2) for letter in "AB"}
    with pytest.raises(Refusal, match="an adapter's pairs, which derive inspect reads"):
        read_stored(write(tmp_path / "adapter_model.safetensors", pairs))


def test_an_index_reads_the_headers_beside_it_and_names_the_one_that_is_missing(tmp_path):
    names = list(TENSORS)
    shards = {"a.safetensors": names[:12], "b.safetensors": names[12:]}
    index = tmp_path / "model.safetensors.index.json"
    index.write_text(json.dumps({"weight_map": {f"{name}.weight": file for file, held in shards.items()
                                                for name in held}}))
    write(tmp_path / "a.safetensors", {name: TENSORS[name] for name in names[:12]})
    with pytest.raises(Refusal, match=r"b\.safetensors isn't beside the index"):
        read_stored(index)
    write(tmp_path / "b.safetensors", {name: TENSORS[name] for name in names[12:]})
    assert total(read_stored(index).decoder) == total(configure(LLAMA).decoder)


def test_what_is_packed_or_solid_is_said(tmp_path):
    experts = {"model.layers.0.mlp.experts.gate_up_proj": (4, 96, 32)}
    assert any("three sides" in note for note in read_stored(write(tmp_path / "x", TENSORS | experts)).decoder.versions)
    with pytest.raises(Refusal, match="they are packed"):
        read_stored(write(tmp_path / "y", TENSORS, code="U8"))


# What peft 0.21.2 trains in models of diffusers 0.42.1 and transformers 5.24, and all there is then, by their tensors.
BY_TENSORS = json.loads((Path(__file__).parent / "data" / "by_tensors.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(("name", "case"), [(name, case) for name, one in BY_TENSORS.items() for case in one["trained"]],
                         ids=lambda one: one if isinstance(one, str) else one[0][:30])
def test_models_of_images_and_of_speech_are_counted_by_their_shapes(tmp_path, name, case):
    """Blocks within blocks, convolutions, what stands outside of layers: as the library counts them."""
    targets, options, trained, every = case
    found = read_stored(write_header(tmp_path / "model.safetensors", BY_TENSORS[name]["tensors"]))
    answer = count_configuration(found, Question(8, targets, dora="use_dora" in options))
    assert (answer.trainable, answer.all_parameters) == (trained, every)


def test_a_convolution_of_one_channel_or_in_groups_is_not_taken_for_another(tmp_path):
    tensors = {"blocks.0.dw.weight": (8, 1, 3, 3), "blocks.0.pw.weight": (8, 8, 1, 1), "blocks.0.pw.bias": (8,)}
    found = read_stored(write_header(tmp_path / "model.safetensors", tensors))
    with pytest.raises(Refusal, match="dw is meant too"):
        count_configuration(found, Question(2, "dw"))
    assert count_configuration(found, Question(2, "pw")).lora == 2 * (8 + 8)
    assert any("nothing of groups" in note for note in found.decoder.versions)


@pytest.mark.parametrize("stored", [
    {"q_proj.weight": ("U32", (32, 4)), "q_proj.scales": ("BF16", (32, 1)), "q_proj.biases": ("BF16", (32, 1))},              # mlx-lm, 4 bits
    {"q_proj.qweight": ("I32", (4, 32)), "q_proj.qzeros": ("I32", (1, 4)), "q_proj.scales": ("F16", (1, 32))},                # GPTQ, AWQ
    {"q_proj.weight": ("U8", (512, 1)), "q_proj.weight.absmax": ("F32", (16,)), "q_proj.weight.quant_map": ("F32", (16,))},   # bitsandbytes
])
def test_matrices_packed_in_whatever_type_are_not_taken_for_others(tmp_path, stored):
    entries, end = {}, 0
    for name, (code, shape) in {**stored, "norm.weight": ("BF16", (32,))}.items():
        entries[f"model.layers.0.{name}"] = {"dtype": code, "shape": list(shape), "data_offsets": [end, end]}
    header = json.dumps(entries).encode()
    (tmp_path / "model.safetensors").write_bytes(len(header).to_bytes(8, "little") + header)
    with pytest.raises(Refusal, match="are packed, and their shapes aren't these: give the"):
        read_stored(tmp_path / "model.safetensors")


GPT2 = {"model_type": "gpt2", "n_embd": 16, "n_layer": 2, "n_head": 2, "vocab_size": 30, "n_positions": 12}
OF_GPT2 = {"attn.c_attn": (16, 48), "attn.c_proj": (16, 16), "mlp.c_fc": (16, 64), "mlp.c_proj": (64, 16)}


def test_matrices_stored_the_other_way_round_and_masks_are_told_by_their_biases(tmp_path):
    """GPT-2 as the hub has it: Conv1D's weights are (in, out), and each layer stores its mask as a bias."""
    tensors = {"wte.weight": (30, 16), "wpe.weight": (12, 16), "ln_f.weight": (16,), "ln_f.bias": (16,)}
    for layer in range(2):
        for name, shape in OF_GPT2.items():
            tensors |= {f"h.{layer}.{name}.weight": shape, f"h.{layer}.{name}.bias": shape[1:]}
        tensors |= {f"h.{layer}.{norm}.{end}": (16,) for norm in ("ln_1", "ln_2") for end in ("weight", "bias")}
        tensors |= {f"h.{layer}.attn.bias": (1, 1, 12, 12), f"h.{layer}.attn.masked_bias": ()}
    stored = count_configuration(read_stored(write_header(tmp_path / "x", tensors)), Question(3, dora=True))
    configured = count_configuration(configure(GPT2), Question(3, dora=True))
    assert (stored.trainable, stored.all_parameters) == (configured.trainable, configured.all_parameters)
    assert {(row.name, row.out, row.in_) for row in stored.modules} == {(row.name, row.out, row.in_) for row in configured.modules}


def test_no_error_names_an_empty_list(tmp_path):
    found = read_stored(write_header(tmp_path / "x", {"blocks.0.norm.weight": (8,), "head.weight": (4, 8)}))
    for targets in ("all", "q_proj", "x.*", "attention"):
        with pytest.raises(Refusal, match="nothing in numbered layers that could be adapted"):
            count_configuration(found, Question(2, targets))


@pytest.mark.parametrize("given", ["", "diffusion_pytorch_model-00001-of-00002.safetensors"])
def test_a_folder_or_one_of_its_shards_is_the_whole_model(tmp_path, given):
    for number, names in ((1, [*TENSORS][:12]), (2, [*TENSORS][12:])):
        write(tmp_path / f"diffusion_pytorch_model-0000{number}-of-00002.safetensors", {name: TENSORS[name] for name in names})
    assert total(read_stored(tmp_path / given).decoder) == total(configure(LLAMA).decoder)
