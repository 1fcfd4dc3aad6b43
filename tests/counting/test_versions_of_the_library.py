"""Where versions of the field's libraries differ, the answer is that of the newer and says what the older has.

Every number was counted on small models by transformers 5.24 with PEFT 0.21, and by transformers 4.57 with PEFT 0.17.
"""

from __future__ import annotations

import re

import pytest

from derivations.counting.configuration import configure
from derivations.counting.count import Question, count_configuration
from derivations.counting.refusal import Refusal

TEXT = {"hidden_size": 64, "num_hidden_layers": 4, "num_attention_heads": 4, "num_key_value_heads": 2,
        "intermediate_size": 96, "vocab_size": 128}
SEEN = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 48,
        "image_size": 32, "patch_size": 16}
EMBEDDED = {"depth": 2, "num_heads": 2, "hidden_size": 32, "embed_dim": 32, "intermediate_size": 48,
            "out_hidden_size": 64}
HEAD = 128 * 64
DELTA = {"linear_num_key_heads": 2, "linear_num_value_heads": 4, "linear_key_head_dim": 8, "linear_value_head_dim": 8}


@pytest.mark.parametrize(("config", "targets", "newer", "older"), [
    ({"model_type": "falcon_h1", **TEXT, "mamba_n_heads": 8, "mamba_d_head": 16, "mamba_d_state": 16,
      "mamba_d_ssm": 128}, "q_proj", 640, 672),
    ({"model_type": "mamba2", "hidden_size": 64, "num_hidden_layers": 2, "num_heads": 8, "head_dim": 16,
      "state_size": 16, "n_groups": 1, "vocab_size": 128}, "in_proj", 320, 336),
    ({"model_type": "qwen3_next", **TEXT, "head_dim": 16, "num_experts": 4, "num_experts_per_tok": 2,
      "moe_intermediate_size": 32, "shared_expert_intermediate_size": 32, **DELTA}, "q_proj", 0, 12),
    ({"model_type": "gemma3", "text_config": {"model_type": "gemma3_text", "head_dim": 16, **TEXT},
      "vision_config": {"model_type": "siglip_vision_model", **SEEN}}, "q_proj", 752, 848),
    ({"model_type": "gpt_oss", **TEXT, "head_dim": 16, "num_local_experts": 4}, "q_proj", 784, 4880),
    ({"model_type": "qwen2", **TEXT}, "q_proj", 4 * 128, 4 * 128),
], ids=lambda value: value["model_type"] if isinstance(value, dict) else None)
def test_parameters_with_bias_in_their_name(config, targets, newer, older):
    answer = count_configuration(configure(config), Question(8, targets=targets, bias="all"))
    assert answer.terms["bias"] == newer
    said = [re.search(r"([\d,]+) parameters more", note) for note in answer.notes if "no module's bias" in note]
    assert [int(match[1].replace(",", "")) for match in said if match] == ([older - newer] if older > newer else [])


def of_two(family, text, vision, **own):
    return {"model_type": family, "text_config": {"model_type": text, "head_dim": 16, **TEXT, **own},
            "vision_config": {"model_type": vision, **(EMBEDDED if "qwen" in family else SEEN)}}


GEMMA = ("gemma3", "gemma3_text", "siglip_vision_model")
MISTRAL = ("mistral3", "mistral", "pixtral")
LLAVA = ("llava", "llama", "clip_vision_model")
IDEFICS = ("idefics3", "llama", "idefics3_vision")
QWEN2, QWEN2_5, QWEN3 = (
    (name, f"{name}_text", name) for name in ("qwen2_vl", "qwen2_5_vl", "qwen3_vl"))


@pytest.mark.parametrize(("names", "own", "newer", "older"), [
    (GEMMA, None, True, True), (GEMMA, False, True, False),
    (MISTRAL, None, True, False), (MISTRAL, True, True, True),
    (LLAVA, None, False, False), (LLAVA, True, True, True),
    (IDEFICS, None, False, False), (IDEFICS, True, False, True),
    (QWEN2, True, True, True), (QWEN2_5, False, False, False),
    (QWEN3, True, False, True), (QWEN3, None, False, False),
])
def test_a_head_of_which_the_whole_says_nothing(names, own, newer, older):
    config = of_two(*names, **({} if own is None else {"tie_word_embeddings": own}))
    answer = count_configuration(configure(config), Question(8))
    untied = count_configuration(configure({
        **of_two(*names, tie_word_embeddings=False), "tie_word_embeddings": False}), Question(8))
    assert untied.total_parameters - answer.total_parameters == (HEAD if newer else 0)
    said = [note for note in answer.notes if note.startswith("tie_word_embeddings")]
    assert len(said) == (newer != older)
    assert all(f"{HEAD:,} parameters {'more' if newer else 'fewer'}" in note for note in said)


