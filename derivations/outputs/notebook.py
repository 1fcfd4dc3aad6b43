"""A derivation to run: as a Python program, and as a Jupyter notebook. Both state each line and check it by SymPy.

Nothing of ours is needed to run them. Each line is kept as it was written; SymPy may combine nothing before the check.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from derivations.course import Course, source_in
from derivations.exact import Exact, Formula, Symbol, Value
from derivations.exact.code import called, renamed
from derivations.exact.symbolic import sympy
from derivations.language import Language

_TAKEN = frozenset({"S", "line", "lines", "value", "Symbol", "Integer", "Rational", "sqrt", "evaluate", "simplify",
                    "print"})
"""What a program is written with."""
Cell = tuple[str, str]
"""A kind, "markdown" or "code", and the text."""


def program(course: Course, formula: Formula, answer: Formula | Value, writer: Language) -> str:
    """Give a derivation as a Python program, its words as comments."""
    parts = []
    for kind, text in _cells(course, formula, answer, writer, tex=False):
        parts.append(text if kind == "code" else "\n".join(f"# {line}".rstrip() for line in text.splitlines()))
    return "\n\n".join(parts) + "\n"


def notebook(course: Course, formula: Formula, answer: Formula | Value, writer: Language) -> str:
    """Give a derivation as a notebook (nbformat 4.5), its words and lines as Markdown."""
    cells: list[dict[str, Any]] = []
    for number, (kind, text) in enumerate(_cells(course, formula, answer, writer, tex=True), 1):
        cell = {"cell_type": kind, "id": f"cell-{number}", "metadata": {}, "source": text.splitlines(keepends=True)}
        cells.append({**cell, "execution_count": None, "outputs": []} if kind == "code" else cell)
    about = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
             "language_info": {"name": "python"}}
    book = {"cells": cells, "metadata": about, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(book, ensure_ascii=False, indent=1) + "\n"


def _cells(
    course: Course, formula: Formula, answer: Formula | Value, writer: Language, *, tex: bool
) -> Iterator[Cell]:
    texts, title, item = course.words[writer.code], "# " if tex else "", "\n- " if tex else ""
    shown = [step.expression for step in formula.steps]
    met = {one for line in shown for one in line.free_symbols}                  # those that cancel, too
    symbols = [*formula.symbols, *(one for one in formula.spare if one.sympy in met)]
    names = called((one.name for one in symbols), shown, _TAKEN)
    said = [f"{title}{formula.name}: {texts.get(f'formula.{formula.name}', formula.name)}"]
    said += [f"{item}{one.text}: {texts.get(f'symbol.{one.name}', one.name)}" for one in symbols]
    if formula.source:
        said.append(f"{item[:1]}{writer.word('values.source')}: {source_in(formula.source, texts)}")
    yield "markdown", "\n".join(said)
    yield "code", "\n".join(["from sympy import *", "", *(_symbol(one, names) for one in symbols), "lines = []"])
    for number, step in enumerate(formula.steps):
        reason = texts.get(f"reason.{step.reason}", "")
        yield "markdown", f"{reason}\n\n$${writer.expression(step.expression).tex}$$" if tex else reason
        check = [f"assert simplify((lines[{number - 1}] - lines[{number}]).doit()) == 0"] if number else []
        line = f"    lines.append({_code(step.expression, names)})"
        yield "code", "\n".join(["with evaluate(False):", line, *check])
    if isinstance(answer, Value):
        numbers = ", ".join(f"{names[name]}: {_number(number)}" for name, number in answer.inputs.items())
        worked = writer.worked(answer)
        yield "markdown", f"$${worked.tex}$$" if tex else worked.text
        exact = f"assert simplify(value - ({_number(answer.exact)})) == 0"
        yield "code", "\n".join([f"value = lines[-1].doit().subs({{{numbers}}})", exact, "print(value)"])


def _symbol(symbol: Symbol, names: Mapping[str, str]) -> str:
    kind = ", integer=True" if symbol.integer else ""
    return f"{names[symbol.name]} = Symbol({symbol.name!r}, positive=True{kind})"


def _code(expression: Any, names: Mapping[str, str]) -> str:
    """Write an expression so that running it gives it back: a quotient of integers is one of SymPy's."""
    return str(sympy.sstr(renamed(expression, names), sympy_integers=True))


def _number(exact: Exact) -> str:
    """Write an exact number for SymPy."""
    numerator, denominator = getattr(exact, "numerator", None), getattr(exact, "denominator", None)
    if isinstance(numerator, int) and isinstance(denominator, int):
        return str(numerator) if denominator == 1 else f"Rational({numerator}, {denominator})"
    return str(sympy.sstr(exact, sympy_integers=True))
