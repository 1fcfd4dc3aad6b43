"""Models that listen, or see: public totals, and what versions of the library call otherwise.

Numbers beside small configurations were counted by transformers 5.24 and 4.57 with PEFT 0.21 and 0.17.
"""

from __future__ import annotations

import re

import pytest

from derivations.counting.architecture.decoder import total
from derivations.counting.catalogue import public_model
from derivations.counting.configuration import configure
from derivations.counting.count import Question, count_configuration
from derivations.counting.memory import shape_of
from derivations.counting.refusal import Refusal

LARGE = {"hidden_size": 1024, "num_hidden_layers": 24, "num_attention_heads": 16, "intermediate_size": 4096,
         "feat_extract_norm": "layer", "conv_bias": True, "do_stable_layer_norm": True}
SPEECH = {"model_type": "wav2vec2", "hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 4, "intermediate_size": 40,
          "conv_dim": [6, 5], "conv_kernel": [3, 2], "conv_stride": [2, 2], "num_conv_pos_embeddings": 4,
          "num_conv_pos_embedding_groups": 2, "classifier_proj_size": 7}
OMNI = {"model_type": "qwen2_5_omni_thinker",
        "text_config": {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 4, "num_key_value_heads": 2,
                        "intermediate_size": 36, "vocab_size": 25},
        "vision_config": {"depth": 2, "hidden_size": 16, "num_heads": 2, "intermediate_size": 20, "out_hidden_size": 32},
        "audio_config": {"d_model": 16, "encoder_layers": 2, "encoder_attention_heads": 2, "encoder_ffn_dim": 20, "output_dim": 32}}


def count(config, rank=1, **asked):
    return count_configuration(configure(config), Question(rank, **asked))


@pytest.mark.parametrize(("config", "published"), [        # with the head that transcribes 32 letters
    ({"model_type": "wav2vec2"}, 94_396_320), ({"model_type": "wav2vec2", **LARGE}, 315_471_520),   # base-960h, large-960h-lv60-self
    ({"model_type": "hubert"}, 94_371_712 + 32 * 769), ({"model_type": "wavlm"}, 94_381_936 + 32 * 769),
    ({"model_type": "glm4v", "text_config": {}, "vision_config": {}}, 10_292_777_472),            # zai-org/GLM-4.1V-9B-Thinking
])
def test_public_totals(config, published):
    assert count(config).total_parameters == published


@pytest.mark.parametrize(("own", "stored"), [           # the hub's counts: keys and values that the last layers don't use among them
    ({}, 7_849_978_192), ({"num_hidden_layers": 30, "num_kv_shared_layers": 10, "intermediate_size": 8192}, 5_439_438_272),
])
def test_gemma_3n_has_what_its_files_store_but_what_version_5_left_out(own, stored):
    found = configure({"model_type": "gemma3n", "text_config": own, "vision_config": {}, "audio_config": {}})
    (said,) = found.decoder.versions
    more = int(re.search(r"([\d,]+) parameters more", said)[1].replace(",", ""))
    assert total(found.decoder) + more == stored


def test_gemma_3ns_eye_is_reached_by_no_name_of_a_linear_and_has_the_one_architecture():
    config = {"model_type": "gemma3n", "text_config": {}, "vision_config": {}, "audio_config": {}}
    assert not any("timm_model" in row.name for row in count(config, targets="all-linear").modules)
    with pytest.raises(Refusal, match="architecture must be \"mobilenetv5_300m_enc\""):
        count({**config, "vision_config": {"architecture": "mobilenetv5_base"}})
    with pytest.raises(Refusal, match=r"sscp_conv_kernel_size must be \[\[3, 3\], \[3, 3\]\]"):
        count({**config, "audio_config": {"sscp_conv_kernel_size": [[5, 5], [3, 3]]}})


