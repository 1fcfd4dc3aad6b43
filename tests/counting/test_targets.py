"""Target names, by another road: every name of a model is written out and matched one by one."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import derivations
from derivations.counting import picked as module
from derivations.counting.catalogue import catalogue, public_model
from derivations.counting.configuration import configure
from derivations.counting.count import count_configuration
from derivations.counting.place import places, shortest_names
from derivations.counting.question import Question
from derivations.counting.refusal import Refusal
from derivations.counting.targets import named_places

MIXED = configure({
    "model_type": "deepseek_v2", "hidden_size": 32, "num_hidden_layers": 12, "num_attention_heads": 4,
    "intermediate_size": 48, "moe_intermediate_size": 20, "n_routed_experts": 11, "n_shared_experts": 1,
    "first_k_dense_replace": 2, "q_lora_rank": 6, "kv_lora_rank": 10, "qk_rope_head_dim": 4, "qk_nope_head_dim": 6,
    "v_head_dim": 5, "vocab_size": 50,
}).decoder
NAMES = {name: place for place in places(MIXED) for name in place.names()}


ADAPTABLE = [name for name in NAMES if not name.endswith("mlp.gate")]
"""The router is a parameter in this family."""


def select(decoder, targets, rank, **options):
    """Give the places that the targets name."""
    return named_places(decoder, Question(rank, targets, **options)).places


def written_out(decoder, targets, **options):
    """Give every adapted matrix by name, with its rank."""
    return {name: place.rank for place in select(decoder, targets, 8, **options) for name in place.names()}


def by_suffix(target):
    """Match every name's last parts, as a reader would."""
    return {name for name in NAMES if name == target or name.endswith(f".{target}")}


@pytest.mark.parametrize("name", catalogue())
def test_attention_and_mlp_partition_all(name):
    decoder = public_model(name).configuration.decoder
    if any(run.layer.stacked for run in decoder.runs):
        assert written_out(decoder, "attention") == written_out(decoder, "all")      # no name reaches the rest
        return
    attention, mlp, everything = (written_out(decoder, targets) for targets in ("attention", "mlp", "all"))
    assert attention.keys() | mlp.keys() == everything.keys()
    assert not attention.keys() & mlp.keys()


def test_all_is_everything_but_the_routers():
    routers = {name for name in NAMES if name.endswith("mlp.gate")}
    assert len(routers) == 10
    assert len(NAMES) == 12 * 5 + 2 * 3 + 10 * (1 + 3 + 11 * 3)      # attention; dense; router, shared, 11 experts
    assert written_out(MIXED, "all").keys() == NAMES.keys() - routers
    assert {place.name for place in places(MIXED) if place.module.part == "router"} == {"mlp.gate"}


def test_the_order_is_the_models_and_not_that_of_the_targets():
    asked = ["layers.5.self_attn.o_proj", "layers.3.self_attn.o_proj", "layers.4.self_attn.q_a_proj"]
    assert list(written_out(MIXED, asked)) == list(written_out(MIXED, asked[::-1])) == [
        f"model.{name}" for name in (asked[2], asked[1], asked[0])]
    gpt2 = public_model("gpt2").configuration.decoder
    assert [place.name for place in select(gpt2, "lm_head,mlp.c_proj,c_attn,wte", 8)] == [
        "attn.c_attn", "mlp.c_proj", "transformer.wte", "lm_head"]


def suffixes():
    """Draw the last parts of some name."""
    return st.sampled_from(sorted(ADAPTABLE)).flatmap(
        lambda name: st.integers(0, name.count(".")).map(lambda cut: ".".join(name.split(".")[cut:])))


@given(st.lists(suffixes(), min_size=1, max_size=4))
@settings(max_examples=400, deadline=None)
def test_names_match_last_parts(targets):
    expected = set().union(*(by_suffix(target) for target in targets))
    assert written_out(MIXED, targets).keys() == expected
    assert sum(place.count for place in select(MIXED, targets, 8)) == len(expected)


