"""What a block is: a thing on a line of its own in a page, `{{= NAME("WHAT") }}`; and what it is written from.

The engine brings some; a course adds its own by `Course.blocks`. Nothing else of a page holds HTML of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from derivations.blocks.template import fill
from derivations.course import Course
from derivations.language import Language
from derivations.tables import Table
from derivations.text.finding import WordFault
from derivations.text.glossary import Glossary
from derivations.text.names import Names
from derivations.text.where import Where
from derivations.text.words import FAULTS, Words

T = TypeVar("T")


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
    _made: dict[Hashable, Any] = field(default_factory=dict)

    def once(self, what: Hashable, make: Callable[[], T]) -> T:
        """Give what several ask for, made once."""
        if what not in self._made:
            self._made[what] = make()
        found: T = self._made[what]
        return found

    def explain(self, key: str, language: Language) -> str:
        """Give the reason of a step in words."""
        return self.words[language.code].text(f"reason.{key}")


Fields = Mapping[str, Any]
"""What a template is filled with."""


def _no_ids(_context: Context, _name: str) -> Iterable[str]:
    return ()


def no_files(_context: Context) -> Mapping[str, bytes]:
    """Publish nothing."""
    return {}


@dataclass(frozen=True, eq=False)
class Block:
    """One kind of block.

    name      how pages call it
    takes     gives what it can show, by name; by "" for a block that takes no name
    write     gives the fields of its template; raises `WordFault` for words that are missing
    template  its HTML
    words     the interface's words that it says
    scripts   what a page with it loads, in this order
    styles    likewise; a text is the path of a file that some block publishes
    ids       gives the anchors that it brings to a page
    files     gives what it publishes beside the pages, by path
    opens     gives what its numbers open to, as data that stands beside the page
    closing   gives the fields of what stands once behind the page, for all its blocks of this kind; and that template
    """

    name: str
    takes: Callable[[Course, Mapping[str, Table]], Mapping[str, Any]]
    write: Callable[[Context, str, Language], Fields]
    template: Path
    words: tuple[str, ...] = ()
    scripts: tuple[Path, ...] = ()
    styles: tuple[Path | str, ...] = ()
    ids: Callable[[Context, str], Iterable[str]] = _no_ids
    files: Callable[[Context], Mapping[str, bytes]] = no_files
    opens: Callable[[Context, str, Language], Any] | None = None
    closing: tuple[Callable[[Context, Sequence[str], Language], Fields], Path] | None = None

    def html(self, context: Context, name: str, language: Language) -> str:
        """Write one of these for a page; raises `WordFault` and the like where it can't be."""
        try:
            return fill(self.template, self.write(context, name, language))
        except FAULTS:
            raise
        except Exception as error:                         # what a course draws or brings is its author's code
            raise WordFault(f"{self.name} {name}: {type(error).__name__}: {error}") from error

    def behind(self, context: Context, names: Sequence[str], language: Language) -> str:
        """Write what stands behind a page that shows these."""
        if self.closing is None or not names:
            return ""
        write, template = self.closing
        return fill(template, write(context, names, language))
