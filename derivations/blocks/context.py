"""What a block is written from: the course, and the words of each language that it can be written in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from derivations.course import Course
from derivations.language import Language
from derivations.tables import Table
from derivations.text.glossary import Glossary
from derivations.text.names import Names
from derivations.text.where import Where
from derivations.text.words import Words


@dataclass(frozen=True)
class Context:
    """A course with its tables and its glossary; `languages`, `words` and `where` by the language's code."""

    course: Course
    names: Names
    tables: Mapping[str, Table]
    glossary: Glossary
    languages: Mapping[str, Language]
    words: Mapping[str, Words]
    where: Mapping[str, Where]

    def explain(self, key: str, language: Language) -> str:
        """Give the reason of a step in words."""
        return self.words[language.code].text(f"reason.{key}")
