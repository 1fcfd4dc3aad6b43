"""A formula explained in a terminal: what it is, its symbols, its derivation step by step, and its value."""

from __future__ import annotations

from collections.abc import Mapping

from derivations.course import Course, source_in
from derivations.exact import ByModel, DomainError, Exact, Formula, Unequal, Value, prove
from derivations.language import Language, languages
from derivations.nearest import nearest, nearest_value
from derivations.outputs.notebook import notebook, program
from derivations.terminal import Refused


class NoExplanation(Refused):
    """A name, a symbol, a number or a language that isn't known; one line that names the nearest right one."""


def explanation(course: Course, name: str, code: str, inputs: Mapping[str, Exact], form: str = "text",
                *, model: str = "") -> str:
    """Give the derivation of a formula as text in a language, with numbers put in where `inputs` has them.

    code   "" is the course's first language
    form   "text", "python" (a program that checks each line) or "notebook"
    model  brings its own inputs, as on a page; and which formula, where that depends on the model
    """
    writer = languages(course).get(code or course.languages[0])
    if writer is None:
        raise NoExplanation(f"there is no language {code!r}: there are {', '.join(course.languages)}")
    formula = course.formulas.get(name)
    if formula is None:
        raise NoExplanation(f"no formula is called {name!r}{nearest_value(name, course.formulas)}")
    if model and model not in course.models:
        raise NoExplanation(f"there is no model {model!r}{nearest(model, course.models)}")
    try:
        if isinstance(formula, ByModel):
            if not model:
                raise NoExplanation(f"{name} depends on the model: `derive explain {name} MODEL`")
            formula = formula.formula_of(model)
        takes, own = {symbol.name for symbol in formula.free}, course.models[model].inputs if model else {}
        inputs = {**{symbol: number for symbol, number in own.items() if symbol in takes}, **inputs}
        answer = formula(**inputs) if inputs else formula
        prove(formula)
    except (DomainError, Unequal) as fault:
        raise NoExplanation(str(fault)) from None
    if form != "text":
        return {"python": program, "notebook": notebook}[form](course, formula, answer, writer)
    return "\n".join(_lines(course, formula, answer, writer)) + "\n"


def _lines(course: Course, formula: Formula, answer: Formula | Value, writer: Language) -> list[str]:
    texts = course.words[writer.code]
    lines = [f"{formula.name}: {texts.get(f'formula.{formula.name}', formula.name)}", ""]
    for number, step in enumerate(formula.steps, 1):
        shown = writer.expression(step.expression).text
        reason = texts.get(f"reason.{step.reason}")        # demanded where a page shows the derivation
        lines.append(f"  {number}. {'= ' if number > 1 else '  '}{shown}" + (f"    ({reason})" if reason else ""))
    last = writer.expression(formula.steps[-1].expression).text
    taught = writer.formula(formula).text
    if taught != last:
        lines.append(f"     = {taught}")
    if isinstance(answer, Value):
        lines += ["", f"  {writer.worked(answer).text}"]
    elif answer.fixed:
        lines += ["", f"  {writer.formula(answer).text}"]
    lines.append("")
    for symbol in formula.symbols:
        lines.append(f"  {symbol.text}: {texts.get(f'symbol.{symbol.name}', symbol.name)}")
    if formula.source:
        lines.append(f"  {writer.word('values.source')}: {source_in(formula.source, texts)}")
    return lines
