"""Rows of a table, convolutions and the parameters of single layers: numbers that the field's library gave (PEFT 0.21)."""

from __future__ import annotations

import pytest
from filing import filed

from derivations import count
from derivations.counting.adapter import read_adapter
from derivations.counting.configuration import configure
from derivations.counting.count import Question
from derivations.counting.refusal import Refusal

WHISPER = {
    "model_type": "whisper", "d_model": 16, "encoder_layers": 1, "decoder_layers": 1, "encoder_attention_heads": 2,
    "decoder_attention_heads": 2, "encoder_ffn_dim": 8, "decoder_ffn_dim": 8, "vocab_size": 30, "num_mel_bins": 5,
    "max_source_positions": 8, "max_target_positions": 9,
}
CONV = "base_model.model.model.encoder.conv1."
TABLE = "base_model.model.model.decoder.embed_tokens."


def whispered(**options):
    return filed(configure(WHISPER).decoder, Question(3, **options))


SEEING = {"model_type": "mllama", "text_config": {
    "hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 1, "intermediate_size": 20, "vocab_size": 24,
    "num_key_value_heads": 1, "cross_attention_layers": [0]}, "vision_config": {
    "hidden_size": 8, "num_hidden_layers": 2, "attention_heads": 1, "intermediate_size": 16, "image_size": 4, "patch_size": 2}}


def test_rows_of_a_table_whose_name_a_convolution_ends_in_are_refused_as_there():
    """The library puts what trains rows around patch_embedding too, and finds no table in it."""
    with pytest.raises(Refusal, match=r"means model.vision_model.patch_embedding too, which is no table"):
        count(SEEING, rank=2, targets=["k_proj"], trainable_token_indices={"embedding": [0]})


def test_a_convolution_has_a_pair_of_its_own_kernel():
    answer = count(WHISPER, rank=3, targets=["conv1"], dora=True, bias="lora_only")
    assert (answer.trainable, answer.all_parameters) == (125, 5901)
    assert whispered(targets="conv1", dora=True, bias="lora_only") == {
        f"{CONV}lora_A.weight": (3, 5, 3), f"{CONV}lora_B.weight": (16, 3, 1),
        f"{CONV}lora_magnitude_vector": (1, 16, 1), f"{CONV}base_layer.bias": (16,)}


def test_a_convolution_of_each_channel_is_refused_with_its_groups():
    config = {"model_type": "lfm2", "hidden_size": 64, "num_hidden_layers": 1, "num_attention_heads": 4,
              "intermediate_size": 96, "layer_types": ["conv"], "num_key_value_heads": 4, "vocab_size": 30}
    with pytest.raises(Refusal, match=r"conv\.conv is meant too, a convolution in 64 groups: the library"):
        count(config, rank=8, targets=["conv"])


def test_no_word_of_ours_means_a_convolution():
    for word in ("all", "all-linear"):
        assert not any("conv" in row.name for row in count(WHISPER, rank=3, targets=word).modules)


def test_an_embedding_has_one_magnitude_for_each_of_its_columns():
    answer = count(WHISPER, rank=3, targets=["embed_tokens", "q_proj"], dora=True)
    assert (answer.trainable, answer.all_parameters) == (490, 6282)
    assert whispered(targets="embed_tokens", dora=True)[f"{TABLE}lora_magnitude_vector"] == (16,)


@pytest.mark.parametrize(("rows", "trainable", "of_a_head"), [
    ([1, 2, 3], 336, False),
    ({"proj_out": [1, 2]}, 320, True),
    ({"embed_tokens": [1, 2], "proj_out": [1, 2]}, 320, True),         # the head is tied, and follows
    ({"embed_tokens": [1, 2], "proj_out": [1]}, 336, True),            # other rows: each trains its own
])
def test_rows_of_a_table_train_beside_the_pairs(rows, trainable, of_a_head):
    answer = count(WHISPER, rank=3, targets=["q_proj"], trainable_token_indices=rows)
    assert (answer.trainable, answer.all_parameters) == (trainable, 5792 + trainable)
    assert any("PEFT 0.17 refuses" in note for note in answer.notes) == of_a_head


def test_the_file_holds_the_rows_as_it_holds_pairs_and_no_table():
    found = whispered(targets="q_proj", trainable_token_indices={"": [1, 2, 3]})
    assert found[f"{TABLE}token_adapter.trainable_tokens_delta"] == (3, 16)
    one, other = (count(WHISPER, rank=3, targets=["q_proj"], base_dtype=base, trainable_token_indices=[1, 2, 3])
                  for base in ("float32", "bfloat16"))
    assert one.adapter_file_bytes == other.adapter_file_bytes
    assert one.adapter_bytes == 4 * 336


@pytest.mark.parametrize(("said", "options"), [
    ("embed_tokens is adapted or trained whole as well", {"targets": ["embed_tokens"]}),
    ("embed_tokens is adapted or trained whole as well", {"targets": ["q_proj"], "modules_to_save": ["embed_tokens"]}),
    ("beside a tied head, or a view", {"targets": ["proj_out"]}),
    ("has rows 0 to 29, not 30", {"targets": ["q_proj"], "trainable_token_indices": [2, 30]}),
    ("has rows 0 to 29, not True", {"targets": ["q_proj"], "trainable_token_indices": [True]}),
    ("no table is called 'wte'", {"targets": ["q_proj"], "trainable_token_indices": {"wte": [1]}}),
])
def test_what_the_library_does_not_take_beside_rows_is_refused(said, options):
    with pytest.raises(Refusal, match=said):
        count(WHISPER, rank=3, **{"trainable_token_indices": [1], **options})


