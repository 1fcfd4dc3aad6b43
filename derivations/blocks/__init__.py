"""What stands on a page as a block of its own: derivations, tables, drills, plots, the calculator, lists."""

from __future__ import annotations

from collections.abc import Callable

from derivations.blocks.calculator import calculator_html
from derivations.blocks.context import Context
from derivations.blocks.derivation import derivation_html
from derivations.blocks.drill import drill_html
from derivations.blocks.plot import plot_html
from derivations.blocks.statements import statements_html
from derivations.blocks.table import table_html
from derivations.exact import ByModel
from derivations.language import Language
from derivations.text.terms import glossary_html
from derivations.text.words import WordFault


def _derivation(context: Context, name: str, language: Language) -> str:
    formula = context.course.formulas[name]
    if isinstance(formula, ByModel):
        raise WordFault(f"{name} depends on the model: it has no derivation of its own")
    said = context.where[language.code]
    return derivation_html(
        formula, language, said.meaning(formula), said.source(formula), lambda key: context.explain(key, language)
    )


def _table(context: Context, name: str, language: Language) -> str:
    return table_html(context.tables[name], context.course, language)


def _statements(context: Context, section: str, language: Language) -> str:
    course = context.course
    meaning = context.where[language.code].meaning
    return statements_html(section, course.statements.values(), course.formulas, language, meaning)


def _glossary(context: Context, _name: str, language: Language) -> str:
    return glossary_html(context.glossary, language.code, language.word(
        "glossary.other", language=language.word(f"names.{'es' if language.code == 'en' else 'en'}")))


BLOCKS: dict[str, Callable[[Context, str, Language], str]] = {
    "derivation": _derivation, "table": _table, "drill": drill_html, "plot": plot_html, "calculator": calculator_html,
    "glossary": _glossary, "statements": _statements,
}
"""Who writes which block, from its name in the page's language."""

__all__ = ["BLOCKS", "Context"]
