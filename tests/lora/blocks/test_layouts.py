"""What the calculator reckons with, symbols all of it, against the counts that integers give."""

import json
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Rational, sympify

from derivations.counting.architecture import MODEL_TYPES, find
from derivations.counting.catalogue import catalogue
from derivations.counting.configuration import configure
from derivations.counting.count import Question, count_configuration
from derivations.counting.refusal import Refusal
from derivations.lora.blocks.calculator import reckon
from derivations.lora.blocks.layouts import calculator, layout_of

SUFFIX = {"apart": "", "fused": "/fused"}
sizes = st.sampled_from([1, 2, 4, 6, 8, 12, 32, 64])


def agree(layout, inputs, configuration, rank, experts):
    """Compare the two counts of one configuration; give None where it has no such experts."""
    try:
        count = count_configuration(configuration, Question(rank, dtype="bfloat16", experts=experts))
    except Refusal:
        return None
    result = reckon(calculator(), layout + SUFFIX[experts], inputs, rank, dtype="bfloat16")
    assert (result.full, result.lora, result.bytes) == (count.full, count.lora, count.adapter_bytes)
    if not layout.endswith("/alternating"):              # only a configuration lists which layers these are
        assert result.file == count.adapter_file_bytes
    return count, result


@pytest.mark.parametrize("model", calculator().models, ids=lambda model: model.name)
def test_a_model_is_counted_as_its_configuration_is(model):
    configuration = catalogue()[model.name].configuration
    assert model.label == catalogue()[model.name].label
    agreed = [agree(model.layout, model.inputs, configuration, rank, experts) for rank in (1, 8) for experts in SUFFIX]
    assert [bool(one) for one in agreed] == [True, bool(configuration.decoder.runs[-1].layer.experts)] * 2
    for count, result in filter(None, agreed):
        ideal = count.idealised
        assert (result.ideal_full, result.ideal_lora) == ((ideal.full, ideal.lora) if ideal else (None, None))
    used = {symbol.name for matrix in calculator().layouts[model.layout]
            for side in (matrix.rows, matrix.columns, matrix.count, matrix.experts, *matrix.layers)
            for symbol in getattr(side, "free_symbols", ())}
    assert set(model.inputs) == used | {"hidden_size", "num_hidden_layers"}


@st.composite
def configurations(draw):
    """A configuration of a known family, some fields left to their defaults."""
    family = find(draw(st.sampled_from(MODEL_TYPES)))
    config = {"model_type": family.model_type}
    for field in family.fields.values():
        if draw(st.integers(0, 9)):
            config[field.names[0]] = field.only if field.only is not None else (
                draw(st.booleans()) if field.kind == "true or false" else
                draw(st.lists(st.integers(0, 5), max_size=3)) if field.kind == "a list of integers" else draw(sizes))
    return config


@settings(max_examples=300, deadline=None)
@given(config=configurations(), rank=st.integers(1, 64))
def test_any_configuration_is_counted_by_its_layout(config, rank):
    try:
        configuration = configure(config)
    except Refusal:
        return
    layout, numbers = layout_of(configuration)
    for experts in SUFFIX:
        agree(layout, numbers, configuration, rank, experts)


def test_layers_that_alternate_are_counted_by_kind():
    config = {"model_type": "qwen3_moe", "hidden_size": 64, "num_attention_heads": 4, "num_hidden_layers": 10,
              "intermediate_size": 96, "vocab_size": 100, "moe_intermediate_size": 32, "num_experts": 4}
    assert layout_of(configure(config))[0] == "qwen3_moe"
    layout, numbers = layout_of(configure(config | {"decoder_sparse_step": 3, "mlp_only_layers": [5, 6]}))
    assert layout == "qwen3_moe/alternating"
    assert (numbers["sparse_layers"], numbers["dense_layers"]) == (2, 8)       # layers 2, 5 and 8, less layer 5
    assert {type(number) for number in numbers.values()} == {int}
    layout, numbers = layout_of(configure(config | {"mlp_only_layers": [0]}))
    assert (layout, numbers["sparse_layers"], numbers["dense_layers"]) == ("qwen3_moe/alternating", 9, 1)
    for alternating in ({"decoder_sparse_step": 3}, {"mlp_only_layers": [0]}, {"mlp_only_layers": [*range(10)]}):
        configuration = configure(config | alternating)
        layout, numbers = layout_of(configuration)
        assert agree(layout, numbers, configuration, 8, "apart")
        assert bool(agree(layout, numbers, configuration, 8, "fused")) == (numbers["sparse_layers"] > 0)


