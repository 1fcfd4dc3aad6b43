"""The block that lists all terms of the course's glossary, each with its name in the other languages."""

from __future__ import annotations

from collections.abc import Mapping

from derivations.blocks.block import Block, Fields
from derivations.blocks.context import Context
from derivations.blocks.template import TEMPLATES
from derivations.language import Language
from derivations.text.glossary import Glossary


def fields(glossary: Glossary, language: str, names: Mapping[str, str]) -> Fields:
    """Give all terms in alphabetical order. `names` says the other languages, by their codes: "in Spanish"."""
    return {"terms": glossary.entries(language), "names": names}


def _write(context: Context, _name: str, language: Language) -> Fields:
    names = {code: language.word("glossary.other", language=language.name_of(code)) for code in context.languages}
    return fields(context.glossary, language.code, names)


BLOCK = Block(
    "glossary", lambda course, tables: {"": course.glossary}, _write, TEMPLATES / "glossary.html",
    words=("glossary.other",),
    ids=lambda context, name: (f"term-{entry.id}" for entry in context.glossary.entries(next(iter(context.languages)))),
)
