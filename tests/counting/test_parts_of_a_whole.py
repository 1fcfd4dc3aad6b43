"""Models with an eye or an ear, and layers that differ: what is in and what is out, by name.

Every number was counted on small models by transformers 5.24 with PEFT 0.21.
"""

from __future__ import annotations

from math import prod

import pytest
from filing import filed

from derivations.counting.catalogue import public_model
from derivations.counting.configuration import configure
from derivations.counting.count import Question, count_configuration
from derivations.counting.refusal import Refusal

SHARED = {"hidden_size": 32, "num_hidden_layers": 3, "num_attention_heads": 2, "num_key_value_heads": 2,
          "intermediate_size": 36, "vocab_size": 25}
TEXT = {"model_type": "gemma4_text", **SHARED, "head_dim": 8, "global_head_dim": 16, "num_global_key_value_heads": 1,
        "attention_k_eq_v": True, "layer_types": ["full_attention", "sliding_attention", "sliding_attention"],
        "hidden_size_per_layer_input": 4, "vocab_size_per_layer_input": 20}
EYE = {"hidden_size": 16, "intermediate_size": 24, "num_hidden_layers": 2, "num_attention_heads": 2,
       "num_key_value_heads": 1, "head_dim": 8, "position_embedding_size": 6, "patch_size": 2}
EAR = {"hidden_size": 16, "num_hidden_layers": 2, "num_attention_heads": 2, "subsampling_conv_channels": [8, 4],
       "output_proj_dims": 12}
GEMMA = {"model_type": "gemma4", "text_config": TEXT, "vision_config": EYE, "audio_config": EAR}
NEMOTRON = {"model_type": "nemotron_h", **{name: size for name, size in SHARED.items() if name != "num_hidden_layers"},
            "mamba_num_heads": 4, "mamba_head_dim": 4, "ssm_state_size": 8, "n_groups": 1, "n_routed_experts": 4,
            "moe_intermediate_size": 6, "moe_shared_expert_intermediate_size": 10, "head_dim": 8}


def count(config, **asked):
    return count_configuration(configure(config), Question(2, **asked))


def test_a_name_that_a_wrapper_bears_is_refused_until_it_is_left_out():
    with pytest.raises(Refusal, match=r"vision_tower.encoder.layers.\*.self_attn.q_proj is meant too: it is no Linear"):
        count(GEMMA, targets=("q_proj",))
    with pytest.raises(Refusal, match="no Linear"):
        count(GEMMA, targets=r".*(q_proj|v_proj)")
    left = count(GEMMA, targets=r".*(q_proj|v_proj)", exclude_modules=r".*(vision|audio)_tower.*")
    assert (left.total_parameters, left.trainable) == (39060, 448)
    assert count(GEMMA, targets=("linear",)).trainable == 3040
    bare = 2 * 2 * (16 + 16)                                          # the ear's relative_k_proj, which nothing wraps
    assert sum(count(GEMMA, targets=word).trainable for word in ("vision", "audio")) == 3040 + bare


def test_an_eye_and_an_ear_may_be_missing():
    total = {name: count({**GEMMA, name: None}).total_parameters for name in ("vision_config", "audio_config")}
    alone = count({"model_type": "gemma4", "text_config": TEXT}).total_parameters
    assert alone == count(TEXT).total_parameters == 20324
    assert sum(total.values()) == 39060 + alone


def test_sizes_of_full_layers_are_read_as_they_are_saved_again():
    saved = {name: value for name, value in TEXT.items() if "global" not in name}
    listed = {number: {"head_dim": 16, "num_key_value_heads": 1} for number in ("0", "2")}
    assert count({**saved, "per_layer_config": listed}, targets=("v_proj",)).total_parameters == 20324
    for odd in ({"0": {"head_dim": 16}}, {**listed, "0": {"head_dim": 8}}, {**listed, "2": 8}, {}):
        with pytest.raises(Refusal, match="per_layer_config"):
            count({**saved, "per_layer_config": odd})


@pytest.mark.parametrize("spelled", [
    {"hybrid_override_pattern": "M*E-"},
    {"layers_block_type": ["mamba", "attention", "moe", "mlp"]},
    {"layer_types": ["linear_attention", "full_attention", "moe", "mlp"]},
])
def test_layers_are_spelled_in_letters_or_in_words(spelled):
    answer = count(NEMOTRON | spelled, targets=("up_proj", "down_proj"))
    assert (answer.total_parameters, answer.trainable) == (10780, 440)