@pytest.mark.parametrize(("layout", "targets"), [
    ("mixtral/fused", {"gate_up_proj": ("w1", "w3"), "down_proj": ("w2",)}),
    ("qwen3_moe/fused", {"gate_up_proj": ("gate_proj", "up_proj"), "down_proj": ("down_proj",)}),
    ("gpt_oss/fused", {"gate_up_proj": ("gate_up_proj",), "down_proj": ("down_proj",)}),
])
def test_fused_experts_go_by_the_targets_that_the_command_line_takes(layout, targets):
    fused = {matrix.name.rpartition(".")[2]: matrix.targets
             for matrix in calculator().layouts[layout] if matrix.part == "mlp"}
    assert fused == targets
    model = next(model for model in calculator().models if model.layout + "/fused" == layout)
    for name, names in targets.items():
        question = Question(8, names, experts="fused")
        assert reckon(calculator(), layout, model.inputs, 8, targets=[name]).lora == count_configuration(
            catalogue()[model.name].configuration, question).lora


@pytest.mark.parametrize("model", [one for one in calculator().models if f"{one.layout}/fused" in calculator().layouts],
                         ids=lambda model: model.name)
def test_every_weight_is_held_in_training_whether_experts_are_fused_or_not(model):
    whole = count_configuration(catalogue()[model.name].configuration, Question(1)).full
    for suffix in SUFFIX.values():
        result = reckon(calculator(), model.layout + suffix, model.inputs, 1, account="bfloat16")
        assert result.with_lora["frozen"] == 2 * whole
    names = [matrix.name for matrix in calculator().layouts[f"{model.layout}/fused"] if not matrix.part]
    beside = [f"mlp.{where}{side}_proj" for where in ("", "shared_experts.") for side in ("gate", "up", "down")]
    assert names == (beside if model.layout.startswith("deepseek") else [])


def test_it_opens_with_a_model_whose_numbers_are_known():
    name, rank, budget = calculator().default
    assert (name, rank, budget) == ("llama-2-7b", 8, 10_000_000)
    model = next(model for model in calculator().models if model.name == name)
    result = reckon(calculator(), model.layout, model.inputs, rank, budget=budget)
    assert result.lora == 19_988_480                     # as the field's library prints it
    assert result.fits == 4


def test_bytes_of_each_account_for_a_frozen_and_a_trained_parameter():
    bytes_each = {                                       # frozen; weight, gradient, two moments, master copy
        "mixed": (2, 2, 2, 4, 4, 4), "float32": (4, 4, 4, 4, 4, 0), "peft": (2, 4, 4, 4, 4, 0),
        "bfloat16": (2, 2, 2, 2, 2, 0), "nf4": (Fraction(1, 2), 2, 2, 4, 4, 4),
    }
    data = calculator()
    assert set(data.accounts) == set(bytes_each)
    assert data.terms == ("frozen", "weight", "gradient", "moment1", "moment2", "master")
    for name, each in bytes_each.items():
        numbers = {"frozen": 30, "trained": 7}
        assert tuple(data.accounts[name]) == data.terms
        for (term, expression), one in zip(data.accounts[name].items(), each, strict=True):
            written = sympify(expression)
            value = written.subs({symbol: numbers[symbol.name] for symbol in written.free_symbols})
            counted = numbers["frozen" if term == "frozen" else "trained"]
            assert value == Rational(one.numerator, one.denominator) * counted


def test_how_a_configuration_is_read_is_plain_data():
    readers = json.loads(json.dumps(calculator().readers))
    assert set(readers) == set(MODEL_TYPES)
    assert readers["gpt2"]["hidden_size"] == {"names": ["n_embd", "hidden_size"], "kind": "a positive integer"}
    assert readers["gpt2"]["intermediate_size"] == {
        "names": ["n_inner"], "kind": "a positive integer", "default": None, "null": "4 × hidden_size"}
    assert readers["gpt2"]["add_cross_attention"] == {
        "names": ["add_cross_attention"], "kind": "true or false", "default": False, "only": False}
    assert readers["qwen3_moe"]["mlp_only_layers"]["default"] == []


def test_sides_are_positive_integers_and_types_have_their_bytes():
    data = calculator()
    symbols = {symbol for layout in data.layouts.values() for matrix in layout
               for symbol in getattr(matrix.rows, "free_symbols", ())}
    assert symbols
    assert all(symbol.is_integer and symbol.is_positive for symbol in symbols)
    assert data.dtypes["float32"] == 4
    assert data.dtypes["bfloat16"] == data.dtypes["float16"] == 2
    assert data.file.codes == {"float32": "F32", "float16": "F16", "bfloat16": "BF16"}


def test_the_calculator_knows_every_model_and_family():
    data = calculator()
    assert {model.name for model in data.models} == set(catalogue())
    assert set(data.readers) == set(MODEL_TYPES)
    assert {key.partition("/")[0] for key in data.layouts} == {*MODEL_TYPES, "textbook"}
