"""Families beyond the course's: published totals, what tells classes apart, and what their configurations get wrong.

Where nothing is published, numbers were counted by transformers 5.24 with PEFT 0.21.
"""

from __future__ import annotations

import pytest

from derivations.counting.configuration import configure
from derivations.counting.count import Question, count_configuration
from derivations.counting.refusal import Refusal

BASE = {"hidden_size": 768, "num_hidden_layers": 12, "num_attention_heads": 12, "intermediate_size": 3072}


def count(config, rank=1, **asked):
    return count_configuration(configure(config), Question(rank, **asked))


@pytest.mark.parametrize(("config", "published"), [
    ({"model_type": "dbrx", "d_model": 6144, "n_heads": 48, "n_layers": 40, "vocab_size": 100352, "attn_config": {"kv_n_heads": 8},
      "ffn_config": {"ffn_hidden_size": 10752, "moe_num_experts": 16}}, 131_596_523_520),                                # databricks/dbrx-base
    ({"model_type": "jamba", "hidden_size": 4096, "intermediate_size": 14336, "num_hidden_layers": 32, "num_attention_heads": 32,
      "vocab_size": 65536}, 51_570_323_328),                                                                             # ai21labs/Jamba-v0.1
    ({"model_type": "layoutlm", **BASE, "vocab_size": 30522}, 112_627_968),                          # microsoft/layoutlm-base-uncased
    ({"model_type": "led", "d_model": 768, "encoder_layers": 6, "encoder_attention_heads": 12, "encoder_ffn_dim": 3072, "decoder_layers": 6,
      "decoder_ffn_dim": 3072, "vocab_size": 50265}, 161_844_480),                                                # allenai/led-base-16384
    ({"model_type": "t5gemma", "encoder": {}, "decoder": {}}, 5_596_853_760),                                     # google/t5gemma-2b-2b
    ({"model_type": "deepseek", "hidden_size": 2048, "num_hidden_layers": 28, "num_attention_heads": 16, "num_key_value_heads": 16,
      "intermediate_size": 10944, "vocab_size": 102400, "n_routed_experts": 64, "n_shared_experts": 2, "moe_intermediate_size": 1408,
      "first_k_dense_replace": 1}, 16_375_728_128),                                                   # deepseek-ai/deepseek-moe-16b-base
])
def test_published_totals(config, published):
    assert count(config).total_parameters == published


def test_dbrx_keeps_some_of_its_fields_in_objects_that_are_named_where_they_are_wrong():
    config = {"model_type": "dbrx", "d_model": 8, "n_heads": 2, "n_layers": 1, "vocab_size": 20}
    assert count(config, targets=("out_proj",)).trainable == 16
    for own, said in (({"ffn_config": 3}, "ffn_config must be an object"), ({"attn_config": {"kv_n_heads": 0}}, "attn_config.kv_n_heads must be"),
                      ({"ffn_config": {"moe_num_experts": "4"}}, r"ffn_config\.moe_num_experts must be a positive integer")):
        with pytest.raises(Refusal, match=said):
            count({**config, **own})


def test_jamba_attends_in_few_layers_and_its_experts_are_reached_apart_alone():
    config = {"model_type": "jamba", "hidden_size": 16, "intermediate_size": 12, "num_hidden_layers": 8, "num_attention_heads": 4,
              "num_key_value_heads": 2, "num_experts": 3, "vocab_size": 20}
    answer = count(config, targets=("q_proj",))
    assert (answer.trainable, sum(row.count for row in answer.modules)) == (32, 1)
    assert any("reach 1 of 8 layers" in note for note in answer.notes)
    apart, fused = (count(config, targets=("gate_proj",), experts=how).trainable for how in ("apart", "fused"))
    assert (apart, fused) == (28 * (4 + 4 * 3), 28 * 4)
    with pytest.raises(Refusal, match="expert_layer_offset must be an integer from 0"):
        count({**config, "expert_layer_offset": -1})


@pytest.mark.parametrize(("labels", "head"), [(9, 9 * 769), (10, 768 * 769 + 10 * 769)])
def test_layoutlmv3_tells_many_classes_apart_by_two_linears(labels, head):
    config = {"model_type": "layoutlmv3", **BASE, "vocab_size": 50265, "max_position_embeddings": 514, "type_vocab_size": 1}
    answer = count(config, 8, targets=("query", "value"), num_labels=labels, modules_to_save=("classifier",))
    assert answer.trainable == 12 * 2 * 8 * 2 * 768 + head
    blind = count({**config, "visual_embed": False, "has_spatial_attention_bias": False})
    assert count(config).total_parameters - blind.total_parameters == 768 * (3 * 256 + 1) + 768 * 198 + 4 * 768 + 2 * 12 * 64


def test_a_table_that_two_names_mean_trains_no_rows_of_both():
    config = {"model_type": "layoutlm", **BASE, "vocab_size": 30}
    asked = {"position_embeddings": (0, 1), "y_position_embeddings": (0, 1)}
    assert count(config, targets=("query",), trainable_token_indices=asked).trainable == 12 * 2 * 768 + 5 * 2 * 768
    with pytest.raises(Refusal, match="y_position_embeddings is meant twice, with other rows"):
        count(config, targets=("query",), trainable_token_indices={**asked, "y_position_embeddings": (0,)})


def test_xlnet_attends_by_parameters_that_no_name_reaches():
    config = {"model_type": "xlnet", "d_model": 16, "n_layer": 2, "n_head": 2, "d_inner": 24, "vocab_size": 30}
    answer = count(config, 3, targets=("layer_1", "layer_2"), num_labels=4, modules_to_save=("logits_proj",))
    assert answer.trainable == 2 * 2 * 3 * (16 + 24) + 4 * 17
    assert answer.total_parameters == 5 * 2 * 256 + 2 * (3 + 2) * 16 + 2 * 4 * 16 + 2 * (2 * 16 * 24 + 40) + 31 * 16 + 16 * 17 + 4 * 17
    with pytest.raises(Refusal, match="no Linear is called 'q_proj'; the model has ff"):
        count(config, targets=("q_proj",))