@pytest.mark.parametrize(("names", "tower"), [
    (GEMMA, "model.vision_tower.encoder.layers"), (MISTRAL, "model.vision_tower.transformer.layers"),
    (QWEN2_5, "model.visual.blocks"), (QWEN3, None),
])
@pytest.mark.parametrize("word", ["all", "mlp"])
def test_names_that_reach_a_tower_come_with_an_expression_that_does_not(names, tower, word):
    config = configure(of_two(*names))
    answer = count_configuration(config, Question(8, targets=word))
    said = [note for note in answer.notes if "a list of these names" in note]
    if tower is None or (names, word) == (GEMMA, "mlp"):           # SigLIP's MLP has names of its own
        assert not said
        return
    (note,) = said
    assert tower in note
    bare = tuple(row.name.rpartition(".")[2] for row in answer.modules)
    named = count_configuration(config, Question(8, targets=bare))
    assert named.lora > answer.lora
    expression = re.search(r"expression, (.*), target_modules", note)
    assert expression
    asked = count_configuration(config, Question(8, targets=expression[1]))
    assert (asked.lora, asked.adapter_file_bytes) == (answer.lora, answer.adapter_file_bytes)


SHARED = {"hidden_size": 32, "num_hidden_layers": 3, "num_attention_heads": 2, "num_key_value_heads": 2,
          "intermediate_size": 36, "vocab_size": 25}


@pytest.mark.parametrize(("config", "newer", "older"), [
    ({"model_type": "granitemoe", **SHARED, "head_dim": 8, "num_local_experts": 4, "attention_bias": True},
     50064, 56352),
    ({"model_type": "llama4_text", **SHARED, "num_attention_heads": 4, "num_key_value_heads": 4, "head_dim": 16,
      "num_local_experts": 4, "intermediate_size_mlp": 7, "interleave_moe_layer_step": 2, "vocab_size": 58,
      "tie_word_embeddings": True, "attention_bias": True}, 46080, 45408),
    ({"model_type": "granitemoe", **SHARED, "head_dim": 16, "num_local_experts": 4}, 55968, 55968),
    ({"model_type": "granitemoehybrid", **SHARED, "head_dim": 8, "num_local_experts": 0, "mamba_n_heads": 8,
      "mamba_d_head": 8, "mamba_d_state": 8, "mamba_n_groups": 1,
      "layer_types": ["mamba", "attention", "mamba"]}, None, None),
    ({"model_type": "phimoe", **SHARED, "head_dim": 8, "num_local_experts": 4, "attention_bias": True,
      "lm_head_bias": True}, 50313, 56601),
], ids=["granitemoe", "llama4_text", "granitemoe whose heads are divided", "granitemoehybrid", "phimoe"])
def test_what_version_4_does_not_read(config, newer, older):
    answer = count_configuration(configure(config), Question(2))
    said = [re.search(r"([\d,]+) parameters (more|fewer)", note) for note in answer.notes if "doesn't read" in note]
    if newer is None:                         # one layer of three attends: q, k, v and o are 16 · 32 more each
        newer, older = answer.total_parameters, answer.total_parameters + 4 * 16 * 32
    assert answer.total_parameters == newer
    assert [int(match[1].replace(",", "")) * (1 if match[2] == "more" else -1) for match in said if match] == (
        [older - newer] if older != newer else [])


@pytest.mark.parametrize("merged", [2, 3])
def test_a_norm_that_version_4_always_has(merged):
    def asked(normed):
        return count_configuration(configure({
            "model_type": "lfm2_vl", "downsample_factor": merged, "projector_use_layernorm": normed,
            "text_config": {"model_type": "lfm2", **SHARED, "layer_types": ["conv"] * 3},
            "vision_config": {"model_type": "siglip2_vision_model", **SEEN}}), Question(2, "q_proj"))

    more = 2 * merged**2 * SEEN["hidden_size"]
    said = f"projector_use_layernorm: transformers 4 doesn't read it, and has the norm: {more:,} parameters more"
    assert said in asked(False).notes and said not in asked(True).notes
    assert asked(True).total_parameters - asked(False).total_parameters == more


@pytest.mark.parametrize(("own", "newer", "older"), [
    ({}, 49712, 51776),
    ({"intermediate_size": [8, 8, 16, 16, 36, 36, 36], "attention_bias": True}, 40992, 43120),
])
def test_layers_without_keys_and_values_have_them_in_version_4(own, newer, older):
    config = {"model_type": "gemma3n_text", **SHARED, "num_hidden_layers": 7, "head_dim": 8, "num_kv_shared_layers": 2,
              "hidden_size_per_layer_input": 4, "vocab_size_per_layer_input": 20, "altup_num_inputs": 3,
              "laurel_rank": 5, **own}
    answer = count_configuration(configure(config), Question(2, targets=("k_proj", "v_proj")))
    assert (answer.total_parameters, answer.trainable) == (newer, 960)
    assert any(f"in the last 2 layers; transformers 4 has them there as well: {older - newer:,} parameters more" in note
               for note in answer.notes)


