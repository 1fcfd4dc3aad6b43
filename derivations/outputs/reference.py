"""Reference pages: every formula that the documents show, every symbol and every model, a page a group and a language.

They are plain pages beside the site, outside its navigation and its search, so that they drown no chapter. What stands
where comes from the ledger, the tables and `whereabouts`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from markupsafe import Markup

from derivations.blocks.template import fill
from derivations.book import Book
from derivations.course import source_in
from derivations.exact import Formula, Value
from derivations.language import Language
from derivations.language.words import interface_words
from derivations.outputs.data import derived, shown
from derivations.text.marks import tex_html
from derivations.whereabouts import mentions

FOLDER = "reference"
TEMPLATE = Path(__file__).with_name("reference.html")
Typeset = Callable[[str], str]
"""Puts MathML in the place of the formulas that a piece of HTML holds as TeX."""


def reference(book: Book, root: Path, typeset: Typeset) -> dict[str, bytes]:
    """Give the pages, by path; `root` is the folder of the documents, with `tests` in it."""
    there = shown(book)
    names = [name for name in book.course.formulas if name in there]
    groups: dict[str, list[str]] = {}
    for name in names:
        groups.setdefault(name.partition(".")[0], []).append(name)
    tested = {name: sorted({place.rpartition(":")[0] for kind, place in found if kind == "test"})
              for name, found in mentions(names, root, ("tests",)).items()}
    pages = {}
    for code, language in book.languages.items():
        writer = _Pages(book, language, tested, typeset)
        for group, inside in groups.items():
            pages[f"{FOLDER}/{code}/{group}.html"] = writer.group(group, inside)
        pages[f"{FOLDER}/{code}/index.html"] = writer.index(groups)
    return {path: page.encode() for path, page in pages.items()}


class _Pages:
    """Writes the pages of one language."""

    def __init__(self, book: Book, language: Language, tested: Mapping[str, list[str]], typeset: Typeset) -> None:
        self.book, self.language, self.tested, self.typeset = book, language, tested, typeset
        self.words, self.texts = interface_words(language.code), book.course.words[language.code]
        self.derived = derived(book)
        self.printed: dict[str, dict[str, None]] = {}
        for entry in book.ledger():
            if entry.language == language.code:
                self.printed.setdefault(entry.formula, {})[entry.page] = None
        self.columns: dict[str, dict[str, None]] = {}
        for name, table in book.tables.items():
            for cell in (cell for row in table.cells for cell in row if isinstance(cell, Value)):
                self.columns.setdefault(cell.formula.name, {})[f"tables/{name}"] = None

    def group(self, group: str, names: Iterable[str]) -> str:
        """Write the page of formulas whose names begin alike."""
        return self._page(group, formulas=[self._formula(name) for name in names])

    def index(self, groups: Mapping[str, list[str]]) -> str:
        """Write the page that lists all groups, symbols and models."""
        course = self.book.course
        symbols = [(self._math(one.tex or name, one.text or name), name, self.texts.get(f"symbol.{name}", name))
                   for name, one in course.symbols.items()]
        models = [(one.label, ", ".join(f"{name} = {number}" for name, number in one.inputs.items()),
                   source_in(one.source, self.texts)) for one in course.models.values()]
        return self._page("", groups=groups, symbols=symbols, models=models)

    def _page(self, group: str, **fields: Any) -> str:
        given = {"groups": {}, "symbols": [], "models": [], "formulas": [], **fields}
        said = {key: self.words[f"reference.{key}"] for key in WORDS}
        return fill(TEMPLATE, {"language": self.language.code, "group": group, "said": said, **given})

    def _formula(self, name: str) -> dict[str, Any]:
        formula, language = self.book.course.formulas[name], self.language
        meaning = self.texts.get(f"formula.{name}", name)
        noun = language.counted(formula.unit)
        entry = {"name": name, "meaning": meaning[:1].upper() + meaning[1:], "unit": noun.plural if noun else "",
                 "math": "", "symbols": [], "steps": [], "source": "", "tests": self.tested.get(name, []),
                 "used": [*self.printed.get(name, ()), *self.columns.get(name, ())]}
        if not isinstance(formula, Formula):
            return entry
        written = language.formula(formula)
        return {
            **entry, "math": self._math(written.tex, written.text), "source": source_in(formula.source, self.texts),
            "symbols": [(one.text or one.name, self.texts.get(f"symbol.{one.name}", one.name))
                        for one in formula.symbols],
            "steps": list(self._steps(formula)) if name in self.derived else [],
        }

    def _steps(self, formula: Formula) -> Iterator[tuple[str, Markup]]:
        for step in formula.steps:
            line = self.language.expression(step.expression)
            yield self.book.context.explain(step.reason, self.language), self._math(line.tex, line.text, display=True)

    def _math(self, tex: str, plain: str, *, display: bool = False) -> Markup:
        return Markup(self.typeset(tex_html(tex, plain, display=display)))


WORDS = ("heading", "formulas", "symbols", "models", "unit", "source", "used", "tests", "run")
"""What the pages say, by its key under `reference.` in the interface's words."""
