"""The configuration reader: an exact answer or a refusal that names the field, and never anything else."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from trust import short_or_long

import derivations
from derivations.counting.architecture import MODEL_TYPES, find, kinds
from derivations.counting.architecture.decoder import total
from derivations.counting.architecture.dimensions import REQUIRED
from derivations.counting.catalogue import known
from derivations.counting.configuration import LARGEST, MOST_LAYERS_APART, configure, read
from derivations.counting.count import Question, count_configuration
from derivations.counting.memory import Setup, account
from derivations.counting.refusal import Refusal

LLAMA = {
    "model_type": "llama", "hidden_size": 64, "num_hidden_layers": 2, "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "intermediate_size": 96, "vocab_size": 100,
}
CONFIGS = Path(__file__).parents[1] / "oracle" / "configs"

wrong = pytest.mark.parametrize("value", [-1, 0, 64.0, "64", LARGEST + 1, 10**400, [64], {"a": 64}, True, None, 1e300])


@wrong
@pytest.mark.parametrize("name", ["hidden_size", "num_hidden_layers", "num_attention_heads", "intermediate_size",
                                  "vocab_size"])
def test_a_wrong_value_is_refused_by_the_fields_name(name, value):
    with pytest.raises(Refusal, match=rf"^{name} must be a positive integer") as refusal:
        configure({**LLAMA, name: value})
    assert len(str(refusal.value)) < 200


@pytest.mark.parametrize("name", sorted(set(LLAMA) - {"num_key_value_heads"}))
def test_a_missing_field_is_refused_by_name(name):
    with pytest.raises(Refusal, match=rf"^{name} is missing$"):
        configure({key: value for key, value in LLAMA.items() if key != name})


@pytest.mark.parametrize("model_type", MODEL_TYPES)
def test_every_required_field_of_every_family_is_missed(model_type):
    base = {"model_type": model_type}
    required = {field.names[0] for field in find(model_type).fields.values() if field.default == REQUIRED}
    missed = set()
    for _ in required:
        with pytest.raises(Refusal, match=r"^\w+ is missing$") as refusal:
            configure(base)
        name = str(refusal.value).split(" ", maxsplit=1)[0]
        missed.add(name)
        base[name] = 32
    assert missed == required


@pytest.mark.parametrize(("model_type", "said"), [
    ("lama", r"model_type 'lama' isn't known; nearest: llama$"), (None, "model_type is missing"),
    (3, "model_type must be a text"), ([], "model_type must be a text"), ("x" * 1000, "model_type 'this' isn't known"),
])
def test_an_unknown_model_type(model_type, said):
    with pytest.raises(Refusal, match=said):
        configure({**LLAMA, "model_type": model_type})


@pytest.mark.parametrize("text", ["version https://git-lfs.github.com/spec/v1\noid sha256:0\n", b"version https://git-lfs.github.com/spec/v1"])
def test_a_pointer_of_git_lfs_is_no_configuration(text):
    with pytest.raises(Refusal, match="^not a JSON file: it is a pointer of Git LFS, .*git lfs pull$"):
        read(text)


def test_a_model_of_images_and_text_points_to_its_text():
    with pytest.raises(Refusal, match="model_type 'seen' isn't known; its text_config may be, by itself"):
        configure({"model_type": "seen", "text_config": {"model_type": "gemma3_text"}})


@pytest.mark.parametrize(("change", "said"), [
    ({"hidden_size": 65}, "hidden_size 65 isn't divisible by num_attention_heads 4, and head_dim isn't given"),
    ({"num_key_value_heads": 3}, "num_attention_heads 4 isn't divisible by num_key_value_heads 3"),
    ({"attention_bias": 1}, "attention_bias must be true or false, not 1"),
    ({"tie_word_embeddings": "yes"}, 'tie_word_embeddings must be true or false, not "yes"'),
    ({"tie_word_embeddings": None}, "tie_word_embeddings must be true or false, not null"),
])
def test_contradictions(change, said):
    with pytest.raises(Refusal) as refusal:
        configure({**LLAMA, **change})
    assert str(refusal.value) == said


def test_two_spellings_of_a_field_may_not_contradict():
    gpt2 = {"model_type": "gpt2", "n_embd": 8, "n_layer": 1, "n_head": 2, "n_positions": 4, "vocab_size": 5}
    assert configure({**gpt2, "hidden_size": 8}).dimensions.hidden_size == 8
    with pytest.raises(Refusal, match="n_embd and hidden_size are the same field and contradict each other"):
        configure({**gpt2, "hidden_size": 16})
    with pytest.raises(Refusal, match="add_cross_attention must be false"):
        configure({**gpt2, "add_cross_attention": True})


def test_an_explicit_head_size_needs_no_division():
    odd = configure({**LLAMA, "hidden_size": 65, "head_dim": 20})
    assert (odd.dimensions.query_size, odd.dimensions.key_value_size) == (80, 40)


def test_defaults_are_the_librarys_and_are_said():
    gemma = {**LLAMA, "model_type": "gemma", "num_attention_heads": 16}
    del gemma["num_key_value_heads"]
    found = configure(gemma)
    assert found.taken == {"num_key_value_heads": 16, "head_dim": 256, "attention_bias": False,
                           "tie_word_embeddings": True}
    assert configure({**LLAMA, "head_dim": None}).taken["head_dim"] == 16
    mistral = {**LLAMA, "model_type": "mistral", "num_attention_heads": 8}
    del mistral["num_key_value_heads"]
    assert configure(mistral).taken["num_key_value_heads"] == 8


def test_other_fields_are_ignored_whatever_they_hold():
    noise = {"rope_parameters": {"a": [1]}, "layer_types": ["full_attention"], "eos_token_id": [1, 2], "torch_dtype": 7,
             "quantization_config": None, "num_experts_per_tok": "many", "hidden_act": -1}
    assert configure({**LLAMA, **noise}) == configure(LLAMA)


@pytest.mark.parametrize("text", [
    "", "[]", "3", "null", "{", '{"a": NaN', "[" * 100_000, b"\xff\xfe\x00", b"\x80", '"llama"', "{'a': 1}",
])
def test_text_that_is_no_configuration(text):
    with pytest.raises(Refusal):
        read(text)


def test_a_number_with_too_many_digits_is_refused():
    with pytest.raises(Refusal):
        read('{"model_type": "llama", "hidden_size": ' + "9" * 10_000 + "}")


@pytest.mark.parametrize("path", sorted(CONFIGS.glob("*.json")), ids=lambda path: path.stem)
def test_a_whole_file_is_read_from_its_path(path):
    assert derivations.count(path, rank=1).total_parameters == total(read(path.read_bytes()).decoder)


def test_a_path_that_is_not_there():
    with pytest.raises(Refusal, match=r"nowhere\.json: No such file"):
        derivations.count(Path("nowhere.json"), rank=1)


# Thousands of configurations -------------------------------------------------------------------------------------

small = st.integers(1, 64)
junk = st.one_of(st.none(), st.booleans(), st.integers(-(10**12), 10**12), st.floats(), st.text(max_size=5),
                 st.lists(st.integers(), max_size=3), st.dictionaries(st.text(max_size=3), st.integers(), max_size=2))
sizes = st.one_of(small, small, small, st.sampled_from([1, 2, 4, 8, 4096, 10**9]))


@st.composite
def configurations(draw: st.DrawFn) -> dict[str, object]:
    """Draw a configuration of some family: mostly plausible fields, a few absent, a few junk."""
    model_type = draw(st.sampled_from(MODEL_TYPES))
    config: dict[str, object] = {"model_type": model_type}
    heads = draw(st.sampled_from([1, 2, 4, 8]))
    for name, field in find(model_type).fields.items():
        fate = draw(st.integers(0, 40))
        if fate == 0 or (fate < 20 and field.default != REQUIRED):
            continue
        spelling = draw(st.sampled_from(field.names))
        if fate == 40:
            config[spelling] = draw(junk)
        elif field.only is not None:
            config[spelling] = field.only
        elif field.kind == kinds.FLAG:
            config[spelling] = draw(st.booleans())
        elif field.kind == kinds.NUMBERS:
            config[spelling] = draw(st.lists(st.integers(0, 20), max_size=4))
        elif name in ("num_attention_heads", "num_key_value_heads"):
            config[spelling] = heads
        elif name == "hidden_size":
            config[spelling] = heads * draw(sizes)
        else:
            config[spelling] = draw(st.sampled_from([1, 2, 3, 30, 10**9]) if name == "num_hidden_layers" else sizes)
    return config


def answered(ask):
    """Give the answer, or nothing where the question was refused, in one line."""
    try:
        return ask()
    except Refusal as refusal:
        message = str(refusal)
    assert message
    assert message.splitlines() == [message]
    return None


@given(configurations(), small, st.sampled_from(["all", "attention", "mlp"]))
@settings(max_examples=short_or_long(400, 20_000), deadline=None)
def test_fuzzed_configurations_are_counted_or_refused_in_one_line(config, rank, targets):
    answer = answered(lambda: derivations.count(config, rank=rank, targets=targets))
    if answer is None:
        return
    assert answer.lora == sum(row.lora for row in answer.modules)
    assert answer.full == sum(row.out * row.in_ * row.count for row in answer.modules)
    assert answer.lora == sum(rank * (row.out + row.in_) * row.count for row in answer.modules)
    assert answer.ratio == Fraction(answer.lora, answer.full)
    assert answer.total_parameters > answer.full
    json.dumps(answer.as_json())


@given(st.dictionaries(st.one_of(st.text(max_size=12), st.sampled_from([*LLAMA, "head_dim"])), junk, max_size=12),
       st.sampled_from([*MODEL_TYPES, "junk"]))
@settings(max_examples=short_or_long(200, 10_000), deadline=None)
def test_junk_is_refused(config, model_type):
    answered(lambda: configure({**config, "model_type": model_type}))


@given(st.binary(max_size=60) | st.text(max_size=60))
@settings(max_examples=short_or_long(200, 10_000), deadline=None)
def test_any_bytes_are_read_or_refused(text):
    with pytest.raises(Refusal):
        read(text)


@pytest.mark.parametrize(("model_type", "said"), [
    ("Qwen3-Moe", "nearest: qwen3_moe"), ("gpt-neox", "nearest: gpt_neox"), ("mixtrl", "nearest: mixtral"),
    *((name, "--tensors FILE counts what its .safetensors") for name in ("gpt_neo2", "qwen_vl", "glm5v", "deepseek_v32",
                                                                         "nemotron-nas", "exaone3", "longt5", "flaubert", "glm5v_moe",
                                                                         "data2vec-audio")),
])
def test_another_family_is_never_proposed_for_one_that_is_not_known(model_type, said):
    with pytest.raises(Refusal) as refusal:
        configure({"model_type": model_type})
    assert said in str(refusal.value)
    assert ("nearest" in str(refusal.value)) == ("nearest" in said)


def test_a_whole_that_is_not_known_says_what_of_it_may_be():
    with pytest.raises(Refusal, match="isn't known; its text_config may be, by itself"):
        configure({"model_type": "gemma9n", "text_config": {}})


@pytest.mark.parametrize(("architecture", "family"), [
    ("Qwen3MoeForCausalLM", "qwen3_moe"), ("GPT2LMHeadModel", "gpt2"), ("XLMRobertaModel", "xlm-roberta"),
    ("Gemma3ForCausalLM", "gemma3_text"), ("GPTNeoXForCausalLM", "gpt_neox"),
])
def test_a_file_without_model_type_is_of_the_family_of_its_class(architecture, family):
    model = next(model for model in known().values() if model.config["model_type"] == family)
    config = {**model.config, "architectures": [architecture]}
    whole = configure(config)
    del config["model_type"]
    found = configure(config)
    assert (found.family, found.dimensions) == (whole.family, whole.dimensions)
    assert found.taken == {"model_type": family, **whole.taken}


@pytest.mark.parametrize(("config", "said"), [
    ({"peft_type": "LORA", "r": 8}, "which --adapter reads"),
    ({"_class_name": "FluxTransformer2DModel", "num_layers": 19}, "a part of a diffusers pipeline"),
])
def test_a_file_of_another_kind_is_said_to_be_that(config, said):
    with pytest.raises(Refusal, match=said):
        configure(config)


@pytest.mark.parametrize("architectures", [["ReformerModelWithLMHead"], ["LlamaForCausalLM", "GPT2LMHeadModel"], "LlamaForCausalLM", [3]])
def test_a_class_of_no_known_family_names_none(architectures):
    with pytest.raises(Refusal, match="model_type is missing"):
        configure({"architectures": architectures})


# At the edges ----------------------------------------------------------------------------------------------------

MOE = LLAMA | {"model_type": "qwen3_moe", "moe_intermediate_size": 32, "num_experts": 4}
LATENT = LLAMA | {"model_type": "deepseek_v2", "n_routed_experts": 4, "moe_intermediate_size": 32, "kv_lora_rank": 16,
                  "q_lora_rank": None, "qk_rope_head_dim": 8, "qk_nope_head_dim": 24, "v_head_dim": 20}


def refused(config):
    with pytest.raises(Refusal) as refusal:
        configure(config)
    return str(refusal.value)


@pytest.mark.parametrize("config", [LLAMA, MOE, LATENT], ids=lambda config: config["model_type"])
def test_a_file_is_read_as_the_object_in_it(config):
    for text in (json.dumps(config), json.dumps(config, indent=2).encode()):
        assert read(text) == configure(config)
    assert read(json.dumps(config)).dimensions.vocab_size == 100


def test_a_thousand_million_layers_are_counted_without_listing_them():
    """A family's runs, and a step's layers, are held by their ends: a list of them would fill a machine's memory."""
    encoder = {"model_type": "modernbert", "hidden_size": 8, "num_attention_heads": 2, "intermediate_size": 4, "vocab_size": 30}
    few, many = (count_configuration(configure(encoder | {"num_hidden_layers": layers}), Question(2)) for layers in (3, LARGEST))
    assert many.lora * 3 == few.lora * LARGEST
    one, all_ = (account(configure(LLAMA | {"num_hidden_layers": layers}), Question(2), Setup(1, 8)).terms for layers in (1, LARGEST))
    assert all_[0].bytes > one[0].bytes * 10**6