def test_idefics_2_asks_by_vectors_as_wide_as_its_text():
    text = {"model_type": "mistral", "vocab_size": 32003}
    eye = {"hidden_size": 1152, "num_hidden_layers": 27, "num_attention_heads": 16, "intermediate_size": 4304, "image_size": 980, "patch_size": 14}
    whole = {"model_type": "idefics2", "text_config": text, "vision_config": eye}
    sizes = [count({**whole, "perceiver_config": own}).total_parameters for own in ({}, {"hidden_size": 64})]
    assert sizes == [8_402_768_112, 8_402_768_112]                                      # HuggingFaceM4/idefics2-8b


@pytest.mark.parametrize(("own", "published"), [                       # the files hold the head beside the table that it is tied to
    ({}, 247_414_076), ({"hidden_size": 1024, "num_hidden_layers": 24, "intermediate_size": 4096, "num_attention_heads": 16}, 469_732_924),
])
def test_blip_describes_pictures_by_a_tied_head_that_all_linear_reaches(own, published):
    config = {"model_type": "blip", "text_config": {}, "vision_config": own}
    found = count(config, 4, targets="all-linear")
    assert found.total_parameters == published - 768 * 30_524
    assert any(row.name.endswith("cls.predictions.decoder") for row in found.modules)
    one, two = (count(config, 4, targets=("qkv",), bias=how) for how in ("none", "all"))
    assert one.trainable < two.trainable


@pytest.mark.parametrize(("config", "labels", "published"), [
    ({"model_type": "swin"}, 1000, 28_288_354),                                                    # timm's swin_tiny_patch4_window7_224
    ({"model_type": "swin", "embed_dim": 128, "depths": [2, 2, 18, 2], "num_heads": [4, 8, 16, 32]}, 1000, 87_768_224),
    ({"model_type": "segformer"}, 150, 3_752_694),                                     # nvidia/segformer-b0-finetuned-ade-512-512
])
def test_encoders_in_stages_have_their_published_totals(config, labels, published):
    named = "decode_head" if config["model_type"] == "segformer" else "classifier"
    answer = count(config, targets=("query", "value"), num_labels=labels, modules_to_save=(named,))
    assert answer.total_parameters == published
    assert any("names of transformers 4" in note for note in answer.notes)


def test_segformers_head_is_trained_whole_as_the_field_trains_it():
    answer = count({"model_type": "segformer"}, 32, targets=("query", "value"), bias="lora_only", num_labels=150, modules_to_save=("decode_head",))
    assert answer.printed == "trainable params: 566,422 || all params: 4,317,068 || trainable%: 13.1205"   # by PEFT 0.21 and transformers 5.24
    assert answer.adapter_file_bytes is None and any("a batch norm that is trained whole" in note for note in answer.notes)


def test_granite_speech_refuses_to_train_its_batch_norms_whole_with_others():
    config = {"model_type": "granite_speech", "text_config": {"model_type": "granite", "hidden_size": 16, "num_hidden_layers": 1,
              "num_attention_heads": 2, "intermediate_size": 8, "vocab_size": 20},
              "encoder_config": {"hidden_dim": 16, "num_layers": 2, "num_heads": 2, "dim_head": 8}, "projector_config": {}}
    assert count(config, targets=("to_q", "q_proj")).trainable == (2 + 1) * 32
    with pytest.raises(Refusal, match="more in the layers than norms"):
        count(config, targets=("q_proj",), modules_to_save=("norm",))
    with pytest.raises(Refusal, match="dim_head is missing"):
        count({**config, "encoder_config": {}})


@pytest.mark.parametrize(("own", "said"), [
    ({"depths": [2, 2]}, "num_encoder_blocks is 4: depths, hidden_sizes"), ({"num_encoder_blocks": 2}, "num_encoder_blocks is 2: depths"),
    ({"mlp_ratios": [4, 4, 4, 0.5]}, "mlp_ratios must be a list of integers"),
])
def test_stages_that_do_not_agree_are_refused(own, said):
    with pytest.raises(Refusal, match=said):
        count({"model_type": "segformer", **own})


