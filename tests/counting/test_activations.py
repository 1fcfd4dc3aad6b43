"""What a step keeps for its backward pass, held to what torch really saved (data/activations.json)."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import pytest
import sympy

from derivations.counting import activations
from derivations.counting.activations import BLOCKS, LINEARS, STANDS_FOR, WITHIN, Shape, Step, saved
from derivations.counting.configuration import configure
from derivations.counting.count import Question
from derivations.counting.memory import Setup, shape_of, step_of, text_of
from derivations.counting.stacked import fused

ROWS = [row for name in ("activations.json", "activations-4.json")
        for row in json.loads((Path(__file__).parent / "data" / name).read_text(encoding="utf-8"))["rows"]]
ALIKE = {*BLOCKS} - {*WITHIN}


def configured(row):
    return configure({"model_type": row["model_type"], **row["config"]})


def family(row):
    """The family of the layers: of a whole, its text's."""
    return text_of(configured(row)).model_type


def modelled(row):
    configuration = configured(row)
    setup = Setup(
        row["batch"], row["length"], full=row["targets"] is None, base=row["dtype"], compute=row["dtype"], autocast=row["autocast"],
        attention="eager" if row["attention"] == "eager" else "fused", checkpointing=row["checkpointing"])
    shape = shape_of(configuration, looped=row.get("experts") == "apart")
    targets = row["targets"] or ()
    asked = Question(row["rank"], targets if isinstance(targets, str) else tuple(targets), target_parameters=tuple(row.get("parameters", ())),
                     experts=None if row["targets"] is None or row["model_type"] == "gpt_oss" else row.get("experts"))
    step = step_of(configuration, asked, setup)
    return saved(shape, step) - (activations.positions(shape, step) if row["checkpointing"] else 0)


@pytest.mark.parametrize("row", [
    row for row in ROWS if family(row) in ALIKE and not row["autocast"]], ids=lambda row: str(row["bytes"]))
def test_the_bytes_are_those_that_torch_saved(row):
    assert modelled(row) == row["bytes"]


@pytest.mark.parametrize("row", [row for row in ROWS if row["autocast"]], ids=lambda row: str(row["bytes"]))
def test_autocast_adds_16_bit_copies_of_the_adapters_that_pass_gradients_on(row):
    """The first layer's A matrices pass none; with checkpointing, copies are made anew."""
    config = row["config"]
    hidden, width, heads = config["hidden_size"], config["intermediate_size"], config["num_attention_heads"]
    head = config.get("head_dim", hidden // heads)
    query, narrow = heads * head, config["num_key_value_heads"] * head
    sides = {"q_proj": (query, hidden), "k_proj": (narrow, hidden), "v_proj": (narrow, hidden),
             "o_proj": (hidden, query), "gate_proj": (width, hidden), "up_proj": (width, hidden),
             "down_proj": (hidden, width)}
    entries = sum(row["rank"] * sum(sides[name]) for name in row["targets"])
    first = sum(row["rank"] * sides[name][1] for name in row["targets"])
    copies = row["bytes"] - modelled(row)
    if row["checkpointing"]:
        assert copies == 0
    else:
        assert 0 <= 2 * config["num_hidden_layers"] * entries - copies <= 2 * first


def test_several_kernels_types_targets_and_depths_were_measured():
    for key, least in (("attention", 2), ("dtype", 2), ("model_type", 4), ("batch", 3), ("checkpointing", 2)):
        assert len({row[key] for row in ROWS}) >= least
    assert len({str(row["targets"]) for row in ROWS}) >= 5


@pytest.mark.parametrize("row", [row for row in ROWS if family(row) in WITHIN], ids=lambda row: f"{row['model_type']}-{row['bytes']}")
def test_other_families_keep_what_is_said_within_the_error_that_is_stated(row):
    assert abs(modelled(row) - row["bytes"]) <= row["bytes"] * Fraction(WITHIN[family(row)]) / 100


def test_every_family_was_measured_whole_and_in_parts_with_both_kernels():
    for kind in BLOCKS:
        rows = [row for row in ROWS if family(row) == kind]
        assert len({str(row["targets"]) for row in rows}) >= 4
        assert len({row["dtype"] for row in rows}) == 2
        assert {row["attention"] for row in rows} >= ({"eager"} if kind in ("gemma2", "gpt_oss") else {"eager", "sdpa"})


def test_an_error_that_is_stated_is_reached_within_a_third():
    """It is what was measured, and no margin for what wasn't."""
    for kind, percent in WITHIN.items():
        most = max(abs(Fraction(modelled(row) - row["bytes"], row["bytes"])) for row in ROWS if family(row) == kind)
        assert 100 * most >= Fraction(percent) / 3


def test_linears_stand_for_those_of_a_family_that_has_them():
    """Each name that stands for one of Llama's is some modelled family's own, and each of these families has an MLP's two."""
    known = set()
    for kind in BLOCKS:
        layer = text_of(next(configured(row) for row in ROWS if family(row) == kind)).decoder.runs[0].layer
        own = {module.linear.name for module in layer.adaptable}
        own |= {linear.name for linear, _ in fused(layer)} if layer.experts else set()
        roles = {role for role, names in STANDS_FOR.items() if own & {*names}}
        assert roles >= {"q_proj", "o_proj", "expert_down" if layer.experts else "down_proj"} and own <= {name for names in STANDS_FOR.values() for name in names}
        known |= own
    assert known >= {name for names in STANDS_FOR.values() for name in names}


def test_the_same_functions_derive():
    b, s, h, f, heads, kv, d, count, vocabulary, r = sympy.symbols("b s h f n_h n_kv d_h L V r", positive=True)
    shape = Shape(h, f, count, heads, kv, d, vocabulary)
    written = sympy.expand(saved(shape, Step(b, s, frozenset(LINEARS), r)))
    numbers = {b: 2, s: 7, h: 48, f: 112, heads: 4, kv: 2, d: 12, count: 3, vocabulary: 50, r: 4}
    counted = saved(Shape(48, 112, 3, 4, 2, 12, 50), Step(2, 7, frozenset(LINEARS), 4))
    assert written.subs(numbers) == counted


def test_adapters_of_another_type_keep_more_than_full_fine_tuning():
    """The surprise that users report (peft#1514): each adapter copies its input in float32."""
    shape = Shape(4096, 11008, 32, 32, 32, 128, 32000)
    full, lora = Step(1, 2048, None, 0, 2), Step(1, 2048, frozenset(LINEARS), 8, 2, 4, copies=True)
    assert activations.layers(shape, lora) > activations.layers(shape, full)
    same = Step(1, 2048, frozenset(LINEARS), 8, 2, 2, copies=False)
    assert activations.layers(shape, same) < activations.layers(shape, full)


def test_the_names_of_linears_are_those_that_a_decoder_has():
    from derivations.counting.catalogue import public_model

    run = public_model("llama-2-7b").configuration.decoder.runs[0]
    assert {module.linear.name.rpartition(".")[2] for module in run.layer.adaptable} == set(LINEARS)
