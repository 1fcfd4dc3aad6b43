"""The block that shows a derivation: its steps in order, each with the reason why it equals the line before.

The first and the last line are always visible; what lies between is folded when there is more than one line of it. What
a step changes is marked in the line before and the line after.
"""

from __future__ import annotations

from collections.abc import Callable
from html import escape

from derivations.exact import Formula, prove
from derivations.language import Language
from derivations.prose.marks import tex_html


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
    written = language.expression(step.expression, symbols=formula.symbols)
    equals = "= " if number else ""
    anchor = f"d-{formula.name.replace('.', '-')}-{number + 1}"
    return (
        f'<li id="{anchor}" value="{number + 1}"><p class="reason">{escape(explain(step.reason))}</p>'
        f"{tex_html(equals + written.tex, equals + written.text, display=True)}</li>"
    )