def test_the_largest_number_is_taken_and_no_larger_one():
    assert configure(LLAMA | {"intermediate_size": LARGEST}).dimensions.intermediate_size == 10**9
    assert refused(LLAMA | {"intermediate_size": LARGEST + 1}) == (
        "intermediate_size must be a positive integer up to 1000000000, not 1000000001")
    assert refused(LLAMA | {"intermediate_size": -5}) == "intermediate_size must be a positive integer, not -5"


@pytest.mark.parametrize(("value", "shown"), [
    (10**20 - 1, str(10**20 - 1)), (10**20, "a number of more than 20 digits"),
    (-(10**20), "a number of more than 20 digits"),
    ([64], "a list"), ((64,), "a list"), ({"a": 64}, "an object"), (True, "true"), (6.5, "6.5"), ("64", '"64"'),
    ("x" * 38, f'"{"x" * 38}"'), ("x" * 39, f'"{"x" * 36}…'), ({64}, '"set"'), (None, "null"),
])
def test_a_wrong_value_is_shown_short(value, shown):
    said = refused(LLAMA | {"vocab_size": value})
    assert said.rpartition(", not ")[2] == shown
    assert (" up to " in said) == (isinstance(value, int) and value > LARGEST)


def test_lists_and_counts_begin_at_zero():
    for layers in ([0], (0, 1), []):
        assert configure(MOE | {"mlp_only_layers": layers}).dimensions.mlp_only_layers == tuple(layers)
    for layers in ([-1], [0, True], 3, "0"):
        assert refused(MOE | {"mlp_only_layers": layers}).startswith("mlp_only_layers must be a list of integers from 0, not ")
    assert configure(LATENT | {"first_k_dense_replace": 0}).dimensions.first_k_dense_replace == 0
    assert configure(LATENT | {"first_k_dense_replace": 5}).dimensions.first_k_dense_replace == 2       # of 2 layers
    assert refused(LATENT | {"first_k_dense_replace": -1}) == "first_k_dense_replace must be an integer from 0, not -1"