@pytest.mark.parametrize("expression", [
    r".*\.(q_b_proj|kv_b_proj)", r"model\.layers\.\d\.self_attn\.o_proj", r".*experts\.[0-4]\.(up|down)_proj",
    r"model\.layers\.(2|5)\.mlp\.experts\.\d+\.gate_proj|model\.layers\.3\..*experts\.7\.up_proj", r".*_proj",
])
def test_regular_expressions_match_in_full(expression):
    expected = {name for name in NAMES if re.fullmatch(expression, name)}
    assert expected
    assert written_out(MIXED, expression).keys() == expected
    answer = select(MIXED, expression, 8)
    assert sum(place.lora for place in answer) == sum(
        8 * (NAMES[name].linear.out + NAMES[name].linear.in_) for name in expected)


def test_a_regular_expression_isnt_a_suffix():
    with pytest.raises(Refusal, match=r"matches none of the names such as transformer\.h\.0\.attn\.c_attn"):
        derivations.count("gpt2", rank=8, targets="c_att.?")
    with pytest.raises(Refusal, match="isn't a regular expression"):
        derivations.count("gpt2", rank=8, targets="c_(attn")


@given(st.sets(st.integers(0, 11), min_size=1), st.sampled_from(["all", "mlp", "o_proj", "self_attn.o_proj"]))
@settings(max_examples=60, deadline=None)
def test_layers_restrict_the_targets(layers, targets):
    expected = {name: 8 for name in written_out(MIXED, targets) if int(name.split(".")[2]) in layers}
    assert written_out(MIXED, targets, layers_to_transform=sorted(layers)) == expected


@given(st.dictionaries(suffixes(), st.integers(1, 64), min_size=1, max_size=3))
@settings(max_examples=200, deadline=None)
def test_rank_pattern_gives_each_its_rank(pattern):
    expected = dict.fromkeys(ADAPTABLE, 8)
    for target, rank in reversed(pattern.items()):
        expected.update(dict.fromkeys(by_suffix(target), rank))
    for target in pattern:
        if not any(expected[name] == pattern[target] and name in by_suffix(target) for name in ADAPTABLE):
            return                                                # another pattern took all of its modules
    assert written_out(MIXED, ["all"], rank_pattern=pattern) == expected


def test_rank_patterns_may_be_regular_expressions():
    found = written_out(MIXED, "attention", rank_pattern={r"^model\.layers\.0\..*": 2, r"self_attn\.o_p.*": 3})
    assert {rank for name, rank in found.items() if name.startswith("model.layers.0.")} == {2}
    assert {rank for name, rank in found.items() if name.endswith("o_proj") and not name.startswith("model.layers.0.")} == {3}


def test_a_dot_in_a_rank_pattern_stands_for_any_letter():
    """Every pattern is an expression to the library; a name is found first, as its dots are dots."""
    found = written_out(MIXED, "attention", rank_pattern={"self_attn.o.proj": 3, "0.self_attn.q_proj": 2})
    assert {name.rpartition(".")[2] for name, rank in found.items() if rank == 3} == {"o_proj"}
    assert [name for name, rank in found.items() if rank == 2] == [name for name in found if name.endswith(".0.self_attn.q_proj")]


def test_a_rank_pattern_that_an_earlier_one_leaves_nothing_is_no_mistake():
    assert set(written_out(MIXED, "o_proj", rank_pattern={"o_proj": 2, r"o_p.*": 3}).values()) == {2}
    assert set(written_out(MIXED, "o_proj", rank_pattern={r"o_p.*": 3, "self_attn.o_proj": 2}).values()) == {3}


@pytest.mark.parametrize("place", [place for place in places(MIXED) if not place.module.is_expert],
                         ids=lambda place: place.name)
