"""A course's documents as one piece of plain data: all that its readers read, and what the checks need beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from derivations.course import Course
from derivations.language import Language
from derivations.language.reading.reader import Reader
from derivations.tables import Table
from derivations.text.expression import BlockCall
from derivations.text.finding import Finding
from derivations.text.glossary import Glossary
from derivations.text.literals import Literal, read_literals
from derivations.text.names import Names
from derivations.text.page import Page
from derivations.text.text import Text

SYNC = ".sync.toml"
"""Beside the docs, and not published: what a person last found to say the same in all languages."""
Records = Mapping[tuple[str, str], Mapping[str, str]]
"""The hashes of the sections last found to say the same, by (page, section) and language.

Where a language was confirmed beside an older text of the first language than its record has, that text's hash stands
under the language's code with `_of`.
"""


@dataclass(frozen=True)
class Ungated:
    """Pages that go out with their numerals unread: a pattern, what it covers of all src, and where it is listed."""

    pattern: str
    covers: Callable[[str], bool]
    path: str
    line: int
    column: int


def is_ungated(src: str, ungated: Iterable[Ungated]) -> bool:
    """Whether a page, by its src, is among those that are left out."""
    return any(one.covers(src) for one in ungated)


@dataclass(eq=False)
class Library:
    """All documents of a course.

    languages  who writes values, by language; the first one is the reference that the others are held to
    readers    who reads numerals, by language
    nouns      what is counted, by language
    texts      what is read beside the pages: the course's words, tables, the glossary, titles of the navigation
    literals   the numerals that a file may hold underived, by its path
    shelf_faults  what couldn't be read of all that pages share; `faults`, of the pages too
    docs       the folder of the pages, by the name that findings give it; `place` where it is
    pages      "en/chapter.md" → the page; `unread` are those whose files can't be read
    records    which sections were last found to say the same in all languages
    block      writes a block in a language; `anchors` are those it brings to a page, `says` the words that it needs
    typeset    typesets a formula, or raises `ValueError`; None where there is no site
    themed     says whether the site's theme has a file
    directories  whether each page has a folder of its own in the site
    rooted  the language that stands at the site's root; "" where that isn't known
    alone    the language of all pages, where they lie in no language's folder
    ungated  the pages whose numerals nobody reads
    """

    course: Course
    languages: Mapping[str, Language]
    readers: Mapping[str, Reader]
    nouns: Mapping[str, list[str]]
    names: Names
    tables: Mapping[str, Table]
    glossary: Glossary
    texts: tuple[Text, ...] = ()
    literals: dict[str, list[Literal]] = field(default_factory=dict)
    shelf_faults: list[Finding] = field(default_factory=list)
    docs: str = "docs"
    place: Path = Path()
    pages: dict[str, Page] = field(default_factory=dict)
    unread: set[str] = field(default_factory=set)
    records: Records = field(default_factory=dict)
    faults: list[Finding] = field(default_factory=list)
    block: Callable[[BlockCall, Language], str] = lambda call, language: ""
    anchors: Callable[[BlockCall], Iterable[str]] = lambda call: ()
    says: Callable[[BlockCall], Iterable[str]] = lambda call: ()
    published: Callable[[], Iterable[BlockCall]] = lambda: ()
    typeset: Callable[[str, bool], Any] | None = None
    themed: Callable[[str], bool] = lambda path: True
    directories: bool = True
    rooted: str = ""
    alone: str = ""
    ungated: tuple[Ungated, ...] = ()

    def is_gated(self, src: str) -> bool:
        """Whether the numerals of a page, by its src, are read."""
        return not is_ungated(src, self.ungated)

    def read(self) -> Iterator[Text]:
        """Give everything that a reader reads."""
        for page in self.pages.values():
            yield page
            yield from page.front
        yield from self.texts

    def not_passed(self, check: str, look: Callable[[Text], Iterable[Finding]]) -> Iterator[Finding]:
        """Look through every text that hasn't passed this check; one in which nothing is found has."""
        for text in self.read():
            if check not in text.passed:
                found = list(look(text))
                yield from found
                if not found:
                    text.passed.add(check)

    def names_for(self, text: Text) -> Names:
        """Give what the holes of a text may name: in a drill's words its inputs too, as in its first version."""
        kind, _, rest = text.key.partition(".")
        for drill in self.course.drills.values() if kind in ("drill", "slip") else ():
            mine = rest.startswith(f"{drill.name}.") if kind == "drill" else any(one.key == rest for one in drill.slips)
            if mine and drill.variants:
                return self.names.with_inputs(drill.variants[0])
        return self.names

    def allow(self, path: str, given: Any, source: str) -> list[Finding]:
        """Take over the literals that a file lists; what is wrong with the list is a fault."""
        self.literals[path], faults = read_literals(given, path, source)
        return faults

    def generated(self) -> list[str]:
        """Name the data files that the site publishes, without making them."""
        tables = [f"tables/{name}.{kind}" for name in self.tables for kind in ("csv", "json")]
        return ["ledger.json", "claims.json", *tables]
