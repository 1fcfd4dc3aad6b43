"""The block that shows a derivation: its steps in order, each with the reason why it equals the line before.

The first and the last line are always visible; what lies between is folded when there is more than one line of it. What
a step made new is marked in its line.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from markupsafe import Markup

from derivations.blocks.block import Block, Context, Fields
from derivations.blocks.template import TEMPLATES
from derivations.exact import ByModel, Formula, prove
from derivations.language import Language
from derivations.text.finding import WordFault
from derivations.text.marks import tex_html


def _write(context: Context, name: str, language: Language) -> Fields:
    formula = context.course.formulas[name]
    if isinstance(formula, ByModel):
        raise WordFault(f"{name} depends on the model: it has no derivation of its own")
    prove(formula)
    alike = [after.reason for before, after in pairwise(formula.steps)
             if language.expression(before.expression).text == language.expression(after.expression).text]
    if alike:
        raise WordFault(f"{name}: step '{alike[0]}' prints what the line before it prints")
    context.words[language.code].demand(dict.fromkeys(f"reason.{step.reason}" for step in formula.steps))
    said = context.where[language.code]
    return {
        "anchor": _anchor(name), "title": said.meaning(formula), "source": said.source(formula),
        "source_word": language.word("values.source"),
        "middle": language.word("derivation.middle", count=str(max(0, len(formula.steps) - 2))),
        "steps": [_line(formula, number, context, language) for number in range(len(formula.steps))],
    }


def _anchor(name: str) -> str:
    return f"d-{name.replace('.', '-')}"


def _line(formula: Formula, number: int, context: Context, language: Language) -> Fields:
    step = formula.steps[number]
    mark = changed(step.expression, formula.steps[number - 1].expression) if number else ()
    written = language.expression(step.expression, mark=mark, symbols=formula.symbols)
    equals = "= " if number else ""
    return {"number": number + 1, "reason": context.explain(step.reason, language),
            "math": Markup(tex_html(equals + written.tex, equals + written.text, display=True))}


def _ids(context: Context, name: str) -> list[str]:
    anchor, formula = _anchor(name), context.course.formulas[name]
    steps = len(formula.steps) if isinstance(formula, Formula) else 0
    return [anchor, f"{anchor}-title", *(f"{anchor}-{number + 1}" for number in range(steps))]


BLOCK = Block(
    "derivation", lambda course, tables: course.formulas, _write, TEMPLATES / "derivation.html",
    ids=_ids,
)


def changed(after: Any, before: Any) -> tuple[Any, ...]:
    """Give the largest parts of an expression that the one before doesn't hold; none where it is new as a whole."""
    known = set(_parts(before))
    found = tuple(dict.fromkeys(_new(after, known)))
    return () if found == (after,) else found


def _parts(expression: Any) -> list[Any]:
    return [expression, *(part for argument in expression.args for part in _parts(argument))]


def _new(expression: Any, known: set[Any]) -> list[Any]:
    """List the new parts of an expression: itself, unless some of it was there before."""
    if expression in known:
        return []
    kept = [argument for argument in expression.args if any(part in known and part.args for part in _parts(argument))]
    if not kept:
        return [expression]
    return [part for argument in expression.args for part in _new(argument, known)]
