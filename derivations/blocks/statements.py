"""The block that lists what somebody else's document states: its words, what is derived, the verdict on it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from html import escape

from derivations.course import Statement
from derivations.exact import RATIO, ByModel, DomainError, Formula, Value
from derivations.language import Form, Language
from derivations.language.writing.forms import SIZES
from derivations.nearest import nearest
from derivations.text.marks import tex_html
from derivations.text.words import WordFault

Meaning = Callable[[Formula], str]
"""Says what a formula is, in the page's language."""


def statements_html(
    section: str, statements: Iterable[Statement], formulas: Mapping[str, Formula | ByModel], language: Language,
    meaning: Meaning,
) -> str:
    """Write the figures of one section as a table, folded. Raises `WordFault` where one can't be derived."""
    figures = [statement for statement in statements if statement.section == section]
    caption = escape(language.word("statements.caption"))
    head = "".join(
        f'<th scope="col">{escape(language.word(f"statements.{key}"))}</th>' for key in ("stated", "derived", "verdict")
    )
    body = "".join(_row(statement, derived(statement, formulas), language, meaning) for statement in figures)
    summary = escape(language.word("statements.summary", count=language.number(len(figures)).text))
    return (
        f'<details class="statements" id="s-{section}"><summary>{summary}</summary>'
        f"<figure><table><caption>{caption}</caption><thead><tr>{head}</tr></thead>"
        f"<tbody>{body}</tbody></table></figure></details>"
    )


def derived(statement: Statement, formulas: Mapping[str, Formula | ByModel]) -> Value | None:
    """Give the value beside a figure; None where nothing is to be counted. Raises `WordFault`."""
    if not statement.formula:
        return None
    formula = formulas.get(statement.formula)
    if not isinstance(formula, Formula):
        hint = nearest(statement.formula, formulas)
        raise WordFault(f"the statement '{statement.id}' names no formula: '{statement.formula}'{hint}")
    try:
        value = formula(**statement.inputs)
    except DomainError as fault:
        raise WordFault(f"the statement '{statement.id}': {fault}") from None
    if not isinstance(value, Value):
        waits = ", ".join(symbol.name for symbol in value.free)
        raise WordFault(f"the statement '{statement.id}': {formula.name} needs {waits} as well")
    return value


def forms_beside(statement: Statement, value: Value) -> tuple[Form, ...]:
    """Give the forms in which a derived value stands beside the document's: its unit, and every digit of a count."""
    if statement.unit_text in SIZES:
        return (Form(statement.unit_text),)
    if statement.unit_text == "%" or (value.unit == RATIO and statement.number is None):
        return (Form("percent", (3,)),)
    if isinstance(value.exact, int) or (isinstance(value.exact, Fraction) and statement.number is not None):
        return (Form("exact"),)
    return ()


def _row(statement: Statement, value: Value | None, language: Language, meaning: Meaning) -> str:
    verdict = escape(language.word(f"verdict.{statement.verdict}"))
    kind = statement.verdict.replace(" ", "-")
    quoted = f'<q class="stated" lang="{statement.language}">{escape(statement.stated)}</q>'
    return (
        f'<tr id="s-{statement.id}"><th scope="row">{quoted}</th>{_derived_cell(statement, value, language, meaning)}'
        f'<td class="verdict {kind}">{verdict}</td></tr>'
    )


def _derived_cell(statement: Statement, value: Value | None, language: Language, meaning: Meaning) -> str:
    if value is None:
        return f'<td class="none">{escape(language.word("statements.none"))}</td>'
    written = language.write(value, forms_beside(statement, value))
    source = escape(meaning(value.formula))
    if value.formula.expression.free_symbols:
        formula = language.formula(value.formula)
        inputs = language.inputs(value.inputs, value.formula.symbols)
        unbroken = escape(inputs.text.replace(" = ", "\u00a0=\u00a0"))
        source += f": {tex_html(formula.tex, formula.text)}<br>{unbroken}"
    return (
        f'<td data-exact="{escape(str(value.exact))}"><span class="value">{escape(written.text)}</span>'
        f'<div class="from">{source}</div></td>'
    )
