"""What holds for every formula of the course: proved, read alike in both readings, worded, and light to import."""

import random
import subprocess
import sys
from contextlib import suppress
from fractions import Fraction

import pytest
from trust import short_or_long

from derivations.exact import DomainError, Formula, prove
from derivations.lora.course import COURSE

OURS = {name: formula for name, formula in COURSE.formulas.items()
        if isinstance(formula, Formula) and formula.function.__module__.startswith(("derivations.lora", "derivations.counting"))
        and "families" not in formula.function.__module__}
DERIVED = ("linear", "square", "attention", "mlp", "fc1", "fc2", "layer", "qv", "model", "fused", "gated", "moe",
           "embeddings", "adapter", "capacity", "memory")


def test_every_derivation_is_proved():
    assert len(OURS) > 500
    for formula in OURS.values():
        assert prove(formula) >= 1, formula.name


def test_what_is_taught_is_derived_and_not_just_stated():
    bare = [name for name, formula in OURS.items() if name.split(".")[0] in DERIVED and len(formula.steps) == 1
            and formula.symbols and not formula.reasons]
    assert sorted(bare) == sorted([
        "linear.bias", "linear.lora_a", "linear.lora_b", "mlp.width", "model.linears", "linear.rank_needed",
        "model.rank_needed", "linear.full", "linear.full_with_bias", "linear.ratio", "linear.factor",
        "gated.k_proj_full", "gated.k_proj_lora", "gated.k_proj_ratio", "capacity.square_dimension_share",
        "model.spent", "model.next",
    ])


def number_for(symbol, draw):
    """Draw a number that the symbol stands for; small ones more often, for few formulas have a value at any numbers."""
    if symbol.integer:
        return draw.choice((1, 1, 2, 64, draw.randint(1, 5000)))
    return Fraction(draw.randint(1, 999), 1000)


def test_integers_and_expressions_read_alike():
    for name, formula in OURS.items():
        draw, wanted = random.Random(name), short_or_long(4, 100)
        for _ in range(50 * wanted):
            inputs = {symbol.name: number_for(symbol, draw) for symbol in formula.symbols}
            with suppress(DomainError):
                value, plain = formula(**inputs), formula.function(*inputs.values())
                assert value.exact == plain or (value.exact - plain).equals(0), (name, inputs)
                assert not isinstance(value.exact, float)
                wanted -= 1
            if not (wanted and inputs):
                break
        assert not (wanted and inputs), name


@pytest.mark.parametrize("language", ["en", "es"])
def test_everything_has_words(language):
    words = COURSE.words[language]
    wanted = [f"symbol.{name}" for name in COURSE.symbols] + [f"formula.{name}" for name in OURS]
    wanted += [f"unit.{unit.name}" for unit in COURSE.units]
    wanted += [f"reason.{step.reason}" for formula in OURS.values() for step in formula.steps]
    wanted += [f"slip.{slip.key}" for drill in COURSE.drills.values() for slip in drill.slips]
    wanted += [f"drill.{name}.{text}" for name in COURSE.drills
               for text in ("title", "question", "hint1", "hint2", "solution")]
    assert [key for key in wanted if not words.get(key)] == []


def test_both_languages_say_the_same_things():
    english, spanish = ({key for key in COURSE.words[code] if "source." not in key} for code in ("en", "es"))
    assert english == spanish                       # a source is written in English where it is declared


@pytest.mark.parametrize("language", ["en", "es"])
def test_a_slip_says_what_the_number_is_and_then_asks(language):
    for key, text in COURSE.words[language].items():
        if key.startswith("slip."):
            assert text.endswith("?"), key
            assert ". " in text, key


def test_the_catalogue_is_imported_without_sympy():
    program = "import sys, derivations.lora.course; print(sorted({'sympy', 'pandas', 'mkdocs'} & set(sys.modules)))"
    printed = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert printed.strip() == "[]"


GIVEN = ["given.r", "given.h", "given.L", "given.d_in", "given.d_out", "given.h_kv", "given.f", "given.V", "given.t", "given.n_ctx",
         "given.E", "given.alpha", "given.M", "given.S", "given.F", "given.T", "given.named", "given.rho", "given.bits"]


@pytest.mark.parametrize("name", GIVEN)
def test_an_input_of_an_example_is_the_number_that_was_put_in(name):
    formula = COURSE.formulas[name]
    [symbol] = formula.symbols
    for number in (Fraction(3, 7),) if symbol.below == 1 else (1, 3, 65536):
        assert formula(**{symbol.name: number}).exact == number


def test_no_name_begins_another():
    names = set(COURSE.formulas)
    assert not [name for name in names for other in names if other.startswith(f"{name}.")]