def test_a_name_is_quoted_where_it_can_be():
    assert refused(LLAMA | {"model_type": "q" * 40}).startswith(f"model_type '{'q' * 40}' isn't known")
    assert refused(LLAMA | {"model_type": "q" * 41}).startswith("model_type 'this' isn't known; --tensors FILE counts")
    assert refused(LLAMA | {"model_type": "a\nb"}).startswith("model_type 'this' isn't known")


def test_layers_that_differ_are_counted_up_to_so_many():
    for differ in ({"mlp_only_layers": [0]}, {"decoder_sparse_step": 2}):
        most = MOE | differ | {"num_hidden_layers": MOST_LAYERS_APART}
        assert configure(most).dimensions.num_hidden_layers == 10_000
        assert refused(most | {"num_hidden_layers": 10_001}) == (
            "num_hidden_layers must be at most 10000 where layers differ, not 10001")
    assert configure(MOE | {"num_hidden_layers": 10_001}).dimensions.num_hidden_layers == 10_001


@pytest.mark.parametrize(("step", "dense", "with_experts"), [
    (1, [], [0, 1, 2, 3, 4, 5, 6]), (2, [], [1, 3, 5]), (3, [], [2, 5]), (7, [], [6]), (8, [], []), (3, [2], [5]),
    (1, [0, 1, 2], [3, 4, 5, 6]),
])
def test_experts_are_in_every_layer_or_in_every_second_or_third(step, dense, with_experts):
    config = MOE | {"num_hidden_layers": 7, "decoder_sparse_step": step, "mlp_only_layers": dense}
    found = {number for run in configure(config).decoder.runs if run.layer.experts
             for number in range(run.first, run.stop)}
    assert found == set(with_experts)


