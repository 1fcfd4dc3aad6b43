"""What an answer says beside its numbers, what is trained besides pairs, and when the textbook has a counterpart."""

import pytest

from derivations.counting.catalogue import public_model
from derivations.counting.configuration import configure
from derivations.counting.count import Question, count_configuration
from derivations.counting.refusal import Refusal
from derivations.counting.targets import choose


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
    assert str(refused.value) == ("modules_to_save: no module outside the layers is called 'lm_hed'; the model has "
                                  "wte, wpe, lm_head, ln_f, ln_1, ln_2; nearest: lm_head")


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
    found = {tuple(place.name for place in choose(decoder, Question(8, targets)).places) for targets in (
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
