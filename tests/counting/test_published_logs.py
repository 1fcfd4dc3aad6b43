"""Lines that public runs printed, files that they published, and small files that the library saved: all as counted here."""

from __future__ import annotations

import pytest

import derivations
from derivations.counting.adapter import read_adapter
from derivations.counting.catalogue import public_model
from derivations.counting.configuration import configure
from derivations.counting.count import Question, count_configuration
from derivations.counting.explained import check_line
from derivations.counting.logged import read_line

GEMMA3_270M = {"model_type": "gemma3_text", "hidden_size": 640, "intermediate_size": 2048, "num_hidden_layers": 18,
               "num_attention_heads": 4, "num_key_value_heads": 1, "head_dim": 256, "vocab_size": 262144}
QWEN25_05B = {"model_type": "qwen2", "hidden_size": 896, "intermediate_size": 4864, "num_hidden_layers": 24,
              "num_attention_heads": 14, "num_key_value_heads": 2, "vocab_size": 151936, "tie_word_embeddings": True}
GPT_OSS = {"model_type": "gpt_oss", "hidden_size": 64, "intermediate_size": 64, "num_hidden_layers": 4,
           "num_attention_heads": 4, "num_key_value_heads": 2, "head_dim": 16, "num_local_experts": 4, "vocab_size": 1000}
DEEPSEEK = {"model_type": "deepseek_v3", "hidden_size": 24, "intermediate_size": 48, "moe_intermediate_size": 12,
            "num_hidden_layers": 3, "num_attention_heads": 2, "n_routed_experts": 4, "n_shared_experts": 1,
            "first_k_dense_replace": 1, "q_lora_rank": None, "kv_lora_rank": 8, "qk_rope_head_dim": 4,
            "qk_nope_head_dim": 4, "v_head_dim": 4, "vocab_size": 50}
LLAMA_NAMES = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]


def test_a_file_over_a_16_bit_base_is_as_the_library_saved_it():
    saved = derivations.count(GEMMA3_270M, rank=16, targets=["q_proj", "v_proj"], modules_to_save=["embed_tokens"],
                              base_dtype="bfloat16")
    assert (saved.trainable, saved.all_parameters) == (168509440, 436607616)
    assert saved.adapter_file_bytes == 338503024
    headed = derivations.count(QWEN25_05B, rank=8, targets=["q_proj", "lm_head"], base_dtype="bfloat16")
    assert headed.adapter_file_bytes == 278542824
    biased = derivations.count(QWEN25_05B, rank=8, targets="q_proj,o_proj", bias="lora_only", base_dtype="bfloat16")
    assert biased.adapter_file_bytes == 2811176


def test_names_that_a_model_has_not_are_skipped_and_said():
    found = derivations.count("gpt-oss-20b", rank=8, targets=LLAMA_NAMES)
    assert (found.lora, found.all_parameters) == (3981312, 20918738496)
    assert any(note.startswith("skipped: gate_proj, up_proj, down_proj") for note in found.notes)
    assert derivations.count("phi-3-mini", rank=32, targets=LLAMA_NAMES).lora == 17825792


# What peft 0.21.2 over transformers 5.24 trains in the small models above.
@pytest.mark.parametrize(("config", "options", "trainable"), [
    (GPT_OSS, {"targets": "all-linear"}, 7168),
    (GPT_OSS, {"targets": ["q_proj"], "bias": "all"}, 2832),
    (GPT_OSS, {"targets": (), "target_parameters": ["router.weight"]}, 1088),
    (GPT_OSS, {"targets": ["q_proj"], "target_parameters": ["experts.gate_up_proj", "mlp.experts.down_proj"]}, 22528),
    (DEEPSEEK, {"experts": "fused", "targets": r".*\.layers\.0\.mlp\.(gate|up|down)_proj"}, 4224),
    (DEEPSEEK, {"experts": "fused", "targets": r".*\.mlp\.(gate_proj|up_proj)"}, 3072),
    (DEEPSEEK, {"experts": "fused", "targets": ["model.layers.1.mlp.experts.0.down_proj"]}, 1152),
    (DEEPSEEK, {"experts": "fused", "targets": "all-linear"}, 6032),
    (DEEPSEEK, {"experts": "fused", "targets": ["gate_proj", "up_proj", "down_proj", "q_proj"],
                "exclude_modules": ["down_proj"]}, 4704),
    (DEEPSEEK, {"experts": "fused", "targets": ["gate_proj", "up_proj", "down_proj"],
                "rank_pattern": {"down_proj": 2, "gate_up_proj": 6}}, 2880),
    (DEEPSEEK, {"experts": "fused", "targets": ["down_proj"], "layers_to_transform": [0]}, 1152),
])
def test_experts_are_reached_as_the_library_reaches_them(config, options, trainable):
    assert derivations.count(config, rank=4, **options).trainable == trainable


