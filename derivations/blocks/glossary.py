"""The block that lists all terms of the course's glossary."""

from __future__ import annotations

from markupsafe import Markup

from derivations.blocks.block import Block, Fields
from derivations.blocks.context import Context
from derivations.blocks.template import TEMPLATES
from derivations.language import Language
from derivations.text.terms import glossary_html


def _write(context: Context, _name: str, language: Language) -> Fields:
    names = {code: language.word("glossary.other", language=language.name_of(code)) for code in context.languages}
    return {"terms": Markup(glossary_html(context.glossary, language.code, names))}


BLOCK = Block(
    "glossary", lambda course, tables: {"": course.glossary}, _write, TEMPLATES / "glossary.html",
    words=("glossary.other",),
    ids=lambda context, name: (f"term-{entry.id}" for entry in context.glossary.entries(next(iter(context.languages)))),
)