@pytest.mark.parametrize(("model_type", "size", "said"), [
    ("qwen2_moe", 8, True), ("qwen2_moe", 16, False), ("qwen2_moe", None, False), ("granitemoe", 16, False),
])
def test_what_version_4_does_not_build_is_said(model_type, size, said):
    config = {"model_type": model_type, **SHARED, "num_experts": 4, "moe_intermediate_size": 8,
              **({} if size is None else {"head_dim": size})}
    notes = count_configuration(configure(config), Question(2)).notes
    assert any("transformers 4 builds no model" in note for note in notes) == said


@pytest.mark.parametrize("asked", [{"targets": ("embed_out",)}, {"modules_to_save": ("embed_out",)}])
def test_a_head_that_version_4_calls_otherwise_is_found_by_no_such_name(asked):
    with pytest.raises(Refusal, match="transformers 4 calls lm_head so") as refused:
        count_configuration(configure(NEOX), Question(2, **asked))
    assert "nearest" not in str(refused.value)


NEOX = {"model_type": "gpt_neox", **SHARED}
ROUTED = {"model_type": "granitemoe", **SHARED, "num_local_experts": 4}
MIXED = {"model_type": "granitemoeshared", **SHARED, "num_local_experts": 4, "shared_intermediate_size": 8}
MARIAN = {"model_type": "marian", "d_model": 32, "encoder_layers": 2, "decoder_layers": 1, "encoder_attention_heads": 2,
          "encoder_ffn_dim": 36, "decoder_ffn_dim": 36, "vocab_size": 25}
SIGHTED = {"model_type": "gemma3", "text_config": {"model_type": "gemma3_text", "head_dim": 16, **TEXT},
           "vision_config": {"model_type": "siglip_vision_model", **SEEN}}


@pytest.mark.parametrize(("config", "asked", "said"), [
    (NEOX, {"modules_to_save": ("lm_head",)}, "lm_head: transformers 4 calls it embed_out"),
    (NEOX, {"targets": ("dense", "embed_out")}, "lm_head: transformers 4 calls it embed_out"),
    (NEOX, {"targets": "all-linear"}, None),
    (SIGHTED, {"targets": ("q_proj",)}, "model.vision_tower.…: transformers 4 calls it model.vision_tower.vision_model.…"),
    (SIGHTED, {"targets": ("down_proj",)}, None),
    (SIGHTED, {"targets": ("down_proj",), "bias": "all"}, "model.vision_tower.…: transformers 4 calls it"),
    (ROUTED, {"targets": "all-linear"}, "block_sparse_moe.router.layer: a Linear in transformers 4"),
    (ROUTED, {"targets": r".*\.1\..*(q_proj|layer)"}, "block_sparse_moe.router.layer: a Linear in transformers 4"),
    (ROUTED, {"targets": ("q_proj",)}, None),
    (MIXED, {"targets": ("q_proj", "output_linear")}, "block_sparse_moe.output_linear: PEFT 0.17 refuses these targets"),
    (MIXED, {"targets": r".*\.0\..*input_linear"}, "block_sparse_moe.input_linear: PEFT 0.17 refuses these targets"),
    (MIXED, {"targets": r".*shared_mlp\.input_linear"}, None),
    (MIXED, {"targets": ("shared_mlp.output_linear", "v_proj")}, None),
    (MARIAN, {"targets": ("q_proj",), "trainable_token_indices": {"": (1, 2)}},
     "model.encoder.embed_tokens: transformers 4 calls it model.shared"),
    (MARIAN, {"targets": ("q_proj",), "trainable_token_indices": {"decoder.embed_tokens": (1,)}}, None),
])
def test_names_of_version_4_are_said_where_they_matter(config, asked, said):
    notes = count_configuration(configure(config), Question(2, **asked)).notes
    told = [note for note in notes if re.search("transformers 4 calls|in transformers 4, (where|being)", note)]
    assert len(told) == (said is not None)
    assert all(note.startswith(said) for note in told)


@pytest.mark.parametrize("dense", [1, 3])
def test_a_buffer_is_said_where_a_layer_has_it(dense):
    config = {"model_type": "glm4_moe", **SHARED, "n_routed_experts": 4, "moe_intermediate_size": 8,
              "first_k_dense_replace": dense}
    answer = count_configuration(configure(config), Question(2, targets="q_proj", bias="all"))
    assert answer.adapter_file_bytes is not None
    assert any("e_score_correction_bias: no parameter" in note for note in answer.notes) == (dense < 3)


@pytest.mark.parametrize("last", ["full_attention", "sliding_attention"])
def test_the_last_layer_of_gemma_4_attends_to_all_and_the_answer_says_so(last):
    config = {"model_type": "gemma4_text", "hidden_size": 16, "num_hidden_layers": 2, "num_attention_heads": 2,
              "num_key_value_heads": 1, "head_dim": 4, "global_head_dim": 8, "intermediate_size": 24, "vocab_size": 30,
              "vocab_size_per_layer_input": 30, "hidden_size_per_layer_input": 0}
    found = configure({**config, "layer_types": ["sliding_attention", last]})
    answer = count_configuration(found, Question(1, targets=("q_proj",)))
    assert answer.lora == (16 + 2 * 4) + (16 + 2 * 8)
    assert any("the last is counted as full_attention" in note for note in answer.notes) == (last != "full_attention")