def test_a_pasted_list_whole_names_and_expressions_of_trainers():
    assert derivations.count("llama-2-7b", rank=8, targets='["k_proj", "v_proj"]').lora == 4194304
    whole = "model.layers.0.self_attn.q_proj,model.layers.31.self_attn.v_proj"
    assert derivations.count("llama-2-7b", rank=8, targets=whole).lora == 2 * 8 * 8192
    trained = r"(?:\bmodel\.layers\.[\d]{1,}\.(?:self_attn|mlp)\.(?:q_proj|v_proj))"
    assert derivations.count("llama-2-7b", rank=8, targets=trained).lora == 4194304
    assert derivations.count(QWEN25_05B, rank=8, targets="q_proj,v_proj",
                             rank_pattern={"model.layers.0.self_attn.q_proj": 32}).lora == 583680


def test_a_classifier_trains_its_head():
    found = derivations.count("mistral-7b", rank=8, targets="q_proj,v_proj", modules_to_save=["score"])
    assert found.trainable == 3407872 + 2 * 4096
    assert derivations.count("mistral-7b", rank=8, targets="q_proj,v_proj", modules_to_save=["score"],
                             num_labels=5).trainable == 3407872 + 5 * 4096


@pytest.mark.parametrize(("model", "rank", "targets", "line"), [
    ("llama-2-7b", 8, "q_proj,v_proj",
     "trainable params: 4,194,304 || all params: 6,742,609,920 || trainable%: 0.0622"),
    ("opt-125m", 8, "q_proj,v_proj", "trainable params: 294,912 || all params: 125,534,208 || trainable%: 0.2349"),
])
def test_the_librarys_own_line(model, rank, targets, line):
    configuration, question = public_model(model).configuration, Question(rank, targets)
    assert count_configuration(configuration, question).printed == line
    assert all(finding.agrees for finding in check_line(read_line(f"step 1\n{line}\n"), configuration, question))


TEXT_OF_GEMMA_4 = r".*language_model\.layers\.\d+\.(self_attn\.(q_proj|k_proj|v_proj|o_proj)|mlp\.(gate_proj|up_proj|down_proj))$"


# Runs printed these; the last one's targets were all of the model but its routers and what lies outside its layers.
@pytest.mark.parametrize(("model", "rank", "targets", "trainable", "matrices"), [
    ("gemma-4-e2b", 16, TEXT_OF_GEMMA_4, 24158208, 205), ("gemma-4-e4b", 16, TEXT_OF_GEMMA_4, 34881536, 258),
    ("gemma-4-26b-a4b", 32, r".*(language_model.*_proj|vision_tower.*_proj\.linear)", 59275776, 394),
])
def test_a_model_whose_layers_share_and_differ_trains_as_printed(model, rank, targets, trainable, matrices):
    found = derivations.count(model, rank=rank, targets=targets)
    assert (found.trainable, sum(row.count for row in found.modules)) == (trainable, matrices)


def test_files_of_an_adapter_of_qwen_35_a3b_are_as_large_as_said():
    attention = derivations.count("qwen3.5-35b-a3b", rank=16, targets="q_proj,k_proj,v_proj,o_proj")
    experts = derivations.count("qwen3.5-35b-a3b", rank=16, targets="q_proj,k_proj,v_proj,o_proj",
                                target_parameters=["mlp.experts.gate_up_proj", "mlp.experts.down_proj"])
    assert round(attention.adapter_file_bytes / 2**20) == 13 and round(experts.adapter_file_bytes / 10**8) == 37


def test_a_line_that_cannot_be_so_is_told_what_would_give_it():
    configuration = public_model("llama-3-8b").configuration
    line = read_line("trainable params: 41,943,040 || all params: 8,072,204,288 || trainable%: 0.6")
    findings = check_line(line, configuration, Question(16, "attention"))
    assert [finding.agrees for finding in findings] == [False, True, False, None]
    assert findings[-1].text == "rank 16 over all gives 41,943,040"


def test_a_total_of_packed_weights_is_known_for_one():
    model = public_model("llama-2-7b").configuration
    answer = count_configuration(model, Question(8, "q_proj,v_proj"))
    packed = answer.all_parameters - sum(row.full for row in count_configuration(model, Question(8)).modules) // 2
    assert packed == 3504607232                                # as runs over 4-bit bases print it
    findings = check_line(read_line(f"trainable params: 4194304 || all params: {packed}"), model,
                          Question(8, "q_proj,v_proj"))
    assert all(finding.agrees for finding in findings) and "4-bit" in findings[1].text


# What qlora.py printed in its first runs over LLaMA 7B.
def test_half_of_what_trains_is_seen_only_where_the_total_says_so():
    model, question = public_model("llama-2-7b").configuration, Question(64, "all")
    printed = "trainable params: 79953920.0 || all params: 3660320768 || trainable: 2.184341894267557"
    findings = check_line(read_line(printed), model, question)
    assert all(finding.agrees for finding in findings) and "half of the 159,907,840" in findings[0].text
    other = check_line(read_line("trainable params: 79953920 || all params: 3580366848"), model, question)
    assert not other[0].agrees and "rank 32 over all gives 79,953,920" in [finding.text for finding in other]


