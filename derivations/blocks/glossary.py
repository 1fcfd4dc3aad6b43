"""The block that lists all terms of the course's glossary, each with its name in the other languages."""

from __future__ import annotations

from derivations.blocks.block import Block, Context, Fields
from derivations.blocks.template import TEMPLATES
from derivations.language import Language


def _write(context: Context, _name: str, language: Language) -> Fields:
    names = {code: language.word("glossary.other", language=language.name_of(code))
             for code in context.languages if code != language.code}
    return {"terms": context.glossary.ordered(language.code), "language": language.code, "names": names}


BLOCK = Block(
    "glossary", lambda course, tables: {"": course.glossary}, _write, TEMPLATES / "glossary.html",
    ids=lambda context, name: (f"term-{term.id}" for term in context.glossary.terms),
)
