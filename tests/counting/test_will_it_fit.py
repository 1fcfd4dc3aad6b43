"""Will it fit: the account against measured state, blocks counted one by one, and its inverse against the account."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from derivations.counting import memory
from derivations.counting.catalogue import public_model
from derivations.counting.configuration import configure
from derivations.counting.count import Question, count_configuration
from derivations.counting.memory import EXACT, Setup, account, largest
from derivations.counting.refusal import Refusal
from derivations.counting.setup import BASES_IN_BLOCKS

LLAMA = public_model("llama-2-7b").configuration
SMALL = configure({"model_type": "llama", "hidden_size": 128, "num_hidden_layers": 4, "num_attention_heads": 8,
                   "num_key_value_heads": 2, "intermediate_size": 352, "vocab_size": 512})


def by_name(found):
    return {term.name: term.bytes for term in found.terms}


@pytest.mark.parametrize("optimizer", ["adamw", "sgd", "sgd-momentum"])
@pytest.mark.parametrize("rank", [1, 8, 16])
def test_adapters_state_is_what_numbers_of_four_bytes_take(optimizer, rank):
    trained = count_configuration(SMALL, Question(rank)).trainable
    found = by_name(account(SMALL, Question(rank), Setup(optimizer=optimizer)))
    state = {"adamw": 8, "sgd": 0, "sgd-momentum": 4}[optimizer]
    assert found["base weights in bfloat16"] == 2 * 836_736
    assert found["adapter in float32"] + found["gradients of the adapter"] == 8 * trained
    assert found[f"{optimizer} state of the adapter"] == state * trained


@given(st.integers(1, 40_000), st.sampled_from(["nf4", "nf4-double"]))
def test_blocks_are_counted_one_by_one(weights, base):
    nibbles, scales, outer = 0, 0, 0
    for start in range(0, weights, 64):
        nibbles += min(64, weights - start)
        outer += scales % 256 == 0
        scales += 1
    packed = nibbles // 2 + nibbles % 2
    assert memory.quantized(weights, 0, *BASES_IN_BLOCKS[base]) == packed + (scales + 4 * outer if base == "nf4-double" else 4 * scales)


def test_double_quantization_takes_4_127_bits():
    """Dettmers et al. 2023, section 3: 0.5 bits of scales fall to 0.127."""
    weights = 64 * 256
    assert 8 * memory.quantized(weights, 0, *BASES_IN_BLOCKS["nf4"]) == 4.5 * weights
    assert round(8 * memory.quantized(weights, 0, *BASES_IN_BLOCKS["nf4-double"]) / weights, 3) == 4.127


def test_a_65b_base_in_4_bits_is_as_large_as_its_parts():
    """Linears of LLaMA-65B hold 64,760,053,760 weights, each a multiple of a block."""
    config = configure({"model_type": "llama", "hidden_size": 8192, "num_hidden_layers": 80, "num_attention_heads": 64,
                        "intermediate_size": 22016, "vocab_size": 32000})
    found = by_name(account(config, Question(64), Setup(base="nf4-double")))
    in_blocks = found["base weights in nf4-double, scales included"]
    assert in_blocks == 64_760_053_760 // 2 + 64_760_053_760 // 64 + 4 * 64_760_053_760 // (64 * 256)
    assert found["embeddings, head, norms, biases and 3-D parameters in bfloat16"] == 2 * (65_285_660_672 - 64_760_053_760)


@pytest.mark.parametrize("base", ["int8", "nf4", "nf4-double"])
def test_experts_that_are_no_linears_are_not_quantized(base):
    """bitsandbytes puts its own Linears in the place of Linears: version 5's experts are parameters, and stay.

    Of Mixtral's published 46,702,792,704 numbers four attention Linears a layer are quantized then, and nothing else. In
    version 4 each expert's three are Linears, and so is the router, of 8 rows.
    """
    config, attention = public_model("mixtral-8x7b").configuration, 32 * (2 * 4096 * 4096 + 2 * 4096 * 1024)
    apart, fused = (by_name(account(config, Question(8, experts=each), Setup(base=base))) for each in ("apart", "fused"))
    kept = "embeddings, head, norms, biases and 3-D parameters in bfloat16"
    assert fused[kept] == 2 * (46_702_792_704 - attention)
    assert apart[kept] == 2 * (46_702_792_704 - attention - 32 * (8 * 3 * 4096 * 14336 + 8 * 4096))
    packed = f"base weights in {base}, scales included"
    assert fused[packed] * (attention + 32 * 8 * 3 * 4096 * 14336) < 1.01 * attention * apart[packed]


@pytest.mark.parametrize("what", ["batch", "length"])
@pytest.mark.parametrize("base", ["bfloat16", "nf4"])
@pytest.mark.parametrize("checkpointing", [False, True])
def test_the_largest_fits_and_one_more_does_not(what, base, checkpointing):
    setup, budget = Setup(base=base, checkpointing=checkpointing, length=512), 24 * 2**30
    found = largest(LLAMA, Question(8), setup, budget, what)
    assert found > 0
    for number, holds in ((found, True), (found + 1, False)):
        total = account(LLAMA, Question(8), replace(setup, **{what: number})).total
        assert (total <= budget) is holds


def test_nothing_fits_where_the_weights_alone_do_not():
    assert largest(LLAMA, Question(8), Setup(), 8 * 2**30, "batch") == 0


@given(st.integers(1, 64), st.integers(1, 64), st.integers(1, 4096), st.integers(1, 4096))
def test_more_text_never_takes_less(batch, more, length, longer):
    one = account(SMALL, Question(8), Setup(batch=batch, length=length)).total
    assert one < account(SMALL, Question(8), Setup(batch=batch + more, length=length)).total
    assert one < account(SMALL, Question(8), Setup(batch=batch, length=length + longer)).total


def test_terms_say_how_they_are_known():
    kinds = {term.kind for term in account(LLAMA, Question(8), Setup()).terms}
    assert kinds == {"exact", "modelled"}
    exact = [term for term in account(LLAMA, Question(8), Setup(batch=4)).terms if term.kind == EXACT]
    assert exact == [term for term in account(LLAMA, Question(8), Setup(batch=1)).terms if term.kind == EXACT]


def test_full_fine_tuning_in_mixed_precision_takes_16_bytes_a_parameter():
    terms = account(LLAMA, Question(8), Setup(full=True, master=True)).terms
    assert sum(term.bytes for term in terms if term.kind == EXACT) == 16 * 6_738_415_616


@pytest.mark.parametrize(("wrong", "says"), [
    ({"base": "int3"}, "base must be one of"), ({"batch": 0}, "batch must be a positive integer"),
    ({"length": True}, "length must be"), ({"full": True, "base": "nf4"}, "full fine-tuning"),
])
def test_what_is_no_setup_is_refused(wrong, says):
    with pytest.raises(Refusal, match=says):
        Setup(**wrong)


def test_a_layer_of_another_kind_is_refused():
    for name, why in (("deepseek-v2-lite", "was measured"), ("whisper-small", "two stacks"), ("bert-base", "was measured"), ("gemma-4-31b", "was measured"), ("llama-3.2-11b-vision", "was measured")):
        configuration = public_model(name).configuration
        with pytest.raises(Refusal, match=f"not modelled for {configuration.model_type}.*: .*{why}"):
            account(configuration, Question(8), Setup())


@pytest.mark.parametrize("name", ["gemma-3-4b", "llava-1.5-7b", "mistral-small-3.1-24b"])
def test_a_tower_that_a_batch_of_text_alone_leaves_idle_keeps_nothing(name):
    """Adapters that a name puts there too are stored and trained; what a step keeps is that of an expression without them."""
    configuration = public_model(name).configuration
    for setup in (Setup(), Setup(checkpointing=True), Setup(base="nf4", adapter="bfloat16")):
        wide, narrow = (account(configuration, Question(8, targets), setup)
                        for targets in (("q_proj", "v_proj"), r".*language_model\..*\.(q_proj|v_proj)"))
        assert [term for term in wide.terms if term.kind != EXACT] == [term for term in narrow.terms if term.kind != EXACT]
        assert wide.total > narrow.total
        assert any(term.name.endswith("layers, of a batch of text alone") for term in wide.terms)
        assert largest(configuration, Question(8, ("q_proj", "v_proj")), setup, wide.total, "length") == setup.length


def test_layers_below_are_told_by_the_text_alone():
    """Whatever a tower, a projection or the head has: the first that is adapted is counted among the text's layers."""
    for name, targets in (("llava-1.5-7b", r".*language_model.layers.3[01]..*q_proj|.*vision.*(q_proj)|.*linear_1"),
                          ("llama-2-7b", r"model.layers.3[01]..*q_proj|lm_head")):
        notes = account(public_model(name).configuration, Question(8, targets), Setup()).notes
        assert any("the 30 layers below" in note for note in notes)


@pytest.mark.parametrize(("name", "targets"), [("gemma-3-4b", r".*vision_tower.*q_proj"), ("llama-2-7b", ("lm_head",))])
def test_an_adapter_outside_the_layers_that_run_is_accounted_for_without_activations(name, targets):
    configuration = public_model(name).configuration
    with pytest.raises(Refusal, match="nothing is adapted in the layers that run"):
        account(configuration, Question(8, targets), Setup())
    assert {term.kind for term in account(configuration, Question(8, targets), Setup(), partly=True).terms} == {EXACT}
    assert memory.cards(configuration, Question(8, targets), Setup(), (24,)) == ()
