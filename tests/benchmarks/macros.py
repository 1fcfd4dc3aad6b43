"""What a careful author would give mkdocs-macros: SymPy expressions, lambdified once, every text remembered.

The numbers are written by this project's own writer, so that the peer pays for its machinery and for nothing else.
"""

from __future__ import annotations

from fractions import Fraction
from functools import cache

import sympy
from counted.course import BY_NAME, COURSE, MODELS

from derivations.exact import NUMBER, Formula
from derivations.language import Language, Written, language
from derivations.text.expression import read_forms

COLUMNS = (("model.weights", "short"), ("model.pairs", ""), ("block.share", "percent(3)"))
HEADINGS = {"en": "| Model | Weights | Pairs | Share |", "es": "| Modelo | Pesos | Pares | Parte |"}


@cache
def _function(name: str):
    formula: Formula = BY_NAME[name]
    symbols = [symbol.sympy for symbol in formula.symbols]
    expression = sympy.simplify(formula.function(*symbols))
    top, bottom = sympy.fraction(expression)
    return sympy.lambdify(symbols, top), sympy.lambdify(symbols, bottom), sympy.latex(expression)


@cache
def _language(code: str) -> Language:
    return language(code).with_course(COURSE)


@cache
def _written(name: str, form: str, code: str, inputs: tuple) -> Written:
    top, bottom, _ = _function(name)
    numbers = [dict(inputs)[symbol.name] for symbol in BY_NAME[name].symbols]
    exact = Fraction(int(top(*numbers)), int(bottom(*numbers)))
    return _language(code).number(exact, read_forms(form), BY_NAME[name].unit or NUMBER)


@cache
def _table(rank: int, code: str) -> str:
    rows = [HEADINGS[code], "| --- | --- | --- | --- |"]
    for model in MODELS.values():
        inputs = {**model.inputs, "r": rank}
        cells = [_written(name, form, code, tuple((s.name, inputs[s.name]) for s in BY_NAME[name].symbols)).text
                 for name, form in COLUMNS]
        rows.append(f"| {model.label} | {' | '.join(cells)} |")
    return "\n".join(rows)


def define_env(env) -> None:
    """Declare the macros."""

    @env.macro
    def value(name, form, code, **inputs):
        return _written(name, form, code, tuple(inputs.items())).text

    @env.macro
    def value_tex(name, form, code, **inputs):
        return _written(name, form, code, tuple(inputs.items())).tex

    @env.macro
    def expression(name):
        return _function(name)[2]

    @env.macro
    def table(rank, code):
        return _table(rank, code)