def test_an_adapters_own_configuration_asks_the_question():
    adapter = read_adapter('{"peft_type": "LORA", "r": 4, "target_modules": ["c_proj", "c_attn"], "use_dora": true, '
                           '"base_model_name_or_path": "gpt2", "layers_to_transform": 3, "task_type": "SEQ_CLS"}')
    assert adapter.base == "gpt2"
    found = count_configuration(public_model("gpt2").configuration, Question(**adapter.options))
    assert found.lora == 4 * (4 * 768 + 2 * 768 + 5 * 768)
    assert found.terms == {"dora": (3 + 1 + 1) * 768, "score": 2 * 768}


def test_a_head_dim_of_its_own_is_honoured():
    config = {"model_type": "cohere2", "hidden_size": 24, "num_hidden_layers": 3, "num_attention_heads": 2,
              "num_key_value_heads": 1, "intermediate_size": 48, "vocab_size": 50}
    assert derivations.count(config, rank=1).total_parameters == 16848            # transformers 5.24 and 4.57
    assert derivations.count({**config, "head_dim": 16}, rank=1).total_parameters == 18576
    assert configure({**config, "head_dim": 16}).dimensions.query_size == 32


# What the library's classes hold over these bases (the first as in PEFT's issue 801, the third as in its guide to token classification), and near them.
@pytest.mark.parametrize(("model", "base", "said"), [
    ("bert-base", 108893186, "a head of 2 classes over each token, as of question answering, gives it"),
    ("bert-base", 108893186 - 769, "a head of 1 class over each token gives it"),
    ("roberta-large", 354321419, "a head of 11 classes over each token gives it"),
    ("distilbert-base", 66375953, "a head of 17 classes over each token gives it"),
    ("deberta-v3-small", 141305858, "a head of 2 classes over each token"),
    ("bert-base", 108893187, "another base"),
    ("llama-2-7b", 6738415616 + 4097, "another base"),
])
def test_a_head_over_each_token_is_known_by_the_total(model, base, said):
    configuration = public_model(model).configuration
    found = check_line(read_line(f"trainable params: 294,912 || all params: {base + 294912:,}"), configuration, Question(1, "all"), ranked=False)
    assert any(finding.agrees is False and said in finding.text for finding in found), found


QWEN2_VL_7B = 16 * (28 * (2 * (3584 + 3584) + 2 * (3584 + 512) + 3 * (3584 + 18944)) + 32 * (1280 + 3840 + 1280 + 1280 + 2 * (1280 + 5120)))
"""The layers of text and tower at rank 16, by hand: q and o, k and v, three of the MLP; qkv, proj, two of the MLP."""


# The first two as Unsloth printed them over the layers of the text and of the tower, and nothing between them (its issue 4907).
@pytest.mark.parametrize(("model", "line", "rank"), [
    ("gemma-4-26b-a4b", "Trainable parameters = 59,275,776 of 25,865,209,648 (0.23% trained)", 32),
    ("gemma-4-26b-a4b", "Trainable parameters = 237,103,104 of 26,043,036,976 (0.91% trained)", 128),
    ("qwen2-vl-7b", f"Trainable parameters = {QWEN2_VL_7B:,} of 5,000,000,000", 16),
])
def test_the_layers_of_a_tower_beside_the_texts_are_among_what_is_tried(model, line, rank):
    found = check_line(read_line(line), public_model(model).configuration, Question(1, "all"), ranked=False)
    assert f"rank {rank} over all,vision gives" in found[0].text, found
    assert all(finding.agrees for finding in found)


def test_of_any_targets_those_that_leave_parts_whole_are_told_first():
    """An Unsloth run over Qwen3-VL: all attention and two thirds of the MLP, and not q_proj, k_proj and one of the MLP's."""
    found = check_line(read_line("Trainable parameters = 25,952,256 of 4,463,768,064 (0.58% trained)"),
                       public_model("qwen3-vl-4b").configuration, Question(1, "all"), ranked=False)
    told = [finding.text for finding in found if finding.text.startswith("rank")]
    assert told and all(text.startswith("rank 16 over q_proj,k_proj,v_proj,o_proj,") for text in told)


EIGHT_LAYERS = 16 * 8 * (2 * (3584 + 3584) + 2 * (3584 + 512) + 3 * (3584 + 18944))


# Lines that public runs of MLX printed with its defaults, and one of a rank and a number of layers of its own, by hand.
@pytest.mark.parametrize(("model", "line", "said"), [
    ("qwen2.5-7b", "Trainable parameters: 0.151% (11.534M/7615.617M)", "rank 8 over all, in the last 16 layers alone, gives"),
    ("qwen3-0.6b", "Trainable parameters: 0.484% (2.884M/596.050M)", "rank 8 over all, in the last 16 layers alone, gives"),
    ("qwen2.5-7b", f"trainable params: {EIGHT_LAYERS:,}", "rank 16 over all, in the last 8 layers alone, gives"),
    ("qwen2.5-7b", f"trainable params: {EIGHT_LAYERS + 1:,}", "no rank up to 1,024"),
])
def test_the_last_layers_alone_are_tried_where_no_other_targets_give_the_number(model, line, said):
    found = check_line(read_line(line), public_model(model).configuration, Question(1, "all"), ranked=False)
    assert said in " | ".join(finding.text for finding in found), found