@pytest.mark.parametrize("tied", [True, False])
def test_views_of_a_table_trained_whole_are_refused_beside_its_rows_whether_the_head_is_tied_or_not(tied):
    config = {"model_type": "t5", "d_model": 8, "d_kv": 4, "d_ff": 12, "num_layers": 1, "num_heads": 2, "vocab_size": 30,
              "tie_word_embeddings": tied}
    with pytest.raises(Refusal, match="or a view of its table"):
        count(config, rank=2, targets=["q"], modules_to_save=["embed_tokens"], trainable_token_indices=[3])


def test_a_table_is_stored_whole_where_an_expression_means_it_by_either_of_its_names():
    config = {"model_type": "bart", "d_model": 8, "encoder_layers": 1, "encoder_attention_heads": 1, "encoder_ffn_dim": 48,
              "vocab_size": 30, "decoder_layers": 1, "decoder_ffn_dim": 8, "decoder_attention_heads": 1}
    decoder = configure(config).decoder
    for targets, whole in ((r".*\.(shared|embed_tokens)", True), (r".*\.shared", False), (("shared", "embed_tokens"), True)):
        assert ("base_model.model.model.shared.base_layer.weight" in filed(decoder, Question(1, targets))) == whole


def test_an_adapters_own_configuration_names_rows():
    for written, rows in (("[1, 5]", {"": (1, 5)}), ('{"lm_head": [7]}', {"lm_head": (7,)}), ("null", {}), ("[]", {"": ()})):
        text = f'{{"r": 4, "target_modules": ["q_proj"], "trainable_token_indices": {written}}}'
        assert read_adapter(text).options["trainable_token_indices"] == rows
    for written in ("5", '"h"', '{"lm_head": 7}', "true"):
        with pytest.raises(Refusal, match="trainable_token_indices must be a list of rows"):
            read_adapter(f'{{"r": 4, "target_modules": ["q_proj"], "trainable_token_indices": {written}}}')


@pytest.mark.parametrize(("parameters", "layers"), [
    (["3.mlp.experts.gate_up_proj"], (1, 0)), (["layers.3.mlp.experts.down_proj", "5.mlp.experts.down_proj"], (0, 2)),
    (["mlp.experts.gate_up_proj", "1.mlp.experts.gate_up_proj"], (24, 0)),
])
def test_parameters_of_single_layers_are_meant_by_their_numbers(parameters, layers):
    """As the library matches them, by the ends of whole names: gate and up of 32 experts are (5,760, 2,880) each."""
    answer = count("gpt-oss-20b", rank=8, targets=["k_proj"], target_parameters=parameters)
    up, down = layers
    assert answer.lora == 24 * 8 * (512 + 2880) + 8 * 32 * (up * (5760 + 2880) + down * (2880 + 2880))


def test_beside_fused_experts_too_a_convolution_of_each_channel_is_refused():
    config = {"model_type": "qwen3_next", "hidden_size": 16, "num_hidden_layers": 2, "num_attention_heads": 2, "vocab_size": 30,
              "intermediate_size": 24, "moe_intermediate_size": 12, "num_experts": 4, "num_key_value_heads": 1}
    with pytest.raises(Refusal, match="a convolution in 8,192 groups"):
        count(config, rank=4, experts="fused", targets=["conv1d", "gate_proj", "up_proj"])
    answer = count(config, rank=4, experts="fused", targets=["nothing", "gate_proj", "up_proj"])
    assert answer.notes[0].startswith("skipped: nothing")


def test_experts_are_called_after_the_module_that_holds_them():
    config = {"model_type": "granitemoe", "hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 40,
              "vocab_size": 29, "num_local_experts": 3}
    held = filed(configure(config).decoder, Question(4, ("v_proj",), target_parameters=("experts.down_proj",)))
    assert "base_model.model.model.layers.1.block_sparse_moe.experts.lora_A.weight" in held
    alone = count(config, rank=4, targets=(), target_parameters=["experts.down_proj"])
    assert alone.lora == 2 * 3 * 4 * (32 + 40)
    with pytest.raises(Refusal, match=r"as block_sparse_moe\.experts\.gate_up_proj,block_sparse_moe\.experts\.down_proj"):
        count(config, rank=4, targets=["gate_up_proj"])


def test_the_sides_of_a_pair_change_where_experts_are_stored_the_other_way_round():
    """Llama 4's: (experts, in, out), which the library takes for (experts, out, in)."""
    config = {"model_type": "llama4_text", "hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 24,
              "intermediate_size_mlp": 32, "num_key_value_heads": 1, "head_dim": 8, "vocab_size": 30, "num_local_experts": 2,
              "interleave_moe_layer_step": 1}
    held = filed(configure(config).decoder, Question(5, ("o_proj",), target_parameters=("experts.down_proj",)))
    at = "base_model.model.model.layers.0.feed_forward.experts"
    assert (held[f"{at}.lora_A.weight"], held[f"{at}.lora_B.weight"]) == ((10, 16), (24, 10))
