"""The whole account against peaks: whole steps of small models (data/peaks.json), and what others measured on cards."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import derivations
from derivations.counting import activations
from derivations.counting.configuration import configure
from derivations.counting.count import Question
from derivations.counting.memory import Setup, account

ROWS = json.loads((Path(__file__).parent / "data" / "peaks.json").read_text(encoding="utf-8"))["rows"]


def accounted(row):
    configuration = configure({"model_type": row["model_type"], **row["config"]})
    setup = Setup(
        row["batch"], row["length"], full=row["targets"] is None, base=row["dtype"], compute=row["dtype"],
        autocast=row["autocast"], attention="eager" if row["attention"] == "eager" else "fused",
        checkpointing=row["checkpointing"])
    targets = row["targets"] or ["q_proj"]
    asked = Question(row["rank"], targets if isinstance(targets, str) else tuple(targets), experts=row.get("experts"))
    return account(configuration, asked, setup)


WHOLES = [(accounted(row), row["peak"]) for row in ROWS if "text_config" in row["config"]]
LLAMAS = ("llama", "qwen2", "mistral")
PEAKS = [(accounted(row), row["peak"]) for row in ROWS if row["model_type"] in LLAMAS]
OTHERS = [(accounted(row), row["peak"]) for row in ROWS if row["model_type"] not in LLAMAS and "text_config" not in row["config"]]
AT_LOSS = [(found.total, peak) for found, peak in PEAKS if all(term.key != "anew" for term in found.terms)]
IN_LAYER = [(found.total, peak) for found, peak in PEAKS if any(term.key == "anew" for term in found.terms)]


def test_a_peak_at_the_loss_is_met_within_2_percent_and_mostly_within_a_thousandth():
    assert len(AT_LOSS) >= 35
    assert all(abs(total - peak) <= 0.02 * peak for total, peak in AT_LOSS)
    assert sum(abs(total - peak) <= 0.001 * peak for total, peak in AT_LOSS) >= 0.75 * len(AT_LOSS)


def test_a_peak_in_a_layer_made_anew_is_met_within_5_percent_but_for_the_smallest():
    assert len(IN_LAYER) >= 20
    off = sorted(abs(total - peak) / peak for total, peak in IN_LAYER)
    assert off[-2] <= 0.05
    assert off[-1] <= 0.14


def test_peaks_of_other_kinds_of_layers_are_met_within_2_percent():
    """GPT-2's, NeoX's, Phi's and OPT's: at the loss, and in a layer made anew."""
    assert {any(term.key == "anew" for term in found.terms) for found, _ in OTHERS} == {True, False}
    assert all(abs(found.total - peak) <= 0.02 * peak for found, peak in OTHERS)


def test_peaks_of_wholes_that_run_their_text_alone_are_met_as_those_of_text_models():
    """At the loss within 0.2 percent, in a layer made anew within 2: where a token goes to experts, which say so, not there."""
    anew = [(found, peak) for found, peak in WHOLES if any(term.key == "anew" for term in found.terms)]
    assert 10 <= len(anew) <= len(WHOLES) - 10
    for found, peak in WHOLES:
        within = 0.002 if (found, peak) not in anew else 0.02
        assert abs(found.total - peak) <= within * peak or any("a third above this" in note for note in found.notes)
        assert found.total * 4 / 3 >= peak


def test_there_are_steps_of_every_kind():
    for key in ("model_type", "dtype", "targets", "attention", "checkpointing", "autocast", "batch", "length"):
        assert len({str(row[key]) for row in ROWS}) >= 2
    assert {row["config"].get("vocab_size") for row in ROWS} >= {200, 1000, 4000, 16000}


LENGTHS = {1024: 6, 2048: 7, 4096: 9, 8192: 12, 16384: 19, 32768: 32}
"""GB on a card by length, as LLaMA-Factory's wiki reports them ("Performance comparison", 15 April 2024): LLaMA2-7B in 4
bits, batch 1, rank 8 on all modules, FlashAttention-2, its default of checkpointing; whole gigabytes, as the driver says."""


@pytest.mark.parametrize(("length", "reported"), LENGTHS.items())
def test_a_published_table_of_lengths_lies_between_this_account_and_that_with_two_more_logits(length, reported):
    """The library of that time (transformers 4.39) kept two more copies in float32: the logits widened, and shifted.

    What is above is the driver's own, up to 1.7 GiB with its workspaces and the rounding.
    """
    found = derivations.memory("llama-2-7b", rank=8, base="nf4-double", length=length, checkpointing=True)
    logits = 4 * length * 32000
    assert found.total / 2**30 <= reported + 0.5
    assert reported <= (found.total + 2 * logits) / 2**30 + 1.7


def test_lora_in_float32_over_16_bits_keeps_more_than_full_fine_tuning():
    """TinyLlama at 2 × 8,192 tokens, the report of peft#1514: activations grow where everything else shrinks."""
    tiny = {"model_type": "llama", "hidden_size": 2048, "num_hidden_layers": 22, "num_attention_heads": 32,
            "num_key_value_heads": 4, "intermediate_size": 5632, "vocab_size": 32000}
    lora = derivations.memory(tiny, rank=64, batch=2, length=8192, autocast=False)
    full = derivations.memory(tiny, batch=2, length=8192)
    kept = [next(term.bytes for term in one.terms if term.key == "layers") for one in (lora, full)]
    assert kept[0] > 1.3 * kept[1]


def test_a_copy_in_float32_and_its_gradient_are_what_one_cast_costs():
    """AgileRL#623: Qwen2.5-0.5B, 8 × 4,096 tokens, rank 64 on all Linears: without the cast 1,236 MiB less at the peak."""
    width, hidden, tokens = 4864, 896, 8 * 4096
    shape = activations.Shape(hidden, width, 24, 14, 2, 64, 151936)
    steps = [activations.Step(8, 4096, frozenset(activations.LINEARS), 64, 2, 2, copies) for copies in (True, False)]
    cast = [activations.gradients_in_a_layer(shape, step) for step in steps]
    assert cast[0] - cast[1] == 4 * tokens * (width + hidden)