def test_experts_in_every_layer_may_be_said_and_nothing_else():
    assert configure(LATENT | {"moe_layer_freq": 1}) == configure(LATENT)
    assert refused(LATENT | {"moe_layer_freq": 2}) == (
        "moe_layer_freq must be 1: else the model has parameters unknown here")


@pytest.mark.parametrize("family", ["lfm2", "qwen3_5_text", "qwen3_next"])
def test_a_layer_of_a_kind_that_a_family_has_not_is_no_layer_with_a_state(family):
    config = {"model_type": family, "hidden_size": 64, "num_hidden_layers": 3, "num_attention_heads": 4, "head_dim": 16,
              "num_key_value_heads": 2, "intermediate_size": 96, "vocab_size": 100, "num_experts": 4,
              "moe_intermediate_size": 32, "layer_types": ["conv", "sliding_attention", "full_attention"]}
    with pytest.raises(Refusal, match="^layer_types: 'sliding_attention' is none of full_attention, "):
        configure(config).built()


def test_sizes_that_follow_from_others():
    latent = configure(LATENT).dimensions
    assert latent.query_size == 4 * (24 + 8)
    falcon = {"model_type": "falcon", "hidden_size": 64, "num_hidden_layers": 2, "num_attention_heads": 4,
              "vocab_size": 100, "new_decoder_architecture": False}
    assert configure(falcon | {"multi_query": True}).dimensions.key_value_size == 16
    assert configure(falcon | {"multi_query": False}).dimensions.key_value_size == 64
    grouped = configure(falcon | {"multi_query": True, "new_decoder_architecture": True, "num_kv_heads": 2})
    assert grouped.dimensions.key_value_size == 32


def test_what_is_no_object_is_said():
    with pytest.raises(Refusal, match="^not a configuration: the file must hold one JSON object$"):
        read("[]")
    with pytest.raises(Refusal, match="^not a JSON file: it is empty$"):
        read("")
    with pytest.raises(Refusal, match="^not a JSON file: Expecting value: line 1"):
        read("x")


@pytest.mark.parametrize(("proj", "flag", "weights"), [
    ("relu", None, 154_880), ("gated-gelu", None, 179_456), ("relu", True, 179_456), ("gated-gelu", False, 154_880),
])
def test_t5_is_gated_as_its_file_says_before_its_activation_does(proj, flag, weights):
    """Sums of `parameters()` of transformers 5.24's own model; its files hold both fields."""
    config = {"model_type": "t5", "vocab_size": 100, "d_model": 64, "d_ff": 96, "num_layers": 2, "num_heads": 4,
              "d_kv": 16, "feed_forward_proj": proj} | ({} if flag is None else {"is_gated_act": flag})
    assert count_configuration(configure(config), Question(1)).total_parameters == weights
