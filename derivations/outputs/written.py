"""Every formula of a course written out in each language: its symbols, its expression and the lines that lead there.

This is the costly part of what is published, and no page changes it: plain data, so that it is remembered by itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from derivations.book import Book
from derivations.exact import Formula
from derivations.exact.code import sympy_text
from derivations.language import Language

Written = Mapping[str, Mapping[str, Any]]
"""By a formula's name: `expression`, as SymPy writes it, and `said`, what each language writes."""


def written(book: Book) -> Written:
    """Write every formula out; of a quantity that depends on the model there is nothing to write."""
    return {name: _formula(formula, book) for name, formula in book.course.formulas.items()
            if isinstance(formula, Formula)}


def _formula(formula: Formula, book: Book) -> dict[str, Any]:
    said = {code: _said(formula, book, language) for code, language in book.languages.items()}
    return {"expression": sympy_text(formula.expression), "said": said}


def _said(formula: Formula, book: Book, language: Language) -> dict[str, Any]:
    whole, steps, texts = language.formula(formula), [], book.course.words[language.code]
    for step in formula.steps:
        line = language.expression(step.expression)
        reason = texts.get(f"reason.{step.reason}", "")        # words are demanded where a page shows the line
        steps.append({"key": step.reason, "reason": reason, "tex": line.tex, "text": line.text})
    return {"tex": whole.tex, "text": whole.text, "steps": steps}