DONUT = {"model_type": "vision-encoder-decoder",
         "encoder": {"model_type": "donut-swin", "embed_dim": 128, "depths": [2, 2, 14, 2], "num_heads": [4, 8, 16, 32], "window_size": 10},
         "decoder": {"model_type": "mbart", "d_model": 1024, "decoder_layers": 4, "decoder_ffn_dim": 4096, "vocab_size": 57525,
                     "max_position_embeddings": 1536}}


def test_what_reads_pictures_is_an_encoder_of_pictures_and_a_decoder():
    assert count(DONUT).total_parameters == 201_852_024                                       # as the library builds donut-base
    reader = {"model_type": "trocr", "cross_attention_hidden_size": 768}
    eye = {"model_type": "vit", "hidden_size": 768, "num_hidden_layers": 12, "num_attention_heads": 12, "intermediate_size": 3072,
           "image_size": 384, "qkv_bias": False}
    assert count({**DONUT, "encoder": eye, "decoder": reader}).total_parameters == 333_921_792     # microsoft/trocr-base-handwritten
    with pytest.raises(Refusal, match="encoder: only one of pictures is counted here"):
        count({**DONUT, "encoder": {"model_type": "bert", "hidden_size": 8, "num_hidden_layers": 1, "num_attention_heads": 1,
                                    "intermediate_size": 8, "vocab_size": 20}})
    with pytest.raises(Refusal, match="model_type 'bert_decoder' isn't known"):
        count({**DONUT, "decoder": {"model_type": "bert"}})


