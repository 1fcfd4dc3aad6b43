"""Families in their two readings, and the catalogue: published totals to the last parameter."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from derivations.counting import textbook as layer
from derivations.counting.architecture import MODEL_TYPES, Dimensions, find
from derivations.counting.architecture.decoder import layer_full, layer_lora, model_full, model_lora, total
from derivations.counting.architecture.family import MODULES
from derivations.counting.catalogue import catalogue
from derivations.counting.configuration import configure
from derivations.counting.rules import DERIVED
from derivations.exact import ByModel, DomainError, Formula, prove
from derivations.lora import families
from derivations.lora.course import COURSE
from derivations.lora.families import LETTERS, dimensions, shape
from derivations.tables import read_tables

FORMULAS = {formula.name: formula for formula in families.FORMULAS}
each_family = pytest.mark.parametrize("model_type", MODEL_TYPES)
each_derived_family = pytest.mark.parametrize("model_type", DERIVED)
each_model = pytest.mark.parametrize("model", catalogue().values(), ids=list(catalogue()))


def test_the_index_names_what_the_modules_hold():
    for module, names in MODULES.items():
        for model_type in names:
            family = find(model_type)
            assert family.model_type == model_type
            assert family.build.__module__.rsplit(".", 1)[-1] == module


@each_family
def test_every_field_is_a_dimension_or_only_checked(model_type):
    for name, field in find(model_type).fields.items():
        assert name in Dimensions._fields or field.only is not None or name == "per_layer_config"  # sizes of others


@given(data=st.data())
@settings(max_examples=60, deadline=None)
@each_derived_family
def test_integers_count_what_symbols_derive(model_type, data):
    family = find(model_type)
    full, lora = FORMULAS[f"{model_type}.full"], FORMULAS[f"{model_type}.lora"]
    numbers = {symbol.name: data.draw(st.integers(1, 10**6), symbol.name) for symbol in lora.symbols}
    rank = numbers.pop("r")
    letters = {letter: numbers.get(letter, 1) for letter in family.letters}
    base = Dimensions(hidden_size=1, num_hidden_layers=1, vocab_size=1)
    one = family.build(dimensions(family, letters, base)).runs[-1].layer
    assert full(**numbers).exact == layer_full(one)
    assert lora(**numbers, r=rank).exact == layer_lora(one, rank)


@each_model
def test_a_models_formulas_give_its_exact_counts(model):
    decoder = model.configuration.decoder
    width, depth, rank = model.configuration.dimensions.hidden_size, decoder.runs[-1].stop, 8
    expected = {
        "exact.full": model_full(decoder),
        "exact.lora": model_lora(decoder, rank),
        "exact.total": model.published_total,
    }
    ideal = {"full": depth * layer.total_full(layer.layer(width)),
             "lora": depth * layer.total_lora(layer.layer(width), rank)}
    inputs = families.MODELS[model.name].inputs
    assert (inputs["h"], inputs["L"]) == (width, depth)
    for name, formula in FORMULAS.items():
        if isinstance(formula, ByModel):
            of_model = formula.formula_of(model.name)
            given_numbers = {one.name: inputs[one.name] for one in of_model.symbols if one.name != "r"}
            rank_too = {"r": rank} if any(one.name == "r" for one in of_model.symbols) else {}
            value = of_model(**given_numbers, **rank_too).exact
            if name in expected:
                assert value == expected[name], name
            elif name.endswith("_error"):
                exact = expected["exact." + name.split(".")[1].removesuffix("_error")]
                assert value * exact == ideal[name.split(".")[1].removesuffix("_error")] - exact
            elif name == "exact.embeddings_share":
                others = total(decoder._replace(embeddings=(), tied=True))
                assert value * model.published_total == model.published_total - others
            else:
                whole = expected["exact.total" if name == "exact.lora_of_total" else "exact.full"]
                assert value * whole == expected["exact.lora"]


@pytest.mark.parametrize("name", [name for name, formula in FORMULAS.items() if isinstance(formula, Formula)])
def test_every_derivation_of_a_family_is_proved(name):
    prove(FORMULAS[name])


def test_known_formulas():
    """Written here once, by hand, from the shapes in the papers."""
    written = {
        "gpt2.full": "12*h**2", "gpt2.lora": "16*h*r", "gptj.lora": "18*h*r",
        "llama.full": "h*(3*f + 2*h + 2*h_kv)", "llama.lora": "r*(3*f + 9*h + 2*h_kv)",
        "phi3.lora": "r*(3*f + 6*h + 2*h_kv)", "mixtral.full": "h*(3*E*f + 2*h + 2*h_kv)",
    }
    assert {name: str(FORMULAS[name].expression) for name in written} == written


def test_a_formula_says_whose_modules_it_was_read_from():
    said = "the modules of llama in the transformers library"
    assert FORMULAS["llama.full"].source == FORMULAS["llama.lora"].source == said
    for name, formula in FORMULAS.items():
        if isinstance(formula, ByModel):
            assert formula.formula_of("llama-2-7b").source == said, name


def test_only_what_counts_an_adapter_depends_on_its_rank():
    asked = {name for name, formula in FORMULAS.items() if isinstance(formula, ByModel)
             if "r" in {symbol.name for symbol in formula.formula_of("gpt2").symbols}}
    assert asked == {"exact.lora", "exact.ratio", "exact.lora_of_total", "exact.lora_error"}


def test_a_shape_takes_a_number_for_each_of_its_letters():
    gpt2 = shape("gpt2")
    assert gpt2.letters == ("h", "L", "V", "n_ctx")
    assert total(gpt2.decoder((768, 12, 50257, 1024))) == 124_439_808
    for values in ((768, 12, 50257), (768, 12, 50257, 1024, 8)):
        with pytest.raises(ValueError, match="zip"):
            gpt2.decoder(values)


def test_a_name_outside_the_catalogue_is_a_sentence():
    with pytest.raises(DomainError, match="isn't a public model of the catalogue"):
        FORMULAS["exact.full"].formula_of("minigpt")


def test_a_table_that_asks_for_such_a_model_is_told_so(tmp_path):
    (tmp_path / "one.toml").write_text(
        'title = {en = "T", es = "T"}\n[rows]\nmodels = ["minigpt"]\n[[columns]]\nkey = "full"\n'
        'formula = "exact.full"\nheading = {en = "F", es = "F"}\n', encoding="utf-8")
    tables, [finding] = read_tables(tmp_path, COURSE)
    assert not tables
    assert "minigpt" in finding.message
    assert "isn't a public model of the catalogue" in finding.message


def test_letters_name_dimensions():
    assert set(LETTERS.values()) <= set(Dimensions._fields)
    assert configure({"model_type": "gpt2", "n_embd": 8, "n_layer": 1, "n_head": 2, "n_positions": 4,
                      "vocab_size": 5}).dimensions.intermediate_size == 32


@pytest.mark.parametrize(("config", "built"), [                     # by transformers 5.24, without memory: `device="meta"`
    ({"model_type": "mamba", "hidden_size": 768, "num_hidden_layers": 24, "vocab_size": 50280, "time_step_rank": "auto"}, 129_135_360),
    ({"model_type": "falcon_mamba", "hidden_size": 4096, "num_hidden_layers": 64, "vocab_size": 65024, "expand": 16, "intermediate_size": 8192,
      "time_step_rank": 256, "tie_word_embeddings": False}, 7_272_665_088),
    ({"model_type": "hunyuan_v1_moe", "hidden_size": 4096, "num_hidden_layers": 32, "vocab_size": 128167, "intermediate_size": 3072, "num_experts": 64,
      "num_attention_heads": 32, "num_key_value_heads": 8, "head_dim": 128, "tie_word_embeddings": True}, 80_393_183_232),
])
def test_models_that_no_name_finds_have_the_totals_that_the_library_builds(config, built):
    assert total(configure(config).decoder) == built