def test_the_shortest_name_is_the_shortest_that_means_no_other_module(place):
    short, = shortest_names(MIXED, [place])
    same = {name for name in NAMES if NAMES[name].name == place.name}
    endings = [place.name.split(".", cut)[-1] for cut in range(place.name.count("."), -1, -1)]
    assert short == next(ending for ending in endings if by_suffix(ending) == same)


@pytest.mark.parametrize(("model", "targets", "modules"), [
    ("gpt2", "c_proj", {"attn.c_proj", "mlp.c_proj"}), ("gpt2", "mlp.c_proj", {"mlp.c_proj"}),
    ("gpt2", "c_attn, c_fc", {"attn.c_attn", "mlp.c_fc"}),
    ("gpt2", "attention,c_fc", {"attn.c_attn", "attn.c_proj", "mlp.c_fc"}),
    ("llama-2-7b", "q_proj,v_proj,q_proj", {"self_attn.q_proj", "self_attn.v_proj"}),
])
def test_targets_of_known_models(model, targets, modules):
    assert {row.name for row in derivations.count(model, rank=8, targets=targets).modules} == modules


@pytest.mark.parametrize(("model", "targets", "said"), [
    ("gpt2", "q_proj", r"no Linear is called 'q_proj'; the model has attn\.c_attn, .*: c_attn holds q, k and v in one"),
    ("bloom-7b1", "q_proj,v_proj", "query_key_value holds q, k and v in one"),
    ("phi-3-mini", "gate_proj", "gate_up_proj holds gate and up in one"),
    ("llama-2-7b", "q_prj", "nearest: q_proj"), ("llama-2-7b", "atention", "nearest: attention"),
    ("llama-2-7b", "nothing,at_all", "no Linear is called 'nothing'"), ("llama-2-7b", "proj", "no Linear is called"),
    ("llama-2-7b", "layers.40.self_attn.q_proj", "no Linear is called"),
    ("llama-2-7b", "layers.00.self_attn.q_proj", "no Linear is called"), ("gpt2", "x" * 500, "'this text'"),
    ("gpt2", "c_\x07attn", "'this text'"), ("llama-2-7b", "layers.².self_attn.q_proj", "no Linear is called"),
])
def test_a_target_the_model_does_not_have_is_refused(model, targets, said):
    with pytest.raises(Refusal, match=said) as refusal:
        derivations.count(model, rank=8, targets=targets)
    assert len(str(refusal.value)) < 400


@pytest.mark.parametrize("targets", ["all", "c_attn", ["c_attn", "lm_head"]])
def test_no_layer_at_all_is_refused(targets):
    with pytest.raises(Refusal, match="^layers_to_transform: none is named$"):
        derivations.count("gpt2", rank=8, targets=targets, layers_to_transform=[])


@pytest.mark.parametrize("layers", [[12], [-1], [True], ["0"], [0, 99]])
def test_a_layer_the_model_does_not_have_is_refused(layers):
    with pytest.raises(Refusal, match="layers_to_transform: the model has layers 0 to 11, not"):
        derivations.count("gpt2", rank=8, layers_to_transform=layers)


@pytest.mark.parametrize(("options", "said"), [
    ({"rank": 0}, "rank must be a positive integer"), ({"rank": True}, "rank must be"), ({"rank": 2.0}, "rank must be"),
    ({"rank": 8, "rank_pattern": {"c_attn": 0}}, "c_attn must be"),
    ({"rank": 8, "targets": "lm_head", "modules_to_save": ["lm_head"]}, "trained whole: nothing is adapted"),
    ({"rank": 8, "targets": ".*c_attn", "layers_to_transform": [1]}, "beside a list of names only"),
    ({"rank": 8, "targets": r"transformer\.h\.0\..*"}, r"it matches transformer\.h\.0\.ln_1 too, which is no Linear"),
])
def test_other_wrong_questions(options, said):
    with pytest.raises(Refusal, match=said):
        derivations.count("gpt2", **options)


