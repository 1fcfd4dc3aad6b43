"""Families whose code stands beside their files: public totals, and lines that public runs printed."""

from __future__ import annotations

import pytest

from derivations.counting.catalogue import public_model
from derivations.counting.configuration import configure
from derivations.counting.count import Question, count_configuration

CHATGLM = {"model_type": "chatglm", "hidden_size": 4096, "num_layers": 28, "num_attention_heads": 32}
CHATGLM1 = {**CHATGLM, "inner_hidden_size": 16384, "vocab_size": 130528, "position_encoding_2d": True}
CHATGLM2 = {**CHATGLM, "ffn_hidden_size": 13696, "padded_vocab_size": 65024, "multi_query_attention": True,
            "multi_query_group_num": 2, "add_qkv_bias": True, "add_bias_linear": False, "kv_channels": 128}
GLM4 = {**CHATGLM2, "num_layers": 40, "padded_vocab_size": 151552, "vocab_size": 151552}
BAICHUAN = {"model_type": "baichuan", "hidden_size": 4096, "num_hidden_layers": 32, "num_attention_heads": 32,
            "intermediate_size": 11008, "vocab_size": 64000}
BAICHUAN2 = {**BAICHUAN, "hidden_size": 5120, "num_hidden_layers": 40, "num_attention_heads": 40, "intermediate_size": 13696,
             "vocab_size": 125696}
INTERNLM2 = {"model_type": "internlm2", "hidden_size": 4096, "num_hidden_layers": 32, "num_attention_heads": 32,
             "num_key_value_heads": 8, "intermediate_size": 14336, "vocab_size": 92544, "bias": False}
QWEN = {"model_type": "qwen", "hidden_size": 4096, "num_hidden_layers": 32, "num_attention_heads": 32,
        "intermediate_size": 22016, "vocab_size": 151936, "kv_channels": 128, "no_bias": True}


@pytest.mark.parametrize("name", ["internvl3-1b", "internvl3-2b", "internvl3-8b", "internvl3-14b"])
def test_internvl_by_its_publishers_own_files_has_the_published_totals(name):
    """The same models by the library's names are in the catalogue, with what is published of each."""
    model = public_model(name)
    text, eye = (dict(model.config[f"{part}_config"]) for part in ("text", "vision"))
    eye |= {"model_type": "intern_vit_6b", "qkv_bias": True, "qk_normalization": False, "norm_type": "layer_norm"}
    whole = {"model_type": "internvl_chat", "downsample_ratio": 0.5, "llm_config": text, "vision_config": eye}
    answer = count_configuration(configure(whole), Question(16, targets=("attn.qkv", "attn.proj", "mlp.fc1", "mlp.fc2")))
    assert answer.total_parameters == model.published_total
    assert answer.trainable == 24 * 16 * ((1024 + 3072) + 2 * 1024 + 2 * (1024 + 4096))       # its own code's targets in its tower
    v = text["hidden_size"] // text["num_attention_heads"] * text["num_key_value_heads"]
    answer = count_configuration(configure(whole), Question(1, targets=("q_proj", "v_proj")))
    assert answer.trainable == text["num_hidden_layers"] * (3 * text["hidden_size"] + v)
    assert answer.modules[0].name == "self_attn.q_proj"


@pytest.mark.parametrize(("config", "rank", "targets", "trainable", "total"), [
    (CHATGLM1, 8, "query_key_value", 3_670_016, 6_173_286_400), (CHATGLM2, 8, "query_key_value", 1_949_696, 6_243_584_000),
    (GLM4, 8, "query_key_value", 2_785_280, 9_399_951_360), (BAICHUAN, 1, "W_pack", 524_288, 7_000_559_616),
    (BAICHUAN2, 1, "W_pack", 819_200, 13_896_668_160), (INTERNLM2, 8, "wqkv", 2_621_440, 7_737_708_544),
    (QWEN, 8, "c_attn", 4_194_304, 7_721_324_544), (QWEN, 64, "c_attn,c_proj,w1,w2", 143_130_624, 7_721_324_544),
])
def test_public_totals_and_public_runs(config, rank, targets, trainable, total):
    answer = count_configuration(configure(config), Question(rank, targets=targets))
    assert (answer.trainable, answer.total_parameters) == (trainable, total)


def test_the_first_chatglm_has_biases_and_a_tied_head():
    answer = count_configuration(configure(CHATGLM1), Question(8, targets="query_key_value", bias="lora_only"))
    assert answer.terms["bias"] == 28 * 3 * 4096
    assert answer.all_parameters == 6_173_286_400 + 3_670_016
