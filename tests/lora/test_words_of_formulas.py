"""Words that are said once for many formulas: which pattern speaks, what fills its holes, and when it is silent."""

import tomllib
from collections import Counter

import pytest

from derivations.course import source_pieces
from derivations.exact import NUMBER, Formula, Symbol
from derivations.lora.course import COURSE, WORDS
from derivations.wording import read_words

n = Symbol("n")


@pytest.fixture
def said(tmp_path):
    """Read a course's words from files that a test writes, for formulas that it names (with their sources)."""
    def read(files, *names, **sources):
        for name, text in files.items():
            (tmp_path / name).write_text(text, encoding="utf-8")
        formulas = {name: Formula(name, lambda n: n, (n,), NUMBER) for name in names}
        formulas |= {name: Formula(name, lambda n: n, (n,), NUMBER, source=source) for name, source in sources.items()}
        return read_words(tmp_path, formulas)

    return read


TWO_PLACES = """
[symbol]
h = "width"
[part]
layer = "of a layer"
h = "of the whole"
[each]
"formula.*.lora" = "parameters {1}"
"formula.*.by.*" = "{1}, along the {2}; written {0}"
"""


def test_a_hole_holds_the_words_of_its_part_or_else_of_its_symbol(said):
    words = said({"en.toml": TWO_PLACES.replace('h = "of the whole"', "")}, "layer.lora", "h.lora", "layer.by.h")["en"]
    assert words["formula.layer.lora"] == "parameters of a layer"
    assert words["formula.h.lora"] == "parameters width"
    assert words["formula.layer.by.h"] == "of a layer, along the width; written layer"
    assert said({"en.toml": TWO_PLACES}, "h.lora")["en"]["formula.h.lora"] == "parameters of the whole"


def test_a_pattern_is_silent_where_a_hole_would_stay_empty(said):
    words = said({"en.toml": TWO_PLACES}, "unknown.lora", "layer.by.unknown", "layer.of.layer.lora")["en"]
    assert not [key for key in words if key.startswith("formula.")]         # the last has dots where a * is


def test_a_pattern_without_holes_needs_no_words_of_a_part(said):
    assert said({"en.toml": '[each]\n"formula.slip.*" = "a mistake"\n'}, "slip.any")["en"]["formula.slip.any"] == "a mistake"


def test_own_words_come_before_a_pattern_s(said):
    own = '[formula]\n"layer.lora" = "its own"\n'
    assert said({"en.toml": own + TWO_PLACES}, "layer.lora")["en"]["formula.layer.lora"] == "its own"


def test_a_dot_of_a_pattern_is_a_dot(said):
    words = said({"en.toml": '[each]\n"formula.a.b.*" = "spoken"\n'}, "a.b.c", "a_b.c")["en"]
    assert {key for key in words if key.startswith("formula.")} == {"formula.a.b.c"}


def test_the_files_of_a_language_are_read_as_one(said):
    words = said({"en.toml": TWO_PLACES, "more.en.toml": '[part]\nmlp = "of the MLP"\n', "es.toml": '[part]\nx = "y"\n'},
                 "mlp.lora")
    assert words["en"]["formula.mlp.lora"] == "parameters of the MLP"
    assert words["en"]["symbol.h"] == "width"
    assert words["es"] == {"part.x": "y"}


def test_each_piece_of_a_source_is_said_by_itself(said):
    text = '[each]\n"source.the modules of *" = "los módulos de {0}"\n'
    words = said({"es.toml": text}, one="the modules of gpt2; the modules of opt")["es"]
    assert words["source.the modules of gpt2"] == "los módulos de gpt2"
    assert words["source.the modules of opt"] == "los módulos de opt"


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_formula_has_words_those_of_real_models_too(language):
    assert [name for name in COURSE.formulas if not COURSE.words[language].get(f"formula.{name}")] == []


def test_every_source_is_said_in_spanish():
    sources = {formula.source for formula in COURSE.formulas.values() if isinstance(formula, Formula)}
    pieces = {piece for source in sources for piece in source_pieces(source)}
    assert len(pieces) > 60
    assert [piece for piece in pieces if not COURSE.words["es"].get(f"source.{piece}")] == []


def leaves(table, *stem):
    """Give the path of every text in nested tables."""
    for key, entry in table.items():
        yield from leaves(entry, *stem, key) if isinstance(entry, dict) else [(*stem, key)]


@pytest.mark.parametrize("language", ["en", "es"])
def test_no_key_stands_in_two_files_and_no_two_patterns_fit_one_formula(language):
    found = [path for file in WORDS.glob("*.toml") if f".{file.name}".endswith(f".{language}.toml")
             for path in leaves(tomllib.loads(file.read_text(encoding="utf-8"))) if path[0] != "literals"]
    keys = Counter(".".join(path) for path in found)
    assert [key for key, times in keys.items() if times > 1] == []
    patterns = [path[1].split(".")[1:] for path in found if path[0] == "each"]
    assert len(patterns) > 30
    for name in COURSE.formulas:
        parts = name.split(".")
        fit = [one for one in patterns if len(one) == len(parts)
               and all(a in ("*", part) for a, part in zip(one, parts, strict=True))]
        assert len(fit) <= 1, name
