"""The figure that opens the course: one matrix with A and B beside it, drawn to scale, and a slider for the rank.

The page holds the figure for the first model and rank, so that it reads without a script and nothing moves when the
script takes over. The script walks the course's own formulas, which stand here as trees: it knows none.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from derivations.blocks.assets import ARITHMETIC, ELEMENTS, NUMBERS
from derivations.blocks.block import Block, Context, Fields
from derivations.blocks.template import as_data, as_script
from derivations.counting.catalogue import catalogue
from derivations.counting.linear import Linear
from derivations.course import Course
from derivations.exact import ByModel, Exact, Formula, Value
from derivations.exact.code import sympy_text, tree
from derivations.language import Form, Language
from derivations.text.where import WHERE_WORDS

MODELS = ("llama-3-8b", "gpt2", "gpt2-xl", "llama-2-7b", "llama-2-13b", "llama-3.1-70b", "mistral-7b", "qwen3-0.6b",
          "qwen3-8b", "gemma-2-2b", "mixtral-8x7b")
"""What the reader may choose; the first is drawn by the build."""
RANKS = tuple(2**k for k in range(8))
START = 8
SIDE = 300
"""How long the longer side of W is drawn, in the drawing's own unit."""
OF_MODEL = {"lora": "exact.lora", "full": "exact.full", "ratio": "exact.ratio"}
OF_MATRIX = {"pair": "linear.lora", "weights": "linear.full", "share": "linear.ratio"}
_FORMS = {"ratio": (Form("percent", (3,)),), "share": (Form("percent", (3,)),)}
_EXACT = (Form("exact"),)


@cache
def _drawn(name: str) -> Linear:
    """Give the matrix that is drawn of a model: the first that its layers adapt."""
    return next(iter(catalogue()[name].configuration.decoder.runs[0].layer.adaptable)).linear


def _formula(course: Course, name: str, model: str) -> Formula:
    formula = course.formulas[name]
    return formula.formula_of(model) if isinstance(formula, ByModel) else formula


def _inputs(course: Course, model: str) -> dict[str, Exact]:
    """Give a model's sizes, as far as its formulas take them, and the sides of its matrix."""
    formulas = [_formula(course, name, model) for name in OF_MODEL.values()]
    taken = {symbol.name for formula in formulas for symbol in formula.expression.free_symbols}
    matrix = _drawn(model)
    sizes = {name: number for name, number in course.models[model].inputs.items() if name in taken}
    return {**sizes, "d_out": matrix.out, "d_in": matrix.in_}


def _values(course: Course, model: str, rank: int) -> Iterator[tuple[str, Value]]:
    inputs = {**_inputs(course, model), "r": rank}
    for key, name in (OF_MODEL | OF_MATRIX).items():
        formula = _formula(course, name, model)
        given = {**course.models[model].inputs, **inputs}
        value = formula(**{symbol.name: given[symbol.name] for symbol in formula.free})
        assert isinstance(value, Value)
        yield key, value


def drawing(linear: Linear, rank: int, pair: int) -> dict[str, dict[str, float]]:
    """Give the rectangles in the matrix's own unit, an entry: what is drawn is what is counted."""
    edge = math.sqrt(pair)
    return {
        "W": {"width": linear.in_, "height": linear.out},
        "A": {"y": -rank, "width": linear.in_, "height": rank},
        "B": {"x": -rank, "width": rank, "height": linear.out},
        "together": {"x": linear.in_ - edge, "y": linear.out - edge, "width": edge, "height": edge},
    }


def _said(context: Context, language: Language) -> dict[str, str]:
    return {key: context.words[language.code].text(f"live.{key}") for key in _WORDS}


