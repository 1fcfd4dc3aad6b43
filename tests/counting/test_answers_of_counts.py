"""Answers in words and as plain data: what one says beside its numbers, and when the textbook has a counterpart."""

import json

import pytest

from derivations.counting.catalogue import public_model
from derivations.counting.configuration import configure
from derivations.counting.count import Question, count_configuration
from derivations.counting.inverse import parse_budget, rank_within
from derivations.counting.refusal import Refusal
from derivations.counting.targets import named_places


def count(model, targets="all", rank=8, **asked):
    return count_configuration(public_model(model).configuration, Question(rank, targets, **asked))


@pytest.mark.parametrize("table", ["lm_head", "embed_tokens"])
@pytest.mark.parametrize(("base", "each"), [("float32", 4), ("bfloat16", 2)])
def test_a_table_that_is_adapted_is_stored_whole_beside_its_pair(table, base, each):
    answer = count("llama-2-7b", (table,), base_dtype=base)
    assert answer.lora == 8 * (32_000 + 4096)
    header = answer.adapter_file_bytes - 4 * answer.lora - each * 32_000 * 4096
    assert 0 < header < 500 and not answer.notes and answer.idealised is None


def test_a_whole_name_stores_the_pair_alone():
    answer = count("llama-2-7b", ("model.embed_tokens",))
    assert answer.adapter_file_bytes < 4 * answer.lora + 500


def test_magnitudes_are_counted_of_a_heads_rows_and_of_an_embeddings_columns():
    assert count("llama-2-7b", ("lm_head",), dora=True).terms == {"dora": 32_000}
    assert count("llama-2-7b", ("q_proj",), dora=True).terms == {"dora": 32 * 4096}
    assert count("llama-2-7b", ("embed_tokens",), dora=True).terms == {"dora": 4096}


def test_fused_experts_say_what_they_leave_out():
    assert count("mixtral-8x7b", experts="fused").notes == ()
    left_out = [f"mlp.{inner}{side}_proj" for inner in ("", "shared_experts.") for side in ("gate", "up", "down")]
    assert count("deepseek-v2-lite", experts="fused").notes == (
        f"fused experts: the reference implementation leaves out {', '.join(left_out)}",)


def test_a_file_is_listed_up_to_so_many_pairs_and_layers():
    def in_one_of(number):
        config = {"model_type": "llama", "hidden_size": 2, "num_attention_heads": 1, "intermediate_size": 2,
                  "vocab_size": 2, "num_hidden_layers": number}
        return count_configuration(configure(config), Question(1, ("q_proj",), layers_to_transform=(7,)))

    most = in_one_of(199_999)                            # a pair, and the layers
    assert most.adapter_file_bytes > most.adapter_bytes
    more = in_one_of(200_000)
    assert more.adapter_file_bytes is None
    assert more.notes == ("no file size: a file of more than 200000 pairs isn't listed",)


def test_biases_of_all_modules_are_those_of_the_network():
    each_layer = 768 + 3 * 768 + 768 + 768 + 4 * 768 + 768     # two norms, c_attn, c_proj, c_fc, c_proj
    assert count("gpt2", bias="all").terms == {"bias": 12 * each_layer + 768}
    hidden, vocabulary = 2560, 51_200                          # phi-2's head has a bias of its own, trained once
    saved = count("phi-2", bias="all", modules_to_save=("lm_head",)).terms
    assert saved["lm_head"] == vocabulary * hidden + vocabulary
    assert saved["bias"] == count("phi-2", bias="all").terms["bias"] - vocabulary
    file, without = (count("phi-2", ("q_proj",), modules_to_save=names) for names in (("lm_head",), ()))
    header = file.adapter_file_bytes - file.adapter_bytes - (without.adapter_file_bytes - without.adapter_bytes)
    assert file.adapter_bytes - without.adapter_bytes == 4 * saved["lm_head"]
    assert 0 < header < 600                                    # two more tensors named: weight and bias


@pytest.mark.parametrize(("model", "targets", "linears"), [
    ("llama-2-7b", ("q_proj", "v_proj"), 2), ("llama-2-7b", ("q_proj", "k_proj", "o_proj"), 3),
    ("llama-3-8b", ("k_proj",), 1),
])
def test_projections_have_their_counterparts_one_by_one(model, targets, linears):
    answer = count(model, targets)
    assert answer.idealised.full == 32 * linears * 4096**2
    assert answer.idealised.lora == 32 * linears * 8 * 2 * 4096