@pytest.mark.parametrize("spelled", [
    {"hybrid_override_pattern": "M*X"}, {"hybrid_override_pattern": ""}, {"layers_block_type": ["mamba", "dense"]}, {},
])
def test_no_other_kind_of_layer_is_counted(spelled):
    with pytest.raises(Refusal, match="layers_block_type|hybrid_override_pattern"):
        count(NEMOTRON | spelled)


def test_experts_bear_the_names_of_their_family():
    llama = {"model_type": "llama4_text", **SHARED, "head_dim": 16, "num_local_experts": 4, "intermediate_size_mlp": 7,
             "interleave_moe_layer_step": 2, "vocab_size": 58}
    asked = Question(2, targets=(), target_parameters=("experts.gate_up_proj",))
    at = "base_model.model.model.layers.1.feed_forward.experts.lora_"
    assert filed(configure(llama).decoder, asked) == {
        f"{at}A.weight": (8, 72), f"{at}B.weight": (32, 8)}          # as wide as the library takes them to be
    assert any("0.17 doesn't" in note for note in count(
        llama, targets=(), target_parameters=("experts.down_proj",)).notes)
    with pytest.raises(Refusal, match=r"as mixer.experts.up_proj,mixer.experts.down_proj"):
        count(NEMOTRON | {"hybrid_override_pattern": "*E"}, targets=("experts.up_proj",))


def test_targets_that_mean_nothing_are_no_fault_beside_parameters():
    granite = {"model_type": "granitemoe", **SHARED, "num_local_experts": 4}
    both = count(granite, targets=("nothing",), target_parameters=("experts.down_proj",))
    assert both.trainable == count(granite, targets=(), target_parameters=("experts.down_proj",)).trainable
    with pytest.raises(Refusal, match="the library refuses 'self_attn'"):
        count(granite, targets=("self_attn",), target_parameters=("experts.down_proj",))


@pytest.mark.parametrize(("name", "trained"), [
    ("llava-1.5-7b", 42_336_256), ("qwen3-vl-8b", 43_646_976), ("mistral-small-3.1-24b", 101_449_728),
    ("gemma-3-4b", 32_788_480),                                   # of 4,332,867,952 in all, as a public log prints it
])
def test_the_seven_names_of_llama_reach_a_tower_where_its_linears_have_them(name, trained):
    """PEFT 0.21 by the published configurations, on the meta device: with the text alone some were counted too low."""
    seven = ("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj")
    answer = count_configuration(public_model(name).configuration, Question(16, seven))
    assert answer.trainable == trained
    assert name != "gemma-3-4b" or answer.all_parameters == 4_332_867_952


CLIP = {"model_type": "clip_vision_model", "hidden_size": 16, "intermediate_size": 20, "num_hidden_layers": 3,
        "num_attention_heads": 2, "image_size": 8, "patch_size": 4}
LLAVA = {"model_type": "llava_next", "text_config": {"model_type": "llama", **SHARED}, "vision_config": CLIP}


@pytest.mark.parametrize(("config", "weights"), [
    (LLAVA, 32 * 16), (LLAVA | {"model_type": "llava"}, 32 * 16),
    ({"model_type": "mistral3", "text_config": {"model_type": "mistral", **SHARED},
      "vision_config": {"model_type": "pixtral", "hidden_size": 16, "intermediate_size": 20, "num_hidden_layers": 3,
                        "num_attention_heads": 2, "patch_size": 4}}, 32 * 16),
], ids=lambda config: config["model_type"] if isinstance(config, dict) else "")
def test_a_projection_takes_the_outcome_of_each_layer_that_is_listed(config, weights):
    asked = {"targets": r".*\.linear_1"}
    one, two, four = (count(config | {"vision_feature_layer": layers}, **asked) for layers in (-3, [-2, -1], [-3, -2, 0, -1]))
    assert one == count(config, **asked)._replace(taken=one.taken)
    assert [more.total_parameters - one.total_parameters for more in (two, four)] == [weights, 3 * weights]
    assert [more.lora - one.lora for more in (two, four)] == [2 * 16, 2 * 3 * 16]
    for odd in ("-2", [], [0.5], True, None):
        with pytest.raises(Refusal, match="vision_feature_layer must be an integer, or a list of integers"):
            count(config | {"vision_feature_layer": odd})