def _write(context: Context, _name: str, language: Language) -> Fields:
    course, words, own, model = context.course, context.words[language.code], _said(context, language), MODELS[0]
    values, matrix = dict(_values(course, model, START)), _drawn(model)
    shown = {key: language.write(value, _FORMS.get(key, _EXACT)).text for key, value in values.items()}
    said = shown | {"model": course.models[model].label, "rank": language.number(START).text,
                    "matrix": matrix.name.rpartition(".")[2], "shape": language.shape((matrix.out, matrix.in_)).text}
    pair = values["pair"].exact
    assert isinstance(pair, int)
    scale = SIDE / max(matrix.out, matrix.in_)
    return {
        "w": own, "said": said, "of_matrix": words.text("live.of_matrix", **said),
        "models": [(name, course.models[name].label) for name in MODELS], "last": len(RANKS) - 1,
        "ranks": [language.number(rank).text for rank in RANKS], "rank_said": words.text("live.rank_said", **said),
        "rects": drawing(matrix, START, pair), "scale": scale,
        "edge": {"right": matrix.in_ * scale, "bottom": matrix.out * scale, "top": START * scale,
                 "together": math.sqrt(pair) * scale},
        "start": RANKS.index(START), "cells": _data_file(language.code),
        "data": as_script(_data(course, own, language)),
    }


def _data(course: Course, words: Mapping[str, str], language: Language) -> dict[str, Any]:
    """Give what the script walks: a model's formulas once a family, its sizes, and the matrix's formulas."""
    trees: list[Any] = []
    models = []
    for name in MODELS:
        own = _trees(course, name)
        if own not in trees:
            trees.append(own)
        sizes = {key: str(number) for key, number in _inputs(course, name).items()}
        models.append([name, course.models[name].label, _drawn(name).name.rpartition(".")[2], sizes, trees.index(own)])
    return {
        "models": models, "trees": trees, "ranks": list(RANKS), "side": SIDE,
        "rules": language.rules() | {"answers": {}},
        "matrix": {key: tree(_formula(course, formula, "").expression) for key, formula in OF_MATRIX.items()},
        "words": {key: words[key] for key in ("sentence", "of_matrix", "rank_said")},
        "percents": {key: forms[0].arguments[0] for key, forms in _FORMS.items()},
    }


def _trees(course: Course, model: str) -> dict[str, Any]:
    return {key: tree(_formula(course, formula, model).expression) for key, formula in OF_MODEL.items()}


def _data_file(code: str) -> str:
    return f"live/{code}.js"


def _files(context: Context) -> dict[str, bytes]:
    """Publish what each number opens to: a page asks for it when one is opened."""
    return {_data_file(code): as_data(_told(context, language)).encode()
            for code, language in context.languages.items()}


def _told(context: Context, language: Language) -> dict[str, Any]:
    """Give what the box says of each number: the formulas of the model's families in order, and the matrix's."""
    course, where = context.course, context.where[language.code]

    def said(formula: Formula) -> dict[str, Any]:
        shown, standing = language.formula(formula), {symbol.name for symbol in formula.expression.free_symbols}
        return {"said": where.meaning(formula), "formula": shown.text, "tex": shown.tex,
                "sympy": sympy_text(formula.expression), "source": where.source(formula),
                "takes": [[symbol.name, language.symbols[symbol.name].text]
                          for symbol in formula.free if symbol.name in standing]}

    families: dict[str, str] = {}
    for model in MODELS:
        families.setdefault(str(_trees(course, model)), model)
    of_model = {key: [said(_formula(course, name, model)) for model in families.values()]
                for key, name in OF_MODEL.items()}
    of_matrix = {key: [said(_formula(course, name, ""))] for key, name in OF_MATRIX.items()}
    return {"words": {key: language.word(f"values.{key}") for key in (*WHERE_WORDS, "inputs", "source")},
            "of": of_model | of_matrix}


_WORDS = ("title", "model", "rank", "rank_said", "sentence", "ratio", "lora", "full", "of_matrix", "alt", "frozen",
          "trained")
_HERE = Path(__file__).parent
BLOCK = Block(
    "live", lambda course, tables: {"": None}, _write, _HERE / "live.html",
    scripts=(ELEMENTS, ARITHMETIC, _HERE / "live.js", NUMBERS), styles=(_HERE / "live.css",), files=_files,
    ids=lambda context, name: ["live", *(f"live-{part}" for part in ("title", "name", "alt", "model", "rank"))],
)