@pytest.mark.parametrize(("model", "targets", "asked"), [
    ("gpt2", ("c_fc",), {}), ("llama-2-7b", ("q_proj", "up_proj"), {}),
    ("llama-2-7b", ("layers.0.self_attn.q_proj",), {}), ("mixtral-8x7b", ("gate",), {}),
    ("llama-2-7b", ("q_proj",), {"rank_pattern": {"q_proj": 4}}),
])
def test_parts_of_other_shapes_have_none(model, targets, asked):
    assert count(model, targets, **asked).idealised is None


def test_a_layer_that_is_listed_twice_counts_once():
    answer = count("gpt2", layers_to_transform=(0, 0, 1))
    assert answer.idealised.full == answer.full == 2 * 12 * 768**2
    assert answer.idealised.lora == 2 * 18 * 8 * 768


@pytest.mark.parametrize(("asked", "says"), [
    ({"dtype": 5}, "dtype must be one of float32, float16, bfloat16, not '5'"),
    ({"experts": "both"}, "experts must be one of apart, fused, not 'both'"),
    ({"bias": None}, "bias must be one of none, lora_only, all, not 'None'"),
])
def test_a_wrong_choice_is_told_what_there_is(asked, says):
    with pytest.raises(Refusal) as refused:
        Question(1, **asked)
    assert str(refused.value) == says


def test_a_module_to_save_that_is_not_there_is_told_what_there_is():
    with pytest.raises(Refusal) as refused:
        count("gpt2", modules_to_save=("lm_hed",))
    assert str(refused.value) == ("modules_to_save: no module is called 'lm_hed'; the model has "
                                  "wte, wpe, lm_head, ln_f, c_attn, c_proj, c_fc, ln_1, ln_2; nearest: lm_head")


@pytest.mark.parametrize(("model", "targets", "asked", "says"), [
    ("gpt2", (5,), {}, "targets: names are texts"),
    ("gpt2", " , ", {}, "targets: none is named"),
    ("gpt2", "all", {"experts": "fused"}, "experts: the model has none"),
    ("mixtral-8x7b", ("w1",), {"experts": "fused"}, "experts: w1 and w3 are one parameter when fused: w3 isn't targeted"),
    ("deepseek-v2-lite", ("shared_experts.up_proj",), {"experts": "fused"},
     "experts: gate_proj and up_proj are one parameter when fused: gate_proj isn't targeted"),
    ("gpt-oss-20b", ("down_proj",), {}, "targets: down_proj is a 3-D parameter, which no target_modules reaches: "
     "target_parameters does, as mlp.experts.gate_up_proj,mlp.experts.down_proj"),
    ("gpt-oss-20b", "all", {"experts": "apart"},
     "experts: this family's are 3-D parameters in every version of the library, never apart"),
    ("llama-2-7b", (".*v_proj", "(q|k)_proj"), {}, "targets: the library reads a list as names, and no name holds what "
     "'.*v_proj' holds; give one regular expression alone"),
])
def test_what_cannot_be_adapted_is_refused_in_one_sentence(model, targets, asked, says):
    with pytest.raises(Refusal) as refused:
        count(model, targets, **asked)
    assert str(refused.value) == says


def test_names_may_be_listed_in_any_way():
    decoder = public_model("llama-2-7b").configuration.decoder
    found = {tuple(place.name for place in named_places(decoder, Question(8, targets)).places) for targets in (
        "q_proj,v_proj", " q_proj , v_proj ,", ("q_proj", "v_proj"), iter(["v_proj", "q_proj", "q_proj"]),
        r".*\.(q|v)_proj", '["q_proj", "v_proj"]', "['v_proj','q_proj']")}
    assert found == {("self_attn.q_proj", "self_attn.v_proj")}


def test_a_router_goes_by_its_newer_name_beside_fused_experts():
    names = [row.name for row in count("mixtral-8x7b", ("gate", "q_proj"), experts="fused").modules]
    assert names == ["self_attn.q_proj", "mlp.gate"]
    assert [row.name for row in count("mixtral-8x7b", ("gate",)).modules] == ["block_sparse_moe.gate"]


def test_what_is_left_out_of_several_layers_is_said_once():
    config = {"model_type": "qwen3_moe", "hidden_size": 64, "num_attention_heads": 4, "num_hidden_layers": 9,
              "intermediate_size": 96, "vocab_size": 100, "moe_intermediate_size": 32, "num_experts": 4,
              "decoder_sparse_step": 3}
    answer = count_configuration(configure(config), Question(8, "mlp", experts="fused"))
    assert answer.notes == ("fused experts: the reference implementation leaves out "
                            "mlp.gate_proj, mlp.up_proj, mlp.down_proj", "these targets reach 3 of 9 layers")
    rows = {row.name: (row.count, row.lora) for row in answer.modules}
    assert rows == {"mlp.experts.gate_up_proj": (12, 12 * 16 * (64 + 2 * 32)),
                    "mlp.experts.down_proj": (12, 12 * 8 * 96)}


