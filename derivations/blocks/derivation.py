"""The block that shows a derivation: its steps in order, each with the reason why it equals the line before.

The first and the last line are always visible; what lies between is folded when there is more than one line of it. What
a step made new is marked in its line.
"""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import Any

from derivations.exact import Formula, prove
from derivations.language import Language
from derivations.text.marks import tex_html


def derivation_html(
    formula: Formula, language: Language, title: str, source: str, explain: Callable[[str], str]
) -> str:
    """Write the derivation of a formula as a list. Every step is proved first.

    title, source  what the formula is and what it rests on, in the language's words
    explain        gives a reason's words
    """
    prove(formula)
    anchor = "d-" + formula.name.replace(".", "-")
    lines = [_line(formula, language, number, explain) for number in range(len(formula.steps))]
    middle = lines[1:-1]
    if len(middle) > 1:
        summary = escape(language.word("derivation.middle", count=str(len(middle))))
        inner = f'<ol start="2">{"".join(middle)}</ol>'
        folded = f'<li class="fold"><details><summary>{summary}</summary>{inner}</details></li>'
        lines = [lines[0], folded, lines[-1]]
    rests_on = f'<p class="source">{escape(language.word("values.source"))}: {escape(source)}</p>' if source else ""
    return (
        f'<div class="derivation" id="{anchor}"><p class="title" id="{anchor}-title">{escape(title)}</p>'
        f'<ol class="steps" aria-labelledby="{anchor}-title">{"".join(lines)}</ol>{rests_on}</div>'
    )


def _line(formula: Formula, language: Language, number: int, explain: Callable[[str], str]) -> str:
    step = formula.steps[number]
    mark = changed(step.expression, formula.steps[number - 1].expression) if number else ()
    written = language.expression(step.expression, mark=mark, symbols=formula.symbols)
    equals = "= " if number else ""
    anchor = f"d-{formula.name.replace('.', '-')}-{number + 1}"
    return (
        f'<li id="{anchor}" value="{number + 1}"><p class="reason">{escape(explain(step.reason))}</p>'
        f"{tex_html(equals + written.tex, equals + written.text, display=True)}</li>"
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
