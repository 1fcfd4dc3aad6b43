"""The block that lists what somebody else's document states: its words, what is derived, the verdict on it."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from markupsafe import Markup

from derivations.blocks.assets import ELEMENTS, TABLES
from derivations.blocks.block import Block, Context, Fields
from derivations.blocks.table import acting
from derivations.blocks.template import TEMPLATES
from derivations.course import Statement
from derivations.exact import RATIO, ByModel, DomainError, Formula, Value
from derivations.language import Form, Language
from derivations.language.writing.forms import SIZES
from derivations.nearest import nearest_value
from derivations.text.finding import WordFault
from derivations.text.marks import tex_html


def _write(context: Context, section: str, language: Language) -> Fields:
    """Give the figures of one section. Raises `WordFault` where one can't be derived."""
    figures = _figures(context, section)
    return {
        "section": section, "acting": acting(language), "caption": language.word("statements.caption"),
        "headings": [language.word(f"statements.{key}") for key in ("stated", "derived", "verdict")],
        "summary": language.word("statements.summary", count=language.number(len(figures)).text),
        "nothing": language.word("statements.none"),
        "rows": [_row(statement, context, language) for statement in figures],
    }


def _figures(context: Context, section: str) -> list[Statement]:
    return [one for one in context.course.statements.values() if one.section == section]


def derived(statement: Statement, formulas: Mapping[str, Formula | ByModel]) -> Value | None:
    """Give the value beside a figure; None where nothing is to be counted. Raises `WordFault`."""
    if not statement.formula:
        return None
    formula = formulas.get(statement.formula)
    if not isinstance(formula, Formula):
        hint = nearest_value(statement.formula, formulas)
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


def _row(statement: Statement, context: Context, language: Language) -> Fields:
    value = derived(statement, context.course.formulas)
    said = {
        "id": statement.id, "stated": statement.stated, "exact": None,
        "language": statement.language or context.course.languages[0],
        "kind": statement.verdict.replace(" ", "-"), "verdict": language.word(f"verdict.{statement.verdict}"),
    }
    if value is None:
        return said
    formula = inputs = None
    if value.formula.expression.free_symbols:
        shown = language.formula(value.formula)
        formula = Markup(tex_html(shown.tex, shown.text))
        inputs = language.inputs(value.inputs, value.formula.symbols).text.replace(" = ", "\u00a0=\u00a0")
    return {**said, "exact": value.exact, "written": language.write(value, forms_beside(statement, value)).text,
            "meaning": context.where[language.code].meaning(value.formula), "formula": formula, "inputs": inputs}


BLOCK = Block(
    "statements", lambda course, tables: dict.fromkeys(one.section for one in course.statements.values()), _write,
    TEMPLATES / "statements.html", scripts=(ELEMENTS, TABLES),
    ids=lambda context, section: [f"s-{section}", *(f"s-{one.id}" for one in _figures(context, section))],
)