@pytest.mark.parametrize("inner", ["llava", "gemma3", "qwen3_vl"])
def test_a_part_that_has_parts_itself_is_refused(inner):
    with pytest.raises(Refusal, match=f"^text_config: {inner} has parts itself, and none of a part's is counted here$"):
        count({**LLAVA, "text_config": {"model_type": inner, "text_config": SHARED, "vision_config": CLIP, **SHARED}})


def test_a_part_that_is_missing_is_not_made_of_the_whole():
    for part in ("text_config", "vision_config"):
        whole = {**LLAVA, **SHARED, part: None}
        with pytest.raises(Refusal, match=f"{part} is missing"):
            count(whole)
    with pytest.raises(Refusal, match="vision_config is missing"):
        count({"model_type": "qwen2_5_vl", **SHARED, "num_attention_heads": 4})
    tower = {"num_hidden_layers": 2, "hidden_size": 16, "intermediate_size": 20, "num_heads": 2, "out_hidden_size": 32}
    flat = {"model_type": "qwen2_5_vl", **SHARED, "vision_config": tower}
    nested = {"model_type": "qwen2_5_vl", "text_config": SHARED,
              "vision_config": {"depth": 2, **{name: size for name, size in tower.items() if "layers" not in name}}}
    assert count(flat).total_parameters == count(nested).total_parameters
    with pytest.raises(Refusal, match="depth and num_hidden_layers are the same field"):
        count(flat | {"vision_config": tower | {"depth": 3}})


def test_modules_to_save_mean_modules_and_a_parameter_with_the_one_that_holds_it():
    for named in ("image_newline", "class_embedding"):
        with pytest.raises(Refusal, match=f"no module is called '{named}'"):
            count(LLAVA, targets=r".*language_model.*q_proj", modules_to_save=(named,))
    asked = Question(2, r".*language_model.*q_proj", modules_to_save=("embeddings",))
    at, held = "base_model.model.model.vision_tower.embeddings.", filed(configure(LLAVA).decoder, asked)
    assert {name.removeprefix(at): shape for name, shape in held.items() if name.startswith(at)} == {
        "class_embedding": (16,), "patch_embedding.weight": (16, 3, 4, 4), "position_embedding.weight": (5, 16)}


def test_a_router_bears_the_name_of_its_family():
    granite = {"model_type": "granitemoe", **SHARED, "num_local_experts": 4}
    held = filed(configure(granite).decoder, Question(2, targets=(), target_parameters=("router.weight",)))
    names = {name.rpartition(".lora_")[0] for name in held}
    assert names == {f"base_model.model.model.layers.{layer}.block_sparse_moe.router" for layer in range(3)}


@pytest.mark.parametrize(("named", "weights"), [                 # as PEFT 0.21 trains them, and files them by these names
    (("mlp",), 3 * 3 * 32 * 36), (("up_proj", "o_proj"), 3 * (32 * 36 + 32 * 32)), (("mlp", "layernorm"), 3 * (3 * 32 * 36 + 2 * 32)),
])
def test_linears_of_the_layers_train_whole_by_their_names_and_by_what_holds_them(named, weights):
    llama, asked = {"model_type": "llama", **SHARED}, {"targets": ("q_proj", "v_proj"), "modules_to_save": named}
    answer = count(llama, **asked)
    assert answer.trainable == 3 * 2 * 2 * (32 + 32) + weights
    held = filed(configure(llama).decoder, Question(2, **asked))
    assert sum(prod(shape) for name, shape in held.items() if ".lora_" not in name) == weights
    assert count(llama, targets=("q_proj", "up_proj"), modules_to_save=("mlp",)).lora == 3 * 2 * (32 + 32)      # up_proj is left out


def test_gpt2_files_its_matrices_turned():
    gpt2 = configure({"model_type": "gpt2", "n_embd": 8, "n_layer": 2, "n_head": 2, "n_positions": 9, "vocab_size": 11})
    held = filed(gpt2.decoder, Question(1, ("c_proj",), modules_to_save=("c_attn",)))
    assert {shape for name, shape in held.items() if name.endswith("c_attn.weight")} == {(8, 24)}


@pytest.mark.parametrize(("targets", "named", "said"), [
    (("q_proj",), ("mlp", "up_proj"), "each once"), (("v_proj",), ("lf_attn.v_proj",), "is adapted too"), (("v_proj",), ("layers",), "trained whole"),
    (("v_proj",), ("1.mlp",), "each once and of every layer"),
])
def test_what_would_train_twice_or_in_one_layer_is_refused(targets, named, said):
    with pytest.raises(Refusal, match=said):
        count({"model_type": "llama", **SHARED}, targets=targets, modules_to_save=named)