# As plain data: GPT-2's published sizes, its four Linears counted by hand ------------------------------------------

GPT2 = public_model("gpt2").configuration
LAYERS, H, RANK = 12, 768, 8
SHAPES = {"attn.c_attn": (3 * H, H), "attn.c_proj": (H, H), "mlp.c_fc": (4 * H, H), "mlp.c_proj": (H, 4 * H)}


def test_a_count_is_written_as_plain_data():
    answer = json.loads(json.dumps(count_configuration(GPT2, Question(RANK), model="gpt2").as_json()))
    assert answer == {
        "model": "gpt2", "model_type": "gpt2", "rank": RANK, "target_modules": ["c_attn", "c_proj", "c_fc"],
        "full": 84_934_656, "lora": 1_179_648, "ratio": {"numerator": 1, "denominator": 72}, "dtype": "float32", "base_dtype": "float32",
        "experts": None, "adapter_bytes": 4 * 1_179_648, "adapter_file_bytes": 4_730_632,
        "total_parameters": 124_439_808,
        "idealised": {"full": 12 * LAYERS * H**2, "lora": 18 * LAYERS * RANK * H,
                      "full_error": {"numerator": 0, "denominator": 1},
                      "lora_error": {"numerator": 1, "denominator": 8}},                  # 18 over 16, less one
        "modules": [{"name": name, "out": out, "in": in_, "count": LAYERS, "full": LAYERS * out * in_,
                     "lora": LAYERS * RANK * (out + in_)} for name, (out, in_) in SHAPES.items()],
        "trainable": 1_179_648, "all_parameters": 124_439_808 + 1_179_648, "terms": {}, "defaults": {"n_inner": 4 * H}, "notes": [],
    }


def test_what_has_no_counterpart_and_what_is_trained_besides_are_said():
    question = Question(RANK, ("c_fc",), bias="lora_only", layers_to_transform=(0, 1))
    answer = count_configuration(GPT2, question, model="gpt2").as_json()
    assert answer["idealised"] is None
    assert answer["terms"] == {"bias": 2 * 4 * H}
    assert answer["trainable"] == answer["lora"] + 2 * 4 * H == 2 * RANK * 5 * H + 2 * 4 * H
    assert answer["adapter_bytes"] == 4 * answer["trainable"]
    wide = count_configuration(GPT2, Question(H + 1, ("attn.c_proj",))).as_json()
    assert wide["model"] == "gpt2"
    assert wide["notes"] == ["the rank is above 768, the smaller side of attn.c_proj: more can't help there"]
    assert count_configuration(GPT2, Question(H, ("attn.c_proj",))).notes == ()


def test_a_rank_is_answered_as_plain_data():
    answer = json.loads(json.dumps(rank_within(GPT2, Question(5), parse_budget(" 1M"), model="gpt2").as_json()))
    assert answer.pop("adapter_file_bytes") > answer["adapter_bytes"]
    assert answer == {
        "model": "gpt2", "model_type": "gpt2", "rank": 6, "lora": 884_736, "budget": 1_000_000, "next": 1_032_192,
        "budget_given": "1M", "budget_kind": "parameters", "target_modules": ["c_attn", "c_proj", "c_fc"],
        "full": 84_934_656, "ratio": {"numerator": 1, "denominator": 96}, "dtype": "float32", "experts": None,
        "adapter_bytes": 4 * 884_736, "defaults": {"n_inner": 4 * H}, "notes": [],
    }


def test_the_largest_rank_is_answered_and_no_larger_one():
    largest = 10**9
    one = LAYERS * sum(out + in_ for out, in_ in SHAPES.values())
    assert rank_within(GPT2, Question(1), parse_budget(str(one * largest))).rank == largest
    with pytest.raises(Refusal, match="pays for a rank above 1,000,000,000"):
        rank_within(GPT2, Question(1), parse_budget(str(one * (largest + 1))))


def test_budgets_are_whole_numbers_rounded_down():
    assert parse_budget("1.9").in_parameters(full=10, bytes_each=4) == 1
    assert parse_budget("7KB").in_parameters(full=10, bytes_each=4) == 1750
    assert parse_budget("33%").in_parameters(full=10, bytes_each=4) == 3
    assert all(type(parse_budget(text).in_parameters(10, 4)) is int for text in ("1.9", "7KB", "33%"))