def test_fused_experts_go_together():
    one = derivations.count("mixtral-8x7b", rank=8, targets="layers.0.block_sparse_moe.experts.0.w2", experts="fused")
    assert one.lora == derivations.count("mixtral-8x7b", rank=8, targets="w2", experts="fused").lora


def test_only_the_whole_of_fused_experts_has_a_textbook_counterpart():
    def ideal(targets):
        return derivations.count("mixtral-8x7b", rank=8, targets=targets, experts="fused").idealised

    assert ideal("w2") is None and ideal("w1,w3") is None
    assert ideal("mlp") == ideal("w1,w2,w3") is not None


def test_the_most_names_are_looked_at_and_not_one_more(monkeypatch):
    monkeypatch.setattr(module, "MOST", len(NAMES) + 2)          # the table and the head as well
    assert written_out(MIXED, ".*_proj").keys() == {name for name in NAMES if name.endswith("_proj")}
    monkeypatch.setattr(module, "MOST", len(NAMES) + 1)
    with pytest.raises(Refusal, match=f"matched against at most {len(NAMES) + 1} names"):
        written_out(MIXED, ".*_proj")
    monkeypatch.setattr(module, "MOST_NAMES", 10)
    assert written_out(MIXED, "layers.3.self_attn.o_proj").keys() == {"model.layers.3.self_attn.o_proj"}  # 10 layers have experts
    monkeypatch.setattr(module, "MOST_NAMES", 9)
    with pytest.raises(Refusal, match="picks one of more than 9 Linears"):
        written_out(MIXED, "layers.3.self_attn.o_proj")


def test_huge_models_are_counted_without_writing_names_out():
    huge = {"model_type": "llama", "hidden_size": 10**9, "num_hidden_layers": 10**9, "num_attention_heads": 1,
            "intermediate_size": 10**9, "vocab_size": 10**9}
    answer = derivations.count(huge, rank=1)
    assert answer.full == 10**9 * 7 * 10**18
    assert answer.adapter_file_bytes is None
    with pytest.raises(Refusal, match="at most 250000 names"):
        derivations.count(huge, rank=1, targets=".*q_proj")
    with pytest.raises(Refusal, match="one of more than 1000000"):
        derivations.count(huge, rank=1, targets="layers.7.self_attn.q_proj")
    assert derivations.count(huge, rank=1, targets="layers.7.self_attn.q_proj", layers_to_transform=[7, 8]).lora == 2 * 10**9


# What peft 0.21.2 and 0.17.1 train: a name that the model hasn't is passed over where modules are named.
@pytest.mark.parametrize(("asked", "without", "said"), [
    ({"modules_to_save": ("embed_tokens", "lm_head", "wte")}, {"modules_to_save": ("embed_tokens", "lm_head")}, "skipped: wte in modules_to_save"),
    ({"exclude_modules": (".*vision.*", ".*up_proj")}, {}, r"\.\*vision\.\*, \.\*up_proj excludes nothing"),
])
def test_what_the_library_passes_over_is_passed_over_and_said(asked, without, said):
    found, plain = (count_configuration(public_model("tinyllama-1.1b").configuration, Question(4, **one)) for one in (asked, without))
    assert (found.trainable, found.adapter_file_bytes) == (plain.trainable, plain.adapter_file_bytes)
    assert any(re.search(said, note) for note in found.notes) and not any(re.search(said, note) for note in plain.notes)


@pytest.mark.parametrize("name", ["mlp", "0.self_attn", "block_sparse_moe.gate", "mlp.gate", "experts", "dropout", "lora_A"])
def test_what_may_mean_more_than_is_listed_is_not_passed_over(name):
    with pytest.raises(Refusal, match="modules_to_save"):
        count_configuration(public_model("mixtral-8x7b").configuration, Question(4, "q_proj", modules_to_save=("lm_head", name)))