def test_a_projection_stands_between_them_where_the_decoder_does_not_take_in_the_encoders_width():
    eye = {"model_type": "vit", "hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 20}
    reader = {"model_type": "trocr", "d_model": 24, "decoder_layers": 1, "decoder_attention_heads": 2, "decoder_ffn_dim": 12, "vocab_size": 20}
    sizes = [count({"model_type": "vision-encoder-decoder", "encoder": eye, "decoder": {**reader, "cross_attention_hidden_size": width}},
                   targets=("fc1",)).total_parameters for width in (None, 16)]
    assert sizes[0] - sizes[1] == 24 * (16 + 1) + 2 * 24 * (24 - 16)


STAGES = {"model_type": "segformer", "hidden_sizes": [16, 32, 48, 64], "num_attention_heads": [1, 2, 3, 4], "depths": [2, 1, 2, 1]}
WINDOWS = {"model_type": "swin", "embed_dim": 16, "depths": [2, 2, 3], "num_heads": [2, 2, 2], "window_size": 2}
EXPERTS = {"model_type": "mixtral", "hidden_size": 32, "intermediate_size": 48, "num_hidden_layers": 3, "num_attention_heads": 4,
           "num_key_value_heads": 2, "num_local_experts": 4, "vocab_size": 50}


@pytest.mark.parametrize(("config", "layers", "pattern", "trained"), [
    (STAGES, (3,), (), 2304), (STAGES, (2, 3), (), 5760), (STAGES, (3,), ("stages",), 2304), (STAGES, (1,), ("blocks",), 2304),
    (WINDOWS, (0,), (), 256), (WINDOWS, (2,), (), 1536), (WINDOWS, (1,), ("blocks",), 896), (WINDOWS, (0, 2), ("blocks", "layers"), 1408),
    (EXPERTS, (0, 3), ("experts",), 1920), (EXPERTS, (1,), ("experts", "layers"), 1216), (EXPERTS, (1,), ("layers", "experts"), 1536),
], ids=str)
def test_a_layers_number_is_a_stages_or_an_experts_where_the_library_takes_it_so(config, layers, pattern, trained):
    """PEFT 0.21 over transformers 5.24, Mixtral by PEFT 0.17 over 4.57, and SegFormer with its head: a bare one's first number is a block's."""
    targets = {"segformer": ("q_proj", "v_proj", "fc1"), "swin": ("q_proj",), "mixtral": ("w1", "q_proj")}[config["model_type"]]
    asked = {"layers_to_transform": layers, "layers_pattern": pattern, "num_labels": 2 if config is STAGES else 0}
    assert count(config, 4, targets=targets, **asked).lora == trained


def test_a_number_beyond_all_stages_is_refused():
    with pytest.raises(Refusal, match="layers_to_transform: the model has layers 0 to 3, not 4"):
        count(STAGES, targets=("q_proj",), layers_to_transform=(4,), num_labels=2)
    with pytest.raises(Refusal, match="layers_to_transform: the model has layers 0 to 1, not 2"):
        count(STAGES, targets=("q_proj",), layers_to_transform=(2,))


@pytest.mark.parametrize(("targets", "trained"), [
    (("c_attn", "q_attn"), 6480), (("c_proj", "q_proj"), 7248), ("all-linear", 22_752), (("query", "value"), 1536)])
def test_gpt2_reads_pictures_as_the_library_builds_and_adapts_it(targets, trained):
    """transformers 5.24 with PEFT 0.21; the last by the names of transformers 4.57 with PEFT 0.17."""
    answer = count({"model_type": "vision-encoder-decoder",
                    "encoder": {"model_type": "vit", "hidden_size": 48, "num_hidden_layers": 2, "num_attention_heads": 4, "intermediate_size": 96,
                                "image_size": 32, "patch_size": 8},
                    "decoder": {"model_type": "gpt2", "n_embd": 60, "n_layer": 3, "n_head": 5, "vocab_size": 211, "n_positions": 33,
                                "add_cross_attention": True}}, 4, targets=targets)
    assert (answer.total_parameters, answer.trainable) == (244_416, trained)


def test_speech_is_told_apart_by_two_linears_and_refuses_what_the_library_does():
    answer = count(SPEECH, 3, targets=("q_proj", "v_proj"), num_labels=5, modules_to_save=("classifier", "projector"))
    assert answer.trainable == 2 * 2 * 3 * (32 + 32) + 7 * 33 + 5 * 8
    for target in ("all-linear", "lm_head"):
        with pytest.raises(Refusal, match=r"PEFT 0\.21"):
            count(SPEECH, targets=target if target == "all-linear" else (target,))
    with pytest.raises(Refusal, match="in 2 groups"):
        count(SPEECH, targets=("conv",))


@pytest.mark.parametrize(("own", "said"), [
    ({"conv_dim": [6]}, "conv_dim names 1 convolutions, and conv_kernel 2"), ({"feat_extract_norm": "batch"}, "feat_extract_norm must be group or layer"),
    ({"mask_time_prob": 2}, "mask_time_prob must be a number from 0 to 1"), ({"add_adapter": True}, "add_adapter must be false"),
])
def test_speech_that_is_none_is_refused(own, said):
    with pytest.raises(Refusal, match=said):
        count({**SPEECH, **own})


def test_a_whole_omni_is_counted_by_what_thinks():
    whole = {"model_type": "qwen2_5_omni", "thinker_config": OMNI, "talker_config": {}, "token2wav_config": {}}
    inner, outer = (count(config, 2, targets=("q_proj", "v_proj")) for config in (OMNI, whole))
    assert (inner.total_parameters, inner.trainable) == (outer.total_parameters, outer.trainable)
    assert any("the thinker alone" in note for note in outer.notes)
    assert shape_of(configure(whole)) == shape_of(configure(OMNI))                # what a batch of text alone runs
    with pytest.raises(Refusal, match="^thinker_config is missing$"):
        count({"model_type": "qwen2_5_omni", "talker_config": {}})


def test_an_omni_thinks_under_other_names_in_version_4():
    notes = count(OMNI, targets=("q_proj",)).notes
    assert any(note.startswith("model.language_model.…: transformers 4 calls it model.…") for note in notes)


def test_two_equal_sides_are_one_and_others_are_refused():
    eye = {"hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 20}
    text = {"model_type": "qwen2", **OMNI["text_config"]}
    one, two = (count({"model_type": "internvl", "text_config": text, "vision_config": {**eye, "image_size": size, "patch_size": patch}})
                for size, patch in ((28, 14), ([28, 28], [14, 14])))
    assert one.total_parameters == two.total_parameters
    with pytest.raises(Refusal, match="image_size must be a positive integer, or two equal ones"):
        count({"model_type": "internvl", "text_config": text, "vision_config": {**eye, "image_size": [28, 42]}})


@pytest.mark.parametrize(("targets", "line"), [                                                    # as public runs printed
    (("v_proj", "q_proj"), "trainable params: 5,242,880 || all params: 3,749,922,816 || trainable%: 0.1398"),
    (("v_proj", "q_proj", "qkv"), "trainable params: 8,757,248 || all params: 3,753,437,184 || trainable%: 0.2333"),
])
def test_blip_2_prints_what_its_runs_did(targets, line):
    assert count_configuration(public_model("blip2-opt-2.7b").configuration, Question(16, targets)).printed == line


def test_a_q_former_looks_at_the_picture_in_every_so_many_layers():
    small = {"model_type": "blip-2", "text_config": {}, "vision_config": {"hidden_size": 48}}
    looks = [count({**small, "qformer_config": {"cross_attention_frequency": often}}, targets=("crossattention.attention.key",)).trainable
             for often in (1, 2, 5, 12)]
    assert looks == [layers * (48 + 768) for layers in (12, 6, 3, 1)]
    with pytest.raises(Refusal, match="over what predicts a next token"):
        count({**small, "qformer_config": {}, "text_config": {"model_type": "bert", "hidden_size": 8, "num_hidden_layers": 1,
                                                              "num_attention_heads": 2, "intermediate_size": 12, "vocab_size": 30}})


def test_blip_2_over_t5_counts_both_its_stacks():
    xl = {"model_type": "t5", "d_model": 2048, "d_ff": 5120, "num_layers": 24, "num_heads": 32, "d_kv": 64, "vocab_size": 32128,
          "feed_forward_proj": "gated-gelu", "tie_word_embeddings": False}
    asking = {"hidden_size": 768, "num_hidden_layers": 12, "num_attention_heads": 12, "intermediate_size": 3072}
    answer = count({"model_type": "blip-2", "text_config": xl, "vision_config": {}, "qformer_config": asking}, 16, targets=("q", "v"))
    assert answer.total_parameters == 3_942_446_592                                                     # Salesforce/blip2-flan-t5-xl
    assert answer.trainable == (24 + 2 * 24) * 2 * 16 * (2048 + 2048)


def test_florence_2_counts_what_its_runs_did_by_the_fields_of_its_own_files():
    """Runs of Florence-2-base say 0.71 % of some 270 million: its own code holds the head beside its table."""
    text = {"model_type": "florence2_language", "d_model": 768, "encoder_layers": 6, "decoder_layers": 6, "encoder_attention_heads": 12,
            "encoder_ffn_dim": 3072, "decoder_ffn_dim": 3072, "vocab_size": 51289, "max_position_embeddings": 1024}
    eye = {"model_type": "davit", "dim_embed": [128, 256, 512, 1024], "projection_dim": 768,
           "image_pos_embed": {"type": "learned_abs_2d", "max_pos_embeddings": 50}}
    targets = ("q_proj", "o_proj", "k_proj", "v_proj", "linear", "Conv2d", "lm_head", "fc2")
    answer = count({"model_type": "florence2", "text_config": text, "vision_config": eye}, 8, targets=targets)
    assert answer.trainable == 1_929_928
    held = answer.total_parameters + answer.trainable + 51_289 * 768
    assert (held, round(100 * answer.trainable / held, 2)) == (272_733_896, 0.71)
    with pytest.raises(Refusal, match="must name as many stages each"):
        count({"model_type": "florence2", "text_config": text, "vision_config": {**eye, "depths": [1, 1]}})
