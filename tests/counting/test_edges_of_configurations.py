"""Configurations at the edges: the largest numbers, how a wrong value is shown, and sizes that follow from others."""

import json

import pytest

from derivations.counting.configuration import LARGEST, MOST_LAYERS_APART, configure, read
from derivations.counting.count import Question, count_configuration
from derivations.counting.memory import Setup, account
from derivations.counting.refusal import Refusal

LLAMA = {"model_type": "llama", "hidden_size": 64, "num_hidden_layers": 2, "num_attention_heads": 4,
         "intermediate_size": 96, "vocab_size": 100}
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
